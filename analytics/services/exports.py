"""Dashboards as files: exactly the rows that are on the page."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from django.http import QueryDict
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from analytics.selectors import (
    clusters,
    forecasts,
    losses,
    operations,
    profit,
    replenish,
    sales,
    scans,
    shelves,
    standing,
)
from analytics.selectors.period import asked_of, today_of
from analytics.types import Asked, By, Sums
from merchants.roles import Action
from orders.selectors import cancellers
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


def _asked(query: QueryDict, merchants: frozenset[int]) -> Asked:
    return asked_of(query, today=today_of(merchants, now=timezone.now()), merchants=merchants)


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
    asked = _asked(query, merchants)
    for (day, sums), (_day, then) in zip(sales.by_day(asked), sales.by_day(asked.before()), strict=True):
        ordered = (sums.ordered_orders, sums.ordered_pieces, sums.ordered_amount, then.ordered_amount)
        yield day, *ordered, sums.cancelled_amount, sums.shipped_amount, sums.delivered_amount, sums.returned_amount


def _sales(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = _asked(query, merchants)
    by = By(str(query["by"])) if query.get("by") in By.values else By.CHANNEL
    for row in sales.table(asked, by, limit=sales.ALL):
        yield row.label, *_cells(row.sums, orders=by in sales.COUNTS_ORDERS), row.before, row.share


def _profit(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = _asked(query, merchants)
    for row in profit.report(asked, limit=sales.ALL).articles:
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
        asked = {"trend": standing.trend_asked(query)}
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
        row = (shelf.code, shelf.name, shelf.on_hand, shelf.free, shelf.sold, shelf.a_day, shelf.cover, shelf.turnover)
        told = (str(shelf.standing.label), str(shelves.words(shelf.standing)), shelf.surplus)
        yield (*row, *told, shelf.money) if sees_cost else (*row, *told)


def _buying(query: QueryDict, merchants: frozenset[int], *, sees_cost: bool) -> Iterator[Sequence[Cell]]:
    terms = replenish.terms_of(query) if sees_cost else replenish.without_money(replenish.terms_of(query))
    found = shelves.shelves(today=timezone.localdate(), lead_days=terms.lead_days, short_in=terms.days)
    for line in replenish.proposal(found, terms).lines:
        row = (line.shelf.code, line.shelf.name, line.pieces, line.why)
        yield (*row, line.money) if sees_cost else row


def _hours(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = _asked(query, merchants)
    for weekday, row in enumerate(sales.hours(asked)):
        yield str(WEEKDAYS[weekday]), *row


def _lines(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = _asked(query, merchants)
    event, among = sales.lines_asked(query)
    for line, day in sales.every_line(asked, event, among):
        code = line.sku.code if line.sku else ""
        told = (line.order.external_number, day, line.channel.name, code, line.region, line.pieces, line.amount)
        yield (*told, line.currency, str(cancellers.words(line.cancelled_by)), str(losses.reason(line)))


def _parts(
    query: QueryDict, merchants: frozenset[int], *, laid_out: Callable[[Asked], Sequence[losses.Part]]
) -> Iterator[Sequence[Cell]]:
    for part in laid_out(_asked(query, merchants)):
        yield str(part.label), part.orders, part.pieces, part.amount


def _worst(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = _asked(query, merchants)
    for event, rows in losses.worst(asked):
        for row in rows:
            yield str(event.label), row.label, row.pieces, row.amount, row.percent


def _operations(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = _asked(query, merchants)
    for place in operations.places(asked):
        hours = [round(span.total_seconds() / 3600) for span in (place.half, place.most)]
        yield place.channel, place.handed, *hours, place.due, place.missed, place.percent


def _hands(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    for hand in scans.hands(_asked(query, merchants)):
        yield hand.name, hand.scans, hand.a_day, hand.wrong, hand.percent


def _late(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = _asked(query, merchants)
    for order in operations.every_late(asked):
        times = (order.ordered_at, order.ship_by, order.handed_over_at)
        yield order.number, order.channel, *times, round(order.over.total_seconds() / 60)


def _scans(query: QueryDict, merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    asked = _asked(query, merchants)
    for scan in scans.every(asked, scans.Whose.of(query)):
        number = scan.order.external_number if scan.order else ""
        yield scan.at, scan.person.full_name, str(scans.step(scan)), scan.code, number, str(scans.outcome(scan))


def _forecast(query: QueryDict, _merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    for row in forecasts.rows(forecasts.search_of(query)).iterator():
        shown, channel = forecasts.Shown.of(row), row.channel.name if row.channel else ""
        told = (row.sku.code, row.sku.product.name, channel, row.sold, row.total, shown.low, shown.high)
        yield (*told, str(shown.kind), str(shown.method))


def _sending(query: QueryDict, _merchants: frozenset[int]) -> Iterator[Sequence[Cell]]:
    channel_id, days = clusters.asked_of(query)
    found = clusters.proposal(channel_id=channel_id, days=days, today=timezone.localdate()) if channel_id else []
    for cluster in found:
        for line in cluster.lines:
            yield cluster.name, line.code, line.name, line.pieces, line.why


_STOCK = (
    (_("Article"), 20),
    (_("Name"), 40),
    (_("On hand"), 10),
    (_("Free"), 10),
    (_("Sold in 28 days"), 12),
    (_("Expected a day"), 12),
    (_("Days of cover"), 12),
    (_("Turnover, days"), 12),
    (_("Standing"), 16),
    (_("What to do"), 24),
    (_("Surplus, pieces"), 12),
)
_DAYS = (
    (_("Day"), 12),
    (_("Orders"), 10),
    (_("Pieces"), 10),
    (_("Ordered, amount"), 16),
    (_("The days before"), 16),
    (_("Cancelled, amount"), 16),
    (_("Handed over, amount"), 16),
    (_("Delivered, amount"), 16),
    (_("Returned, amount"), 16),
)
_PART = ((_("Orders"), 10), (_("Pieces"), 10), (_("Amount"), 16))
_LINES = (
    (_("Order"), 24),
    (_("Day"), 12),
    (_("Channel"), 24),
    (_("Article"), 20),
    (_("Region"), 24),
    (_("Pieces"), 10),
    (_("Amount"), 16),
    (_("Currency"), 8),
    (_("Cancelled by"), 16),
    (_("Why"), 40),
)
_OPERATIONS = (
    (_("Channel"), 24),
    (_("Handed over"), 12),
    (_("Half of them within, hours"), 14),
    (_("Nine of ten within, hours"), 14),
    (_("Had a cut-off"), 12),
    (_("Cut-off missed"), 12),
    (_("Missed, share, %"), 12),
)
_HANDS = ((_("Person"), 30), (_("Scans"), 10), (_("A day"), 10), (_("Wrong"), 10), (_("Wrong, share, %"), 12))
_LATE = (
    (_("Order"), 24),
    (_("Channel"), 24),
    (_("Ordered at"), 18),
    (_("Had to be handed over by"), 18),
    (_("Handed over at"), 18),
    (_("Late by, minutes"), 12),
)
_SCANS = (
    (_("When"), 18),
    (_("Person"), 30),
    (_("Work"), 16),
    (_("What was scanned"), 40),
    (_("Order"), 24),
    (_("Answer"), 16),
)
_FORECAST = (
    (_("Article"), 20),
    (_("Name"), 40),
    (_("Channel"), 24),
    (_("Sold in 28 days"), 12),
    (_("Expected in 28 days"), 12),
    (_("Four of five times from"), 12),
    (_("Four of five times up to"), 12),
    (_("Kind of demand"), 24),
    (_("Method"), 24),
)
_SENDING = (
    (_("Region"), 30),
    (_("Article"), 20),
    (_("Name"), 40),
    (_("Send, pieces"), 12),
    (_("Why"), 80),
)
_BUYING = ((_("Article"), 20), (_("Name"), 40), (_("Buy, pieces"), 12), (_("Why"), 80))
_MONEY = (_("Money at cost"), 16)

EXPORTS = (
    Export("analytics-overview", _("Overview by day"), Action.ANALYTICS_VIEW, _DAYS, _overview),
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
    Export(
        "analytics-hours",
        _("Hours of ordering"),
        Action.ANALYTICS_VIEW,
        ((_("Weekday"), 16), *((f"{hour}", 6) for hour in range(24))),
        _hours,
    ),
    Export("analytics-lines", _("Order lines"), Action.ANALYTICS_VIEW, _LINES, _lines),
    Export(
        "analytics-losses",
        _("Cancelled by"),
        Action.ANALYTICS_VIEW,
        ((_("Who"), 24), *_PART),
        partial(_parts, laid_out=losses.cancelled_by),
    ),
    Export(
        "analytics-reasons",
        _("Why orders were cancelled"),
        Action.ANALYTICS_VIEW,
        ((_("Reason"), 50), *_PART),
        partial(_parts, laid_out=losses.reasons),
    ),
    Export(
        "analytics-returned",
        _("Why goods came back"),
        Action.ANALYTICS_VIEW,
        ((_("Reason"), 50), *_PART),
        partial(_parts, laid_out=losses.returned),
    ),
    Export(
        "analytics-worst",
        _("Cancelled and returned"),
        Action.ANALYTICS_VIEW,
        ((_("What happened"), 20), (_("Article"), 40), *_PART[1:], (_("Of ordered in these days, %"), 16)),
        _worst,
    ),
    Export("analytics-operations", _("From order to handover"), Action.ANALYTICS_VIEW, _OPERATIONS, _operations),
    Export("analytics-hands", _("Scans by person"), Action.ANALYTICS_VIEW, _HANDS, _hands),
    Export("analytics-late", _("Handed over late"), Action.ANALYTICS_VIEW, _LATE, _late),
    Export("analytics-scans", _("Scans of a person"), Action.ANALYTICS_VIEW, _SCANS, _scans),
    Export("analytics-forecast", _("Forecast for 28 days"), Action.ANALYTICS_VIEW, _FORECAST, _forecast),
    Export("analytics-sending", _("Send to the marketplace"), Action.ANALYTICS_VIEW, _SENDING, _sending),
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
