"""Prices: uploaded as a task, applied a little later, or kept in quarantine."""

from typing import Any

import msgspec

from sandbox.clock import iso
from sandbox.exchange import Answer, Call
from sandbox.goods import Card, Good
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.refusals import data_error
from sandbox.wildberries.registry import PRICES, route
from sandbox.wildberries.state import Price, Upload
from sandbox.world import World

Json = dict[str, Any]
DONE, PARTLY, FAILED = 3, 5, 6
BAD = "Invalid request parameters"


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    def applied(sid: str, upload: int) -> None:
        apply(cabinets[sid], cabinets[sid].uploads[upload])

    world.agenda.on("wb.prices", applied)


def _well(data: Any) -> Json:
    return {"data": data, "error": False, "errorText": ""}


@route("POST", PRICES, "/api/v2/upload/task", group="prices")
def upload(cabinet: Cabinet, call: Call) -> Answer:
    rows = _rows(call)
    wanted = [row for row in rows if _changes(cabinet, row)]
    if not wanted:
        same = any(row["nmID"] in cabinet.catalogue.cards for row in rows)
        raise data_error(
            400,
            "The specified prices and discounts are already set"
            if same
            else "All item Nos. are specified incorrectly, or the specified prices and discounts are already set",
        )
    for known in cabinet.uploads.values():
        if known.status == 1 and known.goods == rows:
            body = {"data": {"id": known.upload_id, "alreadyExists": True}, "error": False}
            return Answer(208, {**body, "errorText": "This task already exists"})
    number = cabinet.world.sequences.next("wb/upload", start=395_643_565)
    if not call.silent:
        cabinet.uploads.put(number, Upload(upload_id=number, goods=rows, created=cabinet.clock.now()))
        cabinet.world.agenda.later(cabinet.tempo.price_upload, "wb.prices", sid=cabinet.seller.sid, upload=number)
    return Answer(200, _well({"id": number, "alreadyExists": False}))


def _rows(call: Call) -> list[Json]:
    try:
        value = call.json()
    except msgspec.DecodeError:
        raise data_error(400, "Invalid data format") from None
    rows = value.get("data") if isinstance(value, dict) else None
    if not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
        raise data_error(400, "Invalid data format")
    if not rows:
        raise data_error(400, "Empty data")
    if len(rows) > 1000:
        raise data_error(400, "Upload limit exceeded: You can upload a maximum of 1 000 items")
    for row in rows:
        _judge(row)
    if len({row["nmID"] for row in rows}) < len(rows):
        raise data_error(400, "Duplicate item Nos.")
    return rows


def _judge(row: Json) -> None:
    number, price, discount = row.get("nmID"), row.get("price"), row.get("discount")
    if isinstance(number, bool) or not isinstance(number, int) or number <= 0:
        raise data_error(400, "Invalid item No.")
    if price is None and discount is None:
        raise data_error(400, "Price and discount not specified")
    if price is not None and (isinstance(price, bool) or not isinstance(price, int)):
        raise data_error(400, "Price should be a whole number")
    if price is not None and price <= 0:
        raise data_error(400, "Invalid price value")
    if discount is not None and (
        isinstance(discount, bool) or not isinstance(discount, int) or not 0 <= discount <= 99
    ):
        raise data_error(400, "Invalid discount value")


def _changes(cabinet: Cabinet, row: Json) -> bool:
    card = cabinet.catalogue.cards.get(row["nmID"])
    if card is None or not card.sizes:
        return False
    known = cabinet.price(card.sizes[0])
    return (row.get("price", known.price), row.get("discount", known.discount)) != (known.price, known.discount)


def apply(cabinet: Cabinet, upload: Upload) -> None:
    """This function will apply an upload: each good for itself, too deep a fall into quarantine."""
    for row in upload.goods:
        card = cabinet.catalogue.cards.get(row["nmID"])
        row["status"], row["errorText"] = (3, "Item No. is not found") if card is None else _apply(cabinet, card, row)
    good = sum(row["status"] == 2 for row in upload.goods)
    upload.status = DONE if good == len(upload.goods) else PARTLY if good else FAILED
    upload.done_at = cabinet.clock.now()
    cabinet.uploads.touch(upload.upload_id)


def _apply(cabinet: Cabinet, card: Card, row: Json) -> tuple[int, str]:
    known = cabinet.price(card.sizes[0])
    new = Price(row.get("price", known.price), row.get("discount", known.discount))
    if _paid(new) * 3 <= _paid(known):
        cabinet.quarantine.put(card.nm_id, new)
        return 3, "The new price is several times lower than the current price. Item has been moved to Price Quarantine"
    cabinet.quarantine.drop(card.nm_id)
    cabinet.prices.put(card.nm_id, new)
    return 2, ""


def _paid(price: Price) -> float:
    return price.price * (100 - price.discount) / 100


def _upload(cabinet: Cabinet, call: Call) -> Upload | None:
    text = call.query.get("uploadID", "")
    if not text.isdigit():
        raise data_error(400, BAD)
    return cabinet.uploads.get(int(text))


@route("GET", PRICES, "/api/v2/history/tasks", group="prices")
def history(cabinet: Cabinet, call: Call) -> Json:
    known = _upload(cabinet, call)
    # What still lies in the buffer has no history.
    return _well(None if known is None or known.done_at is None else _task(known))


@route("GET", PRICES, "/api/v2/buffer/tasks", group="prices")
def buffer(cabinet: Cabinet, call: Call) -> Json:
    known = _upload(cabinet, call)
    return _well(None if known is None or known.done_at is not None else _task(known))


