"""
Many stickers into PDF files: one to a page on a roll, or many to a page on sheets.

A file is held in memory until it is closed, so that a large job comes out in parts of bounded size.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from labels.errors import Unprintable
from labels.render.geometry import RESOLUTIONS, Media, Resolution, Sheet
from labels.render.layout import lay_out
from labels.render.sticker import Sticker

# 10,000 stickers of 58×40 take about 10 MB on disk and under 100 MiB of memory.
PART_STICKERS = 10_000
DEFAULT_HEAD = RESOLUTIONS[203]


@dataclass(frozen=True, slots=True)
class Part:
    """One finished file: PDF bytes with how many stickers and pages they hold."""

    content: bytes
    stickers: int
    pages: int


def draw(
    stickers: Iterable[Sticker],
    *,
    on: Media | Sheet,
    head: Resolution = DEFAULT_HEAD,
    title: str = "",
    skip: int = 0,
    step: Callable[[int], None] | None = None,
) -> bytes:
    """
    Draw stickers into one PDF.

    skip: places of the first sheet that are used up already.  step: told after each page how many stickers are drawn;
    it may raise to stop.
    :raises Unprintable: one of them cannot be drawn
    """
    from labels.render.document import Document  # reportlab: 10 MiB that only drawing needs

    document = Document(title=title)
    done = 0
    paper, media, corners = _places(on)
    for page in _pages(iter(stickers), len(corners), skip):
        placed = [
            (head.dots(x), head.dots(y), lay_out(sticker.elements(), media=media, head=head))
            for sticker, (x, y) in zip(page, corners, strict=False)
            if sticker is not None
        ]
        document.page(paper, head=head, placed=placed)
        done += sum(1 for sticker in page if sticker is not None)
        if step:
            step(done)
    return document.finish()


def draw_parts(
    stickers: Iterable[Sticker],
    *,
    on: Media | Sheet,
    head: Resolution = DEFAULT_HEAD,
    title: str = "",
    size: int = PART_STICKERS,
    skip: int = 0,
    step: Callable[[int], None] | None = None,
) -> Iterator[Part]:
    """Draw any number of stickers, yielding a file for each `size` of them; the arguments are those of `draw`."""
    source = iter(stickers)
    before = 0
    while batch := list(islice(source, size)):
        offset = before

        def told(done: int, offset: int = offset) -> None:
            if step:
                step(offset + done)

        content = draw(batch, on=on, head=head, title=title, skip=skip, step=told)
        pages = -(-(len(batch) + skip) // on.per_page) if isinstance(on, Sheet) else len(batch)
        skip = 0
        yield Part(content, len(batch), pages)
        before += len(batch)


def drawable(
    stickers: Iterable[Sticker],
    *,
    on: Media | Sheet,
    head: Resolution = DEFAULT_HEAD,
    refused: Callable[[int, Unprintable], None],
) -> Iterator[Sticker]:
    """Pass on the stickers that can be drawn; `refused` is told the place (from 1) and the reason of the others."""
    _paper, media, _corners = _places(on)
    for place, sticker in enumerate(stickers, start=1):
        try:
            lay_out(sticker.elements(), media=media, head=head)
        except Unprintable as reason:
            refused(place, reason)
        else:
            yield sticker


def _places(on: Media | Sheet) -> tuple[Media, Media, list[tuple[float, float]]]:
    """The page, the sticker, and where stickers begin on the page, in mm."""
    if isinstance(on, Sheet):
        return on.page, on.sticker, list(on.corners_mm())
    return on, on, [(0, 0)]


def _pages(stickers: Iterator[Sticker], places: int, skip: int) -> Iterator[list[Sticker | None]]:
    empty: list[Sticker | None] = [None] * (skip % places)
    while batch := list(islice(stickers, places - len(empty))):
        yield [*empty, *batch]
        empty = []
