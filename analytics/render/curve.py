"""A picture of days for a letter, in which no script runs: two lines and an axis, drawn once."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from itertools import pairwise
from pathlib import Path

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 1200, 480, 150, 30, 30, 60
_NOW, _BEFORE, _GRID, _INK, _PAPER = "#0b63c5", "#b45309", "#d5dae1", "#1d2733", "#ffffff"


def draw(days: Sequence[tuple[date, Decimal, Decimal]]) -> bytes:
    """
    Draw money by day as a PNG.

    days: (day, money, money in the days before), in order; at least one.  The line of the days before is dashed, so
    that nobody needs the colours.
    """
    import fontpkg_pt_sans
    from PIL import Image, ImageDraw, ImageFont

    folder = Path(fontpkg_pt_sans.__file__).parent / "files"
    font = ImageFont.truetype(str(next(iter(sorted(folder.glob("*Regular*.ttf"))))), 26)
    picture = Image.new("RGB", (_WIDTH, _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(picture)
    most = max(Decimal(1), *(money for _day, now, before in days for money in (now, before)))
    for part in range(5):
        y = _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * part / 4
        pen.line([(_LEFT, y), (_WIDTH - _RIGHT, y)], fill=_GRID, width=1)
        words = f"{int(most * part / 4):,}".replace(",", "\u00a0")
        pen.text((_LEFT - 14, y), words, fill=_INK, font=font, anchor="rm")
    for place in sorted({0, len(days) // 2, len(days) - 1}):
        x = _x(place, len(days))
        anchor = "ls" if place == 0 and len(days) > 1 else "rs" if place == len(days) - 1 and place else "ms"
        pen.text((x, _HEIGHT - 16), f"{days[place][0]:%d.%m.%Y}", fill=_INK, font=font, anchor=anchor)
    before = [(_x(place, len(days)), _y(money, most)) for place, (_day, _now, money) in enumerate(days)]
    for start, end in list(pairwise(before))[::2]:
        pen.line([start, end], fill=_BEFORE, width=3)
    now = [(_x(place, len(days)), _y(money, most)) for place, (_day, money, _before) in enumerate(days)]
    pen.line(now, fill=_NOW, width=5, joint="curve")
    for x, y in now if len(days) <= 31 else ():
        pen.ellipse([x - 5, y - 5, x + 5, y + 5], fill=_NOW)
    found = BytesIO()
    picture.save(found, "PNG", optimize=True)
    return found.getvalue()


def _x(place: int, count: int) -> float:
    return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (place / (count - 1) if count > 1 else 0.5)


def _y(money: Decimal, most: Decimal) -> float:
    return _HEIGHT - _BOTTOM - float(money / most) * (_HEIGHT - _TOP - _BOTTOM)
