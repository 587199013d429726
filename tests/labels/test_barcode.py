import pytest

from labels.errors import Unprintable
from labels.render import barcode
from labels.render.barcode import GS, Kind


@pytest.mark.parametrize(
    ("kind", "value", "modules", "quiet"),
    [
        (Kind.EAN13, "4601234567893", 95, (11, 7)),
        (Kind.EAN8, "96385074", 67, (7, 7)),
        (Kind.UPCA, "036000291452", 95, (9, 9)),
        (Kind.ITF14, "14601234567890", 135, (10, 10)),
        (Kind.CODE128, "A-03-12", 112, (10, 10)),
    ],
)
def test_a_symbol_has_the_modules_and_quiet_zones_of_its_standard(kind, value, modules, quiet):
    symbol = barcode.linear(kind, value)
    assert (symbol.modules, symbol.quiet) == (modules, quiet)
    assert symbol.bars[0][0] == 0
    assert sum(symbol.bars[-1]) == modules


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.EAN13, "4601234567890"),
        (Kind.EAN8, "96385075"),
        (Kind.UPCA, "036000291453"),
        (Kind.ITF14, "14601234567891"),
    ],
)
def test_a_wrong_check_digit_is_refused(kind, value):
    with pytest.raises(Unprintable, match=value):
        barcode.linear(kind, value)


@pytest.mark.parametrize("value", ["", " ", "460123456789", "46012345678931", "460123456789X", "٤٦٠١٢٣٤٥٦٧٨٩٣"])
def test_what_is_not_thirteen_digits_is_no_ean_13(value):
    with pytest.raises(Unprintable):
        barcode.linear(Kind.EAN13, value)


@pytest.mark.parametrize("value", ["", "   ", "А-03-12", "A\n1", "x" * 49, "😀"])
def test_code_128_refuses_what_it_cannot_hold(value):
    with pytest.raises(Unprintable):
        barcode.linear(Kind.CODE128, value)


@pytest.mark.parametrize("value", ["", "x" * 1001, "Заказ 46"])
def test_a_square_code_refuses_nothing_too_much_and_foreign_letters(value):
    with pytest.raises(Unprintable):
        barcode.matrix(Kind.QR, value)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "hello",
        "010460123456789421SERIAL",  # wrong check digit
        "0104601234567893SERIAL",  # no serial number
        "010460123456789321" + "x" * 40,  # GS lost: the serial swallowed what follows
        "010460123456789321SER[93]IAL",
        f"010460123456789321SERIAL{GS}zzz",
    ],
)
def test_what_is_no_marking_code_is_refused(code):
    with pytest.raises(Unprintable):
        barcode.matrix(Kind.GS1_DATAMATRIX, code)


def test_a_marking_code_keeps_round_brackets_and_loses_the_prefix_of_the_scanner():
    assert barcode.bracketed(f"]d2010460123456789321a(b)c{GS}93AbCd") == "[01]04601234567893[21]a(b)c[93]AbCd"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("4601234567893", Kind.EAN13),
        ("96385074", Kind.EAN8),
        ("036000291452", Kind.UPCA),
        ("14601234567890", Kind.ITF14),
        ("4601234567890", Kind.CODE128),
        ("INT-000017", Kind.CODE128),
        ("1", Kind.CODE128),
    ],
)
def test_the_kind_follows_from_length_and_check_digit(value, kind):
    assert barcode.retail_kind(value) is kind
