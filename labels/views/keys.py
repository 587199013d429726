"""The print agent of a station: how it is started, and its keys."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from labels.models import Station, StationKey
from labels.selectors.station_queue import line_of
from labels.services import station_key, wake
from labels.views.agent import offered_version
from labels.views.table import heard, station_or_404
from merchants.roles import Action, needs
from merchants.types import Request

_COMMAND = "python3 print_agent.py --server {server} --key {key} --printer tcp:192.168.1.50"


@needs(Action.LABELS_SETUP)
@require_GET
def agent(request: Request, pk: int) -> HttpResponse:
    return _page(request, station_or_404(pk))


@needs(Action.LABELS_SETUP)
@require_POST
def new_key(request: Request, pk: int) -> HttpResponse:
    """One more key; the page that answers shows it, once."""
    station = station_or_404(pk)
    _made, secret = station_key.make(station=station, person_id=request.user.pk, now=timezone.now())
    response = _page(request, station, secret=secret)
    response["Cache-Control"] = "no-store"
    return response


@needs(Action.LABELS_SETUP)
@require_POST
def revoke(request: Request, pk: int, key_id: int) -> HttpResponse:
    """Shut an agent out."""
    key = StationKey.objects.filter(pk=key_id, station=station_or_404(pk)).first()
    if key is None:
        raise Http404
    station_key.revoke(key=key, now=timezone.now())
    messages.success(request, _("The key opens nothing any more."))
    return redirect("labels:agent", pk)


def _page(request: Request, station: Station, *, secret: str = "") -> HttpResponse:
    context = {
        "station": station,
        "secret": secret,
        "keys": list(station.keys.select_related("made_by")),
        "told": wake.told(station.pk),
        "line": line_of(station, heard(station.pk), now=timezone.now()),
        "version": offered_version(),
        "command": _COMMAND.format(server=request.build_absolute_uri("/").rstrip("/"), key=secret or "bo-print-…"),
    }
    return render(request, "labels/agent.html", context)
