"""Refusals of AliExpress: an error in the body, with HTTP 200 as well as without."""

from typing import Any

from sandbox.exchange import Answer, Refused


def refused(code: str, message: str, *, status: int = 200) -> Refused:
    return Refused(Answer(status, {"data": None, "error": {"code": code, "message": message}}))


def ok(data: Any) -> Any:
    return {"data": data, "error": None}
