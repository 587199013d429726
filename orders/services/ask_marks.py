"""Marking codes that a marketplace asks for late: after an order was stored, or even packed, without them."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events as bus
from backoffice.kernel import live
from catalog.services.listing import learn_mark
from orders import locks
from orders.events import ParcelReopened
from orders.models import Order, OrderLine, Unit
from orders.services import timeline, transition
from orders.types import BEFORE_HANDOVER, EventKind, State, UnitState


@transaction.atomic
def ask(*, merchant_id: int, order_id: int, external_ids: Collection[str], kind: str, now: datetime) -> bool:
    """
    Want a code of this kind for each unit of these lines.

    Their cards keep it, so that the next order is asked for codes at once.  A packed parcel is opened again: its bare
    units wait at the packing table, and the last code tells the parcel anew.  Returns whether anything is asked now.
    """
    order = locks.orders_for_change([order_id]).get()
    if order.state not in BEFORE_HANDOVER:
        return False
    lines = list(OrderLine.objects.filter(order=order, external_id__in=external_ids).select_related("sku"))
    listings = [line.listing_id for line in lines if line.listing_id is not None]
    learn_mark(merchant_id=merchant_id, listing_ids=listings, kind=kind, now=now)
    asked = [line for line in lines if kind not in line.marks]
    if not asked:
        return False
    for line in asked:
        line.marks = [*line.marks, kind]
    OrderLine.objects.bulk_update(asked, ["marks"])
    timeline.note(
        merchant_id=merchant_id,
        order_id=order.pk,
        kind=EventKind.MARK,
        text=_("Marking codes are wanted: scan the one of each %(skus)s at the packing table.")
        % {"skus": ", ".join(sorted({line.sku.code for line in asked if line.sku}))},
        now=now,
        actor="marketplace",
    )
    _open_again(merchant_id, order, asked, kind, now)
    live.touch("orders", merchant_id)
    return True


def ask_pushed(
    *, merchant_id: int, channel_id: int, wanted: Mapping[str, Mapping[str, Collection[str]]], now: datetime
) -> None:
    """Want codes for lines of orders that are known already: order number → kind → its lines."""
    ids = dict(
        Order.objects.filter(channel_id=channel_id, external_number__in=wanted).values_list("external_number", "pk")
    )
    for number, order_id in sorted(ids.items(), key=lambda pair: pair[1]):
        for kind, external_ids in wanted[number].items():
            ask(merchant_id=merchant_id, order_id=order_id, external_ids=external_ids, kind=kind, now=now)


def _open_again(merchant_id: int, order: Order, lines: Collection[OrderLine], kind: str, now: datetime) -> None:
    """Take the bare units out of the box."""
    bare = Unit.objects.filter(line__in=lines, state=UnitState.PACKED).exclude(marks__kind=kind)
    if not bare.update(state=UnitState.PICKED, packed_at=None, box=1) or order.state != State.PACKED:
        return
    transition.move(orders=[order], to=State.PICKING, now=now, actor="marketplace")
    Order.objects.filter(pk=order.pk).update(packed_at=None)
    bus.publish(ParcelReopened(merchant_id=merchant_id, order_id=order.pk, at=now))
