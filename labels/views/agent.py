"""
What print agents speak to.  One request does all: it says what became of the last stickers and brings the next ones.

An agent asks again and again instead of waiting in an open request: pages are served by a few threads, and twenty
waiting agents would hold all of them.  A question in vain is answered from the cache and costs no query.
"""

import base64
from datetime import datetime
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from backoffice.kernel.json_body import read_json
from labels.errors import UnknownKey
from labels.forms import TurnForm
from labels.models import PrinterProfile, Station
from labels.services import agent, delivery, station_key, wake
from merchants.roles import Action, needs, public
from merchants.scope import scope
from merchants.types import Request

PROGRAM = settings.BASE_DIR / "deploy" / "print_agent.py"
MOST_BYTES = 20_000
# Asked so often while somebody works at the station, and so often otherwise.
SOON_S, LATER_S = 0.3, 2.0


@needs(Action.LABELS_SETUP)
@require_GET
def program(request: Request) -> HttpResponse:
    """The agent itself: one file for any Python 3.9 or newer."""
    response = HttpResponse(PROGRAM.read_bytes(), content_type="text/x-python; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="print_agent.py"'
    return response


@public
@csrf_exempt
@require_POST
def turn(request: HttpRequest) -> HttpResponse:
    """
    One turn of an agent: JSON {claim, done, doubt, detail, printer, version, host, seen} under its key.

    204: nothing for you.  200: {items: [{id, title, zpl}], halted, busy}.  Both say in X-Ask-After when to ask again
    and in X-Seen what the next question shows.  401: the key opens nothing.  400: not such JSON.
    """
    with translation.override("ru"):
        try:
            holder = station_key.holder(_bearer(request), address=request.META.get("REMOTE_ADDR", ""))
        except UnknownKey as refusal:
            return JsonResponse({"message": str(refusal)}, status=HTTPStatus.UNAUTHORIZED)
        form = _read(request)
        if form is None or not form.is_valid():
            return JsonResponse({"message": _("This is not what a print agent says.")}, status=HTTPStatus.BAD_REQUEST)
        return _turn(holder, form.cleaned_data, timezone.now())


def _turn(holder: station_key.Holder, told: dict[str, Any], now: datetime) -> HttpResponse:
    station_id = holder.station_id
    _keep_word(station_id, told, now)
    # Read before the rows: what is queued in between is asked for once more, and never missed.
    version = wake.version(station_id)
    if told["seen"] == version and not told["done"] and not told["doubt"]:
        return _answer(HttpResponse(status=HTTPStatus.NO_CONTENT), station_id, version)
    with scope(holder.merchant_ids):
        station = Station.objects.select_related("printer").get(pk=station_id)
        given = agent.turn(
            station=station,
            claim=UUID(told["claim"]),
            now=now,
            done=told["done"],
            doubt=told["doubt"],
            detail=told["detail"],
        )
    items = [] if station.printer is None else _drawn(given, station.printer, holder.merchant_ids)
    body = {"items": items, "halted": given.halted, "busy": given.busy}
    # With stickers in hand, or a short batch behind it, the agent asks at once without having seen anything.
    return _answer(JsonResponse(body), station_id, "" if items or given.busy else version)


def _drawn(given: agent.Turn, profile: PrinterProfile, merchant_ids: frozenset[int]) -> list[dict[str, Any]]:
    drawn = []
    for item in given.items:
        content = delivery.for_agent(
            item_id=item.pk, label=item.label, profile=profile, copies=item.copies, merchant_ids=merchant_ids
        )
        if content:
            drawn.append({"id": item.pk, "title": f"№{item.number}", "zpl": base64.b64encode(content).decode("ascii")})
    return drawn


def _keep_word(station_id: int, told: dict[str, Any], now: datetime) -> None:
    before = wake.told(station_id)
    same = before is not None and before.printer == told["printer"]
    wake.tell(
        station_id,
        wake.Told(
            seen_at=now,
            printer=told["printer"],
            since=before.since if before is not None and same else now,
            detail=told["detail"],
            version=told["version"],
            host=told["host"],
        ),
    )


def _answer(response: HttpResponse, station_id: int, seen: str) -> HttpResponse:
    response["X-Ask-After"] = str(SOON_S if wake.is_watched(station_id) else LATER_S)
    response["X-Seen"] = seen
    response["X-Agent"] = offered_version()
    response["Cache-Control"] = "no-store"
    return response


@cache
def offered_version() -> str:
    """Of the program that this server offers; an agent that is another one says so in its log."""
    return sha256(PROGRAM.read_bytes()).hexdigest()[:12]


def _bearer(request: HttpRequest) -> str:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _read(request: HttpRequest) -> TurnForm | None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES:
        return None
    try:
        told = read_json(request.body)
    except ValueError:
        return None
    return TurnForm(told) if isinstance(told, dict) else None
