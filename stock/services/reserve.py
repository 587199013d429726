"""Promising pieces to order lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from backoffice.kernel import events as bus
from backoffice.kernel.bulk import copy_to_temp
from catalog.selectors import sku as skus
from stock import locks
from stock.events import AvailabilityChanged
from stock.models import Reservation, StockRow
from stock.selectors.availability import feeds_of
from stock.types import ReservationState, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """short: order line id → pieces that could not be promised (in pieces of the line's SKU); others are whole."""

    short: Mapping[int, int]
    sku_ids: frozenset[int]


Key = tuple[int, int]  # warehouse, SKU
Parts = Mapping[int, int]  # SKU id → pieces in one kit
Grant = tuple[int, int, int, int, int]  # warehouse, SKU, order, line, pieces


@transaction.atomic
def reserve(*, merchant_id: int, wanted: Sequence[Wanted], now: datetime) -> Reserved:
    """
    Reserve what is free, in the order given: first come, first served, and never beyond on-hand.

    A line gets what there is, up to what it wants; the rest is its shortage.  The warehouses that feed the line's
    channel warehouse are asked by rank.  Kits reserve those that stand assembled, then components, for whole kits only.
    """
    if not wanted:
        return Reserved(short={}, sku_ids=frozenset())
    kits, feeds, keys = _sources(wanted)
    rows = locks.stock_rows(merchant_id=merchant_id, keys=keys)
    free = {key: max(0, row.on_hand - row.reserved) for key, row in rows.items()}
    grants: list[Grant] = []
    short: dict[int, int] = {}
    for line in wanted:
        warehouses = feeds.get(line.channel_warehouse_id, ())
        granted = _take(line, line.sku_id, line.pieces, warehouses, free, grants)
        if parts := kits.get(line.sku_id):
            granted += _make_up(line, line.pieces - granted, parts, warehouses, free, grants)
        if granted < line.pieces:
            short[line.line_id] = line.pieces - granted
    _write(merchant_id, grants, now)
    changed = frozenset(sku_id for _, sku_id, *_ in grants)
    if changed:
        changed |= skus.kits_of(component_ids=changed)
        bus.publish(AvailabilityChanged(merchant_id=merchant_id, sku_ids=changed, at=now))
    return Reserved(short=short, sku_ids=changed)


def lock_ahead(*, merchant_id: int, order_ids: Collection[int], wanted: Sequence[Wanted] = ()) -> None:
    """
    Lock at once the stock rows of all that these locked orders hold, and of what is to be reserved.

    For whoever comes for stock more than once in a transaction: with the rows of the first time held, the second may
    wait for somebody who waits for those.
    """
    held = Reservation.objects.filter(order_ref__in=list(order_ids), state=ReservationState.HELD)
    keys: set[Key] = set(held.values_list("warehouse_id", "sku_id"))
    if wanted:
        keys |= _sources(wanted)[2]
    locks.stock_rows(merchant_id=merchant_id, keys=keys)


def _sources(wanted: Sequence[Wanted]) -> tuple[Mapping[int, Parts], Mapping[int, Sequence[int]], set[Key]]:
    """(kit id → its parts, channel warehouse id → the warehouses that feed it, keys of all rows that may be asked)."""
    kits = skus.components({line.sku_id for line in wanted})
    feeds = feeds_of({line.channel_warehouse_id for line in wanted})
    keys = {
        (warehouse, sku_id)
        for line in wanted
        for sku_id in kits.get(line.sku_id, (line.sku_id,))
        for warehouse in feeds.get(line.channel_warehouse_id, ())
    }
    return kits, feeds, keys | _assembled(kits)


def _assembled(kits: Mapping[int, Parts]) -> set[Key]:
    """(warehouse id, kit id) of the kits that were ever assembled: no other one gets a stock row."""
    if not kits:
        return set()
    return set(StockRow.objects.filter(sku_id__in=list(kits)).values_list("warehouse_id", "sku_id"))


def _take(
    line: Wanted,
    sku_id: int,
    pieces: int,
    warehouses: Sequence[int],
    free: dict[tuple[int, int], int],
    grants: list[Grant],
) -> int:
    """Grant the line at most so many pieces of what is free, warehouse by warehouse; returns how many."""
    left = pieces
    for warehouse in warehouses:
        there = free.get((warehouse, sku_id), 0)
        if taken := min(left, there):
            free[warehouse, sku_id] = there - taken
            left -= taken
            grants.append((warehouse, sku_id, line.order_id, line.line_id, taken))
    return pieces - left


def _make_up(
    line: Wanted,
    wanted: int,
    parts: Parts,
    warehouses: Sequence[int],
    free: dict[tuple[int, int], int],
    grants: list[Grant],
) -> int:
    """Grant the parts of at most `wanted` kits, for whole ones only; returns of how many."""
    there = {sku_id: sum(free.get((warehouse, sku_id), 0) for warehouse in warehouses) for sku_id in parts}
    kits = min([wanted, *(there[sku_id] // per_kit for sku_id, per_kit in parts.items())])
    for sku_id, per_kit in parts.items():
        _take(line, sku_id, kits * per_kit, warehouses, free, grants)
    return kits


def _write(merchant_id: int, grants: Sequence[tuple[int, int, int, int, int]], now: datetime) -> None:
    if not grants:
        return
    copy_to_temp(
        "granted",
        [
            ("warehouse_id", "bigint"),
            ("sku_id", "bigint"),
            ("order_ref", "bigint"),
            ("line_ref", "bigint"),
            ("pieces", "int"),
        ],
        grants,
        joined=False,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO stock_reservation
                (merchant_id, warehouse_id, sku_id, order_ref, line_ref, pieces, state, made_at)
            SELECT %s, warehouse_id, sku_id, order_ref, line_ref, pieces, 'held', %s FROM granted
            """,
            [merchant_id, now],
        )
        cursor.execute(
            """
            UPDATE stock_stockrow SET reserved = reserved + grown.pieces
            FROM (SELECT warehouse_id, sku_id, sum(pieces) AS pieces FROM granted GROUP BY 1, 2) AS grown
            WHERE stock_stockrow.warehouse_id = grown.warehouse_id AND stock_stockrow.sku_id = grown.sku_id
            """
        )
