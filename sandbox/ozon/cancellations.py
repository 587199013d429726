"""Cancelling: by the seller with a reason, by the buyer of himself."""

from typing import Any

from sandbox.exchange import Call
from sandbox.ozon import returns
from sandbox.ozon.cabinet import TO_BE_DONE, Cabinet
from sandbox.ozon.postings import named
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import PRECONDITION, invalid, refused
from sandbox.ozon.registry import method
from sandbox.ozon.state import Posting

Json = dict[str, Any]
REASONS = {
    352: "Товар закончился на складе продавца",
    400: "Остался только бракованный товар",
    401: "Продавец отклонил арбитраж",
    402: "Другое (вина продавца)",
    665: "Покупатель не забрал заказ",
}
OFFERED = (352, 400, 402)
BUYER = {"cancel_reason_id": 501, "cancel_reason": "Покупатель передумал", "cancellation_type": "client"}


@method("/v1/posting/fbs/cancel-reason")
def reasons(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    numbers = fields.texts("related_posting_numbers", required=True)
    rows = [{"id": number, "title": REASONS[number], "type_id": "seller"} for number in OFFERED]
    return {"result": [{"posting_number": n, "reasons": rows} for n in numbers if n in cabinet.postings]}


@method("/v2/posting/fbs/cancel")
def cancel(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    posting = named(cabinet, fields)
    reason, message = _reason(fields)
    _judge_state(posting)
    if not call.silent:
        by_seller(cabinet, posting, reason, message)
    return {"result": True}


@method("/v2/posting/fbs/product/cancel")
def cancel_part(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    posting = named(cabinet, fields)
    reason, message = _reason(fields)
    if not message:
        raise fields.wrong("cancel_reason_message", "value length must be at least 1 runes")
    _judge_state(posting)
    if posting.status != "awaiting_packaging":
        raise refused(PRECONDITION, "HAS_INCORRECT_STATUS")
    dropped = {
        row.whole("sku", required=True): row.whole("quantity", required=True)
        for row in fields.objects("items", required=True)
    }
    _judge_items(posting, dropped)
    if not call.silent:
        _drop(cabinet, posting, dropped, reason, message)
    return {"result": posting.number}


def _reason(fields: Fields) -> tuple[int, str]:
    reason, message = fields.whole("cancel_reason_id", required=True), fields.text("cancel_reason_message")
    if reason not in REASONS:
        raise invalid("HAS_INCORRECT_CANCEL_REASON")
    if reason == 402 and not message:
        raise fields.wrong("cancel_reason_message", "value length must be at least 1 runes")
    return reason, message


def _judge_state(posting: Posting) -> None:
    if posting.status == "cancelled":
        raise refused(PRECONDITION, "POSTING_ALREADY_CANCELLED")
    if posting.status not in TO_BE_DONE or posting.packing:
        raise refused(PRECONDITION, "HAS_INCORRECT_STATUS")


def _judge_items(posting: Posting, dropped: dict[int, int]) -> None:
    have = {line.sku: line.quantity for line in posting.lines}
    if any(sku not in have for sku in dropped):
        raise refused(PRECONDITION, "UNKNOWN_PRODUCT_DEFINED")
    if any(not 1 <= quantity <= have[sku] for sku, quantity in dropped.items()):
        raise refused(PRECONDITION, "HAS_INCORRECT_PRODUCT_QUANTITY")


def _drop(cabinet: Cabinet, posting: Posting, dropped: dict[int, int], reason: int, message: str) -> None:
    if dropped == {line.sku: line.quantity for line in posting.lines}:
        by_seller(cabinet, posting, reason, message)
        return
    for line in posting.lines:
        if taken := dropped.get(line.sku, 0):
            cabinet.release_line(posting.warehouse_id, line, taken, sold=reason == 352)
            line.quantity -= taken
    posting.lines = [line for line in posting.lines if line.quantity]
    posting.exemplars = []
    posting.changed = cabinet.clock.now()
    cabinet.postings.touch(posting.number)


def by_seller(cabinet: Cabinet, posting: Posting, reason: int, message: str) -> None:
    row = {
        "cancel_reason_id": reason,
        "cancel_reason": message or REASONS[reason],
        "cancellation_type": "seller",
        "affect_cancellation_rating": True,
        "cancellation_initiator": "Продавец",
    }
    # What the seller does not have is not offered again.
    _cancelled(cabinet, posting, row, sold=reason == 352)


def by_buyer(cabinet: Cabinet, posting: Posting) -> bool:
    """This function will let the buyer cancel; it says whether it was not too late."""
    if posting.status not in TO_BE_DONE:
        return False
    row = {**BUYER, "affect_cancellation_rating": False, "cancellation_initiator": "Покупатель"}
    _cancelled(cabinet, posting, row, sold=False)
    return True


def at_the_door(cabinet: Cabinet, posting: Posting) -> bool:
    """This function will let the buyer refuse what is brought: it comes back; False: it is not being brought."""
    if posting.status != "delivering":
        return False
    row = {**BUYER, "affect_cancellation_rating": False, "cancellation_initiator": "Покупатель"}
    posting.cancellation = {**row, "cancelled_after_ship": True}
    returns.comes_back(cabinet, posting, kind="FullReturn", reason=returns.REFUSED)
    cabinet.move(posting, "cancelled", "posting_canceled")
    return True


def _cancelled(cabinet: Cabinet, posting: Posting, row: Json, *, sold: bool) -> None:
    posting.cancellation = {**row, "cancelled_after_ship": posting.packed}
    cabinet.release(posting, sold=sold)
    if posting.carriage_id:
        carriage = cabinet.carriages[posting.carriage_id]
        carriage.numbers = [number for number in carriage.numbers if number != posting.number]
        cabinet.carriages.touch(carriage.carriage_id)
        posting.carriage_id = 0
    cabinet.move(posting, "cancelled", "posting_canceled")
