"""Orders of a program of the API: what it says of ours, and those that it brings for channels nobody speaks for."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import locks
from backoffice.kernel.errors import Refusal
from catalog.models import Channel
from catalog.types import BY_HAND
from exchange.models import Connection, OrderSync
from exchange.services.outcomes import Batch, Item, KnownSkus, Outcome
from exchange.services.write_words import KnownWarehouses
from floor.services import come_back
from floor.types import Condition
from orders.selectors import accounting as selectors
from orders.selectors import outbound
from orders.services import accounting, by_hand


@transaction.atomic
def put_told(*, source: Connection, items: Sequence[Item], now: datetime) -> list[Outcome]:
    """
    Take what the program says of orders: status, payment, shipment, cancellation, quantities.

    The marketplace decides on its orders: a cancellation is asked of it, other quantities are shown to a person.
    The same said again has no effect.
    """
    batch = Batch(items)
    find = KnownSkus(source.merchant_id, (line for item in items for line in item.get("lines") or ()))
    numbers = {item["number"] for item in items if item.get("number")}
    by_number = selectors.by_numbers(merchant_id=source.merchant_id, numbers=numbers)
    ids = {item["id"] for item in items if item.get("id")}
    by_id = selectors.numbers_of(merchant_id=source.merchant_id, order_ids=ids)
    met: set[int] = set()
    for item, outcome in batch.open():
        order_id = _order(item, outcome, by_id, by_number)
        pieces = _pieces(item, outcome, find)
        if order_id in met:
            outcome.reject("twice", "id", _("The request names this order twice."))
        if outcome.status or order_id is None:
            continue
        met.add(order_id)
        try:
            with transaction.atomic():
                changed = _tell(source, order_id, item, pieces, now)
        except Refusal as refusal:
            outcome.reject("refused", "", str(refusal))
        else:
            outcome.done("updated" if changed else "unchanged", order_id)
    return batch.outcomes


def _order(
    item: Item, outcome: Outcome, by_id: Mapping[int, str], by_number: Mapping[str, Sequence[int]]
) -> int | None:
    pk, number = item.get("id"), item.get("number")
    if pk:
        if pk not in by_id or (number and by_id[pk] != number):
            outcome.reject("unknown", "id", _("There is no order of this id and number."))
            return None
        return int(pk)
    named = by_number.get(number or "", ())
    if len(named) != 1:
        text = _("Several channels have an order of this number: name it by id.") if named else ""
        outcome.reject("unknown", "number", text or _("There is no order of this number."))
        return None
    return named[0]


def _pieces(item: Item, outcome: Outcome, find: KnownSkus) -> dict[int, int] | None:
    if item.get("lines") is None:
        return None
    pieces: dict[int, int] = {}
    for number, line in enumerate(item["lines"]):
        sku = find(line, outcome)
        if sku is None:
            outcome.field = f"lines.{number}.{outcome.field}"
            return None
        pieces[sku.pk] = pieces.get(sku.pk, 0) + line["pieces"]
    return pieces


def _tell(source: Connection, order_id: int, item: Item, pieces: Mapping[int, int] | None, now: datetime) -> bool:
    sync, _made = OrderSync.objects.select_for_update().get_or_create(
        connection=source, order_id=order_id, defaults={"merchant_id": source.merchant_id}
    )
    said = {name: value for name, value in item.items() if name not in ("id", "number")}
    digest = hashlib.sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()
    if sync.told == digest:
        return False
    accounting.told(
        merchant_id=source.merchant_id,
        order_id=order_id,
        actor=source.name,
        cancelled=bool(item.get("cancelled")),
        words=_words(source.name, item),
        pieces=pieces,
        now=now,
    )
    sync.told, sync.told_number = digest, (item.get("own_number") or "")[:60]
    sync.save(update_fields=["told", "told_number"])
    return True


def _words(name: str, item: Item) -> list[str]:
    words = []
    if item.get("status"):
        words.append(_("%(who)s: status %(status)s") % {"who": name, "status": item["status"]})
    if item.get("own_number"):
        words.append(_("%(who)s: order %(number)s") % {"who": name, "number": item["own_number"]})
    if paid := item.get("paid"):
        words.append(_("%(who)s: paid, %(what)s") % {"who": name, "what": _paper(paid)})
    if shipped := item.get("shipped"):
        words.append(_("%(who)s: shipped, %(what)s") % {"who": name, "what": _paper(shipped)})
    return words


def _paper(told: Mapping[str, Any]) -> str:
    parts = [told.get("number") or "—"]
    if told.get("date"):
        parts.append(f"{told['date']:%d.%m.%Y}")
    if told.get("amount") is not None:
        parts.append(f"{told['amount']:.2f}")
    return " ".join(parts)


@transaction.atomic
def put_new(*, source: Connection, items: Sequence[Item], now: datetime) -> list[Outcome]:
    """
    Bring orders for channels that nobody speaks for; they reserve stock and live as any other.

    A number that the channel has already is left as it is.
    """
    batch = Batch(items)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    find = KnownSkus(source.merchant_id, (line for item in items for line in item["lines"]))
    channels = {row.pk: row for row in Channel.objects.filter(merchant_id=source.merchant_id, marketplace__in=BY_HAND)}
    orders: dict[int, dict[str, tuple[by_hand.HandOrder, Outcome]]] = {}
    for item, outcome in batch.open():
        lines = _hand_lines(item, outcome, find)
        if item["channel_id"] not in channels:
            text = _("Orders can be brought only for a channel without a marketplace of its own (a feed).")
            outcome.reject("unknown", "channel_id", text)
        elif item["number"] in orders.get(item["channel_id"], {}):
            outcome.reject("twice", "number", _("The request names this order twice."))
        if outcome.status:
            continue
        buyer = item.get("buyer") or {}
        order = by_hand.HandOrder(
            number=item["number"],
            lines=lines,
            buyer={name: str(value or "") for name, value in buyer.items()},
            ordered_at=item.get("ordered_at") or now,
            ship_by=item.get("ship_by"),
        )
        orders.setdefault(item["channel_id"], {})[order.number] = order, outcome
    for channel_id, told in orders.items():
        new = by_hand.enter(channel=channels[channel_id], orders=[order for order, _outcome in told.values()], now=now)
        ids = outbound.ids_by_number(channel_id=channel_id, numbers=told)
        for number, (_order_told, outcome) in told.items():
            outcome.done("created" if number in new else "unchanged", ids[number])
    return batch.outcomes


def _hand_lines(item: Item, outcome: Outcome, find: KnownSkus) -> list[by_hand.HandLine]:
    lines = []
    for number, line in enumerate(item["lines"]):
        sku = find(line, outcome)
        if sku is not None and sku.archived:
            outcome.reject("archived", "sku_id", _("This SKU is archived: bring it back first."))
        if sku is None or outcome.status:
            outcome.field = f"lines.{number}.{outcome.field}"
            return []
        lines.append(by_hand.HandLine(sku=sku, pieces=line["pieces"], price=line.get("price")))
    return lines


@transaction.atomic
def put_returns(*, source: Connection, items: Sequence[Item], now: datetime) -> list[Outcome]:
    """
    Take decisions about goods that came back: of this order, so many pieces of this SKU in this condition, in all.

    Pieces beyond those that are known already come to the dock, or into quarantine; told again they move nothing.
    """
    batch = Batch(items)
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    find, where = KnownSkus(source.merchant_id, items), KnownWarehouses(source)
    numbers = {item["number"] for item in items if item.get("number")}
    by_number = selectors.by_numbers(merchant_id=source.merchant_id, numbers=numbers)
    ids = {item["id"] for item in items if item.get("id")}
    by_id = selectors.numbers_of(merchant_id=source.merchant_id, order_ids=ids)
    for item, outcome in batch.open():
        order_id = _order(item, outcome, by_id, by_number)
        sku, warehouse_id = find(item, outcome), where(item, outcome)
        if order_id is None or sku is None or warehouse_id is None:
            continue
        try:
            with transaction.atomic():
                came = come_back.bring_to(
                    merchant_id=source.merchant_id,
                    warehouse_id=warehouse_id,
                    order_id=order_id,
                    sku_id=sku.pk,
                    condition=Condition(item["condition"]),
                    pieces=item["pieces"],
                    now=now,
                )
        except Refusal as refusal:
            outcome.reject("refused", "pieces", str(refusal))
        else:
            outcome.done("updated" if came else "unchanged", order_id)
    return batch.outcomes
