"""Ours → theirs: the bodies of requests.  A lot is one unit, so nothing is ever counted but by listing lots."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from backoffice.kernel.zones import MOSCOW
from marketplaces import dto
from marketplaces.adapters.megamarket import wire

Body = dict[str, object]
PAGE = 1000  # ids of one search
AT_ONCE = 400  # shipments of one order/get
CARDS = 100_000
CARDS_AT_ONCE = 500


def moment(at: datetime) -> str:
    """This function will write a time as Megamarket does: Moscow's, to the second."""
    return at.astimezone(MOSCOW).isoformat(timespec="seconds")


def search(*, since: datetime, until: datetime, statuses: Sequence[str] = (), count: int = PAGE) -> Body:
    """By when a shipment was made; there is no cursor and no "changed since"."""
    wanted: Body = {"dateFrom": moment(since), "dateTo": moment(until), "count": count}
    return {**wanted, "statuses": list(statuses)} if statuses else wanted


def shipments(numbers: Sequence[str]) -> Body:
    return {"shipments": list(numbers)}


def box_code(merchant_id: str, number: str, index: int) -> str:
    """This function will name a box; it is what a scanner reads on its sticker.  The order code is the number."""
    return f"{merchant_id}*{number}*{index}"


def box(merchant_id: str, number: str, index: int) -> Body:
    return {"boxIndex": index, "boxCode": box_code(merchant_id, number, index)}


def confirm(lots: Mapping[str, Sequence[wire.Lot]]) -> Body:
    """number → lots that the seller takes."""
    return {"shipments": [{"shipmentId": n, "orderCode": n, "items": _refs(those)} for n, those in lots.items()]}


def reject(number: str, lots: Sequence[wire.Lot], reason: str, text: str) -> Body:
    """One reason for a call."""
    why: Body = {"type": reason, **({"comment": text[:500]} if text else {})}
    return {"shipments": [{"shipmentId": number, "orderCode": number, "items": _refs(lots)}], "reason": why}


def _refs(lots: Sequence[wire.Lot]) -> list[Body]:
    return [{"itemIndex": int(lot.itemIndex), "offerId": lot.offerId} for lot in lots]


def packing(number: str, packed: Sequence["Packed"], *, merchant_id: str, boxed: bool) -> Body:
    """boxed: FBS says the box of each lot; who delivers or gives out himself says only what is packed."""
    items = [_packed(lot, merchant_id=merchant_id, number=number, boxed=boxed) for lot in packed]
    return {"shipmentId": number, "orderCode": number, "items": items}


class Packed:
    """A lot, the number of its box (from 1) and its marking code."""

    __slots__ = ("box", "lot", "mark")

    def __init__(self, lot: wire.Lot, box: int, mark: str = "") -> None:
        self.lot, self.box, self.mark = lot, box, mark


def _packed(it: Packed, *, merchant_id: str, number: str, boxed: bool) -> Body:
    row: Body = {"itemIndex": int(it.lot.itemIndex)}
    row |= {"boxes": [box(merchant_id, number, it.box)]} if boxed else {"quantity": 1}
    return {**row, "digitalMark": it.mark} if it.mark else row


def sticker(number: str, lots: Mapping[int, Sequence[wire.Lot]], *, merchant_id: str) -> Body:
    """lots: by the number of their box."""
    boxes = sorted(lots)
    items = [
        {"itemIndex": int(lot.itemIndex), "quantity": 1, "boxes": [box(merchant_id, number, index)]}
        for index in boxes
        for lot in lots[index]
    ]
    codes = [box_code(merchant_id, number, index) for index in boxes]
    row = {"shipmentId": number, "boxCodes": codes, "items": items}
    return {"printAsPdf": True, "shipments": [row]}


def shipping(boxes: Mapping[str, Sequence[int]], *, at: datetime, merchant_id: str) -> Body:
    """boxes: number → its boxes."""
    when = {"shippingDate": moment(at)}
    rows = [
        {"shipmentId": number, "boxes": [box(merchant_id, number, index) for index in indexes], "shipping": when}
        for number, indexes in boxes.items()
    ]
    return {"shipments": rows}


def close(number: str, lots: Sequence[wire.Lot], *, at: datetime, taken: bool, text: str = "") -> Body:
    """taken: the buyer has it; else why not is said."""
    why: Body = {} if taken else {"reason": {"type": "CANCEL_BY_CUSTOMER", "comment": text[:500]}}
    items = [{"itemIndex": int(lot.itemIndex), "handoverResult": taken, **why} for lot in lots]
    return {"shipments": [{"shipmentId": number, "closeDate": moment(at), "items": items}]}


def cancel_result(number: str, lots: Sequence[wire.Lot], *, canceled: bool) -> Body:
    items = [{"itemIndex": int(lot.itemIndex), "canceled": canceled} for lot in lots]
    return {"shipments": [{"shipmentId": number, "orderCode": number, "items": items}]}


def stocks(levels: Sequence[dto.StockLevel]) -> Body:
    return {"stocks": [{"offerId": level.offer_id, "quantity": max(level.pieces, 0)} for level in levels]}


def prices(levels: Sequence[dto.PriceLevel]) -> Body:
    return {"prices": [{"offerId": level.offer_id, "price": int(level.price), "isDeleted": False} for level in levels]}


def offers(offer_ids: Sequence[str]) -> Body:
    return {"filter": {"offerId": list(offer_ids)}}
