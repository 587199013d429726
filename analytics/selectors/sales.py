"""Sums of what was ordered, cancelled, shipped, delivered and returned."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, Min, Q, QuerySet, Sum
from django.http import QueryDict

from analytics.models import CancelTotal, DailyTotal, HourTotal, LineFact, Rebuild, Refreshed, RegionTotal
from analytics.selectors import meter
from analytics.types import EVENTS, Asked, By, Event, Row, Sums
from catalog.models import Category, Channel, Sku
from merchants.selectors.first_rows import first_rows

ROWS = 100  # shown on a page, whose weight they are; files have all
ALL = 1_000_000
LINES = 100
_AT_ONCE = 5_000  # lines read for a file
_MEASURES = tuple(f"{event}_{what}" for event in EVENTS for what in ("orders", "pieces", "amount"))
# What left us is told of days and channels alone: a third of an article's days have no other event.
_EVENTS_OF_ARTICLE = tuple(event for event in EVENTS if event != "shipped")
_OF_ARTICLE = tuple(f"{event}_{what}" for event in _EVENTS_OF_ARTICLE for what in ("pieces", "amount"))
_HAPPENED = " OR ".join(f"sum({event}_pieces) <> 0" for event in _EVENTS_OF_ARTICLE)


@dataclass(frozen=True)
class _Source:
    """Which table of totals answers, by which column, and what it knows."""

    model: Any
    column: str
    measures: Sequence[str] = _MEASURES


_SOURCES: Mapping[By, _Source] = {
    By.DAY: _Source(DailyTotal, "day"),
    By.CHANNEL: _Source(DailyTotal, "channel_id"),
    By.REGION: _Source(RegionTotal, "region", _MEASURES[:3]),
}
_GROUPED = frozenset({By.CATEGORY, By.BRAND})
_OF_GOODS = _GROUPED | {By.SKU}
# Where lines keep the same.
_OF_LINES: Mapping[str, str] = {
    By.CHANNEL: "channel_id",
    By.CATEGORY: "sku__product__category_id",
    By.BRAND: "sku__product__brand",
    By.SKU: "sku_id",
    By.REGION: "region",
    "hour": "ordered_hour",
    "weekday": "ordered_day__iso_week_day",
    "actor": "cancelled_by",
    "reason": "cancel_reason",
    "back": "return_reason",
    "late": "late",
}
_TEXTS = frozenset({By.BRAND, By.REGION, "actor", "reason", "back"})
# Orders have several articles, so rows of these cannot count them; a region is told when the order is made.
COUNTS_ORDERS = frozenset({By.DAY, By.CHANNEL, By.REGION})
ONLY_ORDERED = frozenset({By.REGION})


def fresh_at() -> datetime | None:
    """Up to when the facts of all merchants seen hold every change; None: nothing was ever counted."""
    found: datetime | None = Refreshed.objects.aggregate(upto=Min("upto"))["upto"]
    return found


def rebuilding() -> int | None:
    """How many percent of the facts are stated anew, of the merchant that is least far; None: none is at it."""
    return min((each.percent for each in Rebuild.objects.all()), default=None)


def currencies() -> list[str]:
    """Which currencies there are sums in."""
    return sorted(set(DailyTotal.objects.values_list("currency", flat=True).distinct()))


def totals(asked: Asked) -> Sums:
    """Everything in the period."""
    return Sums.of(within(DailyTotal, asked).aggregate(**_summed(_MEASURES)))


def by_day(asked: Asked) -> list[tuple[date, Sums]]:
    """Every day of the period, also those on which nothing happened."""
    rows = within(DailyTotal, asked).values("day").annotate(**_summed(_MEASURES))
    found = {row["day"]: Sums.of(row) for row in rows}
    days = [asked.since + timedelta(number) for number in range(asked.days)]
    return [(day, found.get(day, Sums())) for day in days]


def table(asked: Asked, by: By, *, limit: int = ROWS) -> list[Row]:
    """
    The period laid out, days in their order, everything else by ordered money, the most first.

    At most `limit` rows but for days; `totals` says what all of them come to.
    """
    if by in _GROUPED:
        return _grouped(asked, by, limit)
    return _articles(asked, limit) if by == By.SKU else _laid_out(asked, by, limit)


def _grouped(asked: Asked, by: By, limit: int) -> list[Row]:
    read, told = meter.groups(asked, by, _OF_ARTICLE)
    rows = meter.ask(_BY_GROUP.format(read=read), {**told, "limit": limit})
    for row in rows:
        row |= {"key": _group(by, row["name"]), **_amounts(row)}
    return _rows(asked, by, rows, {row["key"]: meter.money(row["before"]) for row in rows})


def _group(by: By, name: str) -> str | int | None:
    if by == By.BRAND:
        return name
    return int(name) if name else None


def _articles(asked: Asked, limit: int) -> list[Row]:
    read, told = meter.articles(asked, _OF_ARTICLE)
    rows = meter.ask(_BY_SKU.format(read=read), {**told, "limit": limit})
    for row in rows:
        row |= _amounts(row)
    return _rows(asked, By.SKU, rows, _of_skus_before(asked, rows))


def _amounts(row: Mapping[str, Any]) -> dict[str, Decimal]:
    return {name: meter.money(row[name]) for name in _OF_ARTICLE if name.endswith("_amount")}


def _of_skus_before(asked: Asked, rows: Sequence[Mapping[str, Any]]) -> dict[Any, Decimal]:
    """Ordered money in the days before; there may be far more articles than are shown."""
    shown = meter.these([row["key"] or 0 for row in rows])
    read, told = meter.articles(asked.before(), ("ordered_amount",), shown)
    found = meter.ask(_SKU_BEFORE.format(read=read), told)
    return {row["key"]: meter.money(row["amount"]) for row in found}


_BY_GROUP = f"""
    SELECT name, {", ".join(meter.summed(name) for name in (*_OF_ARTICLE, "before"))}
    FROM {{read}} GROUP BY name HAVING {_HAPPENED} ORDER BY ordered_amount DESC, name LIMIT %(limit)s
