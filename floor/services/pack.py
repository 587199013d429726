"""Packing: every unit verified by scan, the sticker only for what was verified."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from catalog.selectors import sku as skus
from floor.errors import NotThisPage
from floor.models import PackSession, PickTask, WaveOrder
from floor.services import scan as scans
from floor.services import wave as waves
from floor.types import Answer, Outcome, ScanIn, TaskState
from orders.errors import WrongMark
from orders.selectors import brief
from orders.selectors.brief import OrderBrief, UnitBrief
from orders.services import commit, mark, work
from orders.types import CommitState, MarkKind, State, UnitState
from stock.selectors import place
from stock.services import ledger
from stock.types import LocationKind

LEASE = timedelta(minutes=10)
CANCEL_CODE = "BO-CANCEL"  # printed on the table: close the open order without packing it

_PACKABLE = frozenset({State.CONFIRMED, State.PICKING})


def scan(*, warehouse_id: int, scan: ScanIn, now: datetime) -> Answer:
    """
    Take a scan at the packing table.

    With no order open, an item opens the most urgent order that needs it, a sticker or order number opens that order.
    With one open, an item of it is verified; the last one packs the order and releases its sticker.
    """
    return scans.once(scan=scan, step="pack", now=now, work=lambda: _scan(warehouse_id, scan, now))


def _scan(warehouse_id: int, scan: ScanIn, now: datetime) -> Answer:
    session = _open_session(scan.person_id)
    if scan.code.strip().upper() == CANCEL_CODE:
        return _leave(session, now)
    if session is not None:
        order = brief.by_ids([session.order_id])[0]
        if order.state not in _PACKABLE:
            return _stop(session, order, now)
        return _verify(session, order, scan, now)
    found, _marked = scans.goods(scan.code)
    if not found:
        return _open_by_number(scan, now)
    return _open_by_item(warehouse_id, found, scan, now)


def _open_session(person_id: int) -> PackSession | None:
    return PackSession.objects.select_for_update().filter(person_id=person_id, closed_at=None).first()


def _leave(session: PackSession | None, now: datetime) -> Answer:
    if session is None:
        return scans.already(_("No order is open."))
    close(session, now)
    return scans.accepted(
        _("Order closed"),
        _("What was verified stays verified. Scan an item to go on."),
        merchant_id=session.merchant_id,
    )


def close(session: PackSession, now: datetime) -> None:
    """Free the table."""
    session.closed_at = now
    session.save(update_fields=["closed_at"])


def _stop(session: PackSession, order: OrderBrief, now: datetime) -> Answer:
    close(session, now)
    if order.state == State.CANCELLED:
        text = _("Order %(number)s was cancelled. Do not ship it: its goods go back to their cells.")
    else:
        text = _("Order %(number)s is no longer to be packed.")
    return Answer(
        outcome=Outcome.STOP,
        word=_("Stop"),
        text=text % {"number": order.number},
        data={"merchant_id": order.merchant_id, "order_id": order.order_id},
    )


def _open_by_number(scan: ScanIn, now: datetime) -> Answer:
    order = brief.by_parcel_code(scan.code.strip())
    if order is None:
        return scans.unknown(scan.code)
    if order.state not in _PACKABLE:
        return scans.wrong(
            _("Not to be packed"),
            _("Order %(number)s: %(state)s.") % {"number": order.number, "state": order.state.label},
            merchant_id=order.merchant_id,
            order_id=order.order_id,
        )
    if _claim(order, scan.person_id, now) is None:
        return _at_another_table(order)
    return scans.accepted(
        _("Order open"),
        _("Order %(number)s: scan its items.") % {"number": order.number},
        merchant_id=order.merchant_id,
        order_id=order.order_id,
    )


def _open_by_item(warehouse_id: int, found: Sequence[Sku], scan: ScanIn, now: datetime) -> Answer:
    for order in _candidates(warehouse_id, found):
        session = _claim(order, scan.person_id, now)
        if session is not None:
            return _verify(session, order, scan, now)
    return scans.wrong(
        _("Wrong item"),
        _("%(sku)s is not wanted by any order in work. Put it back: %(cells)s.")
        % {"sku": found[0].code, "cells": _cells(warehouse_id, found[0].pk)},
    )


def _candidates(warehouse_id: int, found: Sequence[Sku]) -> list[OrderBrief]:
    """Orders of released waves that still want one of these SKUs, the most urgent first, picked ones before others."""
    members = WaveOrder.objects.filter(wave__warehouse_id=warehouse_id, wave__state="released", left=False)
    wanting = brief.orders_wanting(sku_ids=[sku.pk for sku in found], among=members.values_list("order_id", flat=True))
    busy = set(PackSession.objects.filter(closed_at=None).values_list("order_id", flat=True))
    return [order for order in wanting if order.order_id not in busy]


def _cells(warehouse_id: int, sku_id: int) -> str:
    shelves = place.shelves(warehouse_id=warehouse_id, sku_ids=[sku_id], kinds=[LocationKind.CELL])
    return ", ".join(shelf.code for shelf in shelves[:3]) or "—"


def _claim(order: OrderBrief, person_id: int, now: datetime) -> PackSession | None:
    """Put the order on the person's table; None: it is on another one, whose lease still runs."""
    PackSession.objects.filter(order_id=order.order_id, closed_at=None, leased_until__lt=now).update(closed_at=now)
    try:
        with transaction.atomic():
            return PackSession.objects.create(
                merchant_id=order.merchant_id,
                order_id=order.order_id,
                person_id=person_id,
                opened_at=now,
                leased_until=now + LEASE,
            )
    except IntegrityError:
        return None


