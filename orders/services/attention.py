"""The queue of orders that wait for a person."""

from collections.abc import Collection, Iterable
from datetime import datetime

from backoffice.kernel import live
from orders import locks
from orders.models import Order
from orders.services import timeline
from orders.types import Attention, EventKind


def raise_flags(
    *, merchant_id: int, order_ids: Iterable[int], reason: Attention, now: datetime, text: str = ""
) -> None:
    """Put orders into the queue for this reason; those that are in it for the same reason already stay as they are."""
    raised = [order for order in locks.orders_for_change(order_ids) if reason not in order.attention]
    for order in raised:
        order.attention = [*order.attention, reason.value]
    Order.objects.bulk_update(raised, ["attention"], batch_size=1000)
    timeline.write(
        merchant_id=merchant_id,
        lines=[
            timeline.Line(order_id=order.pk, kind=EventKind.ATTENTION, became=reason, text=text or str(reason.label))
            for order in raised
        ],
        now=now,
    )
    if raised:
        live.touch("orders", merchant_id)


def clear_flags(*, merchant_id: int, order_ids: Iterable[int], reasons: Collection[Attention], now: datetime) -> None:
    """Take orders out of the queue for these reasons; nothing happens to orders that are not in it."""
    cleared = [order for order in locks.orders_for_change(order_ids) if set(order.attention) & set(reasons)]
    lines = []
    for order in cleared:
        gone = [reason for reason in order.attention if reason in reasons]
        order.attention = [reason for reason in order.attention if reason not in reasons]
        lines += [timeline.Line(order_id=order.pk, kind=EventKind.ATTENTION, was=reason) for reason in gone]
    Order.objects.bulk_update(cleared, ["attention"], batch_size=1000)
    timeline.write(merchant_id=merchant_id, lines=lines, now=now)
    if cleared:
        live.touch("orders", merchant_id)
