"""The lead's board, and what people did."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from floor.forms import ColleagueForm
from floor.selectors import board, pace, people
from floor.services import table
from floor.views import waves
from floor.views.scanning import in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from orders.selectors import brief
from stock.selectors import place
from workspace.services.fragment import fragment_version, live_fragment

TOPICS = ("waves", "orders", "put-back")
_RISK_AHEAD = timedelta(hours=2)
_WAVES_SHOWN = 20


@needs(Action.FLOOR_VIEW)
@in_a_warehouse
def lead_board(request: Request) -> HttpResponse:
    """Cut-offs with the forecast, people, waves, errors, orders at risk; it follows the floor by itself."""
    return render(request, "floor/board.html", _board(request) | {"version": fragment_version(request, *TOPICS)})


@live_fragment(Action.FLOOR_VIEW, *TOPICS)
@in_a_warehouse
def lead_board_inside(request: Request) -> HttpResponse:
    return render(request, "floor/_board.html", _board(request))


def _board(request: Request) -> dict[str, Any]:
    warehouse = warehouse_of(request)
    now = timezone.now()
    begins, ends = people.day_of(timezone.localtime(now))
    per_hour = pace.orders_per_hour(warehouse_id=warehouse.pk, now=now)
    cut_offs = pace.cut_offs(warehouse_id=warehouse.pk, pace=per_hour, now=now)
    missed = [row.at for row in cut_offs if row.misses]
    until = max([now + _RISK_AHEAD, *missed])
    return {
        "warehouse": warehouse,
        "cut_offs": cut_offs,
        "pace": per_hour,
        "work": people.work(warehouse_id=warehouse.pk, since=begins, until=ends),
        "errors": people.errors(warehouse_id=warehouse.pk, since=begins, limit=10),
        "tables": people.tables(now=now),
        **waves.in_work(warehouse.pk, shown=_WAVES_SHOWN),
        "at_risk": brief.at_risk(channel_warehouse_ids=place.fed_by(warehouse.pk), until=until, limit=15),
        "put_backs": len(board.put_backs(warehouse_id=warehouse.pk)),
        "now": now,
    }


@needs(Action.FLOOR_WAVE)
@require_POST
def free_table(request: Request) -> HttpResponse:
    """Take the open order off somebody's table."""
    form = ColleagueForm(request.POST)
    if form.is_valid() and table.free(person_id=form.cleaned_data["person"], now=timezone.now()):
        messages.success(request, _("The table is free; what was verified stays so."))
    else:
        messages.info(request, _("Nothing lay on this table any more."))
    return redirect("floor:board")


@needs(Action.FLOOR_WAVE)
@in_a_warehouse
def people_page(request: Request) -> HttpResponse:
    """Each person's work and share of errors on a day."""
    warehouse = warehouse_of(request)
    day = _day(request.GET.get("day", ""))
    begins, ends = people.day_of(day)
    context = {
        "warehouse": warehouse,
        "day": begins,
        "before": begins - timedelta(days=1),
        "after": ends if ends <= timezone.localtime() else None,
        "rows": people.work(warehouse_id=warehouse.pk, since=begins, until=ends),
        "errors": people.errors(warehouse_id=warehouse.pk, since=begins, limit=50),
    }
    return render(request, "floor/people.html", context)


def _day(text: str) -> datetime:
    """The asked local day; today for anything that is none."""
    today = timezone.localtime()
    try:
        found = parse_date(text)
        return today.replace(year=found.year, month=found.month, day=found.day) if found else today
    except ValueError:
        return today
