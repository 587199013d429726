"""Barcodes as numbers: which kind a code is, and whether its check digit is right.  No database."""

from catalog.types import BarcodeKind

MOST_CHARS = 80
_BY_LENGTH = {
    8: BarcodeKind.EAN8,
    12: BarcodeKind.UPCA,
    13: BarcodeKind.EAN13,
    14: BarcodeKind.ITF14,
}


class BadBarcode(ValueError):
    """The text is no barcode.  expected: the right check digit, when only that is wrong."""

    def __init__(self, value: str, *, expected: str = "") -> None:
        super().__init__(value)
        self.value, self.expected = value, expected


def check_digit(digits: str) -> str:
    """
    The check digit that follows `digits` in EAN, UPC and ITF-14.

    Source: GS1 General Specifications, 7.9.1: weights 3 and 1 in turn, from the right.
    """
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def kind_of(value: str) -> BarcodeKind:
    """
    The symbology of a code as a scanner reads it.

    Digits of a GS1 length must have a right check digit; anything else printable is Code 128.
    :raises BadBarcode: empty, too long, not printable ASCII, or with a wrong check digit
    """
    if not value or len(value) > MOST_CHARS or not all("!" <= char <= "~" for char in value):
        raise BadBarcode(value)
    kind = _BY_LENGTH.get(len(value)) if value.isdigit() else None
    if kind is None:
        return BarcodeKind.CODE128
    if (expected := check_digit(value[:-1])) != value[-1]:
        raise BadBarcode(value, expected=expected)
    return kind


def internal(number: int) -> str:
    """Our own Code 128 for the SKU with this id; a letter keeps it apart from every number that others give."""
    return f"S{number:010d}"
