"""The wave board and the pages of a wave."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from catalog.types import Scheme
from floor.forms import ReleaseForm
from floor.selectors import board, picking, proposals
from floor.services import wave as waves
from floor.types import OrderKind, WaveMode
from floor.views.scanning import WAREHOUSE_COOKIE, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from stock.selectors import place
from workspace.services.fragment import fragment_version, live_fragment

M = TypeVar("M", bound=Model)

TOPICS = ("waves", "orders")
# More take long to draw, and nobody reads them all; the whole is a click away.
ROWS_SHOWN = 100
WAVES_SHOWN = 40


@needs(Action.FLOOR_VIEW)
@in_a_warehouse
def wave_board(request: Request) -> HttpResponse:
    """Proposals to release, waves in work, waves that are over."""
    context = _board(request) | {"version": fragment_version(request, *TOPICS)}
    response = render(request, "floor/waves.html", context)
    response.set_cookie(WAREHOUSE_COOKIE, str(context["warehouse"].pk), max_age=31536000, samesite="Lax")
    return response


@live_fragment(Action.FLOOR_VIEW, *TOPICS)
@in_a_warehouse
def wave_board_inside(request: Request) -> HttpResponse:
    return render(request, "floor/_waves.html", _board(request))


def _board(request: HttpRequest) -> dict[str, Any]:
    warehouse = warehouse_of(request)
    now = timezone.now()
    found = proposals.waiting(warehouse_id=warehouse.pk)
    whole = "whole" in request.GET
    return {
        "warehouse": warehouse,
        "warehouses": place.seen_warehouses(),
        "proposals": proposals.proposals(found, warehouse_id=warehouse.pk, now=now),
        "waiting": len(found),
        "marketplaces": sorted({row.place.channel.marketplace for row in found}),
        "schemes": [(row, Scheme(row).label) for row in sorted({row.scheme for row in found})],
        "zones": place.zone_names(warehouse.pk),
        "until": sorted({row.ship_by for row in found if row.ship_by})[:20],
        "kinds": OrderKind,
        "modes": WaveMode,
        **in_work(warehouse.pk, shown=None if whole else WAVES_SHOWN),
        "whole": whole,
        "recent": board.recent_waves(warehouse_ids=[warehouse.pk], limit=10),
        "now": now,
    }


def in_work(warehouse_id: int, *, shown: int | None) -> dict[str, Any]:
    """The waves in work that a page shows, the newest; shown None: all of them."""
    found = board.waves_in_work(warehouse_ids=[warehouse_id], limit=shown and shown + 1)
    return {"in_work": found[:shown], "more_waves": shown is not None and len(found) > shown, "waves_shown": shown}


@needs(Action.FLOOR_WAVE)
@require_POST
@in_a_warehouse
def release_wave(request: Request) -> HttpResponse:
    """Release what a proposal, or the lead, has chosen as one wave: the most urgent orders first, `limit` of them."""
    warehouse = warehouse_of(request)
    found = proposals.waiting(warehouse_id=warehouse.pk)
    data = {**request.POST.dict(), "channel_warehouse": request.POST.getlist("channel_warehouse")}
    form = ReleaseForm(data, places=[row.place.pk for row in found])
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("floor:waves")
    try:
        wave = waves.release(
            warehouse_id=warehouse.pk,
            order_ids=proposals.chosen(
                found, form.choice(), warehouse_id=warehouse.pk, limit=form.cleaned_data["limit"]
            ),
            now=timezone.now(),
            person_id=request.user.pk,
            mode=form.wave_mode(),
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("floor:waves")
    count = wave.orders.count()
    messages.success(
        request,
        ngettext("Wave %(wave)s released: %(n)d order", "Wave %(wave)s released: %(n)d orders", count)
        % {"wave": wave.number, "n": count},
    )
    return redirect("floor:wave", pk=wave.pk)


@needs(Action.FLOOR_VIEW)
def wave_detail(request: Request, pk: int) -> HttpResponse:
    """A wave: its orders and its pick list."""
    return render(request, "floor/wave.html", {**_wave(request, pk), "version": fragment_version(request, *TOPICS)})


@live_fragment(Action.FLOOR_VIEW, *TOPICS)
def wave_inside(request: Request, pk: int) -> HttpResponse:
    return render(request, "floor/_wave.html", _wave(request, pk))


def _wave(request: Request, pk: int) -> Mapping[str, Any]:
    wave = board.wave_seen(pk)
    if wave is None:
        raise Http404
    whole = "whole" in request.GET
    orders = wave.orders.select_related("order__channel").order_by("order__ship_by", "order_id")
    members, more_members = _beginning(orders, whole)
    tasks, more_tasks = _beginning(board.tasks(wave_id=pk), whole)
    return {
        "wave": wave,
        "pickers": picking.pickers(wave_id=pk, now=timezone.now()),
        "colleagues": board.colleagues(warehouse_id=wave.warehouse_id, but=0),
        "members": members,
        "more_members": more_members,
        "tasks": tasks,
        "more_tasks": more_tasks,
        "whole": whole,
        "shown": ROWS_SHOWN,
        "up": reverse("floor:waves"),
        "heading": _("Wave %(number)s") % {"number": wave.number},
    }


def _beginning(rows: QuerySet[M], whole: bool) -> tuple[list[M], bool]:
    """The rows to show, and whether there are more."""
    if whole:
        return list(rows), False
    found = list(rows[: ROWS_SHOWN + 1])
    return found[:ROWS_SHOWN], len(found) > ROWS_SHOWN
