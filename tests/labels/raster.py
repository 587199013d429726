"""What a printer makes of a page: dots, and what readers see in them."""

from io import BytesIO

import pypdfium2
import zxingcpp
from PIL import Image

from labels.render.geometry import POINTS_PER_INCH, RESOLUTIONS, Resolution

HEAD = RESOLUTIONS[203]


def pages(content: bytes, *, head: Resolution = HEAD) -> list[Image.Image]:
    """Rasterise each page to one bit a dot, as the print head does."""
    scale = head.dots_per_mm * 25.4 / POINTS_PER_INCH
    with pypdfium2.PdfDocument(content) as document:
        return [
            page.render(scale=scale, grayscale=True).to_pil().convert("L").point(lambda grey: 255 if grey > 127 else 0)
            for page in document
        ]


def page(content: bytes, *, head: Resolution = HEAD) -> Image.Image:
    (only,) = pages(content, head=head)
    return only


def media_boxes(content: bytes) -> list[tuple[float, ...]]:
    import pikepdf

    with pikepdf.open(BytesIO(content)) as document:
        return [tuple(float(edge) for edge in page.mediabox) for page in document.pages]


def read(image: Image.Image) -> set[tuple[str, str]]:
    """(symbology identifier without its modifier, text) of all that zxing-cpp finds."""
    return {(found.symbology_identifier[:2], found.text) for found in zxingcpp.read_barcodes(image)}


def texts(image: Image.Image) -> set[str]:
    return {text for _kind, text in read(image)}


def read_qr(image: Image.Image) -> str:
    """What OpenCV's own QR reader sees: zxing-cpp drew it, so zxing-cpp is not asked."""
    import cv2
    import numpy

    grey = numpy.array(image.resize((image.width * 2, image.height * 2), Image.Resampling.NEAREST))
    text, *_rest = cv2.QRCodeDetector().detectAndDecode(grey)
    return text
