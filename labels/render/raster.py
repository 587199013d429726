"""PDF pages as the dots of a print head, one bit each."""

import threading
from typing import Any

from labels.render.geometry import MM_PER_INCH, POINTS_PER_INCH, Resolution

# PDFium may be used by one thread at a time, whatever documents they hold.
_PDFIUM = threading.Lock()
_DARK = 128


def bitmaps(content: bytes, *, head: Resolution) -> list[Any]:
    """
    Draw each page of a PDF of ours at exactly this head's resolution.

    Returns Pillow images of mode "1": black is 0.  A page takes 4 to 20 ms.
    """
    import pypdfium2

    scale = head.dots_per_mm * MM_PER_INCH / POINTS_PER_INCH
    with _PDFIUM, pypdfium2.PdfDocument(content) as document:
        greys = [page.render(scale=scale, grayscale=True).to_pil().convert("L") for page in document]
    # A threshold, no dither: scattered dots would spoil bars.
    return [grey.point(lambda value: 255 if value >= _DARK else 0, mode="1") for grey in greys]
