"""What is promised to a line of an order passes to a line of another one: the goods are the same."""

from collections.abc import Mapping

from django.db import transaction

from stock.models import Reservation
from stock.types import ReservationState


@transaction.atomic
def to_line(*, from_line: int, order_id: int, line_id: int, pieces: Mapping[int, int]) -> None:
    """
    Pass reserved pieces of `from_line` to `line_id` of `order_id`: SKU id → pieces, as many of them as it holds.

    What is reserved in all does not change, so no stock row is touched; the caller has locked both orders.
    """
    held = Reservation.objects.filter(line_ref=from_line, state=ReservationState.HELD).order_by("pk")
    left = dict(pieces)
    for row in held:
        passing = min(row.pieces, left.get(row.sku_id, 0))
        if not passing:
            continue
        left[row.sku_id] -= passing
        if passing < row.pieces:
            Reservation.objects.filter(pk=row.pk).update(pieces=row.pieces - passing)
            row.pk, row._state.adding, row.pieces = None, True, passing
        row.order_ref, row.line_ref = order_id, line_id
        row.save()
