"""The returns desk: the parcel, its items, and for each piece a condition that decides where it goes."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from catalog.models import Sku
from floor.errors import NotThisPage
from floor.models import CameBack
from floor.services import scan as scans
from floor.types import CONDITION_PREFIX, Answer, Condition, ScanIn
from labels.selectors import printing
from orders import locks as orders_locks
from orders.selectors import brief
from orders.services import mark, take_back
from stock.services import shelf
from stock.types import LocationKind

if TYPE_CHECKING:
    from django.core.files.base import File

STEP = "return"


def scan(*, warehouse_id: int, scan: ScanIn, now: datetime) -> Answer:
    """
    Take a scan of the returns desk: a parcel, an item, then a condition.

    scan.order_id: the parcel on the desk; scan.sku_id: the item in the hand.
    """
    return scans.once(
        scan=scan, step=STEP, warehouse_id=warehouse_id, now=now, work=lambda: _scan(warehouse_id, scan, now)
    )


def _scan(warehouse_id: int, scan: ScanIn, now: datetime) -> Answer:
    word = scan.code.strip().upper()
    if word.startswith(CONDITION_PREFIX):
        chosen = word.removeprefix(CONDITION_PREFIX).lower()
        if chosen not in Condition.values:
            return scans.unknown(scan.code)
        return _decide(warehouse_id, Condition(chosen), scan, now)
    order = brief.by_parcel_code(scan.code.strip())
    if order is None and (order_id := printing.order_of_barcode(scan.code.strip())):
        order = next(iter(brief.by_ids([order_id])), None)
    if order is not None:
        text = _("Order %(number)s: %(state)s. Scan its items.")
        return scans.accepted(
            order.number,
            text % {"number": order.number, "state": order.state.label},
            merchant_id=order.merchant_id,
            order_id=order.order_id,
        )
    return _item(scan)


def _item(scan: ScanIn) -> Answer:
    found, marked = scans.goods(scan.code)
    if not found:
        return scans.unknown(scan.code)
    order_id = scan.order_id or (mark.order_of(marked) if marked else None)
    order = next(iter(brief.by_ids([order_id] if order_id else [])), None)
    own = [sku for sku in found if order is None or sku.merchant_id == order.merchant_id]
    if not own:
        return scans.wrong(_("Wrong item"), _("This item is of another merchant than the order."), order_id=order_id)
    if len(own) > 1:
        return scans.wrong(
            _("Whose goods?"), _("Several merchants have this code. Choose one merchant at the top of the office page.")
        )
    known: dict[str, Any] = {"merchant_id": own[0].merchant_id, "sku_id": own[0].pk}
    if order is None:
        text = _("%(sku)s: no order is known. Say its condition: it is taken in as an unexpected return.")
        return scans.accepted(own[0].code, text % {"sku": own[0].code}, **known)
    return scans.accepted(
        own[0].code, _("%(sku)s: say its condition.") % {"sku": own[0].code}, order_id=order.order_id, **known
    )


def _decide(warehouse_id: int, condition: Condition, scan: ScanIn, now: datetime) -> Answer:
    sku = Sku.objects.filter(pk=scan.sku_id or 0).first()
    if sku is None:
        return scans.wrong(_("Which item?"), _("Scan the item first, then say its condition."), order_id=scan.order_id)
    order = next(iter(brief.by_ids([scan.order_id] if scan.order_id else [])), None)
    came = _take(sku, warehouse_id, order, condition, now, scan.person_id)
    if came is None and order is not None:
        return scans.wrong(
            _("Not of this order"),
            _("No piece of %(sku)s of order %(number)s is away. Without an order: press “Another parcel” first.")
            % {"sku": sku.code, "number": order.number},
            order_id=order.order_id,
        )
    assert came is not None
    row, whole = came
    where = _("to the dock, to be put away") if condition.sellable else _("into quarantine")
    text = _("%(sku)s: %(where)s.") % {"sku": sku.code, "where": where}
    if whole:
        text += " " + _("The whole order is back.")
    return scans.accepted(
        _("Accepted"),
        text,
        merchant_id=sku.merchant_id,
        order_id=order.order_id if order and not whole else None,
        came_back=row.pk,
    )


def bring_to(
    *,
    merchant_id: int,
    warehouse_id: int,
    order_id: int,
    sku_id: int,
    condition: Condition,
    pieces: int,
    now: datetime,
) -> int:
    """
    Take back what is missing to so many pieces of an order in this condition; returns how many came, 0 when none.

    :raises NotThisPage: fewer than are back already, or more than are away
    """
    order = next(iter(brief.by_ids([order_id])), None)
    sku = Sku.objects.filter(pk=sku_id, merchant_id=merchant_id).first()
    if order is None or order.merchant_id != merchant_id or sku is None:
        raise NotThisPage(_("There is no such order or article here."))
    orders_locks.orders_for_change([order_id]).get()
    back = CameBack.objects.filter(order_id=order_id, sku_id=sku_id, condition=condition).count()
    if back > pieces:
        raise NotThisPage(
            _("%(back)d pieces are back in this condition already: a return is not undone.") % {"back": back}
        )
    for _piece in range(pieces - back):
        if _take(sku, warehouse_id, order, condition, now, None) is None:
            raise NotThisPage(
                _("Not so many pieces of %(sku)s of order %(number)s are away.")
                % {"sku": sku.code, "number": order.number}
            )
    return pieces - back


def _take(
    sku: Sku,
    warehouse_id: int,
    order: brief.OrderBrief | None,
    condition: Condition,
    now: datetime,
    person_id: int | None,
) -> tuple[CameBack, bool] | None:
    """One piece back: its row, and whether its order is whole now; None when no such piece of the order is away."""
    back = None
    if order is not None:
        back = take_back.take_back(
            merchant_id=order.merchant_id,
            order_id=order.order_id,
            sku_id=sku.pk,
            free_marks=condition.sellable,
            now=now,
            person_id=person_id,
        )
        if back is None:
            return None
    shelf.come_back(
        merchant_id=sku.merchant_id,
        warehouse_id=warehouse_id,
        kind=LocationKind.DOCK if condition.sellable else LocationKind.QUARANTINE,
        sku_id=sku.pk,
        now=now,
        person_id=person_id,
        reference=f"order:{order.order_id}" if order else "return",
        note=str(condition.label),
    )
    row = CameBack.objects.create(
        merchant_id=sku.merchant_id,
        warehouse_id=warehouse_id,
        order_id=order.order_id if order else None,
        unit_id=back.unit_id if back else None,
        sku=sku,
        condition=condition,
        person_id=person_id,
        at=now,
    )
    return row, bool(back and back.whole)


def keep_photo(*, person_id: int, content: "File[bytes]") -> CameBack:
    """Keep a photo with the piece that the person took back last; :raises NotThisPage: there is none."""
    last = CameBack.objects.filter(person_id=person_id).order_by("-pk").first()
    if last is None:
        raise NotThisPage(_("Nothing was taken back yet. Decide about an item first, then take the photo."))
    last.photo.save("photo.jpg", content, save=True)
    return last
