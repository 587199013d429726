"""Dashboards as files: exactly the rows that are on the page."""

from collections.abc import Iterator, Sequence

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from analytics.selectors import sales
from analytics.selectors.period import asked_of
from analytics.types import By, Sums
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


EXPORTS = (
    Export("analytics-overview", _("Overview by day"), Action.ANALYTICS_VIEW, ((_("Day"), 12), *_SUMS), _overview),
    Export(
        "analytics-sales",
        _("Sales"),
        Action.ANALYTICS_VIEW,
        ((_("Row"), 40), *_SUMS, (_("The days before, amount"), 16), (_("Share, %"), 10)),
        _sales,
    ),
)
