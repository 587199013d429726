"""What is promised to orders."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from stock.models import Reservation
from stock.types import ReservationState


def promised_to(order_ids: Iterable[int]) -> Mapping[int, Counter[int]]:
    """
    Order line id → SKU id → pieces that are held for it, or have left for it.

    Of a kit: those that stood assembled, then components, as it was made of when it was ordered.
    """
    rows = Reservation.objects.filter(order_ref__in=list(order_ids)).exclude(state=ReservationState.RELEASED)
    found: dict[int, Counter[int]] = defaultdict(Counter)
    for line_id, sku_id, pieces in rows.order_by("pk").values_list("line_ref", "sku_id", "pieces"):
        found[line_id or 0][sku_id] += pieces
    return found
