"""Files as people upload them."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook


def xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv(rows: Sequence[Sequence[str]], *, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook in which one part says something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for known in old.infolist():
            new.writestr(known.filename, part if known.filename == name else old.read(known))
    return out.getvalue()


def swollen() -> bytes:
    """A workbook of ten kilobytes, one part of which becomes five megabytes."""
    return with_part(xlsx([["a"]]), "xl/styles.xml", b"<si><t/></si>" * 400_000)
