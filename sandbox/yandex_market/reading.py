"""Reading of requests the way Yandex Market does: types are checked, unknown keys passed over, texts trimmed."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import msgspec

from sandbox.clock import parse
from sandbox.exchange import Call
from sandbox.yandex_market.keys import Key
from sandbox.yandex_market.refusals import invalid

Json = Any
T = TypeVar("T")


@dataclass(slots=True)
class Asked:
    """A request: the ids in its path, its body as an object, its query."""

    call: Call
    ids: dict[str, int]
    key: Key
    body: dict[str, Json] = field(default_factory=dict)

    @property
    def silent(self) -> bool:
        return self.call.silent


def body_of(call: Call) -> dict[str, Json]:
    if len(call.body) > 512 * 1024:
        raise invalid("The request is too big: body must not be larger than 512 KB")
    if not call.body.strip():
        return {}
    try:
        body = call.json()
    except msgspec.DecodeError as reason:
        raise invalid(f"Cannot parse the request: {reason}") from None
    if not isinstance(body, dict):
        raise invalid("Cannot parse the request: an object is expected")
    return body


def whole(given: Json, key: str, *, low: int = 1, high: int = 2**63 - 1, required: bool = True) -> int:
    value = given.get(key) if isinstance(given, dict) else None
    if value is None and not required:
        return 0
    if value is None:
        raise invalid(f"'{key}' must not be null")
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise invalid(f"'{key}' must be between {low} and {high} (rejected value: '{str(value)[:40]}')")
    return value


def text(given: Json, key: str, *, required: bool = True, longest: int = 255) -> str:
    value = given.get(key) if isinstance(given, dict) else None
    if value is None and not required:
        return ""
    if not isinstance(value, str) or not 1 <= len(value.strip()) <= longest:
        raise invalid(f"'{key}' size must be between 1 and {longest}")
    return value.strip()


def flag(given: Json, key: str, *, default: bool | None = False) -> bool | None:
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise invalid(f"'{key}' must be true or false")
    return value


def rows(given: Json, key: str, *, high: int, low: int = 1, required: bool = True) -> list[Json]:
    value = given.get(key) if isinstance(given, dict) else None
    if value is None and not required:
        return []
    if not isinstance(value, list) or not low <= len(value) <= high:
        raise invalid(f"'{key}' size must be between {low} and {high}")
    return value


def objects(given: Json, key: str, *, high: int) -> list[dict[str, Json]]:
    found = rows(given, key, high=high)
    if any(not isinstance(row, dict) for row in found):
        raise invalid(f"'{key}' must be a list of objects")
    return found


def wholes(given: Json, key: str, *, high: int) -> list[int]:
    """Ids to filter by; null and absence mean no filter."""
    found = rows(given, key, high=high, required=False)
    if any(isinstance(one, bool) or not isinstance(one, int) for one in found):
        raise invalid(f"'{key}' must be a list of numbers")
    return found


def texts(given: Json, key: str, *, high: int) -> list[str]:
    found = rows(given, key, high=high, required=False)
    if any(not isinstance(one, str) for one in found):
        raise invalid(f"'{key}' must be a list of texts")
    return [str(one).strip() for one in found]


def many(given: Json, key: str) -> int:
    """How many are in a list that has not been judged yet."""
    value = given.get(key)
    return len(value) if isinstance(value, list) else 1


def moment(given: Json, key: str) -> float | None:
    value = given.get(key)
    if value is None:
        return None
    try:
        return parse(value)
    except (ValueError, TypeError):
        raise invalid(f"'{key}' must be a date-time with an offset") from None


def day(value: Json, name: str) -> date:
    try:
        return date.fromisoformat(value)
    except (ValueError, TypeError):
        raise invalid(f"'{name}' must be a date (rejected value: '{str(value)[:40]}')") from None


def page(asked: Asked, found: Sequence[T], *, default: int, most: int, cuts: bool = False) -> tuple[list[T], Json]:
    """
    This function will give one page and its `paging`.

    cuts: too large a limit is cut silently instead of refused.
    """
    given = asked.call.query.get("limit")
    limit = default
    if given is not None:
        if not given.isdecimal() or int(given) < 1:
            raise invalid(f"Parameter limit must be greater than or equal to '1' (rejected value: '{given[:40]}')")
        if int(given) > most and not cuts:
            raise invalid(f"Parameter limit must be less than or equal to '{most}' (rejected value: '{given[:40]}')")
        limit = min(int(given), most)
    start = _started(asked.call.query.get("pageToken") or asked.call.query.get("page_token"))
    shown = list(found[start : start + limit])
    more = start + limit < len(found)
    token = base64.urlsafe_b64encode(str(start + limit).encode()).decode()
    return shown, ({"nextPageToken": token} if more else {})


def _started(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token.encode("ascii", "replace")).decode())
    except (ValueError, binascii.Error):
        raise invalid("Bad page token") from None
