"""A list on A4 pages: a heading, lines about the document, a table whose head comes again on every page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from labels.render import text
from labels.render.elements import Align, Box, Placed, PlacedRules, PlacedText
from labels.render.geometry import RESOLUTIONS, Media

if TYPE_CHECKING:
    from labels.render.document import Document

_A4 = Media("a4", 210, 297, 0)
_HEAD = RESOLUTIONS[203]
_EDGE, _FOOT = _HEAD.dots(12), _HEAD.dots(285)
_ROW_GAP, _CELL_GAP, _RULE = _HEAD.dots(1.2), _HEAD.dots(2), 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column; all widths together are at most 186 mm."""

    title: str
    width_mm: float
    align: Align = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is printed; head: lines under the title; sign: lines at the end, such as who handed over and who took."""

    title: str
    head: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    total: Sequence[str] = ()
    sign: Sequence[str] = ()


@dataclass(slots=True)
class _Page:
    y: int = _EDGE
    placed: list[Placed] = field(default_factory=list)


def draw(paper: Paper) -> bytes:
    """Draw it as PDF; a cell that is too long takes up to three lines and ends in an ellipsis."""
    from labels.render.document import Document  # reportlab: 10 MiB that only drawing needs

    document = Document(title=paper.title)
    page = _Page()
    width = _HEAD.dots(_A4.width_mm) - 2 * _EDGE
    _words(page, paper.title, 14, _EDGE, width, bold=True, lines=2)
    for line in paper.head:
        _words(page, line, 9, _EDGE, width, lines=2)
    page.y += _ROW_GAP
    titles = [column.title for column in paper.columns]
    _row(page, paper.columns, titles, bold=True)
    for cells in paper.rows:
        page = _room(document, page, paper.columns, titles, _height(paper.columns, cells))
        _row(page, paper.columns, cells)
    if paper.total:
        page = _room(document, page, paper.columns, titles, _height(paper.columns, paper.total))
        _row(page, paper.columns, paper.total, bold=True)
    page = _room(document, page, paper.columns, titles, _HEAD.dots(12) * len(paper.sign))
    for line in paper.sign:
        page.y += _HEAD.dots(6)
        _words(page, line, 9, _EDGE, width)
    _finish(document, page)
    return document.finish()


def _room(document: "Document", page: _Page, columns: Sequence[Column], titles: Sequence[str], height: int) -> _Page:
    """The page, or the next one where so much does not fit on it any more."""
    if page.y + height <= _FOOT:
        return page
    _finish(document, page)
    following = _Page()
    _row(following, columns, titles, bold=True)
    return following


def _finish(document: "Document", page: _Page) -> None:
    document.page(_A4, head=_HEAD, placed=[(0, 0, page.placed)])


def _height(columns: Sequence[Column], cells: Sequence[str]) -> int:
    lines = max(len(_lines(cell, column, bold=True)) for cell, column in zip(cells, columns, strict=True))
    return lines * text.line_dots(_HEAD.font_dots(9)) + 2 * _ROW_GAP


def _lines(cell: str, column: Column, *, bold: bool) -> list[str]:
    width = _HEAD.dots(column.width_mm) - _CELL_GAP
    shown, _whole = text.wrap(text.clean(cell), face=text.font(bold), size=_HEAD.font_dots(9), width=width, lines=3)
    return shown


def _row(page: _Page, columns: Sequence[Column], cells: Sequence[str], *, bold: bool = False) -> None:
    size, x, used = _HEAD.font_dots(9), _EDGE, 0
    for column, cell in zip(columns, cells, strict=True):
        width = _HEAD.dots(column.width_mm)
        lines = _lines(cell, column, bold=bold)
        height = len(lines) * text.line_dots(size)
        box = Box(x, page.y, width - _CELL_GAP, height)
        if cell:
            page.placed.append(PlacedText(box, tuple(lines), size, bold, column.align))
        used, x = max(used, height), x + width
    page.y += used + _ROW_GAP
    rule = Box(_EDGE, page.y, x - _EDGE, _RULE)
    page.placed.append(PlacedRules(rule, (rule,)))
    page.y += _ROW_GAP


def _words(page: _Page, value: str, points: float, x: int, width: int, *, bold: bool = False, lines: int = 1) -> None:
    size = _HEAD.font_dots(points)
    shown, _whole = text.wrap(text.clean(value), face=text.font(bold), size=size, width=width, lines=lines)
    height = len(shown) * text.line_dots(size)
    page.placed.append(PlacedText(Box(x, page.y, width, height), tuple(shown), size, bold, "left"))
    page.y += height
