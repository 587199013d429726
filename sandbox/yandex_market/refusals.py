"""Refusals of Yandex Market: {"status": "ERROR", "errors": [{"code", "message"}]}."""

from sandbox.exchange import Answer, Refused

CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    420: "LIMIT_EXCEEDED",
    423: "LOCKED",
    500: "INTERNAL_SERVER_ERROR",
}


def answer(status: int, message: str) -> Answer:
    return Answer(status, {"status": "ERROR", "errors": [{"code": CODES[status], "message": message}]})


def refused(status: int, message: str) -> Refused:
    return Refused(answer(status, message))


def invalid(message: str) -> Refused:
    return refused(400, message)


def no_order(order_id: object, campaign_id: int) -> Refused:
    return refused(404, f"Order not found: partnerId = '{campaign_id}', orderId = '{order_id}'")
