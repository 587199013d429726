"""Rows as a CSV file that a Russian spreadsheet opens at once: semicolons, decimal commas, UTF-8 with a mark."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO

from django.utils import timezone

from workspace.types import Cell


def write_csv(file: IO[bytes], *, columns: Sequence[tuple[object, int]], rows: Iterable[Sequence[Cell]]) -> int:
    """Write rows one by one and return how many there were; the file stays open."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([str(header) for header, _width in columns])
    written = 0
    for row in rows:
        writer.writerow([_said(cell) for cell in row])
        written += 1
    text.detach()  # flushes, and leaves the file to who opened it
    return written


def _said(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%d.%m.%Y %H:%M}"
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    if isinstance(cell, int | float | Decimal) and not isinstance(cell, bool):
        return str(cell).replace(".", ",")
    return harmless(cell)


def harmless(cell: object) -> str:
    """A spreadsheet would run a text that begins like a formula."""
    text = str(cell).replace("\x00", "")
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
