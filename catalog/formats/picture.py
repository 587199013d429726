"""Pictures of products: taken in as they come, kept small and clean.  No database."""

import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

TYPES = ("JPEG", "PNG", "WEBP")
MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
SIDE, THUMB_SIDE = 1600, 240


class BadPicture(ValueError):
    """why: "type", "size" or "broken"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Picture:
    """JPEG bytes, the long side at most 1600 and 240 pixels; nothing of the camera's data is left."""

    whole: bytes
    thumb: bytes


def clean(content: bytes) -> Picture:
    """
    Draw a picture anew.

    :raises BadPicture: not JPEG, PNG or WebP; too many bytes or pixels; broken
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # as reportlab: for those who draw

    if len(content) > MOST_BYTES:
        raise BadPicture("size")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=TYPES) as found:
                if found.width * found.height > MOST_PIXELS:
                    raise BadPicture("size")
                upright = ImageOps.exif_transpose(found).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as reason:
        raise BadPicture("size") from reason
    except UnidentifiedImageError as reason:
        raise BadPicture("type") from reason
    except BadPicture:
        raise
    except Exception as reason:
        # Pillow's decoders raise whatever their format thinks of: OSError, SyntaxError, struct.error, IndexError.
        raise BadPicture("broken") from reason
    on_white = Image.new("RGB", upright.size, "white")
    on_white.paste(upright, mask=upright.getchannel("A"))
    return Picture(whole=_jpeg(on_white, SIDE), thumb=_jpeg(on_white, THUMB_SIDE))


def _jpeg(picture: "Image.Image", side: int) -> bytes:
    from PIL import Image

    small = picture.copy()
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()
