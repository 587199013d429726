"""
Facts kept in step with orders.

A refresh takes the orders changed since the last one, states their lines anew, and moves every sum by the difference
between the new and the old lines: Σ(new) − Σ(old).  A rebuild is the same with nothing known before.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from analytics.models import DailyFact, DailyTotal, HourlyFact, LineFact, Refreshed
from backoffice.kernel import locks
from merchants.models import Merchant

# `changed_at` is taken before its transaction begins and seen after it ends.  The bookmark stays behind the oldest
# open transaction, and this much more for what happens before BEGIN.
_OVERLAP = timedelta(minutes=2)

_EVENTS = ("ordered", "cancelled", "shipped", "delivered", "returned")
_MEASURES = ("facts", *(f"{event}_{what}" for event in _EVENTS for what in ("orders", "pieces", "amount")))
_LINE = (
    "line_ref, merchant_id, order_id, channel_id, scheme, channel_warehouse_id, sku_id, region, currency, pieces,"
    " amount, leads, cancelled_by, ordered_day, ordered_hour, cancelled_day, shipped_day, delivered_day, returned_day"
)

# An order that was first seen in a later state has no event of reaching it: then the time of its arrival is the word.
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
    ), happened AS (
        SELECT o.*,
               coalesce(r.cancelled, CASE WHEN o.state = 'cancelled' THEN o.received_at END) AS cancelled_at,
               coalesce(o.handed_over_at, r.shipped, CASE WHEN o.state IN
                   ('handed_over', 'delivering', 'ready_for_pickup', 'delivered') THEN o.received_at END) AS shipped_at,
               coalesce(r.delivered, CASE WHEN o.state = 'delivered' THEN o.received_at END) AS delivered_at,
               coalesce(r.returned, CASE WHEN o.state = 'returned' THEN o.received_at END) AS returned_at
        FROM orders_order o JOIN changed c ON c.order_id = o.id LEFT JOIN reached r ON r.order_id = o.id
        WHERE o.merchant_id = %(merchant)s AND o.cancelled_by <> 'split'  -- its parts are orders themselves
    )
    SELECT l.id AS line_ref, o.merchant_id, o.id AS order_id, o.channel_id, o.scheme, o.channel_warehouse_id,
           l.sku_id, o.region, l.currency, l.sku_pieces AS pieces, (l.price * l.pieces)::numeric(16, 2) AS amount,
           (l.position = min(l.position) OVER (PARTITION BY l.order_id))::int::smallint AS leads, o.cancelled_by,
           timezone(%(zone)s, o.ordered_at)::date AS ordered_day,
           extract(hour FROM timezone(%(zone)s, o.ordered_at))::smallint AS ordered_hour,
           timezone(%(zone)s, o.cancelled_at)::date AS cancelled_day,
           timezone(%(zone)s, o.shipped_at)::date AS shipped_day,
           timezone(%(zone)s, o.delivered_at)::date AS delivered_day,
           timezone(%(zone)s, o.returned_at)::date AS returned_day
    FROM happened o JOIN orders_orderline l ON l.order_id = o.id;

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


@dataclass(frozen=True)
class _Sum:
    """A table of sums: its keys, and which events of a line count in it."""

    table: str
    keys: str
    events: tuple[str, ...] = _EVENTS

    def move(self) -> str:
        """The statements that add the difference to the table, in one order of rows so that nothing deadlocks."""
        happened = " UNION ALL ".join(self._event(event) for event in self.events)
        sums = ", ".join(f"sum({measure}) AS {measure}" for measure in _MEASURES)
        changes = " OR ".join(f"sum({measure}) <> 0" for measure in _MEASURES)
        added = ", ".join(f"{measure} = t.{measure} + excluded.{measure}" for measure in _MEASURES)
        return f"""
            INSERT INTO {self.table} AS t (merchant_id, day, {self.keys}, {", ".join(_MEASURES)})
            SELECT merchant_id, day, {self.keys}, {sums} FROM ({happened}) happened
            GROUP BY merchant_id, day, {self.keys} HAVING {changes}
            ON CONFLICT (merchant_id, day, {self.keys}) DO UPDATE SET {added};

            DELETE FROM {self.table} t USING (SELECT DISTINCT unnest(
                ARRAY[ordered_day, cancelled_day, shipped_day, delivered_day, returned_day]) AS day FROM difference
            ) touched WHERE t.merchant_id = %(merchant)s AND t.day = touched.day AND t.facts = 0;
        """  # noqa: S608  our own words

    def _event(self, event: str) -> str:
        measures = ", ".join(
            f"sign * {what} AS {name}_{word}" if name == event else f"0 AS {name}_{word}"
            for name in _EVENTS
            for word, what in (("orders", "leads"), ("pieces", "pieces"), ("amount", "amount"))
        )
        keys = self.keys.replace("hour", "ordered_hour AS hour")
        return (
            f"SELECT merchant_id, {event}_day AS day, {keys}, sign AS facts, {measures}"  # noqa: S608  our own words
            f" FROM difference WHERE {event}_day IS NOT NULL"
        )


_SUMS = (
    _Sum(DailyFact._meta.db_table, "sku_id, channel_id, scheme, channel_warehouse_id, currency"),
    _Sum(DailyTotal._meta.db_table, "channel_id, scheme, currency"),
    _Sum(HourlyFact._meta.db_table, "hour, channel_id, scheme, region, currency", events=("ordered",)),
)


@transaction.atomic
def refresh(*, merchant_id: int, now: datetime) -> int:
    """
    Bring the facts of a merchant up to `now`; returns how many lines differ from what was known.

    The first time, and after the merchant moved to another time zone, everything is stated anew.
    """
    locks.take(locks.Subject.FACTS, merchant_id)
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
    for model in (LineFact, DailyFact, DailyTotal, HourlyFact):
        model._default_manager.filter(merchant_id=merchant_id).delete()
    return _state(merchant_id, zone, None, now)


def _state(merchant_id: int, zone: str, since: datetime | None, now: datetime) -> int:
    told: dict[str, int | str | datetime | None] = {"merchant": merchant_id, "zone": zone, "since": since}
    with connection.cursor() as cursor:
        # Read before the orders: what begins later than this instant ends later, too, and is caught by its bookmark.
        cursor.execute(
            "SELECT least(%s, min(xact_start)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()",
            [now],
        )
        upto = cursor.fetchone()[0]
        cursor.execute("DROP TABLE IF EXISTS changed, stated, known, difference")
        cursor.execute(
            "CREATE TEMPORARY TABLE changed ON COMMIT DROP AS SELECT id AS order_id FROM orders_order"  # noqa: S608  our own words
            " WHERE merchant_id = %(merchant)s" + (" AND changed_at >= %(since)s" if since else ""),
            told,
        )
        cursor.execute("ANALYZE changed")
        for statement in (_STATED + "".join(table.move() for table in _SUMS)).split(";\n"):
            if statement.strip():
                cursor.execute(statement, told)
        cursor.execute("SELECT count(DISTINCT line_ref) FROM difference")
        differ: int = cursor.fetchone()[0]
    Refreshed.objects.update_or_create(merchant_id=merchant_id, defaults={"upto": upto, "zone": zone})
    return differ
