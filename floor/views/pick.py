"""The picker's pages."""

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_POST

from floor.selectors import board
from floor.services import pick
from floor.types import Answer, TaskState, WaveState
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request

NOT_FOUND_CODE = "BO-NOT-FOUND"  # printed on the cart, and a button: the cell does not hold the item


@needs(Action.FLOOR_PICK)
@in_a_warehouse
def choose_wave(request: Request) -> HttpResponse:
    """Waves with something left to pick; a single one opens by itself."""
    warehouse = warehouse_of(request)
    rows = [row for row in board.waves_in_work(warehouse_ids=[warehouse.pk]) if row.picked < row.pieces]
    if len(rows) == 1:
        return redirect("floor:pick-wave", pk=rows[0].wave.pk)
    return render(request, "floor/pick_choose.html", {"rows": rows, "warehouse": warehouse})


@needs(Action.FLOOR_PICK)
def pick_wave(request: Request, pk: int) -> HttpResponse:
    """The pick list, one cell at a time."""
    return render(request, "floor/pick.html", _list(pk, None))


@needs(Action.FLOOR_PICK)
@require_POST
def pick_scan(request: Request, pk: int) -> JsonResponse:
    """A scan of the pick page."""
    _seen(pk)

    def work(scan: Any, cell: int | None, now: Any) -> Answer:
        if scan.code == NOT_FOUND_CODE:
            task = _current(pk, cell)
            return pick.not_found_by_scan(wave_id=pk, task_id=task.pk if task else None, scan=scan, now=now)
        return pick.scan(wave_id=pk, scan=scan, cell_id=cell, now=now)

    def page(answer: Answer) -> str:
        cell = answer.data.get("cell_id")
        return render_to_string("floor/_pick.html", _list(pk, cell if isinstance(cell, int) else None), request)

    return answered(request, work, page)


def _seen(pk: int) -> Any:
    wave = board.wave_seen(pk)
    if wave is None:
        raise Http404
    return wave


def _current(pk: int, cell_id: int | None) -> Any:
    tasks = [task for task in board.tasks(wave_id=pk) if task.state == TaskState.OPEN]
    return min(tasks, key=lambda task: (task.location_id != cell_id, task.position), default=None)


def _list(pk: int, cell_id: int | None) -> dict[str, Any]:
    wave = _seen(pk)
    tasks = board.tasks(wave_id=pk)
    waiting = sorted(
        (task for task in tasks if task.state == TaskState.OPEN),
        key=lambda task: (task.location_id != cell_id, task.position),
    )
    return {
        "wave": wave,
        "over": wave.state != WaveState.RELEASED,
        "task": waiting[0] if waiting else None,
        "left": waiting[0].pieces - waiting[0].picked if waiting else 0,
        "at_cell": bool(waiting) and waiting[0].location_id == cell_id,
        "cell_id": cell_id or "",
        "following": waiting[1:7],
        "pieces": sum(task.pieces for task in tasks if task.state != TaskState.SHORT),
        "picked": sum(task.picked for task in tasks),
        "cut_off": board.next_cut_off(warehouse_id=wave.warehouse_id),
        "now": timezone.now(),
    }
