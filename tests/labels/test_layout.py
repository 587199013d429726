"""Nothing on a sticker covers anything else, whatever a seller writes into a name."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels.render import sheet, text
from labels.render.elements import PlacedText
from labels.render.geometry import MEDIA, RESOLUTIONS, SHEETS
from labels.render.layout import lay_out
from labels.render.sticker import CellSticker, OrderSticker, ProductSticker, TestSticker
from tests.labels import raster

HOSTILE = {
    "500 characters": "Футболка хлопковая с длинным рукавом, " * 13,
    "500 wide letters": "Щ" * 500,
    "one long word": "Рентгеноэлектрокардиографический" * 16,
    "emoji": "Кружка 😀👨‍👩‍👧‍👦🏳️‍🌈 подарочная " + "🎁" * 200,
    "right to left": "שלום עולם " * 20 + "مرحبا بالعالم",
    "direction overrides": "\u202eТовар\u202c\u2066\u200f\u200b",
    "control signs": "a\x00b\x1b[31m\r\n\t\x7fc\u2028d",
    "combining marks": "Е" + "\u0301" * 300,
    "chinese": "保温杯" * 150,
    "lone surrogate": "a\ud800b",
    "only spaces": " \u00a0\u3000\t ",
    "empty": "",
    "operators": ") Tj ET Q (",
    "tall letters": "ÅŐĶșЙЎ" * 40,
    "short words": "и в к " * 100,
}
CODE = "4601234567893"


def stickers(words):
    yield ProductSticker(
        name=words, article=words, size=words, colour=words, price=words, legal_entity=words, barcode=CODE
    )
    yield ProductSticker(name=words, article="A-1", barcode=CODE, mark="010460123456789321AbCdEf\x1d93AbCd")
    yield CellSticker(address=words, code="A-03-12", warehouse=words)
    yield OrderSticker(marketplace=words, number=words, legal_entity=words, code="46-0001", ship_by=words)
    yield OrderSticker(marketplace=words, number=words, legal_entity=words, code="46000017-0001-1-abc")
    yield TestSticker(title=words, lines=(words, words))


def assert_apart(placed, media, head):
    width, height = media.width_mm * head.dots_per_mm, media.height_mm * head.dots_per_mm
    for part in placed:
        box = part.box
        assert box.x >= 0
        assert box.y >= 0
        assert box.right <= width
        assert box.bottom <= height
        if isinstance(part, PlacedText):
            face = text.font(part.bold)
            assert all(face.width(line) * part.size <= box.width * text.UNITS for line in part.lines)
            assert len(part.lines) * text.line_dots(part.size) <= box.height
    assert [pair for pair in combinations(placed, 2) if pair[0].box.meets(pair[1].box)] == []


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("code", ["58x40", "58x30", "58x60", "75x120", "100x150", "a4-3474", "a4-3427"])
def test_hostile_words_never_meet_their_neighbours(words, code):
    media, head = MEDIA[code] if code in MEDIA else SHEETS[code].sticker, raster.HEAD
    for sticker in stickers(words):
        assert_apart(lay_out(sticker.elements(), media=media, head=head), media, head)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from(sorted(MEDIA)), st.sampled_from([203, 300]))
def test_no_words_at_all_meet_their_neighbours(words, code, dpi):
    media, head = MEDIA[code], RESOLUTIONS[dpi]
    sticker = ProductSticker(name=words, article=words, colour=words, price=words, barcode=CODE)
    assert_apart(lay_out(sticker.elements(), media=media, head=head), media, head)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_ink_stays_inside_the_boxes_and_the_barcode_still_reads(words):
    media = MEDIA["58x40"]
    sticker = ProductSticker(name=words, article=words, legal_entity=words, barcode=CODE)
    image = raster.page(sheet.draw([sticker], on=media))
    outside = image.copy()
    for part in lay_out(sticker.elements(), media=media, head=raster.HEAD):
        box = part.box
        outside.paste(255, (box.x, box.y, box.right, box.bottom))
    assert dark(outside) == 0
    assert CODE in raster.texts(image)


def test_a_long_name_is_wrapped_and_ends_in_an_ellipsis():
    sticker = ProductSticker(name="Футболка хлопковая " * 30, article="Ф", barcode=CODE)
    name, *_rest = lay_out(sticker.elements(), media=MEDIA["58x40"], head=raster.HEAD)
    assert isinstance(name, PlacedText)
    assert len(name.lines) == 3
    assert [line.endswith("…") for line in name.lines] == [False, False, True]


def test_a_short_name_keeps_its_largest_size_and_all_its_words():
    name, *_rest = lay_out(
        ProductSticker(name="Кружка синяя", article="К", barcode=CODE).elements(),
        media=MEDIA["58x40"],
        head=raster.HEAD,
    )
    assert isinstance(name, PlacedText)
    assert name.lines == ("Кружка синяя",)
    assert name.size == raster.HEAD.font_dots(8)


def test_an_unknown_glyph_is_shown_as_a_lozenge_not_lost():
    assert text.clean("Чай 😀😀 зелёный\u200b") == "Чай ◊ зелёный"
    assert text.clean("  a\t\n b ") == "a b"
    assert text.clean("й") == "й"


def test_every_letter_of_the_russian_and_kazakh_alphabets_has_its_own_glyph():
    letters = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяӘҒҚҢӨҰҮҺІ№₽«»—…"
    assert text.clean(letters) == letters
    seen = set()
    for letter in letters:
        image = raster.page(sheet.draw([CellSticker(address=letter, code="A-1")], on=MEDIA["58x40"]))
        seen.add(image.tobytes())
    assert len(seen) == len(letters)


def test_more_letters_than_one_font_subset_holds_are_all_shown():
    letters = "".join(chr(code) for code in range(0x21, 0x500) if text.clean(chr(code)) == chr(code))
    assert len(letters) > 400
    rows = [letters[start : start + 40] for start in range(0, len(letters), 40)]
    together = raster.pages(sheet.draw([CellSticker(address=row, code="A-1") for row in rows], on=MEDIA["100x150"]))
    alone = [raster.page(sheet.draw([CellSticker(address=row, code="A-1")], on=MEDIA["100x150"])) for row in rows]
    assert [image.tobytes() for image in together] == [image.tobytes() for image in alone]


@pytest.mark.parametrize("code", sorted(SHEETS))
def test_a_sheet_fits_its_page_and_its_places_do_not_overlap(code):
    on = SHEETS[code]
    corners = list(on.corners_mm())
    assert len(corners) == len(set(corners)) == on.per_page
    right = max(x for x, _y in corners) + on.sticker_width_mm
    bottom = max(y for _x, y in corners) + on.sticker_height_mm
    assert right <= on.width_mm + 0.001
    assert bottom <= on.height_mm + 0.001
    assert right + on.left_mm == pytest.approx(on.width_mm, abs=0.01)


def dark(image: Image.Image) -> int:
    return image.histogram()[0]
