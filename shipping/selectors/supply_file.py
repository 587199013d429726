"""What a file says is to be sent: article or barcode, and pieces, row by row, before anything is changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from catalog.formats.table import Odd, Unreadable, rows_of
from catalog.models import Barcode, Sku

MOST_ROWS = 10_000
_CODES = ("артикул", "article", "sku", "штрихкод", "barcode", "код")
_PIECES = ("количество", "кол-во", "pieces", "quantity", "шт", "шт.", "qty")


class UnreadableFile(Refusal):
    """The file is no table, or has no rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A row; problem: why it is left out, "" when it would be taken."""

    number: int
    code: str
    pieces: str
    sku: Sku | None
    count: int
    problem: str


def read(file: IO[bytes], *, name: str, merchant_id: int) -> Sequence[FileRow]:
    """
    Rows of a file with what they mean; nothing is written.

    The columns are found by their headings; without such headings the first is the article and the second the pieces.
    :raises UnreadableFile: with what can be done about it
    """
    try:
        rows = [["" if isinstance(cell, Odd) else str(cell) for cell in row] for row in rows_of(file, name=name)]
    except Unreadable as reason:
        raise UnreadableFile(
            _("This file cannot be read as a table. Save it as XLSX or CSV and choose it again.")
        ) from reason
    if len(rows) > MOST_ROWS:
        raise UnreadableFile(_("More than %(most)d rows. Divide the file.") % {"most": MOST_ROWS})
    code_at, pieces_at, first = _columns(rows)
    told = [
        (number, _cell(row, code_at), _cell(row, pieces_at))
        for number, row in enumerate(rows[first:], first + 1)
        if any(row)
    ]
    if not told:
        raise UnreadableFile(_("The file has no rows. Put article and pieces into two columns."))
    known = _known({code for _, code, _ in told}, merchant_id)
    return [_judged(number, code, pieces, known) for number, code, pieces in told]


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, int, int]:
    """Where articles and pieces stand, and how many rows are headings."""
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    codes = [at for at, cell in enumerate(head) if cell.startswith(_CODES)]
    pieces = [at for at, cell in enumerate(head) if cell.startswith(_PIECES)]
    if codes and pieces:
        return codes[0], pieces[0], 1
    return 0, 1, 0


def _cell(row: Sequence[str], at: int) -> str:
    return row[at].strip()[:100] if at < len(row) else ""


def _known(codes: set[str], merchant_id: int) -> Mapping[str, set[Sku]]:
    found: dict[str, set[Sku]] = defaultdict(set)
    lower = {code.lower() for code in codes}
    for sku in Sku.objects.filter(merchant_id=merchant_id, code_key__in=lower, archived=False).select_related(
        "product"
    ):
        found[sku.code_key].add(sku)
    bars = Barcode.objects.filter(merchant_id=merchant_id, value__in=codes).select_related("sku__product")
    for barcode in bars:
        found[barcode.value.lower()].add(barcode.sku)
    return found


def _judged(number: int, code: str, pieces: str, known: Mapping[str, set[Sku]]) -> FileRow:
    skus = known.get(code.lower(), set())
    sku = next(iter(skus)) if len(skus) == 1 else None
    count = int(pieces) if pieces.isascii() and pieces.isdigit() and len(pieces) <= 7 else 0
    if not skus:
        problem = _("no such article or barcode")
    elif sku is None:
        problem = _("several articles are meant")
    elif sku.is_kit:
        problem = _("a kit: send its components")
    elif not count:
        problem = _("not a number of pieces")
    else:
        problem = ""
    return FileRow(number=number, code=code, pieces=pieces, sku=sku, count=count, problem=problem)
