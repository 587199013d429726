"""How a supply is shipped: points, method, waybill; obligatory in Russia since 2026-10-01."""

import re
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
    (50001, "СЦ Подольск", "Подольск, ул. Поклонная, 3", "Подольск", [1]),
    (50002, "СЦ Казань", "Казань, пр. Строителей, 1", "Казань", [1]),
    (50003, "СЦ Подольск КГТ", "Подольск, ул. Поклонная, 5", "Подольск", [2, 3]),
]


@route("GET", MARKETPLACE, "/api/marketplace/v3/fbs/shipping-points", group="fbs")
def points(cabinet: Cabinet, call: Call) -> Json:
    city, cargo = call.query.get("city", "").lower(), query_number(call, "cargoType", low=1, high=3)
    if not city:
        raise refused("IncorrectParameter")
    return {
        "shippingPoints": [
            {
                "id": number,
                "name": name,
                "address": address,
                "city": where,
                "officeType": "sc",
                "cargoTypes": cargoes,
                "latitude": 55.38,
                "longitude": 37.58,
                "fulfillment": False,
            }
            for number, name, address, where, cargoes in POINTS
            if city == where.lower() and cargo in cargoes
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
        said: Json = {"error": {"code": error[0], "detail": error[1]}} if error else {"success": True}
        results.append({"supplyId": str(number), **said})
    return {"results": results}


def _set_method(cabinet: Cabinet, supply: Supply, row: Json, silent: bool) -> tuple[int, str] | None:
    date, point, kind = row.get("shippingDt"), row.get("shippingPointId"), row.get("shippingType")
    if supply.scanned:
        return 409, "SupplyAlreadyScanned"
    if not isinstance(date, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", date) or kind not in TYPES:
        return 400, "IncorrectParameter"
    cargoes = next((cargoes for known, _, _, _, cargoes in POINTS if known == point), None)
    if cargoes is None:
        return 404, "ShippingPointNotFound"
    if supply.cargo and supply.cargo not in cargoes:
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
