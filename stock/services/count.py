"""Many counts at once: what lies in warehouses becomes what was counted, set-based."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from backoffice.kernel import events as bus
from catalog.selectors import sku as skus
from stock import locks
from stock.events import AvailabilityChanged
from stock.services import ledger
from stock.types import LocationKind, MoveReason


@transaction.atomic
def set_levels(
    *,
    merchant_id: int,
    table: str,
    now: datetime,
    reference: str,
    note: str = "",
    person_id: int | None = None,
    reserved_beside: bool = False,
) -> int:
    """
    Bring on-hand to the counted pieces; the differences come from, or go to, shortage and surplus.

    table: a temporary table of ours (warehouse_id, sku_id, pieces), one row per pair, pieces ≥ 0.
    reserved_beside: the pieces were counted without what is reserved here, which lies there too.
    What is too much leaves the dock first, then the cells by address, then the packing table.
    Returns how many pairs changed.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS counted, counted_move")
        cursor.execute(_COUNTED.format(table=table, reserved="+ coalesce(r.reserved, 0)" if reserved_beside else ""))
        pairs = int(cursor.rowcount)
        if not pairs:
            return 0
        cursor.execute("ANALYZE counted (warehouse_id, sku_id)")
        known = locks.counted_stock_rows(merchant_id=merchant_id, table="counted")
        ends = _ends(cursor)
        cursor.execute(
            _MOVES.format(reserved="+ reserved" if reserved_beside else ""),
            [list(ends), [dock for dock, _loss in ends.values()], [loss for _dock, loss in ends.values()]],
        )
        cursor.execute("ANALYZE counted_move (warehouse_id, sku_id, source, target)")
        cursor.execute(_WRITE_MOVES, [merchant_id, MoveReason.ADJUSTMENT, reference, note[:300], now, person_id])
        if known:
            cursor.execute(_OLD_BALANCES)
            cursor.execute(_NEW_BALANCES.format(unless=_BALANCE_STANDS), [merchant_id])
            cursor.execute(_WRITE_ON_HAND)
        else:  # what never stood in a warehouse has no balance there, and its row was made as it was counted
            cursor.execute(_NEW_BALANCES.format(unless="false"), [merchant_id])
        cursor.execute("SELECT DISTINCT sku_id FROM counted_move")
        changed = frozenset(row[0] for row in cursor.fetchall())
        cursor.execute("DROP TABLE counted, counted_move")
    if changed:
        named = changed | skus.kits_of(component_ids=changed)
        bus.publish(AvailabilityChanged(merchant_id=merchant_id, sku_ids=named, at=now))
    return pairs


def _ends(cursor: Any) -> dict[int, tuple[int, int]]:
    """Warehouse id → ids of its dock and of its shortage and surplus."""
    cursor.execute("SELECT DISTINCT warehouse_id FROM counted ORDER BY warehouse_id")
    return {
        warehouse: (
            ledger.end_of_ledger(warehouse_id=warehouse, kind=LocationKind.DOCK).pk,
            ledger.end_of_ledger(warehouse_id=warehouse, kind=LocationKind.LOSS).pk,
        )
        for (warehouse,) in cursor.fetchall()
    }


# Pairs whose on-hand is not what was counted; looked at again under the locks.
_COUNTED = """
CREATE TEMPORARY TABLE counted ON COMMIT DROP AS
SELECT c.warehouse_id, c.sku_id, c.pieces AS wanted, 0 AS on_hand, 0 AS reserved, r.id IS NULL AS missing,
       false AS made
  FROM {table} c
  LEFT JOIN stock_stockrow r ON r.warehouse_id = c.warehouse_id AND r.sku_id = c.sku_id
 WHERE coalesce(r.on_hand, 0) <> c.pieces {reserved}
"""
# Too little: one move from the loss to the dock.  Too much: shelf by shelf until the difference is gone.
_MOVES = """
CREATE TEMPORARY TABLE counted_move ON COMMIT DROP AS
WITH ends AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS e(warehouse_id, dock, loss)),
     change AS (
        SELECT c.warehouse_id, c.sku_id, wanted {reserved} - on_hand AS pieces, e.dock, e.loss
          FROM counted c JOIN ends e ON e.warehouse_id = c.warehouse_id
         WHERE wanted {reserved} <> on_hand),
     shelf AS (
        SELECT d.warehouse_id, d.sku_id, b.location_id, d.loss, -d.pieces AS wanted, b.pieces,
               sum(b.pieces) OVER (PARTITION BY d.warehouse_id, d.sku_id
                   ORDER BY CASE l.kind WHEN 'dock' THEN 0 WHEN 'cell' THEN 1 ELSE 2 END, l.code, l.id) AS upto
          FROM change d
          JOIN stock_balance b ON b.sku_id = d.sku_id AND b.pieces > 0
          JOIN stock_location l ON l.id = b.location_id AND l.warehouse_id = d.warehouse_id
                               AND l.kind IN ('dock', 'cell', 'table')
         WHERE d.pieces < 0)
SELECT warehouse_id, sku_id, loss AS source, dock AS target, pieces, pieces AS change FROM change WHERE pieces > 0
UNION ALL
SELECT warehouse_id, sku_id, location_id, loss, least(pieces, wanted - (upto - pieces))::int,
       -least(pieces, wanted - (upto - pieces))::int
  FROM shelf WHERE upto - pieces < wanted
"""
_WRITE_MOVES = """
INSERT INTO stock_move (merchant_id, sku_id, from_location_id, to_location_id, pieces, reason, reference, note, at,
                        person_id)
SELECT %s, sku_id, source, target, pieces, %s, %s, %s, %s, %s FROM counted_move ORDER BY sku_id, warehouse_id
"""
# Whoever changes a balance holds the lock of its stock row, so that rows which are not there now stay so.
_ENDS = """
FROM (SELECT id, sku_id, sum(pieces)::int AS pieces
        FROM (SELECT source AS id, sku_id, -pieces AS pieces FROM counted_move
              UNION ALL SELECT target, sku_id, pieces FROM counted_move) both_ends
       GROUP BY 1, 2) c
"""
_OLD_BALANCES = f"""
UPDATE stock_balance b SET pieces = b.pieces + c.pieces {_ENDS}
 WHERE b.location_id = c.id AND b.sku_id = c.sku_id
"""  # noqa: S608
_BALANCE_STANDS = "EXISTS (SELECT FROM stock_balance old WHERE old.location_id = c.id AND old.sku_id = c.sku_id)"
_NEW_BALANCES = f"""
INSERT INTO stock_balance (merchant_id, location_id, sku_id, pieces, bounded)
SELECT %s, c.id, c.sku_id, c.pieces, l.kind IN ('cell', 'dock', 'table', 'quarantine')
{_ENDS} JOIN stock_location l ON l.id = c.id
 WHERE NOT {{unless}}
 ORDER BY c.id, c.sku_id
"""
_WRITE_ON_HAND = """
UPDATE stock_stockrow r SET on_hand = r.on_hand + c.change
  FROM (SELECT m.warehouse_id, m.sku_id, sum(m.change)::int AS change
          FROM counted_move m JOIN counted k ON k.warehouse_id = m.warehouse_id AND k.sku_id = m.sku_id AND NOT k.made
         GROUP BY 1, 2) c
 WHERE r.warehouse_id = c.warehouse_id AND r.sku_id = c.sku_id
"""
