"""What the seller does to lots.  All rows of a request are judged first; one wrong row and nothing of it is taken."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.exchange import Call
from sandbox.megamarket.cabinet import GONE, Cabinet
from sandbox.megamarket.keys import FBS
from sandbox.megamarket.refusals import each, row, taken, whole
from sandbox.megamarket.registry import ORDER, method
from sandbox.megamarket.state import Lot, Shipment
from sandbox.world import World

Json = Any
CODE = re.compile(r"[A-Za-z0-9_-]*")
REASONS = {
    FBS: (
        "OUT_OF_STOCK", "INCORRECT_PRICE", "INCORRECT_PRODUCT", "INCORRECT_SPEC", "TWICE_ORDER",
        "NOT_TIME_FOR_SHIPPING", "FRAUD_ORDER",
    ),
}  # fmt: skip
OWN_REASONS = ("OUT_OF_STOCK", "NOT_ACCEPTABLE")
Named = list[tuple[Shipment, Json, list[tuple[Lot, Json]]]]


def plan(world: World, cabinets: dict[int, Cabinet]) -> None:
    """This function will tell the agenda what comes of pending lots, of deadlines, and of what is on its way."""

    def pended(merchant: int, number: str, lots: list[int]) -> None:
        cabinet = cabinets[merchant]
        it = cabinet.shipments[number]
        done = [lot for lot in it.lots if lot.index in lots and lot.after and lot.status not in GONE]
        for lot in done:
            lot.status, lot.after = lot.after, ""
        cabinet.keep(it)
        if any(lot.status == "CONFIRMED" for lot in done):
            world.agenda.later(cabinet.tempo.pack_within, "mm.late", merchant=merchant, number=number)
        if any(lot.status == "SHIPPED" for lot in done):
            world.agenda.later(cabinet.tempo.delivered, "mm.delivered", merchant=merchant, number=number)

    def late(merchant: int, number: str) -> None:
        cabinet = cabinets[merchant]
        it = cabinet.shipments[number]
        for lot in it.lots:
            unconfirmed = lot.status == "NEW" and cabinet.scheme == FBS
            if unconfirmed or (lot.status in ("NEW", "CONFIRMED") and cabinet.clock.now() >= it.pack_until - 1):
                word = "CONFIRMATION_EXPIRED" if unconfirmed else "PACKING_EXPIRED"
                lot.status, lot.sub_status = "MERCHANT_CANCELED", word
        cabinet.keep(it)

    def delivered(merchant: int, number: str) -> None:
        cabinet = cabinets[merchant]
        it = cabinet.shipments[number]
        for lot in it.lots:
            if lot.status == "SHIPPED":
                lot.status = "DELIVERED"
        cabinet.keep(it)

    world.agenda.on("mm.pended", pended)
    world.agenda.on("mm.late", late)
    world.agenda.on("mm.delivered", delivered)


@method(f"{ORDER}/order/confirm")
def confirm(cabinet: Cabinet, data: Json, call: Call) -> Json:
    """Its refusal is one object, unlike its neighbours'."""
    if cabinet.scheme != FBS:
        raise whole("Метод недоступен для схемы")
    found, wrong = _named(cabinet, data, lambda lot, item: _state(lot, "NEW"))
    if wrong:
        raise whole("; ".join(one["message"] for one in wrong), code=7)
    return _do(call, found, lambda it, lots: cabinet.pend(it, lots, during="PENDING_CONFIRMATION", after="CONFIRMED"))


@method(f"{ORDER}/order/reject")
def reject(cabinet: Cabinet, data: Json, call: Call) -> Json:
    reason = data.get("reason") or {}
    allowed = REASONS.get(cabinet.scheme, OWN_REASONS)
    if not isinstance(reason, dict) or (reason and reason.get("type") not in allowed):
        raise each([row("Некорректная причина отказа")])
    found, wrong = _named(cabinet, data, lambda lot, item: _state(lot, "NEW", "CONFIRMED", "PACKED"))
    if wrong:
        raise each(wrong)

    def done(it: Shipment, lots: list[Lot]) -> None:
        for lot in lots:
            lot.sub_status = "CONFIRMATION_REJECT" if lot.status == "NEW" else "LATE_REJECT"
            lot.status, lot.after = "MERCHANT_CANCELED", ""
        cabinet.keep(it)

    return _do(call, found, done)


