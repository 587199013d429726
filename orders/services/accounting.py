"""What the accounting program says of orders: written on the timeline, cancellations asked, differences shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.selectors import sku as skus
from orders import locks
from orders.models import OrderLine
from orders.services import attention, cancel, timeline
from orders.types import BEFORE_HANDOVER, Attention, EventKind, State


@transaction.atomic
def told(
    *,
    merchant_id: int,
    order_id: int,
    actor: str,
    cancelled: bool,
    words: Sequence[str],
    pieces: Mapping[int, int] | None,
    now: datetime,
) -> None:
    """
    Take what accounting says of an order; the marketplace stays the one who decides on its state.

    cancelled: asked of the marketplace while the parcel is here; later a person is told.
    words: status, payment and shipment, one line of the timeline each.
    pieces: by SKU id, None when not told; a difference is shown to a person, because a line of a marketplace's order
    can only be changed the way that the marketplace allows.
    """
    order = locks.orders_for_change([order_id]).get()
    timeline.write(
        merchant_id=merchant_id,
        lines=[timeline.Line(order_id=order_id, kind=EventKind.NOTE, text=text) for text in words],
        now=now,
        actor=actor,
    )
    if cancelled and order.state in BEFORE_HANDOVER:
        cancel.ask(
            merchant_id=merchant_id,
            order_id=order_id,
            reason="other",
            text=_("Cancelled in %(actor)s") % {"actor": actor},
            now=now,
            person_id=None,
        )
    elif cancelled and order.state != State.CANCELLED:
        _show(merchant_id, order_id, _("Cancelled in %(actor)s, but the parcel has left.") % {"actor": actor}, now)
    elif pieces is not None and (differences := _differences(order_id, pieces)):
        text = _("%(actor)s has other quantities: %(what)s.") % {"actor": actor, "what": "; ".join(differences)}
        _show(merchant_id, order_id, text, now)


def _show(merchant_id: int, order_id: int, text: str, now: datetime) -> None:
    attention.raise_flags(
        merchant_id=merchant_id, order_ids=[order_id], reason=Attention.PROBLEM, now=now, text=text[:500]
    )


def _differences(order_id: int, pieces: Mapping[int, int]) -> list[str]:
    ours: dict[int, int] = {}
    for line in OrderLine.objects.filter(order_id=order_id, sku__isnull=False):
        per_unit = line.sku_pieces // line.pieces
        ours[line.sku_id] = ours.get(line.sku_id, 0) + (line.pieces - line.cancelled_pieces) * per_unit  # type: ignore[index, arg-type]
    differing = sorted(sku_id for sku_id in {*ours, *pieces} if ours.get(sku_id, 0) != pieces.get(sku_id, 0))
    codes = skus.codes(differing)
    return [
        _("%(sku)s: %(ours)d here, %(theirs)d there")
        % {"sku": codes.get(sku_id, sku_id), "ours": ours.get(sku_id, 0), "theirs": pieces.get(sku_id, 0)}
        for sku_id in differing
    ]