"""  # noqa: S608  our own words
_BY_SKU = f"""
    SELECT nullif(sku, 0) AS key, {", ".join(meter.summed(name) for name in _OF_ARTICLE)}
    FROM {{read}} GROUP BY sku HAVING {_HAPPENED} ORDER BY ordered_amount DESC, key LIMIT %(limit)s
"""  # noqa: S608  our own words
_SKU_BEFORE = "SELECT nullif(sku, 0) AS key, sum(ordered_amount)::bigint AS amount FROM {read} GROUP BY sku"


def _laid_out(asked: Asked, by: By, limit: int) -> list[Row]:
    source = _SOURCES[by]
    found = within(source.model, asked).annotate(key=F(source.column)).values("key")
    order, most = ("key", None) if by == By.DAY else ("-ordered_amount", limit)
    rows = list(found.annotate(**_summed(source.measures)).order_by(order, "key")[:most])
    return _rows(asked, by, rows, _before(asked, by))


def _before(asked: Asked, by: By) -> dict[Any, Decimal]:
    """Ordered money of the same rows in the days before; a day is beside the day that stands in its place."""
    source = _SOURCES[by]
    found = within(source.model, asked.before()).annotate(key=F(source.column)).values("key")
    rows = found.annotate(amount=Sum("ordered_amount")).order_by()
    shift = timedelta(asked.days if by == By.DAY else 0)
    return {row["key"] + shift if by == By.DAY else row["key"]: row["amount"] or Decimal(0) for row in rows}


def _rows(asked: Asked, by: By, rows: Sequence[Mapping[str, Any]], before: Mapping[Any, Decimal]) -> list[Row]:
    whole = totals(asked).ordered_amount
    labels = _labels(by, [row["key"] for row in rows])
    return [
        Row(
            key="" if row["key"] is None else str(row["key"]),
            label=labels.get(row["key"], str(row["key"] or "")),
            sums=Sums.of(row),
            before=before.get(row["key"], Decimal(0)),
            share=(100 * row["ordered_amount"] / whole).quantize(Decimal("0.1")) if whole else Decimal(0),
        )
        for row in rows
    ]


def _summed(measures: Sequence[str]) -> dict[str, Sum]:
    return {name: Sum(name) for name in measures}


def hours(asked: Asked) -> list[list[int]]:
    """Orders by weekday (Monday first) and hour of the merchant's day: 7 × 24."""
    grid = [[0] * 24 for _ in range(7)]
    rows = within(HourTotal, asked).values_list("day__iso_week_day", "hour").annotate(Sum("ordered_orders"))
    for weekday, hour, orders in rows:
        grid[weekday - 1][hour] = orders
    return grid


