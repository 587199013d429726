"""Taking a piece from a shelf for an order of a wave, and giving it back: the pick list keeps step."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Q, QuerySet

from backoffice.kernel import prepared
from floor.models import PickTask, Placed, WaveOrder
from floor.types import TaskState
from orders.selectors.brief import UnitBrief
from orders.services import work
from stock.selectors import place
from stock.services import ledger
from stock.types import LocationKind

if TYPE_CHECKING:
    from orders.models import Order
    from stock.models import Location

_COUNT = """
UPDATE floor_picktask SET picked = picked + 1, state = CASE WHEN pieces <= picked + 1 THEN 'done' ELSE state END
 WHERE id = %(task)s AND state = 'open' RETURNING id
"""


def take(
    *,
    unit: UnitBrief,
    location: "Location",
    task_id: int | None,
    wave_id: int,
    now: datetime,
    person_id: int,
    held: "Order | None" = None,
) -> bool | None:
    """
    Take a wanted unit and count its task down; None: the unit is not wanted any more, nothing was done.

    Else whether the system believed the cell to be empty.  The order is locked first, the task after it.
    held: the order where this transaction has locked it already.
    """
    found = work.pick_unit(unit=unit, location=location, now=now, person_id=person_id, held=held)
    if found is None:
        return None
    if not (task_id is not None and _count(task_id)):
        other = _open_tasks(wave_id, unit).exclude(pk=task_id or 0).order_by("position").first()
        if other is not None:
            _count(other.pk)
    return found


def take_implicitly(*, unit: UnitBrief, now: datetime, person_id: int, held: "Order | None" = None) -> bool | None:
    """Take a wanted unit that somebody holds though nobody scanned it at its cell: from where the plan says it lay."""
    member = WaveOrder.objects.filter(order_id=unit.order_id).select_related("wave").first()
    if member is None:
        return None
    task = _open_tasks(member.wave_id, unit).select_related("location").order_by("position").first()
    warehouse_id = member.wave.warehouse_id
    source = task.location if task else place.any_shelf(warehouse_id=warehouse_id, sku_id=unit.sku_id)
    if source is None:
        source = ledger.end_of_ledger(warehouse_id=warehouse_id, kind=LocationKind.DOCK)
    task_id = task.pk if task else None
    return take(
        unit=unit,
        location=source,
        task_id=task_id,
        wave_id=member.wave_id,
        now=now,
        person_id=person_id,
        held=held,
    )


def give_back(*, unit: UnitBrief, wave_id: int, now: datetime, person_id: int) -> bool:
    """Undo a pick: the piece lies in its cell again and its task is open again."""
    if not work.unpick_unit(merchant_id=unit.merchant_id, unit_id=unit.unit_id, now=now, person_id=person_id):
        return False
    Placed.objects.filter(unit_id=unit.unit_id).delete()
    want_again(unit=unit, wave_id=wave_id, location_id=unit.location_id)
    return True


def want_again(*, unit: UnitBrief, wave_id: int, location_id: int | None) -> None:
    """Put one piece on the pick list again, at the cell that it came from where that is known."""
    tasks = _tasks(wave_id, unit)
    task = (
        tasks.filter(location_id=location_id or 0, picked__gt=0).order_by("-position").first()
        or tasks.filter(picked__gt=0).order_by("-position").first()
    )
    if task is not None:
        PickTask.objects.filter(pk=task.pk, picked__gt=0).update(picked=F("picked") - 1, state=TaskState.OPEN)


def _open_tasks(wave_id: int, unit: UnitBrief) -> QuerySet[PickTask]:
    return _tasks(wave_id, unit).filter(state=TaskState.OPEN)


def _tasks(wave_id: int, unit: UnitBrief) -> QuerySet[PickTask]:
    """Tasks that the unit may belong to: where a wave is picked order by order, only those of its own order."""
    tasks = PickTask.objects.filter(wave_id=wave_id, merchant_id=unit.merchant_id, sku_id=unit.sku_id)
    return tasks.filter(Q(order=None) | Q(order_id=unit.order_id))


def _count(task_id: int) -> bool:
    """One piece more; the task is done with its last.  False: it was closed meanwhile."""
    return bool(prepared.rows(_COUNT, {"task": task_id}))
