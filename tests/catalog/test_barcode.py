"""Check digits and kinds, against codes printed on real goods' sample sheets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.formats.barcode import BadBarcode, check_digit, internal, kind_of
from catalog.types import BarcodeKind


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("4006381333931", BarcodeKind.EAN13),
        ("73513537", BarcodeKind.EAN8),
        ("036000291452", BarcodeKind.UPCA),
        ("15400141288763", BarcodeKind.ITF14),
        ("ABC-1", BarcodeKind.CODE128),
        ("12345", BarcodeKind.CODE128),
        (internal(7), BarcodeKind.CODE128),
    ],
)
def test_kind_is_told_by_length_and_check_digit(value: str, kind: BarcodeKind) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("value", "expected"), [("4006381333932", "1"), ("73513530", "7"), ("036000291453", "2"), ("15400141288764", "3")]
)
def test_a_wrong_check_digit_is_named(value: str, expected: str) -> None:
    with pytest.raises(BadBarcode) as refused:
        kind_of(value)
    assert refused.value.expected == expected


@pytest.mark.parametrize("value", ["", " ", "a b", "шк", "x" * 81, "a\x00", "١٢٣٤٥٦٧٨"])
def test_what_no_scanner_prints_is_no_barcode(value: str) -> None:
    with pytest.raises(BadBarcode) as refused:
        kind_of(value)
    assert refused.value.expected == ""


@given(st.integers(0, 10**12 - 1).map(lambda number: f"{number:012d}"), st.integers(0, 12), st.integers(1, 9))
def test_every_single_wrong_digit_is_found(digits: str, place: int, shift: int) -> None:
    right = digits + check_digit(digits)
    assert kind_of(right) == BarcodeKind.EAN13
    wrong = right[:place] + str((int(right[place]) + shift) % 10) + right[place + 1 :]
    with pytest.raises(BadBarcode):
        kind_of(wrong)
