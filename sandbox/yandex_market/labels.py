"""Stickers: a file of all boxes of an order in the size asked for, or the data to draw them."""

from datetime import date
from typing import Any

from sandbox.drawing import pdf
from sandbox.exchange import Answer
from sandbox.yandex_market import shapes
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.orders import named
from sandbox.yandex_market.reading import Asked
from sandbox.yandex_market.refusals import invalid, refused
from sandbox.yandex_market.registry import route
from sandbox.yandex_market.state import Box, Order

Json = dict[str, Any]
SIZES = {"A7": (75.0, 120.0), "A9": (40.0, 58.0), "A9_HORIZONTALLY": (58.0, 40.0), "A4": (210.0, 297.0)}


@route(
    "GET",
    "/v2/campaigns/{campaignId}/orders/{orderId}/delivery/labels",
    name="generateOrderLabels",
    amount=10_000,
    reads=True,
)
def file(cabinet: Cabinet, asked: Asked) -> Answer:
    form = asked.call.query.get("format", "A7")
    if form not in SIZES:
        raise invalid(f"Parameter format has a wrong value (rejected value: '{form[:40]}')")
    order = _boxed(cabinet, asked)
    width, height = SIZES[form]
    pages = [_page(order, box, width, height) for box in order.boxes]
    return Answer(200, pdf.write(pages), content_type="application/pdf")


def _boxed(cabinet: Cabinet, asked: Asked) -> Order:
    order = named(cabinet, asked)
    if not order.boxes:
        raise refused(404, f"No boxes found for order '{order.order_id}'")
    return order


def _page(order: Order, box: Box, width: float, height: float) -> pdf.Page:
    large = 9.0 if width < 60 else 16.0
    lines = [(str(order.order_id), large), (_place(order, box), 8.0)]
    return pdf.Page(width, height, (shapes.barcode(order, box),), tuple(lines))


def _place(order: Order, box: Box) -> str:
    number = next(place for place, one in enumerate(order.boxes, 1) if one.box_id == box.box_id)
    return f"{number}/{len(order.boxes)}"


@route(
    "GET",
    "/v2/campaigns/{campaignId}/orders/{orderId}/delivery/labels/data",
    name="getOrderLabelsData",
    amount=10_000,
    reads=True,
)
def data(cabinet: Cabinet, asked: Asked) -> Json:
    order = _boxed(cabinet, asked)
    rows = [_data(cabinet, order, box) for box in order.boxes]
    link = f"{asked.call.base_url}/labels/{order.order_id}"
    return {
        "status": "OK",
        "result": {"orderId": order.order_id, "placesNumber": len(rows), "url": link, "parcelBoxLabels": rows},
    }


def _data(cabinet: Cabinet, order: Order, box: Box) -> Json:
    return {
        "url": f"https://example.org/labels/{box.box_id}",
        "supplierName": cabinet.seller.legal_name,
        "deliveryServiceName": "Яндекс Доставка",
        "deliveryServiceId": "1005557",
        "orderId": order.order_id,
        "orderNum": str(order.order_id),
        "recipientName": "П. Песочников",
        "boxId": box.box_id,
        "fulfilmentId": shapes.barcode(order, box),
        "place": _place(order, box),
        "weight": "1.0",
        "deliveryAddress": order.city,
        "shipmentDate": date.fromisoformat(order.ship_on).strftime("%d.%m.%Y"),
    }
