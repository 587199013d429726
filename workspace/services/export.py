"""Any list as a file: registered once by its app, run as a job, streamed row by row."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import QueryDict
from django.utils import timezone

from merchants.scope import scope
from workspace.errors import NoSuchExport
from workspace.models import Job
from workspace.services import jobs
from workspace.services.csv_file import write_csv
from workspace.types import Cell, Export

TASK = "workspace.tasks.run_export"
ROWS_OF_SHEET = 1_048_575  # what the format allows, less the header
KEPT = timedelta(days=7)

_exports: dict[str, Export] = {}


def register_export(export: Export) -> None:
    """Make a list exportable; called in `AppConfig.ready`.  Registering a key twice replaces it."""
    _exports[export.key] = export


def registered(key: str) -> Export:
    """:raises NoSuchExport: no list has this key"""
    try:
        return _exports[key]
    except KeyError as reason:
        raise NoSuchExport from reason


def action_of(job: Job) -> str | None:
    """What one must be allowed to do to have the file of this job; None: it is no list, or one that is no more."""
    known = _exports.get(str(job.params.get("key", ""))) if job.task == TASK else None
    return known.action if known else None


def start_export(
    *, key: str, query: str, merchant_ids: frozenset[int], author_id: int, now: datetime, shape: str = "xlsx"
) -> Job:
    """
    Ask for a list as a file, filtered as `query` says.  shape: xlsx or csv.

    :raises NoSuchExport: no list has this key
    """
    export = registered(key)
    return jobs.start(
        merchant_ids=merchant_ids,
        author_id=author_id,
        kind=f"export.{key}"[:60],
        title=str(export.title),
        task=TASK,
        now=now,
        params={"key": key, "query": query[:2000], "shape": shape},
    )


def do_export(run: jobs.Run) -> None:
    """The work of an export job."""
    export = registered(str(run.params["key"]))
    query = QueryDict(str(run.params["query"]))
    shape = "csv" if run.params.get("shape") == "csv" else "xlsx"
    write = write_csv if shape == "csv" else write_xlsx
    with TemporaryFile() as file:
        with scope(run.merchants):
            written = write(file, columns=export.columns, rows=_counted(export, query, run))
        file.seek(0)
        run.progress(written, written)
        run.keep(name=f"{export.key}-{timezone.localtime():%Y-%m-%d}.{shape}", content=file)


def _counted(export: Export, query: QueryDict, run: jobs.Run) -> Iterator[Sequence[Cell]]:
    for number, row in enumerate(export.rows(query, run.merchants), start=1):
        run.progress(number)
        yield row


def write_xlsx(file: IO[bytes], *, columns: Sequence[tuple[object, int]], rows: Iterator[Sequence[Cell]]) -> int:
    """
    Write rows to a workbook in constant memory and return how many there were.

    Text stays text: nothing is taken for a formula or an address.  Times are written in the current time zone.
    """
    import xlsxwriter  # costs half a second that no page should pay

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    book = xlsxwriter.Workbook(file, options)
    looks = {
        "head": book.add_format({"bold": True, "text_wrap": True}),
        "date": book.add_format({"num_format": "dd.mm.yyyy"}),
        "time": book.add_format({"num_format": "dd.mm.yyyy hh:mm"}),
    }
    written, sheet = 0, None
    for row in rows:
        if sheet is None or written % ROWS_OF_SHEET == 0:
            sheet = _new_sheet(book, columns, looks)
        for place, cell in enumerate(row):
            _write(sheet, written % ROWS_OF_SHEET + 1, place, cell, looks)
        written += 1
    if sheet is None:
        _new_sheet(book, columns, looks)
    book.close()
    return written


def _new_sheet(book: Any, columns: Sequence[tuple[object, int]], looks: dict[str, Any]) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, (header, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, str(header), looks["head"])
    return sheet


def _write(sheet: Any, row: int, place: int, cell: Cell, looks: dict[str, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(row, place, timezone.localtime(cell).replace(tzinfo=None), looks["time"])
    elif hasattr(cell, "isoformat"):
        sheet.write_datetime(row, place, cell, looks["date"])
    elif isinstance(cell, bool) or (not isinstance(cell, int | float) and not hasattr(cell, "quantize")):
        sheet.write_string(row, place, _clean(str(cell)))
    elif abs(cell) >= 10**15:
        sheet.write_string(row, place, str(cell))  # a spreadsheet keeps fifteen digits and would round an id
    else:
        sheet.write_number(row, place, cell)


def _clean(text: str) -> str:
    """Drop the control characters that the format forbids, and what exceeds a cell."""
    return "".join(char for char in text if char >= " " or char in "\n\t")[:32_767]
