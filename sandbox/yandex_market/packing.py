"""Boxes, codes, statuses that the seller sets, and what follows from "ready to ship"."""

from collections import Counter
from datetime import date
from typing import Any

from sandbox.world import World
from sandbox.yandex_market import orders, shapes, shipments
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.orders import named, not_now
from sandbox.yandex_market.reading import Asked, flag, objects, text, whole
from sandbox.yandex_market.refusals import invalid
from sandbox.yandex_market.registry import route
from sandbox.yandex_market.state import Box, Order

Json = dict[str, Any]
BAD_CODE = "BAD"
KINDS = {"CIS": "cis", "UIN": "uin"}
OWN_WAY = ("PROCESSING", "DELIVERY", "PICKUP", "DELIVERED")
EXPRESS_WAY = (
    ("PROCESSING", "COURIER_SEARCH"),
    ("PROCESSING", "COURIER_FOUND"),
    ("PROCESSING", "COURIER_ARRIVED_TO_SENDER"),
    ("DELIVERY", "COURIER_RECEIVED"),
    ("DELIVERED", "DELIVERY_SERVICE_DELIVERED"),
)


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    """This function will tell the agenda how couriers move, and what an unanswered wish to cancel becomes."""

    def courier(seller: str, order: int, step: int) -> None:
        _courier(cabinets[seller], cabinets[seller].orders[order], step)

    def unanswered(seller: str, order: int) -> None:
        cabinet = cabinets[seller]
        if cabinet.orders[order].cancel_requested:
            orders.cancelled(cabinet, cabinet.orders[order], "USER_CHANGED_MIND")

    world.agenda.on("yandex.courier", courier)
    world.agenda.on("yandex.unanswered", unanswered)


@route("PUT", "/v2/campaigns/{campaignId}/orders/{orderId}/boxes", name="setOrderBoxLayout", amount=10_000)
def set_boxes(cabinet: Cabinet, asked: Asked) -> Json:
    order = named(cabinet, asked)
    if order.status != "PROCESSING" or order.substatus == "SHIPPED":
        raise invalid(not_now(order))
    if order.substatus != "STARTED":
        raise invalid("Attempt to change order items or instances after READY_TO_SHIP")
    boxes = [objects(box, "items", high=1000) for box in objects(asked.body, "boxes", high=500)]
    _judge_layout(order, boxes, allow_remove=bool(flag(asked.body, "allowRemove")))
    made = [Box(cabinet.next("box", start=71_000_001), [_boxed(order, item) for item in items]) for items in boxes]
    if not asked.silent:
        order.boxes, order.checked_due = made, cabinet.clock.seconds() + cabinet.tempo.mark_check
        cabinet.touch(order)
    rows = [{"boxId": box.box_id, "items": box.items} for box in made]
    return {"status": "OK", "result": {"boxes": rows}}


def _judge_layout(order: Order, boxes: list[list[Json]], *, allow_remove: bool) -> None:
    counted: Counter[int] = Counter()
    for items in boxes:
        if any("partialCount" in item for item in items) and len(items) > 1:
            raise _layout("a box with a part of a good must hold nothing else")
        for item in items:
            number = whole(item, "id")
            if number not in {one.item_id for one in order.items}:
                raise _layout(f"unknown item '{number}'")
            if item.get("partialCount") is not None:
                counted[number] += int(whole(item["partialCount"], "current") == 1)
            else:
                counted[number] += whole(item, "fullCount")
    ordered = Counter({one.item_id: one.count for one in order.items})
    if counted - ordered:
        raise _layout("more units than ordered")
    if ordered - counted and not allow_remove:
        raise _layout("some units are absent from the boxes")


def _layout(why: str) -> Exception:
    return invalid(f"Invalid order boxes layout request. Violations: {why}")


def _boxed(order: Order, item: Json) -> Json:
    kept: Json = {"id": item["id"]}
    for key in ("fullCount", "partialCount"):
        if item.get(key) is not None:
            kept[key] = item[key]
    for instance in item.get("instances") or ():
        if not isinstance(instance, dict):
            raise invalid("'instances' must be a list of objects")
        if "\\u001d" in str(instance.get("cis", "")):
            raise invalid(f"Invalid incoming cis for item with id = {item['id']} for reason: wrong separator")
    if item.get("instances"):
        kept["instances"] = item["instances"]
    return kept


@route(
    "PUT", "/v2/campaigns/{campaignId}/orders/{orderId}/identifiers", name="provideOrderItemIdentifiers", amount=10_000
)
def set_marks(cabinet: Cabinet, asked: Asked) -> Json:
    order = named(cabinet, asked)
    if order.program != "DBS":
        raise invalid("Campaign type is not allowed. Allowed campaign types: DBS")
    for item in objects(asked.body, "items", high=1000):
        whole(item, "id")
        objects(item, "instances", high=1000)
    return {"status": "OK", "result": {"items": asked.body["items"]}}


@route(
    "POST",
    "/v2/campaigns/{campaignId}/orders/{orderId}/identifiers/status",
    name="getOrderIdentifiersStatus",
    amount=1000,
    reads=True,
)
def marks_status(cabinet: Cabinet, asked: Asked) -> Json:
    order = named(cabinet, asked)
    rows = [_checked(cabinet, order, one.item_id) for one in order.items]
    return {"status": "OK", "result": {"items": rows}}


def _checked(cabinet: Cabinet, order: Order, item_id: int) -> Json:
    found: Json = {"id": item_id}
    for name in KINDS.values():
        values = [str(one[name]) for one in _instances(order, item_id) if one.get(name)]
        if values:
            found[name] = [_code(cabinet, order, value) for value in values]
    return found


