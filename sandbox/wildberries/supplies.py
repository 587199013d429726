"""Supplies: what leaves together, and what happens to its orders afterwards."""

from typing import Any

from sandbox.clock import iso
from sandbox.drawing import stickers as drawing
from sandbox.exchange import Answer, Call
from sandbox.wildberries.cabinet import ALIVE, Cabinet
from sandbox.wildberries.marks import blocking
from sandbox.wildberries.reading import body, numbers, query_number, texts
from sandbox.wildberries.refusals import refused
from sandbox.wildberries.registry import MARKETPLACE, route
from sandbox.wildberries.state import Order, Supply
from sandbox.wildberries.stickers import KINDS, base64_of
from sandbox.world import World

Json = dict[str, Any]
PATH = "/api/v3/supplies/{supplyId}"
# Cursors may have nineteen digits: more than a floating point number keeps.
FAR = 10**18
TO_PICKUP_POINTS = (0, 1)  # kinds of cargo


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    """This function will tell the agenda how a delivered supply goes on."""

    def step(work: Any) -> Any:
        def run(sid: str, supply: str) -> None:
            cabinet = cabinets[sid]
            work(cabinet, cabinet.supplies[supply])

        return run

    world.agenda.on("wb.scanned", step(scan))
    world.agenda.on("wb.arrived", step(arrive))
    world.agenda.on("wb.sold", step(sell))


@route("POST", MARKETPLACE, "/api/v3/supplies", group="fbs")
def create(cabinet: Cabinet, call: Call) -> Answer:
    name = body(call).get("name", "")
    if not isinstance(name, str):
        raise refused("IncorrectRequestBody")
    if len(name) > 128:
        raise refused("IncorrectRequest")
    number = cabinet.world.sequences.next("wb/supply", start=182_700_311)
    supply = Supply(number=number, supply_id=f"WB-GI-{number}", name=name, created=cabinet.clock.now())
    if not call.silent:
        cabinet.supplies.put(supply.supply_id, supply)
    return Answer(201, {"id": supply.supply_id})


@route("GET", MARKETPLACE, "/api/v3/supplies", group="fbs")
def listed(cabinet: Cabinet, call: Call) -> Json:
    limit, after = query_number(call, "limit", low=1, high=1000), query_number(call, "next")
    page = [supply for supply in cabinet.supplies.values() if FAR + supply.number > after][:limit]
    return {"next": FAR + page[-1].number if page else after, "supplies": [shape(supply) for supply in page]}


@route("GET", MARKETPLACE, PATH, group="fbs")
def one(cabinet: Cabinet, call: Call) -> Json:
    return shape(named(cabinet, call))


@route("DELETE", MARKETPLACE, PATH, group="fbs")
def delete(cabinet: Cabinet, call: Call) -> Answer:
    supply = named(cabinet, call)
    if supply.orders or supply.done:
        raise refused("SupplyHasOrders")
    if not call.silent:
        cabinet.supplies.drop(supply.supply_id)
    return Answer(204)


def named(cabinet: Cabinet, call: Call) -> Supply:
    supply = cabinet.supplies.get(call.params["supplyId"])
    if supply is None:
        raise refused("NotFound")
    return supply


def shape(supply: Supply) -> Json:
    return {
        "id": supply.supply_id,
        "name": supply.name,
        "done": supply.done,
        "createdAt": iso(supply.created),
        "closedAt": iso(supply.closed) if supply.closed else None,
        "scanDt": iso(supply.scanned) if supply.scanned else None,
        "cargoType": supply.cargo,
        "crossBorderType": supply.cross_border,
        "isB2b": supply.b2b,
        "destinationOfficeId": supply.office_id,
        "recommendedWhId": supply.office_id or 0,
        "isPickupPointShipmentAllowed": supply.cargo in TO_PICKUP_POINTS,
        "shippingDt": supply.shipping_date,
        "shippingPointId": supply.shipping_point,
        "shippingType": supply.shipping_type,
        "waybillUuid": supply.waybill,
        "spotAvailable": False,
    }


