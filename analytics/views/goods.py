"""What articles are to the merchant, what was lost, and how the warehouse does."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode

from analytics.selectors import losses, operations, scans, standing
from analytics.types import By, Demand, Worth
from analytics.views.pages import dashboard, under
from merchants.roles import Action, needs
from merchants.types import Request
from workspace.selectors.views import saved_views

_ROWS = 100


@needs(Action.ANALYTICS_VIEW)
def classes_page(request: Request) -> HttpResponse:
    """ABC by money, XYZ by how far weeks swing: nine boxes, an action for each, and the articles of one."""
    asked = {name: request.GET.get(name, "") for name in ("worth", "demand")}
    page = Paginator(standing.articles(**asked), _ROWS).get_page(request.GET.get("page"))
    chosen = asked["worth"] in Worth.values and asked["demand"] in Demand.values
    return render(
        request,
        "analytics/classes.html",
        {
            "matrix": standing.matrix(),
            "demands": list(Demand),
            "page": page,
            "todo": standing.TODO[asked["worth"], asked["demand"]] if chosen else "",
            "sees_cost": _sees_cost(request),
            "worth_wanted": asked["worth"],
            "demand_wanted": asked["demand"],
            **_listed(request, "classes"),
        },
    )


@needs(Action.ANALYTICS_VIEW)
def trends_page(request: Request) -> HttpResponse:
    """What rises, falls and is new, beyond what chance alone does."""
    trend = standing.trend_asked(request.GET)
    page = Paginator(standing.articles(trend=trend), _ROWS).get_page(request.GET.get("page"))
    context = {"trends": standing.trends(), "trend": trend, "page": page, "lost": standing.lost()}
    return render(request, "analytics/trends.html", {**context, **_listed(request, "trends")})


@needs(Action.ANALYTICS_VIEW)
def losses_page(request: Request) -> HttpResponse:
    """Cancellations by who cancelled and why, returns by why and the condition they came in, and of which articles."""
    asked, context = dashboard(request, "losses")
    return render(
        request,
        "analytics/losses.html",
        {
            **context,
            "actors": losses.cancelled_by(asked),
            "reasons": losses.reasons(asked),
            "returned": losses.returned(asked),
            "conditions": losses.conditions(asked),
            "worst": losses.worst(asked),
        },
    )


@needs(Action.ANALYTICS_VIEW)
def operations_page(request: Request) -> HttpResponse:
    """Time from order to handover, cut-offs missed, and what people scan."""
    asked, context = dashboard(request, "operations")
    places = [
        (place, under(context["narrowed"], asked, By.CHANNEL, f"{place.channel_id}"))
        for place in operations.places(asked)
    ]
    told = {"places": places, "hands": scans.hands(asked)}
    return render(request, "analytics/operations.html", {**context, **told})


@needs(Action.ANALYTICS_VIEW)
def late_page(request: Request) -> HttpResponse:
    """The orders that missed their cut-off."""
    asked, context = dashboard(request, "late")
    page = operations.late_page(asked, after=request.GET.get("after", ""))
    missed = sum(place.missed for place in operations.places(asked))
    return render(request, "analytics/late.html", {**context, "page": page, "missed": missed})


@needs(Action.ANALYTICS_VIEW)
def scans_page(request: Request) -> HttpResponse:
    """The scans of a person, all or those refused alone."""
    asked, context = dashboard(request, "scans")
    whose = scans.Whose.of(request.GET)
    page = scans.page(asked, whose, after=request.GET.get("after", ""))
    scanned, wrong = scans.counted(asked, whose)
    rows = [(scan, scans.step(scan), scans.outcome(scan)) for scan in page.rows]
    told = {"page": page, "rows": rows, "scanned": scanned, "wrong": wrong}
    return render(request, "analytics/scans.html", {**context, **told})


def _listed(request: Request, name: str) -> dict[str, Any]:
    listing, last = f"analytics-{name}", standing.last_day()
    return {
        "last_day": last,
        "spans": _spans(last) if last else {},
        "list_name": listing,
        "saved_views": saved_views(person_id=request.user.pk, listing=listing),
    }


def _spans(last: date) -> dict[str, str]:
    """The days that columns of an article are the sum of, as an address says them."""
    days = {"weeks": (181, 0), "recent": (27, 0), "former": (55, 28)}
    return {
        name: urlencode({"period": "own", "since": f"{last - timedelta(first)}", "until": f"{last - timedelta(until)}"})
        for name, (first, until) in days.items()
    }


def _sees_cost(request: Request) -> bool:
    return request.scope_merchants <= (request.access.merchants_for(Action.CATALOG_COST) or frozenset())
