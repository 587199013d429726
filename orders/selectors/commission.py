"""Orders as the papers of commission trade name them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from merchants.selectors.first_rows import first_rows
from orders.models import Order, OrderLine
from orders.types import State


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLine:
    """A line of an order that a commissioner names by the order's number."""

    order_id: int
    line_id: int
    sku_id: int | None
    scheme: str


def lines_by_number(*, channel_id: int, numbers: Collection[str]) -> Mapping[str, Sequence[NamedLine]]:
    """Lines by order number, in their order; numbers that the channel does not know are absent."""
    found: dict[str, list[NamedLine]] = {}
    rows = OrderLine.objects.filter(order__channel_id=channel_id, order__external_number__in=list(numbers)).order_by(
        "order_id", "position"
    )
    for number, order_id, line_id, sku_id, scheme in rows.values_list(
        "order__external_number", "order_id", "pk", "sku_id", "order__scheme"
    ):
        line = NamedLine(order_id=order_id, line_id=line_id, sku_id=sku_id, scheme=scheme)
        found.setdefault(number, []).append(line)
    return found


# Left us for the commissioner's buyers, and neither fell away nor came back.
_WITH_THEM = [State.HANDED_OVER, State.DELIVERING, State.READY_FOR_PICKUP, State.DELIVERED, State.DISPUTED]


@dataclass(frozen=True, slots=True, kw_only=True)
class Departed:
    """Orders of a channel that left within a time."""

    channel_id: int
    orders: int
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An order that left and is in no report."""

    order_id: int
    number: str
    channel_id: int
    handed_over_at: datetime
    state: str
    total: Decimal
    currency: str


def departed(*, after: datetime, before: datetime) -> Sequence[Departed]:
    """How many orders left by channel, and their totals."""
    rows = _left(after, before).order_by().values_list("channel_id").annotate(Count("pk"), Sum("total"))
    return [Departed(channel_id=channel, orders=orders, amount=amount) for channel, orders, amount in rows]


def not_named(
    *, by: QuerySet[Any], after: datetime, before: datetime, channel_id: int | None, limit: int
) -> Sequence[Waiting]:
    """Orders that left and whose id is not among `by`, those that left first first."""
    rows = _left(after, before).exclude(pk__in=by)
    if channel_id is not None:
        rows = rows.filter(channel_id=channel_id)
    return [
        Waiting(
            order_id=order.pk,
            number=order.external_number,
            channel_id=order.channel_id,
            handed_over_at=order.handed_over_at,
            state=order.state,
            total=order.total,
            currency=order.currency,
        )
        for order in first_rows(rows, "handed_over_at", "pk", limit=limit)
        if order.handed_over_at is not None
    ]


def _left(after: datetime, before: datetime) -> QuerySet[Order]:
    return Order.objects.filter(handed_over_at__gte=after, handed_over_at__lt=before, state__in=_WITH_THEM)
