"""
Facts kept in step with orders.

A refresh takes the orders changed since the last one, states their lines anew, and moves every sum by the difference
between the new and the old lines: Σ(new) − Σ(old).  A rebuild is the same with nothing known before.  Both go through
the orders in parts, so that neither memory nor temporary tables grow with the merchant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from analytics.models import DailyFact, DailyTotal, HourlyFact, HourTotal, LineFact, Refreshed, RegionTotal, SpanFact
from analytics.selectors import spans
from backoffice.kernel import locks
from merchants.models import Merchant

# `changed_at` is taken before its transaction begins and seen after it ends.  The bookmark stays behind the oldest
# open transaction, and this much more for what happens before BEGIN.
_OVERLAP = timedelta(minutes=2)

_EVENTS = ("ordered", "cancelled", "shipped", "delivered", "returned")
_PART = 100_000  # orders stated at once
_MEASURES = ("facts", *(f"{event}_{what}" for event in _EVENTS for what in ("orders", "pieces", "amount")))
_OF_ARTICLE = tuple(measure for measure in _MEASURES if not measure.endswith("_orders"))
_WITHHELD = ("fee", "logistics", "storage", "ads", "other")
_COSTS = ("covered_pieces", "covered_amount", "back_pieces", "back_amount", *_WITHHELD)
_LINE = (
    "line_ref, merchant_id, order_id, channel_id, scheme, channel_warehouse_id, sku_id, region, currency, pieces,"
    " amount, leads, cancelled_by, ordered_day, ordered_hour, cancelled_day, shipped_day, delivered_day, returned_day,"
    " settled_day, fee, logistics, storage, ads, other"
)

# An order that was first seen in a later state has no event of reaching it: it came with the past of a channel just
# connected, so the day it was ordered is nearer to the truth than the day on which we heard of it.
_STATED = f"""
    CREATE TEMPORARY TABLE stated ON COMMIT DROP AS
    WITH reached AS (
        SELECT e.order_id,
               min(e.at) FILTER (WHERE e.became = 'cancelled') AS cancelled,
               min(e.at) FILTER (
                   WHERE e.became IN ('handed_over', 'delivering', 'ready_for_pickup', 'delivered')) AS shipped,
               min(e.at) FILTER (WHERE e.became = 'delivered') AS delivered,
               min(e.at) FILTER (WHERE e.became = 'returned') AS returned
        FROM orders_orderevent e JOIN changed USING (order_id)
        WHERE e.kind = 'state' GROUP BY e.order_id
    ), reported AS (
        SELECT r.order_line_id, p.currency, {", ".join(f"sum(r.{cost}) AS {cost}" for cost in _WITHHELD)}
        FROM settlements_reportline r JOIN settlements_report p ON p.id = r.report_id JOIN changed USING (order_id)
        WHERE r.merchant_id = %(merchant)s AND p.reversed_at IS NULL AND r.order_line_id IS NOT NULL
        GROUP BY r.order_line_id, p.currency
    ), happened AS (
        SELECT o.*,
               coalesce(r.cancelled, CASE WHEN o.state = 'cancelled' THEN o.ordered_at END) AS cancelled_at,
               coalesce(o.handed_over_at, r.shipped, CASE WHEN o.state IN
                   ('handed_over', 'delivering', 'ready_for_pickup', 'delivered') THEN o.ordered_at END) AS shipped_at,
               coalesce(r.delivered, CASE WHEN o.state = 'delivered' THEN o.ordered_at END) AS delivered_at,
               coalesce(r.returned, CASE WHEN o.state = 'returned' THEN o.ordered_at END) AS returned_at
        FROM orders_order o JOIN changed c ON c.order_id = o.id LEFT JOIN reached r ON r.order_id = o.id
        WHERE o.merchant_id = %(merchant)s AND o.cancelled_by <> 'split'  -- its parts are orders themselves
    ), told AS (
    SELECT l.id AS line_ref, o.merchant_id, o.id AS order_id, o.channel_id, o.scheme, o.channel_warehouse_id,
           l.sku_id, o.region, l.currency, l.sku_pieces AS pieces, (l.price * l.pieces)::numeric(16, 2) AS amount,
           (l.position = min(l.position) OVER (PARTITION BY l.order_id))::int::smallint AS leads, o.cancelled_by,
           timezone(%(zone)s, o.ordered_at)::date AS ordered_day,
           extract(hour FROM timezone(%(zone)s, o.ordered_at))::smallint AS ordered_hour,
           timezone(%(zone)s, o.cancelled_at)::date AS cancelled_day,
           timezone(%(zone)s, o.shipped_at)::date AS shipped_day,
           timezone(%(zone)s, o.delivered_at)::date AS delivered_day,
           timezone(%(zone)s, o.returned_at)::date AS returned_day,
           r.order_line_id, {", ".join(f"coalesce(r.{cost}, 0) AS {cost}" for cost in _WITHHELD)}
    FROM happened o JOIN orders_orderline l ON l.order_id = o.id
    LEFT JOIN reported r ON r.order_line_id = l.id AND r.currency = l.currency
    )
    SELECT *, CASE WHEN order_line_id IS NOT NULL
                   THEN coalesce(delivered_day, returned_day, shipped_day, ordered_day) END AS settled_day FROM told;

    CREATE TEMPORARY TABLE known ON COMMIT DROP AS
    SELECT {_LINE} FROM analytics_linefact f JOIN changed USING (order_id) WHERE f.merchant_id = %(merchant)s;

    CREATE TEMPORARY TABLE difference ON COMMIT DROP AS
    SELECT 1 AS sign, {_LINE} FROM (SELECT {_LINE} FROM stated EXCEPT SELECT {_LINE} FROM known) fresh
    UNION ALL
    SELECT -1, {_LINE} FROM (SELECT {_LINE} FROM known EXCEPT SELECT {_LINE} FROM stated) stale;

    DELETE FROM analytics_linefact f USING difference d
    WHERE d.sign < 0 AND f.line_ref = d.line_ref AND f.merchant_id = %(merchant)s;

    INSERT INTO analytics_linefact ({_LINE}) SELECT {_LINE} FROM difference WHERE sign > 0;
