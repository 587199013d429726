"""
Stickers that a marketplace drew (PDF, PNG, JPEG), put on pages of exactly the size that the printer has loaded.

The drawing keeps its proportions; it is turned when that makes it larger.  Scripts, links and forms of a foreign PDF
do not survive: its pages become pictures on pages of ours.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from labels.errors import UnknownFile, WrongMedia
from labels.render.geometry import MEDIA, POINTS_PER_MM, Media

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
_MAGIC = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_ENDS = {PDF: b"%%EOF", PNG: b"IEND", JPEG: b"\xff\xd9"}
LEAST_SCALE = 0.7
MOST_PAGES = 200
MOST_PIXELS = 30_000_000
MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Placing:
    """Where a drawing goes: the media, and by how much this printer's paper is off, in mm to the right and down."""

    media: Media
    offset_x_mm: float = 0
    offset_y_mm: float = 0


@dataclass(frozen=True, slots=True)
class Rect:
    """mm from the upper left corner."""

    x: float
    y: float
    width: float
    height: float


def content_type_of(content: bytes) -> str:
    """
    What a file is, by its first bytes: what a server says about it is not believed.

    :raises UnknownFile: neither PDF nor PNG nor JPEG, empty or far too large
    """
    if len(content) > MOST_BYTES:
        raise UnknownFile(_("The sticker's file is too large."))
    # Some servers put a byte order mark or blank lines before a PDF.
    for magic, content_type in _MAGIC:
        if content[:1024].lstrip(b"\xef\xbb\xbf\r\n ").startswith(magic):
            return content_type
    raise UnknownFile(_("The sticker is neither a PDF nor a picture."))


def place(files: Iterable[bytes], placing: Placing | None) -> bytes:
    """
    Put files, in their order, on pages of one PDF; each page of a PDF becomes a page.

    placing: None keeps the size of a PDF's pages, and puts a picture on the roll whose proportions are nearest.
    Returns the PDF.  The same files and placing always give pages with the same MediaBox, to four decimals.
    :raises UnknownFile: one of them is damaged, locked, empty or of another kind
    :raises WrongMedia: a PDF's page would become too small to be scanned
    """
    import pikepdf

    with pikepdf.new() as target:
        for content in files:
            _PLACERS[content_type_of(content)](target, content, placing)
        if not target.pages:
            raise UnknownFile(_("The sticker's file has no pages."))
        out = BytesIO()
        target.save(out)
    return out.getvalue()


def whole(content: bytes) -> str:
    """
    Tell what a file is and whether it was cut off, without reading all of it.

    Returns its content type.
    :raises UnknownFile: of another kind, or its end is missing
    """
    content_type = content_type_of(content)
    if _ENDS[content_type] not in content[-2048:]:
        raise UnknownFile(_("The sticker's file is damaged."))
    return content_type


def check(content: bytes) -> str:
    """
    Try whether a file can be placed at all.

    Returns its content type.
    :raises UnknownFile: it cannot
    """
    place([content], None)
    return content_type_of(content)


def fitted(width: float, height: float, placing: Placing) -> tuple[Rect, bool]:
    """Where a drawing of these proportions goes, and whether it is turned by a quarter."""
    media = placing.media
    upright = min(media.width_mm / width, media.height_mm / height)
    turned = min(media.width_mm / height, media.height_mm / width)
    # A little larger is not worth reading sideways.
    turn = turned > upright * 1.05
    scale = turned if turn else upright
    if turn:
        width, height = height, width
    wide, high = width * scale, height * scale
    x, y = (media.width_mm - wide) / 2 + placing.offset_x_mm, (media.height_mm - high) / 2 + placing.offset_y_mm
    return Rect(x, y, wide, high), turn


def nearest_roll(proportion: float) -> Media:
    """The roll whose width to height is nearest to this, the smallest of equals."""
    return min(MEDIA.values(), key=lambda media: (abs(media.width_mm / media.height_mm - proportion), media.width_mm))


