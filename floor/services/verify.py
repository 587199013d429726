"""An item is scanned into the order on the table; with the last one its sticker is let out."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext as _

from catalog.selectors import sku as skus
from catalog.selectors.scanned import Goods
from floor.models import PackSession
from floor.services import closed_box, piece, table, weight
from floor.services import scan as scans
from floor.services import wave as waves
from floor.types import Answer, ScanIn
from labels.selectors.printing import missing_labels
from orders.errors import WrongMark
from orders.selectors import brief
from orders.selectors.brief import OrderBrief, UnitBrief
from orders.services import commit, mark, work
from orders.types import CommitState, MarkKind, UnitState

if TYPE_CHECKING:
    from orders.models import Order

Read: TypeAlias = tuple[Sequence[Goods], str]  # the goods that a code means, and the marking code if it was one


def verify(session: PackSession, held: "Order", read: Read, scan: ScanIn, now: datetime) -> Answer:
    """held: the order on the table, locked; read: the goods that the scanned code means."""
    order = brief.of(held)
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    found, marked = read
    if not found:
        return _no_item(order, scan, data)
    data |= {"sku_id": found[0].pk, "photo_id": found[0].photo_id}
    units = brief.units_of(order.order_id)
    own = [unit for unit in units if unit.sku_id in {sku.pk for sku in found}]
    if not own:
        return scans.wrong(
            _("Wrong item"),
            _("Read: %(sku)s. Order %(number)s does not need it. Put it aside.")
            % {"sku": found[0].code, "number": order.number},
            **data,
        )
    waiting = [unit for unit in own if unit.state in {UnitState.WANTED, UnitState.PICKED}]
    if not waiting or (marked and mark.is_of_order(value=marked, order_id=order.order_id)):
        return scans.already(
            _("%(sku)s: this piece of order %(number)s is verified.") % {"sku": found[0].code, "number": order.number}
            if waiting
            else _("%(sku)s: all pieces of order %(number)s are verified.")
            % {"sku": found[0].code, "number": order.number},
            **data,
        )
    unit = min(waiting, key=lambda unit: (unit.state != UnitState.PICKED, unit.number))
    if refused := weight.wanted(session, unit, found[0].code, data) or _take_mark(
        order, unit, found, marked, scan, now
    ):
        return refused
    weight.keep(session, unit, scan.person_id, now)
    in_hand = (
        unit.state == UnitState.PICKED
        or piece.take_implicitly(unit=unit, now=now, person_id=scan.person_id, held=held) is not None
    )
    packed = work.pack_unit(unit=unit, now=now, person_id=scan.person_id, held=held, box=session.box)
    data["unit_id"] = unit.unit_id
    if packed:
        return _packed(session, order, scan, data, now)
    verified = sum(unit.state == UnitState.PACKED for unit in units) + in_hand  # as they were read, and this one
    return _one_more(order, found[0].code, verified, len(units), data)


def _no_item(order: OrderBrief, scan: ScanIn, data: dict[str, object]) -> Answer:
    if scan.slot is not None:
        return scans.wrong(
            _("Order open"),
            _("Order %(number)s is open. Finish it, or put it aside, before the next place.")
            % {"number": order.number},
            **data,
        )
    read = closed_box.parcel(scan.code)
    if read is None:
        return scans.unknown(scan.code)
    parcel, _box = read
    return scans.wrong(
        _("Wrong sticker"),
        _("Read: the sticker of order %(other)s. Order %(number)s is open: scan its items.")
        % {"other": parcel.number, "number": order.number},
        **data,
    )


def _take_mark(
    order: OrderBrief, unit: UnitBrief, found: Sequence[Goods], marked: str, scan: ScanIn, now: datetime
) -> Answer | None:
    """Keep the marking code of a unit that needs one; the answer is a refusal, None means go on."""
    data = {"merchant_id": order.merchant_id, "order_id": order.order_id, "sku_id": unit.sku_id}
    if MarkKind.SGTIN not in unit.marks:
        return None
    if not marked:
        return scans.wrong(
            _("Marking code"),
            _("%(sku)s needs its marking code: scan the square code on the goods.") % {"sku": found[0].code},
            **data,
        )
    try:
        value = mark.read_sgtin(marked, gtins=skus.barcodes(unit.sku_id))
        mark.capture(
            merchant_id=order.merchant_id,
            unit_id=unit.unit_id,
            kind=MarkKind.SGTIN,
            value=value,
            now=now,
            person_id=scan.person_id,
        )
    except WrongMark as refusal:
        return scans.wrong(_("Marking code"), str(refusal), **data)
    return None


def _one_more(order: OrderBrief, code: str, verified: int, units: int, data: dict[str, object]) -> Answer:
    text = _("%(sku)s: %(verified)d of %(units)d in order %(number)s")
    return scans.accepted(
        _("Accepted"),
        text % {"sku": code, "verified": verified, "units": units, "number": order.number},
        verified=verified,
        units=units,
        **data,
    )


def _packed(session: PackSession, order: OrderBrief, scan: ScanIn, data: dict[str, object], now: datetime) -> Answer:
    """The last unit is verified: the sticker is let out; where it has not come yet the parcel waits at the side."""
    if session.box > 1 and order.commit_state == CommitState.DONE:
        commit.tell_boxes_anew(
            merchant_id=order.merchant_id,
            order_id=order.order_id,
            boxes=session.box,
            now=now,
            person_id=scan.person_id,
        )
    ready = not missing_labels([order.order_id])
    if not ready:
        table.close(session, now)
    if order.commit_state in {CommitState.NONE, CommitState.FAILED}:
        commit.commit_orders(
            merchant_id=order.merchant_id, order_ids=[order.order_id], now=now, person_id=scan.person_id
        )
    waves.finish_if_done(order_id=order.order_id, now=now)
    if session.box > 1:
        words = _(
            "Order %(number)s is packed in %(boxes)d boxes. Their stickers come in about a minute: put them aside."
        )
    elif ready:
        words = _("Order %(number)s is packed. Stick its sticker on and scan it.")
    else:
        words = _("Order %(number)s is packed. Its sticker comes in about a minute: put the box aside.")
    words %= {"number": order.number, "boxes": session.box}
    return scans.accepted(_("Packed"), words, packed=True, sticker=ready, boxes=session.box, **data)
