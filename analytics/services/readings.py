"""Readings: what every article, brand and category came to before each Monday, and so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.backends.utils import CursorWrapper

from analytics.services import groups
from analytics.services.sums import OF_ARTICLE
from analytics.types import SO_FAR

WEEK = timedelta(7)


def monday(day: date) -> date:
    """The Monday on or before a day: what happened on the day is not in its reading yet."""
    return day - timedelta(day.weekday())


@dataclass(frozen=True)
class _Meter:
    """
    A table of readings and the days that it adds up.

    keys: of a reading beside merchant, channel and week, with what each is of a day.  stale: the table of what is other
    than before, from a day on, by some of these keys.
    """

    table: str
    days: str
    keys: Mapping[str, str]
    measures: Sequence[str]
    stale: str
    stale_keys: Sequence[str]
    added: str = "sum({0})"

    @property
    def columns(self) -> str:
        return ", ".join(("merchant_id", "channel_ref", "week", *self.keys, *self.measures))

    def sums(self, *, stale: bool = False) -> str:
        """SQL: what everything came to before %(week)s; stale: of what is other than before alone."""
        of_reading, of_day = (", ".join(f"{row}.{name}" for name in self.measures) for row in ("r", "d"))
        keys, days = ", ".join(self.keys), ", ".join(self.keys.values())
        of = {key: f"r.{key}" for key in self.keys}
        return f"""
            SELECT %(merchant)s::bigint AS merchant_id, channel_ref, %(week)s::date AS week, {keys},
                   {", ".join(f"{self.added.format(name)} AS {name}" for name in self.measures)} FROM (
                SELECT r.channel_ref, {", ".join(of.values())}, {of_reading} FROM {self.table} r
                WHERE r.merchant_id = %(merchant)s AND r.week = %(before)s{self._only(of, stale)}
                UNION ALL
                SELECT c.channel_ref, {days}, {of_day}
                FROM {self.days} d, LATERAL unnest(ARRAY[0, d.channel_id]) AS c (channel_ref)
                WHERE d.merchant_id = %(merchant)s AND d.day < %(week)s AND d.day >= %(before)s
                  {self._only(self.keys, stale)}
            ) known (channel_ref, {keys}, {", ".join(self.measures)})
            GROUP BY channel_ref, {keys} HAVING sum(facts) <> 0 ORDER BY channel_ref, {keys}
        """  # noqa: S608  our own words

    def _only(self, of: Mapping[str, str], stale: bool) -> str:
        """An article is read anew from the first Monday after the first day on which its sums are others."""
        same = " AND ".join(f"s.{key} = {of[key]}" for key in self.stale_keys)
        return f" AND EXISTS (SELECT FROM since s WHERE {same} AND s.day < %(week)s)" if stale else ""

    def read(self, *, stale: bool = False) -> str:
        return f"INSERT INTO {self.table} ({self.columns}) {self.sums(stale=stale)}"

    def put_right(self) -> Sequence[str]:
        """A Monday that was read already is put right where it is wrong: most of it is not."""
        keys = ("merchant_id", "channel_ref", "week", *self.keys)
        kept = f"SELECT {self.columns} FROM {self.table} WHERE {_OF_WEEK}"  # noqa: S608  our own words
        wrong = " AND ".join(f"r.{key} = wrong.{key}" for key in keys)
        return (
            "DROP TABLE IF EXISTS fresh",
            f"CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS {self.sums()}",
            f"DELETE FROM {self.table} r USING ({kept} EXCEPT SELECT {self.columns} FROM fresh) wrong WHERE {wrong}",  # noqa: S608
            f"INSERT INTO {self.table} ({self.columns}) SELECT {self.columns} FROM fresh EXCEPT {kept}",  # noqa: S608
        )


_OF_WEEK = "merchant_id = %(merchant)s AND week = %(week)s"
_METERS = (
    _Meter(
        table="analytics_reading",
        days="analytics_dailyfact",
        keys={"sku_ref": "coalesce(d.sku_id, 0)", "scheme": "d.scheme", "currency": "d.currency"},
        measures=OF_ARTICLE,
        stale="stale",
        stale_keys=("sku_ref",),
        added="nullif(sum({0}), 0)",
    ),
    _Meter(
        table="analytics_groupreading",
        days="analytics_grouptotal",
        keys={name: f"d.{name}" for name in ("kind", "name", "scheme", "currency")},
        measures=groups.MEASURES,
        stale="stale_group",
        stale_keys=("kind", "name"),
    ),
)


def state_week(cursor: CursorWrapper, week: date, told: Mapping[str, Any]) -> None:
    """Put the readings of a Monday right, those of the Monday before being so."""
    _state(cursor, {**told, "week": week, "before": week - WEEK})


def state_so_far(cursor: CursorWrapper, told: Mapping[str, Any], *, last: date) -> None:
    """Put right what everything came to so far, the readings of the last Monday being so."""
    _state(cursor, {**told, "week": SO_FAR, "before": last})


def _state(cursor: CursorWrapper, told: Mapping[str, Any]) -> None:
    for meter in _METERS:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {meter.table} WHERE {_OF_WEEK})", told)  # noqa: S608  our own words
        for statement in meter.put_right() if cursor.fetchone()[0] else (meter.read(),):
            cursor.execute(statement, told)


def forget_others(cursor: CursorWrapper, told: Mapping[str, Any], *, first: date, last: date) -> None:
    """Take out readings of Mondays that there are none for."""
    for meter in _METERS:
        cursor.execute(
            f"DELETE FROM {meter.table} WHERE merchant_id = %(merchant)s AND week <> %(so_far)s"  # noqa: S608  our own words
            " AND (week <= %(first)s OR week > %(last)s)",
            {**told, "first": first, "last": last, "so_far": SO_FAR},
        )


def read_on(cursor: CursorWrapper, told: Mapping[str, Any], *, after: date, upto: date) -> None:
    """Read everything on the Mondays behind `after`, of which there is a reading, up to `upto`."""
    for meter in _METERS:
        _walk(cursor, told, meter.read(), after, upto)


def read_anew(cursor: CursorWrapper, told: Mapping[str, Any], *, upto: date) -> None:
    """
    Read what is other than before anew, each from where its sums are others on; `upto`: the last Monday there are
    readings of.
    """
    for meter in _METERS:
        keys = ", ".join(meter.stale_keys)
        cursor.execute("DROP TABLE IF EXISTS since")
        cursor.execute(
            f"CREATE TEMPORARY TABLE since ON COMMIT DROP AS SELECT {keys}, min(day) AS day"  # noqa: S608  our own words
            f" FROM {meter.stale} GROUP BY {keys}"
        )
        cursor.execute("ANALYZE since")
        cursor.execute("SELECT min(day) FROM since")
        first: date | None = cursor.fetchone()[0]
        if first is None:
            continue
        same = " AND ".join(f"r.{key} = s.{key}" for key in meter.stale_keys)
        cursor.execute(
            f"DELETE FROM {meter.table} r USING since s"  # noqa: S608  our own words
            f" WHERE r.merchant_id = %(merchant)s AND {same} AND r.week > s.day",
            told,
        )
        read = meter.read(stale=True)
        _walk(cursor, told, read, monday(first), upto)
        cursor.execute(read, {**told, "week": SO_FAR, "before": upto})


def _walk(cursor: CursorWrapper, told: Mapping[str, Any], read: str, after: date, upto: date) -> None:
    week = after + WEEK
    while week <= upto:
        cursor.execute(read, {**told, "week": week, "before": week - WEEK})
        week += WEEK
