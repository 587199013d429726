"""Picking a wave: cell by cell, piece by piece."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from backoffice.kernel import live
from catalog.selectors.scanned import Goods
from floor import locks
from floor.errors import NotThisPage
from floor.models import PickTask, Scan, Wave, WaveOrder
from floor.selectors import at_shelf
from floor.selectors.at_shelf import Look, OpenTask
from floor.services import lease, piece
from floor.services import scan as scans
from floor.services import wave as waves
from floor.types import SLOTTED, Answer, Command, Outcome, ScanIn, TaskState, WaveMode, WaveState
from orders import locks as orders_locks
from orders.selectors import brief
from orders.selectors.brief import UnitBrief
from orders.services import attention
from orders.types import Attention, UnitState
from stock.selectors import place
from stock.types import LocationKind

if TYPE_CHECKING:
    from stock.models import Location

_UNDO_LOOKS_BACK = 30  # scans of a person in a wave
_LOOK = 5  # pieces looked at together: mostly the first one is ours


def scan(*, wave: Wave, scan: ScanIn, cell_id: int | None, now: datetime) -> Answer:
    """
    Take a scan on the pick page: an address moves to that cell, an item is taken from the cell one stands at.

    wave: as it stands now, read in this transaction.  cell_id: the cell scanned last; without one the item is taken
    from the cell of its task.
    """
    return scans.once(
        scan=scan,
        step="pick",
        warehouse_id=wave.warehouse_id,
        now=now,
        wave_id=wave.pk,
        work=lambda: _scan(wave, scan, cell_id, now),
    )


def _scan(wave: Wave, scan: ScanIn, cell_id: int | None, now: datetime) -> Answer:
    if wave.state != WaveState.RELEASED:
        return scans.wrong(_("Wave is over"), _("This wave is not in work any more. Choose another one."))
    if scan.command is Command.UNDO:
        return _undo(wave, scan, now)
    if wave.paused_at is not None:
        return scans.wrong(_("Wave paused"), _("The lead has paused this wave. Leave the piece in its cell and wait."))
    if scan.command is Command.NOT_FOUND:
        task = _task_at(wave, scan.person_id, cell_id, now)
        if task is None:
            return scans.already(_("Nothing is left to pick in this wave."))
        return not_found(task_id=task.pk, now=now, person_id=scan.person_id)
    seen = at_shelf.look(
        wave=wave,
        person_id=scan.person_id,
        cell_id=cell_id,
        code=scan.code.strip(),
        reading=scans.read(scan.code),
    )
    if seen.cell is not None:
        return _at_cell(wave, *seen.cell, scan.person_id, now)
    return _take(wave, seen, cell_id, scan, now) if seen.goods else scans.unknown(scan.code)


def _task_at(wave: Wave, person_id: int, cell_id: int | None, now: datetime) -> PickTask | None:
    """What the page shows: an open task at this cell, else the person's next one; not leased, as orders come first."""
    here = (
        PickTask.objects.filter(wave=wave, location_id=cell_id or 0, state=TaskState.OPEN).order_by("position").first()
    )
    return here or lease.next_task(wave_id=wave.pk, person_id=person_id, now=now)


def _at_cell(wave: Wave, cell_id: int, code: str, person_id: int, now: datetime) -> Answer:
    here = PickTask.objects.filter(wave=wave, location_id=cell_id, state=TaskState.OPEN).first()
    if here is None:
        following = lease.claim(wave_id=wave.pk, person_id=person_id, now=now)
        expected = place.codes([following.location_id])[following.location_id] if following else "—"
        return scans.wrong(
            _("Wrong cell"),
            _("You are at %(code)s. Nothing is wanted from it. Go to %(expected)s.")
            % {"code": code, "expected": expected},
        )
    lease.take(task_id=here.pk, person_id=person_id, now=now)
    return scans.accepted(code, _("Scan the items in this cell."), cell_id=cell_id)


