"""Shipments, their stickers, handover lists; and what the seller brings himself."""

from typing import Any

from sandbox.aliexpress.cabinet import Cabinet, sku_id
from sandbox.aliexpress.orders import GONE, shipment
from sandbox.aliexpress.refusals import ok, refused
from sandbox.aliexpress.registry import method
from sandbox.aliexpress.state import HandoverList, Order, Shipment
from sandbox.clock import iso
from sandbox.drawing import pdf
from sandbox.exchange import Answer, Call
from sandbox.world import World

Json = Any
LOGISTIC, LISTS, OWN = "/seller-api/v1/logistic-order", "/seller-api/v1/handover-list", "/api/v1/offline-ship"
HEAVIEST_KG = 700
# The address is the service's own, as in reality; a program whose base is the sandbox asks there.
FILES = "https://openapi.aliexpress.ru/files"


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    """This function will tell the agenda how shipments come about, leave and arrive."""

    def made(seller: str, number: int) -> None:
        cabinet = cabinets[seller]
        if (found := cabinet.shipment(number)) and found[1].status == "New":
            found[1].status, found[1].track = "AwaitingHandoverList", f"TRK{number:010d}"
            cabinet.touch(found[0])

    def moved(seller: str, number: int, status: str) -> None:
        cabinet = cabinets[seller]
        if (found := cabinet.shipment(number)) and found[1].status not in GONE:
            order, it = found
            it.status = status
            gone = status == "OrderReceivedFromSeller"
            order.delivery = "Shipped" if gone else "Delivered"
            order.display = "WaitAcceptGoods" if gone else "Finish"
            if not gone:
                order.status, order.finish_reason = "Finished", "ConfirmedByLogistic"
            cabinet.touch(order)

    world.agenda.on("ae.made", made)
    world.agenda.on("ae.moved", moved)


@method(f"{LOGISTIC}/create")
def create(cabinet: Cabinet, body: Json, call: Call) -> Json:
    rows = body.get("orders")
    if not isinstance(rows, list) or not rows:
        raise refused("InvalidArgument", "orders are expected", status=400)
    told, errors = [], []
    for row in rows:
        order = cabinet.orders.get(row.get("trade_order_id")) if isinstance(row, dict) else None
        if order is None:
            raise refused("ErrorCode.OrderNotFound", "Order is not found")
        if text := _wrong(cabinet, order, row):
            errors.append({"trade_order_id": order.order_id, "message": text})
            continue
        number = cabinet.world.sequences.next("ae/shipment", start=9_001)
        it = Shipment(shipment_id=number, items={str(item["sku_id"]): item["quantity"] for item in row["items"]})
        if not call.silent:
            order.shipments.append(it)
            cabinet.touch(order)
            later = cabinet.world.agenda.later
            later(cabinet.world.between(cabinet.tempo.packing), "ae.made", seller=cabinet.seller.code, number=number)
        told.append({"trade_order_id": order.order_id, "logistic_orders": [shipment(order, it)]})
    return ok({"orders": told, "errors": errors or None})


def _wrong(cabinet: Cabinet, order: Order, row: Json) -> str:
    sizes = [row.get(f"total_{name}") for name in ("length", "width", "height", "weight")]
    if any(isinstance(size, bool) or not isinstance(size, int | float) or size <= 0 for size in sizes):
        return "sizes are wrong"
    if sizes[3] > HEAVIEST_KG:
        return "weight is in kilograms"
    if order.status != "InProgress" or order.own_delivery:
        return "order status does not allow it"
    left = {str(sku_id(cabinet.catalogue.by_article[line.article])): line.quantity for line in order.lines}
    for one in (one for one in order.shipments if one.status not in GONE):
        for sku, count in one.items.items():
            left[sku] = left.get(sku, 0) - count
    if not any(count > 0 for count in left.values()):
        return "shipment already exists"
    asked = {str(item.get("sku_id")): item.get("quantity") for item in row.get("items") or ()}
    return (
        "" if asked and all(0 < (count or 0) <= left.get(sku, 0) for sku, count in asked.items()) else "items are wrong"
    )


@method(f"{LOGISTIC}/get")
def get(cabinet: Cabinet, body: Json, call: Call) -> Json:
    rows = []
    for number in body.get("logistic_order_ids") or ():
        if found := cabinet.shipment(number):
            it = found[1]
            rows.append(
                {
                    "logistic_order_id": number,
                    "platform_tracking_code": it.track or None,
                    "status": it.status,
                    "handover_list_id": it.list_id or None,
                }
            )
    return ok({"logistic_orders": rows})


@method(f"{LOGISTIC}/delete")
def delete(cabinet: Cabinet, body: Json, call: Call) -> Json:
    for order, it in _named(cabinet, body):
        if it.status not in ("New", "AwaitingHandoverList"):
            raise refused("WrongStatus", "shipment status does not allow it")
        if not call.silent:
            it.status = "Cancelled"
            cabinet.touch(order)
    return ok(None)


@method("/seller-api/v1/labels/orders/get")
def label(cabinet: Cabinet, body: Json, call: Call) -> Json:
    found = _named(cabinet, body)
    if any(it.status == "New" for _, it in found):
        raise refused("LogisticProviderNotFound", "Logistic provider is not found")
    return ok({"label_url": f"{FILES}/labels/{'-'.join(str(it.shipment_id) for _, it in found)}.pdf"})