def _code(cabinet: Cabinet, order: Order, value: str) -> Json:
    if cabinet.clock.seconds() < order.checked_due:
        return {"value": value, "status": "IN_PROGRESS"}
    if BAD_CODE in value:
        return {"value": value, "status": "FAILED", "substatus": "CIS_NOT_FOUND_IN_GIS_MT"}
    return {"value": value, "status": "OK"}


def _instances(order: Order, item_id: int) -> list[Json]:
    rows = [item for box in order.boxes for item in box.items if item["id"] == item_id]
    return [instance for row in rows for instance in row.get("instances") or ()]


@route("PUT", "/v2/campaigns/{campaignId}/orders/{orderId}/status", name="updateOrderStatus", amount=10_000)
def set_status(cabinet: Cabinet, asked: Asked) -> Json:
    order, given = named(cabinet, asked), asked.body.get("order")
    if not isinstance(given, dict):
        raise invalid("'order' must not be null")
    status, substatus = text(given, "status"), text(given, "substatus", required=False)
    work = _own if order.program == "DBS" and status != "CANCELLED" else _market
    work(cabinet, order, status, substatus, given, silent=asked.silent)
    return {"order": shapes.older(cabinet, order)}


def _market(cabinet: Cabinet, order: Order, status: str, substatus: str, given: Json, *, silent: bool) -> None:
    """Orders that the market delivers: ready to ship, or cancelled for our fault; the rest is not ours."""
    if status == "CANCELLED":
        if substatus != "SHOP_FAILED":
            raise invalid(f"Cancellation request substatus '{substatus}' is not available for order '{order.order_id}'")
        if order.status != "PROCESSING" or order.substatus == "SHIPPED":
            raise invalid(not_now(order))
        if not silent:
            orders.cancelled(cabinet, order, substatus)
        return
    if (status, substatus) != ("PROCESSING", "READY_TO_SHIP"):
        where = f"for order '{order.order_id}' with status '{order.status}'"
        raise invalid(f"No permission to set status '{status}' {where}")
    if (order.status, order.substatus) != ("PROCESSING", "STARTED"):
        raise invalid(not_now(order))
    _judge_marks(cabinet, order)
    if not silent:
        ready(cabinet, order)


def _judge_marks(cabinet: Cabinet, order: Order) -> None:
    for one in order.items:
        wanted = [KINDS[mark] for mark in one.marks if mark in KINDS]
        for name in wanted:
            given = [instance for instance in _instances(order, one.item_id) if instance.get(name)]
            if len(given) < one.count:
                raise invalid(f"Order '{order.order_id}': identifiers must be provided for item '{one.item_id}'")
            if any(_code(cabinet, order, str(row[name]))["status"] != "OK" for row in given):
                raise invalid(f"Invalid incoming {name} for item with id = {one.item_id} for reason: not checked")


def ready(cabinet: Cabinet, order: Order) -> None:
    """This function will take an order as packed: it joins the day's shipment, or a courier is called."""
    if not order.boxes:
        items: list[Json] = [{"id": one.item_id, "fullCount": one.count} for one in order.items]
        order.boxes = [Box(cabinet.next("box", start=71_000_001), items)]
    cabinet.move(order, "PROCESSING", "READY_TO_SHIP")
    if order.program == "EXPRESS":
        _later(cabinet, order, 0)
    else:
        shipments.join(cabinet, order)


def _later(cabinet: Cabinet, order: Order, step: int) -> None:
    wait = cabinet.tempo.acceptance if step < len(EXPRESS_WAY) - 1 else cabinet.tempo.delivering
    later = cabinet.world.agenda.later
    later(wait / len(EXPRESS_WAY), "yandex.courier", seller=cabinet.seller.code, order=order.order_id, step=step)


def _courier(cabinet: Cabinet, order: Order, step: int) -> None:
    if order.status not in ("PROCESSING", "DELIVERY"):
        return
    status, substatus = EXPRESS_WAY[step]
    if status == "DELIVERY":
        cabinet.release(order, sold=True)
    cabinet.move(order, status, substatus)
    if step + 1 < len(EXPRESS_WAY):
        _later(cabinet, order, step + 1)


def _own(cabinet: Cabinet, order: Order, status: str, substatus: str, given: Json, *, silent: bool) -> None:
    """Orders that the seller delivers: station by station, none skipped but the point, where there is none."""
    if status not in OWN_WAY or order.status not in OWN_WAY:
        raise invalid(f"Status not allowed: '{status}'")
    way = [one for one in OWN_WAY if one != "PICKUP" or order.to_point or order.status == "PICKUP"]
    if status not in way or way.index(status) != way.index(order.status) + 1:
        raise invalid(f"Transition '{order.status}' -> '{status}' is not allowed. Reason: wrong order of statuses")
    told = ((given.get("delivery") or {}).get("dates") or {}).get("realDeliveryDate")
    if told is not None:
        _judge_day(cabinet, status, told)
    if silent:
        return
    if status == "DELIVERY":
        cabinet.release(order, sold=True)
    if told is not None:
        order.delivered_on = told
    words = {"DELIVERY": "DELIVERY_SERVICE_RECEIVED", "PICKUP": "PICKUP_SERVICE_RECEIVED"}
    cabinet.move(order, status, words.get(status, "DELIVERY_SERVICE_DELIVERED"))


def _judge_day(cabinet: Cabinet, status: str, told: Any) -> None:
    try:
        which = date.fromisoformat(told)
    except (ValueError, TypeError):
        raise invalid("'realDeliveryDate' must be a date") from None
    if status not in ("PICKUP", "DELIVERED"):
        raise invalid("realDeliveryDate is not allowed with this status")
    if which.isoformat() > shapes.stamp(cabinet.clock.now())[:10]:
        raise invalid("realDeliveryDate must not be in the future")