def _take(wave: Wave, seen: Look, cell_id: int | None, scan: ScanIn, now: datetime) -> Answer:
    task = seen.task
    sku = next((row for row in seen.goods if task and row.pk == task.sku_id), seen.goods[0])
    # Taken from another cell than planned, or after it was reported missing: the piece is right, the plan gives way.
    if task is not None and cell_id in {None, task.location.pk}:
        source: Location | None = task.location
    elif cell_id is not None:
        source = place.location(cell_id)
    else:
        source = place.any_shelf(warehouse_id=wave.warehouse_id, sku_id=sku.pk)
    if source is None:
        return _not_wanted(wave, seen.goods, cell_id)
    units = seen.units
    while units:
        for unit in units:
            absent = piece.take(
                unit=unit,
                location=source,
                task_id=task.pk if task else None,
                wave_id=wave.pk,
                now=now,
                person_id=scan.person_id,
            )
            if absent is not None:
                return _taken(wave, unit, sku, task, source.pk, absent)
        # Colleagues took all of these between our look and our lock: the next look does not find them any more.
        units = _still_wanted(wave, sku.pk, task)
    return _not_wanted(wave, seen.goods, cell_id)


def _still_wanted(wave: Wave, sku_id: int, task: OpenTask | None) -> Sequence[UnitBrief]:
    among = WaveOrder.objects.filter(wave=wave, left=False)
    if task is not None and task.order_id is not None:
        among = among.filter(order_id=task.order_id)
    return brief.wanted_units(sku_id=sku_id, among=among.values_list("order_id", flat=True), limit=_LOOK)


def _taken(wave: Wave, unit: UnitBrief, sku: Goods, task: OpenTask | None, cell_id: int, absent: bool) -> Answer:
    live.touch("waves", unit.merchant_id)  # tasks of other merchants have not changed
    picked, pieces = (task.picked + 1, task.pieces) if task else (1, 1)
    words = _("%(sku)s: picked %(picked)d of %(pieces)d") % {"sku": sku.code, "picked": picked, "pieces": pieces}
    slot = None
    if wave.mode in SLOTTED:
        slot = WaveOrder.objects.filter(order_id=unit.order_id).values_list("slot", flat=True).first()
    data: dict[str, object] = {
        "merchant_id": unit.merchant_id,
        "order_id": unit.order_id,
        "unit_id": unit.unit_id,
        "sku_id": unit.sku_id,
        "photo_id": sku.photo_id,
        "task_id": task.pk if task else None,
        "left": max(pieces - picked, 0),
        "cell_id": cell_id,
        "wants_count": absent,
    }
    if wave.mode == WaveMode.CLUSTER and slot:
        return scans.accepted(_("Tote %(number)d") % {"number": slot}, words, slot=slot, **data)
    return scans.accepted(_("Accepted"), words, **data)


def _not_wanted(wave: Wave, found: Sequence[Goods], cell_id: int | None) -> Answer:
    """A refusal that leaves the person at the cell scanned last."""
    sku = found[0]
    known = PickTask.objects.filter(wave=wave, sku_id__in=[sku.pk for sku in found])
    cells = ", ".join(sorted(known.values_list("location__code", flat=True))) or "—"
    fallen = known.exists() and not known.filter(picked__gte=1).exists()
    if fallen and WaveOrder.objects.filter(wave=wave, left=True).exists():
        return scans.stop(
            _("%(sku)s is not wanted any more: its order was cancelled. Put it back: %(cells)s.")
            % {"sku": sku.code, "cells": cells},
            sku_id=sku.pk,
            cell_id=cell_id,
        )
    if known.exists():
        return scans.already(
            _("%(sku)s: all pieces for this wave are picked. Put it back: %(cells)s.")
            % {"sku": sku.code, "cells": cells},
            sku_id=sku.pk,
            cell_id=cell_id,
        )
    return scans.wrong(
        _("Wrong item"),
        _("%(sku)s is not wanted in this wave. Put it back into its cell.") % {"sku": sku.code},
        sku_id=sku.pk,
        cell_id=cell_id,
    )


