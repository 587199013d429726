"""Order lines as facts know them: stated from orders, events and reports."""

from collections.abc import Mapping
from typing import Any

from django.db.backends.utils import CursorWrapper

from analytics.types import WITHHELD

LINE = (
    "line_ref, merchant_id, order_id, channel_id, scheme, channel_warehouse_id, sku_id, region, currency, pieces,"
    " amount, leads, cancelled_by, ordered_day, ordered_hour, cancelled_day, shipped_day, delivered_day, returned_day,"
    " settled_day, pace_hours, late, fee, logistics, storage, ads, other, estimated_fee, cancel_reason, return_reason"
)

# An order changes by what happens to it, and by what a commissioner reports of it or takes back.  Each is found by its
# own index: with OR every order is read, and those pages drive the ones that are written to out of memory.
_CHANGED = """
    SELECT id AS order_id FROM orders_order WHERE merchant_id = %(merchant)s AND changed_at >= %(since)s
    UNION
    SELECT r.order_id FROM settlements_report p JOIN settlements_reportline r ON r.report_id = p.id
    WHERE p.merchant_id = %(merchant)s AND (p.accepted_at >= %(since)s OR p.reversed_at >= %(since)s)
      AND r.order_id IS NOT NULL
"""

# An order that was first seen in a later state has no event of reaching it: it came with the past of a channel just
# connected, so the day it was ordered is nearer to the truth than the day on which we heard of it.
#
# What nobody took in the end fell away, even where a person at our desk says of its parcel that it came back: only
# what was delivered can be returned.  And what is cancelled after delivery is a return.
#
# A line of which pieces were given up, or have come back so far, is told in parts: what stayed by the line's own id,
# the others by negative ones.
_STATED = f"""
    CREATE TEMPORARY TABLE stated ON COMMIT DROP AS
    WITH reached AS (
        SELECT e.order_id,
               min(e.at) FILTER (WHERE e.became = 'cancelled') AS cancelled,
               min(e.at) FILTER (
                   WHERE e.became IN ('handed_over', 'delivering', 'ready_for_pickup', 'delivered')) AS shipped,
               min(e.at) FILTER (WHERE e.became = 'delivered') AS delivered,
               min(e.at) FILTER (WHERE e.became = 'returned' AND e.kind = 'state') AS returned,
               min(e.at) FILTER (WHERE e.kind = 'cancel') AS given_up,
               min(e.at) FILTER (WHERE e.kind = 'scan') AS first_back
        FROM orders_orderevent e JOIN changed USING (order_id)
        WHERE e.kind IN ('state', 'cancel') OR (e.kind = 'scan' AND e.became = 'returned') GROUP BY e.order_id
    ), reported AS (
        SELECT r.order_line_id, p.currency, {", ".join(f"sum(r.{cost}) AS {cost}" for cost in WITHHELD)}
        FROM settlements_reportline r JOIN settlements_report p ON p.id = r.report_id JOIN changed USING (order_id)
        WHERE r.merchant_id = %(merchant)s AND p.reversed_at IS NULL AND r.order_line_id IS NOT NULL
        GROUP BY r.order_line_id, p.currency
    ), came_back AS (
        SELECT u.line_id, count(*) FILTER (WHERE u.state = 'returned') AS back, count(*) AS gone
        FROM orders_order o JOIN changed c ON c.order_id = o.id JOIN orders_unit u ON u.order_id = o.id
        WHERE o.state IN ('returning', 'disputed') AND u.state IN ('gone', 'returned') AND NOT EXISTS (
            SELECT FROM orders_orderevent e  -- it went without this one
            WHERE e.order_id = o.id AND e.kind = 'scan' AND e.became = 'put_back'
                AND (e.data ->> 'unit')::int = u.number)
        GROUP BY u.line_id
    ), met AS (
        SELECT o.*, r.given_up, r.first_back,
               coalesce(r.cancelled, CASE WHEN o.state = 'cancelled' THEN o.ordered_at END) AS fell_at,
               coalesce(o.handed_over_at, r.shipped, CASE WHEN o.state IN
                   ('handed_over', 'delivering', 'ready_for_pickup', 'delivered') THEN o.ordered_at END) AS shipped_at,
               coalesce(r.delivered, CASE WHEN o.state = 'delivered' THEN o.ordered_at END) AS delivered_at,
               coalesce(r.returned, CASE WHEN o.state = 'returned' THEN o.ordered_at END) AS back_at,
               -- greatest() passes over null, which would make an order that never left a quick one.
               CASE WHEN o.handed_over_at IS NOT NULL THEN least(greatest(
                   ceil(extract(epoch FROM o.handed_over_at - o.ordered_at) / 3600), 0), 9999) END AS pace,
               (o.handed_over_at > o.ship_by)::int AS late
        FROM orders_order o JOIN changed c ON c.order_id = o.id LEFT JOIN reached r ON r.order_id = o.id
        WHERE o.merchant_id = %(merchant)s AND o.cancelled_by <> 'split'  -- its parts are orders themselves
    ), happened AS (
        SELECT *, CASE WHEN delivered_at IS NULL THEN coalesce(fell_at, back_at) END AS cancelled_at,
               CASE WHEN delivered_at IS NOT NULL
                    THEN least(back_at, CASE WHEN fell_at > delivered_at THEN fell_at END) END AS returned_at
        FROM met
    ), parted AS (
        SELECT o.*, l.id AS line_id, l.sku_id, l.currency AS line_currency, l.price, l.estimated_fee,
               l.sku_pieces / l.pieces AS in_a_piece, l.pieces - l.cancelled_pieces AS standing,
               l.position = min(l.position) OVER (PARTITION BY l.order_id) AS first, l.cancelled_pieces,
               CASE WHEN o.delivered_at IS NOT NULL AND o.returned_at IS NULL
                    THEN coalesce((l.pieces - l.cancelled_pieces) * b.back / b.gone, 0) ELSE 0 END AS back
        FROM happened o JOIN orders_orderline l ON l.order_id = o.id LEFT JOIN came_back b ON b.line_id = l.id
    ), told AS (
    SELECT part.ref AS line_ref, o.merchant_id, o.id AS order_id, o.channel_id, o.scheme, o.channel_warehouse_id,
           o.sku_id, o.region, o.line_currency AS currency, o.in_a_piece * part.sold AS pieces,
           (o.price * part.sold)::numeric(16, 2) AS amount, (o.first AND part.stayed)::int::smallint AS leads,
           CASE WHEN part.dropped THEN 'seller' ELSE o.cancelled_by END AS cancelled_by,
           timezone(%(zone)s, o.ordered_at)::date AS ordered_day,
           extract(hour FROM timezone(%(zone)s, o.ordered_at))::smallint AS ordered_hour,
           timezone(%(zone)s, part.cancelled_at)::date AS cancelled_day,
           CASE WHEN NOT part.dropped THEN timezone(%(zone)s, o.shipped_at)::date END AS shipped_day,
           CASE WHEN NOT part.dropped THEN timezone(%(zone)s, o.delivered_at)::date END AS delivered_day,
           timezone(%(zone)s, part.returned_at)::date AS returned_day, o.pace, o.late AS too_late,
           CASE WHEN NOT part.dropped THEN r.order_line_id END AS order_line_id,
           {", ".join(f"CASE WHEN part.stayed THEN coalesce(r.{cost}, 0) ELSE 0 END AS {cost}" for cost in WITHHELD)},
           CASE WHEN NOT part.dropped
                THEN round(o.estimated_fee * part.sold / nullif(o.standing, 0), 2) END AS estimated_fee,
           CASE WHEN part.dropped THEN 'out_of_stock'
                WHEN part.cancelled_at IS NULL THEN ''
                WHEN o.cancel_reason = '' AND o.return_reason = 'unredeemed' THEN 'not_fetched'
                ELSE o.cancel_reason END AS cancel_reason,
           CASE WHEN part.returned_at IS NULL THEN '' ELSE o.return_reason END AS return_reason
    FROM parted o CROSS JOIN LATERAL (VALUES
        (o.line_id, o.standing - o.back, TRUE, FALSE, o.cancelled_at, o.returned_at),
        (-2 * o.line_id, o.cancelled_pieces, FALSE, TRUE, coalesce(o.given_up, o.ordered_at), NULL),
        (-2 * o.line_id - 1, o.back, FALSE, FALSE, NULL, o.first_back)
    ) part (ref, sold, stayed, dropped, cancelled_at, returned_at)
    LEFT JOIN reported r ON r.order_line_id = o.line_id AND r.currency = o.line_currency
    WHERE part.stayed OR part.sold > 0
    )
    SELECT *, CASE WHEN order_line_id IS NOT NULL
                   THEN coalesce(delivered_day, returned_day, shipped_day, ordered_day) END AS settled_day,
           CASE WHEN leads = 1 THEN pace::smallint END AS pace_hours,
           CASE WHEN leads = 1 THEN too_late::smallint END AS late FROM told
"""  # noqa: S608  our own words

