"""Rows of a checked file as the preview shows them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from catalog.models import ImportRow, ProductImport, VatRate
from catalog.selectors.intake import price_types, title_of
from catalog.types import Verdict
from workspace.models import Job
from workspace.types import heart_key

PAGE = 50
_FLAGS = ("is_marked", "archived")


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewRow:
    """changes: (field's title, old, new); problems: (field's title, message)."""

    number: int
    article: str
    verdict: str
    name: str
    changes: Sequence[tuple[str, str, str]]
    problems: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    rows: Sequence[PreviewRow]
    next_key: int | None


def page(batch: ProductImport, *, verdict: str, after: int) -> PreviewPage:
    """Rows after this number; without a verdict those that do something or are wrong come, unchanged ones do not."""
    found = ImportRow.objects.filter(batch=batch, number__gt=after)
    found = found.filter(verdict=verdict) if verdict else found.exclude(verdict=Verdict.UNCHANGED)
    rows = list(found.order_by("number")[: PAGE + 1])
    prices = price_types(batch.merchant_id)
    vat = dict(VatRate.objects.values_list("code", "title"))
    return PreviewPage(
        rows=[_row(row, prices, vat) for row in rows[:PAGE]],
        next_key=rows[PAGE - 1].number if len(rows) > PAGE else None,
    )


def _row(row: ImportRow, prices: Mapping[int, str], vat: Mapping[str, str]) -> PreviewRow:
    return PreviewRow(
        number=row.number,
        article=row.article,
        verdict=row.verdict,
        name=str(row.values.get("name", "")),
        changes=[
            (title_of(name, prices), _said(name, old, vat), _said(name, new, vat)) for name, old, new in row.changes
        ],
        problems=[(title_of(name, prices), message) for name, message in row.problems],
    )


def _said(name: str, value: str, vat: Mapping[str, str]) -> str:
    if name in _FLAGS:
        return {"1": "✓", "0": "—"}.get(value, value)
    return vat.get(value, value) if name == "vat" else value[:300]


def errors(batch: ProductImport) -> Iterator[list[Any]]:
    """Row, article, field, message of everything wrong, by row."""
    prices = price_types(batch.merchant_id)
    found = ImportRow.objects.filter(batch=batch, verdict=Verdict.WRONG).order_by("number")
    for row in found.iterator(chunk_size=2000):
        for name, message in row.problems:
            yield [row.number, row.article, title_of(name, prices), message]


def progress(batch: ProductImport) -> dict[str, Any]:
    """How far the job is: its id, done, total (None: not known)."""
    beat = cache.get(heart_key(batch.job_id)) if batch.job_id else None
    return {"job_id": batch.job_id, "done": (beat or {}).get("done", 0), "total": (beat or {}).get("total")}


def job_errors(batch: ProductImport) -> list[dict[str, Any]]:
    """Why the last job applied nothing, row by row."""
    job = Job.objects.filter(pk=batch.job_id or 0).first()
    prices = price_types(batch.merchant_id)
    return [{**error, "field": title_of(error["field"], prices)} for error in job.errors[:50]] if job else []
