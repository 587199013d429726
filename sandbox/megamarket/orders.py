"""Shipments: found by when they were made, told whole by their numbers; and how they come to be."""

from typing import Any

from sandbox.clock import parse
from sandbox.exchange import Call
from sandbox.goods import Good
from sandbox.megamarket import notices
from sandbox.megamarket.cabinet import GONE, Cabinet
from sandbox.megamarket.keys import CNC, DBS, FBS
from sandbox.megamarket.refusals import taken, whole
from sandbox.megamarket.registry import ORDER, method
from sandbox.megamarket.shapes import detail
from sandbox.megamarket.state import Lot, Shipment

Json = Any
DISCOUNT = 0.05
CITIES = ("Москва", "Санкт-Петербург", "Казань", "Екатеринбург", "Новосибирск", "Воронеж")
DELIVERY_PRICE = 300
MOST = 1000


@method(f"{ORDER}/order/search")
def search(cabinet: Cabinet, data: Json, call: Call) -> Json:
    now = cabinet.clock.now()
    since, until = _moment(data, "dateFrom", 0.0), _moment(data, "dateTo", now + 1)
    count = data.get("count", MOST)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise whole("Некорректное значение поля count")
    statuses = set(_texts(data, "statuses"))
    found = [
        it.number
        for it in cabinet.created_between(since, until)
        if it.visible_at <= now and (not statuses or any(lot.status in statuses for lot in it.lots))
    ]
    return taken({"shipments": found[: min(count, MOST)], "warnings": []})


@method(f"{ORDER}/order/get")
def get(cabinet: Cabinet, data: Json, call: Call) -> Json:
    numbers, now = _texts(data, "shipments"), cabinet.clock.now()
    if not numbers:
        raise whole("Не указаны отправления")
    found = [it for number in dict.fromkeys(numbers) if (it := cabinet.shipments.get(number)) and it.visible_at <= now]
    return taken({"shipments": [detail(cabinet, it) for it in found], "warnings": []})


def order(cabinet: Cabinet, goods: list[tuple[Good, int]]) -> Shipment:
    """This function will let a buyer order: a lot for every piece, the stock lowered, the seller told."""
    world, now = cabinet.world, cabinet.clock.now()
    lots: list[Lot] = []
    for good, count in goods:
        if left := cabinet.amount(good):
            cabinet.stocks.put(good.article, max(0, left - count))
        lots += [_lot(cabinet, good, len(lots) + place) for place in range(1, count + 1)]
    if cabinet.scheme == DBS:
        lots.append(
            Lot(
                index=len(lots) + 1,
                article="delivery",
                name="Доставка",
                price=DELIVERY_PRICE,
                final_price=DELIVERY_PRICE,
            )
        )
    tempo = cabinet.tempo
    it = Shipment(
        number=str(world.sequences.next("mm/shipment", start=842_818_431)),
        customer_order=str(world.sequences.next("mm/order", start=7_000_111)),
        created=now,
        confirm_until=now + tempo.confirm_within,
        pack_until=now + tempo.pack_within,
        ship_until=now + tempo.pack_within + 6 * 3600,
        visible_at=now + tempo.shipment_shown,
        lots=lots,
        city=world.draw.choice(CITIES),
        person=f"Покупатель {world.draw.randrange(100, 1000)}",
    )
    cabinet.enter(it)
    limit = tempo.confirm_within if cabinet.scheme == FBS else tempo.pack_within
    world.agenda.later(limit, "mm.late", merchant=cabinet.merchant_id, number=it.number)
    notices.arrived(cabinet, it)
    return it


def _lot(cabinet: Cabinet, good: Good, index: int) -> Lot:
    price = cabinet.price(good)
    return Lot(
        index=index,
        article=good.article,
        name=good.name,
        price=price,
        final_price=round(price * (1 - DISCOUNT)),
        marked=good.marked,
    )


def by_buyer(cabinet: Cabinet, it: Shipment, indexes: list[int] | None = None) -> bool:
    """
    This function will let the buyer cancel lots (all of them); it says whether it was not too late.

    What the seller brings or gives out is only asked for: the seller answers with order/cancelResult.
    """
    mine = [lot for lot in it.lots if (indexes is None or lot.index in indexes) and lot.status not in GONE]
    if not mine or any(lot.status in ("SHIPPED", "DELIVERED") for lot in mine):
        return False
    for lot in mine:
        if cabinet.scheme in (DBS, CNC):
            lot.cancel_wanted = True
        else:
            lot.status, lot.after = "CUSTOMER_CANCELED", ""
    cabinet.keep(it)
    notices.cancelled(cabinet, it, mine)
    return True


def _moment(data: Json, name: str, default: float) -> float:
    value = data.get(name)
    if value is None:
        return default
    try:
        return parse(value)
    except (ValueError, TypeError):
        raise whole(f"Некорректное значение поля {name}") from None


def _texts(data: Json, name: str) -> list[str]:
    values = data.get(name) or []
    if not isinstance(values, list) or any(not isinstance(value, str) for value in values):
        raise whole(f"Некорректное значение поля {name}")
    return values
