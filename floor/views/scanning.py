"""What the scan pages have in common."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any

import structlog
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.kernel.errors import Refusal
from catalog.models import Photo
from floor.forms import read_scan
from floor.services import badge
from floor.types import Answer, Outcome, ScanIn
from labels.selectors import printing
from labels.services import printing as prints
from labels.services import wish
from labels.types import Reason, Way
from labels.views.station import COOKIE as STATION_COOKIE
from stock.selectors import place

if TYPE_CHECKING:
    from labels.models import Station
    from stock.models import Warehouse

log = structlog.get_logger(__name__)

WAREHOUSE_COOKIE = "floor_warehouse"
REFUSED = frozenset({Outcome.WRONG, Outcome.STOP})


class NoWarehouse(Exception):
    """No warehouse serves the merchants of the open scope."""


def in_a_warehouse(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Where no warehouse serves the person's merchants yet, say so and how to make one, instead of the page."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NoWarehouse:
            status = 200 if request.method == "GET" else 409
            return render(request, "stock/no_warehouse.html", status=status)

    return shown


def warehouse_of(request: HttpRequest) -> "Warehouse":
    """The warehouse that this station works in: by ?warehouse=, else the cookie, else the first that is seen."""
    seen = {warehouse.pk: warehouse for warehouse in place.seen_warehouses()}
    asked = request.GET.get("warehouse") or request.COOKIES.get(WAREHOUSE_COOKIE, "")
    if asked.isdecimal() and len(asked) < 19 and int(asked) in seen:
        return seen[int(asked)]
    if not seen:
        raise NoWarehouse
    return next(iter(seen.values()))


def answered(
    request: HttpRequest,
    work: Callable[[ScanIn, int | None, datetime], Answer],
    page: Callable[[Answer], str],
) -> JsonResponse:
    """Take a scan of a page in, and say what the page is to show: the answer and its new inside."""
    assert request.user.pk is not None
    now = timezone.now()
    try:
        scan, cell = read_scan(request, person_id=request.user.pk, now=now)
    except ValidationError as wrong:
        text = " ".join(wrong.messages)
        log.info("scan_refused", request=request.path, person=request.user.pk, word="Not read", text=text)
        return JsonResponse({"outcome": Outcome.WRONG, "word": _("Not read"), "text": text}, status=400)
    by_agent = False
    try:
        station = printing.station(request.COOKIES.get(STATION_COOKIE))
        if station:
            scan = replace(scan, station_id=station.pk)
        answer = work(scan, cell, now)
        by_agent = station is not None and _by_agent(answer, station, scan, now)
    except Refusal as refusal:
        answer = Answer(outcome=Outcome.WRONG, word=_("Refused"), text=str(refusal))
    if answer.outcome in REFUSED:
        _tell_log(request, scan, answer)
    return JsonResponse(
        {
            "outcome": answer.outcome,
            "word": answer.word,
            "text": answer.text,
            "html": page(answer),
            "photo": _photo(answer),
            "print": "" if by_agent else _sticker(answer),
            "order": answer.data.get("order_id"),
            "cell": answer.data.get("cell_id"),
            "slot": answer.data.get("slot"),
            "packed": bool(answer.data.get("packed")),
        }
    )


def _tell_log(request: HttpRequest, scan: ScanIn, answer: Answer) -> None:
    """What was taken needs no line: it has its row.  A badge held before the wrong page is no matter for the log."""
    log.info(
        "scan_refused",
        request=request.path,
        person=scan.person_id,
        station=scan.station_id,
        code="badge" if badge.may_be_code(scan.code) else scan.code[:60],
        outcome=answer.outcome.value,
        word=answer.word,
    )


def _photo(answer: Answer) -> str:
    photo_id: Any = answer.data.get("photo_id")
    if "photo_id" not in answer.data and (sku_id := answer.data.get("sku_id")):
        photo_id = Photo.objects.filter(product__skus=sku_id).values_list("pk", flat=True).first()
    return reverse("catalog:photo", args=[photo_id, "thumb"]) if photo_id else ""


def _by_agent(answer: Answer, station: "Station", scan: ScanIn, now: datetime) -> bool:
    """At a station with a print agent the sticker comes out by itself, even if this page is closed at this moment."""
    order_id: Any = answer.data.get("order_id")
    merchant_id: Any = answer.data.get("merchant_id")
    if station.way != Way.AGENT:
        return False
    key = f"scan-{scan.nonce}"
    if answer.data.get("reprint"):
        prints.print_order_label(
            order_id=order_id, person_id=scan.person_id, now=now, station=station, reason=Reason.JAM, key=key
        )
    elif answer.data.get("packed"):
        wish.print_packed(
            order_id=order_id,
            merchant_id=merchant_id,
            ready=bool(answer.data.get("sticker")),
            station=station,
            person_id=scan.person_id,
            key=key,
            now=now,
        )
    return True


def _sticker(answer: Answer) -> str:
    """The address of the sticker to print at once: of an order just packed whose sticker is here, or once more."""
    if not (answer.data.get("reprint") or (answer.data.get("packed") and answer.data.get("sticker"))):
        return ""
    url = reverse("labels:order-sticker", args=[answer.data["order_id"]])
    return f"{url}?reason={Reason.JAM}" if answer.data.get("reprint") else url
