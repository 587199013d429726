"""
Elements of a sticker and the boxes they get.

A sticker is a list of elements from top to bottom.  Each first gets the least height it can live with (elements that
are optional fall away from the last when even that is too much), then the rest is given out in the order of the list.
Boxes are whole dots, never overlap and never leave the page: what does not fit is wrapped, shrunk, cut with an
ellipsis, or refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from labels.errors import Unprintable
from labels.render import barcode, text
from labels.render.elements import (
    Bars,
    Beside,
    Box,
    Element,
    Placed,
    PlacedBars,
    PlacedSquare,
    PlacedText,
    Square,
    Text,
)
from labels.render.geometry import Media, Resolution

GAP_MM = 0.4


@dataclass(slots=True)
class _Ask:
    """What an element needs: heights in dots; `lines` of a text at its largest size, if they are all of it."""

    element: Element
    least: int
    want: int
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Surface:
    """Where elements go.  scale: large stickers get larger words and bars, by the proportion to 58×40."""

    head: Resolution
    title: str
    scale: float

    def dots(self, mm: float) -> int:
        return self.head.dots(mm * self.scale)

    def font_dots(self, points: float) -> int:
        return self.head.font_dots(points * self.scale)


def lay_out(elements: Sequence[Element], *, media: Media, head: Resolution) -> list[Placed]:
    """
    Find a box for each element.

    Returns placed elements from top to bottom, in whole dots from the upper left corner of the sticker.
    :raises Unprintable: a barcode cannot be read at this size, or there is no room for what must be there
    """
    edge = head.dots(media.margin_mm)
    width, height = int(media.width_mm * head.dots_per_mm), int(media.height_mm * head.dots_per_mm)
    scale = max(1.0, min(media.width_mm / 58, media.height_mm / 40))
    surface = _Surface(head, media.title, scale)
    return _stack(elements, Box(edge, edge, width - 2 * edge, height - 2 * edge), surface)


def _stack(elements: Sequence[Element], room: Box, on: _Surface) -> list[Placed]:
    gap = on.dots(GAP_MM)
    asks = [_ask(element, room.width, on) for element in elements if not _is_empty(element)]
    placed: list[Placed] = []
    y, spare = room.y, 0
    for ask, height in _heights(asks, room.height, gap, on.title):
        # What an earlier element was given and did not use goes to those below it.
        given = min(height + spare, max(height, ask.want))
        spare += height - given
        found = _place(ask, Box(room.x, y, room.width, given), on)
        used = max(part.box.bottom for part in found) - y
        spare += given - used
        y += used + gap
        placed.extend(found)
    return placed


def _is_empty(element: Element) -> bool:
    return isinstance(element, Text) and not element.value


def _heights(asks: list[_Ask], room: int, gap: int, title: str) -> list[tuple[_Ask, int]]:
    """Least heights for all, then what is left in the order of the list."""
    while asks and (over := sum(ask.least + gap for ask in asks) - gap - room) > 0:
        spare = [ask for ask in asks if ask.element.optional]
        if not spare:
            raise Unprintable(
                format_lazy(
                    _("There is no room for all of this on {title} mm: {dots} dots too many."), title=title, dots=over
                )
            )
        asks = [ask for ask in asks if ask is not spare[-1]]
    left = room - sum(ask.least + gap for ask in asks) + gap
    heights = []
    for ask in asks:
        more = min(left, ask.want - ask.least)
        left -= more
        heights.append((ask, ask.least + more))
    return heights


def _ask(element: Element, width: int, on: _Surface) -> _Ask:
    match element:
        case Text():
            return _ask_text(element, width, on)
        case Bars():
            caption = _caption_dots(on) if element.caption else 0
            least, most = on.dots(element.least_mm) + caption, on.dots(element.most_mm) + caption
            return _Ask(element, least, most)
        case Square():
            symbol = barcode.matrix(element.kind, element.value)
            least = symbol.total * on.head.module
            return _Ask(element, least, max(least, on.dots(element.most_mm)))
        case Beside():
            least = max(
                barcode.matrix(element.square.kind, element.square.value).total * on.head.module,
                on.dots(element.least_mm),
            )
            return _Ask(element, least, max(least, on.dots(element.most_mm)))


def _ask_text(element: Text, width: int, on: _Surface) -> _Ask:
    largest, smallest = on.font_dots(element.points[0]), on.font_dots(element.points[-1])
    if element.fill:
        return _Ask(element, text.line_dots(smallest), text.line_dots(largest))
    lines, whole = text.wrap(
        element.value, face=text.font(element.bold), size=largest, width=width, lines=element.lines
    )
    want = text.line_dots(largest) * len(lines)
    return _Ask(element, text.line_dots(smallest), want, tuple(lines) if whole else ())


def _place(ask: _Ask, box: Box, on: _Surface) -> list[Placed]:
    match ask.element:
        case Text() as element:
            return [_place_text(element, ask.lines, box, on)]
        case Bars() as element:
            return _place_bars(element, box, on)
        case Square() as element:
            return [_place_square(element, box, on)]
        case Beside() as element:
            return _place_beside(element, box, on)


def _place_text(element: Text, lines: tuple[str, ...], box: Box, on: _Surface) -> PlacedText:
    face = text.font(element.bold)
    if element.fill:
        least = on.font_dots(element.points[-1])
        size = text.fit(element.value, face=face, width=box.width, height=box.height, least=least)
        shown, _whole = text.wrap(element.value, face=face, size=size, width=box.width, lines=1)
    else:
        size, shown = on.font_dots(element.points[0]), list(lines)
        if not shown or text.line_dots(size) * len(shown) > box.height:
            size, shown = _largest_whole(element, face, [on.font_dots(points) for points in element.points], box)
    height = min(box.height, text.line_dots(size) * len(shown))
    return PlacedText(Box(box.x, box.y, box.width, height), tuple(shown), size, element.bold, element.align)


def _largest_whole(element: Text, face: text.Font, sizes: list[int], box: Box) -> tuple[int, list[str]]:
    """The first size at which all of the text fits, else the smallest with an ellipsis."""
    shown: list[str] = []
    for size in sizes:
        lines = min(element.lines, box.height // text.line_dots(size))
        if lines:
            shown, whole = text.wrap(element.value, face=face, size=size, width=box.width, lines=lines)
            if whole:
                return size, shown
    return sizes[-1], shown


def _place_bars(element: Bars, box: Box, on: _Surface) -> list[Placed]:
    symbol = barcode.linear(element.kind, element.value)
    module = min(int(on.head.module_most * on.scale), box.width // symbol.total)
    if module < on.head.module:
        raise Unprintable(
            format_lazy(
                _("Barcode “{value}” is too long for a sticker {title} mm."), value=element.value, title=on.title
            )
        )
    caption = _caption_dots(on) if element.caption else 0
    taken = symbol.total * module
    left = box.x + (box.width - taken) // 2
    bars = Box(left, box.y, taken, box.height - caption)
    placed: list[Placed] = [PlacedBars(bars, symbol, left + symbol.quiet[0] * module, module)]
    if caption:
        words = Text(text.clean(symbol.text), points=_CAPTION_POINTS, align="center")
        placed.append(_place_text(words, (), Box(box.x, bars.bottom, box.width, caption), on))
    return placed


def _place_square(element: Square, box: Box, on: _Surface) -> PlacedSquare:
    symbol = barcode.matrix(element.kind, element.value)
    module = min(box.width, box.height, on.dots(element.most_mm)) // symbol.total
    if module < on.head.module:
        raise Unprintable(
            format_lazy(
                _("Barcode “{value}” is too long for a sticker {title} mm."), value=element.value[:40], title=on.title
            )
        )
    side = symbol.total * module
    quiet = symbol.quiet * module
    return PlacedSquare(Box(box.x, box.y, side, side), symbol, box.x + quiet, box.y + quiet, module)


def _place_beside(element: Beside, box: Box, on: _Surface) -> list[Placed]:
    # The square may take half of the width: the words need the rest.
    square = _place_square(element.square, replace(box, width=box.width // 2), on)
    gap = 2 * on.dots(GAP_MM)
    rest = Box(square.box.right + gap, box.y, box.right - square.box.right - gap, box.height)
    return [square, *_stack(element.stack, rest, on)]


_CAPTION_POINTS = (6.5, 6, 5)


def _caption_dots(on: _Surface) -> int:
    return text.line_dots(on.font_dots(_CAPTION_POINTS[0])) + 1