_KNOWN = f"CREATE TEMPORARY TABLE known ON COMMIT DROP AS SELECT {LINE} FROM analytics_linefact f"  # noqa: S608
_OF_MERCHANT = "WHERE f.merchant_id = %(merchant)s"
_DIFFERENCE = f"""
    CREATE TEMPORARY TABLE difference ON COMMIT DROP AS
    SELECT 1 AS sign, {LINE} FROM (SELECT {LINE} FROM stated EXCEPT SELECT {LINE} FROM known) fresh
    UNION ALL
    SELECT -1, {LINE} FROM (SELECT {LINE} FROM known EXCEPT SELECT {LINE} FROM stated) stale
"""  # noqa: S608  our own words
_TAKEN_OUT = """
    DELETE FROM analytics_linefact f USING difference d
    WHERE d.sign < 0 AND f.line_ref = d.line_ref AND f.merchant_id = %(merchant)s
"""
_PUT_IN = f"INSERT INTO analytics_linefact ({LINE}) SELECT {LINE} FROM "  # noqa: S608  our own words

_NEXT = """
    SELECT id AS order_id FROM orders_order WHERE merchant_id = %(merchant)s AND id > %(after)s
    ORDER BY id LIMIT %(part)s
"""

PART = 100_000  # orders stated at once


