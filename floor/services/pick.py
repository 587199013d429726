"""Picking a wave: cell by cell, piece by piece."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.models import Sku
from floor import locks
from floor.errors import NotThisPage
from floor.models import PickTask, Wave
from floor.services import scan as scans
from floor.services import wave as waves
from floor.types import Answer, ScanIn, TaskState, WaveState
from orders.services import attention, work
from orders.types import Attention
from stock.selectors import place
from stock.types import LocationKind


def scan(*, wave_id: int, scan: ScanIn, cell_id: int | None, now: datetime) -> Answer:
    """
    Take a scan on the pick page: an address moves to that cell, an item is taken from the cell one stands at.

    cell_id: the cell scanned last; without one the item is taken from the cell of its task.
    """
    return scans.once(scan=scan, step="pick", now=now, wave_id=wave_id, work=lambda: _scan(wave_id, scan, cell_id, now))


def _scan(wave_id: int, scan: ScanIn, cell_id: int | None, now: datetime) -> Answer:
    wave = locks.wave_for_change(wave_id).first()
    if wave is None or wave.state != WaveState.RELEASED:
        return scans.wrong(_("Wave is over"), _("This wave is not in work any more. Choose another one."))
    cell = place.cell_by_code(warehouse_id=wave.warehouse_id, code=scan.code.strip())
    if cell is not None:
        return _at_cell(wave, cell.pk, cell.code)
    found, _mark = scans.goods(scan.code)
    if not found:
        return scans.unknown(scan.code)
    task = _task(wave, found, cell_id)
    if task is None:
        return _not_wanted(wave, found)
    return _take(wave, task, cell_id, scan.person_id, now)


def _at_cell(wave: Wave, cell_id: int, code: str) -> Answer:
    here = PickTask.objects.filter(wave=wave, location_id=cell_id, state=TaskState.OPEN)
    if not here.exists():
        following = PickTask.objects.filter(wave=wave, state=TaskState.OPEN).select_related("location").first()
        expected = following.location.code if following else "—"
        return scans.wrong(
            _("Wrong cell"),
            _("You are at %(code)s. Nothing is wanted from it. Go to %(expected)s.")
            % {"code": code, "expected": expected},
        )
    return scans.accepted(code, _("Scan the items in this cell."), cell_id=cell_id)


def _task(wave: Wave, found: Sequence[Sku], cell_id: int | None) -> PickTask | None:
    """The open task for this item: at this cell if there is one, else anywhere in the wave."""
    tasks = list(
        PickTask.objects.filter(wave=wave, sku__in=found, state=TaskState.OPEN).select_related("sku", "location")
    )
    return min(tasks, key=lambda task: (task.location_id != cell_id, task.position), default=None)


def _not_wanted(wave: Wave, found: Sequence[Sku]) -> Answer:
    name = found[0].code
    if PickTask.objects.filter(wave=wave, sku__in=found).exists():
        return scans.already(_("%(sku)s: all pieces for this wave are picked. Put it back.") % {"sku": name})
    return scans.wrong(
        _("Wrong item"), _("%(sku)s is not wanted in this wave. Put it back into its cell.") % {"sku": name}
    )


def _take(wave: Wave, task: PickTask, cell_id: int | None, person_id: int, now: datetime) -> Answer:
    units = waves.wanted_units(wave_id=wave.pk, merchant_id=task.merchant_id, sku_id=task.sku_id)
    if not units:
        _close(task)
        return scans.already(
            _("%(sku)s is not wanted any more: its order was cancelled. Put it back.") % {"sku": task.sku.code}
        )
    # Taken from another cell than planned: the piece is right, the plan gives way.
    source = place.location(cell_id or task.location_id)
    found = work.pick_unit(
        merchant_id=task.merchant_id, unit_id=units[0].unit_id, location=source, now=now, person_id=person_id
    )
    task.picked += 1
    if task.picked >= task.pieces:
        task.state = TaskState.DONE
    task.save(update_fields=["picked", "state"])
    waves.touch(wave)
    left = task.pieces - task.picked
    return scans.accepted(
        _("Accepted"),
        _("%(sku)s: picked %(picked)d of %(pieces)d")
        % {"sku": task.sku.code, "picked": task.picked, "pieces": task.pieces},
        merchant_id=task.merchant_id,
        order_id=units[0].order_id,
        task_id=task.pk,
        sku_id=task.sku_id,
        left=left,
        cell_id=source.pk,
        wants_count=found,
    )


def _close(task: PickTask) -> None:
    task.state = TaskState.CANCELLED
    task.save(update_fields=["state"])


def not_found_by_scan(*, wave_id: int, task_id: int | None, scan: ScanIn, now: datetime) -> Answer:
    """Take the scan of the control code for "not in this cell"; it counts for the task shown on the page."""

    def work() -> Answer:
        if task_id is None:
            return scans.already(_("Nothing is left to pick in this wave."))
        return not_found(task_id=task_id, now=now, person_id=scan.person_id)

    return scans.once(scan=scan, step="pick", now=now, wave_id=wave_id, work=work)


@transaction.atomic
def not_found(*, task_id: int, now: datetime, person_id: int) -> Answer:
    """
    Say that a cell does not hold what it should: another cell is proposed, else the orders wait for a person.

    :raises NotThisPage: no such open task.
    """
    task = locks.task_for_change(task_id).filter(state=TaskState.OPEN).select_related("sku", "wave").first()
    if task is None:
        raise NotThisPage(_("This task is done or gone. Reload the page."))
    task.state = TaskState.SHORT if task.picked == 0 else TaskState.DONE
    missing = task.pieces - task.picked
    task.pieces = max(task.picked, 1)
    task.save(update_fields=["state", "pieces"])
    other = _other_cell(task, missing)
    waves.touch(task.wave)
    if other is not None:
        return scans.accepted(
            _("Other cell"),
            _("%(sku)s: try %(cell)s instead.") % {"sku": task.sku.code, "cell": other},
            merchant_id=task.merchant_id,
        )
    units = waves.wanted_units(wave_id=task.wave_id, merchant_id=task.merchant_id, sku_id=task.sku_id)[-missing:]
    attention.raise_flags(
        merchant_id=task.merchant_id,
        order_ids={unit.order_id for unit in units},
        reason=Attention.SHORT_PICK,
        now=now,
        text=_("%(sku)s was not found while picking") % {"sku": task.sku.code},
    )
    return scans.accepted(
        _("Noted"),
        _("%(sku)s is in no other cell. The lead has been told; go on with the next item.") % {"sku": task.sku.code},
        merchant_id=task.merchant_id,
    )


def _other_cell(task: PickTask, missing: int) -> str | None:
    """Move what is missing to tasks at other cells that hold the item; the address of the first, or None."""
    shelves = [
        shelf
        for shelf in place.shelves(
            warehouse_id=task.wave.warehouse_id, sku_ids=[task.sku_id], kinds=[LocationKind.CELL, LocationKind.DOCK]
        )
        if shelf.location_id != task.location_id
        and not PickTask.objects.filter(wave=task.wave, location_id=shelf.location_id, sku_id=task.sku_id).exists()
    ]
    if sum(shelf.pieces for shelf in shelves) < missing:
        return None
    for number, shelf in enumerate(shelves):
        taken = min(missing, shelf.pieces)
        if taken:
            PickTask.objects.create(
                wave=task.wave,
                merchant_id=task.merchant_id,
                location_id=shelf.location_id,
                sku_id=task.sku_id,
                pieces=taken,
                position=task.position + number,
            )
            missing -= taken
    return shelves[0].code
