"""Refusals of Ozon: {"code": gRPC code, "message": text, "details": []}."""

from sandbox.exchange import Answer, Refused

INVALID, NOT_FOUND, FORBIDDEN, EXHAUSTED, PRECONDITION, INTERNAL, UNAUTHENTICATED = 3, 5, 7, 8, 9, 13, 16
HTTP = {
    INVALID: 400,
    NOT_FOUND: 404,
    FORBIDDEN: 403,
    EXHAUSTED: 429,
    PRECONDITION: 400,
    INTERNAL: 500,
    UNAUTHENTICATED: 401,
}


def answer(code: int, message: str) -> Answer:
    return Answer(HTTP[code], {"code": code, "message": message, "details": []})


def refused(code: int, message: str) -> Refused:
    return Refused(answer(code, message))


def invalid(message: str) -> Refused:
    return refused(INVALID, message)


def not_found(message: str) -> Refused:
    return refused(NOT_FOUND, message)
