"""Kits: assembled, and taken apart."""

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from catalog.models import Sku
from floor.services import kit
from floor.types import Answer, Command
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from stock.selectors import kits as selectors

if TYPE_CHECKING:
    from stock.models import Warehouse


@needs(Action.FLOOR_RECEIVE)
@require_GET
@in_a_warehouse
def page(request: Request, *, apart: bool = False) -> HttpResponse:
    """Scan kits: each scan is one kit more."""
    warehouse = warehouse_of(request)
    context = {"warehouse": warehouse, "apart": apart, "undo": Command.UNDO, **_inside(warehouse, None)}
    return render(request, "floor/kits.html", context)


@needs(Action.FLOOR_RECEIVE)
@require_POST
@in_a_warehouse
def scan(request: Request, *, apart: bool = False) -> JsonResponse:
    """A scan of the kits page."""
    warehouse = warehouse_of(request)
    return answered(
        request,
        lambda scan, cell, now: kit.scan(warehouse_id=warehouse.pk, scan=scan, place_id=cell, apart=apart, now=now),
        lambda answer: render_to_string("floor/_kits.html", _inside(warehouse, answer), request),
    )


def _inside(warehouse: "Warehouse", answer: Answer | None) -> dict[str, Any]:
    data = answer.data if answer else {}
    location = kit.working_place(warehouse.pk, data.get("cell_id"))
    last = Sku.objects.select_related("product").filter(pk=data.get("sku_id") or 0).first()
    return {
        "location": location,
        "kit": last,
        "parts": selectors.parts_at(kit_id=last.pk, location=location) if last else [],
        "next_pieces": data.get("next_pieces"),
    }
