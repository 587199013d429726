"""Stickers of boxes: a PDF when one asks for it, else a page of HTML."""

import base64
from html import escape
from typing import Any

from sandbox.drawing import pdf
from sandbox.drawing.picture import Picture
from sandbox.exchange import Answer, Call
from sandbox.megamarket.cabinet import Cabinet
from sandbox.megamarket.refusals import each, row, taken, whole
from sandbox.megamarket.registry import ORDER, method
from sandbox.megamarket.state import Shipment

Json = Any
WIDTH_MM, HEIGHT_MM = 100.0, 70.0


@method(f"{ORDER}/sticker/print")
def sticker(cabinet: Cabinet, data: Json, call: Call) -> Answer | Json:
    asked = data.get("shipments") or [{name: data.get(name) for name in ("shipmentId", "boxCodes")}]
    if not isinstance(asked, list):
        raise whole("Некорректное значение поля shipments")
    boxes = [(it, code) for one in asked for it, code in _boxes(cabinet, one)]
    if data.get("printAsPdf") is True and not cabinet.world.happens(cabinet.tempo.sticker_as_html):
        return Answer(200, pdf.write([_page(it, code) for it, code in boxes]), content_type="application/pdf")
    return taken("".join(["<html><body>", *(_html(it, code) for it, code in boxes), "</body></html>"]))


def _boxes(cabinet: Cabinet, asked: Json) -> list[tuple[Shipment, str]]:
    number = str(asked.get("shipmentId")) if isinstance(asked, dict) else ""
    it = cabinet.shipments.get(number)
    if it is None:
        raise each([row("Отправление не найдено", code="4", shipmentId=number)])
    known = {f"{cabinet.merchant_id}*{it.order_code}*{index}" for lot in it.lots for index in lot.boxes
             if lot.status in ("PACKED", "PENDING_SHIPPING", "SHIPPED")}  # fmt: skip
    codes = asked.get("boxCodes")
    if not isinstance(codes, list) or not codes:
        raise each([row("Не указаны грузовые места", code="4", shipmentId=number)])
    if strange := [str(code) for code in codes if code not in known]:
        wrong = [row("Грузовое место не найдено", code="4", shipmentId=number, boxCode=code) for code in strange]
        raise each(wrong)
    return [(it, code) for code in codes]


def _page(it: Shipment, code: str) -> pdf.Page:
    return pdf.Page(WIDTH_MM, HEIGHT_MM, (code,), ((it.number, 16.0), (code, 9.0)))


def _html(it: Shipment, code: str) -> str:
    picture = Picture(600, 160)
    picture.barcode(code, 150)
    drawn = base64.b64encode(picture.png()).decode()
    return (
        "<table border='1' width='100%'><tr><td>Отправление</td><td><b>"
        f"{escape(it.number)}</b></td></tr><tr><td>Получатель</td><td>{escape(it.person)}, {escape(it.city)}</td></tr>"
        f"<tr><td colspan='2'><img src='data:image/png;base64,{drawn}' width='280'></td></tr>"
        f"<tr><td colspan='2'>{escape(code)}</td></tr></table>"
    )
