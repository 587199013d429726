"""Stock at the marketplace: ours read back, theirs (FBO), and the sweep that owes everything anew."""

from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError

from marketplaces import dto
from marketplaces.models import OwnStockRow
from marketplaces.selectors import levels
from marketplaces.sync import debts, drift
from marketplaces.sync.pull import Pull

SWEEP_BATCH = 1000
SWEEP_TURNS = 20


def sweep(pull: Pull) -> None:
    """This function will owe every level once more, behind all changes."""
    with pull.scope():
        ids = levels.matched_listings(pull.channel.id)
    for start in range(0, len(ids), SWEEP_BATCH):
        pull.still_ours()
        _sweep(pull, ids[start : start + SWEEP_BATCH])
        pull.items += len(ids[start : start + SWEEP_BATCH])
        if start == 0:
            # The first levels leave while the last are still being owed.
            pull.owes()


def _sweep(pull: Pull, listing_ids: list[int]) -> None:
    """A sweep gives way: whoever changes stock at this moment must neither wait for it nor lose to it."""
    for turn in range(SWEEP_TURNS):
        try:
            with pull.scope():
                debts.owe_again(
                    merchant_id=pull.channel.merchant_id, listing_ids=listing_ids, now=pull.started_at, patience_ms=200
                )
            return
        except OperationalError:
            if turn == SWEEP_TURNS - 1:
                raise


def read_back(pull: Pull) -> None:
    """This function will read what they hold of our stock; it is judged after the next order pull."""
    with pull.scope():
        pairs = levels.published_pairs(pull.channel.id)
        names = levels.listing_names(listing for _, listing, _ in pairs)
        places = levels.warehouse_names(warehouse for warehouse, _, _ in pairs)
    asked = [
        (warehouse, listing, stock_level(places[warehouse], names[listing], pieces))
        for warehouse, listing, pieces in pairs
        if listing in names
    ]
    for start in range(0, len(asked), 1000):
        for warehouse in sorted({row[0] for row in asked[start : start + 1000]}):
            some = [row for row in asked[start : start + 1000] if row[0] == warehouse]
            before = pull.clock()
            page = pull.adapter.read_stock([level for _, _, level in some])
            pull.still_ours()
            _store_held(pull, page, some, now=before)


def _store_held(
    pull: Pull, page: dto.Page[dto.StockLevel], asked: Sequence[tuple[int, int, dto.StockLevel]], *, now: datetime
) -> None:
    """What is not named counts as 0, unless something was not understood: then nothing is known of it."""
    named = {level.key for level in page.items}
    with pull.scope():
        pull.apply(
            page,
            [row for row in asked if row[2].key in named or not page.broken],
            lambda part: drift.store_readings(levels=part, held=page.items, now=now),
            called=lambda row: (row[2].stock_id, row[2].offer_id),
            told=lambda row: row[2].pieces,
        )


def read_own(pull: Pull) -> None:
    """This function will read what lies in the marketplace's own warehouses; what it no longer names is gone."""
    for page in pull.adapter.own_stock():
        pull.still_ours()
        latest = {(item.stock_id, item.warehouse_id): item for item in page.items}
        with pull.scope():
            pull.apply(
                page,
                list(latest.values()),
                lambda part: _store_own(pull, part),
                called=lambda item: (item.stock_id,),
                told=lambda item: {"warehouse": item.warehouse_id, "pieces": item.pieces, "reserved": item.reserved},
            )
    with pull.scope():
        OwnStockRow.objects.filter(channel_id=pull.channel.id, read_at__lt=pull.started_at).delete()


def stock_level(warehouse_id: str, name: levels.ListingName, pieces: int) -> dto.StockLevel:
    """This function will name a level as the marketplace does."""
    return dto.StockLevel(
        warehouse_id=warehouse_id,
        offer_id=name.offer_id,
        stock_id=name.stock_id,
        product_id=name.product_id,
        pieces=pieces,
    )


def _store_own(pull: Pull, items: Sequence[dto.OwnStock]) -> None:
    known = levels.listings_by_stock_id(pull.channel.id, {item.stock_id for item in items})
    OwnStockRow.objects.bulk_create(
        [
            OwnStockRow(
                merchant_id=pull.channel.merchant_id,
                channel_id=pull.channel.id,
                listing_id=known.get(item.stock_id),
                stock_external_id=item.stock_id[:60],
                warehouse_external_id=item.warehouse_id[:60],
                warehouse_name=item.warehouse_name[:200],
                pieces=item.pieces,
                reserved=item.reserved,
                to_customer=item.to_customer,
                from_customer=item.from_customer,
                read_at=pull.started_at,
            )
            for item in items
        ],
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["channel", "stock_external_id", "warehouse_external_id"],
        update_fields=["listing", "warehouse_name", "pieces", "reserved", "to_customer", "from_customer", "read_at"],
    )
