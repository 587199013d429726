"""
What happened to articles in a period, read as a meter is: what stood there at its end less what stood at its beginning.

Readings are taken on Mondays (`analytics.models.Reading`); the days between a bound of the period and the nearest
Monday, three at most, are added or taken off.  So a year costs what a week costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Min

from analytics.models import Refreshed
from analytics.types import Asked

Days = tuple[date, date]  # the first, and the one after the last


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """weeks: (Monday, sign) of two readings or none; days: (days, sign)."""

    weeks: Sequence[tuple[date, int]]
    days: Sequence[tuple[Days, int]]


def period(since: date, until: date, last: date | None) -> Period:
    """How to read the days from `since` to `until`, both counted, if there are readings up to the Monday `last`."""
    over = until + timedelta(1)
    begin, end = (since, since) if last is None else (_nearest(since, last), _nearest(over, last))
    if begin == end:
        return Period(weeks=[], days=[((since, over), 1)])
    days = [*_between(since, begin, 1), *_between(end, over, 1)]
    return Period(weeks=[(end, 1), (begin, -1)], days=days)


def _nearest(day: date, last: date) -> date:
    near = day + timedelta(3)
    return min(near - timedelta(near.weekday()), last)


def _between(since: date, until: date, sign: int) -> list[tuple[Days, int]]:
    if since == until:
        return []
    return [((since, until), sign)] if since < until else [((until, since), -sign)]


@dataclass(frozen=True, slots=True)
class Narrow:
    """A condition on articles: SQL in which {sku} stands for the column, and what it names."""

    sql: str
    told: dict[str, Any] = field(default_factory=dict)


EVERY = Narrow("TRUE")


def these(skus: Sequence[int]) -> Narrow:
    """Articles of these keys alone; 0: lines of no article."""
    return Narrow("{sku} = ANY(%(skus)s)", {"skus": list(skus)})


def articles(asked: Asked, measures: Sequence[str], narrow: Narrow = EVERY) -> tuple[str, dict[str, Any]]:
    """
    SQL: a relation of (sku, measures…) whose sums by article are the period's, and what it names.

    sku 0: lines of no article.  An empty currency means every one.  Money is in hundredths.  A sum of `facts` that is
    zero says that nothing happened.
    """
    found = period(asked.since, asked.until, Refreshed.objects.aggregate(last=Min("week"))["last"])
    told: dict[str, Any] = {"currency": asked.currency, "channels": list(asked.channels), "scheme": asked.scheme}
    same = " AND currency = %(currency)s" if asked.currency else ""
    same += " AND scheme = %(scheme)s" if asked.scheme else ""
    parts = []
    for number, (week, sign) in enumerate(found.weeks):
        channel = "channel_ref = ANY(%(channels)s)" if asked.channels else "channel_ref = 0"
        told[f"week{number}"] = week
        parts.append(
            f"SELECT sku_ref AS sku, {_signed(measures, sign)} FROM analytics_reading WHERE {channel}"  # noqa: S608
            f" AND week = %(week{number})s{same} AND {narrow.sql.format(sku='sku_ref')}"
        )
    channel = " AND channel_id = ANY(%(channels)s)" if asked.channels else ""
    for number, ((since, over), sign) in enumerate(found.days):
        told |= {f"since{number}": since, f"over{number}": over}
        within = narrow.sql.format(sku="coalesce(sku_id, 0)")
        if skus := narrow.told.get("skus"):  # found by the index of days instead of passing over them
            told[f"days{number}"] = [since + timedelta(day) for day in range((over - since).days)]
            within = (
                f"day = ANY(%(days{number})s) AND (sku_id = ANY(%(skus)s){' OR sku_id IS NULL' if 0 in skus else ''})"
            )
        parts.append(
            f"SELECT coalesce(sku_id, 0), {_signed(measures, sign)} FROM analytics_dailyfact"  # noqa: S608
            f" WHERE day >= %(since{number})s AND day < %(over{number})s{channel}{same}"
            f" AND {within}"
        )
    names = ", ".join(measures)
    read = " UNION ALL ".join(parts)
    return f"(SELECT * FROM ({read}) AS read (sku, {names})) AS read", told | narrow.told  # noqa: S608  our own words


def _signed(measures: Sequence[str], sign: int) -> str:
    return ", ".join(f"{'' if sign > 0 else '-'}{_read(name)}" for name in measures)


def _read(name: str) -> str:
    """Hundredths as a double: it holds whole numbers up to 2^53 exactly, and its sum keeps no state on the heap."""
    return name if name == "facts" or name.endswith(("_pieces", "_missing")) else f"{name}::float8"


def summed(name: str) -> str:
    """SQL: a measure of `articles`, added up."""
    return f"coalesce(sum({name}), 0)::bigint AS {name}"


def ask(sql: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a question; money is still in hundredths."""
    with connection.cursor() as cursor:
        # Two dozen sums of twenty thousand articles would go through files in what every statement may take.
        # Workers would take the other pages' cores, and hand over sums for longer than one process adds them.
        cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL max_parallel_workers_per_gather = 0")
        cursor.execute(sql, told)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def money(hundredths: int | Decimal | None) -> Decimal:
    """A sum of hundredths as money."""
    return Decimal(hundredths or 0).scaleb(-2)
