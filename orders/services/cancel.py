"""Orders fall away, at any moment."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from orders import locks
from orders.errors import AlreadyHandedOver, NoSuchOrder, WrongState
from orders.events import CancelAsked, OrdersCancelled
from orders.models import Order
from orders.services import attention, timeline, transition, work
from orders.services.hand_over import waits_on_our_shelf
from orders.types import BEFORE_HANDOVER, Attention, EventKind, OwnReason, State
from stock.services import release


@transaction.atomic
def ask(*, merchant_id: int, order_id: int, reason: str, text: str, now: datetime, person_id: int | None) -> None:
    """
    Ask the marketplace to cancel the order; it is cancelled here when the marketplace has said so.

    Asking again while the answer is awaited has no effect.
    :raises AlreadyHandedOver: the parcel has left.
    :raises WrongState: the order is cancelled already.
    """
    order = locks.orders_for_change([order_id]).first()
    if order is None:
        raise NoSuchOrder(_("There is no such order."))
    if order.state == State.CANCELLED:
        raise WrongState(_("The order is cancelled already."))
    if order.state not in BEFORE_HANDOVER:
        raise AlreadyHandedOver(_("The parcel has been handed over; only the buyer or the marketplace can stop it."))
    if order.cancel_asked_at is not None:
        return
    Order.objects.filter(pk=order.pk).update(cancel_asked_at=now)
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.CANCEL,
        text=_("Cancellation asked: %(why)s") % {"why": text or OwnReason(reason).label},
        now=now,
        person_id=person_id,
    )
    attention.clear_flags(merchant_id=merchant_id, order_ids=[order.pk], reasons={Attention.CANCEL_FAILED}, now=now)
    bus.publish(CancelAsked(merchant_id=merchant_id, order_id=order.pk, reason=reason, text=text, at=now))


@transaction.atomic
def answered(*, merchant_id: int, order_id: int, accepted: bool, text: str, now: datetime) -> None:
    """Take the marketplace's answer to a cancellation that we asked for."""
    order = locks.orders_for_change([order_id]).get()
    if accepted:
        if order.state in BEFORE_HANDOVER:
            order.cancelled_by, order.cancel_reason = "seller", ""  # our own reason stands on the timeline
            cancelled(merchant_id=merchant_id, orders=[order], now=now)
        return
    Order.objects.filter(pk=order.pk).update(cancel_asked_at=None)
    attention.raise_flags(
        merchant_id=merchant_id, order_ids=[order.pk], reason=Attention.CANCEL_FAILED, now=now, text=text
    )


def cancelled(*, merchant_id: int, orders: Sequence[Order], now: datetime) -> None:
    """
    Cancel locked orders: what they hold is released once, what was picked is to be put back.

    Orders that have left keep their stock moves: their goods come back as a return, and a person is told.
    """
    here = [order for order in orders if order.state in BEFORE_HANDOVER or waits_on_our_shelf(order)]
    away = [order for order in orders if order not in here]
    Order.objects.bulk_update(orders, ["cancelled_by", "cancel_reason"], batch_size=1000)
    transition.move(orders=orders, to=State.CANCELLED, now=now, actor="marketplace", told=True)
    ids = [order.pk for order in here]
    release.release_orders(merchant_id=merchant_id, order_ids=ids, now=now)
    work.send_back(order_ids=ids)
    attention.clear_flags(merchant_id=merchant_id, order_ids=ids, reasons=set(Attention), now=now)
    attention.clear_flags(
        merchant_id=merchant_id,
        order_ids=[order.pk for order in away],
        reasons={Attention.CANCEL_WANTED},
        now=now,
    )
    attention.raise_flags(
        merchant_id=merchant_id,
        order_ids=[order.pk for order in away],
        reason=Attention.CANCELLED_AFTER_HANDOVER,
        now=now,
    )
    if ids:
        bus.publish(OrdersCancelled(merchant_id=merchant_id, order_ids=tuple(ids), at=now))