def lines(asked: Asked, event: Event, among: Mapping[str, str]) -> QuerySet[LineFact]:
    """
    The order lines that a number is the sum of.

    among: rows of tables by their `By`, `hour` and `weekday` of the map, `actor` and `reason` of cancellations, `back`:
    the reason of returns, `late`: the first line of each order handed over late; what is not understood finds nothing.
    """
    days: dict[str, object] = {f"{event}_day__range": (asked.since, asked.until)}
    if event == Event.ORDERED and "weekday" in among:  # named day by day, they are found by index
        among = dict(among)
        days = {"ordered_day__in": _on(asked, _number(among.pop("weekday")))}
    found = LineFact.objects.filter(**days)
    if "late" not in among:  # orders are counted in every currency
        found = found.filter(currency=asked.currency)
    if asked.channels:
        found = found.filter(channel_id__in=asked.channels)
    if asked.scheme:
        found = found.filter(scheme=asked.scheme)
    return _among(found, among)


def _on(asked: Asked, weekday: int) -> list[date]:
    """The days of the period that are this day of the week (1: Monday)."""
    days = (asked.since + timedelta(number) for number in range(asked.days))
    return [day for day in days if day.isoweekday() == weekday]


_NARROWED = (By.CATEGORY, By.BRAND, By.SKU, By.REGION, "hour", "weekday", "actor", "reason", "back")


def lines_asked(query: QueryDict) -> tuple[Event, dict[str, str]]:
    """Of which event lines are asked for in an address, and beneath which rows."""
    event = Event(str(query["event"])) if query.get("event") in Event.values else Event.ORDERED
    return event, {str(name): str(query[name]).replace("\x00", "") for name in _NARROWED if name in query}


def every_line(asked: Asked, event: Event, among: Mapping[str, str]) -> Iterator[tuple[LineFact, date]]:
    """All of `lines` with the day of their event, the newest first, read page by page."""
    after = ""
    while True:
        page = lines_page(asked, event, among, after=after, length=_AT_ONCE)
        yield from page
        if not (after := page.next_key):
            return


