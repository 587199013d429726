"""Stocks at the seller's warehouses: absolute amounts, no reserve, unknown names passed over in silence."""

from typing import Any

from sandbox.exchange import Answer, Call, Refused
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.reading import body, numbers, path_number
from sandbox.wildberries.refusals import refused
from sandbox.wildberries.registry import MARKETPLACE, route
from sandbox.wildberries.state import Warehouse

Json = dict[str, Any]
PATH = "/api/v3/stocks/{warehouseId}"
MOST, ROWS = 100_000, 1_000
MESSAGES = {
    "NotFound": "Not found",
    "UploadDataLimit": "Upload limit exceeded.",
    "CargoWarehouseRestrictionMGT": (
        'The selected warehouse is not suitable for goods with the type "LCL (Less than Container Load)". '
        "Upload the balances to the warehouse without the ODC or CD+ mark"
    ),
    "CargoWarehouseRestrictionKGTPlus": (
        'The selected warehouse is not suitable for goods with the type "CD+". '
        "Upload the balances to the warehouse marked - CD+"
    ),
    "StoreIsProcessing": "The store is processing",
}


def _warehouse(cabinet: Cabinet, call: Call) -> Warehouse:
    place = cabinet.warehouses.get(path_number(call, "warehouseId"))
    if place is None:
        raise refused("NotFound")
    return place


@route("PUT", MARKETPLACE, PATH, group="stocks")
def put(cabinet: Cabinet, call: Call) -> Answer:
    place = _warehouse(cabinet, call)
    rows = _rows(call)
    if place.warehouse_id in cabinet.processing:
        raise _conflict([("StoreIsProcessing", [])])
    if any("sku" in row for row in rows):
        raise refused("SKUUploadDisabled")
    # Names are not validated: a row without both right names is accepted and changes nothing.
    meant = [(row["chrtId"], row["amount"]) for row in rows if "chrtId" in row and "amount" in row]
    for chrt, amount in meant:
        if any(isinstance(value, bool) or not isinstance(value, int) for value in (chrt, amount)) or amount < 0:
            raise refused("IncorrectRequest")
    _judge(cabinet, place, meant)
    if not call.silent:
        for chrt, amount in meant:
            cabinet.stocks.put((place.warehouse_id, chrt), amount)
    return Answer(204)


def _rows(call: Call) -> list[Json]:
    """
    The rows of the body.

    A wrong name at the top is as silent as one in a row.
    """
    rows = body(call).get("stocks", [])
    if not isinstance(rows, list) or any(not isinstance(row, dict) for row in rows):
        raise refused("IncorrectRequestBody")
    if len(rows) > ROWS:
        raise refused("IncorrectRequest")
    return rows


def _judge(cabinet: Cabinet, place: Warehouse, meant: list[tuple[int, int]]) -> None:
    """Refuse the whole batch when one row is wrong; the answer names those that are."""
    wrong: dict[str, list[Json]] = {}
    for chrt, amount in meant:
        good = cabinet.catalogue.by_chrt.get(chrt)
        if good is None:
            code = "NotFound"
        elif amount > MOST:
            code = "UploadDataLimit"
        elif good.cargo != place.cargo:
            code = "CargoWarehouseRestrictionKGTPlus" if good.cargo == 3 else "CargoWarehouseRestrictionMGT"
        else:
            continue
        wrong.setdefault(code, []).append({"sku": "", "chrtId": chrt, "amount": amount})
    if wrong:
        raise _conflict(list(wrong.items()))


def _conflict(wrong: list[tuple[str, list[Json]]]) -> Refused:
    rows = []
    for code, data in wrong:
        row: Json = {"code": code, "message": MESSAGES[code]}
        rows.append({**row, "data": data} if data else row)
    return Refused(Answer(409, rows))


@route("POST", MARKETPLACE, PATH, group="stocks", writes=False)
def read(cabinet: Cabinet, call: Call) -> Json:
    place = _warehouse(cabinet, call)
    wanted = numbers(call, "chrtIds", high=ROWS, low=0)
    known = [(chrt, cabinet.stocks.get((place.warehouse_id, chrt))) for chrt in wanted]
    return {"stocks": [{"chrtId": chrt, "amount": amount} for chrt, amount in known if amount is not None]}


@route("DELETE", MARKETPLACE, PATH, group="stocks-delete")
def delete(cabinet: Cabinet, call: Call) -> Answer:
    place = _warehouse(cabinet, call)
    for chrt in numbers(call, "chrtIds", high=ROWS):
        if not call.silent:
            cabinet.stocks.drop((place.warehouse_id, chrt))
    return Answer(204)
