"""Fees that a marketplace tells in its orders before anything is settled."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from orders.types import OrderDraft


def tell(*, channel_id: int, drafts: Sequence[OrderDraft], now: datetime) -> None:
    """Keep what the marketplace now says it will take of known, locked orders; silence leaves what it said before."""
    told = [
        (draft.number, line.external_id, line.estimated_fee)
        for draft in drafts
        for line in draft.lines
        if line.estimated_fee is not None
    ]
    if not told:
        return
    numbers, lines, fees = (list(column) for column in zip(*told, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, {"channel": channel_id, "numbers": numbers, "lines": lines, "fees": fees, "now": now})


_TOLD = """
    WITH told AS (
        SELECT * FROM unnest(%(numbers)s::text[], %(lines)s::text[], %(fees)s::numeric[]) AS told (number, line, fee)
    ), other AS (
        UPDATE orders_orderline l SET estimated_fee = told.fee
        FROM told JOIN orders_order o ON o.channel_id = %(channel)s AND o.external_number = told.number
        WHERE l.order_id = o.id AND l.external_id = told.line AND l.estimated_fee IS DISTINCT FROM told.fee
        RETURNING l.order_id
    )
    UPDATE orders_order SET changed_at = %(now)s WHERE id IN (SELECT order_id FROM other)
"""
