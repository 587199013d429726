"""Stock at Wildberries' own warehouses."""

from typing import Any

import msgspec

from sandbox.exchange import Answer, Call, Refused
from sandbox.goods import Good
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.registry import ANALYTICS, route

Json = dict[str, Any]
MOST = 250_000


@route("POST", ANALYTICS, "/api/analytics/v1/stocks-report/wb-warehouses", group="analytics", writes=False)
def wb_warehouses(cabinet: Cabinet, call: Call) -> Json:
    try:
        wanted = call.json() if call.body else {}
    except msgspec.DecodeError:
        raise _wrong("body") from None
    if not isinstance(wanted, dict):
        raise _wrong("body")
    limit, offset = wanted.get("limit", MOST), wanted.get("offset", 0)
    if type(limit) is not int or type(offset) is not int or not 0 < limit <= MOST or offset < 0:
        raise _wrong("limit, offset")
    cards, sizes = (_numbers(wanted, name) for name in ("nmIds", "chrtIds"))
    rows = [
        _row(good)
        for good in cabinet.catalogue.on_wildberries
        if good.index % 4 == 0 and (not cards or good.nm_id in cards) and (not sizes or good.chrt_id in sizes)
    ]
    return {"data": {"items": rows[offset : offset + limit]}}


def _numbers(wanted: Json, name: str) -> set[int]:
    values = wanted.get(name) or []
    if not isinstance(values, list) or any(type(value) is not int for value in values):
        raise _wrong(name)
    return set(values)


def _row(good: Good) -> Json:
    return {
        "nmId": good.nm_id,
        "chrtId": good.chrt_id,
        "warehouseId": 507,
        "warehouseName": "Склад WB РФ",
        "regionName": "Центральный",
        "quantity": good.index * 5 % 30 + 1,
        "inWayToClient": good.index % 4,
        "inWayFromClient": good.index % 2,
    }


def _wrong(what: str) -> Refused:
    body = {
        "title": "Invalid request",
        "detail": f"invalid parameter: {what}",
        "requestId": "0",
        "origin": "stocks-report",
    }
    return Refused(Answer(400, body))
