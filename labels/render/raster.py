"""PDF pages as the dots of a print head, one bit each."""

import threading
from collections.abc import Iterator
from typing import Any

from labels.render.geometry import MM_PER_INCH, POINTS_PER_INCH, Resolution

# PDFium may be used by one thread at a time, whatever documents they hold.
_PDFIUM = threading.Lock()
_DARK = 128


def bitmaps(content: bytes, *, head: Resolution) -> Iterator[Any]:
    """
    Draw each page of a PDF of ours at exactly this head's resolution, one after another: grey pages are large.

    Yields Pillow images of mode "1": black is 0.  A page takes 4 to 20 ms.
    """
    import pypdfium2

    scale = head.dots_per_mm * MM_PER_INCH / POINTS_PER_INCH
    with _PDFIUM:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    try:
        for number in range(pages):
            with _PDFIUM:
                page = document[number]
                grey = page.render(scale=scale, grayscale=True).to_pil().convert("L")
                page.close()
            # A threshold, no dither: scattered dots would spoil bars.
            yield grey.point(lambda value: 255 if value >= _DARK else 0, mode="1")
    finally:
        with _PDFIUM:
            document.close()
