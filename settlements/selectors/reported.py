"""
What commissioners reported of our sales, set-based: the source by which an assumed cost becomes a reported one.

Only lines of accepted reports count; a reversed report takes its lines out again.  `settlements.events.ReportAccepted`
and `ReportReversed` name the orders of which something changed.  Fees and the like are what was withheld: above nothing
is a cost, below it is given back.  Nothing is shared out here: a fee without an order line is under `of_skus`, one
without an article under `of_nothing`.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from settlements.models import ReportLine
from settlements.types import WITHHELD, LineKind

_IN_PIECES = 1000
_MONEY = (*WITHHELD, "fee_vat", "payable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """
    Sums of report lines, in the currency of their reports.

    sold, returned, compensated: `amount` of such lines, none negative; discount, vat: of sales and compensations minus
    of returns.  sold_pieces, returned_pieces, lost_pieces: pieces of sales, returns, write-offs.  fee_vat stands within
    fee.  payable: what the commissioner pays by these lines.
    """

    currency: str
    lines: int
    sold_pieces: int
    returned_pieces: int
    lost_pieces: int
    sold: Decimal
    returned: Decimal
    compensated: Decimal
    discount: Decimal
    vat: Decimal
    fee: Decimal
    fee_vat: Decimal
    logistics: Decimal
    storage: Decimal
    ads: Decimal
    other: Decimal
    payable: Decimal

    @property
    def withheld(self) -> Decimal:
        """All that was kept back."""
        return self.fee + self.logistics + self.storage + self.ads + self.other


def of_order_lines(order_line_ids: Iterable[int]) -> Mapping[int, Reported]:
    """Sums by id of the order's line; lines of which nothing was reported are absent.  One query per thousand ids."""
    found: dict[int, Reported] = {}
    asked = sorted(set(order_line_ids))
    for start in range(0, len(asked), _IN_PIECES):
        rows = _counted().filter(order_line_id__in=asked[start : start + _IN_PIECES])
        found |= {row.pop("order_line_id"): _reported(row) for row in _summed(rows, "order_line_id")}
    return found


def of_orders(order_ids: Iterable[int]) -> Mapping[int, Reported]:
    """Sums by order id, lines that name the order but none of its articles included."""
    found: dict[int, Reported] = {}
    asked = sorted(set(order_ids))
    for start in range(0, len(asked), _IN_PIECES):
        rows = _counted().filter(order_id__in=asked[start : start + _IN_PIECES])
        found |= {row.pop("order_id"): _reported(row) for row in _summed(rows, "order_id")}
    return found


def of_skus(
    *,
    period_from: date,
    period_to: date,
    channel_ids: Collection[int] | None = None,
    sku_ids: Collection[int] | None = None,
) -> Mapping[tuple[int, int], Reported]:
    """
    Sums by (channel id, SKU id) of lines that belong to an article but to no line of our orders.

    Sales from the marketplace's own warehouse, storage, advertising.  Reports whose period ends within these days, both
    included; None: all channels, all articles.
    """
    rows = _within(period_from, period_to, channel_ids).filter(order_line=None, sku__isnull=False)
    if sku_ids is not None:
        rows = rows.filter(sku_id__in=list(sku_ids))
    keys = ("report__agreement__channel_id", "sku_id")
    return {(row.pop(keys[0]), row.pop(keys[1])): _reported(row) for row in _summed(rows, *keys)}


def of_nothing(
    *, period_from: date, period_to: date, channel_ids: Collection[int] | None = None
) -> Mapping[int, Reported]:
    """Sums by channel id of lines that name neither an article nor a line of our orders."""
    rows = _within(period_from, period_to, channel_ids).filter(order_line=None, sku=None)
    key = "report__agreement__channel_id"
    return {row.pop(key): _reported(row) for row in _summed(rows, key)}


def reported_order_ids() -> QuerySet[Any]:
    """Ids of orders that an accepted report names, as a query to put into another one."""
    return _counted().filter(order__isnull=False).values("order_id")


def _counted() -> QuerySet[ReportLine]:
    return ReportLine.objects.filter(report__reversed_at=None).order_by()


def _within(first: date, last: date, channel_ids: Collection[int] | None) -> QuerySet[ReportLine]:
    rows = _counted().filter(report__period_to__range=(first, last))
    return rows if channel_ids is None else rows.filter(report__agreement__channel_id__in=list(channel_ids))


def _summed(rows: QuerySet[ReportLine], *keys: str) -> Sequence[dict[str, Any]]:
    back = Q(kind=LineKind.RETURN)
    adds = Q(kind__in=[LineKind.SALE, LineKind.COMPENSATION])
    sums: dict[str, Any] = {f"sum_{name}": Sum(name) for name in _MONEY}
    sums |= {
        f"{side}_{name}": Sum(name, filter=which, default=Decimal(0))
        for name in ("discount", "vat")
        for side, which in (("plus", adds), ("minus", back))
    }
    kinds = (("sold", LineKind.SALE), ("returned", LineKind.RETURN), ("lost", LineKind.WRITE_OFF))
    sums |= {f"{name}_pieces": Sum("pieces", filter=Q(kind=kind), default=0) for name, kind in kinds}
    sums |= {
        f"sum_{name}": Sum("amount", filter=Q(kind=kind), default=Decimal(0))
        for name, kind in (*kinds[:2], ("compensated", LineKind.COMPENSATION))
    }
    return list(rows.values(*keys, "report__currency").annotate(n=Count("pk"), **sums))


def _reported(row: Mapping[str, Any]) -> Reported:
    return Reported(
        currency=row["report__currency"],
        lines=row["n"],
        sold_pieces=row["sold_pieces"],
        returned_pieces=row["returned_pieces"],
        lost_pieces=row["lost_pieces"],
        sold=row["sum_sold"],
        returned=row["sum_returned"],
        compensated=row["sum_compensated"],
        discount=row["plus_discount"] - row["minus_discount"],
        vat=row["plus_vat"] - row["minus_vat"],
        **{name: row[f"sum_{name}"] for name in _MONEY},
    )
