"""A file of products on its way in: uploaded, its columns chosen, checked row by row, applied whole or not at all."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import IO, Any
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.bulk import copy_to_temp
from catalog.errors import BadTable, ImportStale
from catalog.formats import columns, table
from catalog.formats.goods import GoodsRow, read_row
from catalog.models import ImportRow, ProductImport
from catalog.selectors import intake
from catalog.services import intake_apply
from catalog.types import ImportState, Verdict
from merchants.scope import scope
from workspace.services.jobs import Run

TOPIC = "imports"
BATCH = 2000
SAMPLE_ROWS = 5
KEPT = timedelta(days=7)


def words_of(reason: table.Unreadable) -> str:
    """Why a file cannot be read, for a person."""
    return {
        "kind": _("Only XLSX and CSV files are read. Save the table as one of these."),
        "big": _("The file is larger than 50 MB. Split it."),
        "bomb": _("The file unpacks to more than 400 MB. Save it anew, without pictures and spare sheets."),
        "rows": _("More than 200,000 rows. Split the file."),
        "columns": _("More than 200 columns. Remove those that are not needed."),
        "broken": _("The file is damaged or is no spreadsheet. Save it anew."),
        "encoding": _("The text is neither UTF-8 nor windows-1251. Save it anew as UTF-8."),
        "empty": _("The file is empty."),
    }[reason.why]


def peek(file: IO[bytes], *, name: str) -> list[list[str]]:
    """The heading and the first rows; outside any transaction.  :raises BadTable: it cannot be read or is empty."""
    try:
        found = islice(table.from_heading(table.rows_of(file, name=name)), SAMPLE_ROWS + 1)
        rows = [[str(cell)[:200] for cell in row] for _number, row in found]
    except table.Unreadable as reason:
        raise BadTable(words_of(reason)) from reason
    if not rows or not any(rows[0]):
        raise BadTable(_("The first row must hold the headings of the columns."))
    if len(rows) < 2:
        raise BadTable(_("There are no rows under the headings."))
    return rows


@transaction.atomic
def upload(
    *,
    merchant_id: int,
    author_id: int,
    file: IO[bytes],
    name: str,
    rows: Sequence[Sequence[str]],
    sees_cost: bool,
    now: datetime,
) -> ProductImport:
    """Keep a file whose first rows `peek` has read, with the columns guessed; older files go after a week."""
    for old in ProductImport.objects.filter(merchant_id=merchant_id, created_at__lt=now - KEPT):
        transaction.on_commit(partial(default_storage.delete, old.file))
        old.delete()
    file.seek(0)
    headings = list(rows[0])
    path = default_storage.save(f"imports/{merchant_id}/{uuid4().hex}", File(file))
    return ProductImport.objects.create(
        merchant_id=merchant_id,
        author_id=author_id,
        file=path,
        name=name[-200:],
        headings=headings,
        sample=[list(row) for row in rows[1:]],
        mapping=columns.guess(headings, price_types=intake.price_types(merchant_id), sees_cost=sees_cost),
        sees_cost=sees_cost,
        created_at=now,
    )


def move(batch: ProductImport, *, to: ImportState, among: Sequence[ImportState], **fields: Any) -> None:
    """
    Bring an import from one of these states into the next, once.

    :raises ImportStale: it is in another state: somebody else, or a second press, was faster
    """
    moved = ProductImport.objects.filter(pk=batch.pk, state__in=among).update(state=to, **fields)
    if not moved:
        raise ImportStale(_("This import has gone on meanwhile. Look at its state."))
    batch.refresh_from_db()
    live.touch(TOPIC, batch.merchant_id)


def check(run: Run) -> None:
    """The job that judges every row of a file; nothing of the catalog is changed."""
    batch = _batch(run)
    if batch.state != ImportState.CHECKING:
        return  # done by a worker that died before it could say so
    try:
        counts = _check(run, batch)
    except BaseException:
        with scope(run.merchants):
            ProductImport.objects.filter(pk=batch.pk, state=ImportState.CHECKING).update(state=ImportState.UPLOADED)
            live.touch(TOPIC, batch.merchant_id)
        raise
    with scope(run.merchants):
        ProductImport.objects.filter(pk=batch.pk, state=ImportState.CHECKING).update(
            state=ImportState.CHECKED, counts=counts
        )
        live.touch(TOPIC, batch.merchant_id)
    run.say(_("Checked. Nothing has been changed yet."))


def _batch(run: Run) -> ProductImport:
    with scope(run.merchants):
        return ProductImport.objects.get(pk=str(run.params["import"]))


def _check(run: Run, batch: ProductImport) -> dict[str, int]:
    counts = dict.fromkeys(Verdict.values, 0)
    today = timezone.localdate()
    with scope(run.merchants):
        ImportRow.objects.filter(batch=batch).delete()
        vat = intake.vat_words(today)
    judge = intake.Judge(merchant_id=batch.merchant_id, today=today)
    with default_storage.open(batch.file) as file:
        rows = _goods(file, batch, vat)
        while part := list(islice(rows, BATCH)):
            run.progress(part[-1].number)
            with scope(run.merchants):
                judged = judge.judge(part)
                _keep(batch, judged)
            for one in judged:
                counts[one.verdict] += 1
    if not sum(counts.values()):
        raise BadTable(_("There are no rows under the headings."))
    return counts


def _goods(file: Any, batch: ProductImport, vat: dict[str, str]) -> Iterator[GoodsRow]:
    try:
        rows = table.from_heading(table.rows_of(file, name=batch.name))
        next(rows, None)
        for number, cells in rows:
            if row := read_row(number, cells, batch.mapping, vat=vat):
                yield row
    except table.Unreadable as reason:
        raise BadTable(words_of(reason)) from reason


def _keep(batch: ProductImport, judged: Iterable[intake.Judged]) -> None:
    copy_to_temp(
        "judged",
        [
            *(("number", "int"), ("verdict", "text"), ("article", "text"), ("sku_id", "bigint")),
            *(("values", "jsonb"), ("changes", "jsonb"), ("problems", "jsonb")),
        ],
        (
            (
                one.row.number,
                one.verdict.value,
                one.row.article[:200],
                one.sku_id,
                json.dumps(one.row.values),
                json.dumps(one.changes),
                json.dumps(one.row.problems),
            )
            for one in judged
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO catalog_importrow
                (merchant_id, batch_id, number, verdict, article, sku_id, "values", changes, problems)
            SELECT %s, %s, number, verdict, article, sku_id, "values", changes, problems FROM judged ORDER BY number
            """,
            [batch.merchant_id, batch.pk],
        )


def apply(run: Run) -> None:
    """
    The job that applies a checked file: every row that was good in the preview, in one transaction, or none.

    Rows are judged once more under locks first; when the catalog has changed so that any of them would now do
    something else than the preview said, nothing is applied and each such row is named.
    """
    batch = _batch(run)
    if batch.state != ImportState.APPLYING:
        run.say(batch.outcome)  # done by a worker that died before it could say so
        return
    now = timezone.now()
    try:
        with scope(run.merchants, person_id=batch.author_id):
            done = intake_apply.apply(batch, now=now, progress=run.progress, stale=run.error)
            ProductImport.objects.filter(pk=batch.pk).update(state=ImportState.APPLIED, applied_at=now, outcome=done)
            live.touch(TOPIC, batch.merchant_id)
    except BaseException:
        with scope(run.merchants):
            ProductImport.objects.filter(pk=batch.pk, state=ImportState.APPLYING).update(
                state=ImportState.FAILED if run.error_count else ImportState.CHECKED
            )
            live.touch(TOPIC, batch.merchant_id)
        raise
    run.say(done)
