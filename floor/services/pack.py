"""Packing: every unit verified by scan, the sticker only for what was verified, the box closed by its sticker."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

from django.utils.translation import gettext as _

from catalog.selectors import sku as skus
from catalog.selectors.scanned import Goods
from floor.models import PackSession, PutBack, Scan, WaveOrder
from floor.selectors import packing
from floor.selectors.packing import Wanting
from floor.services import boxes, piece, table, weight
from floor.services import scan as scans
from floor.services import wave as waves
from floor.types import Answer, Command, Outcome, ScanIn, TaskState
from labels.selectors.printing import missing_labels, sticker_of
from labels.services import printing
from orders import locks as orders_locks
from orders.errors import WrongMark
from orders.selectors import brief
from orders.selectors.brief import OrderBrief, UnitBrief
from orders.services import attention, commit, mark, work
from orders.types import IN_HANDS, Attention, CommitState, MarkKind, State, UnitState
from stock.selectors import place
from stock.types import LocationKind

if TYPE_CHECKING:
    from orders.models import Order

Read: TypeAlias = tuple[Sequence[Goods], str]  # the goods that a code means, and the marking code if it was one


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
        return _reprint(scan.person_id)
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
        return _on_closed_box(session, order, scan, now)
    if order.state not in IN_HANDS:
        table.close(session, now)
        return _fell_away(order)
    if scan.order_id not in {None, order.order_id}:
        # The page, offline, had finished this order, but a scan of it was refused: it waits, incomplete, in the wave.
        table.close(session, now)
        return None
    table.keep(session, now)
    if scan.command is not None:
        return _command(session, order, scan, now)
    if scan.grams is not None:
        return weight.weighed(session, order, scan.grams)
    return _verify(session, held, scans.goods(scan.code), scan, now)


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


# --- commands -------------------------------------------------------------------------------------------------------


def _command(session: PackSession, order: OrderBrief, scan: ScanIn, now: datetime) -> Answer:
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    if scan.command is Command.ASIDE:
        table.close(session, now)
        return scans.accepted(_("Order closed"), _("What was verified stays verified. Scan an item to go on."), **data)
    if scan.command is Command.NOT_FOUND:
        table.close(session, now)
        attention.raise_flags(
            merchant_id=order.merchant_id,
            order_ids=[order.order_id],
            reason=Attention.SHORT_PICK,
            now=now,
            text=_("An item was missing at the packing table"),
        )
        return scans.accepted(
            _("Noted"), _("Order %(number)s waits for the lead. Scan the next item.") % {"number": order.number}, **data
        )
    if scan.command is Command.NEXT_BOX:
        return boxes.begin_next(session, order)
    if scan.command not in {Command.UNDO, Command.DEFECT}:
        return scans.already(
            _("This code does nothing here. Scan the items of order %(number)s.") % {"number": order.number}, **data
        )
    if scan.command is Command.UNDO and (answer := boxes.back_from_empty(session, order)):
        return answer
    unit = _last_verified(order.order_id)
    if unit is None:
        return scans.already(_("No piece of order %(number)s is verified.") % {"number": order.number}, **data)
    work.unpack_unit(merchant_id=order.merchant_id, unit_id=unit.unit_id, now=now, person_id=scan.person_id)
    table.go_to_box(session, unit.box)
    code = skus.codes([unit.sku_id])[unit.sku_id]
    if scan.command is Command.DEFECT:
        return _defective(order, unit, code, scan.person_id, now)
    return scans.accepted(
        _("Undone"),
        _("%(sku)s counts as not scanned. Take it out of the box.") % {"sku": code},
        undone=unit.unit_id,
        **data,
    )


def _last_verified(order_id: int) -> UnitBrief | None:
    units = brief.units(order_ids=[order_id], states=[UnitState.PACKED])
    return max(
        units, key=lambda unit: (unit.box, unit.packed_at is not None, unit.packed_at, unit.number), default=None
    )


def _defective(order: OrderBrief, unit: UnitBrief, code: str, person_id: int, now: datetime) -> Answer:
    member = WaveOrder.objects.filter(order_id=order.order_id).select_related("wave").first()
    work.reject_unit(merchant_id=order.merchant_id, unit_id=unit.unit_id, now=now, person_id=person_id)
    cells = "—"
    if member is not None:
        waves.plan_picking(wave=member.wave)
        cells = _cells(member.wave.warehouse_id, unit.sku_id)
    return scans.accepted(
        _("Defective"),
        _("%(sku)s goes to quarantine. Take another one: %(cells)s.") % {"sku": code, "cells": cells},
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        sku_id=unit.sku_id,
        defect=unit.unit_id,
    )


def _reprint(person_id: int) -> Answer:
    last = (
        Scan.objects.filter(person_id=person_id, step="pack", outcome=Outcome.ACCEPTED, answer__data__packed=True)
        .order_by("-pk")
        .first()
    )
    order = next(iter(brief.by_ids([last.order_id])), None) if last and last.order_id else None
    if order is None:
        return scans.already(_("You have packed nothing yet, so there is no sticker to print again."))
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    if order.state != State.PACKED:
        return scans.wrong(
            _("Not to be packed"),
            _("Order %(number)s: %(state)s.") % {"number": order.number, "state": order.state.label},
            **data,
        )
    return scans.accepted(
        _("Printing"),
        _("Order %(number)s: the sticker comes out once more. Throw the first one away.") % {"number": order.number},
        reprint=True,
        **data,
    )


# --- the closed box -------------------------------------------------------------------------------------------------


def _on_closed_box(session: PackSession, order: OrderBrief, scan: ScanIn, now: datetime) -> Answer | None:
    data: dict[str, object] = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    if scan.command is Command.ASIDE:
        table.close(session, now)
        return scans.accepted(_("Order closed"), _("Scan an item to go on."), **data)
    if scan.command is not None:
        return scans.wrong(
            _("Box closed"),
            _("Order %(number)s is packed and its sticker is out. Ask the lead to open it again.")
            % {"number": order.number},
            **data,
        )
    read = _parcel(scan.code)
    if read is None:
        table.close(session, now)  # the next item: the box goes without the check of its sticker
        return None
    sticker, box = read
    if sticker.order_id != order.order_id:
        return scans.wrong(
            _("Wrong sticker"),
            _("This sticker is of order %(other)s. On this box belongs the one of %(number)s.")
            % {"other": sticker.number, "number": order.number},
            **data,
        )
    answer = _confirmed(order, box, now)
    if answer.data.get("confirmed"):
        table.close(session, now)
    return answer


def _parcel(code: str) -> tuple[OrderBrief, int | None] | None:
    """The order whose sticker was scanned and the box that this belongs on, or the order whose number was."""
    plain = code.strip()
    sticker = sticker_of(plain)
    order = next(iter(brief.by_ids([sticker.order_id])), None) if sticker else brief.by_parcel_code(plain)
    return (order, sticker.box if sticker else None) if order else None


def _confirmed(order: OrderBrief, box: int | None, now: datetime) -> Answer:
    left = printing.confirm_order(order_id=order.order_id, now=now, box=box)
    if left:
        return boxes.still_open(order, left, box)
    return scans.accepted(
        _("Box closed"),
        _("Order %(number)s: its sticker is on its box.") % {"number": order.number},
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        confirmed=True,
    )


# --- opening --------------------------------------------------------------------------------------------------------


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
    read = _parcel(scan.code)
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
        return _confirmed(order, box, now)
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
    return _verify(session, held, read, scan, now) if session else None


def _open_by_item(warehouse_id: int, read: Read, scan: ScanIn, now: datetime) -> Answer:
    found, _marked = read
    orders, places = _candidates(warehouse_id, found)
    for candidate in orders:
        session = table.claim(candidate, scan.person_id, now)
        if session is None:
            continue
        held = _locked(candidate.order_id)
        if held.state in IN_HANDS:
            return _verify(session, held, read, scan, now)
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
        % {"sku": found[0].code, "cells": _cells(warehouse_id, found[0].pk)},
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


def _cells(warehouse_id: int, sku_id: int) -> str:
    shelves = place.shelves(warehouse_id=warehouse_id, sku_ids=[sku_id], kinds=[LocationKind.CELL])
    return ", ".join(shelf.code for shelf in shelves[:3]) or "—"


# --- verifying ------------------------------------------------------------------------------------------------------


def _verify(session: PackSession, held: "Order", read: Read, scan: ScanIn, now: datetime) -> Answer:
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
    read = _parcel(scan.code)
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
