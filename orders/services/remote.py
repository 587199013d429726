"""What a marketplace says of orders that we know."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from catalog.types import Scheme
from orders import locks
from orders.events import CommittedElsewhere, OrdersCancelled, PiecesDropped
from orders.models import Order, Unit
from orders.services import attention, cancel, hand_over, timeline, transition, work
from orders.types import (
    BEFORE_HANDOVER,
    Attention,
    CommitState,
    EventKind,
    State,
    StatusDraft,
    UnitState,
    may_be_told,
)
from stock.services import release
from stock.services.reserve import lock_ahead

FETCHABLE = frozenset({State.PACKED, State.HANDED_OVER, State.DELIVERING})


@transaction.atomic
def apply_statuses(
    *, merchant_id: int, channel_id: int, statuses: Mapping[str, StatusDraft], now: datetime
) -> frozenset[str]:
    """
    Bring known orders to what the marketplace says, by number; never back, and never past what nobody scanned here.

    The verbatim status is always stored.  A status that is new to us changes nothing else and is shown.
    Returns the numbers whose status or state changed.
    """
    told = {number: draft for number, draft in statuses.items() if draft.status}
    orders = [
        order
        for order in locks.orders_by_number(channel_id=channel_id, numbers=told)
        if _differs(order, told[order.external_number])
    ]
    if not orders:
        return frozenset()
    _store_verbatim(merchant_id, orders, told, now)
    goals: dict[State, list[Order]] = defaultdict(list)
    unknown, problems, confirmed = [], [], []
    wishes: dict[bool, list[int]] = {True: [], False: []}
    for order in orders:
        draft = told[order.external_number]
        if draft.state is None:
            unknown.append(order.pk)
        elif draft.state not in BEFORE_HANDOVER:
            goals[draft.state].append(order)
        elif draft.state != State.NEW and order.state == State.NEW:
            confirmed.append(order)
        if draft.problem:
            problems.append(order)
        if draft.cancel_wanted is not None:
            wishes[draft.cancel_wanted].append(order.pk)
    known = [order.pk for order in orders if order.pk not in set(unknown)]
    attention.clear_flags(merchant_id=merchant_id, order_ids=known, reasons={Attention.UNKNOWN_STATUS}, now=now)
    attention.raise_flags(merchant_id=merchant_id, order_ids=unknown, reason=Attention.UNKNOWN_STATUS, now=now)
    attention.raise_flags(merchant_id=merchant_id, order_ids=wishes[True], reason=Attention.CANCEL_WANTED, now=now)
    attention.clear_flags(merchant_id=merchant_id, order_ids=wishes[False], reasons={Attention.CANCEL_WANTED}, now=now)
    for order in problems:
        attention.raise_flags(
            merchant_id=merchant_id,
            order_ids=[order.pk],
            reason=Attention.PROBLEM,
            now=now,
            text=told[order.external_number].problem,
        )
    _confirm(merchant_id, confirmed, now)
    if going := [order.pk for those in goals.values() for order in those]:
        # Some give back what they hold, others leave with it.
        lock_ahead(merchant_id=merchant_id, order_ids=going)
    for goal, those in goals.items():
        _lead(merchant_id, goal, those, told, now)
    return frozenset(order.external_number for order in orders)


def _differs(order: Order, draft: StatusDraft) -> bool:
    if (order.remote_status, order.remote_substatus) != (draft.status, draft.substatus):
        return True
    if draft.cancel_wanted is not None and draft.cancel_wanted != (Attention.CANCEL_WANTED in order.attention):
        return True
    if draft.state is None or draft.state in BEFORE_HANDOVER:
        return draft.state in {State.CONFIRMED, State.PACKED} and order.state == State.NEW
    return draft.state != order.state and may_be_told(State(order.state), draft.state)


def _store_verbatim(merchant_id: int, orders: Iterable[Order], told: Mapping[str, StatusDraft], now: datetime) -> None:
    lines, changed = [], []
    for order in orders:
        draft = told[order.external_number]
        was = " / ".join(filter(None, (order.remote_status, order.remote_substatus)))
        became = " / ".join(filter(None, (draft.status, draft.substatus)))
        if was == became:
            continue
        lines.append(timeline.Line(order_id=order.pk, kind=EventKind.REMOTE, was=was, became=became))
        order.remote_status, order.remote_substatus = draft.status, draft.substatus
        changed.append(order)
    Order.objects.bulk_update(changed, ["remote_status", "remote_substatus"], batch_size=1000)
    timeline.write(merchant_id=merchant_id, lines=lines, now=now, actor="marketplace")


def _lead(merchant_id: int, goal: State, orders: list[Order], told: Mapping[str, StatusDraft], now: datetime) -> None:
    """Lead orders towards what they were told to be, which is not here any more."""
    ready = [order for order in orders if may_be_told(State(order.state), goal)]
    if goal == State.READY_FOR_PICKUP:
        # Click & collect from our own shelf is ready when it is packed here, and does not leave by that.
        ready = [order for order in ready if order.scheme != Scheme.PICKUP or order.state in FETCHABLE]
    here = [
        order
        for order in ready
        if order.state in BEFORE_HANDOVER and not (goal == State.READY_FOR_PICKUP and order.scheme == Scheme.PICKUP)
    ]
    if goal == State.CANCELLED:
        for order in ready:
            order.cancelled_by = told[order.external_number].cancelled_by
            order.cancel_reason = told[order.external_number].cancel_reason
        cancel.cancelled(merchant_id=merchant_id, orders=ready, now=now)
        return
    if here:
        _gone(merchant_id, here, now)
    hand_over.take_out(merchant_id=merchant_id, orders=ready, now=now)
    transition.move(
        orders=[order for order in ready if order.state != goal], to=goal, now=now, actor="marketplace", told=True
    )


def _confirm(merchant_id: int, orders: list[Order], now: datetime) -> None:
    """Somebody took them into work at the marketplace: they are to be picked here, and need no commit."""
    for order in orders:
        order.commit_state, order.committed_at = CommitState.DONE, order.committed_at or now
    Order.objects.bulk_update(orders, ["commit_state", "committed_at"], batch_size=1000)
    transition.move(orders=orders, to=State.CONFIRMED, now=now, actor="marketplace")
    if orders:
        ids = tuple(order.pk for order in orders)
        bus.publish(CommittedElsewhere(merchant_id=merchant_id, order_ids=ids, at=now))


def _gone(merchant_id: int, orders: list[Order], now: datetime) -> None:
    """The marketplace has goods that we did not hand over: stock leaves, and a person is asked to look."""
    unpacked = [order.pk for order in orders if order.state != State.PACKED]
    unpicked: dict[int, Counter[int]] = {order_id: Counter() for order_id in unpacked}
    waiting = Unit.objects.filter(order_id__in=unpacked, state=UnitState.WANTED)
    for order_id, sku_id in waiting.values_list("order_id", "sku_id"):
        unpicked[order_id][sku_id] += 1
    hand_over.leave(merchant_id=merchant_id, orders=orders, now=now, told=True)
    attention.raise_flags(merchant_id=merchant_id, order_ids=unpacked, reason=Attention.GONE_WITHOUT_HANDOVER, now=now)
    for order_id, wanted in unpicked.items():
        bus.publish(PiecesDropped(merchant_id=merchant_id, order_id=order_id, wanted=wanted, put_back=(), at=now))


def replace_by_parts(
    *, merchant_id: int, channel_id: int, numbers: Collection[str], now: datetime
) -> Mapping[str, int]:
    """
    Close orders that the marketplace has split, giving back what they hold; returns number → id of those known.

    What was picked for them is to be put back.
    Their parts arrive as orders of their own.  An order that has left is not touched.
    """
    parents = [
        order
        for order in locks.orders_by_number(channel_id=channel_id, numbers=numbers)
        if order.state in BEFORE_HANDOVER
    ]
    ids = [order.pk for order in parents]
    release.release_orders(merchant_id=merchant_id, order_ids=ids, now=now)
    for order in parents:
        order.cancelled_by = "split"
    Order.objects.bulk_update(parents, ["cancelled_by"])
    transition.move(
        orders=parents, to=State.CANCELLED, now=now, actor="marketplace", text=_("Split into parts"), told=True
    )
    work.send_back(order_ids=ids)
    if ids:
        bus.publish(OrdersCancelled(merchant_id=merchant_id, order_ids=tuple(ids), at=now))
    return {order.external_number: order.pk for order in parents}
