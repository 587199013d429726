"""Forecasts, the shelf against them, and what to buy."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from analytics.forms import TermsForm
from analytics.selectors import forecasts, replenish
from merchants.roles import Action, needs
from merchants.types import Request

_ROWS = 100


@needs(Action.ANALYTICS_VIEW)
def forecast_page(request: Request) -> HttpResponse:
    """What each article is expected to sell, by channel, and how far such forecasts have been off."""
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    page = Paginator(forecasts.rows(search), _ROWS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "rows": [forecasts.Shown.of(row) for row in page],
        "verdicts": forecasts.verdicts(),
        "last_day": forecasts.last_day(),
        "search": search,
    }
    return render(request, "analytics/forecast.html", context)


@needs(Action.ANALYTICS_VIEW)
def stock_page(request: Request) -> HttpResponse:
    """Days of cover, surplus, dead stock, and the money that lies in them."""
    found = replenish.shelves(today=timezone.localdate())
    wanted = request.GET.get("standing", "")
    sees_cost = _sees_cost(request)
    shown = [shelf for shelf in found if shelf.standing == wanted] if wanted in replenish.Standing.values else found
    page = Paginator(shown, _ROWS).get_page(request.GET.get("page"))
    return render(
        request,
        "analytics/stock.html",
        {
            "page": page,
            "rows": [(shelf, replenish.words(shelf.standing)) for shelf in page],
            "groups": replenish.groups(found),
            "wanted": wanted,
            "sees_cost": sees_cost,
            "list_name": "analytics-stock-with-cost" if sees_cost else "analytics-stock",
        },
    )


@needs(Action.ANALYTICS_VIEW)
def buying_page(request: Request) -> HttpResponse:
    """What to buy on these terms, each line with its reason."""
    terms = replenish.terms_of(request.GET)
    sees_cost = _sees_cost(request)
    if not sees_cost:
        terms = replenish.without_money(terms)
    found = replenish.proposal(replenish.shelves(today=timezone.localdate(), lead_days=terms.lead_days), terms)
    return render(
        request,
        "analytics/buying.html",
        {
            "proposal": found,
            "filter_form": TermsForm(request.GET, sees_cost=sees_cost),
            "sees_cost": sees_cost,
            "list_name": "analytics-buying-with-cost" if sees_cost else "analytics-buying",
        },
    )


def _sees_cost(request: Request) -> bool:
    """Costs are shown when the person may see them for every merchant on the page."""
    return request.scope_merchants <= (request.access.merchants_for(Action.CATALOG_COST) or frozenset())
