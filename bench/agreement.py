"""What must agree after the storm: every row of ours with every row of theirs.  Each violation is one sentence."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.live_stack import Stack
from bench.warehouse import FINAL_REASONS, Person, everything_told

# Their words for a parcel that they have been told of; and for one that fell away.
TOLD_OZON = {
    "awaiting_deliver",
    "not_accepted",
    "delivering",
    "delivered",
    "awaiting_registration",
    "acceptance_in_progress",
}
CANCELLED_WB = {"canceled", "canceled_by_client", "declined_by_client", "canceled_by_missed_call"}
PACKED_MM = {"PACKED", "PENDING_SHIPPING", "SHIPPED", "DELIVERED"}
CANCELLED_MM = {"CUSTOMER_CANCELED", "MERCHANT_CANCELED"}
GONE_AE = {"Rejected", "Cancelled"}
# Of these the sandbox tells every handover and every level.
WHOLLY_KNOWN = ("ozon", "wildberries")
NOT_TOLD = "?"


@dataclass(frozen=True)
class Theirs:
    """
    A parcel as a marketplace keeps it.  handover: the carriage or supply it left with or waits in.

    told: None where its status does not tell whether it was (what we bring ourselves).
    """

    number: str
    told: bool | None
    cancelled: bool
    handover: str
    status: str


def theirs(told: Mapping[str, Any]) -> dict[str, dict[str, Theirs]]:
    """marketplace → number → parcel, from the sandbox's list of orders."""
    in_carriage = {number: str(c["id"]) for c in told["carriages"] for number in c["numbers"]}
    in_supply = {number: s["id"] for s in told["supplies"] for number in s["orders"]}
    return {
        "ozon": {
            row["number"]: Theirs(
                row["number"],
                row["status"] in TOLD_OZON,
                row["status"] == "cancelled",
                in_carriage.get(row["number"], ""),
                f"{row['status']}/{row['substatus']}",
            )
            for row in told["ozon"]
        },
        "wildberries": {
            str(row["id"]): Theirs(
                str(row["id"]),
                row["supplier_status"] in {"confirm", "complete"},
                row["supplier_status"] == "cancel" or row["wb_status"] in CANCELLED_WB,
                in_supply.get(row["id"], ""),
                f"{row['supplier_status']}/{row['wb_status']}",
            )
            for row in told["wildberries"]
        },
        "yandex_market": {str(row["id"]): _yandex(row) for row in told["yandex_market"]},
        "megamarket": {row["number"]: _megamarket(row) for row in told["megamarket"]},
        "aliexpress": {row["number"]: _aliexpress(row) for row in told["aliexpress"]},
    }


def _yandex(row: Mapping[str, Any]) -> Theirs:
    packed = (row["status"], row["substatus"]) != ("PROCESSING", "STARTED")
    told = packed if row["program"] != "DBS" else None
    return Theirs(str(row["id"]), told, row["status"] == "CANCELLED", NOT_TOLD, f"{row['status']}/{row['substatus']}")


def _megamarket(row: Mapping[str, Any]) -> Theirs:
    return Theirs(row["number"], row["status"] in PACKED_MM, row["status"] in CANCELLED_MM, NOT_TOLD, row["status"])


def _aliexpress(row: Mapping[str, Any]) -> Theirs:
    told = any(one["status"] not in GONE_AE for one in row["shipments"])
    return Theirs(row["number"], told, row["status"] == "Close", NOT_TOLD, row["status"])


def settled(stack: Stack, merchant_id: int) -> str:
    """What still moves, in one sentence; "" when everything has come to rest."""
    from marketplaces.models import Command, Debt
    from merchants.scope import scope
    from orders.models import Order
    from shipping.models import Handover

    with scope([merchant_id]):
        moving = {
            "levels owed": Debt.objects.filter(parked="").count(),
            "commands owed": Command.objects.filter(parked="").count(),
            "handovers being closed": Handover.objects.filter(state="closing").count(),
            "orders behind": len(_behind(stack, merchant_id)),
            "commits under way": Order.objects.filter(commit_state__in=["owed", "pending"])
            .exclude(state="cancelled")
            .count(),
        }
    return ", ".join(f"{what}: {count}" for what, count in moving.items() if count)


