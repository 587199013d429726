"""Dashboards of sales, and the order lines beneath every number."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.http import urlencode

from analytics.forms import DashboardFilter
from analytics.selectors import losses, sales
from analytics.selectors.period import asked_of, today_of
from analytics.types import Asked, By, Every
from analytics.views.tiles import tiles
from merchants.roles import Action, needs
from merchants.types import Request
from orders.selectors import cancellers
from workspace.selectors.views import saved_views

_LINKED = (
    92  # days whose every amount is a link; beyond them only the day itself is, or a year would be half a megabyte
)


@needs(Action.ANALYTICS_VIEW)
def overview(request: Request) -> HttpResponse:
    """The period in seven numbers, beside the days before and the year before, and day by day."""
    asked, context = dashboard(request, "overview")
    now, before, year = (sales.totals(each) for each in (asked, asked.before(), asked.last_year()))
    days = [
        {
            "day": day,
            "sums": sums,
            "before": then.ordered_amount,
            "beneath": under(context["narrowed"], asked, By.DAY, f"{day}"),
        }
        for (day, sums), (_day, then) in zip(sales.by_day(asked), sales.by_day(asked.before()), strict=True)
    ]
    return render(
        request,
        "analytics/overview.html",
        {
            **context,
            "charted": True,
            "tiles": tiles(now, before, year),
            "now": now,
            "before": before,
            "days": days,
            "linked": asked.days <= _LINKED,
            "often": Every.choices,
        },
    )


@needs(Action.ANALYTICS_VIEW)
def sales_page(request: Request) -> HttpResponse:
    """Sales laid out by one thing, the chart and its table."""
    asked, context = dashboard(request, "sales")
    by = By(request.GET["by"]) if request.GET.get("by") in By.values else By.CHANNEL
    rows = sales.table(asked, by)
    return render(
        request,
        "analytics/sales.html",
        {
            **context,
            "charted": True,
            "by": by,
            "tabs": list(By),
            "rows": [(row, under(context["narrowed"], asked, by, row.key)) for row in rows],
            "total": sales.totals(asked),
            "counts_orders": by in sales.COUNTS_ORDERS,
            "only_ordered": by in sales.ONLY_ORDERED,
            "cut": by != By.DAY and len(rows) == sales.ROWS,
        },
    )


@needs(Action.ANALYTICS_VIEW)
def hours_page(request: Request) -> HttpResponse:
    """When people order: weekday × hour."""
    asked, context = dashboard(request, "hours")
    grid = sales.hours(asked)
    most = max(map(max, grid))
    shaded = [
        (
            weekday,
            WEEKDAYS[weekday - 1],
            [(hour, orders, -(-orders * 5 // most) if most else 0) for hour, orders in enumerate(row)],
        )
        for weekday, row in enumerate(grid, start=1)
    ]
    return render(request, "analytics/hours.html", {**context, "grid": shaded, "most": most, "hours": range(24)})


@needs(Action.ANALYTICS_VIEW)
def lines_page(request: Request) -> HttpResponse:
    """The order lines that a number is made of, with their sum."""
    asked, context = dashboard(request, "lines")
    event, among = sales.lines_asked(request.GET)
    page = sales.lines_page(asked, event, among, after=request.GET.get("after", ""))
    rows = [(line, day, cancellers.words(line.cancelled_by), losses.reason(line)) for line, day in page]
    return render(
        request,
        "analytics/lines.html",
        {**context, "page": page, "rows": rows, "sums": sales.beneath(asked, event, among), "event": event},
    )


def under(narrowed: str, asked: Asked, by: By, key: str) -> str:
    """The query of what lies beneath a row: a day is a narrower period, everything else a further condition."""
    since, until = (key, key) if by == By.DAY else (f"{asked.since}", f"{asked.until}")
    further = {} if by == By.DAY else {str(by): key}
    return "&".join(filter(None, (narrowed, urlencode({"period": "own", "since": since, "until": until, **further}))))


def dashboard(request: Request, name: str) -> tuple[Asked, dict[str, Any]]:
    """What every dashboard asks and shows: the question, filters, freshness, saved views."""
    merchants = frozenset(request.scope_merchants or ())
    asked = asked_of(request.GET, today=today_of(merchants, now=timezone.now()), merchants=merchants)
    # A channel is both a filter of the bar and a row of a table: beneath a row, the row's word is the only one.
    query, narrowed = request.GET.copy(), QueryDict(mutable=True)
    query.pop("by", None)
    by_channel = name == "operations" or (name == "sales" and request.GET.get("by", By.CHANNEL) == By.CHANNEL)
    if asked.channels and not by_channel:
        narrowed.setlist("channel", [str(pk) for pk in asked.channels])
    if asked.scheme:
        narrowed["scheme"] = asked.scheme
    narrowed["currency"] = asked.currency
    # What lies beneath a number is asked with the dates themselves, so that the link means the same tomorrow.
    beneath = narrowed.copy()
    beneath.setlist("channel", [str(pk) for pk in asked.channels])
    beneath["period"], beneath["since"], beneath["until"] = "own", f"{asked.since}", f"{asked.until}"
    return asked, {
        "asked": asked,
        "filter_form": DashboardFilter(request.GET),
        "filters": query.urlencode(),
        "narrowed": narrowed.urlencode(),
        "beneath": beneath.urlencode(),
        "fresh_at": sales.fresh_at(),
        "rebuilding": sales.rebuilding(),
        "list_name": f"analytics-{name}",
        "saved_views": saved_views(person_id=request.user.pk, listing=f"analytics-{name}"),
    }
