"""
Fields of the shapes that marketplaces answer with.

Tolerant where documents and real answers differ (null, ids as texts or numbers, prices as texts or numbers), strict
where a wrong value would do harm: an id is never a float, which has lost digits already.
"""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
)

LONGEST_ID = 40
# What a column for pieces holds.
LARGEST = 2**31 - 1
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200


def _id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("is not an id")
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_ID:
        raise ValueError("is not an id")
    return text


def _id_or_none(value: object) -> str:
    """0 and "" stand for "there is none" in some answers."""
    return "" if value is None or value in (0, "", "0") else _id(value)


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise ValueError("is not a name")
    return value.strip()


def _article(value: object) -> str:
    """A seller's article; some recorded answers have numbers for articles made of digits."""
    return _name(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is not a text")
    return str(value)


def _flag(value: object) -> bool:
    """A yes of theirs; the specification's own examples have texts where a boolean is declared."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def listed(value: object) -> object:
    return [] if value is None else value


def objects(value: object) -> object:
    """A list of remarks: what is no object among them is left out."""
    return [element for element in value if isinstance(element, dict)] if isinstance(value, list) else listed(value)


def whole(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("is not a number")
    return value.strip() if isinstance(value, str) else value


def _moment(value: object) -> datetime | None:
    """null, "" and the zero time of their language mean "not yet"."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("is not a time")
    told = datetime.fromisoformat(value.strip())
    aware = told.replace(tzinfo=UTC) if told.tzinfo is None else told
    if aware.year < EARLIEST_YEAR:
        return None
    if aware.year > LATEST_YEAR:
        raise ValueError("is not a time of ours")
    return aware.astimezone(UTC)


def _amount(value: object) -> Decimal | None:
    """A price as "1530.0000" or 1530.5; "" and null are none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is not an amount")
    try:
        amount = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError("is not an amount") from None
    if not amount.is_finite() or abs(amount) > Decimal(10) ** 12:
        raise ValueError("is not an amount of ours")
    return amount


def _paid(amount: Decimal | None) -> Decimal | None:
    """Nobody is paid for buying: an amount below zero is no price."""
    if amount is not None and amount < 0:
        raise ValueError("is below zero")
    return amount


def _currency(value: object) -> str:
    """RUR is the old name of RUB; "" and null mean the account's currency, which is RUB unless said otherwise."""
    if value is not None and not isinstance(value, str):
        raise ValueError("is not a currency")
    text = (value or "").strip().upper()
    if text in ("", "RUR"):
        return "RUB"
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise ValueError("is not a currency")
    return text


def _word(value: object) -> str:
    """An enum value; its letter case differs between documents and answers."""
    return _text(value).strip().lower()


def soft(value: object, read: ValidatorFunctionWrapHandler) -> object:
    """A block that an order can do without: unreadable, it counts as absent; the payload is kept as it came."""
    try:
        return read(value)
    except ValidationError:
        return None


Id = Annotated[str, BeforeValidator(_id)]
IdOrNone = Annotated[str, BeforeValidator(_id_or_none)]
Ids = Annotated[list[Id], BeforeValidator(listed)]
Name = Annotated[str, BeforeValidator(_name)]
Article = Annotated[str, BeforeValidator(_article)]
Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[list[Text], BeforeValidator(listed)]
Word = Annotated[str, BeforeValidator(_word)]
Words = Annotated[list[Word], BeforeValidator(listed)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Whole = Annotated[int, BeforeValidator(whole), Field(ge=-LARGEST, le=LARGEST)]
Pieces = Annotated[int, BeforeValidator(whole), Field(gt=0, le=10**6)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Amount = Annotated[Decimal | None, BeforeValidator(_amount)]
Paid = Annotated[Decimal | None, BeforeValidator(_amount), AfterValidator(_paid)]
Currency = Annotated[str, BeforeValidator(_currency)]
Positive = Annotated[Decimal | None, BeforeValidator(_amount), AfterValidator(lambda it: it if it else None)]

MOMENT: TypeAdapter[datetime | None] = TypeAdapter(Moment)
WHOLE: TypeAdapter[int] = TypeAdapter(Whole)


def moment_or_none(value: object) -> datetime | None:
    """A time that only orders what is read anew anyway: one that cannot be read is none."""
    try:
        return MOMENT.validate_python(value)
    except ValidationError:
        return None


def whole_or_none(value: object) -> int | None:
    """A number of rows, which only says whether more come."""
    try:
        return WHOLE.validate_python(value)
    except ValidationError:
        return None
