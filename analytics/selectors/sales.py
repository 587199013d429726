"""Sums of what was ordered, cancelled, shipped, delivered and returned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Min, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from analytics.models import DailyFact, DailyTotal, HourlyFact, LineFact, Refreshed
from analytics.types import EVENTS, Asked, By, Event, Row, Sums
from catalog.models import Category, Channel, Sku

ROWS = 500
_MEASURES = {f"{event}_{what}": Sum(f"{event}_{what}") for event in EVENTS for what in ("orders", "pieces", "amount")}


@dataclass(frozen=True)
class _Source:
    """Which table answers, and by which column; `line` is that column seen from a line fact."""

    model: Any
    column: str
    line: str


_SOURCES: Mapping[By, _Source] = {
    By.DAY: _Source(DailyTotal, "day", "ordered_day"),
    By.CHANNEL: _Source(DailyTotal, "channel_id", "channel_id"),
    By.CATEGORY: _Source(DailyFact, "sku__product__category_id", "sku__product__category_id"),
    By.BRAND: _Source(DailyFact, "brand", "brand"),
    By.SKU: _Source(DailyFact, "sku_id", "sku_id"),
    By.REGION: _Source(HourlyFact, "region", "region"),
}
# An article that is not matched has no brand, like a card without one.
_BRAND = Coalesce("sku__product__brand", Value(""))
# Orders have several articles, so rows of these cannot count them; a region is told when the order is made.
COUNTS_ORDERS = frozenset({By.DAY, By.CHANNEL, By.REGION})
ONLY_ORDERED = frozenset({By.REGION})


def fresh_at() -> datetime | None:
    """Up to when the facts of all merchants seen hold every change; None: nothing was ever counted."""
    found: datetime | None = Refreshed.objects.aggregate(upto=Min("upto"))["upto"]
    return found


def currencies() -> list[str]:
    """Which currencies there are sums in."""
    return sorted(set(DailyTotal.objects.values_list("currency", flat=True).distinct()))


def totals(asked: Asked) -> Sums:
    """Everything in the period."""
    return Sums.of(_within(DailyTotal, asked).aggregate(**_MEASURES))


def by_day(asked: Asked) -> list[tuple[date, Sums]]:
    """Every day of the period, also those on which nothing happened."""
    rows = _within(DailyTotal, asked).values("day").annotate(**_MEASURES)
    found = {row["day"]: Sums.of(row) for row in rows}
    days = [asked.since + timedelta(number) for number in range(asked.days)]
    return [(day, found.get(day, Sums())) for day in days]


def table(asked: Asked, by: By) -> list[Row]:
    """
    The period laid out, days in their order, everything else by ordered money, the most first.

    At most ROWS rows; `totals` says what all of them come to.
    """
    source = _SOURCES[by]
    found = _summed(asked, source)
    before = {row["key"]: row["ordered_amount"] or Decimal(0) for row in _summed(asked.before(), source)}
    whole = sum((row["ordered_amount"] or Decimal(0) for row in found), Decimal(0))
    if by == By.DAY:
        before = {day + timedelta(asked.days): amount for day, amount in before.items()}
    rows = sorted(found, key=lambda row: row["key"] if by == By.DAY else -(row["ordered_amount"] or 0))[:ROWS]
    labels = _labels(by, [row["key"] for row in rows])
    return [
        Row(
            key="" if row["key"] is None else str(row["key"]),
            label=labels.get(row["key"], str(row["key"] or "")),
            sums=Sums.of(row),
            before=before.get(row["key"], Decimal(0)),
            share=(100 * (row["ordered_amount"] or 0) / whole).quantize(Decimal("0.1")) if whole else Decimal(0),
        )
        for row in rows
    ]


def hours(asked: Asked) -> list[list[int]]:
    """Orders by weekday (Monday first) and hour of the merchant's day: 7 × 24."""
    grid = [[0] * 24 for _ in range(7)]
    rows = _within(HourlyFact, asked).values_list("day__iso_week_day", "hour").annotate(Sum("ordered_orders"))
    for weekday, hour, orders in rows:
        grid[weekday - 1][hour] = orders
    return grid


def lines(asked: Asked, event: Event, among: Mapping[str, str]) -> QuerySet[LineFact]:
    """
    The order lines that a number is the sum of, the newest first.

    among: rows of tables by their `By`, and `hour`, `weekday` of the map; what is not understood finds nothing.
    """
    found = LineFact.objects.filter(
        **{f"{event}_day__range": (asked.since, asked.until)}, currency=asked.currency
    ).order_by("-ordered_day", "-line_ref")
    if asked.channels:
        found = found.filter(channel_id__in=asked.channels)
    if asked.scheme:
        found = found.filter(scheme=asked.scheme)
    if By.BRAND in among:
        found = found.annotate(brand=_BRAND)
    for name, value in among.items():
        found = found.filter(**_condition(name, value))
    return found


def _condition(name: str, value: str) -> dict[str, object]:
    column = {"hour": "ordered_hour", "weekday": "ordered_day__iso_week_day"}.get(name) or _SOURCES[By(name)].line
    if name in (By.BRAND, By.REGION):
        return {column: value}
    if value == "":
        return {f"{column}__isnull": True}
    # A number that no key can be finds nothing.
    return {column: int(value) if value.isascii() and value.isdigit() and len(value) < 18 else -1}


def _within(model: Any, asked: Asked) -> "QuerySet[Any]":
    found = model.objects.filter(day__range=(asked.since, asked.until), currency=asked.currency)
    if asked.channels:
        found = found.filter(channel_id__in=asked.channels)
    if asked.scheme:
        found = found.filter(scheme=asked.scheme)
    return found  # type: ignore[no-any-return]


def _summed(asked: Asked, source: _Source) -> list[dict[str, Any]]:
    found = _within(source.model, asked)
    if source.column == "brand":
        found = found.annotate(brand=_BRAND)
    rows = found.values(source.column).annotate(**_MEASURES).order_by()
    return [{**row, "key": row[source.column]} for row in rows]


def _labels(by: By, keys: list[Any]) -> dict[Any, str]:
    if by == By.DAY:
        return {day: f"{day:%d.%m.%Y}" for day in keys}
    if by == By.CHANNEL:
        return dict(Channel.objects.filter(pk__in=keys).values_list("pk", "name"))
    if by == By.CATEGORY:
        return dict(Category.objects.filter(pk__in=keys).values_list("pk", "name"))
    if by == By.SKU:
        named = Sku.objects.filter(pk__in=keys).values_list("pk", "code", "product__name")
        return {pk: f"{code} · {name}" for pk, code, name in named}
    return {}