def _behind(stack: Stack, merchant_id: int) -> list[str]:
    """Orders that we do not know yet, or whose cancellation we do not know yet."""
    ours = _ours(merchant_id)
    return [
        f"{marketplace} {number}"
        for marketplace, rows in theirs(connected(stack.ask_sandbox("/orders"), merchant_id)).items()
        for number, row in rows.items()
        if (order := ours[marketplace].get(number)) is None or row.cancelled != (order.state == "cancelled")
    ]


def connected(told: Mapping[str, Any], merchant_id: int) -> Mapping[str, Any]:
    """What they tell, without the further cabinets of the seller that no channel of ours is."""
    from catalog.models import Channel
    from merchants.scope import scope

    with scope([merchant_id]):
        ours = set(Channel.objects.filter(marketplace="megamarket").values_list("external_id", flat=True))
    return {**told, "megamarket": [row for row in told["megamarket"] if str(row["merchant_id"]) in ours]}


def _ours(merchant_id: int) -> dict[str, dict[str, Any]]:
    from merchants.scope import scope
    from orders.models import Order

    found: dict[str, dict[str, Any]] = defaultdict(dict)
    with scope([merchant_id]):
        for order in Order.objects.select_related("channel"):
            found[order.channel.marketplace][order.external_number] = order
    return found


def violations(stack: Stack, merchant_id: int, people: list[Person]) -> list[str]:
    """Everything that does not agree, after everything came to rest."""
    from merchants.scope import scope

    told = connected(stack.ask_sandbox("/orders"), merchant_id)
    stocks = stack.ask_sandbox("/stocks")
    with scope([merchant_id]):
        return [
            *_orders(theirs(told), _ours(merchant_id)),
            *_handovers(told),
            *_levels(stocks),
            *_ledger(),
            *_scans(people),
            *_waiting_for_a_person(),
        ]


