"""Counting: rounds, the scans of one, and its differences."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from floor.selectors import in_hands
from floor.services import count as counting
from floor.types import Answer, Command
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from stock.selectors import stocktake as selectors
from stock.services import stocktake

if TYPE_CHECKING:
    from stock.models import StockCount


@needs(Action.FLOOR_COUNT)
@in_a_warehouse
def choose(request: Request) -> HttpResponse:
    """Rounds of the warehouse, cells that ask for a count, and the button that begins a round."""
    warehouse = warehouse_of(request)
    if request.method == "POST":
        made = stocktake.begin(
            warehouse_id=warehouse.pk,
            blind=request.POST.get("blind") == "on",
            person_id=request.user.pk,
            now=timezone.now(),
        )
        return redirect("floor:count-round", made.pk)
    context = {
        "warehouse": warehouse,
        "rows": selectors.rounds(warehouse.pk),
        "wanting": selectors.wanting_count(warehouse.pk),
    }
    return render(request, "floor/count_choose.html", context)


@needs(Action.FLOOR_COUNT)
def page(request: Request, pk: int) -> HttpResponse:
    """Count cells of a round by scan."""
    count = _round(pk)
    context = {"count": count, "done": Command.DONE, **_inside(count, request.user.pk, None)}
    return render(request, "floor/count.html", context)


@needs(Action.FLOOR_COUNT)
@require_POST
def scan(request: Request, pk: int) -> JsonResponse:
    """A scan of a counting page."""
    count = _round(pk)
    return answered(
        request,
        lambda scan, _cell, now: counting.scan(count=count, scan=scan, now=now),
        lambda answer: render_to_string("floor/_count.html", _inside(count, request.user.pk, answer), request),
    )


@needs(Action.STOCK_ADJUST)
def review(request: Request, pk: int) -> HttpResponse:
    """What differs; with a reason it is posted."""
    count, now = _round(pk), timezone.now()
    note = request.POST.get("note", "").strip()[:300].replace("\x00", "")
    if request.method == "POST" and note:
        posted, again = stocktake.post(
            count_id=pk,
            now=now,
            person_id=request.user.pk,
            note=note,
            in_hands=in_hands.unscanned(warehouse_id=count.warehouse_id, now=now),
        )
        text = _("Posted: %(posted)d. To be counted again: %(again)d.") % {"posted": posted, "again": again}
        messages.success(request, text)
        return redirect("floor:count-review", pk)
    if request.method == "POST":
        messages.error(request, _("Say why the stock differs; nothing was posted."))
    return render(request, "floor/count_review.html", {"count": count, "lines": selectors.to_decide(pk)})


@needs(Action.FLOOR_COUNT)
@require_POST
def again(request: Request, pk: int) -> HttpResponse:
    """Open the cell of a line again."""
    _round(pk)
    asked = request.POST.get("line", "")
    line = next((row for row in selectors.to_decide(pk) if str(row.pk) == asked), None)
    if line is None:
        raise Http404
    try:
        stocktake.count_again(line_id=line.pk, person_id=request.user.pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("floor:count-review", pk)
    return redirect("floor:count-round", pk)


def _round(pk: int) -> "StockCount":
    count = selectors.round_of(pk)
    if count is None:
        raise Http404
    return count


def _inside(count: "StockCount", person_id: int, answer: Answer | None) -> dict[str, Any]:
    cell = selectors.open_cell(count_id=count.pk, person_id=person_id)
    lines = selectors.lines_of(cell) if cell else []
    return {
        "count": count,
        "cell": cell,
        "lines": [line for line in lines if line.counted or not count.blind],
        "next_pieces": answer.data.get("next_pieces") if answer else None,
        "now_sku": answer.data.get("sku_id") if answer else None,
    }