def _place_pdf(target: Any, content: bytes, placing: Placing | None) -> None:
    import pikepdf

    try:
        with pikepdf.open(BytesIO(content)) as source:
            if len(source.pages) > MOST_PAGES:
                raise UnknownFile(_("The sticker's file has too many pages."))
            for page in source.pages:
                _place_page(target, page, placing)
    except pikepdf.PasswordError as reason:
        raise UnknownFile(_("The sticker's file is locked by a password.")) from reason
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as reason:
        raise UnknownFile(_("The sticker's file is damaged.")) from reason


def _place_page(target: Any, page: Any, placing: Placing | None) -> None:
    import pikepdf

    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    width, height = abs(right - left), abs(top - bottom)
    if min(width, height) < 1 or max(width, height) > 14400:
        raise UnknownFile(_("The sticker's file is damaged."))
    if int(page.rotate_angle if hasattr(page, "rotate_angle") else page.obj.get("/Rotate", 0)) % 180:
        width, height = height, width
    if placing is None:
        placing = Placing(Media("own", width / POINTS_PER_MM, height / POINTS_PER_MM))
    rect, turn = fitted(width, height, placing)
    _check_scale(width, height, rect, placing.media)
    if turn:
        page.rotate(90, relative=True)
    points_x, points_y = placing.media.points
    target.add_blank_page(page_size=(points_x, points_y))
    ours = target.pages[-1]
    low = placing.media.height_mm - rect.y - rect.height
    box = pikepdf.Rectangle(
        rect.x * POINTS_PER_MM,
        low * POINTS_PER_MM,
        (rect.x + rect.width) * POINTS_PER_MM,
        (low + rect.height) * POINTS_PER_MM,
    )
    ours.add_overlay(page, box, shrink=True, expand=True)


def _check_scale(width: float, height: float, rect: Rect, media: Media) -> None:
    """Bars are made for the size of the page: at less than `LEAST_SCALE` of it scanners fail."""
    scale = max(rect.width, rect.height) * POINTS_PER_MM / max(width, height)
    if scale < LEAST_SCALE:
        size = f"{width / POINTS_PER_MM:.0f}×{height / POINTS_PER_MM:.0f}"
        raise WrongMedia(
            format_lazy(
                _("This sticker is {size} mm: on a roll of {title} mm it could not be scanned."),
                size=size,
                title=media.title,
            )
        )


def _place_picture(target: Any, content: bytes, placing: Placing | None) -> None:
    import pikepdf
    from PIL import Image

    try:
        with Image.open(BytesIO(content)) as image:
            if image.width * image.height > MOST_PIXELS or min(image.size) < 8:
                raise UnknownFile(_("The sticker's picture is too large or too small."))
            flat = _on_white(image)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as reason:
        raise UnknownFile(_("The sticker's file is damaged.")) from reason
    if placing is None:
        placing = Placing(nearest_roll(flat.width / flat.height))
    rect, turn = fitted(flat.width, flat.height, placing)
    if turn:
        flat = flat.transpose(Image.Transpose.ROTATE_270)
    from labels.render.document import Document  # reportlab: 10 MiB that only drawing needs

    document = Document(title="")
    document.picture(placing.media, flat, x=rect.x, y=rect.y, width=rect.width, height=rect.height)
    with pikepdf.open(BytesIO(document.finish())) as drawn:
        target.pages.extend(drawn.pages)


def _on_white(image: Any) -> Any:
    """Grey on white: a transparent background would come out black."""
    from PIL import Image

    if image.mode in {"1", "L"} and "transparency" not in image.info:
        return image.convert("L")
    opaque = Image.new("RGBA", image.size, "white")
    opaque.alpha_composite(image.convert("RGBA"))
    return opaque.convert("L")


_PLACERS: dict[str, Callable[[Any, bytes, Placing | None], None]] = {
    PDF: _place_pdf,
    PNG: _place_picture,
    JPEG: _place_picture,
}
