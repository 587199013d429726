"""
Barcodes as numbers: bars and squares counted in modules, nothing drawn yet.

python-barcode encodes the linear kinds, zxing-cpp the square ones.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, groupby
from typing import Any

import zxingcpp
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from labels.errors import Unprintable

GS = "\x1d"


class Kind(StrEnum):
    """Symbologies that we draw."""

    EAN13 = "ean13"
    EAN8 = "ean8"
    UPCA = "upca"
    ITF14 = "itf14"
    CODE128 = "code128"
    QR = "qr"
    DATAMATRIX = "datamatrix"
    GS1_DATAMATRIX = "gs1_datamatrix"


_DIGITS = {Kind.EAN13: 13, Kind.EAN8: 8, Kind.UPCA: 12, Kind.ITF14: 14}
_NAMES = {Kind.EAN13: "EAN-13", Kind.EAN8: "EAN-8", Kind.UPCA: "UPC-A", Kind.ITF14: "ITF-14"}
# White that a scanner needs left and right of the bars, in modules (GS1 General Specifications, 5.2 to 5.4).
_QUIET = {
    Kind.EAN13: (11, 7),
    Kind.EAN8: (7, 7),
    Kind.UPCA: (9, 9),
    Kind.ITF14: (10, 10),
    Kind.CODE128: (10, 10),
    Kind.QR: (4, 4),
    Kind.DATAMATRIX: (2, 2),
    Kind.GS1_DATAMATRIX: (2, 2),
}
CODE128_LONGEST = 48
MATRIX_LONGEST = 1000


@dataclass(frozen=True, slots=True)
class Linear:
    """Bars of one symbol: (start, width) in modules from the first bar; `modules` counts them without quiet zones."""

    kind: Kind
    text: str
    bars: tuple[tuple[int, int], ...]
    modules: int

    @property
    def quiet(self) -> tuple[int, int]:
        return _QUIET[self.kind]

    @property
    def total(self) -> int:
        return self.modules + sum(self.quiet)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A square symbol: runs of black (x, y, width) in modules from the upper left one."""

    kind: Kind
    text: str
    runs: tuple[tuple[int, int, int], ...]
    modules: int

    @property
    def quiet(self) -> int:
        return _QUIET[self.kind][0]

    @property
    def total(self) -> int:
        return self.modules + 2 * self.quiet


def check_digit(digits: str) -> str:
    """The GS1 check digit that follows these digits."""
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-weighted % 10)


def retail_kind(value: str) -> Kind:
    """The kind that suits a product's barcode: by its length when its check digit is right, else Code 128."""
    if value.isascii() and value.isdigit() and check_digit(value[:-1]) == value[-1]:
        for kind, length in _DIGITS.items():
            if len(value) == length:
                return kind
    return Kind.CODE128


@lru_cache(maxsize=512)
def linear(kind: Kind, value: str) -> Linear:
    """
    Encode a linear barcode.

    value: all digits including the check digit, or ASCII text for Code 128.
    :raises Unprintable: empty, too long, a foreign character, a wrong check digit
    """
    (_check_text if kind is Kind.CODE128 else _check_digits)(kind, value)
    pattern = _pattern(kind, value)
    widths = list(map(len, _RUN.findall(pattern)))
    # Every symbol begins with a bar, so that bars are the even runs.
    starts = accumulate(widths, initial=0)
    return Linear(kind, value, tuple(zip(starts, widths, strict=False))[::2], len(pattern))


@lru_cache(maxsize=512)
def matrix(kind: Kind, value: str) -> Matrix:
    """
    Encode a square barcode.

    value: any text for QR and plain DataMatrix; for the GS1 kind a marking code as a scanner gives it, GS included.
    :raises Unprintable: empty, too long, not a GS1 code
    """
    if not value.strip():
        raise Unprintable(_("A barcode cannot be empty."))
    if len(value) > MATRIX_LONGEST:
        raise Unprintable(format_lazy(_("Barcode is too long: {count} characters."), count=len(value)))
    if not value.isascii():
        # The code page that an encoder would choose for other letters is unknown to half of the scanners.
        raise Unprintable(
            format_lazy(_("A barcode takes Latin letters, digits and signs; “{value}” has others."), value=value[:40])
        )
    try:
        drawn = _DRAWN[kind](value)
    except ValueError as reason:
        raise Unprintable(format_lazy(_("Barcode “{value}” cannot be encoded."), value=value[:40])) from reason
    image: Any = zxingcpp.write_barcode_to_image(drawn, scale=1, add_quiet_zones=False)
    height, width = image.shape[:2]
    flat = bytes(image)
    runs = []
    for y in range(height):
        x = 0
        for white, run in groupby(flat[y * width : (y + 1) * width]):
            length = sum(1 for _module in run)
            if not white:
                runs.append((x, y, length))
            x += length
    return Matrix(kind, value, tuple(runs), height)


