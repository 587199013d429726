"""Where the state of orders changes; the scans that begin and end an order move it in statements of their own."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from backoffice.kernel import live, prepared
from orders.models import Order
from orders.services import timeline
from orders.types import EventKind, State, may_be_told, may_follow


class NotAllowed(RuntimeError):
    """The table of transitions does not lead there: a defect in the caller, never shown to a person."""


def _moved(stamp: str) -> str:
    own = f", {stamp} = %(now)s" if stamp else ""
    these = "id IN (SELECT unnest(%(orders)s::bigint[]))"  # planned once; `= ANY(list)` would be for every list
    return f"UPDATE orders_order SET state = %(to)s, changed_at = %(now)s{own} WHERE {these}"  # noqa: S608


def move(
    *,
    orders: Sequence[Order],
    to: State,
    now: datetime,
    person_id: int | None = None,
    actor: str = "",
    text: str = "",
    told: bool = False,
    first: Iterable[timeline.Line] = (),
    then: Iterable[timeline.Line] = (),
    stamp: str = "",
) -> None:
    """
    Set the state of locked orders and write it on their timelines.

    told: on the word of a marketplace, which may skip stations of the main line.
    first, then: lines about the same orders that stand before and after those of the change.
    stamp: a field of the order that keeps when it came into this state.
    The orders' other changed fields are for the caller to save; `state` and `changed_at` are saved here.
    :raises NotAllowed: the table does not lead from one of them to `to`.
    """
    allowed = may_be_told if told else may_follow
    lines = []
    for order in orders:
        was = State(order.state)
        if not allowed(was, to):
            raise NotAllowed(f"order {order.pk}: {was} → {to}")
        lines.append(timeline.Line(order_id=order.pk, kind=EventKind.STATE, was=was, became=to, text=text))
        order.state, order.changed_at = to, now
    if not lines:
        return
    prepared.rows(_moved(stamp), {"orders": [order.pk for order in orders], "to": to.value, "now": now})
    lines = [*first, *lines, *then]
    for merchant_id in {order.merchant_id for order in orders}:
        own = {order.pk for order in orders if order.merchant_id == merchant_id}
        timeline.write(
            merchant_id=merchant_id,
            lines=[line for line in lines if line.order_id in own],
            now=now,
            person_id=person_id,
            actor=actor,
        )
        live.touch("orders", merchant_id)
