"""Stickers drawn by a marketplace come out at exactly the size of the roll, and still read."""

import random
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from labels.errors import UnknownFile
from labels.render import barcode, place, sheet
from labels.render.geometry import MEDIA, Media
from labels.render.place import Placing
from labels.render.sticker import OrderSticker
from tests.labels import raster


def marketplace_png(code="46000017", size=(580, 400), mode="L"):
    """What Wildberries sends: 580×400 pixels, bars three pixels a module."""
    image = Image.new("L", size, 255)
    pen = ImageDraw.Draw(image)
    left = (size[0] - 3 * barcode.linear(barcode.Kind.CODE128, code).modules) // 2
    for start, width in barcode.linear(barcode.Kind.CODE128, code).bars:
        pen.rectangle([left + 3 * start, 60, left + 3 * (start + width) - 1, size[1] - 100], fill=0)
    out = BytesIO()
    (image if mode == "L" else image.convert(mode)).save(out, "PNG")
    return out.getvalue()


def marketplace_pdf(*numbers, media=MEDIA["75x120"], rotate=0):
    content = sheet.draw([OrderSticker(marketplace="Ozon", number=number) for number in numbers], on=media)
    if not rotate:
        return content
    with pikepdf.open(BytesIO(content)) as document:
        for page in document.pages:
            page.rotate(rotate, relative=False)
        out = BytesIO()
        document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("code", ["58x40", "58x60", "75x120", "100x150"])
def test_a_png_fills_a_page_of_the_media_and_reads(code):
    media = MEDIA[code]
    content = place.place([marketplace_png()], Placing(media))
    assert raster.media_boxes(content) == [pytest.approx((0, 0, *media.points), abs=0.0001)]
    assert raster.texts(raster.page(content)) == {"46000017"}


@pytest.mark.parametrize("mode", ["1", "RGB", "RGBA", "P", "LA"])
def test_png_of_any_colour_mode_is_placed(mode):
    content = place.place([marketplace_png(mode=mode)], Placing(MEDIA["58x40"]))
    assert raster.texts(raster.page(content)) == {"46000017"}


def test_a_transparent_background_is_white_not_black():
    image = Image.new("RGBA", (580, 400), (0, 0, 0, 0))
    out = BytesIO()
    image.save(out, "PNG")
    page = raster.page(place.place([out.getvalue()], Placing(MEDIA["58x40"])))
    assert page.getextrema() == (255, 255)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(("code", "drawn"), [("58x40", "58x40"), ("75x120", "75x120"), ("100x150", "75x120")])
def test_a_pdf_is_fitted_to_the_media_however_it_is_turned(rotate, code, drawn):
    media = MEDIA[code]
    content = place.place([marketplace_pdf("46-0001", media=MEDIA[drawn], rotate=rotate)], Placing(media))
    assert raster.media_boxes(content) == [pytest.approx((0, 0, *media.points), abs=0.0001)]
    assert raster.texts(raster.page(content)) == {"46-0001"}


def test_a_pdf_of_the_very_size_is_not_scaled():
    original = marketplace_pdf("46-0001", media=MEDIA["58x40"])
    placed = place.place([original], Placing(MEDIA["58x40"]))
    assert raster.page(placed).tobytes() == raster.page(original).tobytes()


def test_files_come_out_in_the_order_given_each_page_once():
    numbers = [f"46-{number:04d}" for number in range(12)]
    random.Random(3).shuffle(numbers)
    files = [marketplace_png(number) if at % 2 else marketplace_pdf(number) for at, number in enumerate(numbers)]
    files.append(marketplace_pdf("46-9001", "46-9002"))
    content = place.place(files, Placing(MEDIA["75x120"]))
    found = [raster.texts(image) for image in raster.pages(content)]
    assert found == [{number} for number in [*numbers, "46-9001", "46-9002"]]


def test_the_offset_of_the_printer_moves_the_drawing_right_and_down():
    straight = ink(raster.page(place.place([marketplace_pdf("46-1", media=MEDIA["58x40"])], Placing(MEDIA["58x40"]))))
    moved = ink(
        raster.page(
            place.place([marketplace_pdf("46-1", media=MEDIA["58x40"])], Placing(MEDIA["58x40"], 1, 0.5)),
        )
    )
    assert (moved[0] - straight[0], moved[1] - straight[1]) == (8, 4)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>502 Bad Gateway</html>",
        b"%PDF-1.4\n",
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>",
        b"\x89PNG\r\n\x1a\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"\xff\xd8\xff" + b"junk" * 50,
        b"GIF89a",
        b"\0" * 2000,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_is_no_sticker_is_refused_in_words(content):
    with pytest.raises(UnknownFile):
        place.place([content], Placing(MEDIA["58x40"]))


def test_a_locked_pdf_is_refused():
    out = BytesIO()
    with pikepdf.open(BytesIO(marketplace_pdf("1-1"))) as document:
        document.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(UnknownFile):
        place.check(out.getvalue())


def test_a_png_cut_in_half_is_refused():
    whole = marketplace_png()
    with pytest.raises(UnknownFile):
        place.check(whole[: len(whole) // 2])


def test_a_picture_of_too_many_pixels_is_refused():
    out = BytesIO()
    Image.new("1", (20_000, 20_000), 1).save(out, "PNG")
    with pytest.raises(UnknownFile):
        place.check(out.getvalue())


@pytest.mark.parametrize("seed", range(40))
def test_a_damaged_file_is_placed_or_refused_never_an_error(seed):
    chance = random.Random(seed)
    content = bytearray(marketplace_pdf("46-0001") if seed % 2 else marketplace_png())
    for _time in range(chance.randrange(1, 60)):
        content[chance.randrange(len(content))] = chance.randrange(256)
    content = content[: chance.randrange(20, len(content))] if seed % 3 == 0 else content
    try:
        placed = place.place([bytes(content)], Placing(MEDIA["75x120"]))
    except UnknownFile:
        return
    with pypdfium2.PdfDocument(placed) as document:
        assert len(document) >= 1


def test_scripts_and_links_of_a_foreign_pdf_do_not_survive():
    out = BytesIO()
    with pikepdf.open(BytesIO(marketplace_pdf("46-0001"))) as document:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))
        document.pages[0].Annots = document.make_indirect(
            pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=pikepdf.Dictionary(S=pikepdf.Name.URI))])
        )
        document.save(out)
    placed = place.place([out.getvalue()], Placing(MEDIA["75x120"]))
    with pikepdf.open(BytesIO(placed)) as document:
        assert "/OpenAction" not in document.Root
        assert "/Annots" not in document.pages[0]
    assert b"app.alert" not in placed


def test_a_page_of_absurd_size_is_refused():
    out = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.pages[0].MediaBox = [0, 0, 0.1, 5]
        document.save(out)
    with pytest.raises(UnknownFile):
        place.check(out.getvalue())


def test_a_drawing_is_turned_only_when_that_makes_it_larger():
    assert place.fitted(58, 40, Placing(MEDIA["58x40"]))[1] is False
    assert place.fitted(40, 58, Placing(MEDIA["58x40"]))[1] is True
    assert place.fitted(100, 98, Placing(Media("square", 50, 50)))[1] is False


def ink(image):
    return Image.eval(image, lambda grey: 255 - grey).getbbox()
