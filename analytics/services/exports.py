"""Dashboards as files: exactly the rows that are on the page."""

from collections.abc import Iterator, Sequence
from functools import partial

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.selectors import profit, replenish, sales, shelves, standing
from analytics.selectors.period import asked_of
from analytics.types import By, Sums, Trend
from merchants.roles import Action
from workspace.types import Cell, Export

_SUMS = (
    (_("Orders"), 10),
    (_("Pieces"), 10),
    (_("Ordered, amount"), 16),
    (_("Cancelled, pieces"), 12),
    (_("Cancelled, amount"), 16),
    (_("Delivered, pieces"), 12),
    (_("Delivered, amount"), 16),
    (_("Returned, pieces"), 12),
    (_("Returned, amount"), 16),
)


def _cells(sums: Sums, *, orders: bool) -> Sequence[Cell]:
    return (
        sums.ordered_orders if orders else None,
        sums.ordered_pieces,
        sums.ordered_amount,
        sums.cancelled_pieces,
        sums.cancelled_amount,
        sums.delivered_pieces,
        sums.delivered_amount,
        sums.returned_pieces,
        sums.returned_amount,
    )


def _overview(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = asked_of(query, today=timezone.localdate(), merchants=merchants)
    for day, sums in sales.by_day(asked):
        yield day, *_cells(sums, orders=True)


def _sales(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = asked_of(query, today=timezone.localdate(), merchants=merchants)
    by = By(str(query["by"])) if query.get("by") in By.values else By.CHANNEL
    for row in sales.table(asked, by):
        yield row.label, *_cells(row.sums, orders=by in sales.COUNTS_ORDERS), row.before, row.share


def _profit(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = asked_of(query, today=timezone.localdate(), merchants=merchants)
    for row in profit.report(asked).articles:
        costs = [cell for cost in row.costs.values() for cell in (cost.whole, ", ".join(map(str, cost.sources)))]
        yield row.label, row.pieces, row.revenue, row.profit, row.a_piece, row.margin, *costs


_PROFIT = (
    (_("Article"), 40),
    (_("Pieces"), 10),
    (_("Revenue"), 16),
    (_("Profit"), 16),
    (_("For a piece"), 12),
    (_("Margin, %"), 10),
    *(column for name in profit.COSTS.values() for column in ((name, 14), (_("Known from"), 14))),
)


def _articles(query: QueryDict, _merchants: frozenset[int], *, trends: bool) -> Iterator[Sequence[Cell]]:
    asked = {"worth": query.get("worth", ""), "demand": query.get("demand", "")}
    if trends:
        asked = {"trend": query.get("trend", "") or Trend.RISING}
    for row in standing.articles(**asked):
        told = (row.sku.code, row.sku.product.name, f"{row.worth}{row.demand}", row.revenue, row.share, row.swing)
        yield (*told, row.former, row.recent, row.get_trend_display(), row.p, row.days_out, row.lost_amount)


_ARTICLES = (
    (_("Article"), 20),
    (_("Name"), 40),
    (_("Class"), 8),
    (_("Ordered in 26 weeks"), 16),
    (_("Share so far"), 12),
    (_("Swing of weeks"), 12),
    (_("Four weeks before"), 12),
    (_("Last four weeks"), 12),
    (_("Trend"), 20),
    (_("By chance"), 10),
    (_("Days out of stock"), 10),
    (_("Probably not sold"), 16),
)


def _stock(query: QueryDict, merchants: frozenset[int], *, sees_cost: bool) -> Iterator[Sequence[Cell]]:
    for shelf in shelves.shelves(today=timezone.localdate(), standing=query.get("standing", "")):
        row = (shelf.code, shelf.name, shelf.on_hand, shelf.free, shelf.sold, shelf.a_day, shelf.cover)
        told = (str(shelf.standing.label), str(shelves.words(shelf.standing)), shelf.surplus)
        yield (*row, *told, shelf.money) if sees_cost else (*row, *told)


def _buying(query: QueryDict, merchants: frozenset[int], *, sees_cost: bool) -> Iterator[Sequence[Cell]]:
    terms = replenish.terms_of(query) if sees_cost else replenish.without_money(replenish.terms_of(query))
    found = shelves.shelves(today=timezone.localdate(), lead_days=terms.lead_days, short_in=terms.days)
    for line in replenish.proposal(found, terms).lines:
        row = (line.shelf.code, line.shelf.name, line.pieces, line.why)
        yield (*row, line.money) if sees_cost else row


_STOCK = (
    (_("Article"), 20),
    (_("Name"), 40),
    (_("On hand"), 10),
    (_("Free"), 10),
    (_("Sold in 28 days"), 12),
    (_("Expected a day"), 12),
    (_("Days of cover"), 12),
    (_("Standing"), 16),
    (_("What to do"), 24),
    (_("Surplus, pieces"), 12),
)
_BUYING = ((_("Article"), 20), (_("Name"), 40), (_("Buy, pieces"), 12), (_("Why"), 80))
_MONEY = (_("Money at cost"), 16)

EXPORTS = (
    Export("analytics-overview", _("Overview by day"), Action.ANALYTICS_VIEW, ((_("Day"), 12), *_SUMS), _overview),
    Export(
        "analytics-sales",
        _("Sales"),
        Action.ANALYTICS_VIEW,
        ((_("Row"), 40), *_SUMS, (_("The days before, amount"), 16), (_("Share, %"), 10)),
        _sales,
    ),
    Export(
        "analytics-classes",
        _("ABC and XYZ"),
        Action.ANALYTICS_VIEW,
        _ARTICLES,
        partial(_articles, trends=False),
    ),
    Export("analytics-trends", _("Trends"), Action.ANALYTICS_VIEW, _ARTICLES, partial(_articles, trends=True)),
    Export("analytics-profit", _("Profit by article"), Action.CATALOG_COST, _PROFIT, _profit),
    Export("analytics-stock", _("Cover and surplus"), Action.ANALYTICS_VIEW, _STOCK, partial(_stock, sees_cost=False)),
    Export(
        "analytics-stock-with-cost",
        _("Cover and surplus"),
        Action.CATALOG_COST,
        (*_STOCK, _MONEY),
        partial(_stock, sees_cost=True),
    ),
    Export("analytics-buying", _("What to buy"), Action.ANALYTICS_VIEW, _BUYING, partial(_buying, sees_cost=False)),
    Export(
        "analytics-buying-with-cost",
        _("What to buy"),
        Action.CATALOG_COST,
        (*_BUYING, _MONEY),
        partial(_buying, sees_cost=True),
    ),
)