def _orders(told: Mapping[str, Mapping[str, Theirs]], ours: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """No order lost, none invented, each committed exactly when we believe it, none shipped and cancelled."""
    from labels.models import LabelFile

    labelled = set(LabelFile.objects.filter(state="ready").values_list("order_id", flat=True))
    for marketplace, rows in told.items():
        known = ours[marketplace]
        yield from (f"{marketplace} {number} is lost: we do not have it" for number in rows.keys() - known.keys())
        yield from (f"{marketplace} {number} is ours alone" for number in known.keys() - rows.keys())
        for number in sorted(rows.keys() & known.keys()):
            row, order = rows[number], known[number]
            where = f"{marketplace} {number} (theirs {row.status}, ours {order.state}, commit {order.commit_state})"
            if row.cancelled != (order.state == "cancelled"):
                yield f"{where}: cancelled on one side only"
            if row.cancelled or order.state == "cancelled":
                if order.handed_over_at and not row.handover:
                    yield f"{where}: cancelled, yet handed over here"
                continue
            if row.told is not None and row.told != (order.commit_state == "done"):
                yield f"{where}: the commit is known on one side only"
            if order.state in {"handed_over", "delivering", "delivered"} and not row.handover:
                yield f"{where}: it has left here, and is in no handover there"
            if order.packed_at and order.commit_state == "done" and order.pk not in labelled:
                yield f"{where}: packed without a sticker"


def _handovers(told: Mapping[str, Any]) -> Iterator[str]:
    """Every carriage and supply is one handover of ours with the same parcels, and no parcel is in two."""
    from shipping.models import Handover, HandoverOrder

    known_there = Handover.objects.filter(channel_warehouse__channel__marketplace__in=WHOLLY_KNOWN)
    ours = {h.external_id: h for h in known_there.exclude(external_id="")}
    members: dict[str, set[str]] = {}
    for handover, number in HandoverOrder.objects.values_list("handover__external_id", "order__external_number"):
        members.setdefault(handover, set()).add(number)
    every = Counter[str]()
    for kind, key, closed in (("carriages", "numbers", _left), ("supplies", "orders", lambda row: row["done"])):
        for row in told[kind]:
            inside = {str(number) for number in row[key]}
            if row.get("status") == "cancelled":
                continue
            every.update(inside)
            identity = str(row["id"])
            if identity not in ours:
                yield f"{kind[:-1]} {identity} with {len(inside)} parcels is no handover of ours"
                continue
            if closed(row) != (ours[identity].state == "closed"):
                yield f"{kind[:-1]} {identity}: closed on one side only (ours {ours[identity].state}, {row})"
            if closed(row) and (odd := inside ^ members.get(identity, set())):
                yield f"{kind[:-1]} {identity}: not the same parcels there and here: {sorted(odd)[:10]}"
    yield from (
        f"handover {h.external_id or h.pk} cannot be closed: {h.problem[:200]}"
        for h in Handover.objects.filter(state="failed")
    )
    yield from (f"parcel {number} is in {count} handovers there" for number, count in every.items() if count > 1)
    known = {str(row["id"]) for kind in ("carriages", "supplies") for row in told[kind]}
    yield from (f"handover {identity} is ours alone" for identity in ours.keys() - known)


def _left(row: Mapping[str, Any]) -> bool:
    return row["status"] in {"formed", "received", "closed"}


def _levels(stocks: Mapping[str, Any]) -> Iterator[str]:
    """What they offer is what is free here, in every warehouse, for every listing."""
    from catalog.models import ChannelWarehouse, Listing
    from marketplaces.models import Debt, Publication
    from stock.selectors import availability

    for place in ChannelWarehouse.objects.select_related("channel"):
        held = stocks.get(place.channel.marketplace, {}).get(place.external_id)
        if held is None and place.channel.marketplace not in WHOLLY_KNOWN:
            continue  # nothing was ever told of this place, or they count it otherwise
        held = held or {}
        offers = dict(Listing.objects.filter(channel=place.channel).values_list("pk", "sku__code"))
        refused = Debt.objects.filter(channel_warehouse=place, parked__in=FINAL_REASONS).values("listing")
        published = Publication.objects.filter(channel_warehouse=place).exclude(listing__in=refused)
        free = availability.available(pairs=[(place.pk, row.listing_id) for row in published])
        for row, here in zip(published, free, strict=True):
            article = offers[row.listing_id]
            said = held.get(article, 0)
            there = said["free"] if isinstance(said, dict) else said
            ours = here.pieces
            if there != ours or row.pieces != ours:
                yield (
                    f"stock of {article} in {place.channel.marketplace} {place.external_id}: "
                    f"theirs {there}, published {row.pieces}, free here {ours}"
                )


def _ledger() -> Iterator[str]:
    """The ledger proves itself, and what left is what was handed over."""
    from django.db.models import Sum

    from orders.models import Order, Unit
    from stock.models import Balance, Reservation
    from stock.selectors import proof

    yield from (f"ledger: {difference}" for difference in proof.differences())
    left = Balance.objects.filter(location__kind="customer").aggregate(pieces=Sum("pieces"))["pieces"] or 0
    handed = Unit.objects.filter(order__handed_over_at__isnull=False, state="packed").count()
    gone = Unit.objects.filter(order__handed_over_at__isnull=False, state="gone").count()
    if left != handed + gone:
        yield f"ledger: {left} pieces have left, {handed + gone} were handed over"
    over = Order.objects.filter(state__in=["cancelled", "handed_over", "delivering", "delivered"]).values("pk")
    if held := Reservation.objects.filter(state="held", order_ref__in=over).count():
        yield f"ledger: {held} reservations are held for orders that are over"


def _scans(people: list[Person]) -> Iterator[str]:
    """Each scan that a person was answered is stored once, with the same answer; each packed piece has one scan."""
    from floor.models import Scan

    stored = {str(nonce): outcome for nonce, outcome in Scan.objects.values_list("nonce", "outcome")}
    told = list(everything_told(people))
    yield from (
        f"scan {scan.nonce} of {scan.code} was answered {scan.outcome} and is stored as {stored[scan.nonce]}"
        for scan in told
        if scan.nonce in stored and stored[scan.nonce] != scan.outcome
    )
    yield from (
        f"scan {scan.nonce} of {scan.code} was accepted and is not stored"
        for scan in told
        if scan.outcome == "accepted" and scan.nonce not in stored
    )


def _waiting_for_a_person() -> Iterator[str]:
    """Nothing is left that only a developer could cure."""
    from marketplaces.models import Command, Debt, Quarantine

    for debt in Debt.objects.exclude(parked__in=["", *FINAL_REASONS]):
        yield f"parked: {debt.op} of listing {debt.listing_id}: {debt.parked}: {debt.parked_text[:200]}"
    for command in Command.objects.exclude(parked__in=["", *FINAL_REASONS]):
        yield f"parked: {command.op} of {command.subject}: {command.parked}: {command.parked_text[:200]}"
    yield from (f"quarantine: {row.stream} {row.key}: {row.reason[:200]}" for row in Quarantine.objects.all())
