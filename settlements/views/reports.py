"""Commissioner reports: shown as they were accepted, and taken back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse as reverse_url
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request
from orders.selectors import brief
from settlements.forms import LineFilter, ReportFilter, ReverseForm
from settlements.models import Report
from settlements.selectors import papers
from settlements.services import reports as service


def page_of(request: Request) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


@needs(Action.SETTLEMENTS_VIEW)
def reports(request: Request) -> HttpResponse:
    """All reports by period."""
    form = ReportFilter(request.GET)
    page = papers.reports(form.asked(), page=page_of(request))
    context = {"page": page, "filter_form": form, "total": page.paginator.count}
    return render(request, "settlements/reports.html", context)


@needs(Action.SETTLEMENTS_VIEW)
def report(request: Request, pk: int) -> HttpResponse:
    """A report with its sums, its entries, and its lines, each of which leads to its order."""
    found = _found(pk)
    form = LineFilter(request.GET)
    form.is_valid()
    page = papers.lines(
        found,
        page=page_of(request),
        kind=form.cleaned_data.get("kind") or "",
        query=(form.cleaned_data.get("q") or "").strip().replace("\x00", ""),
    )
    entries = papers.entries(found)
    context = {
        "report": found,
        "replaced_by": getattr(found, "replaced_by", None),
        "page": page,
        "filter_form": form,
        "total": page.paginator.count,
        "entries": entries,
        "balance": sum(entry.amount for entry in entries),
    }
    return render(request, "settlements/report.html", context)


@needs(Action.SETTLEMENTS_VIEW)
def raw(request: Request, pk: int) -> HttpResponse:
    """What came, as a file."""
    text = papers.raw_of(pk)
    if not text:
        raise Http404
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="report-{pk}.txt"'
    return response


@needs(Action.SETTLEMENTS_EDIT)
def reverse(request: Request, pk: int) -> HttpResponse:
    """Take a report back, with the reason."""
    found = _found(pk)
    form = ReverseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.reverse(report_id=pk, at=timezone.now(), because=form.cleaned_data["because"])
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Report reversed."))
        return redirect("settlements:report", pk)
    context = {
        "form": form,
        "question": _("Reverse report %(number)s?") % {"number": found.number},
        "consequence": _(
            "Its entries are answered by their opposites, and its lines count no more. Both stay visible."
        ),
        "button": _("Reverse"),
        "back_url": reverse_url("settlements:report", args=[pk]),
    }
    return render(request, "_confirm.html", context, status=422 if request.method == "POST" else 200)


@needs(Action.SETTLEMENTS_VIEW)
def order_panel(request: Request, order_id: int) -> HttpResponse:
    """What was reported of an order, as a part of its page."""
    if not brief.by_ids([order_id]):
        raise Http404
    return render(request, "settlements/_order.html", {"lines": papers.of_order(order_id)})


def _found(pk: int) -> Report:
    found = papers.report(pk)
    if found is None:
        raise Http404
    return found
