"""Single values as 1C writes them."""

import re
import uuid
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation

_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'")
_CURRENCIES = {"руб": "RUB", "руб.": "RUB", "rub": "RUB", "rur": "RUB", "643": "RUB", "810": "RUB", "р": "RUB",
               "byn": "BYN", "933": "BYN", "kzt": "KZT", "398": "KZT", "тенге": "KZT"}  # fmt: skip
_TRUE = frozenset({"true", "1", "да", "истина"})
_VAT = re.compile(r"(\d+)(?:[.,]0+)?\s*%?$")
_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_NOTHING = "00000000-0000-0000-0000-000000000000"
_SPACE_OF_IDS = uuid.UUID("6f0b7f9e-6d0a-5f0e-9d55-0c1f6a7f2a10")


class NotANumber(ValueError):
    """The text is no number."""


def number(text: str) -> Decimal:
    """A decimal number with point or comma, thousands separated or not; :raises NotANumber: it is none."""
    try:
        value = Decimal(text.translate(_SPACES).replace(",", "."))
    except InvalidOperation as reason:
        raise NotANumber(text) from reason
    if not value.is_finite():
        raise NotANumber(text)
    return value


def truth(text: str) -> bool:
    return text.strip().lower() in _TRUE


def currency(text: str) -> str:
    """The code of a currency however it is written; unknown ones are given back, three letters, in capitals."""
    return _CURRENCIES.get(text.strip().lower(), text.strip().upper()[:3] or "RUB")


def vat_code(text: str) -> str:
    """A code of `catalog.VatRate`; "" when the text names none."""
    words = text.strip().lower()
    if not words:
        return ""
    if "без" in words or words in {"none", "нет"}:
        return "none"
    found = _VAT.search(words)
    return found.group(1) if found else ""


def identifier(text: str) -> str:
    """An id as it is compared: trimmed, at most 80 characters; the empty GUID is no id."""
    short = text.strip()[:80]
    return "" if short == _NOTHING else short


def split_id(text: str) -> tuple[str, str]:
    """good#characteristic → both ids."""
    good, _sharp, char = text.strip().partition("#")
    return identifier(good), identifier(char)


def guid(connection_id: int, text: str) -> uuid.UUID:
    """The GUID behind an id; ids that are none become one that depends on the connection, for ever the same."""
    if len(text) == 36:
        try:
            return uuid.UUID(text)
        except ValueError:
            pass
    return uuid.uuid5(_SPACE_OF_IDS, f"{connection_id}:{text}")


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def guid_text(connection_id: int, text: str) -> str:
    """The same as text; one that is a GUID already is left as it stands, which is what nearly all are."""
    return text if is_guid(text) else str(guid(connection_id, text))


def moment(day: str, clock: str = "") -> datetime | None:
    """Date and time of a document, taken as UTC; None where they cannot be read."""
    try:
        return datetime.combine(date.fromisoformat(day.strip()[:10]), time.fromisoformat(clock.strip() or "00:00"), UTC)
    except ValueError:
        return None
