"""Many prices at once, set-based."""

from datetime import datetime

from django.db import connection, transaction

from backoffice.kernel import events as bus
from catalog.events import PriceChanged


@transaction.atomic
def set_levels(*, merchant_id: int, table: str, now: datetime) -> int:
    """
    Set prices from a temporary table of ours (price_type_id, sku_id, amount), one row per pair.

    Returns how many changed; the fact names their SKUs, so that what is owed to marketplaces arises.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO catalog_price AS p (merchant_id, price_type_id, sku_id, amount, created_at, changed_at)
            SELECT %s, t.price_type_id, t.sku_id, t.amount, %s, %s
              FROM {table} t
              LEFT JOIN catalog_price o ON o.price_type_id = t.price_type_id AND o.sku_id = t.sku_id
             WHERE o.amount IS DISTINCT FROM t.amount
             ORDER BY t.price_type_id, t.sku_id
            ON CONFLICT (price_type_id, sku_id) DO UPDATE SET amount = excluded.amount, changed_at = excluded.changed_at
            RETURNING sku_id
            """,  # noqa: S608
            [merchant_id, now, now],
        )
        rows = cursor.fetchall()
    if rows:
        bus.publish(PriceChanged(merchant_id=merchant_id, sku_ids=frozenset(row[0] for row in rows), at=now))
    return len(rows)
