from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from labels.forms import PrinterForm, StationForm
from labels.models import PrinterProfile, Station
from labels.render.geometry import MEDIA, SHEETS
from labels.selectors.printing import seen_printers, seen_stations, station
from labels.services import calibrate, setup
from labels.types import Way
from labels.views.file import pdf, zpl
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from stock.selectors import place

# Which table this browser stands at; nothing secret, and what it names is checked at each use.
COOKIE = "station"
_YEAR_S = 365 * 24 * 3600


@needs(Action.LABELS_PRINT)
@require_GET
def stations(request: Request) -> HttpResponse:
    context = {
        "stations": seen_stations(),
        "printers": seen_printers(),
        "chosen": station(request.COOKIES.get(COOKIE)),
        "warehouses": place.seen_warehouses(),
    }
    return render(request, "labels/stations.html", context)


@needs(Action.LABELS_PRINT)
@require_POST
def choose(request: Request) -> HttpResponse:
    """Say at which table this browser stands; an empty choice forgets it."""
    asked = request.POST.get("station", "")
    response = redirect("labels:stations")
    if not asked:
        response.delete_cookie(COOKIE)
        return response
    found = station(asked)
    if found is None:
        messages.error(request, _("There is no such station."))
        return response
    secure = request.is_secure()
    response.set_cookie(COOKIE, str(found.pk), max_age=_YEAR_S, httponly=True, samesite="Lax", secure=secure)
    messages.success(request, _("This browser prints at “%(name)s”.") % {"name": found.name})
    return response


class _Edit(View):
    """A form page for one row of the set-up, new or existing."""

    form_class: type[Any]
    title_new = ""

    def row(self, pk: int | None) -> Any:
        raise NotImplementedError

    def get(self, request: Request, pk: int | None = None) -> HttpResponse:
        return self._page(request, self._form(None, pk), pk)

    def post(self, request: Request, pk: int | None = None) -> HttpResponse:
        form = self._form(request.POST, pk)
        if not form.is_valid():
            return self._page(request, form, pk)
        form.save()
        messages.success(request, _("“%(name)s” saved.") % {"name": form.instance})
        return redirect("labels:stations")

    def _form(self, data: Any, pk: int | None) -> Any:
        warehouses = [warehouse.pk for warehouse in place.seen_warehouses()]
        initial = {"warehouse": warehouses[0]} if len(warehouses) == 1 and pk is None else None
        return self.form_class(data, instance=self.row(pk), warehouses=warehouses, initial=initial)

    def _page(self, request: Request, form: Any, pk: int | None) -> HttpResponse:
        title = str(form.instance) if pk else self.title_new
        return render(
            request, "labels/setup.html", {"form": form, "title": title}, status=422 if form.is_bound else 200
        )


@needs(Action.LABELS_SETUP)
class EditPrinter(_Edit):
    form_class = PrinterForm

    @property
    def title_new(self) -> str:  # type: ignore[override]
        return _("New printer")

    def row(self, pk: int | None) -> PrinterProfile | None:
        return None if pk is None else _one(seen_printers(), pk)


@needs(Action.LABELS_SETUP)
class EditStation(_Edit):
    form_class = StationForm

    @property
    def title_new(self) -> str:  # type: ignore[override]
        return _("New station")

    def row(self, pk: int | None) -> Station | None:
        return None if pk is None else _one(seen_stations(), pk)


@needs(Action.LABELS_PRINT, own_scopes=True)
@require_GET
@xframe_options_sameorigin
def test_page(request: Request, pk: int) -> HttpResponse:
    """Rulers and three barcodes, at this printer's size and shift."""
    with scope(request.scope_merchants):
        printer = _one(seen_printers(), pk)
    return pdf(setup.test_page(printer), f"test-{pk}.pdf")


@needs(Action.LABELS_PRINT, own_scopes=True)
@require_GET
def test_zpl(request: Request, pk: int) -> HttpResponse:
    """The same page for a printer that is fed with ZPL."""
    with scope(request.scope_merchants):
        printer = _one(seen_printers(), pk)
    return zpl(setup.test_zpl(printer), f"test-{pk}.zpl")


@needs(Action.LABELS_PRINT, own_scopes=True)
@require_POST
def print_test(request: Request, pk: int) -> HttpResponse:
    """Send the test page through the station's agent: the whole way, as a sticker of an order goes."""
    with scope(request.scope_merchants):
        station = _one(seen_stations(), pk)
    if station.way != Way.AGENT:
        messages.error(request, _("This station has no print agent: print the test page of its printer."))
        return redirect("labels:stations")
    content = calibrate.drawn(station.printer)
    with scope(request.scope_merchants, person_id=request.user.pk):
        calibrate.print_page(
            content=content,
            station=station,
            merchant_id=min(request.scope_merchants),
            person_id=request.user.pk,
            now=timezone.now(),
        )
    messages.success(request, _("The test page goes to the printer."))
    return redirect("labels:desk", pk)


@needs(Action.LABELS_PRINT)
@require_GET
def formats(request: Request) -> HttpResponse:
    return render(request, "labels/formats.html", {"rolls": MEDIA.values(), "sheets": SHEETS.values()})


@needs(Action.LABELS_PRINT, own_scopes=True)
@require_GET
@xframe_options_sameorigin
def sample(request: Request) -> HttpResponse:
    """Example stickers of the format `?form=`; of the usual roll when there is no such."""
    code = request.GET.get("form", "")
    if code not in MEDIA and code not in SHEETS:
        code = next(iter(MEDIA))
    return pdf(setup.sample(code), f"{code}.pdf")


def _one(rows: list[Any], pk: int) -> Any:
    for row in rows:
        if row.pk == pk:
            return row
    raise Http404
