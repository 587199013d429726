"""Returning picked goods to their cells."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST

from floor.selectors import board
from floor.services import put_back
from floor.types import Answer
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from stock.selectors import place


@needs(Action.FLOOR_PUT_BACK)
@in_a_warehouse
def put_back_page(request: Request) -> HttpResponse:
    """What is to go back, by cell."""
    warehouse = warehouse_of(request)
    return render(request, "floor/put_back.html", {"warehouse": warehouse, **_list(warehouse.pk, None)})


@needs(Action.FLOOR_PUT_BACK)
@require_POST
@in_a_warehouse
def put_back_scan(request: Request) -> JsonResponse:
    """A scan of the put-back page."""
    warehouse = warehouse_of(request)

    def page(answer: Answer) -> str:
        cell = answer.data.get("cell_id")
        return render_to_string("floor/_put_back.html", _list(warehouse.pk, cell), request)

    return answered(
        request,
        lambda scan, cell, now: put_back.scan(warehouse_id=warehouse.pk, scan=scan, cell_id=cell, now=now),
        page,
    )


def _list(warehouse_id: int, cell_id: Any) -> dict[str, Any]:
    codes = place.codes([cell_id]) if cell_id else {}
    return {
        "rows": board.put_backs(warehouse_id=warehouse_id),
        "cell_id": cell_id or "",
        "cell": codes.get(cell_id, ""),
    }