@method(f"{ORDER}/order/packing")
def packing(cabinet: Cabinet, data: Json, call: Call) -> Json:
    boxed = cabinet.scheme == FBS
    ready = ("CONFIRMED", "PACKED") if boxed else ("NEW",)
    found, wrong = _named(cabinet, data, lambda lot, item: _state(lot, *ready), code_needed=True)
    for it, shipment, pairs in found:
        wrong += [told for lot, item in pairs if (told := _unpackable(cabinet, it, shipment, lot, item, boxed=boxed))]
    if wrong:
        raise each(wrong)

    def done(it: Shipment, lots: list[Lot]) -> None:
        items = {int(item["itemIndex"]): item for _, shipment, _ in found for item in shipment["items"]
                 if shipment["shipmentId"] == it.number}  # fmt: skip
        it.order_code = next(shipment["orderCode"] for one, shipment, _ in found if one is it)
        for lot in lots:
            lot.boxes = [box["boxIndex"] for box in items[lot.index].get("boxes") or ()]
            lot.mark = str(items[lot.index].get("digitalMark") or "")
        cabinet.pend(it, lots, during="PENDING_PACKING", after="PACKED")

    return _do(call, found, done)


def _unpackable(cabinet: Cabinet, it: Shipment, shipment: Json, lot: Lot, item: Json, *, boxed: bool) -> Json | None:
    where = {"shipmentId": it.number, "itemIndex": str(lot.index)}
    if lot.marked and not item.get("digitalMark"):
        return row("Не передан код маркировки digitalMark", **where)
    if not boxed:
        return None if item.get("quantity", 1) == 1 else row("Количество лота может быть только 1", **where)
    boxes = item.get("boxes")
    if not isinstance(boxes, list) or not boxes:
        return row("Не переданы грузовые места boxes", **where)
    for box in boxes:
        index = box.get("boxIndex") if isinstance(box, dict) else None
        if isinstance(index, bool) or not isinstance(index, int) or index < 1:
            return row("Некорректный boxIndex", **where)
        wanted = f"{cabinet.merchant_id}*{shipment['orderCode']}*{index}"
        if box.get("boxCode") != wanted:
            return row(f"Некорректный boxCode, ожидается {wanted}", **where, boxCode=str(box.get("boxCode")))
    return None


@method(f"{ORDER}/order/shipping")
def shipping(cabinet: Cabinet, data: Json, call: Call) -> Json:
    if cabinet.scheme != FBS:
        raise whole("Метод недоступен для схемы")
    wrong: list[Json] = []
    found: Named = []
    for shipment in _rows(data):
        it = cabinet.shipments.get(str(shipment.get("shipmentId")))
        if it is None:
            wrong.append(row("Отправление не найдено", shipmentId=str(shipment.get("shipmentId"))))
            continue
        if not isinstance(shipment.get("shipping"), dict) or not shipment["shipping"].get("shippingDate"):
            wrong.append(row("Не указана дата отгрузки", shipmentId=it.number))
        indexes = {box.get("boxIndex") for box in shipment.get("boxes") or () if isinstance(box, dict)}
        lots = [lot for lot in it.lots if lot.status not in GONE and set(lot.boxes) & indexes]
        if not lots:
            wrong.append(row("Грузовое место не найдено", shipmentId=it.number))
        wrong += [told for lot in lots if (told := _state_row(it, lot, "PACKED"))]
        found.append((it, shipment, [(lot, {}) for lot in lots]))
    if wrong:
        raise each(wrong)

    def done(it: Shipment, lots: list[Lot]) -> None:
        it.shipped_at = cabinet.clock.now()
        cabinet.pend(it, lots, during="PENDING_SHIPPING", after="SHIPPED")

    return _do(call, found, done)


