"""Suppliers, their deliveries, minimums and write-offs."""

from django.contrib import messages
from django.forms import formset_factory
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from merchants.roles import Action, needs
from merchants.types import Request
from stock.forms.expected import MinimumForm, ReceiptForm, ReceiptLine, SupplierForm, WriteOffForm
from stock.models import Supplier
from stock.selectors import balances, place
from stock.selectors import expected as selectors
from stock.services import expected, shelf
from stock.types import ReceiptState
from stock.views.balances import chosen_warehouse
from workspace.services.once import once

_LINES = 10


@needs(Action.STOCK_VIEW)
def suppliers(request: Request) -> HttpResponse:
    """Who brings goods."""
    return render(request, "stock/suppliers.html", {"rows": selectors.suppliers()})


@needs(Action.STOCK_RECEIVE)
def supplier(request: Request, pk: int | None = None) -> HttpResponse:
    """A supplier, known or new; a new one is of the merchant chosen, or of the first."""
    known = get_object_or_404(Supplier, pk=pk) if pk else None
    merchant_id = known.merchant_id if known else min(request.scope_merchants)
    form = SupplierForm(request.POST or None, instance=known, merchant_id=merchant_id)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("stock:suppliers")
    status = 422 if request.method == "POST" else 200
    return render(request, "stock/supplier.html", {"form": form, "known": known}, status=status)


@needs(Action.STOCK_VIEW)
def receipts(request: Request) -> HttpResponse:
    """Deliveries: those waited for, then those that came; and what is to be bought."""
    context = {"rows": selectors.receipts(today=timezone.localdate()), "low": selectors.low_stock()}
    return render(request, "stock/receipts.html", context)


@needs(Action.STOCK_RECEIVE)
def receipt_new(request: Request) -> HttpResponse:
    """Announce a delivery."""
    if not selectors.suppliers():
        messages.info(request, _("Make the supplier first."))
        return redirect("stock:supplier-new")
    lines_of = formset_factory(ReceiptLine, extra=_LINES, max_num=500, absolute_max=500)
    head = ReceiptForm(request.POST or None, initial={"expected_on": timezone.localdate()})
    lines = lines_of(request.POST or None, prefix="line")
    if request.method == "POST" and head.is_valid() and lines.is_valid():
        wanted: dict[int, int] = {}
        supplier = head.cleaned_data["supplier"]
        for line in (form.cleaned_data for form in lines if form.filled):
            if line["sku"].merchant_id != supplier.merchant_id:
                head.add_error(None, _("%(sku)s is of another merchant.") % {"sku": line["sku"].code})
            wanted[line["sku"].pk] = wanted.get(line["sku"].pk, 0) + line["pieces"]
        if not head.errors:
            try:
                made = expected.announce(
                    merchant_id=supplier.merchant_id,
                    supplier_id=supplier.pk,
                    warehouse_id=head.cleaned_data["warehouse"].pk,
                    number=head.cleaned_data["number"],
                    expected_on=head.cleaned_data["expected_on"],
                    lines=wanted,
                    now=timezone.now(),
                )
                return redirect("stock:receipt", made.pk)
            except Refusal as refusal:
                head.add_error(None, str(refusal))
    status = 422 if request.method == "POST" else 200
    return render(request, "stock/receipt_new.html", {"head": head, "lines": lines}, status=status)


@needs(Action.STOCK_VIEW)
def receipt(request: Request, pk: int) -> HttpResponse:
    """A delivery with what was expected and what came."""
    found = selectors.receipt(pk)
    if found is None:
        raise Http404
    context = {
        "receipt": found,
        "lines": selectors.lines(pk),
        "open": found.state in (ReceiptState.EXPECTED, ReceiptState.RECEIVING),
    }
    return render(request, "stock/receipt.html", context)


@needs(Action.STOCK_RECEIVE)
@require_POST
def receipt_close(request: Request, pk: int) -> HttpResponse:
    """End a delivery as it came."""
    if selectors.receipt(pk) is None:
        raise Http404
    try:
        closed = expected.close(receipt_id=pk, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        came = closed.state == ReceiptState.CLOSED
        messages.success(request, _("Delivery closed.") if came else _("Nothing came: delivery cancelled."))
    return redirect("stock:receipt", pk)


@needs(Action.STOCK_ADJUST)
def minimum(request: Request, pk: int) -> HttpResponse:
    """How little of a SKU may lie in a cell or in the warehouse."""
    view = _seen_sku(pk)
    warehouse = chosen_warehouse(request)
    form = MinimumForm(request.POST or None, warehouse=warehouse, initial={"cell": request.GET.get("cell", "")})
    if request.method == "POST" and form.is_valid():
        cell = form.cleaned_data["cell"]
        shelf.set_minimum(
            merchant_id=view.sku.merchant_id,
            warehouse_id=warehouse.pk,
            location_id=cell.pk if cell else None,
            sku_id=pk,
            pieces=form.cleaned_data["pieces"],
            refill_to=form.cleaned_data["refill_to"],
        )
        messages.success(request, _("Saved."))
        return redirect("stock:sku", pk)
    context = {"form": form, "view": view, "heading": _("Minimum stock"), "minimums": selectors.minimums(pk)}
    return render(request, "stock/minimum.html", context, status=422 if request.method == "POST" else 200)


@needs(Action.STOCK_ADJUST)
@once
def write_off(request: Request, pk: int) -> HttpResponse:
    """Give pieces up for lost, with the reason."""
    view = _seen_sku(pk)
    form = WriteOffForm(
        request.POST or None, warehouse=chosen_warehouse(request), initial={"cell": request.GET.get("cell", "")}
    )
    if request.method == "POST" and form.is_valid():
        try:
            shelf.write_off(
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
            messages.success(request, _("Written off: %(n)d.") % {"n": form.cleaned_data["pieces"]})
            return redirect("stock:sku", pk)
    context = {"form": form, "view": view, "heading": _("Write off")}
    return render(request, "stock/change.html", context, status=422 if request.method == "POST" else 200)


def _seen_sku(pk: int) -> balances.SkuStock:
    view = balances.sku_stock(pk)
    if view is None or not place.seen_warehouses():
        raise Http404
    return view
