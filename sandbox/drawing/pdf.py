"""A small PDF writer: pages with a Code 128 and lines of Latin text."""

import zlib
from dataclasses import dataclass

from sandbox.drawing import code128

MM = 72 / 25.4


@dataclass(frozen=True)
class Page:
    """
    One page.

    width_mm, height_mm: its size; barcodes: drawn from above; lines: (text, size in points), set below them.
    """

    width_mm: float
    height_mm: float
    barcodes: tuple[str, ...]
    lines: tuple[tuple[str, float], ...]


def write(pages: list[Page]) -> bytes:
    """This function will write one document of `pages`."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for page in pages:
        stream = zlib.compress(_content(page), 6)
        length = len(stream)
        objects.append(b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (length, stream))
        box = f"[0 0 {page.width_mm * MM:.2f} {page.height_mm * MM:.2f}]".encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents %d 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
            % (box, len(objects))
        )
        kids.append(len(objects))
    objects[1] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (
        len(kids),
        b" ".join(b"%d 0 R" % kid for kid in kids),
    )
    return _file(objects)


def _content(page: Page) -> bytes:
    width, height = page.width_mm * MM, page.height_mm * MM
    tall = height * (0.42 if len(page.barcodes) == 1 else 0.25)
    parts, top = [], height - 2.5 * MM
    for text in page.barcodes:
        bars = code128.modules(text)
        module = min((width - 2 * MM) / (len(bars) + 20), 0.5 * MM)
        left = (width - module * len(bars)) / 2
        parts += [
            f"{left + start * module:.3f} {top - tall:.2f} {length * module:.3f} {tall:.2f} re f"
            for start, length in _bars(bars)
        ]
        top -= tall + 2 * MM
    for text, size in page.lines:
        top -= size
        safe = (
            text.encode("latin-1", "replace")
            .decode("latin-1")
            .replace("\\", r"\\")
            .replace("(", r"\(")
            .replace(")", r"\)")
        )
        parts.append(f"BT /F1 {size} Tf {3 * MM:.2f} {top:.2f} Td ({safe}) Tj ET")
        top -= size * 0.35
    return "\n".join(parts).encode("latin-1")


def _bars(modules: str) -> list[tuple[int, int]]:
    """Black runs: (start, length)."""
    runs, start = [], None
    for place, bit in enumerate([*modules, "0"]):
        if bit == "1" and start is None:
            start = place
        elif bit == "0" and start is not None:
            runs.append((start, place - start))
            start = None
    return runs


def _file(objects: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref)
    return bytes(out)
