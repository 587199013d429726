"""What is over gets its article too: nothing is reserved, picked or asked of anybody, only sums by article change."""

from datetime import datetime

from django.db import connection, transaction

from orders.types import BEFORE_HANDOVER, in_sql

_AT_ONCE = 5_000

# Goods that lines without an article name are skipped through by the index of such lines, not read line by line: what
# waits for a person may be a million lines of a few cards.  Worth a look is what a matched card has, or none by this
# id, so that only the offer id can tell.
_WORTH_A_LOOK = """
WITH RECURSIVE named (stock_id) AS (
    (SELECT stock_external_id FROM orders_orderline WHERE merchant_id = %(merchant)s AND sku_id IS NULL
      ORDER BY stock_external_id LIMIT 1)
    UNION ALL
    SELECT (SELECT line.stock_external_id FROM orders_orderline line
             WHERE line.merchant_id = %(merchant)s AND line.sku_id IS NULL
               AND line.stock_external_id > named.stock_id ORDER BY line.stock_external_id LIMIT 1)
      FROM named WHERE named.stock_id IS NOT NULL
), card AS (
    SELECT stock_external_id AS stock_id, bool_or(sku_id IS NOT NULL) AS matched
      FROM catalog_listing WHERE merchant_id = %(merchant)s AND stock_external_id <> '' GROUP BY stock_external_id
)
SELECT named.stock_id FROM named LEFT JOIN card USING (stock_id)
 WHERE named.stock_id IS NOT NULL AND card.matched IS NOT FALSE
"""

# Cards are found as for arriving orders (`catalog.selectors.listing`).  Orders in other hands are passed over until the
# next time.
_MATCH = f"""
WITH found AS MATERIALIZED (
    SELECT line.id AS line_id, card.*
      FROM orders_orderline line JOIN orders_order own ON own.id = line.order_id
      LEFT JOIN catalog_listing by_stock ON by_stock.merchant_id = %(merchant)s
       AND by_stock.channel_id = own.channel_id AND by_stock.stock_external_id = line.stock_external_id
       AND line.stock_external_id <> ''
      LEFT JOIN LATERAL (
          SELECT min(offered.id) AS id, min(offered.sku_id) AS sku_id, min(offered.pieces_per_pack) AS pieces_per_pack
            FROM catalog_listing offered
           WHERE by_stock.id IS NULL AND offered.merchant_id = %(merchant)s
             AND offered.channel_id = own.channel_id AND offered.offer_id = line.offer_id AND line.offer_id <> ''
          HAVING count(*) = 1
      ) by_offer ON TRUE
     CROSS JOIN LATERAL (
          SELECT coalesce(by_stock.id, by_offer.id) AS listing_id, coalesce(by_stock.sku_id, by_offer.sku_id) AS sku_id,
                 coalesce(by_stock.pieces_per_pack, by_offer.pieces_per_pack) AS pieces_per_pack
      ) card
     WHERE line.merchant_id = %(merchant)s AND line.sku_id IS NULL AND line.stock_external_id = ANY(%(stock_ids)s)
       AND card.sku_id IS NOT NULL AND own.state NOT IN ({in_sql(BEFORE_HANDOVER)})
       AND NOT (own.state = 'ready_for_pickup' AND own.handed_over_at IS NULL)  -- may wait on our own shelf
       AND NOT EXISTS (SELECT FROM orders_unit unit WHERE unit.order_id = line.order_id
                         AND unit.state IN ('gone', 'returned') AND unit.sku_id <> card.sku_id)
     LIMIT %(at_once)s FOR UPDATE OF own SKIP LOCKED
), matched AS (
    UPDATE orders_orderline line
       SET listing_id = found.listing_id, sku_id = found.sku_id, sku_pieces = line.pieces * found.pieces_per_pack
      FROM found WHERE line.id = found.line_id AND line.sku_id IS NULL RETURNING line.order_id
), told AS (
    UPDATE orders_order SET changed_at = %(now)s WHERE id IN (SELECT order_id FROM matched)
)
SELECT count(*) FROM matched
"""  # noqa: S608  words of the table of transitions


@transaction.atomic
def match_past(*, merchant_id: int, now: datetime) -> int:
    """
    Give SKUs to some lines of orders that are over, or under way to their buyers, whose listing is matched by now.

    Stock, units, timeline and attention stay as they are, and so does a line that has its SKU, whatever its listing
    sells later.  An order that left with pieces of another article keeps what it was told: its parcel says otherwise.

    now: of this very call, since facts are found by when orders changed.
    Returns how many lines were matched; there may be more until it is 0.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WORTH_A_LOOK, {"merchant": merchant_id})
        stock_ids = [stock_id for (stock_id,) in cursor.fetchall()]
        if not stock_ids:
            return 0
        cursor.execute(_MATCH, {"merchant": merchant_id, "stock_ids": stock_ids, "now": now, "at_once": _AT_ONCE})
        matched: int = cursor.fetchone()[0]
    return matched
