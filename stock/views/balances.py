"""What lies where."""

from typing import Any

from django.contrib import messages
from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request
from stock.forms.balances import MoveForm, ReceiveHead, ReceiveLine, SetPiecesForm, StockFilter
from stock.models import Warehouse
from stock.selectors import balances, place
from stock.services import ledger, shelf
from stock.types import LocationKind, Transfer
from workspace.services.names import names_of
from workspace.services.once import once

LIST_NAME = "stock"
_LINES = 10


@needs(Action.STOCK_VIEW)
def balance_list(request: Request) -> HttpResponse:
    """Every SKU with what lies there, what is promised, what is free."""
    form = StockFilter(request.GET)
    page = balances.stock_page(form.asked(request.GET))
    return render(request, "stock/balances.html", {"page": page, "filter_form": form, "list_name": LIST_NAME})


@needs(Action.STOCK_VIEW)
def sku_stock(request: Request, pk: int) -> HttpResponse:
    """One SKU: by warehouse, by cell, promised to whom, and its ledger."""
    view = balances.sku_stock(pk)
    if view is None:
        raise Http404
    promised = [balances.promised_to(row) for row in view.reservations]
    names = names_of([*promised, *(move.reference for move in view.moves)])
    context = {
        "view": view,
        "promised": [(names.get(reference), row) for reference, row in zip(promised, view.reservations, strict=True)],
        "moves": [(names.get(move.reference), move) for move in view.moves],
        "warehouses": place.seen_warehouses(),
    }
    return render(request, "stock/sku.html", context)


@needs(Action.STOCK_VIEW)
def sku_panel(request: Request, pk: int) -> HttpResponse:
    """The stock of one SKU for its card: by warehouse, or for a kit by component."""
    view = _seen_sku(pk)
    return render(request, "stock/_sku_panel.html", {"view": view, "parts": balances.kit_parts(pk)})


def chosen_warehouse(request: HttpRequest) -> Warehouse:
    """The warehouse of ?warehouse=, else the first that is seen; :raises Http404: none is."""
    seen = {str(row.pk): row for row in place.seen_warehouses()}
    asked = request.GET.get("warehouse") or request.POST.get("warehouse") or ""
    if asked in seen:
        return seen[asked]
    if asked or not seen:
        raise Http404(_("No such warehouse serves your merchants."))
    return next(iter(seen.values()))


@needs(Action.STOCK_RECEIVE)
@once
def receive(request: Request) -> HttpResponse:
    """Take goods in: lines of article, cell and pieces; all of them or none."""
    if not place.seen_warehouses():
        return render(request, "stock/no_warehouse.html")
    warehouse = chosen_warehouse(request)
    lines_of = formset_factory(ReceiveLine, extra=_LINES, max_num=500, absolute_max=500)
    head = ReceiveHead(request.POST or None)
    lines = lines_of(request.POST or None, form_kwargs={"warehouse": warehouse}, prefix="line")
    if request.method == "POST" and head.is_valid() and lines.is_valid():
        filled = [form.cleaned_data for form in lines if form.filled]
        if not filled:
            head.add_error(None, _("Nothing is filled in."))
        else:
            _receive(request, warehouse, head, filled)
            return redirect("stock:balances")
    context = {"head": head, "lines": lines, "warehouse": warehouse, "warehouses": place.seen_warehouses()}
    return render(request, "stock/receive.html", context, status=422 if request.method == "POST" else 200)


def _receive(request: Request, warehouse: Warehouse, head: ReceiveHead, filled: list[dict[str, Any]]) -> None:
    dock = ledger.end_of_ledger(warehouse_id=warehouse.pk, kind=LocationKind.DOCK)
    by_merchant: dict[int, list[tuple[int, int, int]]] = {}
    for line in filled:
        cell = line["cell"] or dock
        by_merchant.setdefault(line["sku"].merchant_id, []).append((line["sku"].pk, cell.pk, line["pieces"]))
    for merchant_id, rows in by_merchant.items():
        shelf.receive(
            merchant_id=merchant_id,
            lines=rows,
            now=timezone.now(),
            person_id=request.user.pk,
            reference=head.cleaned_data["reference"],
            note=head.cleaned_data["note"],
        )
    pieces = sum(line["pieces"] for line in filled)
    messages.success(request, ngettext("%(n)d piece received", "%(n)d pieces received", pieces) % {"n": pieces})


@needs(Action.STOCK_ADJUST)
def set_pieces(request: Request, pk: int) -> HttpResponse:
    """Say how many pieces really lie in a cell; the difference is posted with its reason."""
    view = _seen_sku(pk)
    warehouse = chosen_warehouse(request)
    form = SetPiecesForm(request.POST or None, warehouse=warehouse, initial={"cell": request.GET.get("cell", "")})
    if request.method == "POST" and form.is_valid():
        try:
            change = shelf.set_pieces(
                merchant_id=view.sku.merchant_id,
                location=form.cleaned_data["cell"],
                sku_id=pk,
                pieces=form.cleaned_data["pieces"],
                now=timezone.now(),
                person_id=request.user.pk,
                note=form.cleaned_data["note"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("Posted: %(change)+d.") % {"change": change} if change else _("It was right: nothing to post."),
            )
            return redirect("stock:sku", pk)
    return _form_page(request, form, view, _("Correct the stock"))


@needs(Action.STOCK_ADJUST)
@once
def carry(request: Request, pk: int) -> HttpResponse:
    """Move pieces from one cell to another."""
    view = _seen_sku(pk)
    warehouse = chosen_warehouse(request)
    form = MoveForm(request.POST or None, warehouse=warehouse, initial={"source": request.GET.get("cell", "")})
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        transfer = Transfer(sku_id=pk, from_id=clean["source"].pk, to_id=clean["target"].pk, pieces=clean["pieces"])
        try:
            shelf.move(
                merchant_id=view.sku.merchant_id, transfers=[transfer], now=timezone.now(), person_id=request.user.pk
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Moved."))
            return redirect("stock:sku", pk)
    return _form_page(request, form, view, _("Move to another cell"))


def _seen_sku(pk: int) -> balances.SkuStock:
    view = balances.sku_stock(pk)
    if view is None:
        raise Http404
    return view


def _form_page(request: Request, form: Any, view: balances.SkuStock, heading: str) -> HttpResponse:
    status = 422 if request.method == "POST" else 200
    return render(request, "stock/change.html", {"form": form, "view": view, "heading": heading}, status=status)
