"""Telling the marketplace that parcels will be so: the decision, and what came of it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.kernel import events as bus
from backoffice.kernel import live
from orders import locks
from orders.events import BoxesChanged, CommitAnswered, OrdersCommitted
from orders.models import Order, Unit
from orders.services import attention, timeline, transition
from orders.types import BEFORE_HANDOVER, BLOCKING, IN_HANDS, Attention, CommitState, EventKind, State


@transaction.atomic
def commit_orders(
    *, merchant_id: int, order_ids: Iterable[int], now: datetime, person_id: int | None = None
) -> Sequence[int]:
    """
    Decide that these parcels will be so; the marketplace hears of it by the outbox.

    Orders already committed, gone, blocked by a reason in the attention queue, or of which a second box is being filled
    are left out, so that a repeat has no effect.  New orders become confirmed.

    Returns the ids now owed to the marketplace.
    """
    orders = [order for order in locks.orders_for_change(order_ids) if _may_commit(order)]
    if filling := _filling_boxes(orders):
        orders = [order for order in orders if order.pk not in filling]
    if not orders:
        return []
    ids = [order.pk for order in orders]
    Order.objects.filter(pk__in=ids).update(committed_at=now, commit_state=CommitState.OWED, commit_text="")
    attention.clear_flags(
        merchant_id=merchant_id,
        order_ids=ids,
        reasons={Attention.COMMIT_FAILED, Attention.OUTCOME_UNKNOWN},
        now=now,
    )
    transition.move(
        orders=[order for order in orders if order.state == State.NEW],
        to=State.CONFIRMED,
        now=now,
        person_id=person_id,
    )
    bus.publish(OrdersCommitted(merchant_id=merchant_id, order_ids=tuple(ids), at=now))
    live.touch("orders", merchant_id)
    return ids


@transaction.atomic
def tell_boxes_anew(*, merchant_id: int, order_id: int, boxes: int, now: datetime, person_id: int | None) -> bool:
    """
    Decide that a parcel which the marketplace knows goes in other boxes; it hears of it by the outbox.

    boxes: how many there are.  False: it was not told, or is not packed, so there is nothing to correct.
    """
    order = locks.orders_for_change([order_id]).get()
    if order.state != State.PACKED or order.commit_state != CommitState.DONE:
        return False
    Order.objects.filter(pk=order.pk).update(commit_state=CommitState.OWED, commit_text="", changed_at=now)
    text = ngettext(
        "Goes in %(boxes)d box: the marketplace is told anew.",
        "Goes in %(boxes)d boxes: the marketplace is told anew.",
        boxes,
    )
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.COMMIT,
        text=text % {"boxes": boxes},
        now=now,
        person_id=person_id,
    )
    bus.publish(BoxesChanged(merchant_id=merchant_id, order_id=order.pk, at=now))
    live.touch("orders", merchant_id)
    return True


@transaction.atomic
def boxes_refused(*, merchant_id: int, order_id: int, text: str, now: datetime) -> None:
    """
    Take the marketplace's word that a parcel stays as it was told before: it is committed, in one box.

    text: what people are to do about what they packed.
    """
    order = locks.orders_for_change([order_id]).get()
    Unit.objects.filter(order_id=order.pk, box__gt=1).update(box=1)
    Order.objects.filter(pk=order.pk).update(commit_state=CommitState.DONE, commit_text="", changed_at=now)
    timeline.note(
        merchant_id=merchant_id, order_id=order.pk, kind=EventKind.COMMIT, text=text, now=now, actor="marketplace"
    )
    attention.raise_flags(merchant_id=merchant_id, order_ids=[order.pk], reason=Attention.PROBLEM, now=now, text=text)
    live.touch("orders", merchant_id)


def _filling_boxes(orders: Iterable[Order]) -> set[int]:
    """Orders of which somebody is filling a second box: how many there will be is known with the last scan."""
    ids = [order.pk for order in orders if order.state in IN_HANDS]
    return set(Unit.objects.filter(order_id__in=ids, box__gt=1).values_list("order_id", flat=True)) if ids else set()


def _may_commit(order: Order) -> bool:
    return (
        order.state in BEFORE_HANDOVER
        and order.commit_state in {CommitState.NONE, CommitState.FAILED}
        and not set(order.attention) & BLOCKING
    )


@transaction.atomic
def answered(
    *, merchant_id: int, order_id: int, state: CommitState, text: str, now: datetime, outcome_unknown: bool = False
) -> None:
    """
    Take the marketplace's answer to a commit.

    state: DONE, PENDING (it works on it) or FAILED; outcome_unknown: failed because nobody knows what came of it.
    The same answer again changes nothing.
    """
    order = locks.orders_for_change([order_id]).get()
    if order.commit_state == state and order.commit_text == text[:500]:
        return
    Order.objects.filter(pk=order.pk).update(commit_state=state, commit_text=text[:500], changed_at=now)
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.COMMIT,
        text=" ".join(filter(None, (_("The marketplace: %(state)s.") % {"state": state.label}, text))),
        now=now,
        actor="marketplace",
    )
    if state == CommitState.FAILED and order.state in BEFORE_HANDOVER:
        reason = Attention.OUTCOME_UNKNOWN if outcome_unknown else Attention.COMMIT_FAILED
        attention.raise_flags(merchant_id=merchant_id, order_ids=[order.pk], reason=reason, now=now, text=text)
    if state in {CommitState.DONE, CommitState.FAILED}:
        bus.publish(
            CommitAnswered(merchant_id=merchant_id, order_id=order.pk, accepted=state == CommitState.DONE, at=now)
        )
    live.touch("orders", merchant_id)
