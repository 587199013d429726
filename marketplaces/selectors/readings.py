"""What marketplaces were read to hold, beside what we pushed and what was sold since."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection


@dataclass(frozen=True, slots=True)
class Reading:
    """
    One published level that was read back.

    sold: pieces of orders that reached us since the push, so that no clock but ours decides; owed: a push is due.
    """

    publication_id: int
    listing_id: int
    pushed: int
    pushed_at: datetime
    held: int
    read_at: datetime
    sold: int
    owed: bool


def unjudged(*, merchant_id: int, channel_id: int, read_before: datetime) -> list[Reading]:
    """Readings of a channel from before `read_before` that were not judged yet, in the open scope; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH read AS MATERIALIZED (
                SELECT p.* FROM marketplaces_publication p
                  JOIN catalog_channelwarehouse w ON w.id = p.channel_warehouse_id
                 WHERE p.merchant_id = %(merchant)s AND w.channel_id = %(channel)s AND p.read_at < %(before)s
                   AND p.compared_at IS NULL AND p.read_at IS NOT NULL
            ), sold AS (
                SELECT read.id, sum(line.pieces) AS pieces
                  FROM read
                  JOIN orders_orderline line ON line.listing_id = read.listing_id
                  JOIN orders_order o ON o.id = line.order_id AND o.channel_warehouse_id = read.channel_warehouse_id
                 WHERE o.merchant_id = %(merchant)s AND o.channel_id = %(channel)s AND o.received_at >= read.pushed_at
                   AND o.ordered_at >= (SELECT min(pushed_at) FROM read) - interval '30 days'
                 GROUP BY read.id
            )
            SELECT read.id, read.listing_id, read.pieces, read.pushed_at, read.read_pieces, read.read_at,
                   coalesce(sold.pieces, 0), d.id IS NOT NULL
              FROM read LEFT JOIN sold ON sold.id = read.id
              LEFT JOIN marketplaces_debt d ON d.op = 'stock' AND d.channel_warehouse_id = read.channel_warehouse_id
                   AND d.listing_id = read.listing_id
            """,
            {"merchant": merchant_id, "channel": channel_id, "before": read_before},
        )
        return [Reading(*row) for row in cursor.fetchall()]