def bracketed(code: str) -> str:
    """
    A marking code with its parts named, as the encoder wants it.

    code: `01` + 14 digits + `21` + serial, then GS-separated parts (91, 92, 93 …); a lost symbology prefix is allowed.
    Square brackets, because serials may contain round ones.
    :raises Unprintable: not a GS1 marking code
    """
    code = code.removeprefix("]d2").removeprefix("\xe8").lstrip(GS)
    head, *tail = code.split(GS)
    found = _MARK_HEAD.fullmatch(head)
    if found is None or check_digit(found["gtin"][:-1]) != found["gtin"][-1] or "[" in code or "]" in code:
        raise Unprintable(format_lazy(_("“{value}” is not a marking code."), value=code[:40].replace(GS, "␝")))
    parts = [f"[01]{found['gtin']}", f"[21]{found['serial']}"]
    for piece in filter(None, tail):
        if not _MARK_TAIL.fullmatch(piece):
            raise Unprintable(format_lazy(_("“{value}” is not a marking code."), value=code[:40].replace(GS, "␝")))
        parts.append(f"[{piece[:2]}]{piece[2:]}")
    return "".join(parts)


_MARK_HEAD = re.compile(r"01(?P<gtin>\d{14})21(?P<serial>[\x21-\x7e]{1,20})")
_MARK_TAIL = re.compile(r"(?:9[0-9]|17|10|11|24|30|37)[\x21-\x7e]{1,90}|(?:8005\d{6}|310\d{7})")


def _check_digits(kind: Kind, value: str) -> None:
    name, length = _NAMES[kind], _DIGITS[kind]
    if not (value.isascii() and value.isdigit() and len(value) == length):
        raise Unprintable(
            format_lazy(
                _("{name} has {length} digits; “{value}” is not one."), name=name, length=length, value=value[:40]
            )
        )
    if check_digit(value[:-1]) != value[-1]:
        raise Unprintable(format_lazy(_("{name} “{value}” has a wrong check digit."), name=name, value=value))


def _check_text(kind: Kind, value: str) -> None:
    if not value.strip():
        raise Unprintable(_("A barcode cannot be empty."))
    if len(value) > CODE128_LONGEST:
        raise Unprintable(format_lazy(_("Barcode is too long: {count} characters."), count=len(value)))
    if not _CODE128.fullmatch(value):
        raise Unprintable(
            format_lazy(_("A barcode takes Latin letters, digits and signs; “{value}” has others."), value=value)
        )


_CODE128 = re.compile("[ -~]+")
_RUN = re.compile("1+|0+")
# Without a writer given, python-barcode makes an SVG writer for each symbol, which costs more than encoding it.
_NO_WRITER = object()
# What python-barcode calls them, and how they are drawn.
_PATTERNS: dict[Kind, tuple[str, dict[str, int]]] = {
    Kind.EAN13: ("ean13", {}),
    Kind.EAN8: ("ean8", {}),
    Kind.UPCA: ("upca", {}),
    # One module for a narrow bar and three for a wide one: the ratio of GS1, on whole dots.
    Kind.ITF14: ("itf", {"narrow": 1, "wide": 3}),
    Kind.CODE128: ("code128", {}),
}


def _pattern(kind: Kind, value: str) -> str:
    """A digit for each module: 1 is ink."""
    from barcode import get_barcode_class  # with it comes Pillow, which only drawing needs

    name, options = _PATTERNS[kind]
    return str(get_barcode_class(name)(value, writer=_NO_WRITER, **options).build()[0])


_DRAWN: dict[Kind, Callable[[str], zxingcpp.Barcode]] = {
    Kind.QR: lambda value: zxingcpp.create_barcode(value, zxingcpp.BarcodeFormat.QRCode, ec_level="M"),
    Kind.DATAMATRIX: lambda value: zxingcpp.create_barcode(value, zxingcpp.BarcodeFormat.DataMatrix, force_square=True),
    Kind.GS1_DATAMATRIX: lambda value: zxingcpp.create_barcode(
        bracketed(value), zxingcpp.BarcodeFormat.DataMatrix, gs1=True, force_square=True
    ),
}
