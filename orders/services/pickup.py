"""
Click & collect from our own shelf: ready, given out by code to who may have it, or put back when nobody came.

The goods stay reserved and on the shelf until they are given out, so an order that nobody fetched frees them again.
"""

import hmac
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from catalog.types import Scheme
from orders import locks
from orders.errors import NoSuchOrder, NotIdentified, WrongCode, WrongState
from orders.events import CancelAsked, OrdersCancelled, ProgressReported
from orders.models import Order
from orders.services import hand_over, timeline, transition, work
from orders.types import ENTERED_BY_HAND, EventKind, State
from stock.services import release

CODE_DIGITS = 6
NOT_COLLECTED = "not_collected"
REFUSED = "refused"


@transaction.atomic
def arrive(
    *, merchant_id: int, order_ids: Iterable[int], keep_until: datetime, now: datetime, person_id: int | None
) -> Sequence[int]:
    """
    Packed orders of click & collect wait for their buyers until `keep_until`; returns those that wait now.

    Orders of other schemes, not packed ones and those that wait already are left alone, so that a repeat has no effect.
    """
    orders = [
        order
        for order in locks.orders_for_change(order_ids)
        if order.scheme == Scheme.PICKUP and order.state == State.PACKED
    ]
    for order in orders:
        order.pickup_until = keep_until
        if order.remote_status == ENTERED_BY_HAND:
            order.pickup_code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    Order.objects.bulk_update(orders, ["pickup_until", "pickup_code"], batch_size=1000)
    transition.move(orders=orders, to=State.READY_FOR_PICKUP, now=now, person_id=person_id)
    for order in orders:
        _told(order, State.READY_FOR_PICKUP, now)
    return [order.pk for order in orders]


@transaction.atomic
def issue(
    *,
    merchant_id: int,
    order_id: int,
    code: str,
    identity_checked: bool,
    now: datetime,
    person_id: int | None,
) -> None:
    """
    Give an order out: its stock leaves, and it is delivered.  Giving it out again has no effect.

    code: what the buyer named.  Where the marketplace gave it, the marketplace judges it, and the order is delivered
    when it has agreed; ours is judged here.  identity_checked: a person has seen whose order it is.
    :raises NoSuchOrder: it is not there
    :raises WrongState: it does not wait here
    :raises WrongCode: the buyer names another code
    :raises NotIdentified: nobody looked at who takes it
    """
    order = locks.orders_for_change([order_id]).first()
    if order is None:
        raise NoSuchOrder(_("There is no such order."))
    if order.state == State.DELIVERED:
        return
    if order.state != State.READY_FOR_PICKUP or order.handed_over_at is not None:
        raise WrongState(
            _("Order %(number)s is «%(state)s»: it does not wait for the buyer here.")
            % {"number": order.external_number, "state": State(order.state).label}
        )
    if order.pickup_code and not hmac.compare_digest(code.strip().encode(), order.pickup_code.encode()):
        raise WrongCode(_("The code is another one. Ask the buyer to look again; nothing was given out."))
    if not identity_checked:
        raise NotIdentified(_("Look at a paper of the buyer first, and say that you did."))
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.HANDOVER,
        text=_("Given to the buyer by code, identity checked"),
        now=now,
        person_id=person_id,
    )
    if order.pickup_code:
        hand_over.take_out(merchant_id=merchant_id, orders=[order], now=now, person_id=person_id)
        transition.move(orders=[order], to=State.DELIVERED, now=now, person_id=person_id)
    else:
        # The buyer has it while the marketplace has yet to agree: it is not put back for being late.
        Order.objects.filter(pk=order.pk).update(pickup_until=None)
    _told(order, State.DELIVERED, now, code=code.strip())


@transaction.atomic
def extend(*, merchant_id: int, order_id: int, keep_until: datetime, now: datetime, person_id: int | None) -> None:
    """Keep an order that waits here for longer; :raises WrongState: it does not wait here."""
    order = locks.orders_for_change([order_id]).first()
    if order is None or order.state != State.READY_FOR_PICKUP or order.handed_over_at is not None:
        raise WrongState(_("This order does not wait for the buyer here."))
    Order.objects.filter(pk=order.pk).update(pickup_until=keep_until, changed_at=now)
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.NOTE,
        text=_("Kept for longer"),
        now=now,
        person_id=person_id,
    )


@transaction.atomic
def put_back_uncollected(*, merchant_id: int, now: datetime) -> Sequence[int]:
    """
    Orders whose time on the shelf is over fall away: their goods are free again and are to be put back.

    Returns the ids that fell away.
    """
    late = Order.objects.filter(
        merchant_id=merchant_id,
        state=State.READY_FOR_PICKUP,
        handed_over_at__isnull=True,
        pickup_until__lt=now,
    ).values_list("pk", flat=True)
    orders = [
        order
        for order in locks.orders_for_change(late)
        if order.state == State.READY_FOR_PICKUP and order.pickup_until is not None and order.pickup_until < now
    ]
    if not orders:
        return []
    return _fall_away(merchant_id, orders, NOT_COLLECTED, _("Not collected in time"), now, None)


@transaction.atomic
def refuse(*, merchant_id: int, order_id: int, text: str, now: datetime, person_id: int | None) -> None:
    """
    The buyer does not take an order that waits here: its goods are free again and are to be put back.

    :raises WrongState: it does not wait here
    """
    order = locks.orders_for_change([order_id]).first()
    if order is None or order.state != State.READY_FOR_PICKUP or order.handed_over_at is not None:
        raise WrongState(_("This order does not wait for the buyer here."))
    words = _("The buyer refused: %(why)s") % {"why": text} if text else _("The buyer refused")
    _fall_away(merchant_id, [order], REFUSED, words, now, person_id)
    if order.remote_status != ENTERED_BY_HAND:
        bus.publish(CancelAsked(merchant_id=merchant_id, order_id=order.pk, reason="other", text=text, at=now))


def _fall_away(
    merchant_id: int, orders: Sequence[Order], by: str, text: str, now: datetime, person_id: int | None
) -> Sequence[int]:
    """Cancel locked orders that wait on our shelf; returns their ids."""
    ids = [order.pk for order in orders]
    Order.objects.filter(pk__in=ids).update(cancelled_by=by)
    transition.move(orders=orders, to=State.CANCELLED, now=now, person_id=person_id, text=text)
    release.release_orders(merchant_id=merchant_id, order_ids=ids, now=now)
    work.send_back(order_ids=ids)
    bus.publish(OrdersCancelled(merchant_id=merchant_id, order_ids=tuple(ids), at=now))
    return ids


def _told(order: Order, state: State, now: datetime, *, code: str = "") -> None:
    bus.publish(
        ProgressReported(merchant_id=order.merchant_id, order_id=order.pk, state=state.value, code=code, at=now)
    )
