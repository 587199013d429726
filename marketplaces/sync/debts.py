"""
Levels we owe: one row per (stock, channel warehouse, listing) or (price, listing), made in bulk by the database.

A change that is owed already raises the version of a row that somebody is sending, and takes it out of the car park;
the time since which something is owed stays the older one.  A row that waits and that nobody holds is only locked
until the change can be seen: whoever leases it later reads it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from marketplaces import registry

# A channel warehouse that no warehouse feeds was never set up: publishing zeros there would empty a live shop.
# Whether one feeds it is asked once for each, not for each of its cards: OFFSET 0 keeps the question where it stands.
_OFFERED = """
      FROM catalog_listing l
      JOIN (SELECT w.id, w.channel_id, EXISTS (SELECT 1 FROM stock_feed f WHERE f.channel_warehouse_id = w.id) AS fed
              FROM catalog_channelwarehouse w JOIN catalog_channel c ON c.id = w.channel_id
             WHERE w.merchant_id = %(merchant)s AND w.active AND w.push_stock AND w.scheme <> 'fbo'
               AND c.marketplace <> ALL(%(silent)s) OFFSET 0) w ON w.channel_id = l.channel_id
     WHERE l.merchant_id = %(merchant)s AND l.sku_id IS NOT NULL AND NOT l.archived
       AND (w.fed
            OR EXISTS (SELECT 1 FROM marketplaces_publication p
                        WHERE p.channel_warehouse_id = w.id AND p.listing_id = l.id))
"""
_OWED_COLUMNS = """(merchant_id, channel_id, op, channel_warehouse_id, listing_id, version, urgency, owed_since,
                    not_before, attempts, parked, parked_text, token)"""
# What no change of the level cures: the goods cannot lie in that warehouse.  Another request would only cost.
INCURABLE = "warehouse"
_AGAIN = """
    ON CONFLICT (op, channel_warehouse_id, listing_id) DO UPDATE
       SET version = debt.version + 1, urgency = 0,
           owed_since = CASE WHEN debt.urgency = 1 THEN excluded.owed_since ELSE debt.owed_since END,
           not_before = CASE WHEN {cured} THEN excluded.not_before ELSE debt.not_before END,
           attempts = CASE WHEN {cured} THEN 0 ELSE debt.attempts END,
           parked_text = CASE WHEN {cured} THEN '' ELSE debt.parked_text END,
           parked = CASE WHEN {cured} THEN '' ELSE debt.parked END, token = ''
     WHERE debt.leased_until IS NOT NULL OR debt.urgency <> 0 OR debt.token <> '' OR {cured}
"""
_CHANGED = _AGAIN.format(cured=f"debt.parked NOT IN ('', '{INCURABLE}')")
_CHANGED_ALL = _AGAIN.format(cured="debt.parked <> ''")


def owe_stock(
    *, merchant_id: int, now: datetime, sku_ids: Iterable[int] = (), listing_ids: Iterable[int] = ()
) -> set[int]:
    """This function will owe the stock of these SKUs or listings everywhere; gives the channels concerned."""
    skus, listings = sorted(set(sku_ids)), sorted(set(listing_ids))
    if not skus and not listings:
        return set()
    condition = "AND l.sku_id = ANY(%(ids)s)" if skus else "AND l.id = ANY(%(ids)s)"
    conflict = _CHANGED if skus else _CHANGED_ALL
    return _owe_stock(merchant_id, now, condition, conflict, ids=skus or listings)


def owe_stock_of_warehouses(*, merchant_id: int, now: datetime, channel_warehouse_ids: Iterable[int]) -> set[int]:
    """This function will owe everything offered in these channel warehouses."""
    return _owe_stock(merchant_id, now, "AND w.id = ANY(%(ids)s)", _CHANGED_ALL, ids=sorted(set(channel_warehouse_ids)))


def owe_again(*, merchant_id: int, listing_ids: Iterable[int], now: datetime, patience_ms: int) -> set[int]:
    """
    This function will owe the levels of these listings once more, behind all changes; what is owed already stays.

    :raises OperationalError: another transaction held one of the rows for longer than `patience_ms`
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{patience_ms}ms"])
    nothing = "ON CONFLICT (op, channel_warehouse_id, listing_id) DO NOTHING"
    return _owe_stock(merchant_id, now, "AND l.id = ANY(%(ids)s)", nothing, urgency=1, ids=sorted(set(listing_ids)))


def owe_price(
    *, merchant_id: int, now: datetime, sku_ids: Iterable[int] = (), listing_ids: Iterable[int] = ()
) -> set[int]:
    """This function will owe the price of these SKUs or listings on every channel that has a price type."""
    skus, listings = sorted(set(sku_ids)), sorted(set(listing_ids))
    if not skus and not listings:
        return set()
    condition = "l.sku_id = ANY(%(ids)s)" if skus else "l.id = ANY(%(ids)s)"
    return _owe(
        f"""
        SELECT l.merchant_id, l.channel_id, 'price', NULL::bigint, l.id, 1, 0, %(now)s, %(now)s, 0, '', '', ''
          FROM catalog_listing l
          JOIN catalog_channel c ON c.id = l.channel_id AND c.price_type_id IS NOT NULL
          JOIN catalog_price p ON p.sku_id = l.sku_id AND p.price_type_id = c.price_type_id
         WHERE l.merchant_id = %(merchant)s AND NOT l.archived AND c.marketplace <> ALL(%(silent)s) AND {condition}
         ORDER BY l.id
        """,  # noqa: S608
        _CHANGED_ALL,
        {"merchant": merchant_id, "now": now, "ids": skus or listings},
    )


def _owe_stock(
    merchant_id: int, now: datetime, condition: str, conflict: str, urgency: int = 0, **more: Any
) -> set[int]:
    return _owe(
        f"""
        SELECT l.merchant_id, l.channel_id, 'stock', w.id, l.id, 1, %(urgency)s, %(now)s, %(now)s, 0, '', '', ''
        {_OFFERED} {condition}
         ORDER BY w.id, l.id
        """,
        conflict,
        {"merchant": merchant_id, "now": now, "urgency": urgency, **more},
    )


def _owe(levels: str, conflict: str, values: dict[str, Any]) -> set[int]:
    """Owe the levels that a query gives in the order of its rows, in which they are locked; gives their channels."""
    with connection.cursor() as cursor:
        # Every text here is ours; values go as parameters.
        cursor.execute(
            f"""
            WITH level AS MATERIALIZED ({levels}), owed AS (
                INSERT INTO marketplaces_debt AS debt {_OWED_COLUMNS} TABLE level {conflict})
            SELECT DISTINCT channel_id FROM level
            """,  # noqa: S608
            # Nobody can be told of levels where nobody is spoken to: the feed says them.
            {**values, "silent": list(registry.BY_FEED)},
        )
        return {row[0] for row in cursor.fetchall()}
