"""
Sizes as data: stickers and sheets in millimetres, printers in dots.

A thermal printer of "203 dpi" has 8 dots in a millimetre, that is 203.2 dpi; everything that a scanner must read is
laid on these dots, otherwise bars come out uneven.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import floor

MM_PER_INCH = 25.4
POINTS_PER_INCH = 72
POINTS_PER_MM = POINTS_PER_INCH / MM_PER_INCH


@dataclass(frozen=True)
class Resolution:
    """
    A print head.

    module: the narrowest bar in dots, never under a quarter of a millimetre.  module_most: the widest worth its room.
    """

    code: int
    dots_per_mm: float
    module: int
    module_most: int

    def dots(self, mm: float) -> int:
        """Whole dots nearest to this length."""
        return round(mm * self.dots_per_mm)

    def font_dots(self, points: float) -> int:
        """A font size in dots."""
        return round(points * self.dots_per_mm / POINTS_PER_MM)

    @property
    def points_per_dot(self) -> float:
        return POINTS_PER_MM / self.dots_per_mm


RESOLUTIONS = {
    203: Resolution(203, 8, module=2, module_most=3),
    300: Resolution(300, 300 / MM_PER_INCH, module=3, module_most=5),
}


@dataclass(frozen=True)
class Media:
    """A sticker on a roll; margin: what the printer may lose at each edge."""

    code: str
    width_mm: float
    height_mm: float
    margin_mm: float = 1.5

    @property
    def points(self) -> tuple[float, float]:
        """
        Width and height of the page with the four decimals that are written.

        Cut, not rounded: a page longer than its dots by a hair is rasterised with one dot more, and stretched to it.
        """
        width, height = (floor(side * POINTS_PER_MM * 10_000) / 10_000 for side in (self.width_mm, self.height_mm))
        return width, height

    @property
    def title(self) -> str:
        return f"{self.width_mm:g}×{self.height_mm:g}"


@dataclass(frozen=True)
class Sheet:
    """
    A page of stickers, named after the product that is sold.

    left, top: the first sticker's corner from the sheet's; gaps: between neighbours.  All in mm.
    """

    code: str
    product: str
    columns: int
    rows: int
    sticker_width_mm: float
    sticker_height_mm: float
    left_mm: float
    top_mm: float
    gap_x_mm: float = 0
    gap_y_mm: float = 0
    width_mm: float = 210
    height_mm: float = 297
    margin_mm: float = 2

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    @cached_property
    def sticker(self) -> Media:
        return Media(self.code, self.sticker_width_mm, self.sticker_height_mm, self.margin_mm)

    @property
    def page(self) -> Media:
        return Media("a4", self.width_mm, self.height_mm, 0)

    @property
    def title(self) -> str:
        return f"A4, {self.columns}×{self.rows}, {self.sticker.title} ({self.product})"

    def corners_mm(self) -> Iterator[tuple[float, float]]:
        """Upper left corner of each place, row by row."""
        for row in range(self.rows):
            for column in range(self.columns):
                yield (
                    self.left_mm + column * (self.sticker_width_mm + self.gap_x_mm),
                    self.top_mm + row * (self.sticker_height_mm + self.gap_y_mm),
                )


MEDIA = {
    media.code: media
    for media in (
        Media("58x40", 58, 40),
        Media("58x30", 58, 30),
        Media("58x60", 58, 60),
        Media("43x25", 43, 25, margin_mm=1),
        Media("75x120", 75, 120, margin_mm=2),
        Media("100x150", 100, 150, margin_mm=2.5),
    )
}

SHEETS = {
    sheet.code: sheet
    for sheet in (
        Sheet("a4-3474", "Avery Zweckform 3474", 3, 8, 70, 37, left_mm=0, top_mm=0.5, margin_mm=4.5),
        Sheet("a4-l7651", "Avery L7651", 5, 13, 38.1, 21.2, left_mm=4.75, top_mm=10.7, gap_x_mm=2.5, margin_mm=1),
        Sheet("a4-3651", "Avery Zweckform 3651", 4, 10, 52.5, 29.7, left_mm=0, top_mm=0, margin_mm=4.5),
        Sheet("a4-3657", "Avery Zweckform 3657", 4, 10, 48.5, 25.4, left_mm=8, top_mm=21.5, margin_mm=1.5),
        Sheet("a4-3427", "Avery Zweckform 3427", 2, 4, 105, 74, left_mm=0, top_mm=0.5, margin_mm=5),
        Sheet("a4-l7165", "Avery L7165", 2, 4, 99.1, 67.7, left_mm=4.65, top_mm=13.1, gap_x_mm=2.5, margin_mm=2),
    )
}
