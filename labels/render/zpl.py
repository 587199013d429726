"""
Stickers as ZPL: whole pictures of dots, with a few words of control around them.

Words and bars are drawn here and not by the printer: its fonts lack Cyrillic, and clones differ in their barcodes.
Pictures are written in the hexadecimal code of `^GFA` with its run lengths ("alternative data compression scheme"),
which every ZPL printer reads; `:Z64:` is shorter and many clones do not know it.
Source: ZPL II Programming Guide, "^GF", "Alternative Data Compression Scheme", "~SD", "^PR", "^PQ".
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from labels.render.geometry import Resolution
from labels.render.raster import bitmaps

# G to Y count 1 to 19, g to z count 20 to 400 by twenties.
_ONES = " GHIJKLMNOPQRSTUVWXY"
_TWENTIES = " ghijklmnopqrstuvwxyz"
_LONGEST_RUN = 419


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """How a printer is to burn and to run.  darkness: 0 to 30; speed: inches a second; None: as it is set."""

    head: Resolution
    darkness: int | None = None
    speed: int | None = None


def of_pdf(content: bytes, *, printer: Printer, copies: int = 1) -> bytes:
    """This function will write each page of a PDF of ours as one sticker."""
    return b"".join(sticker(image, printer=printer, copies=copies) for image in bitmaps(content, head=printer.head))


def sticker(image: Any, *, printer: Printer, copies: int = 1) -> bytes:
    """
    One sticker, `copies` times.

    image: Pillow, mode "1", as many dots wide and high as the sticker is.
    """
    width, height = image.size
    # Length and origin are said each time: a printer keeps those of whoever printed before.
    words = ["^XA", f"^PW{width}", f"^LL{height}", "^LH0,0", "^LS0", "^PON"]
    if printer.speed is not None:
        words.append(f"^PR{printer.speed}")
    words += ["^FO0,0", graphic(image), "^FS", f"^PQ{copies}", "^XZ"]
    darkness = f"~SD{printer.darkness:02d}" if printer.darkness is not None else ""
    return (darkness + "".join(words) + "\n").encode("ascii")


def graphic(image: Any) -> str:
    """The `^GFA` field of a picture; bits beyond its width are white."""
    width, height = image.size
    row_bytes = -(-width // 8)
    # Pillow packs white as 1 and pads with 0; ZPL burns where a bit is 1.
    packed = bytes(byte ^ 0xFF for byte in image.tobytes())
    if spare := row_bytes * 8 - width:
        packed = _with_white_edge(packed, row_bytes, spare)
    rows = (packed[at : at + row_bytes].hex().upper() for at in range(0, len(packed), row_bytes))
    total = row_bytes * height
    return f"^GFA,{total},{total},{row_bytes},{''.join(_compressed(rows))}"


def _with_white_edge(packed: bytes, row_bytes: int, spare: int) -> bytes:
    edited = bytearray(packed)
    for last in range(row_bytes - 1, len(edited), row_bytes):
        edited[last] &= 0xFF << spare & 0xFF
    return bytes(edited)


def _compressed(rows: Iterable[str]) -> Iterator[str]:
    before = None
    for row in rows:
        yield ":" if row == before else _row(row)
        before = row


def _row(row: str) -> str:
    """A row without what the printer adds by itself: "," ends it with noughts, "!" with ones."""
    for filler, sign in (("0", ","), ("F", "!")):
        kept = row.rstrip(filler)
        if len(kept) < len(row):
            return _runs(kept) + sign
    return _runs(row)


def _runs(digits: str) -> str:
    return "".join(_run(digit, sum(1 for _same in same)) for digit, same in groupby(digits))


def _run(digit: str, length: int) -> str:
    written = ""
    while length > _LONGEST_RUN:
        written, length = written + "z" + "Y" + digit, length - _LONGEST_RUN
    if length == 1:
        return written + digit
    twenties, ones = divmod(length, 20)
    return written + _TWENTIES[twenties].strip() + _ONES[ones].strip() + digit
