"""What was sold comes back, piece by piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from orders import locks
from orders.errors import WrongState
from orders.models import Order, Unit, UnitMark
from orders.selectors import coming_back
from orders.services import timeline, transition
from orders.services.work import make_units
from orders.types import EventKind, State, UnitState, may_follow


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """A unit that came back, and whether its order is now whole again."""

    unit_id: int
    whole: bool
    marks: Sequence[str]


@transaction.atomic
def take_back(
    *, merchant_id: int, order_id: int, sku_id: int, free_marks: bool, now: datetime, person_id: int | None
) -> CameBack | None:
    """
    One piece of an order that left comes back: the order is returning, and returned with its last piece.

    free_marks: the piece is sold again, so its marking codes may serve another unit; they stay on the timeline.
    Returns None when no such piece of the order is away.
    :raises WrongState: the order never left
    """
    order = locks.orders_for_change([order_id]).first()
    if order is None or order.handed_over_at is None:
        raise WrongState(_("This order has not left: nothing of it can come back."))
    if make_units(merchant_id=merchant_id, order_ids=[order_id]):
        Unit.objects.filter(order=order).update(state=UnitState.GONE)
    away = coming_back.left(order_id).filter(state=UnitState.GONE)
    unit = away.filter(sku_id=sku_id).order_by("number").first()
    if unit is None:
        return None
    Unit.objects.filter(pk=unit.pk).update(state=UnitState.RETURNED)
    marks = list(UnitMark.objects.filter(unit=unit).values_list("value", flat=True))
    if free_marks:
        UnitMark.objects.filter(unit=unit).delete()
    data = {"unit": unit.number, "sku": sku_id, "step": "returned", "marks": marks}
    line = timeline.Line(order_id=order.pk, kind=EventKind.SCAN, became="returned", data=data)
    timeline.write(merchant_id=merchant_id, lines=[line], now=now, person_id=person_id)
    whole = not away.exists()
    Order.objects.filter(pk=order.pk).update(changed_at=now)
    _lead(order, whole, now, person_id)
    return CameBack(unit_id=unit.pk, whole=whole, marks=marks)


def _lead(order: Order, whole: bool, now: datetime, person_id: int | None) -> None:
    if may_follow(State(order.state), State.RETURNING):
        transition.move(orders=[order], to=State.RETURNING, now=now, person_id=person_id)
    if whole and may_follow(State(order.state), State.RETURNED):
        transition.move(orders=[order], to=State.RETURNED, now=now, person_id=person_id)
