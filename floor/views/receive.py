"""Receiving: which delivery, its scans, and unknown barcodes tied to articles."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from backoffice.kernel.errors import Refusal
from catalog.formats.barcode import BadBarcode
from catalog.services.product import tie_barcode
from floor.services import receive
from floor.types import Answer, Command
from floor.views.scanning import answered, in_a_warehouse, warehouse_of
from merchants.roles import Action, needs
from merchants.types import Request
from stock.selectors import balances, expected
from stock.types import RECEIPT_OPEN

if TYPE_CHECKING:
    from stock.models import ExpectedReceipt


@needs(Action.FLOOR_RECEIVE)
@require_GET
@in_a_warehouse
def choose(request: Request) -> HttpResponse:
    """Deliveries that the warehouse waits for, and receiving without one."""
    warehouse = warehouse_of(request)
    rows = expected.receipts(today=timezone.localdate(), warehouse_id=warehouse.pk, only_open=True)
    return render(request, "floor/receive_choose.html", {"warehouse": warehouse, "rows": rows})


@needs(Action.FLOOR_RECEIVE)
@require_GET
@in_a_warehouse
def page(request: Request, pk: int | None = None) -> HttpResponse:
    """Receiving against a delivery, or free."""
    receipt = _receipt(pk)
    warehouse = receipt.warehouse if receipt else warehouse_of(request)
    context = {"receipt": receipt, "warehouse": warehouse, "undo": Command.UNDO, **_inside(request, receipt, None)}
    context["scan_url"] = _url("floor:receive-scan", "floor:receive-free-scan", receipt)
    return render(request, "floor/receive.html", context)


@needs(Action.FLOOR_RECEIVE)
@require_POST
@in_a_warehouse
def scan(request: Request, pk: int | None = None) -> JsonResponse:
    """A scan of the receiving page."""
    receipt = _receipt(pk)
    warehouse = receipt.warehouse if receipt else warehouse_of(request)
    return answered(
        request,
        lambda scan, _cell, now: receive.scan(warehouse_id=warehouse.pk, receipt=receipt, scan=scan, now=now),
        lambda answer: render_to_string("floor/_receive.html", _inside(request, receipt, answer), request),
    )


@needs(Action.CATALOG_BARCODE)
@require_POST
def tie(request: Request) -> HttpResponse:
    """Let an unknown barcode mean an article, then go back to the delivery."""
    value, article = request.POST.get("code", "")[:80], request.POST.get("article", "")[:100].replace("\x00", "")
    asked = request.POST.get("receipt", "")
    receipt = expected.receipt(int(asked)) if asked.isdecimal() and len(asked) < 18 else None
    sku = balances.resolve_sku(article)
    if sku is None:
        messages.error(request, _("No article has this code: %(code)s") % {"code": article[:60]})
    else:
        try:
            tie_barcode(sku=sku, value=value)
            messages.success(
                request, _("%(code)s means %(sku)s now. Scan the item again.") % {"code": value, "sku": sku.code}
            )
        except BadBarcode:
            messages.error(request, _("This is no barcode: its check digit or a sign is wrong. Scan it again."))
        except Refusal as refusal:
            messages.error(request, str(refusal))
    return redirect(_url("floor:receive-document", "floor:receive-free", receipt))


def _url(of_receipt: str, free: str, receipt: "ExpectedReceipt | None") -> str:
    return reverse(of_receipt, args=[receipt.pk]) if receipt else reverse(free)


def _receipt(pk: int | None) -> "ExpectedReceipt | None":
    if pk is None:
        return None
    receipt = expected.receipt(pk)
    if receipt is None:
        raise Http404
    return receipt


def _inside(request: Request, receipt: "ExpectedReceipt | None", answer: Answer | None) -> dict[str, Any]:
    data = answer.data if answer else {}
    return {
        "receipt": receipt,
        "open": receipt is None or receipt.state in RECEIPT_OPEN,
        "lines": expected.lines(receipt.pk) if receipt else [],
        "dock": [] if receipt else expected.at_dock(warehouse_of(request).pk),
        "next_pieces": data.get("next_pieces"),
        "now_sku": data.get("sku_id"),
        "unknown": data.get("unknown", ""),
        "may_tie": Action.CATALOG_BARCODE in request.access.can,
    }