def _task(known: Upload) -> Json:
    return {
        "uploadID": known.upload_id,
        "status": known.status,
        "uploadDate": iso(known.created),
        "activationDate": iso(known.done_at or known.created),
        "overAllGoodsNumber": len(known.goods),
        "successGoodsNumber": sum(row.get("status") == 2 for row in known.goods),
    }


@route("GET", PRICES, "/api/v2/history/goods/task", group="prices")
def history_goods(cabinet: Cabinet, call: Call) -> Json:
    known = _upload(cabinet, call)
    rows = known.goods if known is not None and known.done_at is not None else []
    page = [_history_row(cabinet, row) for row in _cut(call, rows)]
    return {"data": {"uploadID": known.upload_id if known else None, "historyGoods": page or None}}


@route("GET", PRICES, "/api/v2/buffer/goods/task", group="prices")
def buffer_goods(cabinet: Cabinet, call: Call) -> Json:
    known = _upload(cabinet, call)
    rows = known.goods if known is not None and known.done_at is None else []
    page = [_history_row(cabinet, {**row, "status": 1}) for row in _cut(call, rows)]
    return _well({"uploadID": known.upload_id if known else None, "bufferGoods": page or None})


def _history_row(cabinet: Cabinet, row: Json) -> Json:
    card = cabinet.catalogue.cards.get(row["nmID"])
    price = cabinet.price(card.sizes[0]) if card and card.sizes else Price(0, 0)
    return {
        "nmID": row["nmID"],
        "vendorCode": card.model if card else "",
        "sizeID": card.sizes[0].chrt_id if card and card.sizes else 0,
        "techSizeName": card.sizes[0].size if card and card.sizes else "",
        "price": row.get("price", price.price),
        "currencyIsoCode4217": "RUB",
        "discount": row.get("discount", price.discount),
        "clubDiscount": 0,
        "status": row["status"],
        "errorText": row.get("errorText") or None,
    }


@route("GET", PRICES, "/api/v2/list/goods/filter", group="prices")
def goods(cabinet: Cabinet, call: Call) -> Json:
    cards = cabinet.catalogue.cards_in_order
    if only := call.query.get("filterNmID"):
        cards = [card for card in cards if str(card.nm_id) == only]
    return _well({"listGoods": [_good_row(cabinet, card) for card in _cut(call, cards)]})


@route("POST", PRICES, "/api/v2/list/goods/filter", group="prices", writes=False)
def goods_by_number(cabinet: Cabinet, call: Call) -> Json:
    try:
        wanted = call.json().get("nmList")
    except (msgspec.DecodeError, AttributeError):
        raise data_error(400, BAD) from None
    if (
        not isinstance(wanted, list)
        or not 1 <= len(wanted) <= 1000
        or any(type(number) is not int for number in wanted)
    ):
        raise data_error(400, BAD)
    known = [cabinet.catalogue.cards[number] for number in wanted if number in cabinet.catalogue.cards]
    return _well({"listGoods": [_good_row(cabinet, card) for card in known if card.sizes]})


@route("GET", PRICES, "/api/v2/list/goods/size/nm", group="prices")
def sizes(cabinet: Cabinet, call: Call) -> Json:
    number = call.query.get("nmID", "")
    card = cabinet.catalogue.cards.get(int(number)) if number.isdigit() else None
    if card is None:
        raise data_error(400, BAD)
    rows = [{**_head(cabinet, card), **_size(cabinet, good)} for good in _cut(call, card.sizes)]
    return _well({"listGoods": rows})


def _head(cabinet: Cabinet, card: Card) -> Json:
    return {
        "nmID": card.nm_id,
        "vendorCode": card.model,
        "currencyIsoCode4217": "RUB",
        "discount": cabinet.price(card.sizes[0]).discount,
        "clubDiscount": 0,
        "editableSizePrice": False,
        "isBadTurnover": False,
    }


def _good_row(cabinet: Cabinet, card: Card) -> Json:
    return {
        **_head(cabinet, card),
        "sizes": [_size(cabinet, good) for good in card.sizes],
        "wholesaleDiscountThreshold": [],
    }


def _size(cabinet: Cabinet, good: Good) -> Json:
    price = cabinet.price(good)
    return {
        "sizeID": good.chrt_id,
        "price": price.price,
        "discountedPrice": _paid(price),
        "clubDiscountedPrice": _paid(price),
        "techSizeName": good.size or "0",
    }


@route("GET", PRICES, "/api/v2/quarantine/goods", group="prices")
def quarantine(cabinet: Cabinet, call: Call) -> Json:
    rows = [_quarantined(cabinet, number, new) for number, new in cabinet.quarantine.items()]
    return _well({"quarantineGoods": _cut(call, rows)})


def _quarantined(cabinet: Cabinet, number: int, new: Price) -> Json:
    old = cabinet.price(cabinet.catalogue.cards[number].sizes[0])
    return {
        "nmID": number,
        "sizeID": None,
        "techSizeName": "",
        "currencyIsoCode4217": "RUB",
        "newPrice": new.price,
        "oldPrice": old.price,
        "newDiscount": new.discount,
        "oldDiscount": old.discount,
        "priceDiff": _paid(new) - _paid(old),
    }


def _cut(call: Call, rows: list[Any]) -> list[Any]:
    limit, offset = call.query.get("limit", ""), call.query.get("offset") or "0"
    if not limit.isdigit() or not 1 <= int(limit) <= 1000 or not offset.isdigit():
        raise data_error(400, BAD)
    return rows[int(offset) : int(offset) + int(limit)]