@dataclass(frozen=True, slots=True, kw_only=True)
class LinesPage:
    """Some order lines with the day of their event, the newest first.  next_key: of what follows, "" at the end."""

    rows: Sequence[tuple[LineFact, date]]
    next_key: str

    def __iter__(self) -> Iterator[tuple[LineFact, date]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def lines_page(
    asked: Asked, event: Event, among: Mapping[str, str], *, after: str = "", length: int = LINES
) -> LinesPage:
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
    order = f"-{day}", "-line_ref"
    # The keys first: where all lines have to be sorted, the index tells them, and none is read that is not shown.
    first = first_rows(found, *order, limit=length + 1, merchant_ids=own).values_list("pk", flat=True)
    told = LineFact.objects.filter(pk__in=list(first)).order_by(*order).select_related("order", "sku", "channel")
    shown = [(line, getattr(line, day)) for line in told]
    more = len(shown) > length
    del shown[length:]
    return LinesPage(rows=shown, next_key=f"{shown[-1][1]}_{shown[-1][0].line_ref}" if more else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beneath:
    """What the order lines of a number come to.  orders: None where they cannot be told without counting them all."""

    orders: int | None
    pieces: int
    amount: Decimal


def beneath(asked: Asked, event: Event, among: Mapping[str, str]) -> Beneath:
    """The sum of `lines`, read from the sums that the number itself was read from where there is one."""
    if len(among) == 1 and (one := _one(asked, event, among)) is not None:
        read, told = one
        (row,) = meter.ask(_BENEATH.format(event=event, read=read), told)
        return Beneath(orders=None, pieces=int(row["pieces"] or 0), amount=meter.money(row["amount"]))
    if event == Event.RETURNED and among.keys() == {"back"}:
        return _returned(asked, among["back"])
    model = _totals_of(event, frozenset(among))
    if model is None:
        row = lines(asked, event, among).aggregate(pieces=Sum("pieces"), amount=Sum("amount"))
        return Beneath(orders=None, pieces=row["pieces"] or 0, amount=row["amount"] or Decimal(0))
    found = within(model, asked)
    for name, value in among.items():
        found = found.filter(**_condition({**_OF_LINES, **_OF_TOTALS}[name], name, value))
    row = found.aggregate(**{what: Sum(f"{event}_{what}") for what in ("orders", "pieces", "amount")})
    return Beneath(orders=row["orders"] or 0, pieces=row["pieces"] or 0, amount=row["amount"] or Decimal(0))


def returns_told(asked: Asked) -> QuerySet[LineFact]:
    """Lines of what came back, of which a marketplace says why."""
    return lines(asked, Event.RETURNED, {}).exclude(return_reason="")


def _returned(asked: Asked, reason: str) -> Beneath:
    told = returns_told(asked).filter(return_reason=reason) if reason else returns_told(asked)
    sums = told.aggregate(orders=Sum("leads"), pieces=Sum("pieces"), amount=Sum("amount"))
    orders, pieces, amount = sums["orders"] or 0, sums["pieces"] or 0, sums["amount"] or Decimal(0)
    if reason:
        return Beneath(orders=orders, pieces=pieces, amount=amount)
    whole = totals(asked)
    rest = whole.returned_pieces - pieces, whole.returned_amount - amount
    return Beneath(orders=(whole.returned_orders or 0) - orders, pieces=rest[0], amount=rest[1])


_BENEATH = "SELECT sum({event}_pieces)::bigint AS pieces, sum({event}_amount)::bigint AS amount FROM {read}"
_OF_TOTALS = {"hour": "hour", "weekday": "day__iso_week_day", "reason": "reason"}


def _totals_of(event: Event, among: frozenset[str]) -> Any:
    if not among:
        return DailyTotal
    if event == Event.ORDERED and among <= {"hour", "weekday"}:
        return HourTotal
    if event == Event.CANCELLED and among <= {"actor", "reason"}:
        return CancelTotal
    return RegionTotal if event == Event.ORDERED and among == {By.REGION} else None


def _one(asked: Asked, event: Event, among: Mapping[str, str]) -> tuple[str, dict[str, Any]] | None:
    """What one article, brand or category came to; None: that is not what is asked."""
    ((name, value),) = among.items()
    measures = (f"{event}_pieces", f"{event}_amount")
    if name == By.SKU:
        return meter.articles(asked, measures, meter.these([_number(value) if value else 0]))
    if name == By.BRAND:
        return meter.groups(asked, By.BRAND, measures, value)
    if name == By.CATEGORY:
        return meter.groups(asked, By.CATEGORY, measures, str(_number(value)) if value else "")
    return None


def _among(found: "QuerySet[LineFact]", among: Mapping[str, str]) -> "QuerySet[LineFact]":
    for name, value in among.items():
        if name == By.BRAND and not value:
            found = found.filter(Q(sku__isnull=True) | Q(sku__product__brand=""))
        else:
            found = found.filter(**_condition(_OF_LINES[name], name, value))
    return found


def _condition(column: str, name: str, value: str) -> dict[str, object]:
    if name in _TEXTS:
        return {column: value}
    return {column: _number(value)} if value else {f"{column}__isnull": True}


def _number(value: str) -> int:
    """A key; what can be none finds nothing."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 18 else -1


def within(model: Any, asked: Asked) -> "QuerySet[Any]":
    """Rows of a table of totals that the question is about."""
    found = model.objects.filter(currency=asked.currency, day__range=(asked.since, asked.until))
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
