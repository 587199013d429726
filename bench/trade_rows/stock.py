"""Reservations, moves, and the sums of both."""

from bench.loader import Loader
from bench.trade_rows.ids import CUSTOMER, DOCK, FIRST_CELL, FIRST_PICKER, LOSS, PICKERS, SUPPLIER, TABLE, WAREHOUSE
from bench.trade_rows.plan import CANCELLED, CHANCE, DELIVERED, HANDED_OVER, NEW, PACKED, PICKING

_RESERVED = f"stage BETWEEN {NEW} AND {PACKED} AND short = 0 AND sku IS NOT NULL"
_PICKED = f"((stage BETWEEN {PACKED} AND {DELIVERED}) OR (stage = {PICKING} AND position = 0))"


def fill(load: Loader, more: int = 2) -> None:
    """Receipts first, as large as what was picked, what is promised and a little more; balances are their sums."""
    with load.without_indexes("stock_move", "stock_reservation", "stock_balance", "stock_stockrow"):
        _reservations(load)
        _moves(load, more)
        _sums(load)


def _reservations(load: Loader) -> None:
    load.insert(
        "stock_reservation",
        {
            "merchant_id": "merchant",
            "warehouse_id": str(WAREHOUSE),
            "sku_id": "sku",
            "order_ref": "order_id",
            "line_ref": "id",
            "pieces": "1",
            "state": f"CASE WHEN stage = {CANCELLED} THEN 'released' WHEN stage >= {HANDED_OVER} THEN 'issued'"
            " ELSE 'held' END",
            "made_at": "at",
        },
        "wanted WHERE short = 0 AND sku IS NOT NULL ORDER BY wanted.id",
    )


def _moves(load: Loader, more: int) -> None:
    move = {"merchant_id": "merchant", "sku_id": "sku", "pieces": "1", "at": "at"}
    load.insert(
        "stock_move",
        {
            "merchant_id": "g.merchant",
            "sku_id": "g.sku",
            "from_location_id": str(SUPPLIER),
            "to_location_id": "g.cell",
            "pieces": f"coalesce(needed, 0) + {more} + floor({CHANCE.format(a='g.sku', b=3)} * 40)::int",
            "reason": "'receipt'",
            "reference": "'receipt:1'",
            "at": "now() - interval '366 days'",
        },
        f"""
        goods g LEFT JOIN (SELECT sku, count(*)::int AS needed FROM wanted
                            WHERE {_PICKED} OR {_RESERVED} GROUP BY 1) used ON used.sku = g.sku
        """,
    )
    load.insert(
        "stock_move",
        {
            **move,
            "merchant_id": "w.merchant",
            "sku_id": "w.sku",
            "from_location_id": "cell",
            "to_location_id": str(TABLE),
            "reason": "'pick'",
            "reference": "'order:' || order_id",
            "person_id": f"{FIRST_PICKER} + order_id % {PICKERS}",
            "at": "at + interval '2 hours'",
        },
        f"wanted w JOIN goods g ON g.sku = w.sku WHERE {_PICKED} ORDER BY w.id",
    )
    load.insert(
        "stock_move",
        {
            **move,
            "from_location_id": str(TABLE),
            "to_location_id": str(CUSTOMER),
            "reason": "'issue'",
            "reference": "'order:' || order_id",
            "at": "least(at + interval '8 hours', now())",
        },
        f"wanted WHERE stage BETWEEN {HANDED_OVER} AND {DELIVERED} ORDER BY wanted.id",
    )


def _sums(load: Loader) -> None:
    load.insert(
        "stock_balance",
        {
            "merchant_id": "min(merchant_id)",
            "location_id": "location",
            "sku_id": "sku_id",
            "pieces": "sum(pieces)",
            "bounded": f"location > {LOSS}",
        },
        """(SELECT merchant_id, to_location_id AS location, sku_id, pieces FROM stock_move
            UNION ALL SELECT merchant_id, from_location_id, sku_id, -pieces FROM stock_move) AS entry
           GROUP BY location, sku_id""",
    )
    load.insert(
        "stock_stockrow",
        {
            "merchant_id": "merchant",
            "warehouse_id": str(WAREHOUSE),
            "sku_id": "g.sku",
            "on_hand": "coalesce(there, 0)",
            "reserved": "coalesce(promised, 0)",
        },
        f"""
        goods g LEFT JOIN (SELECT sku_id, sum(pieces) AS there FROM stock_balance
                            WHERE location_id IN ({DOCK}, {TABLE}) OR location_id >= {FIRST_CELL} GROUP BY 1) b
                       ON b.sku_id = g.sku
                LEFT JOIN (SELECT sku_id, sum(pieces) AS promised FROM stock_reservation
                            WHERE state = 'held' GROUP BY 1) r ON r.sku_id = g.sku
        """,
    )
