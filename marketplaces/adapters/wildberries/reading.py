"""Reading an answer: its list, its elements one by one, what is wrong with a bad one."""

import base64
import binascii
from typing import TypeVar

from pydantic import ValidationError

from marketplaces.adapters.wildberries import wire
from marketplaces.errors import ContractBroken
from marketplaces.http import redact
from marketplaces.http.reading import why

W = TypeVar("W", bound=wire.Wire)


def rows(payload: object, key: str = "") -> list[object]:
    """
    This function will find the list in an answer; no body, null, "" and {} count as an empty one.

    :raises ContractBroken: there is something else
    """
    if key and payload:
        if not isinstance(payload, dict) or key not in payload:
            raise ContractBroken(f"the answer has no {key!r}", payload=redact.value(payload))
        payload = payload[key]
    if not payload and not isinstance(payload, bool | int):
        return []
    if not isinstance(payload, list):
        raise ContractBroken(f"{key or 'the answer'} is not a list", payload=redact.value(payload))
    return payload


def one(payload: object, shape: type[W]) -> W:
    """
    This function will read a whole answer as one object.

    :raises ContractBroken: it is not of this shape
    """
    try:
        return shape.model_validate(payload)
    except ValidationError as reason:
        raise ContractBroken(why(reason), payload=redact.value(payload)) from reason


def data(payload: object) -> object:
    """The inside of {"data": …, "error": false, "errorText": ""}."""
    if not payload:
        return None
    if not isinstance(payload, dict) or "data" not in payload:
        raise ContractBroken("the answer has no 'data'", payload=redact.value(payload))
    return payload["data"]


def next_cursor(payload: object) -> int:
    """The cursor `next`, whole at nineteen digits; 0 when there is none."""
    cursor = payload.get("next") if isinstance(payload, dict) else None
    if cursor is None or cursor == "":
        return 0
    if isinstance(cursor, bool) or not isinstance(cursor, int | str) or not str(cursor).isdecimal():
        raise ContractBroken("next: is not a cursor", payload=redact.value(payload))
    return int(cursor)


def picture(text: str) -> bytes:
    """
    This function will decode a file.

    :raises ValueError: it is none
    """
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as reason:
        raise ValueError("file: is not base64") from reason
    if not content:
        raise ValueError("file: is empty")
    return content
