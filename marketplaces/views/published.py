"""One SKU on all marketplaces; the talk about one order or handover; where parcels may be brought."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from marketplaces import registry, tasks
from marketplaces.dto import ShippingPoint
from marketplaces.errors import RemoteError
from marketplaces.ports import Can
from marketplaces.selectors import attempts, channels, due, published, returns, settings
from marketplaces.selectors.channels import ChannelFacts
from marketplaces.sync import debts
from marketplaces.sync.attempts import keep
from marketplaces.sync.connection import open_channel
from marketplaces.views import words
from marketplaces.views.health import ask_again, channel_or_404
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from orders.selectors import outbound
from shipping.selectors import outbound as handovers
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
    asked = outbound.questions(order_id=order_id)
    marketplace = channels.marketplace_of(asked.channel_id) if asked else ""
    subjects = [f"order:{order_id}"]
    context = {
        "order_id": order_id,
        "asked": asked,
        "returns": [
            (row, words.returned(row.kind), words.returned(row.stage))
            for row in (returns.of_order(channel_id=asked.channel_id, number=views[0].number) if asked else ())
        ],
        "answers": marketplace and registry.can(marketplace, Can.CANCEL_REQUESTS),
        "reports": marketplace in registry.BY_FEED or (marketplace and registry.can(marketplace, Can.PROGRESS)),
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


@live_fragment(Action.SHIPPING_VIEW, "handovers", "sync")
def handover_panel(request: Request, handover_id: int) -> HttpResponse:
    """Every request and answer about a handover, masked, and what is still owed about it."""
    if not handovers.exists(handover_id=handover_id):
        raise Http404
    subjects = [f"handover:{handover_id}"]
    context = {
        "rows": [(row, words.op(row.op)) for row in attempts.about(subjects)],
        "owed": [(row, words.op(row.op), words.reason(row.reason)) for row in attempts.owed_about(subjects)],
    }
    return render(request, "marketplaces/_handover.html", context)


@needs(Action.SHIPPING_CLOSE, own_scopes=True)
def shipping_points(request: Request, channel_warehouse_id: int) -> HttpResponse:
    """Fields for the way parcels go, with the marketplace's points in a city; empty where it has none."""
    with scope(request.scope_merchants, person_id=request.user.pk):
        rows = settings.warehouse_rows(warehouse_id=channel_warehouse_id)
        if not rows:
            raise Http404
        channel = channels.channel(rows[0].channel_id)
    row = rows[0]
    if channel is None or not registry.can(channel.marketplace, Can.SHIPPING_POINTS):
        return HttpResponse("")
    asked = request.GET.get("city", "")[:60].replace("\0", "")
    likely = dict.fromkeys([asked] if asked else [str(request.session.get(CITY, "")), row.name.split(" ")[0]])
    city, points, trouble = "", list[ShippingPoint](), ""
    for city in filter(None, likely):
        points, trouble = _points(channel, city, row.cargo_type)
        if points or trouble:
            break
    if points:
        request.session[CITY] = city
    boxes = registry.can(channel.marketplace, Can.CONTAINERS)
    told = request.GET.get("containers", "")[:4]
    context = {"row": row, "city": city, "points": points, "trouble": trouble, "boxes": boxes, "told": told}
    return render(request, "marketplaces/_shipping_points.html", context)


# In the session: the city last looked in.
CITY = "shipping_city"


def _points(channel: ChannelFacts, city: str, cargo: str) -> tuple[list[ShippingPoint], str]:
    link = open_channel(channel)
    try:
        points, trouble = list(link.adapter.shipping_points(city=city, cargo=cargo)), ""
    except RemoteError as error:
        points, trouble = [], error.text
    with scope([channel.merchant_id]):
        keep(merchant_id=channel.merchant_id, channel_id=channel.id, op="points", attempts=link.taken())
    return points, trouble
