"""The packer's page."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from floor.selectors import board, parcels
from floor.services import pack
from floor.types import Answer
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from workspace.services.fragment import fragment_version, live_fragment


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
        return render_to_string("floor/_pack.html", _table(request, warehouse.pk), request)

    return answered(request, lambda scan, _cell, now: pack.scan(warehouse_id=warehouse.pk, scan=scan, now=now), page)


@live_fragment(Action.FLOOR_PICK, "labels", "orders")
def pack_parcels(request: Request) -> HttpResponse:
    """The parcels just packed and their stickers."""
    return render(request, "floor/_parcels.html", {"parcels": parcels.recent(person_id=request.user.pk)})


def _table(request: Request, warehouse_id: int) -> dict[str, Any]:
    return {
        "table": board.table_of(request.user.pk),
        "waiting": board.waiting_at_tables(warehouse_id=warehouse_id),
        "cancel_code": pack.CANCEL_CODE,
    }
