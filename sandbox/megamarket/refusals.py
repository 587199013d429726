"""Refusals of Megamarket: HTTP is 200 all the same; an object of some methods, a list of others."""

from typing import Any

from sandbox.exchange import Answer, Refused

Json = Any


def whole(message: str, *, code: int = 0) -> Refused:
    """This function will give a refusal whose error is one object (bad token, order/confirm)."""
    return Refused(Answer(200, {"success": 0, "meta": {}, "error": {"code": code, "message": message}}))


def each(rows: list[Json]) -> Refused:
    """This function will give a refusal that names shipments, lots and boxes."""
    return Refused(Answer(200, {"success": 0, "meta": {}, "error": rows}))


def row(message: str, *, code: str = "7", **where: str) -> Json:
    return {"code": code, "message": message, "description": message, **where}


def taken(data: Json) -> Json:
    return {"success": 1, "meta": {}, "data": data}
