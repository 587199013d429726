"""Sums of what was ordered, cancelled, shipped, delivered and returned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from analytics.models import DailyTotal, HourTotal, LineFact, Refreshed, RegionTotal, SpanFact
from analytics.selectors import spans
from analytics.types import EVENTS, Asked, By, Event, Row, Sums
from catalog.models import Category, Channel, Sku
from merchants.selectors.first_rows import first_rows

ROWS = 500
LINES = 100
_OF_ARTICLE = {f"{event}_{what}": Sum(f"{event}_{what}") for event in EVENTS for what in ("pieces", "amount")}
_MEASURES = {**_OF_ARTICLE, **{f"{event}_orders": Sum(f"{event}_orders") for event in EVENTS}}


@dataclass(frozen=True)
class _Source:
    """Which table answers, and by which column; `line` is that column seen from a line fact."""

    model: Any
    column: str
    line: str


_SOURCES: Mapping[By, _Source] = {
    By.DAY: _Source(DailyTotal, "day", "ordered_day"),
    By.CHANNEL: _Source(DailyTotal, "channel_id", "channel_id"),
    By.CATEGORY: _Source(SpanFact, "sku__product__category_id", "sku__product__category_id"),
    By.BRAND: _Source(SpanFact, "brand", "brand"),
    By.SKU: _Source(SpanFact, "sku_id", "sku_id"),
    By.REGION: _Source(RegionTotal, "region", "region"),
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
    whole = totals(asked).ordered_amount
    rows = list(_laid_out(asked, source)[:ROWS])
    keys = [row["key"] for row in rows]
    before = _before(asked, by, keys)
    labels = _labels(by, keys)
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


def _laid_out(asked: Asked, source: _Source) -> "QuerySet[Any, dict[str, Any]]":
    found = _keyed(_within(source.model, asked), source).values("key")
    measures = _OF_ARTICLE if source.model is SpanFact else _MEASURES
    order = "key" if source.column == "day" else "-ordered_amount"
    return found.annotate(**measures).order_by(order, "key")  # type: ignore[no-any-return]


def _before(asked: Asked, by: By, keys: list[Any]) -> dict[Any, Decimal]:
    """Ordered money of the same rows in the days before; a day is beside the day that stands in its place."""
    source = _SOURCES[by]
    found = _keyed(_within(source.model, asked.before()), source)
    if by == By.SKU:  # there may be far more of them than are shown
        found = found.filter(Q(sku__in=[key for key in keys if key is not None]) | Q(sku__isnull=True))
    rows = found.values("key").annotate(amount=Sum("ordered_amount")).order_by()
    shift = timedelta(asked.days if by == By.DAY else 0)
    return {row["key"] + shift if by == By.DAY else row["key"]: row["amount"] or Decimal(0) for row in rows}


def _keyed(found: "QuerySet[Any]", source: _Source) -> "QuerySet[Any]":
    key = _BRAND if source.column == "brand" else F(source.column)
    return found.annotate(key=key)  # type: ignore[no-any-return]


def hours(asked: Asked) -> list[list[int]]:
    """Orders by weekday (Monday first) and hour of the merchant's day: 7 × 24."""
    grid = [[0] * 24 for _ in range(7)]
    rows = _within(HourTotal, asked).values_list("day__iso_week_day", "hour").annotate(Sum("ordered_orders"))
    for weekday, hour, orders in rows:
        grid[weekday - 1][hour] = orders
    return grid