@method(f"{ORDER}/order/close")
def close(cabinet: Cabinet, data: Json, call: Call) -> Json:
    if cabinet.scheme == FBS:
        raise whole("Метод недоступен для схемы")
    found, wrong = _named(cabinet, data, _closable, by_offer=False)
    wrong += [row("Не указана дата closeDate", shipmentId=it.number) for it, s, _ in found if not s.get("closeDate")]
    if wrong:
        raise each(wrong)
    if not call.silent:
        for it, _, pairs in found:
            for lot, item in pairs:
                lot.status = "DELIVERED" if item.get("handoverResult") is True else "CUSTOMER_CANCELED"
            cabinet.keep(it)
    return taken({"result": 1, "warnings": []})


def _closable(lot: Lot, item: Json) -> str:
    if not isinstance(item.get("handoverResult"), bool):
        return "Некорректный handoverResult"
    ready = ("PACKED", "NEW") if lot.article == "delivery" else ("PACKED",)
    return _state(lot, *ready)


@method(f"{ORDER}/order/cancelResult")
def cancel_result(cabinet: Cabinet, data: Json, call: Call) -> Json:
    if cabinet.scheme == FBS:
        raise whole("Метод недоступен для схемы")
    found, wrong = _named(cabinet, data, lambda lot, item: "" if lot.cancel_wanted else "Отмена не запрошена",
                          by_offer=False)  # fmt: skip
    if wrong:
        raise each(wrong)
    if not call.silent:
        for it, _, pairs in found:
            for lot, item in pairs:
                lot.cancel_wanted = False
                if item.get("canceled") is True:
                    lot.status, lot.after = "CUSTOMER_CANCELED", ""
            cabinet.keep(it)
    return taken({"result": 1, "warnings": []})


def _do(call: Call, found: Named, work: Callable[[Shipment, list[Lot]], None]) -> Json:
    if not call.silent:
        for it, _, pairs in found:
            work(it, [lot for lot, _ in pairs])
    return taken({"result": 1, "warnings": []})


def _named(
    cabinet: Cabinet, data: Json, judge: Callable[[Lot, Json], str], *, code_needed: bool = False, by_offer: bool = True
) -> tuple[Named, list[Json]]:
    """The shipments and lots that a request names, and what is wrong with them."""
    found: Named = []
    wrong: list[Json] = []
    for shipment in _rows(data):
        number = str(shipment.get("shipmentId"))
        it, code = cabinet.shipments.get(number), shipment.get("orderCode")
        if it is None:
            wrong.append(row("Отправление не найдено", shipmentId=number))
            continue
        if (code_needed and not code) or not isinstance(code or "", str) or not CODE.fullmatch(code or ""):
            wrong.append(row("Некорректный orderCode", shipmentId=number))
        items = shipment.get("items")
        if not isinstance(items, list) or not items:
            wrong.append(row("Не указаны лоты", shipmentId=number))
            continue
        lots = {str(lot.index): lot for lot in it.lots}
        pairs: list[tuple[Lot, Json]] = []
        for item in items:
            index = str(item.get("itemIndex")) if isinstance(item, dict) else ""
            lot = lots.get(index)
            if lot is None or (by_offer and item.get("offerId", lot.article) != lot.article):
                wrong.append(row("Лот не найден", shipmentId=number, itemIndex=index))
            elif text := judge(lot, item):
                wrong.append(row(text, shipmentId=number, itemIndex=index))
            else:
                pairs.append((lot, item))
        found.append((it, shipment, pairs))
    return found, wrong


def _rows(data: Json) -> list[Json]:
    rows = data.get("shipments")
    if not isinstance(rows, list) or not rows or any(not isinstance(one, dict) for one in rows):
        raise whole("Некорректное значение поля shipments")
    return rows


def _state(lot: Lot, *ready: str) -> str:
    if lot.status in ready:
        return ""
    if lot.status.startswith("PENDING"):
        return f"Лот обрабатывается, статус {lot.status}"
    return f"Некорректный статус лота {lot.status}"


def _state_row(it: Shipment, lot: Lot, *ready: str) -> Json | None:
    text = _state(lot, *ready)
    return row(text, shipmentId=it.number, itemIndex=str(lot.index)) if text else None