def _at_another_table(order: OrderBrief) -> Answer:
    return scans.wrong(
        _("At another table"),
        _("Order %(number)s is being packed by a colleague.") % {"number": order.number},
        merchant_id=order.merchant_id,
        order_id=order.order_id,
    )


def _verify(session: PackSession, order: OrderBrief, scan: ScanIn, now: datetime) -> Answer:
    session.leased_until = now + LEASE
    session.save(update_fields=["leased_until"])
    found, marked = scans.goods(scan.code)
    units = brief.units(order_ids=[order.order_id])
    own = [unit for unit in units if unit.sku_id in {sku.pk for sku in found}]
    data = {"merchant_id": order.merchant_id, "order_id": order.order_id}
    if not found:
        return scans.unknown(scan.code)
    if not own:
        return scans.wrong(
            _("Wrong item"),
            _("Read: %(sku)s. Order %(number)s does not need it. Put it aside.")
            % {"sku": found[0].code, "number": order.number},
            **data,
        )
    waiting = [unit for unit in own if unit.state in {UnitState.WANTED, UnitState.PICKED}]
    if not waiting:
        return scans.already(
            _("%(sku)s: all pieces of order %(number)s are verified.") % {"sku": found[0].code, "number": order.number},
            **data,
        )
    unit = min(waiting, key=lambda unit: (unit.state != UnitState.PICKED, unit.number))
    if refused := _take_mark(order, unit, found, marked, scan, now):
        return refused
    _pack(order, unit, scan.person_id, now)
    return _after(session, order.order_id, found[0].code, scan.person_id, now)


def _take_mark(
    order: OrderBrief, unit: UnitBrief, found: Sequence[Sku], marked: str, scan: ScanIn, now: datetime
) -> Answer | None:
    """Keep the marking code of a unit that needs one; the answer is a refusal, None means go on."""
    data = {"merchant_id": order.merchant_id, "order_id": order.order_id}
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


def _pack(order: OrderBrief, unit: UnitBrief, person_id: int, now: datetime) -> None:
    """Verify a unit; one that nobody has picked by scan is picked from its planned cell first."""
    if unit.state == UnitState.WANTED:
        member = WaveOrder.objects.filter(order_id=order.order_id).select_related("wave").first()
        task = (
            PickTask.objects.filter(wave=member.wave, sku_id=unit.sku_id, state=TaskState.OPEN).first()
            if member
            else None
        )
        source = place.location(task.location_id) if task else None
        if source is None and member is not None:
            source = place.any_shelf(warehouse_id=member.wave.warehouse_id, sku_id=unit.sku_id)
        work.pick_unit(
            merchant_id=order.merchant_id,
            unit_id=unit.unit_id,
            location=source or place.location(_dock(member)),
            now=now,
            person_id=person_id,
        )
        if task is not None:
            task.picked += 1
            task.state = TaskState.DONE if task.picked >= task.pieces else TaskState.OPEN
            task.save(update_fields=["picked", "state"])
    work.pack_unit(merchant_id=order.merchant_id, unit_id=unit.unit_id, now=now, person_id=person_id)


def _dock(member: WaveOrder | None) -> int:
    if member is None:
        raise NotThisPage(_("This order is in no wave: take it into work first."))
    return ledger.end_of_ledger(warehouse_id=member.wave.warehouse_id, kind=LocationKind.DOCK).pk


def _after(session: PackSession, order_id: int, code: str, person_id: int, now: datetime) -> Answer:
    order = brief.by_ids([order_id])[0]
    units = brief.units(order_ids=[order_id])
    verified = sum(unit.state == UnitState.PACKED for unit in units)
    data: dict[str, object] = {
        "merchant_id": order.merchant_id,
        "order_id": order_id,
        "verified": verified,
        "units": len(units),
    }
    if order.state != State.PACKED:
        text = _("%(sku)s: %(verified)d of %(units)d in order %(number)s")
        return scans.accepted(
            _("Accepted"),
            text % {"sku": code, "verified": verified, "units": len(units), "number": order.number},
            **data,
        )
    close(session, now)
    if order.commit_state in {CommitState.NONE, CommitState.FAILED}:
        commit.commit_orders(merchant_id=order.merchant_id, order_ids=[order_id], now=now, person_id=person_id)
    member = WaveOrder.objects.filter(order_id=order_id).first()
    if member is not None:
        waves.finish_if_done(wave_id=member.wave_id, now=now)
    return scans.accepted(
        _("Packed"),
        _("Order %(number)s is packed. Stick its sticker on.") % {"number": order.number},
        packed=True,
        **data,
    )
