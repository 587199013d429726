"""Words on a sticker: which glyphs there are, how wide a line is, where it breaks."""

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import fontpkg_pt_sans

if TYPE_CHECKING:
    from reportlab.pdfbase.ttfonts import TTFont

UNITS: Final = 1000
# How far ink reaches above and below the base line, in thousandths of the size, measured over the glyphs that we use
# ("Й" and "ș" of the bold face); the face's own ascent of 1018 would waste a line in eight.
ASCENT: Final = 880
DESCENT: Final = 276
ELLIPSIS: Final = "…"
# PT Sans has neither U+FFFD nor the white square; the lozenge reads as "here was a sign that we cannot print".
REPLACEMENT: Final = "◊"
_FILES = Path(fontpkg_pt_sans.__file__).parent / "files"
# A font program is read while a file is saved, by seeking in one shared buffer: one document at a time.
FONT_LOCK = threading.Lock()


class _Widths(dict[str, int]):
    """Advance of each character in thousandths of the font size."""

    def __init__(self, font: "TTFont") -> None:
        super().__init__({chr(code): round(width) for code, width in font.face.charWidths.items()})
        self._default: int = round(font.face.defaultWidth)

    def __missing__(self, character: str) -> int:
        return self._default


@dataclass(frozen=True, eq=False)
class Font:
    """A face of PT Sans."""

    name: str
    font: "TTFont"
    widths: _Widths

    def width(self, text: str) -> int:
        """Length of a line in thousandths of the font size."""
        return _width(self, text)


# A line is measured when it is broken and again when it is placed, and most lines of a job stand on many stickers.
@lru_cache(maxsize=4096)
def _width(face: Font, text: str) -> int:
    return sum(map(face.widths.__getitem__, text))


def font_file(*, bold: bool) -> str:
    """Where the upright or the bold face lies."""
    return str(_FILES / f"PT_Sans-Web-{'Bold' if bold else 'Regular'}.ttf")


@cache
def font(bold: bool, /) -> Font:
    """The upright or the bold face, read from its file once."""
    name = f"PTSans-{'Bold' if bold else 'Regular'}"
    from reportlab.pdfbase.ttfonts import TTFont

    loaded = TTFont(name, font_file(bold=bold))
    return Font(name, loaded, _Widths(loaded))


@cache
def _dirty() -> re.Pattern[str]:
    """Whatever cannot be shown as it stands: glyphs that the font lacks, control signs, runs of white space."""
    printable = {
        code
        for code in font(False).font.face.charToGlyph
        if code > 0x20 and unicodedata.category(chr(code))[0] not in "CZM"
    }
    ranges, start = [], None
    for code in range(0x21, max(printable) + 2):
        if code in printable and start is None:
            start = code
        elif code not in printable and start is not None:
            ranges.append(f"{re.escape(chr(start))}-{re.escape(chr(code - 1))}")
            start = None
    return re.compile(f"[^ {''.join(ranges)}]|  |^ | $")


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    """What stands for one character: itself, nothing for invisible signs, a lozenge where the font has no glyph."""
    if character == " " or not _dirty().match(character):
        return character
    category = unicodedata.category(character)
    return "" if category in {"Cf", "Cc", "Mn", "Me", "Cs", "Co"} else REPLACEMENT


def clean(text: str) -> str:
    """
    Make a text printable: composed, on one line, without invisible signs.

    A run of characters that PT Sans lacks (emoji, Arabic, Chinese) becomes one lozenge; a word is never lost silently.
    """
    if not _dirty().search(text):
        return text
    words = unicodedata.normalize("NFC", text).split()
    shown = ("".join(map(_shown, word)) for word in words)
    return " ".join(re.sub(f"{REPLACEMENT}{{2,}}", REPLACEMENT, word) for word in shown if word)


def wrap(text: str, *, face: Font, size: int, width: int, lines: int) -> tuple[list[str], bool]:
    """
    Break a clean text into at most `lines` lines no longer than `width`.

    size and width in the same unit (dots).  A word longer than a line is cut; what does not fit ends in an ellipsis.
    Returns the lines and whether all of the text is in them.
    """
    room = width * UNITS // size
    if face.width(text) <= room:
        return [text], True
    space = face.widths[" "]
    done: list[str] = []
    line, used = "", 0
    for word in text.split(" "):
        length = face.width(word)
        if used and used + space + length <= room:
            line, used = f"{line} {word}", used + space + length
            continue
        if line:
            done.append(line)
        while length > room and len(done) <= lines:
            head = _cut(word, face, room)
            done.append(head)
            word = word[len(head) :]
            length = face.width(word)
        line, used = word, length
        if len(done) > lines:
            break
    if line:
        done.append(line)
    if len(done) <= lines:
        return done, True
    return [*done[: lines - 1], _ellipsis(" ".join(done[lines - 1 :]), face, room)], False


def line_dots(size: int) -> int:
    """Height of one line of this size."""
    return -(-size * (ASCENT + DESCENT) // UNITS)


def base_dots(size: int) -> int:
    """From the top of a line to its base line."""
    return -(-size * ASCENT // UNITS)


def fit(text: str, *, face: Font, width: int, height: int, least: int) -> int:
    """
    The largest font size in dots at which one line of text fits the box.

    Returns `least` at the smallest: then the line must be cut.
    """
    units = face.width(text)
    by_width = width * UNITS // units if units else height
    by_height = height * UNITS // (ASCENT + DESCENT)
    return max(least, min(by_width, by_height))


def _cut(word: str, face: Font, room: int) -> str:
    """As many characters of a word as fit, at least one."""
    used = 0
    for count, character in enumerate(word):
        used += face.widths[character]
        if used > room:
            return word[: max(1, count)]
    return word


def _ellipsis(text: str, face: Font, room: int) -> str:
    """The beginning of a text that fits together with an ellipsis."""
    head = _cut(text, face, max(0, room - face.widths[ELLIPSIS]))
    return head.rstrip(" ,.-–—") + ELLIPSIS
