"""Stickers of orders that are being assembled."""

import base64
from typing import Any

from sandbox.drawing import stickers as drawing
from sandbox.exchange import Call
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.reading import numbers
from sandbox.wildberries.refusals import refused
from sandbox.wildberries.registry import MARKETPLACE, route
from sandbox.wildberries.state import Order

Json = dict[str, Any]
KINDS = ("svg", "zplv", "zplh", "png")
SIZES = {("58", "40"): (580, 400), ("40", "30"): (400, 300)}
STICKABLE = ("confirm", "complete")
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@route("POST", MARKETPLACE, "/api/v3/orders/stickers", group="fbs", writes=False)
def stickers(cabinet: Cabinet, call: Call) -> Json:
    kind, size = call.query.get("type", ""), (call.query.get("width", ""), call.query.get("height", ""))
    if kind not in KINDS or size not in SIZES:
        raise refused("IncorrectParameter")
    wanted = numbers(call, "orders", high=100)
    found = [cabinet.orders[number] for number in wanted if number in cabinet.orders]
    # An order in another state is left out of the answer.
    return {"stickers": [_sticker(order, kind, size) for order in found if order.supplier_status in STICKABLE]}


def _sticker(order: Order, kind: str, size: tuple[str, str]) -> Json:
    part_a, part_b, code = parts(order)
    width, height = SIZES[size]
    picture = drawing.draw(kind, barcode=code, small=part_a, large=part_b, width=width, height=height)
    return {
        "orderId": order.order_id,
        "partA": part_a,
        "partB": part_b,
        "barcode": code,
        "file": base64_of(picture),
    }


def parts(order: Order) -> tuple[str, str, str]:
    """This function will give partA, partB and the barcode of an order: all three follow from its sticker's number."""
    number = order.order_id * 10 + 2
    text = str(number)
    return text[:-4], text[-4:], f"*{_short(number)}"


def _short(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        digits = LETTERS[rest] + digits
    return digits


def base64_of(content: bytes) -> str:
    return base64.b64encode(content).decode()
