"""One SKU on all marketplaces, and one order's talk with its marketplace."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from marketplaces import tasks
from marketplaces.selectors import attempts, due, published
from marketplaces.sync import debts
from marketplaces.views import words
from marketplaces.views.health import ask_again, channel_or_404
from merchants.roles import Action, needs
from merchants.types import Request
from orders.selectors import outbound
from workspace.services.fragment import live_fragment


@needs(Action.STOCK_VIEW)
def sku(request: Request, pk: int) -> HttpResponse:
    """Every published number of a SKU with the way to it."""
    name = published.sku_name(pk)
    if name is None:
        raise Http404
    return render(request, "marketplaces/published.html", {"sku": name, "rows": published.published(pk)})


@needs(Action.SYNC_RETRY)
class PushSku(View):
    """The stock of one SKU is sent everywhere now."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        name = published.sku_name(pk)
        if name is None:
            raise Http404
        for merchant_id in request.scope_merchants:
            owed = debts.owe_stock(merchant_id=merchant_id, sku_ids=[pk], now=timezone.now())
            for channel_id, marketplace in due.marketplaces_of(owed).items():
                tasks.kick_drain_on_commit(
                    merchant_id=merchant_id, channel_id=channel_id, marketplace=marketplace, lane="stock"
                )
        messages.success(request, _("The stock is being sent."))
        return redirect("marketplaces:published", pk=pk)


@live_fragment(Action.ORDERS_VIEW, "orders", "sync")
def order_panel(request: Request, order_id: int) -> HttpResponse:
    """Every request and answer about an order, masked, and what is still owed about it."""
    views = outbound.parcels(order_ids=[order_id])
    if not views:
        raise Http404
    subjects = [f"order:{order_id}"]
    context = {
        "order_id": order_id,
        "rows": [(row, words.op(row.op)) for row in attempts.about(subjects)],
        "owed": [(row, words.op(row.op), words.reason(row.reason)) for row in attempts.owed_about(subjects)],
    }
    return render(request, "marketplaces/_order.html", context)


@needs(Action.SYNC_RETRY)
class ReloadOrder(View):
    """An order is read anew from the marketplace."""

    def post(self, request: Request, order_id: int) -> HttpResponse:
        views = outbound.parcels(order_ids=[order_id])
        if not views:
            raise Http404
        channel = channel_or_404(outbound.channel_of(order_id=order_id))
        ask_again(channel, stream="orders", key=views[0].number)
        messages.success(request, _("The order is being read again."))
        back = request.headers.get("referer") or ""
        return redirect(back if back.startswith(request.build_absolute_uri("/")) else "marketplaces:health")