"""  # noqa: S608  our own words


def _happened(event: str) -> str:
    measures = ", ".join(
        f"sign * {what} AS {name}_{word}" if name == event else f"0 AS {name}_{word}"
        for name in _EVENTS
        for word, what in (("orders", "leads"), ("pieces", "pieces"), ("amount", "amount"))
    )
    return (
        "SELECT merchant_id, sku_id, channel_id, scheme, channel_warehouse_id, currency,"  # noqa: S608  our own words
        f" {event}_day AS day, sign AS facts, {measures}, {_costs(event)} FROM difference"
        f" WHERE {event}_day IS NOT NULL"
    )


def _costs(event: str) -> str:
    """What a commissioner withheld, and which part of what was delivered or returned that is."""
    reported = "sign * (settled_day IS NOT NULL)::int"
    covers = {"delivered": "covered", "returned": "back"}.get(event, "")
    told = {f"{covers}_pieces": f"{reported} * pieces", f"{covers}_amount": f"{reported} * amount"} if covers else {}
    if event == "settled":
        told = {cost: f"sign * {cost}" for cost in _WITHHELD}
    return ", ".join(f"{told.get(cost, '0')} AS {cost}" for cost in _COSTS)


_MOVED = f"""
    CREATE TEMPORARY TABLE moved ON COMMIT DROP AS
    SELECT merchant_id, day, sku_id, channel_id, scheme, channel_warehouse_id, currency,
           {", ".join(f"sum({measure}) AS {measure}" for measure in (*_MEASURES, *_COSTS))}
    FROM ({" UNION ALL ".join(_happened(event) for event in (*_EVENTS, "settled"))}) happened
    GROUP BY merchant_id, day, sku_id, channel_id, scheme, channel_warehouse_id, currency