@route("PATCH", MARKETPLACE, "/api/marketplace/v3/supplies/{supplyId}/orders", group="fbs")
def add_orders(cabinet: Cabinet, call: Call) -> Answer:
    supply = named(cabinet, call)
    wanted = list(dict.fromkeys(numbers(call, "orders", high=100)))
    if any(number not in cabinet.orders for number in wanted):
        raise refused("NotFound")
    orders = [cabinet.orders[number] for number in wanted]
    if supply.done or any(not _movable(cabinet, order) for order in orders) or not _fit(supply, orders):
        raise refused("FailedToAddSupplyOrder")
    if not call.silent:
        for order in orders:
            _attach(cabinet, supply, order)
    return Answer(204)


def _movable(cabinet: Cabinet, order: Order) -> bool:
    if order.to_reship:
        return True
    held = cabinet.supplies.get(order.supply_id)
    return order.wb_status == "waiting" and order.supplier_status in ALIVE and (held is None or not held.done)


def _fit(supply: Supply, orders: list[Order]) -> bool:
    """Everything in a supply comes from one warehouse, is of one size class and of one kind of buyer."""
    first = (supply.cargo, supply.warehouse_id, supply.b2b) if supply.orders else _kind(orders[0])
    return all(_kind(order) == first for order in orders)


def _kind(order: Order) -> tuple[int, int, bool | None]:
    return order.cargo, order.warehouse_id, order.b2b


def _attach(cabinet: Cabinet, supply: Supply, order: Order) -> None:
    held = cabinet.supplies.get(order.supply_id)
    if held is not None and held is not supply:
        held.orders = [number for number in held.orders if number != order.order_id]
        cabinet.supplies.touch(held.supply_id)
    if order.order_id not in supply.orders:
        supply.orders.append(order.order_id)
    supply.cargo, supply.warehouse_id, supply.b2b = _kind(order)
    supply.cross_border, supply.office_id = 0, order.office_id
    order.supply_id, order.to_reship = supply.supply_id, False
    cabinet.supplies.touch(supply.supply_id)
    cabinet.move(order, supplier="confirm", wb="waiting")


@route("GET", MARKETPLACE, "/api/marketplace/v3/supplies/{supplyId}/order-ids", group="fbs")
def order_ids(cabinet: Cabinet, call: Call) -> Json:
    return {"orderIds": named(cabinet, call).orders}


@route("GET", MARKETPLACE, "/api/v3/supplies/orders/reshipment", group="fbs")
def reshipment(cabinet: Cabinet, call: Call) -> Json:
    waiting = [order for order in cabinet.orders.values() if order.to_reship]
    return {"orders": [{"supplyID": order.supply_id, "orderID": order.order_id} for order in waiting]}


@route("PATCH", MARKETPLACE, PATH + "/deliver", group="fbs")
def deliver(cabinet: Cabinet, call: Call) -> Answer:
    supply = named(cabinet, call)
    if supply.done:
        raise refused("StatusMismatch")
    if not supply.orders:
        raise refused("SupplyHasZeroOrders")
    orders = [cabinet.orders[number] for number in supply.orders]
    wrong = [{"id": order.order_id, "metaDetails": found} for order in orders if (found := blocking(order))]
    if wrong:
        raise refused("MetaValidationFail", {"orders": wrong})
    # Since 2026-10-01 in Russia.
    if supply.shipping_type is None:
        raise refused("SupplyShippingRequired")
    if not call.silent:
        _close(cabinet, supply, orders)
        _later(cabinet, supply, cabinet.tempo.acceptance, "wb.scanned")
    return Answer(204)


def _close(cabinet: Cabinet, supply: Supply, orders: list[Order]) -> None:
    supply.done, supply.closed = True, cabinet.clock.now()
    cabinet.supplies.touch(supply.supply_id)
    for order in orders:
        cabinet.move(order, supplier="complete")


def scan(cabinet: Cabinet, supply: Supply) -> None:
    """This function will let the office scan the supply; a few units are not found and want to be shipped again."""
    supply.scanned = cabinet.clock.now()
    cabinet.supplies.touch(supply.supply_id)
    for order in map(cabinet.orders.__getitem__, list(supply.orders)):
        if order.wb_status != "waiting":
            continue
        if cabinet.world.happens(cabinet.tempo.left_at_gate):
            order.to_reship = True
            cabinet.orders.touch(order.order_id)
        else:
            order.scan_price = order.price
            cabinet.move(order, wb="sorted")
    _later(cabinet, supply, cabinet.tempo.delivering, "wb.arrived")


