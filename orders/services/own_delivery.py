"""Orders that we bring or give out ourselves: a person says how far they are, the marketplace is told and agrees."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from orders import locks
from orders.errors import NoSuchOrder, WrongState
from orders.events import ProgressReported
from orders.services import attention, hand_over, timeline, transition
from orders.types import ENTERED_BY_HAND, Attention, EventKind, State, may_be_reported, may_be_told


@transaction.atomic
def report(
    *, merchant_id: int, order_id: int, state: State, now: datetime, code: str = "", person_id: int | None = None
) -> None:
    """
    Say how far an order is; its state changes when the marketplace has agreed.

    code: what the buyer named to get it.  :raises WrongState: it is not on its way, or others deliver it
    """
    order = locks.orders_for_change([order_id]).first()
    if order is None:
        raise NoSuchOrder(_("There is no such order."))
    if state not in may_be_reported(order.scheme, State(order.state), by_hand=order.remote_status == ENTERED_BY_HAND):
        raise WrongState(_("This cannot be said of the order now."))
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.HANDOVER,
        text=_("Reported: %(state)s") % {"state": state.label},
        now=now,
        person_id=person_id,
    )
    bus.publish(ProgressReported(merchant_id=merchant_id, order_id=order.pk, state=state.value, code=code, at=now))


@transaction.atomic
def told(*, merchant_id: int, order_id: int, state: State, taken: bool, text: str, now: datetime) -> None:
    """Take the marketplace's answer: the order moves on, or a person looks why it does not."""
    order = locks.orders_for_change([order_id]).get()
    if not taken:
        attention.raise_flags(
            merchant_id=merchant_id, order_ids=[order_id], reason=Attention.PROBLEM, now=now, text=text
        )
    elif order.state != state and may_be_told(State(order.state), state):
        # What waits on our own shelf leaves when the marketplace agrees that the buyer has it.
        hand_over.take_out(merchant_id=merchant_id, orders=[order] if state == State.DELIVERED else [], now=now)
        transition.move(orders=[order], to=state, now=now, actor="marketplace", told=True)
