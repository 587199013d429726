"""The only row locks of stock: whoever reserves, moves or counts takes these first, in the order of their keys."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection


class Held(NamedTuple):
    """What a locked row says."""

    on_hand: int
    reserved: int


def stock_rows(*, merchant_id: int, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Held]:
    """
    Make sure that a row exists for each (warehouse id, SKU id), and lock them all.

    Returns the rows by the same keys.  They are locked in the order of their primary keys, whatever the order asked.
    """
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    # A single row, as of every scan, is nearly always there.  Of several the missing ones are made before any is
    # locked: who waits for a row that another one is making must not hold one that the other waits for.
    if len(wanted) == 1 and (locked := _locked(wanted)):
        return locked
    _make_missing(merchant_id, wanted)
    return _locked(wanted)


def _locked(wanted: list[tuple[int, int]]) -> dict[tuple[int, int], Held]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT r.warehouse_id, r.sku_id, r.on_hand, r.reserved FROM stock_stockrow r
              JOIN unnest(%s::bigint[], %s::bigint[]) AS key(warehouse, sku)
                ON r.warehouse_id = key.warehouse AND r.sku_id = key.sku
             ORDER BY r.id FOR UPDATE OF r
            """,
            [list(column) for column in zip(*wanted, strict=True)],
        )
        return {(warehouse, sku): Held(*pieces) for warehouse, sku, *pieces in cursor.fetchall()}


def counted_stock_rows(*, merchant_id: int, table: str) -> bool:
    """
    The same for tens of thousands of rows at once: those that a temporary table of ours names.

    table: (warehouse_id, sku_id, wanted, on_hand, reserved, missing, made).  A row that was missing is made as it is
    wanted, which nobody sees before the transaction ends, and is told so: made, with nothing on hand before.  Of the
    others the table gets on_hand and reserved once they are locked.  Returns whether there were others.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH fresh AS (
                INSERT INTO stock_stockrow (merchant_id, warehouse_id, sku_id, on_hand, reserved)
                SELECT %s, warehouse_id, sku_id, wanted, 0 FROM {table}
                 WHERE missing ORDER BY warehouse_id, sku_id
                ON CONFLICT (warehouse_id, sku_id) DO NOTHING
                RETURNING warehouse_id, sku_id
            )
            UPDATE {table} c SET made = true FROM fresh
             WHERE fresh.warehouse_id = c.warehouse_id AND fresh.sku_id = c.sku_id
            """,  # noqa: S608  the table is ours
            [merchant_id],
        )
        cursor.execute(
            f"""
            WITH held AS MATERIALIZED (
                SELECT r.warehouse_id, r.sku_id, r.on_hand, r.reserved FROM stock_stockrow r
                  JOIN {table} c ON c.warehouse_id = r.warehouse_id AND c.sku_id = r.sku_id
                 WHERE NOT c.made ORDER BY r.id FOR UPDATE OF r
            )
            UPDATE {table} c SET on_hand = held.on_hand, reserved = held.reserved FROM held
             WHERE held.warehouse_id = c.warehouse_id AND held.sku_id = c.sku_id
            """  # noqa: S608  the table is ours
        )
        return bool(cursor.rowcount)


def _make_missing(merchant_id: int, wanted: list[tuple[int, int]]) -> None:
    warehouses, skus = [list(column) for column in zip(*wanted, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO stock_stockrow (merchant_id, warehouse_id, sku_id, on_hand, reserved)
            SELECT %s, warehouse, sku, 0, 0 FROM unnest(%s::bigint[], %s::bigint[]) AS key(warehouse, sku)
            WHERE NOT EXISTS (
                SELECT FROM stock_stockrow old WHERE old.warehouse_id = key.warehouse AND old.sku_id = key.sku)
            ORDER BY warehouse, sku
            ON CONFLICT (warehouse_id, sku_id) DO NOTHING
            """,
            [merchant_id, warehouses, skus],
        )
