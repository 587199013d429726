"""Put away, move, refill."""

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from catalog.models import Sku
from floor.services import carry
from floor.types import Answer
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from stock.selectors import expected, place
from stock.services import ledger
from stock.types import LocationKind

if TYPE_CHECKING:
    from stock.models import Warehouse


@needs(Action.FLOOR_RECEIVE)
@require_GET
@in_a_warehouse
def page(request: Request) -> HttpResponse:
    """What lies at the dock and which pick cells are low; from there, or between any cells, goods are carried."""
    warehouse = warehouse_of(request)
    return render(request, "floor/carry.html", {"warehouse": warehouse, **_inside(warehouse, None)})


@needs(Action.FLOOR_RECEIVE)
@require_POST
@in_a_warehouse
def scan(request: Request) -> JsonResponse:
    """A scan of the carrying page."""
    warehouse = warehouse_of(request)
    release_for = request.access.merchants_for(Action.STOCK_ADJUST) or frozenset()
    return answered(
        request,
        lambda scan, cell, now: carry.scan(
            warehouse_id=warehouse.pk, scan=scan, source_id=cell, release_for=release_for, now=now
        ),
        lambda answer: render_to_string("floor/_carry.html", _inside(warehouse, answer), request),
    )


def _inside(warehouse: "Warehouse", answer: Answer | None) -> dict[str, Any]:
    data = answer.data if answer else {}
    dock = ledger.end_of_ledger(warehouse_id=warehouse.pk, kind=LocationKind.DOCK)
    source_id = data.get("cell_id") or dock.pk
    held = Sku.objects.select_related("product").filter(pk=data.get("sku_id") or 0).first()
    return {
        "source": place.location(source_id),
        "at_dock": source_id == dock.pk,
        "held": held,
        "pieces": data.get("pieces"),
        "suggested": data.get("suggested", ""),
        "dock_rows": expected.at_dock(warehouse.pk),
        "low": expected.low_cells(warehouse.pk),
    }
