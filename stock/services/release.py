"""Taking promises back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from backoffice.kernel import events as bus
from catalog.selectors import sku as skus
from stock import locks
from stock.events import AvailabilityChanged
from stock.models import Reservation
from stock.types import ReservationState


@transaction.atomic
def release_orders(*, merchant_id: int, order_ids: Sequence[int], now: datetime) -> int:
    """Release all that these orders hold, exactly once; returns pieces released."""
    return _end(merchant_id, _held(order_ids), ReservationState.RELEASED, now)


@transaction.atomic
def release_pieces(*, merchant_id: int, line_id: int, pieces: Mapping[int, int], now: datetime) -> int:
    """Release so many pieces of each SKU, as far as the order line holds them; returns pieces released."""
    left = dict(pieces)
    ending = []
    held = Reservation.objects.filter(merchant_id=merchant_id, line_ref=line_id, state=ReservationState.HELD)
    for row in held.order_by("pk"):
        taken = min(row.pieces, left.get(row.sku_id, 0))
        if not taken:
            continue
        left[row.sku_id] -= taken
        if taken < row.pieces:
            # What stays promised becomes a row of its own: a reservation ends as a whole.
            Reservation.objects.filter(pk=row.pk).update(pieces=taken)
            kept = row.pieces - taken
            ending.append((row.pk, row.warehouse_id, row.sku_id))
            row.pk, row._state.adding, row.pieces = None, True, kept
            row.save()
        else:
            ending.append((row.pk, row.warehouse_id, row.sku_id))
    return _end(merchant_id, ending, ReservationState.RELEASED, now)


def _held(order_ids: Sequence[int]) -> Sequence[tuple[int, int, int]]:
    held = Reservation.objects.filter(order_ref__in=list(order_ids), state=ReservationState.HELD)
    return list(held.values_list("pk", "warehouse_id", "sku_id"))


def _end(merchant_id: int, held: Sequence[tuple[int, int, int]], state: ReservationState, now: datetime) -> int:
    """End reservations that are still held once their stock rows are locked, and lower what is reserved."""
    held = list(held)
    if not held:
        return 0
    locks.stock_rows(merchant_id=merchant_id, keys={(warehouse, sku_id) for _, warehouse, sku_id in held})
    ended = end_reservations([pk for pk, *_ in held], state)
    changed = frozenset(sku_id for _, sku_id in ended)
    if changed:
        bus.publish(
            AvailabilityChanged(merchant_id=merchant_id, sku_ids=changed | skus.kits_of(component_ids=changed), at=now)
        )
    return sum(ended.values())


def end_reservations(pks: Sequence[int], state: ReservationState) -> Mapping[tuple[int, int], int]:
    """
    Set `state` on those of these reservations that are held, and lower the reserved pieces of their locked stock rows.

    Returns (warehouse id, SKU id) → pieces ended.  A reservation already ended by another is not counted again.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE stock_reservation SET state = %s WHERE id = ANY(%s::bigint[]) AND state = 'held'
            RETURNING warehouse_id, sku_id, pieces
            """,
            [state, list(pks)],
        )
        ended: Counter[tuple[int, int]] = Counter()
        for warehouse, sku_id, pieces in cursor.fetchall():
            ended[warehouse, sku_id] += pieces
        cursor.execute(
            """
            UPDATE stock_stockrow SET reserved = reserved - ended.pieces
            FROM unnest(%s::bigint[], %s::bigint[], %s::int[]) AS ended(warehouse, sku, pieces)
            WHERE stock_stockrow.warehouse_id = ended.warehouse AND stock_stockrow.sku_id = ended.sku
            """,
            [[key[0] for key in ended], [key[1] for key in ended], list(ended.values())],
        )
    return ended
