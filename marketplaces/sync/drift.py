"""Read-back: what a marketplace holds against what we pushed and it sold since; drift is owed anew."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from marketplaces import dto
from marketplaces.models import Debt, Publication
from marketplaces.selectors.channels import ChannelFacts
from marketplaces.sync import debts, decide
from orders.selectors import outbound

# Orders near the push may or may not be in what was pushed: their clock is not ours.
SLACK = timedelta(minutes=2)


def store_readings(
    *,
    channel: ChannelFacts,
    levels: Sequence[tuple[int, int, dto.StockLevel]],
    held: Sequence[dto.StockLevel],
    now: datetime,
) -> int:
    """
    This function will note what the marketplace holds, in the open scope; a row it does not mention counts as 0.

    levels: (channel warehouse, listing, level asked for).
    """
    pieces = {level.key: level.pieces for level in held}
    asked = {(warehouse, listing): pieces.get(level.key, 0) for warehouse, listing, level in levels}
    rows = Publication.objects.filter(
        channel_warehouse_id__in={pair[0] for pair in asked}, listing_id__in={pair[1] for pair in asked}
    )
    read = [row for row in rows if (row.channel_warehouse_id, row.listing_id) in asked]
    for row in read:
        row.read_pieces, row.read_at = asked[row.channel_warehouse_id, row.listing_id], now
        row.compared_at = None
    Publication.objects.bulk_update(read, ["read_pieces", "read_at", "compared_at"], batch_size=1000)
    return len(read)


def judge_readings(channel: ChannelFacts, *, orders_read_at: datetime, now: datetime) -> int:
    """
    This function will judge readings older than this order pull and owe what drifted; gives how many had.

    Before the orders behind a difference are known, it is no drift; while a level is owed, a push corrects it anyway.
    """
    rows = list(
        Publication.objects.filter(
            merchant_id=channel.merchant_id,
            channel_warehouse__channel_id=channel.id,
            read_at__lt=orders_read_at,
            compared_at__isnull=True,
        )
    )
    if not rows:
        return 0
    owed = set(Debt.objects.filter(channel_id=channel.id, op="stock").values_list("channel_warehouse_id", "listing_id"))
    settled = [row for row in rows if row.read_at and row.pushed_at < row.read_at]
    sold = _sold(settled)
    drifted = []
    for row in rows:
        row.compared_at = now
        key = (row.channel_warehouse_id, row.listing_id)
        wrong = (
            row in settled
            and key not in owed
            and decide.drifted(pushed=row.pieces, held=row.read_pieces or 0, sold=sold.get(key, 0))
        )
        if wrong:
            drifted.append(row)
        row.drifted_at = (row.drifted_at or now) if wrong else None
    Publication.objects.bulk_update(rows, ["compared_at", "drifted_at"], batch_size=1000)
    if drifted:
        debts.owe_stock(merchant_id=channel.merchant_id, now=now, listing_ids={row.listing_id for row in drifted})
    return len(drifted)


def _sold(rows: Sequence[Publication]) -> dict[tuple[int, int], int]:
    by_warehouse: dict[int, list[Publication]] = defaultdict(list)
    for row in rows:
        by_warehouse[row.channel_warehouse_id].append(row)
    found: dict[tuple[int, int], int] = {}
    for warehouse, own in by_warehouse.items():
        # Pushes of the same ten minutes share a query: a wider bound takes more for a sale, never less.
        by_time: dict[datetime, list[int]] = defaultdict(list)
        for row in own:
            since = row.pushed_at - SLACK
            by_time[since.replace(minute=since.minute // 10 * 10, second=0, microsecond=0)].append(row.listing_id)
        for since, listing_ids in by_time.items():
            sold = outbound.pieces_ordered_since(channel_warehouse_id=warehouse, listing_ids=listing_ids, since=since)
            found |= {(warehouse, listing): pieces for listing, pieces in sold.items()}
    return found
