"""Orders leave."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction

from backoffice.kernel import events as bus
from orders import locks
from orders.events import OrdersHandedOver
from orders.models import Order, Unit
from orders.services import transition
from orders.types import BEFORE_HANDOVER, State, UnitState
from stock.services import issue


@transaction.atomic
def hand_over(
    *, merchant_id: int, order_ids: Iterable[int], now: datetime, person_id: int | None = None
) -> Sequence[int]:
    """
    Let packed orders go: state, stock and units at once.

    Orders in another state are left alone, so that a repeat has no effect.  Returns the ids that went.
    """
    orders = [order for order in locks.orders_for_change(order_ids) if order.state == State.PACKED]
    leave(merchant_id=merchant_id, orders=orders, now=now, person_id=person_id)
    return [order.pk for order in orders]


def leave(
    *,
    merchant_id: int,
    orders: Sequence[Order],
    now: datetime,
    person_id: int | None = None,
    told: bool = False,
) -> None:
    """
    Hand over locked orders that are still here.

    told: the marketplace says that it has them, so they go from any state before handover.
    """
    going = [order for order in orders if order.state in BEFORE_HANDOVER]
    if not going:
        return
    ids = [order.pk for order in going]
    unpicked = {order.pk for order in going if order.state in {State.NEW, State.CONFIRMED}}
    transition.move(orders=going, to=State.HANDED_OVER, now=now, person_id=person_id, told=told)
    _goods_leave(merchant_id, ids, now, person_id, unpicked)
    bus.publish(OrdersHandedOver(merchant_id=merchant_id, order_ids=tuple(ids), at=now))


def waits_on_our_shelf(order: Order) -> bool:
    """Whether a buyer is to fetch the order from us: it is ready, and its goods are still here."""
    return order.state == State.READY_FOR_PICKUP and order.handed_over_at is None


def take_out(*, merchant_id: int, orders: Sequence[Order], now: datetime, person_id: int | None = None) -> None:
    """Let the goods of locked orders leave that wait on our shelf; their state is for the caller to move."""
    going = [order for order in orders if waits_on_our_shelf(order)]
    if going:
        _goods_leave(merchant_id, [order.pk for order in going], now, person_id)
        for order in going:
            order.handed_over_at = now


def _goods_leave(
    merchant_id: int, ids: Sequence[int], now: datetime, person_id: int | None, unpicked: Collection[int] = ()
) -> None:
    Order.objects.filter(pk__in=ids).update(handed_over_at=now)
    Unit.objects.filter(order_id__in=ids).exclude(state=UnitState.PUT_BACK).update(state=UnitState.GONE)
    issue.issue_orders(merchant_id=merchant_id, order_ids=ids, now=now, person_id=person_id, unpicked=unpicked)
