"""Warehouses, cells, feeds and sharing rules."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalog.models import ChannelWarehouse
from merchants.roles import Action, needs
from merchants.types import Request
from stock.forms.balances import CellsForm, RuleForm, WarehouseForm, ZoneForm
from stock.models import Feed, ShareRule
from stock.selectors import balances, place
from stock.services import premises, sharing


@needs(Action.STOCK_VIEW)
def warehouse_list(request: Request) -> HttpResponse:
    """Own warehouses that serve the person's merchants."""
    return render(request, "stock/warehouses.html", {"warehouses": place.seen_warehouses()})


@needs(Action.STOCK_CELLS)
def warehouse_new(request: Request) -> HttpResponse:
    """A new warehouse for the chosen merchants."""
    form = WarehouseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        warehouse = premises.make_warehouse(
            name=form.cleaned_data["name"], merchant_ids=request.scope_merchants, zone=form.cleaned_data["zone"]
        )
        messages.success(request, _("Warehouse created. Now make its cells."))
        return redirect("stock:warehouse", warehouse.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "stock/warehouse_new.html", {"form": form}, status=status)


@needs(Action.STOCK_CELLS)
def warehouse(request: Request, pk: int) -> HttpResponse:
    """A warehouse: its cells, and the generator of more."""
    found = next((row for row in place.seen_warehouses() if row.pk == pk), None)
    if found is None:
        raise Http404
    form = CellsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = len(premises.make_cells(warehouse_id=pk, cells=form.cells(), zone=form.cleaned_data["zone"]))
        messages.success(request, ngettext("%(n)d cell stands", "%(n)d cells stand", made) % {"n": made})
        return redirect("stock:warehouse", pk)
    query = request.GET.get("q", "")[:40].replace("\x00", "")
    context = {
        "warehouse": found,
        "form": form,
        "zone_form": ZoneForm(initial={"begins": query}, auto_id="zone-%s"),
        "cells": balances.places_of(pk, query=query),
        "query": query,
    }
    return render(request, "stock/warehouse.html", context, status=422 if request.method == "POST" else 200)


@needs(Action.STOCK_CELLS)
@require_POST
def zone(request: Request, pk: int) -> HttpResponse:
    """Say in which zone some cells lie."""
    if not any(row.pk == pk for row in place.seen_warehouses()):
        raise Http404
    form = ZoneForm(request.POST)
    if form.is_valid():
        changed = premises.set_zone(warehouse_id=pk, **form.cleaned_data)
        words = ngettext("%(n)d cell lies in the zone now", "%(n)d cells lie in the zone now", changed)
        messages.success(request, words % {"n": changed})
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("stock:warehouse", pk)


@needs(Action.STOCK_VIEW)
def rule_list(request: Request) -> HttpResponse:
    """Channel warehouses with what feeds them and by which rule they offer it."""
    places = ChannelWarehouse.objects.select_related("channel").order_by("channel__name", "name")
    rules = {rule.channel_warehouse_id: rule for rule in ShareRule.objects.filter(listing=None)}
    feeds: dict[int, list[str]] = {}
    for feed in Feed.objects.select_related("warehouse").order_by("rank"):
        feeds.setdefault(feed.channel_warehouse_id, []).append(feed.warehouse.name)
    rows = [{"place": row, "rule": rules.get(row.pk), "feeds": feeds.get(row.pk, [])} for row in places]
    return render(request, "stock/rules.html", {"rows": rows})


@needs(Action.STOCK_RULES)
def rule(request: Request, pk: int) -> HttpResponse:
    """The rule of one channel warehouse."""
    found = get_object_or_404(ChannelWarehouse.objects.select_related("channel"), pk=pk)
    known = ShareRule.objects.filter(channel_warehouse=found, listing=None).first()
    fed = [str(pk) for pk in Feed.objects.filter(channel_warehouse=found).values_list("warehouse_id", flat=True)]
    form = RuleForm(request.POST or None, instance=known or ShareRule(), initial={"feeds": fed})
    if request.method == "POST" and form.is_valid():
        _save_rule(found, form)
        messages.success(request, _("Saved. The changed numbers are on their way to the marketplace."))
        return redirect("stock:rules")
    status = 422 if request.method == "POST" else 200
    return render(request, "stock/rule.html", {"form": form, "place": found}, status=status)


@transaction.atomic
def _save_rule(found: ChannelWarehouse, form: Any) -> None:
    now = timezone.now()
    values = {name: form.cleaned_data[name] for name in RuleForm.Meta.fields}
    sharing.set_rule(
        merchant_id=found.merchant_id, channel_warehouse_id=found.pk, listing_id=None, values=values, now=now
    )
    sharing.set_feeds(
        merchant_id=found.merchant_id,
        channel_warehouse_id=found.pk,
        warehouse_ids=[int(pk) for pk in form.cleaned_data["feeds"]],
        now=now,
    )