def lines(asked: Asked, event: Event, among: Mapping[str, str]) -> QuerySet[LineFact]:
    """
    The order lines that a number is the sum of.

    among: rows of tables by their `By`, `hour` and `weekday` of the map, `actor` of cancellations; what is not
    understood finds nothing.
    """
    found = LineFact.objects.filter(**{f"{event}_day__range": (asked.since, asked.until)}, currency=asked.currency)
    if asked.channels:
        found = found.filter(channel_id__in=asked.channels)
    if asked.scheme:
        found = found.filter(scheme=asked.scheme)
    return _among(found, among)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesPage:
    """Some order lines with the day of their event, the newest first.  next_key: of what follows, "" at the end."""

    rows: Sequence[tuple[LineFact, date]]
    next_key: str

    def __iter__(self) -> Iterator[tuple[LineFact, date]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def lines_page(asked: Asked, event: Event, among: Mapping[str, str], *, after: str = "") -> LinesPage:
    """One page of `lines`, found by index however many there are; `after` is the key of the former page."""
    day = f"{event}_day"
    found = lines(asked, event, among)
    said, _bar, ref = after.partition("_")
    try:
        last, number = date.fromisoformat(said), int(ref[:18])
    except ValueError:
        pass
    else:
        found = found.filter(Q(**{f"{day}__lt": last}) | Q(**{day: last}, line_ref__lt=number), **{f"{day}__lte": last})
    own = None
    if asked.channels:
        own = list(Channel.objects.filter(pk__in=asked.channels).values_list("merchant_id", flat=True))
    first = first_rows(found, f"-{day}", "-line_ref", limit=LINES + 1, merchant_ids=own)
    shown = [(line, getattr(line, day)) for line in first.select_related("order", "sku", "channel")]
    more = len(shown) > LINES
    del shown[LINES:]
    return LinesPage(rows=shown, next_key=f"{shown[-1][1]}_{shown[-1][0].line_ref}" if more else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beneath:
    """What the order lines of a number come to.  orders: None where they cannot be told without counting them all."""

    orders: int | None
    pieces: int
    amount: Decimal


def beneath(asked: Asked, event: Event, among: Mapping[str, str]) -> Beneath:
    """The sum of `lines`, read from the sums that the number itself was read from where there is one."""
    model = _sums_of(event, frozenset(among))
    measures = {"pieces": Sum(f"{event}_pieces"), "amount": Sum(f"{event}_amount")}
    if model is LineFact:
        row = lines(asked, event, among).aggregate(pieces=Sum("pieces"), amount=Sum("amount"))
    elif model is SpanFact:
        row = _among(_within(model, asked), among).aggregate(**measures)
    else:
        row = _among(_within(model, asked), among).aggregate(**measures, orders=Sum(f"{event}_orders"))
    orders = None if model in (LineFact, SpanFact) else row["orders"] or 0
    return Beneath(orders=orders, pieces=row["pieces"] or 0, amount=row["amount"] or Decimal(0))


def _sums_of(event: Event, among: frozenset[str]) -> Any:
    if not among:
        return DailyTotal
    if among in ({By.SKU}, {By.CATEGORY}, {By.BRAND}):
        return SpanFact
    if event == Event.ORDERED and among <= {"hour", "weekday"}:
        return HourTotal
    return RegionTotal if event == Event.ORDERED and among == {By.REGION} else LineFact


def _among(found: "QuerySet[Any]", among: Mapping[str, str]) -> "QuerySet[Any]":
    if By.BRAND in among:
        found = found.annotate(brand=_BRAND)
    for name, value in among.items():
        found = found.filter(**_condition(name, value, found.model))
    return found


def _condition(name: str, value: str, model: Any) -> dict[str, object]:
    if name in ("hour", "weekday"):
        column = {"hour": "hour", "weekday": "day__iso_week_day"}[name]
        column = f"ordered_{column}" if model is LineFact else column
    else:
        column = "cancelled_by" if name == "actor" else _SOURCES[By(name)].line
    if name in (By.BRAND, By.REGION, "actor"):
        return {column: value}
    if value == "":
        return {f"{column}__isnull": True}
    # A number that no key can be finds nothing.
    return {column: int(value) if value.isascii() and value.isdigit() and len(value) < 18 else -1}


def _within(model: Any, asked: Asked) -> "QuerySet[Any]":
    found = model.objects.filter(currency=asked.currency)
    if model is SpanFact:
        found = found.filter(span__in=spans.cover(asked.since, asked.until))
        found = found.filter(channel__isnull=not (asked.channels or asked.scheme))
    else:
        found = found.filter(day__range=(asked.since, asked.until))
    if asked.channels:
        found = found.filter(channel_id__in=asked.channels)
    if asked.scheme:
        found = found.filter(scheme=asked.scheme)
    return found  # type: ignore[no-any-return]


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
