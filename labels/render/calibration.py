"""A page by which a printer is adjusted: a frame, rulers from the edges in millimetres, three barcodes."""

from labels.render.elements import Box, Placed, PlacedRules
from labels.render.geometry import Resolution
from labels.render.layout import lay_out
from labels.render.place import Placing
from labels.render.sticker import TestSticker

RULER_MM = 10


def calibration(placing: Placing, *, head: Resolution, title: str) -> bytes:
    """
    Draw the test page of a printer.

    A millimetre mark is one module wide; every fifth is longer.  When the first marks are cut off, the paper is off by
    as many millimetres as are missing.
    """
    media = placing.media
    shift_x, shift_y = head.dots(placing.offset_x_mm), head.dots(placing.offset_y_mm)
    words = (f"{media.title} мм", f"{placing.offset_x_mm:+.1f} / {placing.offset_y_mm:+.1f} мм")
    # The stickers of the page keep clear of the rulers, which are up to 3 mm long.
    inner = type(media)(media.code, media.width_mm - 6, media.height_mm - 6, 0.5)
    placed = lay_out(TestSticker(title=title, lines=words).elements(), media=inner, head=head)
    clear = head.dots(3)
    from labels.render.document import Document  # reportlab: 10 MiB that only drawing needs

    document = Document(title=title)
    document.page(
        media,
        head=head,
        placed=[(shift_x, shift_y, _rulers(placing, head)), (shift_x + clear, shift_y + clear, placed)],
    )
    return document.finish()


def _rulers(placing: Placing, head: Resolution) -> list[Placed]:
    width, height = head.dots(placing.media.width_mm), head.dots(placing.media.height_mm)
    thin, rules = head.module, []
    for mm in range(1, RULER_MM + 1):
        at, length = head.dots(mm), head.dots(2.5 if mm % 5 == 0 else 1.25)
        rules += [
            Box(at, 0, thin, length),
            Box(width - at - thin, 0, thin, length),
            Box(at, height - length, thin, length),
            Box(width - at - thin, height - length, thin, length),
            Box(0, at, length, thin),
            Box(0, height - at - thin, length, thin),
            Box(width - length, at, length, thin),
            Box(width - length, height - at - thin, length, thin),
        ]
    return [PlacedRules(Box(0, 0, width, height), tuple(rules))]
