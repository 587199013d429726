"""What was cancelled or came back: by whom, and in what condition."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.models import CancelTotal
from analytics.selectors import sales
from analytics.types import Asked, Event
from floor.models import CameBack
from floor.types import Condition

ACTORS: dict[str, str | Promise] = {
    "buyer": _("the buyer"),
    "seller": _("we"),
    "marketplace": _("the marketplace"),
    "": _("not told"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Orders, pieces and money of one answer."""

    key: str
    label: str | Promise
    orders: int
    pieces: int
    amount: Decimal


def cancelled_by(asked: Asked) -> list[Part]:
    """Cancellations of these days by who cancelled, the most money first."""
    rows = (
        sales.within(CancelTotal, asked)
        .values("cancelled_by")
        .annotate(orders=Sum("cancelled_orders"), n=Sum("cancelled_pieces"), money=Sum("cancelled_amount"))
        .order_by("-money", "cancelled_by")
    )
    return [
        Part(
            key=row["cancelled_by"],
            label=ACTORS.get(row["cancelled_by"], row["cancelled_by"]),
            orders=row["orders"],
            pieces=row["n"],
            amount=row["money"],
        )
        for row in rows
    ]


def worst(asked: Asked, event: Event, *, limit: int = 20) -> "list[tuple[str, str, int, Decimal, Decimal | None]]":
    """
    Articles of which most money was cancelled or came back.

    Each is its key, label, pieces, money, and the percent that they are of what was ordered in the same days.
    """
    return [
        (
            row.key,
            row.label,
            getattr(row.sums, f"{event}_pieces"),
            getattr(row.sums, f"{event}_amount"),
            _percent(getattr(row.sums, f"{event}_pieces"), row.sums.ordered_pieces),
        )
        for row in sales.articles(asked, event, limit=limit)
        if getattr(row.sums, f"{event}_pieces")
    ]


def _percent(part: int, whole: int) -> Decimal | None:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1")) if whole else None


def conditions(asked: Asked) -> list[tuple[str | Promise, int]]:
    """Pieces that came to the returns desk in these days, by the condition they were found in."""
    found = CameBack.objects.filter(at__date__range=(asked.since, asked.until))
    if asked.channels:
        found = found.filter(order__channel_id__in=asked.channels)
    counted = dict(found.values_list("condition").annotate(Count("pk")))
    return [(condition.label, counted.get(condition, 0)) for condition in Condition]
