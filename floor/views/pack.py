"""The packing table and the put-wall."""

from typing import Any

from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backoffice.kernel.errors import Refusal
from floor.forms import PhotoForm
from floor.models import PackPhoto
from floor.selectors import board, packing, parcels
from floor.services import pack, photo, wall
from floor.types import Answer, Command
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from workspace.services.fragment import fragment_version, live_fragment

_MOST_OWED = 100


@needs(Action.FLOOR_PICK)
@in_a_warehouse
def pack_page(request: Request) -> HttpResponse:
    """Scan to pack: one loop, no menu."""
    warehouse = warehouse_of(request)
    return render(
        request,
        "floor/pack.html",
        {
            **_table(request, warehouse.pk),
            "warehouse": warehouse,
            "commands": Command,
            "cut_off": board.next_cut_off(warehouse_id=warehouse.pk),
            "parcels": parcels.recent(person_id=request.user.pk),
            "version": fragment_version(request, "labels", "orders"),
        },
    )


@needs(Action.FLOOR_PICK)
@require_POST
@in_a_warehouse
def pack_scan(request: Request) -> JsonResponse:
    """A scan of the packing table."""
    warehouse = warehouse_of(request)

    def page(answer: Answer) -> str:
        return render_to_string("floor/_pack.html", _table(request, warehouse.pk))

    return answered(request, lambda scan, _cell, now: pack.scan(warehouse_id=warehouse.pk, scan=scan, now=now), page)


@needs(Action.FLOOR_PICK)
@require_GET
@in_a_warehouse
def pack_known(request: Request) -> HttpResponse:
    """What the page must know to judge scans by itself while the network is away."""
    known = packing.known(warehouse_id=warehouse_of(request).pk, person_id=request.user.pk)
    return HttpResponse(known, content_type="application/json")


@live_fragment(Action.FLOOR_PICK, "labels", "orders")
def pack_parcels(request: Request) -> HttpResponse:
    """The parcels just packed and their stickers; `?owed=1,2`: also these, whose stickers the table has not printed."""
    owed = [int(pk) for pk in request.GET.get("owed", "").split(",") if pk.isdecimal() and len(pk) < 19][:_MOST_OWED]
    context = {
        "parcels": parcels.recent(person_id=request.user.pk, owed=owed),
        "owed": ",".join(map(str, owed)),
    }
    return render(request, "floor/_parcels.html", context)


@needs(Action.FLOOR_PICK)
@require_POST
def pack_photo(request: Request) -> JsonResponse:
    """A photo of the open box, kept with the order on this person's table, or packed last."""
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        text = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"message": text, "extra": {}}, status=400)
    try:
        number = photo.keep(person_id=request.user.pk, content=form.cleaned_data["photo"], now=timezone.now())
    except Refusal as refusal:
        return JsonResponse({"message": str(refusal), "extra": {}}, status=409)
    return JsonResponse({"message": _("The photo is kept with order %(number)s.") % {"number": number}})


@needs(Action.FLOOR_VIEW)
def photos(request: Request, order_id: int) -> HttpResponse:
    """The packing photos of an order."""
    found = photo.of_order(order_id)
    if not found:
        raise Http404
    return render(request, "floor/photos.html", {"photos": found})


@needs(Action.FLOOR_VIEW)
@require_GET
def photo_file(request: Request, pk: int) -> FileResponse:
    """One packing photo; what was uploaded is never run, whatever it says it is."""
    found = PackPhoto.objects.filter(pk=pk).first()
    if found is None or not found.file.storage.exists(found.file.name or ""):
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type="image/jpeg")
    response["Cache-Control"] = "private, max-age=86400"
    return response


@needs(Action.FLOOR_PICK)
@in_a_warehouse
def wall_page(request: Request) -> HttpResponse:
    """The put-wall: scan a piece, lay it where the screen says."""
    warehouse = warehouse_of(request)
    return render(
        request,
        "floor/wall.html",
        {
            "warehouse": warehouse,
            "commands": Command,
            "places": packing.wall_places(warehouse_id=warehouse.pk),
            "cut_off": board.next_cut_off(warehouse_id=warehouse.pk),
        },
    )


@needs(Action.FLOOR_PICK)
@require_POST
@in_a_warehouse
def wall_scan(request: Request) -> JsonResponse:
    """A scan at the wall."""
    warehouse = warehouse_of(request)

    def page(answer: Answer) -> str:
        context = {
            "places": packing.wall_places(warehouse_id=warehouse.pk),
            "slot": answer.data.get("slot"),
            "full": answer.data.get("full"),
        }
        return render_to_string("floor/_wall.html", context, request)

    return answered(request, lambda scan, _cell, now: wall.scan(warehouse_id=warehouse.pk, scan=scan, now=now), page)


def _table(request: Request, warehouse_id: int) -> dict[str, Any]:
    table = packing.table_of(request.user.pk)
    # How many wait is said where nothing lies on the table.
    waiting = 0 if table else board.waiting_at_tables(warehouse_id=warehouse_id)
    return {"table": table, "waiting": waiting, "many": waiting >= board.MANY}
