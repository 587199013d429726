"""Packing: every unit verified by scan, the sticker only for what was verified, the box closed by its sticker."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalog.selectors.scanned import Goods
from floor.models import PackSession, PutBack
from floor.selectors import packing
from floor.selectors.packing import Wanting
from floor.services import closed_box, pack_commands, table, weight
from floor.services import scan as scans
from floor.services import wave as waves
from floor.services.verify import Read, verify
from floor.types import Answer, Command, ScanIn, TaskState
from orders import locks as orders_locks
from orders.selectors import brief
from orders.selectors.brief import OrderBrief
from orders.types import IN_HANDS, State

if TYPE_CHECKING:
    from orders.models import Order


def scan(*, warehouse_id: int, scan: ScanIn, now: datetime) -> Answer:
    """
    Take a scan at the packing table.

    With no order open, an item opens the most urgent order that needs it; a sticker, an order number or the code of a
    place opens that order.  With one open, an item of it is verified; the last one packs the order and releases its
    sticker, and the sticker scanned on the box closes it.
    """
    return scans.once(
        scan=scan, step="pack", warehouse_id=warehouse_id, now=now, work=lambda: _scan(warehouse_id, scan, now)
    )


def _scan(warehouse_id: int, scan: ScanIn, now: datetime) -> Answer:
    session = table.open_session(scan.person_id)
    if scan.command is Command.REPRINT:
        return pack_commands.reprint(scan.person_id)
    if session is not None:
        answer = _with_open(session, scan, now)
        if answer is not None:
            return answer
    if scan.command is not None:
        return scans.already(_("No order is open."))
    return _open(warehouse_id, scan, now)


def _with_open(session: PackSession, scan: ScanIn, now: datetime) -> Answer | None:
    """The answer of the order on the table; None: it has left the table, the scan begins another one."""
    held = _locked(session.order_id)
    order = brief.of(held)
    if order.state == State.PACKED:
        return closed_box.take(session, order, scan, now)
    if order.state not in IN_HANDS:
        table.close(session, now)
        return _fell_away(order)
    if scan.order_id not in {None, order.order_id}:
        # The page, offline, had finished this order, but a scan of it was refused: it waits, incomplete, in the wave.
        table.close(session, now)
        return None
    table.keep(session, now)
    if scan.command is not None:
        return pack_commands.obey(session, order, scan, now)
    if scan.grams is not None:
        return weight.weighed(session, order, scan.grams)
    return verify(session, held, scans.goods(scan.code), scan, now)


def _locked(order_id: int) -> "Order":
    """The order as it stands once nobody else can change it: a cancellation comes wholly before this scan or after."""
    return orders_locks.order_for_change(order_id)


def _fell_away(order: OrderBrief, sku_id: int | None = None) -> Answer:
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    if order.state != State.CANCELLED:
        return scans.stop(_("Order %(number)s is no longer to be packed.") % {"number": order.number}, **data)
    tasks = PutBack.objects.filter(order_id=order.order_id, state=TaskState.OPEN)
    if sku_id is not None:
        tasks = tasks.filter(sku_id=sku_id)
    cells = sorted({code for code in tasks.values_list("location__code", flat=True) if code})
    return scans.stop(
        _("Order %(number)s was cancelled. Do not ship it: return its goods to their cells (%(cells)s).")
        % {"number": order.number, "cells": ", ".join(cells[:5]) or "—"},
        cancelled=True,
        **data,
    )


def _open(warehouse_id: int, scan: ScanIn, now: datetime) -> Answer:
    if scan.slot is not None:
        return _open_slot(warehouse_id, scan.slot, scan, now)
    read = scans.goods(scan.code)
    if not read[0]:
        return _open_by_number(scan, now)
    if scan.order_id is not None and (answer := _open_as_told(read, scan, now)):
        return answer
    return _open_by_item(warehouse_id, read, scan, now)


def _open_slot(warehouse_id: int, slot: int, scan: ScanIn, now: datetime) -> Answer:
    member = waves.occupied_slots(warehouse_id=warehouse_id).filter(slot=slot).first()
    if member is None:
        return scans.wrong(_("Empty place"), _("No order waits in place %(slot)d.") % {"slot": slot})
    [order] = brief.by_ids([member.order_id])
    return _open_order(order, scan, now)


def _open_by_number(scan: ScanIn, now: datetime) -> Answer:
    read = closed_box.parcel(scan.code)
    if read is None:
        return scans.unknown(scan.code)
    order, box = read
    return _open_order(order, scan, now, box)


def _open_order(order: OrderBrief, scan: ScanIn, now: datetime, box: int | None = None) -> Answer:
    """box: of the order, the one whose sticker was scanned."""
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    session, held = _claimed(order, scan.person_id, now)
    order = brief.of(held)
    if session is not None and not brief.units_of(order.order_id):
        session.delete()
        return scans.wrong(
            _("In no wave"),
            _("Order %(number)s is in no wave, so nobody has picked it. Ask the lead to take it into one.")
            % {"number": order.number},
            **data,
        )
    if session is not None:
        return scans.accepted(
            _("Order open"), _("Order %(number)s: scan its items.") % {"number": order.number}, **data
        )
    if order.state == State.PACKED:
        return closed_box.confirmed(order, box, now)
    if order.state == State.CANCELLED:
        return _fell_away(order)
    if order.state not in IN_HANDS:
        return scans.wrong(
            _("Not to be packed"),
            _("Order %(number)s: %(state)s.") % {"number": order.number, "state": order.state.label},
            **data,
        )
    return scans.wrong(
        _("At another table"),
        _("Order %(number)s is being packed by a colleague.") % {"number": order.number},
        **data,
    )


def _claimed(order: OrderBrief, person_id: int, now: datetime) -> tuple[PackSession | None, "Order"]:
    """
    The order, locked, and the person's table if it lies there now to be packed.

    The table comes first, as with every scan: who comes by an item claims the order before it is locked.
    """
    session = table.claim(order, person_id, now)
    held = _locked(order.order_id)
    if session is not None and held.state not in IN_HANDS:
        session.delete()
        return None, held
    return session, held


def _open_as_told(read: Read, scan: ScanIn, now: datetime) -> Answer | None:
    """
    Open the order for which the page, offline, has taken the item; None: it does not need it any more.

    A cancelled order stops here: its goods go back, its sticker never comes out.
    """
    told = next(iter(brief.by_ids([scan.order_id or 0])), None)
    if told is None:
        return None
    session, held = _claimed(told, scan.person_id, now)
    if held.state == State.CANCELLED:
        return _fell_away(brief.of(held), read[0][0].pk)
    return verify(session, held, read, scan, now) if session else None


def _open_by_item(warehouse_id: int, read: Read, scan: ScanIn, now: datetime) -> Answer:
    found, _marked = read
    orders, places = _candidates(warehouse_id, found)
    for candidate in orders:
        session = table.claim(candidate, scan.person_id, now)
        if session is None:
            continue
        held = _locked(candidate.order_id)
        if held.state in IN_HANDS:
            return verify(session, held, read, scan, now)
        session.delete()
    if places:
        return scans.wrong(
            _("Which place?"),
            _("%(sku)s lies in several places: %(places)s. Scan the code of the place first.")
            % {"sku": found[0].code, "places": ", ".join(map(str, places[:8]))},
            sku_id=found[0].pk,
        )
    return scans.wrong(
        _("Wrong item"),
        _("%(sku)s is not wanted by any order in work. Put it back: %(cells)s.")
        % {"sku": found[0].code, "cells": packing.cells(warehouse_id, found[0].pk)},
        sku_id=found[0].pk,
    )


def _candidates(warehouse_id: int, found: Sequence[Goods]) -> tuple[Sequence[Wanting], list[int]]:
    """
    Orders of waves in work that still want one of these SKUs, the most urgent first, picked ones before others.

    Where pieces lie sorted, an equal piece of another place must not do: then the places to choose from are returned.
    """
    free = packing.wanting(warehouse_id=warehouse_id, sku_ids=[sku.pk for sku in found])
    unsorted = [order for order in free if order.slot is None]
    if unsorted or len(free) < 2:
        return unsorted or free, []
    return [], sorted(order.slot or 0 for order in free)
