"""Orders whose goods may come back, and those that wait for their buyers on our shelf."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from catalog.selectors import sku as skus
from catalog.types import Scheme
from orders.models import Order, OrderEvent, OrderLine, Unit
from orders.selectors.detail import buyer
from orders.types import EventKind, State, UnitState

_MOST = 300
_PHONE_END = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayLine:
    """Pieces of a SKU of an order: how many left and how many of them are back."""

    sku_id: int
    code: str
    pieces: int
    back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShelf:
    """An order of click & collect that is here; ours: its code is judged by us, not by the marketplace."""

    order_id: int
    number: str
    state: State
    until: datetime | None
    lines: Sequence[str]
    ours: bool


def left(order_id: int) -> QuerySet[Unit]:
    """Units that went away with their order, come back or not; what it went without lies in a cell."""
    laid = OrderEvent.objects.filter(order_id=order_id, kind=EventKind.SCAN, became="put_back")
    numbers = list(laid.values_list("data__unit", flat=True))
    gone = Unit.objects.filter(order_id=order_id, state__in=[UnitState.GONE, UnitState.RETURNED])
    return gone.exclude(number__in=numbers)


def away(order_id: int) -> list[AwayLine]:
    """What of an order is away, by article."""
    pieces: dict[int, list[int]] = {}
    for sku_id, state in left(order_id).values_list("sku_id", "state"):
        counted = pieces.setdefault(sku_id, [0, 0])
        counted[0] += 1
        counted[1] += state == UnitState.RETURNED
    codes = skus.codes(pieces)
    return [
        AwayLine(sku_id=sku_id, code=codes.get(sku_id, ""), pieces=counted[0], back=counted[1])
        for sku_id, counted in pieces.items()
    ]


def returning(*, limit: int = 50) -> list[Order]:
    """Orders on their way back, the longest first."""
    return list(Order.objects.filter(state=State.RETURNING).order_by("changed_at", "pk")[:limit])


def on_shelf(query: str = "") -> list[OnShelf]:
    """
    Click & collect orders that are packed or wait for their buyers.

    query: the number or its end, the code that the buyer names, or at least four last digits of their phone.
    """
    rows = Order.objects.filter(
        scheme=Scheme.PICKUP, state__in=[State.PACKED, State.READY_FOR_PICKUP], handed_over_at__isnull=True
    ).order_by("pickup_until", "pk")
    asked = query.strip().lower()
    found = [order for order in rows[:_MOST] if not asked or _is(order, asked)]
    lines: dict[int, list[str]] = {}
    for line in OrderLine.objects.filter(order__in=found).order_by("order_id", "position"):
        lines.setdefault(line.order_id, []).append(f"{line.title} × {line.pieces}")
    return [
        OnShelf(
            order_id=order.pk,
            number=order.external_number,
            state=State(order.state),
            until=order.pickup_until,
            lines=lines.get(order.pk, []),
            ours=bool(order.pickup_code),
        )
        for order in found
    ]


def _is(order: Order, asked: str) -> bool:
    if order.external_number.lower().endswith(asked) or asked in {order.pickup_code, order.barcode.lower()} - {""}:
        return True
    digits = "".join(sign for sign in asked if sign.isdigit())
    if len(digits) < _PHONE_END:
        return False
    phone = "".join(sign for sign in buyer(order.pk).get("phone", "") if sign.isdigit())
    return phone.endswith(digits)
