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


def _read(which: str) -> str:
    measures = ", ".join(f"r.{name}" for name in OF_ARTICLE)
    days = ", ".join(f"d.{name}" for name in OF_ARTICLE)
    sums = ", ".join(f"nullif(sum({name}), 0)" for name in OF_ARTICLE)
    return f"""
        INSERT INTO analytics_reading
            (merchant_id, channel_ref, week, sku_ref, scheme, currency, {", ".join(OF_ARTICLE)})
        SELECT %(merchant)s, channel_ref, %(week)s, sku_ref, scheme, currency, {sums} FROM (
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


def read_on(cursor: CursorWrapper, told: Mapping[str, Any], *, after: date, upto: date) -> None:
    """Read every article on the Mondays behind `after`, of which there is a reading, up to `upto`."""
    _walk(cursor, told, _read(_ALL), after, upto)


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
    _walk(cursor, told, _read(_STALE), monday(first), upto)


def _walk(cursor: CursorWrapper, told: Mapping[str, Any], read: str, after: date, upto: date) -> None:
    week = after + WEEK
    while week <= upto:
        cursor.execute(read, {**told, "week": week, "before": week - WEEK})
        week += WEEK
