"""
The sums of days, moved by lines.

A refresh adds Σ(new lines) − Σ(lines known before); a rebuild adds, day after day, Σ(all lines) − what is kept, so
that it writes where something was wrong, and nowhere else.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.backends.utils import CursorWrapper

from analytics.models import (
    CancelTotal,
    DailyTotal,
    GroupTotal,
    HourlyFact,
    HourTotal,
    PaceTotal,
    RegionTotal,
)
from analytics.services import costs, groups, pricing
from analytics.types import EVENTS, WITHHELD

Source = Callable[[str], str]
_COVERED = ("covered_pieces", "covered_amount", "back_pieces", "back_amount", "estimated_amount")
_TOTAL = ("facts", *(f"{event}_{what}" for event in EVENTS for what in ("orders", "pieces", "amount")))
_COSTS = (*WITHHELD, "fee_estimated")
_HAPPENED = ("facts", *(f"{event}_{what}" for event in EVENTS for what in ("pieces", "amount")), *_COSTS)
OF_ARTICLE = (*_HAPPENED, *pricing.PRICED)
_MADE = ("facts", "ordered_orders", "ordered_pieces", "ordered_amount")
_HUNDREDTHS = "(amount * 100)::bigint"


def of_difference(_event: str) -> str:
    """Lines that a refresh found to differ."""
    return "difference"


def of_day(event: str) -> str:
    """Lines of which an event stands on %(day)s."""
    within = "f.merchant_id = %(merchant)s AND f.{0}_day = %(day)s".format
    ways = [within(event)]
    if event == "settled":
        ways = [
            f"{within('delivered')} AND f.settled_day IS NOT NULL",
            f"{within('settled')} AND f.delivered_day IS NULL",
        ]
    found = " UNION ALL ".join(f"SELECT 1 AS sign, f.* FROM analytics_linefact f WHERE {way}" for way in ways)  # noqa: S608
    return f"({found}) lines"


def _happened(event: str, source: Source) -> str:
    measures = ", ".join(
        f"sign * {what} AS {name}_{word}" if name == event else f"0 AS {name}_{word}"
        for name in EVENTS
        for word, what in (("orders", "leads"), ("pieces", "pieces"), ("amount", _HUNDREDTHS))
    )
    return (
        "SELECT merchant_id, sku_id, channel_id, scheme, channel_warehouse_id, currency,"  # noqa: S608  our own words
        f" {event}_day AS day, sign AS facts, {measures}, {_costs(event)} FROM {source(event)}"
        f" WHERE {event}_day IS NOT NULL"
    )


def _costs(event: str) -> str:
    """
    What a commissioner withheld, and which part of what was delivered or returned that is.

    Of lines that nobody reported: the fee that the order said, which goes back with what is returned.
    """
    told: dict[str, str] = {}
    if event == "settled":
        told = {cost: f"sign * ({cost} * 100)::bigint" for cost in WITHHELD}
    elif event in {"delivered", "returned"}:
        reported, covers = "sign * (settled_day IS NOT NULL)::int", "covered" if event == "delivered" else "back"
        told = {f"{covers}_pieces": f"{reported} * pieces", f"{covers}_amount": f"{reported} * {_HUNDREDTHS}"}
        way = "sign" if event == "delivered" else "-sign"
        estimated = f"{way} * (settled_day IS NULL AND estimated_fee IS NOT NULL)::int"
        told |= {"estimated_amount": f"{estimated} * {_HUNDREDTHS}"}
        told |= {"fee_estimated": f"{estimated} * (coalesce(estimated_fee, 0) * 100)::bigint"}
    return ", ".join(f"{told.get(cost, '0')} AS {cost}" for cost in (*_COVERED, *_COSTS))


def _moved(source: Source) -> str:
    measures = ", ".join(f"sum({name}) AS {name}" for name in (*_TOTAL, *_COVERED, *_COSTS))
    return f"""
        CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
        SELECT merchant_id, day, sku_id, channel_id, scheme, channel_warehouse_id, currency, {measures}
        FROM ({" UNION ALL ".join(_happened(event, source) for event in (*EVENTS, "settled"))}) happened
        GROUP BY merchant_id, day, sku_id, channel_id, scheme, channel_warehouse_id, currency
    """  # noqa: S608  our own words


def _made(source: Source) -> str:
    return f"""
        (SELECT merchant_id, ordered_day AS day, ordered_hour AS hour, channel_id, scheme, region, currency,
                sign AS facts, sign * leads AS ordered_orders, sign * pieces AS ordered_pieces,
                sign * {_HUNDREDTHS} AS ordered_amount FROM {source("ordered")}) made
    """  # noqa: S608  our own words


def _cancelled(source: Source) -> str:
    return f"""
        (SELECT merchant_id, cancelled_day AS day, channel_id, scheme, cancelled_by, cancel_reason AS reason, currency,
                sign AS facts, sign * leads AS cancelled_orders, sign * pieces AS cancelled_pieces,
                sign * {_HUNDREDTHS} AS cancelled_amount
         FROM {source("cancelled")} WHERE cancelled_day IS NOT NULL) cancelled
    """  # noqa: S608  our own words


def _handed_over(source: Source) -> str:
    return f"""
        (SELECT merchant_id, shipped_day AS day, channel_id, scheme, pace_hours, sign AS facts,
                sign * (late IS NOT NULL)::int AS due, sign * coalesce(late, 0) AS late
         FROM {source("shipped")} WHERE pace_hours IS NOT NULL) handed_over
    """  # noqa: S608  our own words


@dataclass(frozen=True)
class _Total:
    """A table of sums without article: its keys, its measures, and where both are read."""

    table: str
    keys: tuple[str, ...]
    measures: tuple[str, ...]
    read: Callable[[Source], str]

    def move(self, source: Source, *, kept: str = "") -> str:
        """SQL; kept: a condition on rows of the table that the source states anew, so only the rest is added."""
        keys = ", ".join(("merchant_id", *self.keys))
        named = f"{keys}, {', '.join(self.measures)}"
        fresh = self.read(source)
        if kept:
            less = ", ".join(f"-{name}" for name in self.measures)
            fresh = (
                f"(SELECT {named} FROM {fresh} UNION ALL SELECT {keys}, {less} FROM {self.table} WHERE {kept}) fresh"  # noqa: S608
            )
        sums = ", ".join(f"sum({name}) AS {name}" for name in self.measures)
        added = ", ".join(f"{name} = t.{name} + excluded.{name}" for name in self.measures)
        return f"""
            WITH put AS (
                INSERT INTO {self.table} AS t ({named})
                SELECT {keys}, {sums} FROM {fresh}
                GROUP BY {keys} HAVING {_any(f"sum({name}) <> 0" for name in self.measures)} ORDER BY {keys}
                ON CONFLICT ({keys}) DO UPDATE SET {added} RETURNING t.id, t.facts
            ) INSERT INTO emptied SELECT id FROM put WHERE facts = 0
        """  # noqa: S608  our own words


def _any(conditions: Iterable[str]) -> str:
    return " OR ".join(conditions)


_GROUPS = _Total(
    GroupTotal._meta.db_table,
    ("kind", "day", "name", "channel_id", "scheme", "currency"),
    groups.MEASURES,
    lambda _source: "grouped",
)
_CANCELLED = ("facts", "cancelled_orders", "cancelled_pieces", "cancelled_amount")
_TOTALS = (
    _Total(DailyTotal._meta.db_table, ("day", "channel_id", "scheme", "currency"), _TOTAL, lambda _source: "moved"),
    _Total(HourlyFact._meta.db_table, ("day", "hour", "channel_id", "scheme", "region", "currency"), _MADE, _made),
    _Total(HourTotal._meta.db_table, ("day", "hour", "channel_id", "scheme", "currency"), _MADE, _made),
    _Total(RegionTotal._meta.db_table, ("day", "channel_id", "scheme", "region", "currency"), _MADE, _made),
    _Total(
        CancelTotal._meta.db_table,
        ("day", "channel_id", "scheme", "cancelled_by", "reason", "currency"),
        _CANCELLED,
        _cancelled,
    ),
    _GROUPS,
    _Total(
        PaceTotal._meta.db_table, ("day", "channel_id", "scheme", "pace_hours"), ("facts", "due", "late"), _handed_over
    ),
)

_KEYS = ("merchant_id", "day", "sku_id", "channel_id", "scheme", "channel_warehouse_id", "currency")
_SPARSE = tuple(name for name in (*_HAPPENED, *_COVERED) if name != "facts")
_PRICED_SET = ", ".join(f"{name} = p.{name}" for name in pricing.PRICED)
_OURS, _THEIRS = (", ".join(f"{row}.{name}" for name in pricing.PRICED) for row in ("t", "p"))


def _put_days(kept: str = "") -> str:
    """
    What moved is priced as it comes; a day that was there already is priced afterwards, as a whole.

    kept: a condition on days that are stated anew, so that only the rest is added.
    """
    keys, named = ", ".join(_KEYS), ", ".join(("facts", *_SPARSE))
    sums = ", ".join(f"nullif({name}, 0) AS {name}" for name in _SPARSE)
    added = ", ".join(f"{name} = nullif(coalesce(t.{name}, 0) + coalesce(excluded.{name}, 0), 0)" for name in _SPARSE)
    changes = _any(f"{name} <> 0" for name in ("facts", *_SPARSE))
    moved = "moved"
    if kept:
        all_named, less = f"{keys}, {named}", ", ".join(f"-{name}" for name in ("facts", *_SPARSE))
        added_up = ", ".join(f"sum({name}) AS {name}" for name in ("facts", *_SPARSE))
        moved = f"""
            (SELECT {keys}, {added_up} FROM (SELECT {all_named} FROM moved UNION ALL
             SELECT {keys}, {less} FROM analytics_dailyfact WHERE {kept}) fresh GROUP BY {keys}) moved
        """  # noqa: S608  our own words
    days = f"(SELECT {keys}, facts, {sums} FROM {moved} WHERE {changes})"  # noqa: S608  our own words
    return f"""
        WITH put AS (
            INSERT INTO analytics_dailyfact AS t ({keys}, {named}, {", ".join(pricing.PRICED)})
            {pricing.priced(days, f"{keys}, {named}")} ORDER BY {keys}
            ON CONFLICT ({keys}) DO UPDATE SET facts = t.facts + excluded.facts, {added}
            RETURNING t.id, t.facts, t.sku_id, t.day, xmax <> 0 AS again
        ) INSERT INTO touched SELECT * FROM put
    """  # noqa: S608  our own words


_BY_DAY = ("analytics_dailyfact", *(total.table for total in _TOTALS))
_KEPT = "merchant_id = %(merchant)s AND day = %(day)s"
_PUT_DAYS, _PUT_DAY_RIGHT = _put_days(), _put_days(_KEPT)


def _reprice(which: str) -> str:
    """Price days anew where that gives something else; they are noted in `stale`."""
    days = f"(SELECT d.* FROM analytics_dailyfact d WHERE d.merchant_id = %(merchant)s AND {which})"  # noqa: S608
    return f"""
        WITH put AS (
            UPDATE analytics_dailyfact t SET {_PRICED_SET}
            FROM ({pricing.priced(days, "id")}) p WHERE p.id = t.id AND ({_THEIRS}) IS DISTINCT FROM ({_OURS})
            RETURNING t.sku_id, t.day
        ), noted AS (INSERT INTO uncounted SELECT DISTINCT day FROM put)
        INSERT INTO stale SELECT coalesce(sku_id, 0), min(day) FROM put GROUP BY 1
    """  # noqa: S608  our own words


_REPRICED, _REPRICED_DAY = _reprice("d.id IN (SELECT id FROM touched WHERE again)"), _reprice("d.day = %(day)s")
_TURNED = {
    "channel": "d.channel_id IN (SELECT ref FROM turned WHERE subject = 'channel')",
    "sku": "d.sku_id IN (SELECT ref FROM turned WHERE subject = 'sku')",
}


def begin(cursor: CursorWrapper) -> None:
    """
    Make the temporary tables.

    `stale`, `stale_group`: from which day on the sums of an article, of a group are others than before; `uncounted`:
    days on which an article is.
    """
    cursor.execute("DROP TABLE IF EXISTS emptied, touched, stale, stale_group, uncounted")
    for table in (
        "emptied (id bigint)",
        "touched (id bigint, facts int, sku_id bigint, day date, again bool)",
        "stale (sku_ref bigint, day date)",
        "stale_group (kind text, name text, day date)",
        "uncounted (day date)",
    ):
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP")


def regroup(cursor: CursorWrapper, told: Mapping[str, Any]) -> None:
    """Move what articles came to from the brand and category that they were of to those that the catalog says now."""
    for since, over in groups.compare(cursor, told):
        groups.leave(cursor, told, since=since, over=over)
        _put_total(cursor, _GROUPS.move(of_difference), _GROUPS.table, told)


def move(cursor: CursorWrapper, told: Mapping[str, Any]) -> None:
    """Add the difference of lines to every sum, and take out the rows that nothing is left of."""
    _sum_up(cursor, of_difference, told)
    _put(cursor, _PUT_DAYS, told)
    cursor.execute("SELECT bool_or(again) FROM touched")
    if cursor.fetchone()[0]:
        cursor.execute(_REPRICED, told)
    cursor.execute("TRUNCATE touched")


def state_day(cursor: CursorWrapper, day: date, told: Mapping[str, Any]) -> None:
    """Put every sum of a day right, and price it anew."""
    told = {**told, "day": day}
    there = " OR ".join(f"EXISTS (SELECT FROM {table} WHERE {_KEPT})" for table in _BY_DAY)
    cursor.execute(f"SELECT {there}", told)
    known: bool = cursor.fetchone()[0]
    kept = _KEPT if known else ""
    _sum_up(cursor, of_day, told, kept=kept)
    _put(cursor, _PUT_DAY_RIGHT if known else _PUT_DAYS, told)
    if known:  # what is new is priced as it comes
        cursor.execute(_REPRICED_DAY, told)
    cursor.execute("TRUNCATE touched")
    costs.count(cursor, told)


def next_day(cursor: CursorWrapper, after: date, told: Mapping[str, Any]) -> date | None:
    """The first day behind `after` on which anything happened, or of which anything is kept; reports add none."""
    events = [("analytics_linefact", f"{event}_day") for event in EVENTS]
    found = ", ".join(
        f"(SELECT min({day}) FROM {table} WHERE merchant_id = %(merchant)s AND {day} > %(after)s)"  # noqa: S608
        for table, day in (*events, *((table, "day") for table in _BY_DAY))
    )
    cursor.execute(f"SELECT least({found})", {**told, "after": after})
    day: date | None = cursor.fetchone()[0]
    return day


def _sum_up(cursor: CursorWrapper, source: Source, told: Mapping[str, Any], *, kept: str = "") -> None:
    cursor.execute("DROP TABLE IF EXISTS moved")
    cursor.execute(_moved(source), told)
    groups.follow(cursor, told)
    for total in _TOTALS:
        _put_total(cursor, total.move(source, kept=kept), total.table, told)


def _put_total(cursor: CursorWrapper, move: str, table: str, told: Mapping[str, Any]) -> None:
    cursor.execute(move, told)
    cursor.execute(f"DELETE FROM {table} t USING emptied WHERE t.id = emptied.id")  # noqa: S608  our own words
    cursor.execute("TRUNCATE emptied")


def _put(cursor: CursorWrapper, days: str, told: Mapping[str, Any]) -> None:
    cursor.execute(days, told)
    cursor.execute("INSERT INTO stale SELECT coalesce(sku_id, 0), min(day) FROM touched GROUP BY 1")
    cursor.execute("INSERT INTO uncounted SELECT DISTINCT day FROM touched")
    cursor.execute("ANALYZE touched")
    cursor.execute("DELETE FROM analytics_dailyfact t USING touched WHERE t.id = touched.id AND touched.facts = 0")


def reprice(cursor: CursorWrapper, subjects: set[str], told: Mapping[str, Any]) -> None:
    """Price the days of channels and SKUs that stand in `turned` anew."""
    for subject in subjects:
        cursor.execute(_reprice(_TURNED[subject]), told)
