"""Readings: what every article came to before each Monday."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.backends.utils import CursorWrapper

from analytics.services.sums import OF_ARTICLE

WEEK = timedelta(7)


def monday(day: date) -> date:
    """The Monday on or before a day: what happened on the day is not in its reading yet."""
    return day - timedelta(day.weekday())


# With `stale`, an article is read anew from the first Monday after the first day on which its sums are others.
_ALL, _STALE = "TRUE", "EXISTS (SELECT FROM since s WHERE s.sku_ref = {0} AND s.day < %(week)s)"


_KEYS = ("merchant_id", "channel_ref", "week", "sku_ref", "scheme", "currency")
_COLUMNS = ", ".join((*_KEYS, *OF_ARTICLE))


def _sums(which: str) -> str:
    measures = ", ".join(f"r.{name}" for name in OF_ARTICLE)
    days = ", ".join(f"d.{name}" for name in OF_ARTICLE)
    sums = ", ".join(f"nullif(sum({name}), 0) AS {name}" for name in OF_ARTICLE)
    return f"""
        SELECT %(merchant)s::bigint AS merchant_id, channel_ref, %(week)s::date AS week, sku_ref, scheme, currency,
               {sums} FROM (
            SELECT r.channel_ref, r.sku_ref, r.scheme, r.currency, {measures} FROM analytics_reading r
            WHERE r.merchant_id = %(merchant)s AND r.week = %(before)s AND {which.format("r.sku_ref")}
            UNION ALL
            SELECT c.channel_ref, coalesce(d.sku_id, 0), d.scheme, d.currency, {days}
            FROM analytics_dailyfact d, LATERAL unnest(ARRAY[0, d.channel_id]) AS c (channel_ref)
            WHERE d.merchant_id = %(merchant)s AND d.day < %(week)s AND d.day >= %(before)s
              AND {which.format("coalesce(d.sku_id, 0)")}
        ) known
        GROUP BY channel_ref, sku_ref, scheme, currency HAVING sum(facts) <> 0 ORDER BY channel_ref, sku_ref
    """  # noqa: S608  our own words


_READ, _READ_STALE = (f"INSERT INTO analytics_reading ({_COLUMNS}) {_sums(which)}" for which in (_ALL, _STALE))
_OF_WEEK = "merchant_id = %(merchant)s AND week = %(week)s"
# A Monday that was read already is put right where it is wrong: most of it is not.
_PUT_RIGHT = (
    "DROP TABLE IF EXISTS fresh",
    f"CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS {_sums(_ALL)}",
    f"""
    DELETE FROM analytics_reading r USING (
        SELECT {_COLUMNS} FROM analytics_reading WHERE {_OF_WEEK} EXCEPT SELECT {_COLUMNS} FROM fresh
    ) wrong WHERE {" AND ".join(f"r.{key} = wrong.{key}" for key in _KEYS)}
    """,  # noqa: S608  our own words
    f"""
    INSERT INTO analytics_reading ({_COLUMNS})
    SELECT {_COLUMNS} FROM fresh EXCEPT SELECT {_COLUMNS} FROM analytics_reading WHERE {_OF_WEEK}
    """,  # noqa: S608  our own words
)


def state_week(cursor: CursorWrapper, week: date, told: Mapping[str, Any]) -> None:
    """Put the readings of a Monday right, those of the Monday before being so."""
    told = {**told, "week": week, "before": week - WEEK}
    cursor.execute(f"SELECT EXISTS (SELECT FROM analytics_reading WHERE {_OF_WEEK})", told)  # noqa: S608  our own words
    for statement in _PUT_RIGHT if cursor.fetchone()[0] else (_READ,):
        cursor.execute(statement, told)


def forget_others(cursor: CursorWrapper, told: Mapping[str, Any], *, first: date, last: date) -> None:
    """Take out readings of Mondays that there are none for."""
    cursor.execute(
        "DELETE FROM analytics_reading WHERE merchant_id = %(merchant)s AND (week <= %(first)s OR week > %(last)s)",
        {**told, "first": first, "last": last},
    )


def read_on(cursor: CursorWrapper, told: Mapping[str, Any], *, after: date, upto: date) -> None:
    """Read every article on the Mondays behind `after`, of which there is a reading, up to `upto`."""
    _walk(cursor, told, _READ, after, upto)


def read_anew(cursor: CursorWrapper, told: Mapping[str, Any], *, upto: date) -> None:
    """Read the articles of `stale` anew, each from where its sums are others on."""
    cursor.execute("DROP TABLE IF EXISTS since")
    cursor.execute(
        "CREATE TEMPORARY TABLE since ON COMMIT DROP AS"
        " SELECT sku_ref, min(day) AS day FROM stale WHERE day < %s GROUP BY sku_ref",
        [upto],
    )
    cursor.execute("ANALYZE since")
    cursor.execute("SELECT min(day) FROM since")
    first: date | None = cursor.fetchone()[0]
    if first is None:
        return
    cursor.execute(
        "DELETE FROM analytics_reading r USING since s"
        " WHERE r.merchant_id = %(merchant)s AND r.sku_ref = s.sku_ref AND r.week > s.day",
        told,
    )
    _walk(cursor, told, _READ_STALE, monday(first), upto)


def _walk(cursor: CursorWrapper, told: Mapping[str, Any], read: str, after: date, upto: date) -> None:
    week = after + WEEK
    while week <= upto:
        cursor.execute(read, {**told, "week": week, "before": week - WEEK})
        week += WEEK
