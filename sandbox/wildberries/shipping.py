"""How a supply is shipped: points, method, waybill; obligatory in Russia since 2026-10-01."""

import re
import uuid
from typing import Any

from sandbox.exchange import Call
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.reading import body, query_number
from sandbox.wildberries.refusals import refused
from sandbox.wildberries.registry import MARKETPLACE, route
from sandbox.wildberries.state import Supply

Json = dict[str, Any]
TYPES = ("selfShipping", "transportCompany")
POINTS = [
    {"id": 50001, "name": "СЦ Подольск", "address": "Подольск, ул. Поклонная, 3", "city": "Подольск", "cargoType": 1},
    {"id": 50002, "name": "СЦ Казань", "address": "Казань, пр. Строителей, 1", "city": "Казань", "cargoType": 1},
    {
        "id": 50003,
        "name": "СЦ Подольск КГТ",
        "address": "Подольск, ул. Поклонная, 5",
        "city": "Подольск",
        "cargoType": 3,
    },
]


@route("GET", MARKETPLACE, "/api/marketplace/v3/fbs/shipping-points", group="fbs")
def points(cabinet: Cabinet, call: Call) -> Json:
    city = call.query.get("city", "").lower()
    cargo = query_number(call, "cargoType", low=1, high=3, default=0)
    return {
        "shippingPoints": [
            point
            for point in POINTS
            if (not city or city == str(point["city"]).lower()) and cargo in (0, point["cargoType"])
        ]
    }


@route("PATCH", MARKETPLACE, "/api/marketplace/v3/fbs/supplies/shipping-method", group="fbs")
def shipping_method(cabinet: Cabinet, call: Call) -> Json:
    return _each(cabinet, call, _set_method)


@route("PATCH", MARKETPLACE, "/api/marketplace/v3/fbs/supplies/waybill", group="fbs")
def waybill(cabinet: Cabinet, call: Call) -> Json:
    return _each(cabinet, call, _set_waybill)


def _each(cabinet: Cabinet, call: Call, work: Any) -> Json:
    """HTTP 200 always: each element of the answer is judged for itself."""
    rows = body(call).get("data")
    if not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
        raise refused("IncorrectRequestBody")
    if not 1 <= len(rows) <= 100:
        raise refused("IncorrectRequest")
    results = []
    for row in rows:
        number = row.get("supplyId")
        supply = cabinet.supplies.get(number) if isinstance(number, str) else None
        error = (404, "NotFound") if supply is None else work(cabinet, supply, row, call.silent)
        errors = [{"code": error[0], "detail": error[1]}] if error else []
        results.append({"supplyId": str(number), "isError": bool(error), "errors": errors})
    return {"requestId": str(uuid.UUID(int=cabinet.world.draw.getrandbits(128))), "results": results}


def _set_method(cabinet: Cabinet, supply: Supply, row: Json, silent: bool) -> tuple[int, str] | None:
    date, point, kind = row.get("shippingDt"), row.get("shippingPointId"), row.get("shippingType")
    if supply.done:
        return 409, "StatusMismatch"
    if not isinstance(date, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date) or kind not in TYPES:
        return 400, "IncorrectParameter"
    found = next((known for known in POINTS if known["id"] == point), None)
    if found is None:
        return 404, "ShippingPointNotFound"
    if supply.cargo and found["cargoType"] != supply.cargo:
        return 409, "CargoTypeMismatch"
    if not silent:
        supply.shipping_date, supply.shipping_point, supply.shipping_type = date, int(str(point)), kind
        cabinet.supplies.touch(supply.supply_id)
    return None


def _set_waybill(cabinet: Cabinet, supply: Supply, row: Json, silent: bool) -> tuple[int, str] | None:
    if not isinstance(row.get("waybillUuid"), str):
        return 400, "IncorrectParameter"
    if not silent:
        supply.waybill = row["waybillUuid"]
        cabinet.supplies.touch(supply.supply_id)
    return None
