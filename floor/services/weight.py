"""Pieces that are sold by weight: the scale types the weight, then the piece is scanned."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from floor.models import PackSession
from floor.services import scan as scans
from floor.types import Answer
from orders.selectors import brief
from orders.selectors.brief import OrderBrief, UnitBrief
from orders.services import mark
from orders.types import MarkKind, UnitState


def weighed(session: PackSession, order: OrderBrief, grams: int) -> Answer:
    """A weight was read: it is that of the piece which is scanned next."""
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    units = brief.units_of(order.order_id)
    if not any(MarkKind.WEIGHT in unit.marks and unit.state != UnitState.PACKED for unit in units):
        return scans.already(
            _("No piece of order %(number)s is to be weighed. Scan its items.") % {"number": order.number}, **data
        )
    _keep(session, grams)
    return scans.accepted(
        _("%(grams)d g") % {"grams": grams}, _("Now scan the piece that is on the scale."), grams=grams, **data
    )


def wanted(session: PackSession, unit: UnitBrief, code: str, data: dict[str, Any]) -> Answer | None:
    """The refusal of a piece that is to be weighed first; None: it was, or need not be."""
    if MarkKind.WEIGHT not in unit.marks or session.weight_g is not None:
        return None
    return scans.wrong(
        _("Weigh it"),
        _("%(sku)s is sold by weight: put it on the scale, send or type the weight (1.250), then scan it again.")
        % {"sku": code},
        **data,
    )


def keep(session: PackSession, unit: UnitBrief, person_id: int, now: datetime) -> None:
    """The weight goes with the piece that was scanned; the scale is free for the next."""
    if MarkKind.WEIGHT not in unit.marks or session.weight_g is None:
        return
    mark.capture(
        merchant_id=unit.merchant_id,
        unit_id=unit.unit_id,
        kind=MarkKind.WEIGHT,
        value=str(session.weight_g),
        now=now,
        person_id=person_id,
    )
    _keep(session, None)


def _keep(session: PackSession, grams: int | None) -> None:
    session.weight_g = grams
    session.save(update_fields=["weight_g"])
