"""What to send to marketplaces' own warehouses."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.forms import SupplyFilter
from analytics.selectors import clusters
from backoffice.kernel.errors import Refusal
from catalog.models import Channel
from merchants.roles import Action, needs
from merchants.types import Request
from shipping.services import supplies
from stock.models import Warehouse, WarehouseMerchant


@needs(Action.ANALYTICS_VIEW)
def sending_page(request: Request) -> HttpResponse:
    """Each cluster of a channel with what to send there, each line with its reason."""
    form = SupplyFilter(request.GET)
    channel_id, days = form.asked
    drafts = request.access.merchants_for(Action.SHIPPING_EDIT) or frozenset()
    own = WarehouseMerchant.objects.filter(merchant__in=request.scope_merchants & drafts).values("warehouse")
    found = []
    if channel_id:
        today = timezone.localdate()
        found = clusters.proposal(channel_id=channel_id, days=days, today=today, limit=clusters.ROWS)
    context = {"clusters": found, "filter_form": form, "channel_id": channel_id, "days": days}
    warehouses = list(Warehouse.objects.filter(pk__in=own).order_by("name"))
    return render(request, "analytics/sending.html", {**context, "warehouses": warehouses})


@require_POST
@needs(Action.SHIPPING_EDIT)
def draft_supply(request: Request) -> HttpResponse:
    """The cluster's lines, counted anew, become a draft of a supply."""
    channel_id, days = SupplyFilter(request.POST).asked
    channel = Channel.objects.filter(pk=channel_id or 0, merchant__in=request.scope_merchants).first()
    own = WarehouseMerchant.objects.filter(merchant=channel.merchant_id if channel else None)
    given = request.POST.get("warehouse", "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0
    place = own.filter(warehouse_id=number).first()
    if channel is None or place is None:
        messages.error(request, _("Choose the channel and the warehouse that the goods leave from."))
        return redirect("analytics:sending")
    today, name = timezone.localdate(), request.POST.get("cluster", "")
    cluster = next(iter(clusters.proposal(channel_id=channel.pk, days=days, today=today, only=name)), None)
    back = f"{reverse('analytics:sending')}?{urlencode({'channel': channel.pk, 'days': days})}"
    if cluster is None:
        messages.info(request, _("There is nothing left to send there. Look at the proposal again."))
        return redirect(back)
    try:
        supply = supplies.draft(
            merchant_id=channel.merchant_id,
            channel_id=channel.pk,
            warehouse_id=place.warehouse_id,
            lines={line.sku_id: line.pieces for line in cluster.lines},
            now=timezone.now(),
            person_id=request.user.pk,
            destination=name,
            origin=_("forecast of %(day)s, cluster %(name)s") % {"day": f"{today:%d.%m.%Y}", "name": name},
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    messages.success(request, _("Supply %(supply)s is drafted.") % {"supply": supply})
    try:
        return redirect("shipping:supply", supply.pk)
    except NoReverseMatch:
        return redirect(back)
