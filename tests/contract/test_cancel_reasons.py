"""Why an order was cancelled, in our words, from what each marketplace tells."""

from collections.abc import Callable
from typing import Any

import pytest

from marketplaces.adapters.aliexpress import parse as aliexpress
from marketplaces.adapters.aliexpress import wire as aliexpress_wire
from marketplaces.adapters.megamarket import shipments as megamarket
from marketplaces.adapters.megamarket import wire as megamarket_wire
from marketplaces.adapters.ozon import postings as ozon
from marketplaces.adapters.ozon import wire as ozon_wire
from marketplaces.adapters.wildberries import parse as wildberries
from marketplaces.adapters.yandex_market import orders as yandex_market
from marketplaces.adapters.yandex_market import parse as yandex_parse
from marketplaces.adapters.yandex_market import wire as yandex_wire
from marketplaces.dto import CancelReason, RemoteStatus, ReturnReason, Stage


def by_yandex_market(substatus: str) -> RemoteStatus:
    told = {"orderId": 1, "campaignId": 2, "status": "CANCELLED", "substatus": substatus}
    return yandex_market.status_of(yandex_wire.Order.model_validate(told))


def by_ozon(reason: str) -> RemoteStatus:
    told = {"posting_number": "1-1-1", "status": "cancelled", "cancellation": {"cancel_reason": reason}}
    return ozon.status_of(ozon_wire.Posting.model_validate(told))


def by_aliexpress(reason: str) -> RemoteStatus:
    told = {"id": 1, "created_at": "2026-11-20T10:00:00Z", "status": "Cancelled", "order_display_status": "Close"}
    return aliexpress.status_of(aliexpress_wire.Order.model_validate({**told, "finish_reason": reason}))


def by_megamarket(status: str, *reasons: str) -> RemoteStatus:
    lots = [
        {"itemIndex": str(place), "offerId": "a", "status": status, "subStatus": reason}
        for place, reason in enumerate(reasons, start=1)
    ]
    return megamarket.status_of(megamarket_wire.Shipment.model_validate({"shipmentId": "1", "items": lots}))


def by_wildberries(supplier: str, wb: str) -> RemoteStatus:
    (status,) = wildberries.status({"id": 1, "supplierStatus": supplier, "wbStatus": wb})
    return status


@pytest.mark.parametrize(
    ("tell", "words", "why"),
    [
        (by_yandex_market, ["USER_BOUGHT_CHEAPER"], CancelReason.CHEAPER),
        (by_yandex_market, ["DROPOFF_LOST"], CancelReason.LOST),
        (by_yandex_market, ["TECHNICAL_ERROR"], None),
        (by_yandex_market, ["A_WORD_FROM_TOMORROW"], None),
        (by_ozon, ["Покупатель передумал"], CancelReason.CHANGED_MIND),
        (by_ozon, [" Покупатель не забрал заказ "], CancelReason.NOT_FETCHED),
        (by_ozon, ["Нет размера"], None),
        (by_ozon, [""], CancelReason.UNTOLD),
        (by_aliexpress, ["ProductNotEnough"], CancelReason.OUT_OF_STOCK),
        (by_aliexpress, ["CancelledByBuyer"], CancelReason.UNTOLD),
        (by_aliexpress, ["GroupBuyFailure"], None),
        (by_aliexpress, [""], CancelReason.UNTOLD),
        (by_megamarket, ["MERCHANT_CANCELED", "PACKING_EXPIRED"], CancelReason.NOT_HANDLED),
        (by_megamarket, ["MERCHANT_CANCELED", "", "LATE_REJECT"], CancelReason.SELLER),
        (by_megamarket, ["CUSTOMER_CANCELED", ""], CancelReason.CHANGED_MIND),
        (by_wildberries, ["new", "declined_by_client"], CancelReason.CHANGED_MIND),
        (by_wildberries, ["cancel", "waiting"], CancelReason.SELLER),
        (by_wildberries, ["complete", "defect"], CancelReason.DAMAGED),
        (by_wildberries, ["complete", "canceled"], CancelReason.UNTOLD),
    ],
)
def test_why(tell: Callable[..., Any], words: list[str], why: CancelReason | None) -> None:
    status = tell(*words)
    assert (status.stage, status.why) == (Stage.CANCELLED, why)


@pytest.mark.parametrize(
    ("kind", "told", "why"),
    [
        ("RETURN", ["DOES_NOT_FIT"], ReturnReason.DOES_NOT_FIT),
        ("RETURN", ["UNKNOWN", "BAD_QUALITY"], ReturnReason.FAULTY),
        ("RETURN", ["A_NEW_ONE"], "A_NEW_ONE"),
        ("RETURN", ["UNKNOWN"], ""),
        ("RETURN", [], ""),
        ("UNREDEEMED", [], ReturnReason.UNREDEEMED),
    ],
)
def test_a_return_says_why_by_the_first_line_that_does(kind: str, told: list[str], why: str) -> None:
    items = [{"shopSku": "T-1", "count": 1, "decisions": [{"reasonType": reason}]} for reason in told]
    silent = {"shopSku": "T-2", "count": 1}
    (read,) = yandex_parse.goods_return({"id": 3, "orderId": 41, "returnType": kind, "items": [silent, *items]})
    assert read.why == why