@method("/seller-api/v1/labels/handover-lists/get")
def paper(cabinet: Cabinet, body: Json, call: Call) -> Json:
    return ok({"label_url": f"{FILES}/lists/{_list(cabinet, body).list_id}.pdf"})


def file(cabinet: Cabinet, path: str) -> Answer:
    """This function will serve `labels/9001.pdf` and `lists/31.pdf`, to whoever bears the token."""
    kind, _, name = path.partition("/")
    texts = name.removesuffix(".pdf").split("-")
    words = [f"{'LIST' if kind == 'lists' else 'TRK'}{int(text):010d}" for text in texts if text.isdigit()]
    pages = [pdf.Page(100.0, 150.0, (word,), ((word, 14.0),)) for word in words]
    return Answer(200, pdf.write(pages), content_type="application/pdf")


@method(f"{LISTS}/create")
def make_list(cabinet: Cabinet, body: Json, call: Call) -> Json:
    found = _named(cabinet, body)
    if any(it.status != "AwaitingHandoverList" for _, it in found):
        raise refused("WrongStatus", "shipment status does not allow it")
    number = cabinet.world.sequences.next("ae/list", start=31)
    if not call.silent:
        made = HandoverList(list_id=number, created=cabinet.clock.now(), shipments=[it.shipment_id for _, it in found])
        cabinet.lists.put(number, made)
        for order, it in found:
            it.status, it.list_id = "AwaitingConfirmation", number
            cabinet.touch(order)
    return ok({"handover_list_id": number})


@method(f"{LISTS}/get-by-filter")
def lists(cabinet: Cabinet, body: Json, call: Call) -> Json:
    if not isinstance(body.get("page_number"), int) or not isinstance(body.get("page_size"), int):
        raise refused("InvalidArgument", "page_number and page_size are required", status=400)
    wanted = set(body.get("logistic_order_ids") or ())
    found = [one for one in cabinet.lists.values() if not wanted or wanted & set(one.shipments)]
    rows = [
        {
            "handover_list_id": one.list_id,
            "arrival_date": iso(one.created + 86_400),
            "status": one.status,
            "shipment_type": "Dropoff",
            "logistic_order_ids": one.shipments,
            "gmt_create": iso(one.created),
        }
        for one in found
    ]
    info = {"current": 1, "page_size": body["page_size"], "total": len(rows)}
    return ok({"data_source": rows, "page_info": info})


@method(f"{LISTS}/transfer")
def transfer(cabinet: Cabinet, body: Json, call: Call) -> Json:
    it = _list(cabinet, body)
    if it.status != "Created":
        raise refused("WrongStatus", "handover list is already transferred")
    if not call.silent:
        it.status = "Transferred"
        cabinet.lists.touch(it.list_id)
        later, seller = cabinet.world.agenda.later, cabinet.seller.code
        for number in it.shipments:
            if found := cabinet.shipment(number):
                found[1].status = "AwaitingDispatch"
                cabinet.touch(found[0])
            taken = cabinet.tempo.acceptance
            later(taken, "ae.moved", seller=seller, number=number, status="OrderReceivedFromSeller")
            arrived = taken + cabinet.tempo.delivered
            later(arrived, "ae.moved", seller=seller, number=number, status="ProviderPostingDelivered")
    return ok(None)


def _list(cabinet: Cabinet, body: Json) -> HandoverList:
    found = cabinet.lists.get(body.get("handover_list_id"))
    if found is None:
        raise refused("HandoverListNotFound", "handover list is not found")
    return found


def _named(cabinet: Cabinet, body: Json) -> list[tuple[Order, Shipment]]:
    ids = body.get("logistic_order_ids")
    if not isinstance(ids, list) or not ids:
        raise refused("InvalidArgument", "logistic_order_ids are expected", status=400)
    found = [cabinet.shipment(number) for number in ids]
    if not all(found):
        raise refused("LogisticOrderNotFound", "logistic order is not found")
    return [one for one in found if one is not None]


def _own(cabinet: Cabinet, body: Json, call: Call, display: str, delivery: str, *ready: str) -> Json:
    order = cabinet.orders.get(body.get("trade_order_id"))
    if order is None:
        raise refused("ErrorCode.OrderNotFound", "Order is not found")
    if not order.own_delivery or order.display not in ready:
        raise refused("WrongStatus", "order status does not allow it")
    if not call.silent:
        order.display, order.delivery = display, delivery
        if display == "Finish":
            order.status, order.finish_reason = "Finished", "ConfirmedByLogistic"
        cabinet.touch(order)
    return ok(None)


@method(f"{OWN}/to-in-transit")
def in_transit(cabinet: Cabinet, body: Json, call: Call) -> Json:
    if not body.get("tracking_number") or not body.get("provider_name"):
        raise refused("InvalidArgument", "tracking_number and provider_name are required", status=400)
    return _own(cabinet, body, call, "WaitAcceptGoods", "Shipped", "WaitSendGoods")


@method(f"{OWN}/to-ready-for-pickup")
def ready_for_pickup(cabinet: Cabinet, body: Json, call: Call) -> Json:
    return _own(cabinet, body, call, "WaitAcceptGoods", "Shipped", "WaitAcceptGoods")


@method(f"{OWN}/to-delivered")
def delivered(cabinet: Cabinet, body: Json, call: Call) -> Json:
    return _own(cabinet, body, call, "Finish", "Delivered", "WaitAcceptGoods")