def find_due(cursor: CursorWrapper, told: Mapping[str, Any]) -> int:
    """Find the orders changed since `since`; returns how many there are."""
    cursor.execute("DROP TABLE IF EXISTS due")
    cursor.execute(
        "CREATE TEMPORARY TABLE due ON COMMIT DROP AS"  # noqa: S608  our own words
        f" SELECT order_id, row_number() OVER (ORDER BY order_id) AS number FROM ({_CHANGED}) changed",
        told,
    )
    cursor.execute("CREATE INDEX ON due (number)")
    cursor.execute("ANALYZE due")
    cursor.execute("SELECT count(*) FROM due")
    count: int = cursor.fetchone()[0]
    return count


def compare(cursor: CursorWrapper, told: Mapping[str, Any], *, after: int) -> int:
    """
    State the lines of the next orders that are due anew; returns how many of them differ from what was known.

    Leaves the temporary table `difference`: new lines with sign 1, lines that are no more with sign -1.
    """
    _state(cursor, told, f"SELECT order_id FROM due WHERE number > {after} AND number <= {after + PART}")  # noqa: S608
    cursor.execute(f"{_KNOWN} JOIN changed USING (order_id) {_OF_MERCHANT}", told)
    return _put_right(cursor, told)


def compare_range(cursor: CursorWrapper, told: Mapping[str, Any], *, after: int) -> tuple[int, int | None]:
    """
    The same for the next orders by id, whether they changed or not; and for lines of orders that are no more.

    Returns how many lines differ, and the last order's id; None: there was none left.
    """
    told = {**told, "after": after, "part": PART}
    _state(cursor, told, _NEXT)
    cursor.execute("SELECT max(order_id) FROM changed")
    last: int | None = cursor.fetchone()[0]
    upto = "" if last is None else f" AND order_id <= {last}"
    known = f"{_OF_MERCHANT} AND order_id > %(after)s{upto}"
    cursor.execute(f"SELECT EXISTS (SELECT FROM analytics_linefact f {known})", told)  # noqa: S608  our own words
    if cursor.fetchone()[0]:
        cursor.execute(f"{_KNOWN} {known}", told)
        return _put_right(cursor, told), last
    cursor.execute(f"{_PUT_IN} stated ORDER BY line_ref")
    return int(cursor.rowcount), last


def _put_right(cursor: CursorWrapper, told: Mapping[str, Any]) -> int:
    for statement in (_DIFFERENCE, _TAKEN_OUT):
        cursor.execute(statement, told)
    # Lines of an article lie side by side in the index that is the largest and the most scattered.
    cursor.execute(f"{_PUT_IN} difference WHERE sign > 0 ORDER BY sku_id, line_ref")
    cursor.execute("SELECT count(DISTINCT line_ref) FROM difference")
    differ: int = cursor.fetchone()[0]
    return differ


def _state(cursor: CursorWrapper, told: Mapping[str, Any], orders: str) -> None:
    cursor.execute("DROP TABLE IF EXISTS changed, stated, known, difference")
    cursor.execute(f"CREATE TEMPORARY TABLE changed ON COMMIT DROP AS {orders}", told)
    cursor.execute("ANALYZE changed")
    cursor.execute(_STATED, told)
