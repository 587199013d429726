"""
What happened to articles, brands or categories in a period, read as a meter is: what stood there at its end less what
stood at its beginning.

Readings are taken on Mondays, and what happened so far is one as well (`analytics.models.Reading`); the days between
a bound of the period and the nearest reading, three at most, are added or taken off.  So a year costs what a week
costs.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from analytics.models import DailyTotal, Refreshed
from analytics.types import EVENTS, SO_FAR, WITHHELD, Asked, By


@dataclass(frozen=True, slots=True)
class Period:
    """Which readings, by their Monday or `SO_FAR`, and which days are added (1) or taken off (-1)."""

    weeks: Mapping[date, int]
    days: Mapping[date, int]


_NOTHING = Period({}, {})
_A_READING = 1  # it has about as many rows as a day


def period(since: date, until: date, last: date | None, ahead: date | None = None) -> Period:
    """
    How to read the days from `since` to `until`, both counted, if there are readings up to the Monday `last`.

    ahead: the first day from which on nothing happened yet, so that what happened so far is what was before it; None:
    that is not asked.
    """
    over = until + timedelta(1)
    each = Period({}, dict.fromkeys(_from(since, over), 1))
    if last is None:
        return each
    begin, end = _nearest(since, last), _nearest(over, last)
    weeks = {end: 1, begin: -1}
    if ahead is not None and abs(over - ahead) < abs(over - end):
        end, weeks = ahead, {SO_FAR: 1, begin: -1}
    days = dict.fromkeys((*_from(since, begin), *_from(end, over)), 1)
    days |= dict.fromkeys((*_from(begin, since), *_from(over, end)), -1)
    return each if len(each.days) <= len(days) + 2 * _A_READING else Period(weeks, days)


def _nearest(day: date, last: date) -> date:
    near = day + timedelta(3)
    return min(near - timedelta(near.weekday()), last)


def _from(since: date, over: date) -> Iterator[date]:
    """The days from the first one up to, and without, the last."""
    return (since + timedelta(number) for number in range((over - since).days))


@dataclass(frozen=True, slots=True)
class Narrow:
    """A condition on articles: SQL in which {sku} stands for the column, and what it names."""

    sql: str
    told: dict[str, Any] = field(default_factory=dict)


EVERY = Narrow("TRUE")


def these(skus: Sequence[int]) -> Narrow:
    """Articles of these keys alone; 0: lines of no article."""
    return Narrow("{sku} = ANY(%(skus)s)", {"skus": list(skus)})


@dataclass(frozen=True, slots=True)
class _Subject:
    """What there are readings and days of.  of_reading, of_day: its key there; sparse: what did not happen is null."""

    readings: str
    days: str
    of_reading: str
    of_day: str
    sparse: bool


_ARTICLES = _Subject("analytics_reading", "analytics_dailyfact", "sku_ref", "coalesce(sku_id, 0)", sparse=True)
_GROUPS = _Subject("analytics_groupreading", "analytics_grouptotal", "name", "name", sparse=False)


def articles(asked: Asked, measures: Sequence[str], narrow: Narrow = EVERY) -> tuple[str, dict[str, Any]]:
    """
    SQL: a relation of (sku, measures…) whose sums by article are the period's, and what it names.

    sku 0: lines of no article.  An empty currency means every one.  Money is in hundredths.
    """
    return _relation(_ARTICLES, asked, measures, narrow, "sku", beside_before=False)


def groups(asked: Asked, by: By, measures: Sequence[str], name: str | None = None) -> tuple[str, dict[str, Any]]:
    """
    SQL: the same of (name, measures…, before) by brand or category, all of them or the one of a name.

    name: "" where articles have none; that of a category is its key.  before: the ordered money of the days before;
    what both periods read is read once.
    """
    told = {"kind": by.value}
    if name is None:
        return _relation(_GROUPS, asked, measures, Narrow("kind = %(kind)s", told), "name", beside_before=True)
    one = Narrow("kind = %(kind)s AND name = %(name)s", {**told, "name": name})
    return _relation(_GROUPS, asked, measures, one, "name", beside_before=True)


def _relation(
    subject: _Subject, asked: Asked, measures: Sequence[str], narrow: Narrow, key: str, *, beside_before: bool
) -> tuple[str, dict[str, Any]]:
    last = Refreshed.objects.aggregate(last=Min("week"))["last"]
    ahead, telling = _kept(asked)
    now = period(asked.since, asked.until, last, ahead)
    then = period(asked.before().since, asked.before().until, last) if beside_before else _NOTHING
    told: dict[str, Any] = {"currency": asked.currency, "channels": list(asked.channels), "scheme": asked.scheme}
    same = "".join(f" AND {name} = %({name})s" for name in telling)
    parts = []
    for number, (week, signs) in enumerate(sorted(_signs(now.weeks, then.weeks).items())):
        channel = "channel_ref = ANY(%(channels)s)" if asked.channels else "channel_ref = 0"
        told[f"week{number}"] = week
        parts.append(
            f"SELECT {subject.of_reading}, {_signed(measures, signs, beside_before)} FROM {subject.readings}"  # noqa: S608
            f" WHERE {channel} AND week = %(week{number})s{same} AND {narrow.sql.format(sku=subject.of_reading)}"
        )
    skus = narrow.told.get("skus")
    when, within = "day >= %(since{0})s AND day <= %(until{0})s", narrow.sql.format(sku=subject.of_day)
    if skus:  # found by the index of days instead of passing over them
        when, within = "day = ANY(%(days{0})s)", f"(sku_id = ANY(%(skus)s){' OR sku_id IS NULL' if 0 in skus else ''})"
    if asked.channels:
        within += " AND channel_id = ANY(%(channels)s)"
    if subject.sparse:
        within += _eventful(measures)
    runs = [(signs, days, when) for signs, days in _runs(_signs(now.days, then.days))]
    if ahead is not None and SO_FAR in now.weeks:  # what came in since that was asked is no part of the period
        runs.append(((-1, 0), [ahead], "day >= %(since{0})s"))
    for number, (signs, days, when) in enumerate(runs):
        told |= {f"since{number}": days[0], f"until{number}": days[-1], f"days{number}": days}
        parts.append(
            f"SELECT {subject.of_day}, {_signed(measures, signs, beside_before)} FROM {subject.days}"  # noqa: S608
            f" WHERE {when.format(number)}{same} AND {within}"
        )
    names = ", ".join([key, *measures, *(["before"] if beside_before else [])])
    read = " UNION ALL ".join(parts)
    return f"(SELECT * FROM ({read}) AS read ({names})) AS read", told | narrow.told  # noqa: S608  our own words


def _kept(asked: Asked) -> tuple[date | None, list[str]]:
    """
    The first day from which on nothing happened yet, and which of currency and scheme leave anything out.

    Most merchants have one of each, and comparing a word, which takes as long as adding a measure, is done for every
    row.
    """
    there = list(DailyTotal.objects.values_list("currency", "scheme").annotate(last=Max("day")))
    words = {"currency": {row[0] for row in there}, "scheme": {row[1] for row in there}}
    telling = [name for name, kept in words.items() if (wanted := getattr(asked, name)) and kept != {wanted}]
    last: date | None = max((row[2] for row in there), default=None)
    return last and last + timedelta(1), telling


_Signs = tuple[int, int]  # in the period, and in the one before


def _signs(now: Mapping[date, int], then: Mapping[date, int]) -> dict[date, _Signs]:
    return {each: (now.get(each, 0), then.get(each, 0)) for each in {*now, *then}}


def _runs(days: Mapping[date, _Signs]) -> Iterator[tuple[_Signs, list[date]]]:
    """Days without a gap that count alike."""
    numbered = enumerate(sorted(days))
    for (_first, signs), run in groupby(numbered, lambda each: (each[1].toordinal() - each[0], days[each[1]])):
        yield signs, [day for _number, day in run]


def _signed(measures: Sequence[str], signs: _Signs, beside_before: bool) -> str:
    columns = [_times(signs[0], name) for name in measures]
    return ", ".join([*columns, _times(signs[1], "ordered_amount")] if beside_before else columns)


def _times(sign: int, name: str) -> str:
    """A measure added or taken off; what does not count is null, which sums pass over."""
    if sign == 0:
        return f"NULL::{'int' if _is_count(name) else 'float8'}"
    return f"{'' if sign > 0 else '-'}{_read(name)}"


def _eventful(measures: Sequence[str]) -> str:
    """
    SQL: the day has any of the events that the measures are of; empty where they are of all.

    What is withheld or assumed hangs on a delivery, a return or a report.  Two thirds of an article's days have none.
    """
    read = {part for name in measures for part in _COMPUTED.get(name, (name,))}
    events = {event for event in EVENTS if any(name.startswith(f"{event}_") for name in read)}
    told = [f"{event}_pieces" for event in EVENTS if event in events] + [name for name in WITHHELD if name in read]
    return "" if not told or len(events) == len(EVENTS) else f" AND coalesce({', '.join(told)}) IS NOT NULL"


def _is_count(name: str) -> bool:
    return name.endswith(("_pieces", "_missing"))


# What is worked out of the first measure and those that are taken off it.
_COMPUTED: Mapping[str, Sequence[str]] = {
    "rest": (
        *("delivered_amount", "returned_amount", *WITHHELD, "fee_estimated"),
        *(f"{name}_assumed" for name in ("fee", "logistics", "storage", "ads", "acquiring", "tax", "vat")),
    )
}


def _read(name: str) -> str:
    """Hundredths as a double: it holds whole numbers up to 2^53 exactly, and its sum keeps no state on the heap."""
    if parts := _COMPUTED.get(name):
        return f"({' - '.join(f'coalesce({part}, 0)' for part in parts)})::float8"
    return name if _is_count(name) else f"{name}::float8"


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