def _undo(wave: Wave, scan: ScanIn, now: datetime) -> Answer:
    """Take back the person's last pick in this wave that is still only picked."""
    last = Scan.objects.filter(
        person_id=scan.person_id, wave=wave, step="pick", outcome=Outcome.ACCEPTED, answer__data__has_key="unit_id"
    ).order_by("-pk")[:_UNDO_LOOKS_BACK]
    picks = [row.answer["data"]["unit_id"] for row in last]
    order_ids = {row.order_id for row in last if row.order_id}
    units = {unit.unit_id: unit for unit in brief.units(order_ids=order_ids, states=[UnitState.PICKED])}
    for unit_id in picks:
        unit = units.get(unit_id)
        if unit is None or not piece.give_back(unit=unit, wave_id=wave.pk, now=now, person_id=scan.person_id):
            continue
        waves.touch(wave)
        cell = place.codes([unit.location_id]).get(unit.location_id, "—") if unit.location_id else "—"
        return scans.accepted(
            _("Undone"),
            _("The last piece counts as not picked. Put it back into %(cell)s.") % {"cell": cell},
            merchant_id=unit.merchant_id,
            order_id=unit.order_id,
            undone=unit.unit_id,
        )
    return scans.already(_("There is nothing of yours to undo in this wave."))


def not_found(*, task_id: int, now: datetime, person_id: int) -> Answer:
    """
    Say that a cell does not hold what it should: another cell is proposed, else the orders wait for a person.

    Runs inside the scan's transaction.
    :raises NotThisPage: no such open task.
    """
    task = PickTask.objects.filter(pk=task_id, state=TaskState.OPEN).select_related("sku", "wave").first()
    if task is None:
        raise NotThisPage(_("This task is done or gone. Reload the page."))
    among = WaveOrder.objects.filter(wave=task.wave, left=False)
    if task.order_id:
        among = among.filter(order_id=task.order_id)
    units = brief.wanted_units(sku_id=task.sku_id, among=among.values_list("order_id", flat=True), limit=1000)
    # Orders before tasks, as everywhere: a cancellation holds its order when it comes for the task.
    list(orders_locks.orders_for_change({unit.order_id for unit in units}))
    task = locks.task_for_change(task_id).select_related("sku", "wave").get()
    missing = task.pieces - task.picked
    if task.state != TaskState.OPEN or missing < 1:
        raise NotThisPage(_("This task is done or gone. Reload the page."))
    task.state = TaskState.SHORT if task.picked == 0 else TaskState.DONE
    task.pieces = max(task.picked, 1)
    task.save(update_fields=["state", "pieces"])
    cell, missing_still = _other_cells(task, missing, person_id, now)
    waves.touch(task.wave)
    data: dict[str, object] = {"merchant_id": task.merchant_id, "sku_id": task.sku_id, "short": missing}
    if missing_still:
        attention.raise_flags(
            merchant_id=task.merchant_id,
            order_ids={unit.order_id for unit in units[-missing_still:]},
            reason=Attention.SHORT_PICK,
            now=now,
            text=_("%(sku)s was not found while picking") % {"sku": task.sku.code},
        )
    if cell is not None:
        return scans.accepted(
            _("Other cell"), _("%(sku)s: try %(cell)s instead.") % {"sku": task.sku.code, "cell": cell}, **data
        )
    return scans.accepted(
        _("Noted"),
        _("%(sku)s is in no other cell. The lead has been told; go on with the next item.") % {"sku": task.sku.code},
        **data,
    )


def _other_cells(task: PickTask, missing: int, person_id: int, now: datetime) -> tuple[str | None, int]:
    """
    Move what is missing to tasks of this person at other cells that hold the item.

    Returns the first address, None when there is none, and the pieces that are missing still.
    """
    used = set(PickTask.objects.filter(wave=task.wave, sku_id=task.sku_id).values_list("location_id", flat=True))
    kinds = [LocationKind.CELL, LocationKind.DOCK]
    found = place.shelves(warehouse_id=task.wave.warehouse_id, sku_ids=[task.sku_id], kinds=kinds)
    shelves = [shelf for shelf in found if shelf.location_id not in used]
    for shelf in shelves:
        taken = min(missing, shelf.pieces)
        if taken:
            PickTask.objects.create(
                wave=task.wave,
                merchant_id=task.merchant_id,
                order_id=task.order_id,
                location_id=shelf.location_id,
                sku_id=task.sku_id,
                pieces=taken,
                position=task.position,
                person_id=person_id,
                leased_until=now + lease.LEASE,
            )
            missing -= taken
    return (shelves[0].code if shelves else None), missing
