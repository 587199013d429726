"""
How Megamarket calls us: order/new and order/cancel, with HTTP Basic whose name and password the seller chose.

Deliveries repeat and come in any order; nothing is signed.  A push and order/get differ in their fields, and a shipment
may not be readable for its first minute: so one that is new to us is taken in as it was pushed.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from marketplaces import dto
from marketplaces.adapters.megamarket import shipments, wire
from marketplaces.adapters.megamarket.codes import gettext_noop
from marketplaces.adapters.megamarket.shipments import Place
from marketplaces.errors import ContractBroken
from marketplaces.hook import Address, Hook, event_key, json_object
from marketplaces.http import reading

NEW, CANCEL = "order/new", "order/cancel"
REFUSALS: Mapping[dto.Refusal, int] = {
    dto.Refusal.UNREADABLE: 400,
    dto.Refusal.TOO_LARGE: 413,
    dto.Refusal.NOT_NOW: 503,
}
# The zero of time: only a shipment that does not say when it was made has it.
UNKNOWN = datetime(2000, 1, 1, tzinfo=UTC)


class MegamarketHook(Hook):
    """place: what the channel's settings say; without it, as at the door, orders are read for their names alone."""

    basic: ClassVar[bool] = True
    addresses: ClassVar[Sequence[Address]] = (
        Address(label=gettext_noop("New orders (order/new)"), path=NEW),
        Address(label=gettext_noop("Cancellations (order/cancel)"), path=CANCEL),
    )
    where: ClassVar[str] = gettext_noop("Settings → API integration → Addresses for orders")

    def __init__(self, place: Place | None = None) -> None:
        self.place = place

    def parse(self, incoming: dto.Incoming) -> dto.Notice:
        """{"meta": {"source": "OMS"}, "data": {"merchantId": 1231, "shipments": [{"shipmentId": "842818431", …}]}}"""
        told = json_object(incoming)
        rows = reading.rows(told, "data", "shipments")
        kind = incoming.path.strip("/")
        if kind not in (NEW, CANCEL):
            raise ContractBroken(f"nothing is expected at {kind[:40]!r}", payload=None)
        if not rows:
            raise ContractBroken("no shipments", payload=told)
        return self._cancelled(rows, told) if kind == CANCEL else self._new(rows, told)

    def _new(self, rows: Sequence[object], told: object) -> dto.Notice:
        """A shipment that cannot be understood is read anew by its number; the others are taken as they are."""
        numbers = _numbers(rows, told)
        place = self.place or Place(merchant_id="", scheme=dto.Scheme.FBS, warehouse_ids=[""])
        orders, _ = reading.each(
            rows, lambda row: [shipments.order_of_push(row, place=place, now=UNKNOWN)], "shipmentId"
        )
        # A shipment that does not say when it was made is read anew.
        whole = {order.number: order for order in orders if order.ordered_at != UNKNOWN}
        return dto.Notice(
            key=event_key(NEW, *sorted(numbers)),
            kind=NEW,
            at=min((order.ordered_at for order in whole.values()), default=None),
            numbers=[number for number in numbers if number not in whole],
            orders=list(whole.values()),
        )

    def _cancelled(self, rows: Sequence[object], told: object) -> dto.Notice:
        """Which lots were cancelled is read from the shipment: a cancellation may come before we know the order."""
        numbers = _numbers(rows, told)
        found, _ = reading.each(rows, lambda row: [wire.PushCancel.model_validate(row)], "shipmentId")
        lots = sorted(f"{it.shipmentId}/{','.join(sorted(lot.itemIndex for lot in it.items))}" for it in found)
        key = event_key(CANCEL, *(lots or sorted(numbers)))
        return dto.Notice(key=key, kind=CANCEL, numbers=numbers, wishes=self._wishes(found))

    def _wishes(self, found: Sequence[wire.PushCancel]) -> list[dto.CancelWish]:
        """
        What Megamarket delivers is cancelled when we hear of it; what we deliver or give out is only asked for, and
        no other answer of Megamarket's tells that it is.
        """
        if self.place is None or self.place.scheme is dto.Scheme.FBS:
            return []
        return [
            dto.CancelWish(
                number=it.shipmentId,
                parts=[lot.itemIndex for lot in it.items],
                text=", ".join(filter(None, dict.fromkeys(lot.offerId for lot in it.items))),
            )
            for it in found
        ]

    def answer(self, notice: dto.Notice, *, now: datetime) -> dto.Reply:
        return dto.Reply(status=200, body={"success": 1, "meta": {}, "data": {}})

    def refuse(self, refusal: dto.Refusal, *, text: str) -> dto.Reply:
        body = {"success": 0, "meta": {}, "error": {"message": text}}
        return dto.Reply(status=REFUSALS[refusal], body=body)


def _numbers(rows: Sequence[object], told: object) -> list[str]:
    """The shipments that are named; :raises ContractBroken: none is."""
    found = [
        str(number).strip()
        for row in rows
        if isinstance(row, dict) and isinstance(number := row.get("shipmentId"), str | int)
    ]
    numbers = [number for number in dict.fromkeys(found) if number.isascii() and number.isdigit() and len(number) < 40]
    if not numbers:
        raise ContractBroken("no shipment is named", payload=told)
    return numbers