def arrive(cabinet: Cabinet, supply: Supply) -> None:
    _all(cabinet, supply, "sorted", "ready_for_pickup")
    _later(cabinet, supply, cabinet.tempo.delivered, "wb.sold")


def sell(cabinet: Cabinet, supply: Supply) -> None:
    for order in map(cabinet.orders.__getitem__, supply.orders):
        if order.wb_status == "ready_for_pickup":
            refuses = cabinet.world.happens(cabinet.tempo.buyer_cancels)
            cabinet.move(order, wb="canceled_by_client" if refuses else "sold")


def _all(cabinet: Cabinet, supply: Supply, before: str, after: str) -> None:
    for order in map(cabinet.orders.__getitem__, supply.orders):
        if order.wb_status == before:
            cabinet.move(order, wb=after)


def _later(cabinet: Cabinet, supply: Supply, seconds: float, name: str) -> None:
    cabinet.world.agenda.later(seconds, name, sid=cabinet.seller.sid, supply=supply.supply_id)


@route("GET", MARKETPLACE, PATH + "/barcode", group="fbs")
def barcode(cabinet: Cabinet, call: Call) -> Json:
    supply, kind = named(cabinet, call), call.query.get("type", "")
    if kind not in KINDS:
        raise refused("IncorrectParameter")
    if not supply.done:
        raise refused("SupplyNotClosed")
    return {"barcode": supply.supply_id, "file": _sheet(kind, supply.supply_id, supply.supply_id)}


def _sheet(kind: str, code: str, text: str) -> str:
    return base64_of(drawing.draw(kind, barcode=code, small="", large=text, width=580, height=400))


@route("GET", MARKETPLACE, PATH + "/trbx", group="fbs")
def boxes(cabinet: Cabinet, call: Call) -> Json:
    return {"trbxes": [{"id": box} for box in named(cabinet, call).boxes]}


@route("POST", MARKETPLACE, PATH + "/trbx", group="fbs")
def add_boxes(cabinet: Cabinet, call: Call) -> Answer:
    supply, amount = named(cabinet, call), body(call).get("amount")
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise refused("IncorrectRequestBody")
    # Since 2026-09-04 at most half as many boxes as orders; one is always allowed.
    most = max(1, len(supply.orders) // 2)
    if (
        supply.cargo not in TO_PICKUP_POINTS
        or supply.done
        or not 1 <= amount <= 1000
        or len(supply.boxes) + amount > most
    ):
        raise refused("IncorrectRequest", status=400)
    fresh = [f"WB-TRBX-{cabinet.world.sequences.next('wb/box', start=4_410_001)}" for _ in range(amount)]
    supply.boxes += fresh
    cabinet.supplies.touch(supply.supply_id)
    return Answer(201, {"trbxIds": fresh})


@route("DELETE", MARKETPLACE, PATH + "/trbx", group="fbs")
def delete_boxes(cabinet: Cabinet, call: Call) -> Answer:
    supply, wanted = named(cabinet, call), texts(call, "trbxIds", high=1000)
    if supply.done:
        raise refused("IncorrectRequest", status=400)
    if any(box not in supply.boxes for box in wanted):
        raise refused("NotFound")
    supply.boxes = [box for box in supply.boxes if box not in wanted]
    cabinet.supplies.touch(supply.supply_id)
    return Answer(204)


@route("POST", MARKETPLACE, PATH + "/trbx/stickers", group="fbs", writes=False)
def box_stickers(cabinet: Cabinet, call: Call) -> Json:
    supply, kind = named(cabinet, call), call.query.get("type", "")
    if kind not in KINDS:
        raise refused("IncorrectParameter")
    wanted = texts(call, "trbxIds", high=1000)
    if any(box not in supply.boxes for box in wanted):
        raise refused("NotFound")
    codes = {box: f"$WBMP:1:{supply.number % 1000}:{box.removeprefix('WB-TRBX-')}" for box in wanted}
    return {"stickers": [{"barcode": code, "file": _sheet(kind, code, box)} for box, code in codes.items()]}
