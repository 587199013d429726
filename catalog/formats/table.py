"""Tables out of files that people upload: XLSX and CSV, read row by row, hostile ones refused.  No database."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from pathlib import PurePosixPath
from typing import IO, Any, TypeVar

MOST_BYTES = 50 * 1024 * 1024
MOST_UNPACKED = 400 * 1024 * 1024
MOST_PARTS = 1000
# Parts of real workbooks shrink to a twentieth; all texts of a book are read before its first row.
MOST_TIMES, _SMALL = 100, 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_CHARS = 32_767
MOST_ABOVE = 20  # rows in which the heading is looked for
_WIDEST = 2_000  # a row padded further holds one stray cell at the end of the sheet


class Odd(StrEnum):
    """A cell whose content cannot be taken as it is."""

    FORMULA = "formula"
    ERROR = "error"
    DATE = "date"
    LONG = "long"
    CONTROL = "control"


Cell = str | Odd
Row = TypeVar("Row", bound=Sequence[str])


class Unreadable(ValueError):
    """why: "kind", "big", "bomb", "rows", "columns", "broken", "encoding" or "empty"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def rows_of(file: IO[bytes], *, name: str) -> Iterator[Sequence[Cell]]:
    """
    Rows of the first sheet, each as long as its last filled cell.

    name: what the person calls the file; its ending tells the kind.
    :raises Unreadable: at the first row or at any later one
    """
    suffix = PurePosixPath(name.replace("\\", "/")).suffix.lower()
    if suffix in (".xlsx", ".xlsm"):
        found = _xlsx(file)
    elif suffix in (".csv", ".txt", ".tsv"):
        found = _csv(file)
    else:
        raise Unreadable("kind")
    for number, row in enumerate(found, start=1):
        if number > MOST_ROWS + 1:
            raise Unreadable("rows")
        cells = _trimmed(row)
        if len(cells) > MOST_COLUMNS:
            raise Unreadable("columns")
        yield cells


def from_heading(rows: Iterable[Row]) -> Iterator[tuple[int, Row]]:
    """
    (number in the file, row) from the heading on: the first row with more than one filled cell.

    What stands above it is the title of a price list.  A table of one column begins with its first filled row.
    """
    numbered = enumerate(rows, start=1)
    above: list[tuple[int, Row]] = []
    for number, row in islice(numbered, MOST_ABOVE):
        filled = sum(cell.strip() != "" for cell in row)
        if filled > 1:
            above = []
        if filled or above:
            above.append((number, row))
        if filled > 1:
            break
    yield from above
    yield from numbered


def _trimmed(row: Sequence[Cell]) -> Sequence[Cell]:
    length = len(row)
    while length and row[length - 1] == "":
        length -= 1
    return row[:length]


def _text(value: str) -> Cell:
    text = value.strip()
    if len(text) > MOST_CHARS:
        return Odd.LONG
    if text.startswith("="):
        return Odd.FORMULA
    if any(char < " " and char not in "\n\r\t" for char in text) or "\ufffe" in text or "\uffff" in text:
        return Odd.CONTROL
    return text


def _csv(file: IO[bytes]) -> Iterator[Sequence[Cell]]:
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable("big")
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield [_text(cell) for cell in row]
    except csv.Error as reason:
        raise Unreadable("broken") from reason


def _decoded(content: bytes) -> str:
    """UTF-8 with or without a mark, UTF-16 with one, else windows-1251, which Excel writes here."""
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1251")
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def _xlsx(file: IO[bytes]) -> Iterator[Sequence[Cell]]:
    refuse_bombs(file)
    from openpyxl import load_workbook  # costs a third of a second that no page should pay

    try:
        with warnings.catch_warnings():
            # The library warns of styles and dates that it does not know; only values are read here.
            warnings.simplefilter("ignore")
            book = load_workbook(file, read_only=True, keep_links=False)
            if not book.worksheets:
                raise Unreadable("empty")
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its size may be a lie
            for row in sheet.iter_rows():
                if len(row) > _WIDEST:
                    raise Unreadable("columns")
                yield [_cell(cell) for cell in row]
    except Unreadable:
        raise
    except Exception as reason:
        # Broken files raise whatever the library stumbles over: KeyError, TypeError, parse errors, forbidden entities.
        raise Unreadable("broken") from reason


def refuse_bombs(file: IO[bytes]) -> None:
    """
    Look at the archive's list before anything is unpacked; a part that is larger than it says fails on reading.

    :raises Unreadable: it would grow beyond what a workbook does
    """
    if file.seek(0, io.SEEK_END) > MOST_BYTES:
        raise Unreadable("big")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as reason:
        raise Unreadable("broken") from reason
    swollen = any(part.file_size > max(_SMALL, MOST_TIMES * part.compress_size) for part in parts)
    if swollen or len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("bomb")
    file.seek(0)


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return Odd.FORMULA
    if cell.data_type == "e":
        return Odd.ERROR
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**40 else Odd.LONG
    if isinstance(value, float):
        return format(value, ".15g")  # what the person saw: a spreadsheet keeps fifteen digits
    if isinstance(value, date | datetime | time | timedelta):
        return Odd.DATE
    return _text(str(value))
