"""Stickers of boxes from the marketplace's data; drawing takes time, so it is done before any transaction."""

from collections.abc import Sequence

from labels.render import sheet
from labels.render.geometry import MEDIA
from labels.render.sticker import BoxSticker

# Fits every roll that is at least as large.
USUAL = "58x40"


def drawn(boxes: Sequence[BoxSticker], *, roll: str) -> bytes:
    """
    Draw the stickers of an order, one box to a page, on the roll of its channel warehouse ("" or unknown: 58×40).

    :raises Unprintable: the code of one cannot be drawn
    """
    return sheet.draw(boxes, on=MEDIA.get(roll, MEDIA[USUAL]))
