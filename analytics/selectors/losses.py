"""What was cancelled or came back: by whom, why, and in what condition."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Sum
from django.utils.functional import Promise

from analytics.models import CancelTotal, LineFact
from analytics.selectors import meter, sales
from analytics.types import Asked, Event
from floor.models import CameBack
from floor.types import Condition
from orders.selectors import cancel_reasons, cancellers, return_reasons

_REASONS = 50  # a marketplace may put free text there


def reason(line: LineFact) -> str | Promise:
    """Why a line was cancelled or came back; empty where neither happened."""
    if line.returned_day:
        return return_reasons.words(line.return_reason)
    return cancel_reasons.words(line.cancel_reason) if line.cancelled_day else ""


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
            label=cancellers.words(row["cancelled_by"] or "unknown"),
            orders=row["orders"],
            pieces=row["n"],
            amount=row["money"],
        )
        for row in rows
    ]


def reasons(asked: Asked) -> list[Part]:
    """Cancellations of these days by why, the most money first."""
    rows = (
        sales.within(CancelTotal, asked)
        .values("reason")
        .annotate(orders=Sum("cancelled_orders"), n=Sum("cancelled_pieces"), money=Sum("cancelled_amount"))
        .order_by("-money", "reason")
    )
    return [
        Part(
            key=row["reason"],
            label=cancel_reasons.words(row["reason"]),
            orders=row["orders"],
            pieces=row["n"],
            amount=row["money"],
        )
        for row in rows[:_REASONS]
    ]


def returned(asked: Asked) -> list[Part]:
    """What came back in these days by why, the most money first; last the rest, of which no marketplace says why."""
    untold = sales.totals(asked)
    orders, pieces, amount = untold.returned_orders or 0, untold.returned_pieces, untold.returned_amount
    if not pieces:
        return []
    told = sales.returns_told(asked).values_list("return_reason")
    found = [
        Part(key=key, label=return_reasons.words(key), orders=leads, pieces=n, amount=money)
        for key, leads, n, money in told.annotate(Sum("leads"), Sum("pieces"), Sum("amount"))
    ]
    for part in found:
        orders, pieces, amount = orders - part.orders, pieces - part.pieces, amount - part.amount
    found.sort(key=lambda part: (-part.amount, part.key))
    rest = Part(key="", label=return_reasons.words(""), orders=orders, pieces=pieces, amount=amount)
    return [*found[:_REASONS], rest] if pieces else found[:_REASONS]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bad:
    """An article of which much was cancelled or came back.  percent: pieces of those ordered in the same days."""

    key: str
    label: str
    pieces: int
    amount: Decimal
    percent: Decimal | None


def worst(asked: Asked, *, limit: int = 20) -> list[tuple[Event, list[Bad]]]:
    """Articles of which most money was cancelled, and came back; the most first."""
    read, told = meter.articles(asked, _READ)
    found: dict[Event, list[Bad]] = {event: [] for event in _LOST}
    for row in meter.ask(_WORST.replace("{read}", read), {**told, "limit": limit}):
        bad = Bad(
            key=str(row["key"] or ""),
            label=row["label"] or "",
            pieces=row["pieces"],
            amount=meter.money(row["amount"]),
            percent=_percent(row["pieces"], row["ordered_pieces"]),
        )
        found[Event(row["event"])].append(bad)
    return list(found.items())


_LOST = (Event.CANCELLED, Event.RETURNED)
_READ = ("ordered_pieces", *(f"{event}_{what}" for event in _LOST for what in ("pieces", "amount")))
_FIRST = " UNION ALL ".join(
    f"(SELECT '{event}' AS event, sku, ordered_pieces, {event}_pieces AS pieces, {event}_amount AS amount"  # noqa: S608
    f" FROM read WHERE {event}_pieces > 0 ORDER BY {event}_amount DESC, sku LIMIT %(limit)s)"
    for event in _LOST
)
_WORST = f"""
    WITH read AS MATERIALIZED (SELECT sku, {", ".join(map(meter.summed, _READ))} FROM {{read}} GROUP BY sku)
    SELECT first.*, nullif(sku, 0) AS key, s.code || ' · ' || p.name AS label FROM ({_FIRST}) first
    LEFT JOIN catalog_sku s ON s.id = first.sku LEFT JOIN catalog_product p ON p.id = s.product_id
    ORDER BY event, amount DESC, sku
"""  # noqa: S608  our own words


def _percent(part: int, whole: int) -> Decimal | None:
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1")) if whole else None


def conditions(asked: Asked) -> list[tuple[str | Promise, int]]:
    """Pieces that came to the returns desk in these days, by the condition they were found in."""
    found = CameBack.objects.filter(at__date__range=(asked.since, asked.until))
    if asked.channels:
        found = found.filter(order__channel_id__in=asked.channels)
    counted = dict(found.values_list("condition").annotate(Count("pk")))
    return [(condition.label, counted.get(condition, 0)) for condition in Condition]
