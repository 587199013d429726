"""The printer of a table: what goes on there, and how it goes on after a jam."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from backoffice.kernel import live
from backoffice.kernel.errors import Refusal
from backoffice.kernel.json_body import read_json
from labels.forms import CodeForm
from labels.models import Station
from labels.selectors.printing import station as seen_station
from labels.selectors.station_queue import Heard, desk_of, line_of
from labels.services import agent, resume, wake
from labels.services.order_label import TOPIC
from labels.services.resume import Resumed
from labels.types import Answer
from labels.views.station import COOKIE
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from workspace.services.fragment import HEADER

STOP, NONE, ALL = "BO-PRINT-STOP", "BO-PRINT-NONE", "BO-PRINT-ALL"


@needs(Action.LABELS_PRINT, own_scopes=True)
@require_GET
def line(request: Request) -> HttpResponse:
    """The line of the packing table; that somebody asks for it makes the agent of the table ask often."""
    asked = request.COOKIES.get(COOKIE, "")
    if not asked.isdecimal() or len(asked) > 18:
        return HttpResponse(status=204)
    wake.watch(int(asked))
    now = timezone.now()
    version = _version(request, int(asked), now)
    if request.GET.get("version") == version:
        return HttpResponse(status=204)
    with scope(request.scope_merchants):
        found = seen_station(asked)
        shown = line_of(found, heard(found.pk), now=now) if found else None
        response = render(request, "labels/_line.html", {"line": shown, "station": found})
    response[HEADER] = version
    return response


@needs(Action.LABELS_PRINT)
@require_GET
def desk(request: Request, pk: int) -> HttpResponse:
    """The printer of a station: its queue, and the question after a jam."""
    station = station_or_404(pk)
    context = {**_inside(station), "station": station, "codes": {"stop": STOP, "none": NONE, "all": ALL}}
    return render(request, "labels/desk.html", {**context, "version": _version(request, pk, timezone.now())})


@needs(Action.LABELS_PRINT, own_scopes=True)
@require_GET
def desk_inside(request: Request, pk: int) -> HttpResponse:
    version = _version(request, pk, timezone.now())
    if request.GET.get("version") == version:
        return HttpResponse(status=204)
    with scope(request.scope_merchants):
        response = render(request, "labels/_desk.html", _inside(station_or_404(pk)))
    response[HEADER] = version
    return response


@needs(Action.LABELS_PRINT)
@require_POST
def scan(request: Request, pk: int) -> JsonResponse:
    """The last good sticker, or one of the three buttons; said twice it counts once."""
    station = station_or_404(pk)
    form = CodeForm(_sent(request))
    if not form.is_valid():
        return JsonResponse({"outcome": "wrong", "text": _("Nothing was read.")}, status=400)
    try:
        answer = _decide(station, form.cleaned_data["code"], request.user.pk, timezone.now())
    except Refusal as refusal:
        answer = Answer(outcome="wrong", word=_("Not here"), text=str(refusal))
    html = render_to_string("labels/_desk.html", _inside(station), request)
    return JsonResponse({"outcome": answer.outcome, "word": answer.word, "text": answer.text, "html": html})


@needs(Action.LABELS_PRINT)
@require_GET
def here(request: Request) -> HttpResponse:
    """The desk of the station at which this browser stands; where none is chosen, the choice."""
    found = seen_station(request.COOKIES.get(COOKIE))
    return redirect("labels:desk", found.pk) if found else redirect("labels:stations")


def station_or_404(pk: int) -> Station:
    """A station of the open scope."""
    found = seen_station(pk)
    if found is None:
        raise Http404
    return found


def heard(station_id: int) -> Heard | None:
    """What the agent of a station said last."""
    told = wake.told(station_id)
    if told is None:
        return None
    return Heard(seen_at=told.seen_at, printer=told.printer, since=told.since, detail=told.detail)


def _decide(station: Station, code: str, person_id: int, now: datetime) -> Answer:
    if code == STOP:
        if not agent.halt(station=station, now=now):
            return Answer(outcome="already", word=_("Stopped"), text=_("The printing stands already."))
        return Answer(outcome="stop", word=_("Stopped"), text=_("Nothing more is sent. Scan the last good sticker."))
    if code == NONE:
        return _went_on(resume.with_none(station=station, person_id=person_id, now=now))
    if code == ALL:
        return _went_on(resume.with_all(station=station, now=now))
    return _went_on(resume.after_sticker(station=station, code=code, person_id=person_id, now=now))


def _went_on(resumed: Resumed) -> Answer:
    if not resumed.went_on:
        return Answer(outcome="already", word=_("It runs"), text=_("The printing goes on already."))
    again = ngettext("%(n)d sticker is printed anew.", "%(n)d stickers are printed anew.", resumed.again)
    return Answer(outcome="accepted", word=_("Going on"), text=again % {"n": resumed.again})


def _inside(station: Station) -> dict[str, Any]:
    return {"desk": desk_of(station, heard(station.pk), now=timezone.now()), "station": station}


def _version(request: Request, station_id: int, now: datetime) -> str:
    """Of the queue, and of how the agent is: its silence is no event."""
    found = heard(station_id)
    health = "never" if found is None else "away" if found.is_silent(now) else found.printer
    return f"{live.version([TOPIC], request.scope_merchants)}.{wake.version(station_id)}.{health}"


def _sent(request: Request) -> dict[str, Any]:
    try:
        sent = read_json(request.body)
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}
