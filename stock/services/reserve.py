"""Promising pieces to order lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from backoffice.kernel import events as bus
from backoffice.kernel.bulk import copy_to_temp
from catalog.selectors import sku as skus
from stock import locks
from stock.events import AvailabilityChanged
from stock.models import Feed
from stock.types import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """short: order line id → pieces that could not be promised (in pieces of the line's SKU); others are whole."""

    short: Mapping[int, int]
    sku_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Need:
    """One SKU that a line needs: the line's own, or a component of its kit."""

    wanted: Wanted
    sku_id: int
    per_piece: int


@transaction.atomic
def reserve(*, merchant_id: int, wanted: Sequence[Wanted], now: datetime) -> Reserved:
    """
    Reserve what is free, in the order given: first come, first served, and never beyond on-hand.

    A line gets what there is, up to what it wants; the rest is its shortage.  The warehouses that feed the line's
    channel warehouse are asked by rank.  Kits reserve their components.
    """
    needs = _needs(wanted)
    if not needs:
        return Reserved(short={}, sku_ids=frozenset())
    feeds = _feeds({need.wanted.channel_warehouse_id for need in needs})
    rows = locks.stock_rows(
        merchant_id=merchant_id,
        keys={
            (warehouse, need.sku_id) for need in needs for warehouse in feeds.get(need.wanted.channel_warehouse_id, ())
        },
    )
    free = {key: row.on_hand - row.reserved for key, row in rows.items()}
    grants: list[tuple[int, int, int, int, int]] = []
    short: dict[int, int] = {}
    for need in needs:
        left = need.wanted.pieces * need.per_piece
        for warehouse in feeds.get(need.wanted.channel_warehouse_id, ()):
            granted = min(left, max(0, free[warehouse, need.sku_id]))
            if granted:
                free[warehouse, need.sku_id] -= granted
                left -= granted
                grants.append((warehouse, need.sku_id, need.wanted.order_id, need.wanted.line_id, granted))
        if left:
            missing = -(-left // need.per_piece)
            short[need.wanted.line_id] = max(missing, short.get(need.wanted.line_id, 0))
    _write(merchant_id, grants, now)
    changed = frozenset(sku_id for _, sku_id, *_ in grants)
    if changed:
        changed |= skus.kits_of(component_ids=changed)
        bus.publish(AvailabilityChanged(merchant_id=merchant_id, sku_ids=changed))
    return Reserved(short=short, sku_ids=changed)


def _needs(wanted: Sequence[Wanted]) -> list[_Need]:
    kits = skus.components({line.sku_id for line in wanted})
    return [
        _Need(line, sku_id, per_piece)
        for line in wanted
        for sku_id, per_piece in kits.get(line.sku_id, {line.sku_id: 1}).items()
    ]


def _feeds(channel_warehouse_ids: set[int]) -> dict[int, list[int]]:
    feeds: dict[int, list[int]] = {}
    rows = Feed.objects.filter(channel_warehouse_id__in=channel_warehouse_ids).order_by("rank", "pk")
    for channel_warehouse, warehouse in rows.values_list("channel_warehouse_id", "warehouse_id"):
        feeds.setdefault(channel_warehouse, []).append(warehouse)
    return feeds


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
