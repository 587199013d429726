"""ZPL of ours, drawn by a renderer that is not ours: dot for dot what the PDF is, and read back."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from labels.models import PrinterProfile
from labels.render import sheet, zpl
from labels.render.geometry import MEDIA, RESOLUTIONS
from labels.render.place import Placing, place
from labels.render.raster import bitmaps
from labels.render.sticker import CellSticker, OrderSticker, ProductSticker
from labels.services import setup
from tests.labels import raster, zebra
from tests.labels.test_place import marketplace_pdf, marketplace_png
from tests.labels.test_stickers import TEST_CODE128, TEST_EAN13

HEAD = RESOLUTIONS[203]
PRINTER = zpl.Printer(head=HEAD)


def same_dots(ours, theirs):
    """Their page may be wider than the sticker by less than a millimetre, with the sticker in the middle of it."""
    left = (theirs.width - ours.width) // 2
    cut = theirs.crop((left, 0, left + ours.width, ours.height))
    return ImageChops.difference(cut, ours.convert("L")).getbbox() is None


def test_every_kind_of_sticker_comes_out_dot_for_dot_and_is_read_back():
    own = [
        OrderSticker(marketplace="Ozon", number="46-0001"),
        ProductSticker(name="Футболка хлопковая", article="АБ-17", barcode="2000000000015", size="48, синий"),
        CellSticker(address="А-01-03-2", code="A-01-03-2", warehouse="Склад на Ленинградке"),
    ]
    pages = [sheet.draw([sticker], on=MEDIA["58x40"]) for sticker in own]
    pages.append(place([marketplace_png("46000017")], Placing(MEDIA["58x40"])))
    drawn = zebra.printed_all([zpl.of_pdf(page, printer=PRINTER) for page in pages])
    for page, (theirs,) in zip(pages, drawn, strict=True):
        assert same_dots(next(bitmaps(page, head=HEAD)), theirs)
    assert [raster.texts(theirs) for (theirs,) in drawn] == [
        {"46-0001"},
        {"2000000000015"},
        {"A-01-03-2"},
        {"46000017"},
    ]


@pytest.mark.parametrize(("media", "dpi"), [("75x120", 203), ("100x150", 300)])
def test_a_marketplaces_pdf_is_read_from_each_head(media, dpi):
    content = place([marketplace_pdf("46000017"), marketplace_pdf("46000024")], Placing(MEDIA[media]))
    written = zpl.of_pdf(content, printer=zpl.Printer(head=RESOLUTIONS[dpi]))
    theirs = zebra.printed(written, media=media, dpi=dpi)
    ours = bitmaps(content, head=RESOLUTIONS[dpi])
    assert [same_dots(*pair) for pair in zip(ours, theirs, strict=True)] == [True, True]
    assert [raster.texts(page) for page in theirs] == [{"46000017"}, {"46000024"}]


@pytest.mark.django_db
def test_the_test_page_has_its_rulers_and_codes_shifted_as_the_profile_says():
    profile = PrinterProfile(
        name="Zebra", media="58x40", dpi=203, offset_x_mm=1, offset_y_mm=-0.5, darkness=7, speed=3, way="agent"
    )
    written = setup.test_zpl(profile)
    assert written.startswith(b"~SD07^XA^PW464^LL320^LH0,0^LS0^PON^PR3^FO0,0^GFA,18560,18560,58,")
    (page,) = zebra.printed(written)
    assert raster.read(page) >= {("]E", TEST_EAN13), ("]C", TEST_CODE128)}
    # Half a millimetre is cut off above; the marks are two dots wide, a millimetre apart, a millimetre to the right.
    top = [value < 128 for value in page.crop((0, 0, 98, 1)).tobytes()]
    assert [x for x in range(98) if top[x]] == [8 + x for mm in range(1, 11) for x in (8 * mm, 8 * mm + 1)]


def test_what_the_printer_is_set_to_stays_where_nothing_is_said():
    written = zpl.sticker(Image.new("1", (464, 320), 1), printer=PRINTER, copies=3)
    assert written == b"^XA^PW464^LL320^LH0,0^LS0^PON^FO0,0^GFA,18560,18560,58,," + b":" * 319 + b"^FS^PQ3^XZ\n"


@given(st.integers(1, 3400), st.data())
def test_any_picture_survives_its_compression(width, data):
    row = st.lists(st.booleans(), min_size=width, max_size=width) if width < 80 else st.just([False] * width)
    full, empty = st.just([True] * width), st.just([False] * width)
    bits = data.draw(st.lists(row | full | empty, min_size=1, max_size=4))
    image = Image.new("1", (width, len(bits)), 1)
    for y, line in enumerate(bits):
        for x, dark in enumerate(line):
            if dark:
                image.putpixel((x, y), 0)
    rows = zebra.graphic_rows(zpl.graphic(image))
    spare = -width % 8
    wanted = ["".join("1" if dark else "0" for dark in line) + "0" * spare for line in bits]
    assert [bin(int.from_bytes(row))[2:].zfill(len(row) * 8) for row in rows] == wanted


def test_a_grey_pixel_is_dark_from_half_on():
    picture = Image.new("L", (464, 320), 255)
    picture.paste(100, (0, 0, 232, 320))
    picture.paste(160, (232, 0, 464, 320))
    png = BytesIO()
    picture.save(png, "PNG")
    (image,) = bitmaps(place([png.getvalue()], Placing(MEDIA["58x40"])), head=HEAD)
    assert (image.getpixel((100, 100)), image.getpixel((400, 100))) == (0, 255)
