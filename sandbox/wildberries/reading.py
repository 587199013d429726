"""Reading of requests, with the refusals of the marketplace host."""

from typing import Any

import msgspec

from sandbox.exchange import Call
from sandbox.wildberries.refusals import refused

Json = Any


def body(call: Call) -> dict[str, Any]:
    """This function will decode a body that must be an object."""
    try:
        value = call.json()
    except msgspec.DecodeError:
        raise refused("IncorrectRequestBody") from None
    if not isinstance(value, dict):
        raise refused("IncorrectRequestBody")
    return value


def numbers(call: Call, key: str, *, high: int, low: int = 1) -> list[int]:
    """This function will read a list of whole numbers of a limited length."""
    values = body(call).get(key)
    if not isinstance(values, list):
        raise refused("IncorrectRequestBody")
    if any(isinstance(value, bool) or not isinstance(value, int) for value in values):
        raise refused("IncorrectRequestBody")
    if not low <= len(values) <= high:
        raise refused("IncorrectRequest")
    return values


def texts(call: Call, key: str, *, high: int, low: int = 1) -> list[str]:
    values = body(call).get(key)
    if not isinstance(values, list) or any(not isinstance(value, str) for value in values):
        raise refused("IncorrectRequestBody")
    if not low <= len(values) <= high:
        raise refused("IncorrectRequest")
    return values


def query_number(call: Call, key: str, *, low: int = 0, high: int = 2**63 - 1, default: int | None = None) -> int:
    """This function will read a number of the query; without a default it is required."""
    text = call.query.get(key, "")
    if text == "" and default is not None:
        return default
    if not text.lstrip("-").isdigit() or not low <= int(text) <= high:
        raise refused("IncorrectParameter")
    return int(text)


def path_number(call: Call, key: str) -> int:
    text = call.params[key]
    if not text.isdigit():
        raise refused("IncorrectParameter")
    return int(text)
