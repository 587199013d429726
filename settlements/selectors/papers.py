"""Agreements, reports and payments as the pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Max, Min, Model, Q, QuerySet

from settlements.models import Agreement, Entry, Payment, Report, ReportLine

PAGE = 50
LINES = 100
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsAsked:
    """The list's question; state: "", "accepted" or "reversed"; query: beginning of the number."""

    query: str = ""
    channel_id: int | None = None
    state: str = ""


def agreements() -> Sequence[Agreement]:
    """All of the open scope, those in force last first; at most 500."""
    rows = Agreement.objects.select_related("legal_entity", "channel", "price_type")
    return list(rows.order_by("channel__name", "-valid_from", "-pk")[:500])


def agreement(pk: int) -> Agreement | None:
    return Agreement.objects.select_related("legal_entity", "channel").filter(pk=pk).first()


def has_reports(agreement: Agreement) -> bool:
    """Whether reports, reversed ones too, stand on it."""
    return Report.objects.filter(agreement=agreement).exists()


def periods(agreement: Agreement) -> tuple[date, date] | None:
    """The first beginning and the last end of the periods of its reports; None when it has none."""
    found = Report.objects.filter(agreement=agreement).aggregate(first=Min("period_from"), last=Max("period_to"))
    return (found["first"], found["last"]) if found["first"] else None


def reports(asked: ReportsAsked, *, page: int) -> Page[Report]:
    """Reports by period, the newest first."""
    rows = Report.objects.select_related("agreement__channel", "agreement__legal_entity").defer("raw")
    if asked.query:
        rows = rows.filter(number__begins=asked.query)
    if asked.channel_id is not None:
        rows = rows.filter(agreement__channel_id=asked.channel_id)
    if asked.state:
        rows = rows.filter(reversed_at__isnull=asked.state == "accepted")
    return _page(rows.order_by("-period_to", "-pk"), PAGE, page)


def report(pk: int) -> Report | None:
    rows = Report.objects.select_related(
        "agreement__channel", "agreement__legal_entity", "accepted_by", "takes_place_of", "replaced_by"
    )
    return rows.defer("raw").filter(pk=pk).first()


def lines(report: Report, *, page: int, kind: str = "", query: str = "") -> Page[ReportLine]:
    """Its lines in their order; query: an order's number, whole."""
    rows = ReportLine.objects.filter(report=report).select_related("sku", "order")
    if kind:
        rows = rows.filter(kind=kind)
    if query:
        rows = rows.filter(Q(order_number=query) | Q(sku__code_key=query.lower()))
    return _page(rows.order_by("position"), LINES, page)


def entries(report: Report) -> Sequence[Entry]:
    return list(Entry.objects.filter(report=report).order_by("pk"))


def raw_of(pk: int) -> str | None:
    """What came, as it came."""
    return Report.objects.filter(pk=pk).values_list("raw", flat=True).first()


def of_order(order_id: int) -> Sequence[ReportLine]:
    """What accepted reports say of an order."""
    rows = ReportLine.objects.filter(order_id=order_id, report__reversed_at=None)
    return list(rows.select_related("report", "sku").defer("report__raw").order_by("report_id", "position")[:200])


def payments(*, page: int) -> Page[Payment]:
    """Payments, the newest first."""
    rows = Payment.objects.select_related("channel", "legal_entity", "made_by")
    return _page(rows.order_by("-paid_on", "-pk"), PAGE, page)


def payment(pk: int) -> Payment | None:
    return Payment.objects.filter(pk=pk).first()


def _page(rows: QuerySet[Row], size: int, number: int) -> Page[Row]:
    """A page that is read already: a template asks no database."""
    page = Paginator(rows, size).get_page(number)
    page.object_list = list(page.object_list)
    return page
