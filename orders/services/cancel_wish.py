"""A buyer asks to cancel what is on its way: a person answers, the marketplace is told and decides."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from orders import locks
from orders.errors import NoSuchOrder, WrongState
from orders.events import CancelWishAnswered
from orders.models import Order
from orders.services import attention, timeline
from orders.types import FINAL, Attention, EventKind


@transaction.atomic
def wished(*, merchant_id: int, channel_id: int, number: str, parts: Sequence[str], text: str, now: datetime) -> None:
    """
    Take a buyer's wish that reached us by itself; a second one for other parts adds to the first.

    parts: as the marketplace names them, empty for the whole order; text: the same for people.
    Nothing follows for an order that is over or that we do not know.
    """
    order = locks.orders_by_number(channel_id=channel_id, numbers=[number]).first()
    if order is None or order.state in FINAL:
        return
    asked = Attention.CANCEL_WANTED in order.attention
    whole = not parts or (asked and not order.cancel_wish)
    wish = [] if whole else sorted({*(order.cancel_wish if asked else ()), *parts})
    if asked and wish == order.cancel_wish:
        return
    Order.objects.filter(pk=order.pk).update(cancel_wish=wish, changed_at=now)
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.CANCEL,
        text=": ".join(filter(None, (_("The buyer asks to cancel"), text))),
        now=now,
        actor="marketplace",
        data={"parts": list(parts)},
    )
    attention.raise_flags(merchant_id=merchant_id, order_ids=[order.pk], reason=Attention.CANCEL_WANTED, now=now)


@transaction.atomic
def answer(
    *, merchant_id: int, order_id: int, accept: bool, why: str, now: datetime, person_id: int | None = None
) -> None:
    """
    Answer the buyer; the order changes when the marketplace has taken the answer.

    why: "in_delivery" or "delivered", when declined.
    :raises WrongState: nobody asks any more
    """
    order = locks.orders_for_change([order_id]).first()
    if order is None:
        raise NoSuchOrder(_("There is no such order."))
    if Attention.CANCEL_WANTED not in order.attention:
        raise WrongState(_("Nobody asks to cancel this order any more."))
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.CANCEL,
        text=_("The buyer's wish is accepted") if accept else _("The buyer's wish is declined"),
        now=now,
        person_id=person_id,
    )
    bus.publish(
        CancelWishAnswered(
            merchant_id=merchant_id,
            order_id=order.pk,
            accept=accept,
            why=why,
            parts=tuple(order.cancel_wish),
            at=now,
        )
    )


@transaction.atomic
def told(*, merchant_id: int, order_id: int, taken: bool, text: str, now: datetime) -> None:
    """Take what the marketplace says of our answer; the order's state comes with its status."""
    if taken:
        Order.objects.filter(pk=order_id).update(cancel_wish=[])
        attention.clear_flags(merchant_id=merchant_id, order_ids=[order_id], reasons={Attention.CANCEL_WANTED}, now=now)
    else:
        attention.raise_flags(
            merchant_id=merchant_id, order_ids=[order_id], reason=Attention.PROBLEM, now=now, text=text
        )
