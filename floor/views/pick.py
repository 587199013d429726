"""The picker's pages."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from floor.forms import ColleagueForm
from floor.models import Wave
from floor.selectors import board, picking
from floor.services import lease, pick
from floor.services.job import job_of
from floor.types import Answer, Command, ScanIn, WaveMode, WaveState
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request


@needs(Action.FLOOR_PICK)
@in_a_warehouse
def choose_wave(request: Request) -> HttpResponse:
    """Waves with something left to pick, the most urgent first; a single one opens by itself."""
    warehouse = warehouse_of(request)
    rows = board.waves_to_pick(warehouse_id=warehouse.pk)
    if len(rows) == 1:
        return redirect("floor:pick-wave", pk=rows[0].wave.pk)
    return render(request, "floor/pick_choose.html", {"rows": rows, "warehouse": warehouse})


@needs(Action.FLOOR_PICK)
def pick_wave(request: Request, pk: int) -> HttpResponse:
    """The pick list, one cell at a time."""
    wave = _seen(pk)
    now = timezone.now()
    context = {
        **_job(wave, request.user.pk, None, now),
        "cut_off": board.next_cut_off(warehouse_id=wave.warehouse_id),
        "commands": Command,
        "colleagues": board.colleagues(warehouse_id=wave.warehouse_id, but=request.user.pk),
    }
    return render(request, "floor/pick.html", context)


@needs(Action.FLOOR_PICK)
@require_POST
def pick_scan(request: Request, pk: int) -> JsonResponse:
    """A scan of the pick page."""
    wave = board.wave_to_pick(pk)
    if wave is None:
        raise Http404

    def work(scan: ScanIn, cell: int | None, now: datetime) -> Answer:
        return pick.scan(wave=wave, scan=scan, cell_id=cell, now=now)

    def page(answer: Answer) -> str:
        cell = answer.data.get("cell_id")
        job = _job(wave, request.user.pk, cell if isinstance(cell, int) else None, timezone.now())
        return render_to_string("floor/_pick.html", job)

    return answered(request, work, page)


@needs(Action.FLOOR_PICK)
@require_GET
def pick_known(request: Request, pk: int) -> JsonResponse:
    """What the page must know to judge scans by itself while the network is away."""
    return JsonResponse(picking.known(wave=_seen(pk), person_id=request.user.pk, now=timezone.now()))


@needs(Action.FLOOR_PICK)
@require_POST
def pass_on(request: Request, pk: int) -> HttpResponse:
    """Leave one's own tasks of a wave, to a colleague or to anybody."""
    wave = _seen(pk)
    form = ColleagueForm({"person": request.user.pk, "to": request.POST.get("to", "")})
    if _give(wave, form) is None:
        messages.error(request, _("Choose a colleague from the list: this one works here no more."))
        return redirect("floor:pick-wave", pk=pk)
    messages.success(request, _("Your part of wave %(number)s is free for a colleague.") % {"number": wave.number})
    return redirect("floor:pick")


@needs(Action.FLOOR_WAVE)
@require_POST
def take_over(request: Request, pk: int) -> HttpResponse:
    """A lead gives somebody's tasks of a wave to another, or to anybody."""
    wave = _seen(pk)
    moved = _give(wave, ColleagueForm(request.POST))
    if moved is None:
        messages.error(request, _("Choose a colleague from the list: this one works here no more."))
    else:
        messages.success(request, _("Tasks given on: %(count)d") % {"count": moved})
    return redirect("floor:wave", pk=pk)


@needs(Action.FLOOR_WAVE)
@require_POST
def pause(request: Request, pk: int) -> HttpResponse:
    """Stop the picking of a wave, or let it go on."""
    lease.pause(wave_id=_seen(pk).pk, on=request.POST.get("on") == "1", now=timezone.now())
    return redirect("floor:wave", pk=pk)


def _give(wave: Wave, form: ColleagueForm) -> int | None:
    """How many tasks went to whom the form names; None when nobody here is meant."""
    if not form.is_valid():
        return None
    to = form.cleaned_data["to"]
    colleagues = board.colleagues(warehouse_id=wave.warehouse_id, but=0)
    if to and to not in {person.pk for person in colleagues}:
        return None
    return lease.pass_on(
        wave_id=wave.pk, from_person_id=form.cleaned_data["person"], to_person_id=to, now=timezone.now()
    )


def _seen(pk: int) -> Wave:
    wave = board.wave_seen(pk)
    if wave is None:
        raise Http404
    return wave


def _job(wave: Wave, person_id: int, cell_id: int | None, now: datetime) -> dict[str, Any]:
    """What to do next: at this cell, else the person's next task, which is leased by being shown."""
    over = wave.state != WaveState.RELEASED
    paused = wave.paused_at is not None
    asked: Any = {"wave_id": wave.pk, "person_id": person_id, "now": now}
    job = job_of(**asked, cell_id=cell_id, lease=not (over or paused))
    if not (over or paused or job.held):
        # Nothing lies ahead, or a colleague was faster.
        job = job_of(**asked, cell_id=cell_id, lease=False) if lease.claim(**asked) else job.without_task()
    if job.stale:
        lease.keep(**asked)
    task = None if over or paused else job.task
    slots = picking.slots_of(task) if task and wave.mode == WaveMode.CLUSTER else []
    return {
        "wave": wave,
        "over": over,
        "paused": paused,
        "task": task,
        "left": task.left if task else 0,
        "at_cell": task is not None and task.location_id == cell_id,
        "cell_id": cell_id or "",
        "slots": slots,
        # As the words that are shown: the template looks each up at every scan.
        "following": [(row.address, row.name, f"{row.picked} / {row.pieces}") for row in job.following if task],
        "progress": job.progress,
    }
