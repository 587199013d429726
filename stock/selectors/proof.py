"""Proof of the ledger: what is kept in step is compared with what it is the sum of."""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A kept number that is not the sum of its parts."""

    what: str  # balance, on_hand, reserved
    place_id: int  # location or warehouse
    sku_id: int
    kept: int
    proven: int


_PROOFS = {
    "balance": """
        WITH proven AS (
            SELECT location_id, sku_id, sum(pieces) AS pieces FROM (
                SELECT to_location_id AS location_id, sku_id, pieces FROM stock_move
                UNION ALL SELECT from_location_id, sku_id, -pieces FROM stock_move) AS entry GROUP BY 1, 2)
        SELECT coalesce(b.location_id, p.location_id), coalesce(b.sku_id, p.sku_id),
               coalesce(b.pieces, 0), coalesce(p.pieces, 0)
        FROM stock_balance b FULL JOIN proven p ON p.location_id = b.location_id AND p.sku_id = b.sku_id
        WHERE coalesce(b.pieces, 0) <> coalesce(p.pieces, 0)""",
    "on_hand": """
        WITH proven AS (
            SELECT l.warehouse_id, b.sku_id, sum(b.pieces) AS pieces FROM stock_balance b
            JOIN stock_location l ON l.id = b.location_id WHERE l.kind IN ('cell', 'dock', 'table') GROUP BY 1, 2)
        SELECT coalesce(s.warehouse_id, p.warehouse_id), coalesce(s.sku_id, p.sku_id),
               coalesce(s.on_hand, 0), coalesce(p.pieces, 0)
        FROM stock_stockrow s FULL JOIN proven p ON p.warehouse_id = s.warehouse_id AND p.sku_id = s.sku_id
        WHERE coalesce(s.on_hand, 0) <> coalesce(p.pieces, 0)""",
    "reserved": """
        WITH proven AS (
            SELECT warehouse_id, sku_id, sum(pieces) AS pieces FROM stock_reservation
            WHERE state = 'held' GROUP BY 1, 2)
        SELECT coalesce(s.warehouse_id, p.warehouse_id), coalesce(s.sku_id, p.sku_id),
               coalesce(s.reserved, 0), coalesce(p.pieces, 0)
        FROM stock_stockrow s FULL JOIN proven p ON p.warehouse_id = s.warehouse_id AND p.sku_id = s.sku_id
        WHERE coalesce(s.reserved, 0) <> coalesce(p.pieces, 0)""",
}


def differences() -> list[Difference]:
    """Every kept number of the open scope that is not the sum of its parts; an empty list is the proof."""
    found = []
    with connection.cursor() as cursor:
        for what, query in _PROOFS.items():
            cursor.execute(query)
            found += [
                Difference(what=what, place_id=place, sku_id=sku_id, kept=kept, proven=proven)
                for place, sku_id, kept, proven in cursor.fetchall()
            ]
    return found
