"""Forecasts, the shelf against them, and what to buy."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.forms import PurchaseForm, TermsForm
from analytics.selectors import forecasts, replenish, shelves
from analytics.services import purchases
from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request

_ROWS = 100
_FAR = 1_000_000  # beyond the last page of anything
_LINES = 200  # what is most urgent to buy; the file has all


@needs(Action.ANALYTICS_VIEW)
def forecast_page(request: Request) -> HttpResponse:
    """What each article is expected to sell, by channel, and how far such forecasts have been off."""
    search = forecasts.search_of(request.GET)
    page = Paginator(forecasts.rows(search), _ROWS).get_page(request.GET.get("page"))
    last_day = forecasts.last_day()
    context: dict[str, Any] = {
        "page": page,
        "rows": [forecasts.Shown.of(row) for row in page],
        "verdicts": forecasts.verdicts(),
        "last_day": last_day,
        "search": search,
        "sold_since": last_day and last_day - timedelta(27),
    }
    return render(request, "analytics/forecast.html", context)


@needs(Action.ANALYTICS_VIEW)
def stock_page(request: Request) -> HttpResponse:
    """Days of cover, surplus, dead stock, and the money that lies in them."""
    today, sees_cost = timezone.localdate(), _sees_cost(request)
    wanted = request.GET.get("standing", "")
    asked = request.GET.get("page")
    judged_at = shelves.judged_at(now=timezone.now())
    groups, shown = shelves.overview(
        today=today, standing=wanted, first=_first(asked), limit=_ROWS, kept=judged_at is not None
    )
    among = [group.skus for group in groups if group.standing == wanted or wanted not in shelves.Standing.values]
    page = Paginator(range(sum(among)), _ROWS).get_page(asked)
    return render(
        request,
        "analytics/stock.html",
        {
            "page": page,
            "rows": [(shelf, shelves.words(shelf.standing), shelves.reason(shelf)) for shelf in shown],
            "groups": groups,
            "turnover": shelves.turnover(kept=judged_at is not None),
            "wanted": wanted,
            "fresh_at": judged_at,
            "live": judged_at is None,
            "sees_cost": sees_cost,
            "list_name": "analytics-stock-with-cost" if sees_cost else "analytics-stock",
        },
    )


def _first(asked: str | None) -> int:
    """The first row of the page that `Paginator.get_page` gives for it: what is no number is the first, 0 the last."""
    try:
        number = int(asked or 1)
    except ValueError:
        return 0
    return (number - 1) * _ROWS if 0 < number < _FAR else _FAR


@needs(Action.ANALYTICS_VIEW)
def buying_page(request: Request) -> HttpResponse:
    """What to buy on these terms, each line with its reason."""
    terms = replenish.terms_of(request.GET)
    sees_cost = _sees_cost(request)
    if not sees_cost:
        terms = replenish.without_money(terms)
    buys = request.scope_merchants & (request.access.merchants_for(Action.STOCK_RECEIVE) or frozenset())
    short = shelves.shelves(today=timezone.localdate(), lead_days=terms.lead_days, short_in=terms.days)
    found = replenish.proposal(short, terms)
    return render(
        request,
        "analytics/buying.html",
        {
            "proposal": found,
            "lines": found.lines[:_LINES],
            "more": len(found.lines) > _LINES,
            "filter_form": TermsForm(request.GET, sees_cost=sees_cost),
            "sees_cost": sees_cost,
            "accept_form": PurchaseForm(merchants=buys) if buys else None,
            "list_name": "analytics-buying-with-cost" if sees_cost else "analytics-buying",
        },
    )


@require_POST
@needs(Action.STOCK_RECEIVE)
def accept_buying(request: Request) -> HttpResponse:
    """The lines ticked become a delivery that is waited for."""
    form = PurchaseForm(request.POST, merchants=request.scope_merchants)
    if not form.is_valid():
        for faults in form.errors.values():
            messages.error(request, str(faults[0]))
        return redirect("analytics:buying")
    try:
        receipt = purchases.accept(
            supplier=form.cleaned_data["supplier"],
            warehouse_id=form.cleaned_data["warehouse"].pk,
            number=form.cleaned_data["number"],
            lines=_ticked(request),
            today=timezone.localdate(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("analytics:buying")
    messages.success(request, _("The delivery is waited for; the floor receives it by this document."))
    return redirect("stock:receipt", receipt.pk)


def _ticked(request: Request) -> dict[int, int]:
    """SKU id → pieces of the lines ticked; what is no number is left out."""
    lines = {}
    for sku in request.POST.getlist("line"):
        pieces = request.POST.get(f"pieces-{sku}", "")
        if all(text.isascii() and text.isdigit() and len(text) < 10 for text in (sku, pieces)):
            lines[int(sku)] = int(pieces)
    return lines


def _sees_cost(request: Request) -> bool:
    """Costs are shown when the person may see them for every merchant on the page."""
    return request.scope_merchants <= (request.access.merchants_for(Action.CATALOG_COST) or frozenset())
