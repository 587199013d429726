"""Elements of a sticker, as they are asked for and as they are placed."""

from dataclasses import dataclass
from typing import Literal

from labels.render import barcode

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Box:
    """Whole dots from the upper left corner of the page."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    def meets(self, other: "Box") -> bool:
        """Whether the two share a dot."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True, slots=True)
class Text:
    """
    Words.  points: sizes to try, the largest first.

    fill: one line, as large as the box allows.  A text that does not fit at the smallest size ends in an ellipsis.
    """

    value: str
    points: tuple[float, ...] = (7,)
    lines: int = 1
    bold: bool = False
    align: Align = "left"
    fill: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Bars:
    """A linear barcode with its text under it; it is given what height is left between `least_mm` and `most_mm`."""

    kind: barcode.Kind
    value: str
    least_mm: float = 6
    most_mm: float = 15
    caption: bool = True
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Square:
    """A QR code or DataMatrix, as large as the box allows up to `most_mm`."""

    kind: barcode.Kind
    value: str
    most_mm: float = 30
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """A square at the left, other elements stacked at its right."""

    square: Square
    stack: "tuple[Element, ...]"
    least_mm: float = 8
    most_mm: float = 60
    optional: bool = False


Element = Text | Bars | Square | Beside


@dataclass(frozen=True, slots=True)
class PlacedText:
    """Lines with their size in dots; the first base line is `text.base_dots(size)` under the top of the box."""

    box: Box
    lines: tuple[str, ...]
    size: int
    bold: bool
    align: Align


@dataclass(frozen=True, slots=True)
class PlacedBars:
    """x: where the first bar begins (quiet zones lie inside the box), module: dots."""

    box: Box
    symbol: barcode.Linear
    x: int
    module: int


@dataclass(frozen=True, slots=True)
class PlacedSquare:
    """x, y: the upper left module without its quiet zone, module: dots."""

    box: Box
    symbol: barcode.Matrix
    x: int
    y: int
    module: int


@dataclass(frozen=True, slots=True)
class PlacedRules:
    """Black rectangles inside a box, filled together: a rasteriser may widen one that is filled alone."""

    box: Box
    marks: tuple[Box, ...]


Placed = PlacedText | PlacedBars | PlacedSquare | PlacedRules
