"""Refusals of Wildberries: each family of methods has its own shape."""

import hashlib
from http import HTTPStatus
from typing import Any

from sandbox.clock import iso
from sandbox.exchange import Answer, Refused

Json = Any
MESSAGES = {
    "IncorrectRequestBody": (400, "Некорректное тело запроса"),
    "IncorrectRequest": (400, "Переданы некорректные данные"),
    "IncorrectParameter": (400, "Передан некорректный параметр"),
    "LowExpirationDate": (400, "Не удалось обновить срок годности. Указан срок меньше допустимого"),
    "SKUUploadDisabled": (400, "Uploading stock is not allowed by 'sku'. Please use the 'chrtId' key"),
    "AccessDenied": (403, "Доступ запрещён"),
    "NotFound": (404, "Не найдено"),
    "WarehouseStocksUpdateBlock": (406, "The warehouse is processing"),
    "StatusMismatch": (409, "Несоответствие статусов, проверьте их правильность"),
    "StatusChangeNotAllowed": (
        409,
        "Задание перейдёт в завершенные после сканирования на пункте выдачи заказов (ПВЗ)",
    ),
    "FailedToAddSupplyOrder": (
        409,
        "Не удалось закрепить сборочное задание за поставкой. Убедитесь, что сборочное задание и поставка "
        "удовлетворяют всем необходимым требованиям.",
    ),
    "SupplyHasOrders": (
        409,
        "Не удалось обработать поставку. Убедитесь, что за ней не осталось закреплённых сборочных заданий.",
    ),
    "SupplyHasZeroOrders": (
        409,
        "Не удалось обработать поставку. Убедитесь, что за ней закреплён хотя бы одно сборочное задание.",
    ),
    "SupplyNotClosed": (409, "Поставка не передана в доставку"),
    "SupplyShippingRequired": (409, "Укажите способ отгрузки поставки"),
    "MetaValidationFail": (409, "Fix them to dispatch items"),
    "MetaKeyNotRequired": (409, "Order doesn't require ID"),
    "FailedToUpdateMeta": (
        409,
        "Failed to update the label identifiers of the assembly order. Make sure the assembly order meets all the "
        "necessary requirements.",
    ),
}


def refused(code: str, data: Json = None, *, status: int | None = None) -> Refused:
    """This function will give the refusal of the marketplace host: {"code", "message"[, "data"]}."""
    known, message = MESSAGES[code]
    body = {"code": code, "message": message}
    if data is not None:
        body["data"] = data
    return Refused(Answer(status or known, body))


def gateway(status: int, title: str, detail: str, *, now: float) -> Answer:
    """This function will give the gateway's own answer (401, 403, 429, 500)."""
    number = hashlib.md5(f"{now}{detail}".encode(), usedforsecurity=False).hexdigest()
    body = {
        "title": title,
        "detail": detail,
        "code": f"07e4668e-{number[:12]}-[UK-{number[12:24]}]",
        "requestId": number,
        "origin": "s2s-api-auth",
        "status": status,
        "statusText": HTTPStatus(status).phrase,
        "timestamp": iso(now),
    }
    return Answer(status, body, content_type="application/problem+json")


def data_error(status: int, text: str) -> Refused:
    """This function will give the refusal of the prices host."""
    return Refused(Answer(status, {"data": None, "error": True, "errorText": text}))


def content_error(status: int, text: str) -> Refused:
    """This function will give the refusal of the content host."""
    return Refused(Answer(status, {"data": None, "error": True, "errorText": text, "additionalErrors": text}))
