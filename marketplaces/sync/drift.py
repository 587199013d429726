"""
Read-back: what a marketplace holds against what we pushed and it sold since; drift is owed anew.

Locks are taken as the drains take them, debts before publications, and never waited for with another one held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from marketplaces import dto
from marketplaces.selectors import readings
from marketplaces.selectors.channels import ChannelFacts
from marketplaces.sync import debts, decide


@dataclass(frozen=True, slots=True)
class Verdict:
    """Readings taken before `orders_read_at`, judged; drifted: publication id → listing id."""

    orders_read_at: datetime
    judged: int
    drifted: dict[int, int]


def store_readings(
    *, levels: Sequence[tuple[int, int, dto.StockLevel]], held: Sequence[dto.StockLevel], now: datetime
) -> int:
    """
    This function will note what the marketplace holds, in the open scope; a row it does not mention counts as 0.

    levels: (channel warehouse, listing, level asked for).  A level that is being pushed right now is left out.
    """
    pieces = {level.key: level.pieces for level in held}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH told AS (
                SELECT * FROM unnest(%(warehouses)s::bigint[], %(listings)s::bigint[], %(pieces)s::int[])
                    AS told(warehouse, listing, pieces)
            ), free AS (
                SELECT p.id, told.pieces FROM marketplaces_publication p
                  JOIN told ON told.warehouse = p.channel_warehouse_id AND told.listing = p.listing_id
                 ORDER BY p.channel_warehouse_id, p.listing_id FOR UPDATE OF p SKIP LOCKED
            )
            UPDATE marketplaces_publication p SET read_pieces = free.pieces, read_at = %(now)s, compared_at = NULL
              FROM free WHERE p.id = free.id
            """,
            {
                "warehouses": [warehouse for warehouse, _, _ in levels],
                "listings": [listing for _, listing, _ in levels],
                "pieces": [pieces.get(level.key, 0) for _, _, level in levels],
                "now": now,
            },
        )
        return int(cursor.rowcount)


def judge(channel: ChannelFacts, *, orders_read_at: datetime) -> Verdict:
    """
    This function will judge readings older than an order pull, in the open scope; it writes nothing.

    Before the orders behind a difference are known, it is no drift; while a level is owed, a push corrects it anyway.
    """
    rows = readings.unjudged(merchant_id=channel.merchant_id, channel_id=channel.id, read_before=orders_read_at)
    drifted = {
        row.publication_id: row.listing_id
        for row in rows
        if not row.owed
        and row.pushed_at < row.read_at
        and decide.drifted(pushed=row.pushed, held=row.held, sold=row.sold)
    }
    return Verdict(orders_read_at, len(rows), drifted)


def owe(channel: ChannelFacts, verdict: Verdict, *, now: datetime) -> None:
    """This function will owe what drifted, in the open scope."""
    if verdict.drifted:
        debts.owe_stock(merchant_id=channel.merchant_id, now=now, listing_ids=set(verdict.drifted.values()))


def note(channel: ChannelFacts, verdict: Verdict, *, now: datetime) -> None:
    """This function will write down what was judged, in the open scope, apart from `owe`."""
    if not verdict.judged:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH free AS (
                SELECT p.id FROM marketplaces_publication p
                  JOIN catalog_channelwarehouse w ON w.id = p.channel_warehouse_id
                 WHERE p.merchant_id = %(merchant)s AND w.channel_id = %(channel)s AND p.read_at < %(read_before)s
                   AND p.compared_at IS NULL
                 ORDER BY p.channel_warehouse_id, p.listing_id FOR UPDATE OF p SKIP LOCKED
            )
            UPDATE marketplaces_publication p
               SET compared_at = %(now)s,
                   drifted_at = CASE WHEN p.id = ANY(%(drifted)s) THEN coalesce(p.drifted_at, %(now)s) END
              FROM free WHERE p.id = free.id
            """,
            {
                "merchant": channel.merchant_id,
                "channel": channel.id,
                "read_before": verdict.orders_read_at,
                "now": now,
                "drifted": list(verdict.drifted),
            },
        )
