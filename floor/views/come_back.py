"""The returns desk."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backoffice.kernel.errors import Refusal
from catalog.models import Sku
from floor.forms import PhotoForm
from floor.models import CameBack
from floor.services import come_back
from floor.types import CONDITION_PREFIX, Answer, Condition
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from orders.selectors import brief, coming_back

_SHOWN = 20


@needs(Action.FLOOR_DESK)
@require_GET
@in_a_warehouse
def page(request: Request) -> HttpResponse:
    """Take goods back: the parcel, its items, their condition."""
    warehouse = warehouse_of(request)
    conditions = [{"code": f"{CONDITION_PREFIX}{one.value.upper()}", "name": one.label} for one in Condition]
    context = {"warehouse": warehouse, "conditions": conditions, **_inside(warehouse.pk, None)}
    return render(request, "floor/returns.html", context)


@needs(Action.FLOOR_DESK)
@require_POST
@in_a_warehouse
def scan(request: Request) -> JsonResponse:
    """A scan of the returns desk."""
    warehouse = warehouse_of(request)
    return answered(
        request,
        lambda scan, _cell, now: come_back.scan(warehouse_id=warehouse.pk, scan=scan, now=now),
        lambda answer: render_to_string("floor/_returns.html", _inside(warehouse.pk, answer), request),
    )


@needs(Action.FLOOR_DESK)
@require_POST
def photo(request: Request) -> HttpResponse:
    """A photo of the piece that was taken back last."""
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("floor:returns")
    try:
        kept = come_back.keep_photo(person_id=request.user.pk, content=form.cleaned_data["photo"])
        messages.success(request, _("Photo kept with %(sku)s.") % {"sku": kept.sku.code})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("floor:returns")


def _inside(warehouse_id: int, answer: Answer | None) -> dict[str, Any]:
    data = answer.data if answer else {}
    order = next(iter(brief.by_ids([data["order_id"]] if data.get("order_id") else [])), None)
    rows = CameBack.objects.filter(warehouse_id=warehouse_id).select_related("sku__product", "order")
    return {
        "order": order,
        "away": coming_back.away(order.order_id) if order else [],
        "held": Sku.objects.select_related("product").filter(pk=data.get("sku_id") or 0).first(),
        "rows": list(rows.order_by("-pk")[:_SHOWN]),
        "returning": coming_back.returning() if order is None else [],
    }
