"""Each sticker on each format is rasterised as a 203 dpi head prints it, and read by a reader that did not draw it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.errors import Unprintable
from labels.render import sheet
from labels.render.barcode import GS, Kind, check_digit
from labels.render.elements import Bars, Square
from labels.render.geometry import MEDIA, RESOLUTIONS, SHEETS, Media
from labels.render.sticker import TEST_CODE128, TEST_EAN13, CellSticker, OrderSticker, ProductSticker, TestSticker
from tests.labels import datamatrix, raster

MARK = f"010460123456789321a(B-3.c5!dEfG{GS}91EE10{GS}92{'aB3+' * 11}"
PRODUCT = ProductSticker(
    name="Футболка хлопковая с длинным рукавом",
    article="АБ-000017",
    size="XL",
    colour="тёмно-синий",
    legal_entity="ООО «Ромашка»",
    price="1 290 ₽",
    barcode="4601234567893",
)
ROLLS = sorted(MEDIA)
SHEET_CODES = sorted(SHEETS)


class Drawn:
    """One element alone on a sticker."""

    def __init__(self, *elements):
        self._elements = elements

    def elements(self):
        return self._elements


def draw(*elements, on=MEDIA["58x40"], head=raster.HEAD):
    return raster.page(sheet.draw([Drawn(*elements)], on=on, head=head), head=head)


@pytest.mark.parametrize("code", ROLLS)
def test_product_sticker_reads_back_on_every_roll(code):
    image = raster.page(sheet.draw([PRODUCT], on=MEDIA[code]))
    assert raster.read(image) == {("]E", "4601234567893")}


@pytest.mark.parametrize("code", ["58x40", "58x60", "75x120", "100x150"])
def test_both_barcodes_of_a_product_read_back(code):
    both = ProductSticker(name="Кружка", article="К-1", barcode="4601234567893", inner="SKU-0000017")
    image = raster.page(sheet.draw([both], on=MEDIA[code]))
    assert raster.read(image) == {("]E", "4601234567893"), ("]C", "SKU-0000017")}


@pytest.mark.parametrize("code", SHEET_CODES)
def test_every_place_of_a_sheet_reads_back_its_own_sticker(code):
    on = SHEETS[code]
    bodies = [f"200{number:09d}" for number in range(on.per_page)]
    codes = {digits + check_digit(digits) for digits in bodies}
    stickers = [ProductSticker(name="Носки", article="Н", barcode=value) for value in sorted(codes)]
    image = raster.page(sheet.draw(stickers, on=on))
    assert image.size == (1680, 2376)
    found = set()
    for x, y in on.corners_mm():
        left, top = raster.HEAD.dots(x), raster.HEAD.dots(y)
        width, height = int(on.sticker_width_mm * 8), int(on.sticker_height_mm * 8)
        found |= raster.texts(image.crop((left, top, left + width, top + height)))
    assert found == codes


def test_skipped_places_of_the_first_sheet_stay_white():
    on = SHEETS["a4-3474"]
    image = raster.page(sheet.draw([PRODUCT], on=on, skip=3))
    assert image.crop((0, 0, 1680, raster.HEAD.dots(0.5) + 37 * 8)).getextrema() == (255, 255)
    assert raster.texts(image) == {"4601234567893"}


@pytest.mark.parametrize(
    ("kind", "value", "seen"),
    [
        (Kind.EAN13, "4601234567893", ("]E", "4601234567893")),
        (Kind.EAN8, "96385074", ("]E", "96385074")),
        (Kind.UPCA, "036000291452", ("]E", "0036000291452")),
        (Kind.ITF14, "14601234567890", ("]I", "14601234567890")),
        (Kind.CODE128, "A-03-12", ("]C", "A-03-12")),
        (Kind.CODE128, "1234567", ("]C", "1234567")),
        (Kind.CODE128, "ab12345678cd", ("]C", "ab12345678cd")),
    ],
)
@pytest.mark.parametrize("dpi", [203, 300])
def test_each_linear_kind_reads_back(kind, value, seen, dpi):
    image = draw(Bars(kind, value), head=RESOLUTIONS[dpi])
    assert {(identifier, text.zfill(len(seen[1]))) for identifier, text in raster.read(image)} == {seen}


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=16))
def test_any_code_128_reads_back(value):
    assert raster.texts(draw(Bars(Kind.CODE128, value, caption=False), on=MEDIA["75x120"])) == {value}


@settings(max_examples=40, deadline=None)
@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_any_ean_13_reads_back(number):
    value = f"{number:012d}"
    value += check_digit(value)
    assert {text.zfill(13) for text in raster.texts(draw(Bars(Kind.EAN13, value)))} == {value}


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("value", ["46-0001", "https://example.test/o/12345678901234567890", "WB-GI-1234567"])
def test_qr_reads_back_by_another_reader(value, dpi):
    head = RESOLUTIONS[dpi]
    assert raster.read_qr(draw(Square(Kind.QR, value), head=head)) == value


@pytest.mark.parametrize("code", ["58x40", "58x60", "75x120", "100x150"])
def test_marking_code_reads_back_by_another_reader_with_its_separators(code):
    media = MEDIA[code]
    sticker = ProductSticker(name="Пальто", article="П-1", size="48", mark=MARK)
    image = raster.page(sheet.draw([sticker], on=media))
    assert datamatrix.read(left_square(image, media)) == f"]d2{MARK}"


@settings(max_examples=40, deadline=None)
@given(
    st.integers(min_value=0, max_value=10**13 - 1),
    st.text("ABCxyz019!%&'()*+,-./:;<=>?_\"", min_size=1, max_size=20),
    st.text("ABCxyz019+/=", min_size=4, max_size=44),
)
def test_any_marking_code_reads_back(number, serial, tail):
    gtin = f"{number:013d}"
    code = f"01{gtin}{check_digit(gtin)}21{serial}{GS}93{tail}"
    assert datamatrix.read(draw(Square(Kind.GS1_DATAMATRIX, code))) == f"]d2{code}"


@pytest.mark.parametrize("code", ROLLS)
def test_cell_sticker_reads_back(code):
    image = raster.page(sheet.draw([CellSticker(address="А-03-12", code="A-03-12", warehouse="Склад")], on=MEDIA[code]))
    assert raster.read(image) == {("]C", "A-03-12")}


@pytest.mark.parametrize("code", [code for code in ROLLS if code != "43x25"])
def test_order_sticker_reads_back(code):
    sticker = OrderSticker(marketplace="Ozon", number="46000017-0001", legal_entity="ИП Петрова", ship_by="25.11")
    assert raster.texts(raster.page(sheet.draw([sticker], on=MEDIA[code]))) == {"46000017-0001"}


def test_order_with_a_long_number_gets_a_qr_code():
    number = "12345678-1234-5678-9012-123456789012"
    image = raster.page(sheet.draw([OrderSticker(marketplace="ЯМ", number=number)], on=MEDIA["58x40"]))
    assert raster.read_qr(left_square(image, MEDIA["58x40"])) == number


@pytest.mark.parametrize("code", [code for code in ROLLS if code != "43x25"])
def test_test_sticker_shows_three_codes(code):
    media = MEDIA[code]
    image = raster.page(sheet.draw([TestSticker(title="Стол 1", lines=("203 dpi", code))], on=media))
    assert raster.read(image) >= {("]E", TEST_EAN13), ("]C", TEST_CODE128)}


@pytest.mark.parametrize("code", ROLLS)
def test_page_is_exactly_the_media(code):
    media = MEDIA[code]
    (box,) = raster.media_boxes(sheet.draw([PRODUCT], on=media))
    assert box == pytest.approx((0, 0, media.width_mm * 72 / 25.4, media.height_mm * 72 / 25.4), abs=0.0001)
    assert raster.page(sheet.draw([PRODUCT], on=media)).size == (media.width_mm * 8, media.height_mm * 8)


def test_bars_lie_on_the_dots_of_the_head():
    image = draw(Bars(Kind.CODE128, "A-03-12", caption=False))
    row = image.crop((0, 100, image.width, 101)).tobytes()
    edges = [x for x in range(1, len(row)) if row[x] != row[x - 1]]
    assert {(right - left) % 3 for left, right in pairwise(edges)} == {0}


@pytest.mark.parametrize(
    ("sticker", "code"),
    [
        (ProductSticker(name="", article="", barcode="ABCDEFGHIJKLMNOPQRSTUV"), "58x40"),
        (CellSticker(address="A", code="ABCDEFGHIJKL"), "43x25"),
        (OrderSticker(marketplace="Ozon", number="x" * 900), "43x25"),
    ],
)
def test_a_barcode_too_long_for_the_format_is_refused(sticker, code):
    with pytest.raises(Unprintable):
        sheet.draw([sticker], on=MEDIA[code])


def test_no_room_is_refused_not_overprinted():
    with pytest.raises(Unprintable):
        sheet.draw([PRODUCT], on=Media("tiny", 58, 8))


def test_a_refused_sticker_stops_the_file():
    with pytest.raises(Unprintable):
        sheet.draw([PRODUCT, CellSticker(address="x", code="Ы")], on=MEDIA["58x40"])


def test_parts_hold_all_stickers_once_and_tell_their_progress():
    codes = [f"20000{number:07d}" for number in range(5)]
    codes = [digits + check_digit(digits) for digits in codes]
    told: list[int] = []
    stickers = (ProductSticker(name="Н", article="Н", barcode=code) for code in codes)
    parts = list(sheet.draw_parts(stickers, on=MEDIA["58x40"], size=2, step=told.append))
    assert [(part.stickers, part.pages) for part in parts] == [(2, 2), (2, 2), (1, 1)]
    assert told == [1, 2, 3, 4, 5]
    read = [raster.texts(image) for part in parts for image in raster.pages(part.content)]
    assert read == [{code} for code in codes]


def test_the_same_stickers_give_the_same_pages():
    once, twice = (raster.page(sheet.draw([PRODUCT], on=MEDIA["58x40"])) for _time in range(2))
    assert once.tobytes() == twice.tobytes()


def left_square(image, media):
    """The square stands in the upper left corner; white separates it from the words."""
    edge = raster.HEAD.dots(media.margin_mm)
    half = (image.width - 2 * edge) // 2 + edge
    columns = [image.crop((x, 0, x + 1, image.height)).getextrema() == (255, 255) for x in range(half)]
    first = columns.index(False)
    last = next((x for x in range(first, half) if columns[x]), half)
    cut = image.crop((0, 0, last + 8, image.height))
    rows = [cut.crop((0, y, cut.width, y + 1)).getextrema() == (255, 255) for y in range(cut.height)]
    top = rows.index(False)
    bottom = next((y for y in range(top, cut.height) if rows[y]), cut.height)
    return cut.crop((max(0, first - 8), 0, last + 8, bottom + 8))
