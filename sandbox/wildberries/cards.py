"""Cards: a model with its sizes."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime
from typing import Any

import msgspec

from sandbox.clock import iso_micro, parse
from sandbox.exchange import Call
from sandbox.goods import Card
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.refusals import content_error
from sandbox.wildberries.registry import CONTENT, route

Json = dict[str, Any]
FIRST = datetime(2025, 12, 6, 11, 17, tzinfo=UTC).timestamp()
MOST = 100


@route("POST", CONTENT, "/content/v2/get/cards/list", group="content", writes=False)
def cards_list(cabinet: Cabinet, call: Call) -> Json:
    settings = _settings(call)
    cursor, wanted, sort = (settings.get(name) or {} for name in ("cursor", "filter", "sort"))
    if any(not isinstance(part, dict) for part in (cursor, wanted, sort)):
        raise content_error(400, "Invalid request body")
    limit = cursor.get("limit", 10)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST:
        raise content_error(400, "Invalid request: limit")
    ascending = bool(sort.get("ascending", False))
    found, start = _found(cabinet, wanted), _last_place(cursor)
    if ascending:
        first = bisect_right(found, start, key=_place) if start else 0
        page = found[first : first + limit]
    else:
        end = bisect_left(found, start, key=_place) if start else len(found)
        page = found[max(0, end - limit) : end][::-1]
    last = {"updatedAt": iso_micro(_place(page[-1])[0]), "nmID": page[-1].nm_id} if page else {}
    return {"cards": [_shape(card) for card in page], "cursor": {**last, "total": len(page)}}


def _settings(call: Call) -> Json:
    try:
        value = call.json() if call.body else {}
    except msgspec.DecodeError:
        raise content_error(400, "Invalid request body") from None
    settings = value.get("settings") if isinstance(value, dict) else None
    if settings is not None and not isinstance(settings, dict):
        raise content_error(400, "Invalid request body")
    return settings or {}


def _found(cabinet: Cabinet, wanted: Json) -> list[Card]:
    """The cards that match, the oldest first."""
    # The default asks for cards without a photograph; ours have one, so a forgotten withPhoto finds nothing.
    if wanted.get("withPhoto", 0) == 0:
        return []
    text = str(wanted.get("textSearch") or "")
    if not text:
        return cabinet.catalogue.cards_in_order
    return [card for card in cabinet.catalogue.cards_in_order if _named(card, text)]


def _named(card: Card, text: str) -> bool:
    return text in (card.model, str(card.nm_id)) or any(text == good.barcode for good in card.sizes)


def _place(card: Card) -> tuple[float, int]:
    return FIRST + card.sizes[0].index * 60.0, card.nm_id


def _last_place(cursor: Json) -> tuple[float, int] | None:
    if not cursor.get("updatedAt"):
        return None
    try:
        return parse(str(cursor["updatedAt"])), int(cursor.get("nmID") or 0)
    except (ValueError, TypeError):
        raise content_error(400, "Invalid request: cursor") from None


def _shape(card: Card) -> Json:
    first = card.sizes[0]
    updated = iso_micro(_place(card)[0])
    return {
        "nmID": card.nm_id,
        "imtID": card.nm_id + 500_000_000,
        "nmUUID": f"01bda0b1-5c0b-736c-b2be-{card.nm_id:012d}",
        "subjectID": 7000 + sum(map(ord, first.category)) % 900,
        "subjectName": first.category,
        "vendorCode": card.model,
        "brand": first.brand,
        "title": first.model_name,
        "description": "",
        "needKiz": first.marked,
        "kizMarked": bool(first.marking),
        "photos": [{name: _photo(card, name) for name in ("big", "c246x328", "c516x688", "square", "tm")}],
        "wholesale": {"enabled": False, "quantum": 0},
        "dimensions": {
            "length": -(-first.length_mm // 10),
            "width": -(-first.width_mm // 10),
            "height": -(-first.height_mm // 10),
            "weightBrutto": first.weight_g / 1000,
            "isValid": True,
        },
        "characteristics": [{"id": 14177449, "name": "Цвет", "value": [first.colour]}] if first.colour else [],
        "sizes": [
            {"chrtID": good.chrt_id, "techSize": good.size or "0", "wbSize": good.size, "skus": [good.barcode]}
            for good in card.sizes
        ],
        "tags": [],
        "createdAt": updated,
        "updatedAt": updated,
    }


def _photo(card: Card, name: str) -> str:
    return f"https://basket.example/vol{card.nm_id // 100_000}/{card.nm_id}/images/{name}/1.webp"


@route("POST", CONTENT, "/content/v2/get/cards/trash", group="content", writes=False)
def trash(cabinet: Cabinet, call: Call) -> Json:
    """Nothing is ever thrown away here."""
    _settings(call)
    return {"cards": [], "cursor": {"total": 0}}


@route("POST", CONTENT, "/content/v2/cards/error/list", group="content-errors", writes=False)
def errors(cabinet: Cabinet, call: Call) -> Json:
    cursor = {"next": False, "updatedAt": iso_micro(FIRST), "batchUUID": "b15fecaf-57fd-4b63-ab6f-18d630b8793e"}
    return {"data": {"items": [], "cursor": cursor}, "error": False, "errorText": "", "additionalErrors": {}}
