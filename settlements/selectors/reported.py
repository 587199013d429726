"""
What commissioners reported of our sales: the source by which an assumed cost becomes a reported one.

Only lines of accepted reports count; a reversed report takes its lines out again.  `settlements.events.ReportAccepted`
and `ReportReversed` name the orders of which something changed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet, Sum

from settlements.models import ReportLine
from settlements.types import WITHHELD, LineKind

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """
    What is reported of no order of ours: sales from the marketplace's warehouse, storage, advertising.

    sold, returned: amounts of such lines, none negative.  withheld: all that was kept back, less what was given back.
    payable: what the commissioner pays by these lines.
    """

    sold: Decimal
    returned: Decimal
    withheld: Decimal
    payable: Decimal


def apart(*, period_from: date, period_to: date, currency: str, channel_ids: Collection[int]) -> Apart:
    """Sums of reports whose period ends within these days, both included; no channels given: of all."""
    rows = _counted().filter(
        order_line=None, report__period_to__range=(period_from, period_to), report__currency=currency
    )
    if channel_ids:
        rows = rows.filter(report__agreement__channel_id__in=channel_ids)
    sums = rows.aggregate(
        sold=Sum("amount", filter=Q(kind=LineKind.SALE), default=_NOTHING),
        returned=Sum("amount", filter=Q(kind=LineKind.RETURN), default=_NOTHING),
        payable=Sum("payable", default=_NOTHING),
        **{name: Sum(name, default=_NOTHING) for name in WITHHELD},
    )
    withheld = sum((sums.pop(name) for name in WITHHELD), _NOTHING)
    return Apart(withheld=withheld, **sums)


def reported_order_ids() -> QuerySet[Any]:
    """Ids of orders that an accepted report names, as a query to put into another one."""
    return _counted().filter(order__isnull=False).values("order_id")


def _counted() -> QuerySet[ReportLine]:
    return ReportLine.objects.filter(report__reversed_at=None).order_by()