"""  # noqa: S608  our own words

# Only orders made are told by hour and region: no day of theirs but the first has an hour.
_MADE = f"""
    (SELECT merchant_id, ordered_day AS day, ordered_hour AS hour, channel_id, scheme, region, currency, sign AS facts,
            sign * leads AS ordered_orders, sign * pieces AS ordered_pieces, sign * amount AS ordered_amount,
            {", ".join(f"0 AS {measure}" for measure in _MEASURES[4:])} FROM difference) made
"""  # noqa: S608  our own words


# An order changes by what happens to it, and by what a commissioner reports of it or takes back.
_CHANGED = """
    AND (changed_at >= %(since)s OR id IN (
        SELECT r.order_id FROM settlements_reportline r JOIN settlements_report p ON p.id = r.report_id
        WHERE p.merchant_id = %(merchant)s AND (p.accepted_at >= %(since)s OR p.reversed_at >= %(since)s)))
"""


@dataclass(frozen=True)
class _Sum:
    """A table of sums: its keys with what they are where they are no columns, and where the difference is read."""

    table: str
    keys: tuple[str, ...]
    source: str = "moved"
    measures: tuple[str, ...] = _MEASURES
    said: tuple[tuple[str, str], ...] = ()

    def move(self) -> list[str]:
        """
        The statements that add the difference to the table, and take out the rows that nothing is left of.

        In the order of its keys, so that what is read together lies together: a run of days is then read by pages.
        """
        keys = ", ".join(("merchant_id", *self.keys))
        said = ", ".join(f"{dict(self.said).get(key, key)} AS {key}" for key in self.keys)
        named = ", ".join(f"{measure}" for measure in self.measures)
        sums = ", ".join(f"sum({measure}) AS {measure}" for measure in self.measures)
        changes = " OR ".join(f"sum({measure}) <> 0" for measure in self.measures)
        added = ", ".join(f"{measure} = t.{measure} + excluded.{measure}" for measure in self.measures)
        return [
            f"""
            WITH told AS (
                INSERT INTO {self.table} AS t ({keys}, {named})
                SELECT {keys}, {sums} FROM (SELECT merchant_id, {said}, {named} FROM {self.source}) happened
                GROUP BY {keys} HAVING {changes} ORDER BY {keys}
                ON CONFLICT ({keys}) DO UPDATE SET {added} RETURNING t.id, t.facts
            ) INSERT INTO emptied SELECT id FROM told WHERE facts = 0
            """,  # noqa: S608  our own words
            f"DELETE FROM {self.table} t USING emptied WHERE t.id = emptied.id",  # noqa: S608  our own words
            "TRUNCATE emptied",
        ]


def _runs(*said: tuple[str, str]) -> _Sum:
    keys = ("channel_id", "span", "sku_id", "scheme", "currency")
    named = (("span", spans.names_of("day")), *said)
    return _Sum(SpanFact._meta.db_table, keys, measures=(*_OF_ARTICLE, *_COSTS), said=named)


_SUMS = (
    _Sum(DailyFact._meta.db_table, ("day", "sku_id", "channel_id", "scheme", "channel_warehouse_id", "currency")),
    _Sum(DailyTotal._meta.db_table, ("day", "channel_id", "scheme", "currency")),
    _runs(),
    _runs(("channel_id", "NULL::bigint"), ("scheme", "''")),
    _Sum(HourlyFact._meta.db_table, ("day", "hour", "channel_id", "scheme", "region", "currency"), _MADE),
    _Sum(HourTotal._meta.db_table, ("day", "hour", "channel_id", "scheme", "currency"), _MADE),
    _Sum(RegionTotal._meta.db_table, ("day", "channel_id", "scheme", "region", "currency"), _MADE),
)


@transaction.atomic
def refresh(*, merchant_id: int, now: datetime) -> int:
    """
    Bring the facts of a merchant up to `now`; returns how many lines differ from what was known.

    The first time, and after the merchant moved to another time zone, everything is stated anew.  While another
    process is at it nothing is done: what changed meanwhile is found the next time.
    """
    if not locks.take_if_free(locks.Subject.FACTS, merchant_id):
        return 0
    zone = Merchant.objects.values_list("zone", flat=True).get(pk=merchant_id)
    bookmark = Refreshed.objects.filter(merchant_id=merchant_id, zone=zone).first()
    if bookmark is None:
        return _rebuild(merchant_id, zone, now)
    return _state(merchant_id, zone, bookmark.upto - _OVERLAP, now)


@transaction.atomic
def rebuild(*, merchant_id: int, now: datetime) -> int:
    """Forget the facts of a merchant and state them from its orders; returns how many lines there are."""
    locks.take(locks.Subject.FACTS, merchant_id)
    zone = Merchant.objects.values_list("zone", flat=True).get(pk=merchant_id)
    return _rebuild(merchant_id, zone, now)


def _rebuild(merchant_id: int, zone: str, now: datetime) -> int:
    for model in (LineFact, DailyFact, DailyTotal, SpanFact, HourlyFact, HourTotal, RegionTotal):
        model._default_manager.filter(merchant_id=merchant_id).delete()
    return _state(merchant_id, zone, None, now)


def _state(merchant_id: int, zone: str, since: datetime | None, now: datetime) -> int:
    told: dict[str, Any] = {"merchant": merchant_id, "zone": zone, "since": since}
    with connection.cursor() as cursor:
        # Read before the orders: what begins later than this instant ends later, too, and is caught by its bookmark.
        cursor.execute(
            "SELECT least(%s, min(xact_start)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            [now],
        )
        upto = cursor.fetchone()[0]
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute("DROP TABLE IF EXISTS due, emptied")
        cursor.execute("CREATE TEMPORARY TABLE emptied (id bigint) ON COMMIT DROP")
        cursor.execute(
            "CREATE TEMPORARY TABLE due ON COMMIT DROP AS"  # noqa: S608  our own words
            " SELECT id AS order_id, row_number() OVER (ORDER BY id) AS number FROM orders_order"
            " WHERE merchant_id = %(merchant)s" + (_CHANGED if since else ""),
            told,
        )
        cursor.execute("CREATE INDEX ON due (number)")
        cursor.execute("ANALYZE due")
        cursor.execute("SELECT count(*) FROM due")
        count: int = cursor.fetchone()[0]
        differ = sum(_part(cursor, {**told, "after": after}) for after in range(0, count, _PART))
    Refreshed.objects.update_or_create(merchant_id=merchant_id, defaults={"upto": upto, "zone": zone})
    return differ


def _part(cursor: CursorWrapper, told: Mapping[str, Any]) -> int:
    """State the lines of the next orders that are due; returns how many lines differ."""
    cursor.execute("DROP TABLE IF EXISTS changed, stated, known, difference, moved")
    cursor.execute(
        "CREATE TEMPORARY TABLE changed ON COMMIT DROP AS SELECT order_id FROM due"  # noqa: S608  our own words
        f" WHERE number > %(after)s AND number <= %(after)s + {_PART}",
        told,
    )
    cursor.execute("ANALYZE changed")
    for statement in _STATED.split(";\n"):
        if statement.strip():
            cursor.execute(statement, told)
    cursor.execute("SELECT count(DISTINCT line_ref) FROM difference")
    differ: int = cursor.fetchone()[0]
    if differ:
        cursor.execute(_MOVED)
        cursor.execute("ANALYZE moved")
        for statement in (statement for table in _SUMS for statement in table.move()):
            cursor.execute(statement)
    return differ
