"""A row of a file of products: cells → values, or what is wrong with them.  No database."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from catalog.formats.barcode import BadBarcode, kind_of
from catalog.formats.columns import ATTRIBUTE, PRICE, SAME
from catalog.formats.table import Cell, Odd

MOST_BARCODES = 50
MOST_MM, MOST_G = 100_000, 10_000_000
_LENGTHS = {
    "article": 100,
    "main": 100,
    "name": 500,
    "variant": 200,
    "brand": 200,
    "description": 20_000,
}
_CATEGORY_LEVELS, _CATEGORY_CHARS = 10, 200
_YES = {"да", "yes", "true", "1", "+", "истина", "y", "д"}
_NO = {"нет", "no", "false", "0", "-", "ложь", "n", "н"}
_SPACES = dict.fromkeys(map(ord, " \u00a0\u2009\u202f₽"))
Values = dict[str, str | list[str]]


@dataclass(slots=True)
class GoodsRow:
    """
    What a row says.

    values: field → text in one fixed writing (weight in whole grams, amounts with all places, yes as "1"); only filled
    cells.  problems: (field, message).
    """

    number: int
    values: Values = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def article(self) -> str:
        return str(self.values.get("article", ""))

    def wrong(self, where: str, message: str) -> None:
        self.problems.append((where, message))


class _Wrong(ValueError):
    """The cell's text is not what the field takes; the message is for the person."""


def read_row(number: int, cells: Sequence[Cell], mapping: Sequence[str], *, vat: Mapping[str, str]) -> GoodsRow | None:
    """
    One row by the columns' fields; None when nothing is in it.

    vat: how a rate may be written, in small letters without spaces → its code.
    """
    row = GoodsRow(number)
    if not any(cells):
        return None
    for name, cell in zip(mapping, cells, strict=False):
        if not name or cell == "":
            continue
        if isinstance(cell, Odd):
            row.wrong(SAME.get(name, name), _odd(cell))
            continue
        try:
            row.values[SAME.get(name, name)] = _value(name, cell, vat)
        except _Wrong as reason:
            row.wrong(SAME.get(name, name), str(reason))
    if not row.article and not any(where == "article" for where, _message in row.problems):
        row.wrong("article", _("The article is missing."))
    return row


def _odd(cell: Odd) -> str:
    return {
        Odd.FORMULA: _("A formula: save the file with values instead of formulas."),
        Odd.ERROR: _("The spreadsheet shows an error here."),
        Odd.DATE: _("The spreadsheet has made a date of this: set the column's format to text."),
        Odd.LONG: _("Too long."),
        Odd.CONTROL: _("Control characters that cannot be kept."),
    }[cell]


def _value(name: str, text: str, vat: Mapping[str, str]) -> str | list[str]:
    if name in _LENGTHS:
        return _limited(text, _LENGTHS[name])
    if name.startswith(ATTRIBUTE):
        return _limited(text, 1000)
    if name.startswith(PRICE):
        return _amount(text, 2)
    return _READERS[name](text) if name != "vat" else _vat(text, vat)


def _limited(text: str, most: int) -> str:
    if len(text) > most:
        raise _Wrong(_("Longer than %(most)d characters.") % {"most": most})
    return text


def _number(text: str) -> Decimal:
    plain = text.translate(_SPACES).replace(",", ".")
    if plain.startswith("-"):
        raise _Wrong(_("Must not be negative."))
    if not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,15})?", plain):
        raise _Wrong(_("“%(text)s” is no number.") % {"text": text[:40]})
    return Decimal(plain)


def _amount(text: str, places: int) -> str:
    number = _number(text)
    if number >= 10 ** (14 - places):
        raise _Wrong(_("Too large."))
    if number != (rounded := number.quantize(Decimal(1).scaleb(-places))):
        raise _Wrong(_("At most %(places)d digits after the comma.") % {"places": places})
    return f"{rounded:f}"


def _measure(text: str, *, times: int, most: int) -> str:
    number = _number(text) * times
    if number != int(number):
        raise _Wrong(_("Must be whole, in grams or millimetres."))
    if not 1 <= number <= most:
        raise _Wrong(_("Must be between 1 and %(most)d.") % {"most": most})
    return str(int(number))


def _flag(text: str) -> str:
    word = text.lower()
    if word in _YES:
        return "1"
    if word in _NO:
        return "0"
    raise _Wrong(_("Write yes or no."))


def _vat(text: str, vat: Mapping[str, str]) -> str:
    code = vat.get("".join(text.lower().split()))
    if code is None:
        rates = ", ".join(f"{rate}%" for rate in sorted({int(code) for code in vat.values() if code.isdigit()}))
        words = _("No such VAT rate is in force: %(text)s. There are %(rates)s and “no VAT”.")
        raise _Wrong(words % {"text": text[:40], "rates": rates})
    return code


def _barcodes(text: str) -> list[str]:
    codes = list(dict.fromkeys(re.findall(r"[^\s,;]+", text)))
    if len(codes) > MOST_BARCODES:
        raise _Wrong(_("At most %d barcodes for one article.") % MOST_BARCODES)
    for code in codes:
        try:
            kind_of(code)
        except BadBarcode as reason:
            if reason.expected:
                raise _Wrong(
                    _("%(code)s: the check digit is wrong, it should end in %(digit)s.")
                    % {"code": code, "digit": reason.expected}
                ) from reason
            raise _Wrong(_("“%(code)s” is no barcode.") % {"code": code[:40]}) from reason
    return codes


def _category(text: str) -> str:
    names = [" ".join(name.split()) for name in text.split("/")]
    if not all(names) or len(names) > _CATEGORY_LEVELS or any(len(name) > _CATEGORY_CHARS for name in names):
        raise _Wrong(_("A path of up to %(levels)d names: Home / Kitchen / Mugs.") % {"levels": _CATEGORY_LEVELS})
    return " / ".join(names)


_READERS: Mapping[str, Callable[[str], str | list[str]]] = {
    "category": _category,
    "barcodes": _barcodes,
    "weight_g": lambda text: _measure(text, times=1, most=MOST_G),
    "weight_kg": lambda text: _measure(text, times=1000, most=MOST_G),
    **{f"{side}_mm": lambda text: _measure(text, times=1, most=MOST_MM) for side in ("length", "width", "height")},
    **{f"{side}_cm": lambda text: _measure(text, times=10, most=MOST_MM) for side in ("length", "width", "height")},
    "cost": lambda text: _amount(text, 4),
    "min_price": lambda text: _amount(text, 2),
    "is_marked": _flag,
    "archived": _flag,
}
