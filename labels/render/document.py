"""
PDF pages out of placed elements.

Each page's space is turned so that one unit is one dot of the printer, counted from the upper left corner: operators
hold whole numbers, and every bar begins and ends on a dot.
"""

import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfdoc import PDFObject, PDFResourceDictionary
from reportlab.pdfgen.canvas import Canvas

from labels.render import text
from labels.render.elements import Placed, PlacedBars, PlacedRules, PlacedSquare, PlacedText
from labels.render.geometry import POINTS_PER_MM, Media, Resolution

# ASCII85 was most of the time and a quarter of the bytes; every reader takes binary streams.
rl_config.useA85 = 0
rl_config.pdfComments = 0


class _Codes(dict[int, str]):
    """Character → its code in one font of one document, 256 × subset + byte, found once."""

    def __init__(self, font: text.Font, document: Any) -> None:
        super().__init__()
        self._font, self._document = font.font, document

    def __missing__(self, code: int) -> str:
        ((subset, byte),) = self._font.splitString(chr(code), self._document)
        self[code] = found = chr(subset * 256 + byte[0])
        return found


class _Written(PDFObject):
    """
    An object that is bytes already.

    reportlab makes a page of a dozen objects and keeps its operators as text until the end; two of these for a page
    halve the time and the memory of a large file.
    """

    __RefOnly__ = 1

    def __init__(self, content: bytes) -> None:
        self._content = content

    def format(self, document: Any) -> bytes:
        return self._content


_PAGE = b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.4f %.4f] /Resources %d 0 R /Contents %d 0 R >>\n"
# The filter is an array, as reportlab writes it everywhere else.
_STREAM = b"<< /Filter [ /FlateDecode ] /Length %d >>\nstream\n%b\nendstream\n"
_COMPRESSION = 6


class Document:
    """One PDF file being written."""

    def __init__(self, *, title: str, author: str = "") -> None:
        self._file = BytesIO()
        canvas: Any = Canvas(self._file, pageCompression=1)
        self._canvas = canvas
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._document: Any = self._canvas._doc
        # One dictionary of fonts for all pages: reportlab would write the same one for each.
        resources = PDFResourceDictionary()
        resources.basicFonts()
        resources.basicProcs()
        self._resources = self._number(resources)
        self._parent = self._number(self._document.Pages)
        self._codes = {bold: _Codes(text.font(bold), self._document) for bold in (False, True)}
        self._names: dict[tuple[bool, int], str] = {}
        self.pages = 0

    def page(self, media: Media, *, head: Resolution, placed: Iterable[tuple[int, int, Iterable[Placed]]]) -> None:
        """
        Add one page.

        placed: stickers with their corner on the page in dots.
        """
        width, height = media.points
        self._canvas.setPageSize((width, height))
        scale = head.points_per_dot
        code = [f"{scale:.8f} 0 0 {-scale:.8f} 0 {height} cm"]
        for x, y, elements in placed:
            if x or y:
                code.append(f"q 1 0 0 1 {x} {y} cm")
            for element in elements:
                self._draw(element, code)
            if x or y:
                code.append("Q")
        stream = zlib.compress("\n".join(code).encode("ascii"), _COMPRESSION)
        content = self._number(_Written(_STREAM % (len(stream), stream)))
        self._document.addPage(_Written(_PAGE % (self._parent, width, height, self._resources, content)))
        self.pages += 1

    def picture(self, media: Media, image: Any, *, x: float, y: float, width: float, height: float) -> None:
        """Add one page that holds an image (a Pillow image); x, y, width, height in mm from the upper left corner."""
        self._canvas.setPageSize(media.points)
        bottom = media.height_mm - y - height
        box = [side * POINTS_PER_MM for side in (x, bottom, width, height)]
        self._canvas.drawImage(ImageReader(image), *box)
        self._canvas.showPage()
        self.pages += 1

    def finish(self) -> bytes:
        """Close the file and return it; nothing can be added afterwards."""
        with text.FONT_LOCK:
            self._canvas.save()
        return self._file.getvalue()

    def _number(self, thing: PDFObject) -> int:
        """Register an object; returns its number in the file."""
        name = self._document.Reference(thing).name
        return int(self._document.idToObjectNumberAndVersion[name][0])

    def _draw(self, element: Placed, code: list[str]) -> None:
        match element:
            case PlacedText():
                self._text(element, code)
            case PlacedBars():
                _bars(element, code)
            case PlacedSquare():
                _square(element, code)
            case PlacedRules():
                code.extend(f"{mark.x} {mark.y} {mark.width} {mark.height} re" for mark in element.marks)
                code.append("f")

    def _text(self, element: PlacedText, code: list[str]) -> None:
        face = text.font(element.bold)
        y = element.box.y + text.base_dots(element.size)
        step = text.line_dots(element.size)
        for line in element.lines:
            x = element.box.x
            if element.align != "left":
                spare = element.box.width - face.width(line) * element.size / text.UNITS
                x += round(spare if element.align == "right" else spare / 2)
            shown = self._shown(line, element.bold, element.size)
            code.append(f"BT 1 0 0 -1 {x} {y} Tm {shown} ET")
            y += step

    def _shown(self, line: str, bold: bool, size: int) -> str:
        """Operators that show one line; characters beyond the first 256 of a document lie in further subsets."""
        codes = line.translate(self._codes[bold])
        if codes.isascii() or max(codes) < "\u0100":
            return f"{self._name(bold, 0)} {size} Tf <{codes.encode('latin-1').hex()}> Tj"
        return " ".join(f"{self._name(bold, ord(code) >> 8)} {size} Tf <{ord(code) & 0xFF:02x}> Tj" for code in codes)

    def _name(self, bold: bool, subset: int) -> str:
        key = bold, subset
        if key not in self._names:
            self._names[key] = text.font(bold).font.getSubsetInternalName(subset, self._document)
        return self._names[key]


def _bars(element: PlacedBars, code: list[str]) -> None:
    box = element.box
    code.append(f"q {element.module} 0 0 {box.height} {element.x} {box.y} cm")
    code.append(_bar_operators(element.symbol.bars))
    code.append("f Q")


def _bar_operators(bars: tuple[tuple[int, int], ...]) -> str:
    return " ".join([f"{x} 0 {width} 1 re" for x, width in bars])


def _square(element: PlacedSquare, code: list[str]) -> None:
    code.append(f"q {element.module} 0 0 {element.module} {element.x} {element.y} cm")
    code.append(" ".join([f"{x} {y} {width} 1 re" for x, y, width in element.symbol.runs]))
    code.append("f Q")
