"""Reading of requests the way Ozon's gateway does: int64 may be a text, unknown keys are passed over."""

from collections.abc import Iterator
from typing import Any

from sandbox import clock
from sandbox.ozon.refusals import invalid

Json = Any


class Fields:
    """The keys of one object of a request; every refusal names the key."""

    def __init__(self, value: Json, name: str = "Request") -> None:
        if not isinstance(value, dict):
            raise invalid(f"proto: syntax error: unexpected token, {name} must be an object")
        self.raw, self.name = value, name

    def has(self, key: str) -> bool:
        return self.raw.get(key) is not None

    def text(self, key: str, *, required: bool = False) -> str:
        value = self.raw.get(key)
        if value is None or value == "":
            if required:
                raise self.wrong(key, "value length must be at least 1 runes")
            return ""
        if not isinstance(value, str):
            raise invalid(f"proto: invalid value for string type: {value!r}")
        return value

    def whole(self, key: str, *, required: bool = False, low: int | None = None, high: int | None = None) -> int:
        value = self.raw.get(key)
        if value is None:
            if required:
                raise self.wrong(key, "value is required")
            return 0
        number = whole(value)
        if (low is not None and number < low) or (high is not None and number > high):
            raise self.wrong(key, f"value must be inside range [{low}, {high}]")
        return number

    def flag(self, key: str) -> bool:
        value = self.raw.get(key, False)
        if not isinstance(value, bool) and value is not None:
            raise invalid(f"proto: invalid value for bool type: {value!r}")
        return bool(value)

    def moment(self, key: str, *, required: bool = False) -> float | None:
        value = self.raw.get(key)
        if not value:
            if required:
                raise self.wrong(key, "value is required")
            return None
        try:
            return clock.parse(value)
        except (ValueError, TypeError):
            raise invalid(f"proto: invalid google.protobuf.Timestamp value {value!r}") from None

    def texts(self, key: str, *, required: bool = False, high: int | None = None) -> list[str]:
        return [_text(value) for value in self._list(key, required=required, high=high)]

    def wholes(self, key: str, *, required: bool = False, high: int | None = None) -> list[int]:
        return [whole(value) for value in self._list(key, required=required, high=high)]

    def inner(self, key: str) -> "Fields":
        value = self.raw.get(key)
        return Fields({} if value is None else value, f"{self.name}.{_camel(key)}")

    def objects(self, key: str, *, required: bool = False, high: int | None = None) -> Iterator["Fields"]:
        for place, value in enumerate(self._list(key, required=required, high=high)):
            yield Fields(value, f"{self.name}.{_camel(key)}[{place}]")

    def wrong(self, key: str, why: str) -> Exception:
        return invalid(f"Request validation error: invalid {self.name}.{_camel(key)}: {why}")

    def _list(self, key: str, *, required: bool, high: int | None) -> list[Json]:
        value = self.raw.get(key)
        if value is None:
            value = []
        if not isinstance(value, list):
            raise invalid(f"proto: syntax error: {key} must be an array")
        if required and not value:
            raise self.wrong(key, "value must contain at least 1 item(s)")
        if high is not None and len(value) > high:
            raise self.wrong(key, f"value must contain no more than {high} item(s)")
        return value


def whole(value: Json) -> int:
    """This function will read an int64, which may come as a number or as a text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise invalid(f"proto: invalid value for int64 type: {value!r}")
    try:
        number = int(value)
    except ValueError:
        raise invalid(f"proto: invalid value for int64 type: {value!r}") from None
    if not -(2**63) <= number < 2**63:
        raise invalid(f"proto: invalid value for int64 type: {value!r}")
    return number


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise invalid(f"proto: invalid value for string type: {value!r}")
    return value


def _camel(key: str) -> str:
    return "".join(part.capitalize() for part in key.split("_"))
