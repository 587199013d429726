"""Supplies to a marketplace's own warehouse, kept by hand."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import formset_factory
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request
from shipping.forms import AcceptedForm, BoxesForm, PackedForm, SupplyFileForm, SupplyForm, SupplyLineForm
from shipping.models import Supply
from shipping.selectors import supply_file, supply_pages
from shipping.services import supplies as service
from shipping.services.supplies import Counted
from shipping.types import SupplyState


@needs(Action.SHIPPING_VIEW)
def supplies(request: Request) -> HttpResponse:
    """Supplies in work and the last that are over."""
    context = {"in_work": supply_pages.supplies(), "over": supply_pages.supplies(over=True)}
    return render(request, "shipping/supplies.html", context)


@needs(Action.SHIPPING_EDIT)
def supply_new(request: Request) -> HttpResponse:
    """Draft a supply; its lines are added on its own page."""
    form = SupplyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        channel = form.channels[clean["channel"]]
        try:
            made = service.draft(
                merchant_id=channel.merchant_id,
                channel_id=channel.pk,
                channel_warehouse_id=int(clean["place"]) if clean["place"] else None,
                destination=clean["destination"],
                warehouse_id=int(clean["warehouse"]),
                planned_on=clean["planned_on"],
                note=clean["note"],
                lines={},
                now=timezone.now(),
                person_id=request.user.pk,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("shipping:supply", made.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "shipping/supply_new.html", {"form": form}, status=status)


@needs(Action.SHIPPING_VIEW)
def supply(request: Request, pk: int) -> HttpResponse:
    """A supply: what goes, where it stands, what can be done next."""
    return _page(request, _found(pk))


def _page(request: Request, found: Supply, form: Any = None, *, status: int = 200) -> HttpResponse:
    lines = supply_pages.lines(found.pk)
    state = SupplyState(found.state)
    if form is None and state == SupplyState.DRAFT:
        form = SupplyLineForm()
    elif form is None and state == SupplyState.PICKING:
        form = PackedForm()
    gathering = state in (SupplyState.AGREED, SupplyState.PICKING)
    cells = supply_pages.where_lies(found, [line.sku_id for line in lines]) if gathering else {}
    context = {
        "supply": found,
        "lines": [(line, cells.get(line.sku_id, "")) for line in lines],
        "planned": sum(line.planned for line in lines),
        "packed": sum(line.packed for line in lines),
        "form": form,
        "boxes_form": BoxesForm(initial={"boxes": found.boxes}),
        "before_leaving": state in (SupplyState.DRAFT, SupplyState.AGREED, SupplyState.PICKING),
        "was_packed": state not in (SupplyState.DRAFT, SupplyState.AGREED),
        "over": state in (SupplyState.ACCEPTED, SupplyState.DIFFERS),
        "gathering": gathering,
    }
    return render(request, "shipping/supply.html", context, status=status)


@needs(Action.SHIPPING_EDIT)
@require_POST
def supply_line(request: Request, pk: int) -> HttpResponse:
    """Set the planned pieces of an article in a draft, or add to them."""
    found = _found(pk)
    form = SupplyLineForm(request.POST)
    if form.is_valid():
        lines = {form.cleaned_data["code"].pk: form.cleaned_data["pieces"]}
        try:
            service.set_lines(supply_id=pk, lines=lines, add=request.POST.get("how") == "add")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("shipping:supply", pk)
    return _page(request, found, form, status=422)


@needs(Action.SHIPPING_EDIT)
@require_POST
def supply_pack(request: Request, pk: int) -> HttpResponse:
    """Count pieces into the boxes."""
    found = _found(pk)
    form = PackedForm(request.POST)
    if form.is_valid():
        try:
            service.pack(supply_id=pk, sku_id=form.cleaned_data["code"].pk, pieces=form.cleaned_data["pieces"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("shipping:supply", pk)
    return _page(request, found, form, status=422)


@needs(Action.SHIPPING_EDIT)
@require_POST
def supply_boxes(request: Request, pk: int) -> HttpResponse:
    """Say in how many boxes it goes."""
    _found(pk)
    form = BoxesForm(request.POST)
    if form.is_valid():
        return _done(request, pk, lambda: service.set_boxes(supply_id=pk, boxes=form.cleaned_data["boxes"]))
    messages.error(request, _("This cannot be a number of boxes."))
    return redirect("shipping:supply", pk)


@needs(Action.SHIPPING_EDIT)
@require_POST
def supply_agree(request: Request, pk: int) -> HttpResponse:
    """Promise its goods to it."""
    _found(pk)
    return _done(request, pk, lambda: service.agree(supply_id=pk, now=timezone.now()))


@needs(Action.SHIPPING_EDIT)
@require_POST
def supply_pick(request: Request, pk: int) -> HttpResponse:
    """Begin to gather it."""
    _found(pk)
    return _done(request, pk, lambda: service.start_picking(supply_id=pk))


@needs(Action.SHIPPING_CLOSE)
@require_POST
def supply_ship(request: Request, pk: int) -> HttpResponse:
    """Let what is packed leave."""
    _found(pk)
    return _done(request, pk, lambda: service.ship(supply_id=pk, now=timezone.now(), person_id=request.user.pk))


@needs(Action.SHIPPING_EDIT)
@require_POST
def supply_cancel(request: Request, pk: int) -> HttpResponse:
    """Give it up."""
    _found(pk)
    return _done(request, pk, lambda: service.cancel(supply_id=pk, now=timezone.now()))


@needs(Action.SHIPPING_CLOSE)
def supply_close(request: Request, pk: int) -> HttpResponse:
    """Write down what the marketplace accepted, and what became of the rest."""
    found = _found(pk)
    if found.state != SupplyState.SHIPPED:
        messages.error(request, _("Only a supply on its way is closed."))
        return redirect("shipping:supply", pk)
    lines = supply_pages.lines(pk)
    forms_of = formset_factory(AcceptedForm, extra=0, max_num=service.MOST_LINES, absolute_max=service.MOST_LINES)
    initial = [{"sku_id": line.sku_id, "accepted": line.packed} for line in lines]
    forms = forms_of(request.POST or None, prefix="line", initial=initial)
    if request.method == "POST" and forms.is_valid():
        counted = {
            clean["sku_id"]: Counted(accepted=clean["accepted"], difference=clean["difference"], note=clean["note"])
            for clean in forms.cleaned_data
            if clean
        }
        try:
            service.close(supply_id=pk, counted=counted, now=timezone.now(), person_id=request.user.pk)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("Supply closed."))
            return redirect("shipping:supply", pk)
    context = {"supply": found, "forms": forms, "rows": list(zip(lines, forms, strict=False))}
    return render(request, "shipping/supply_close.html", context, status=422 if request.method == "POST" else 200)


@needs(Action.SHIPPING_EDIT)
def supply_import(request: Request, pk: int) -> HttpResponse:
    """A file of articles and pieces: shown first, written when the person says so."""
    found = _found(pk)
    if "lines" in request.POST:
        return _done(request, pk, lambda: service.set_lines(supply_id=pk, lines=_pairs(request.POST["lines"])))
    form = SupplyFileForm(request.POST or None, request.FILES or None)
    rows: Any = ()
    if request.method == "POST" and form.is_valid():
        try:
            rows = supply_file.read(
                form.cleaned_data["file"], name=form.cleaned_data["file"].name, merchant_id=found.merchant_id
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    wanted: dict[int, int] = {}
    for row in rows:
        if not row.problem:
            wanted[row.sku.pk] = wanted.get(row.sku.pk, 0) + row.count
    context = {
        "supply": found,
        "form": form,
        "rows": rows,
        "good": sum(not row.problem for row in rows),
        "pieces": sum(wanted.values()),
        "told": ",".join(f"{sku_id}:{pieces}" for sku_id, pieces in wanted.items()),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "shipping/supply_import.html", context, status=status)


def _pairs(text: str) -> dict[int, int]:
    """What the preview handed on: `sku:pieces,…`; the service looks at it again."""
    found: dict[int, int] = {}
    for pair in text.split(",")[: service.MOST_LINES + 1]:
        sku_id, _colon, pieces = pair.partition(":")
        if all(part.isascii() and part.isdigit() and len(part) < 16 for part in (sku_id, pieces)):
            found[int(sku_id)] = int(pieces)
    return found


def _done(request: Request, pk: int, work: Callable[[], Supply]) -> HttpResponse:
    try:
        work()
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("shipping:supply", pk)


def _found(pk: int) -> Supply:
    found = supply_pages.supply(pk)
    if found is None:
        raise Http404
    return found
