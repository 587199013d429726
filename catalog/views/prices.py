"""Prices: the table, a change of many at once, kinds of price, and what the channels make of them."""

from collections import defaultdict
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from catalog.forms.price import BulkForm, PriceCells, PriceFilter, PriceTypeForm
from catalog.models import PriceType, Sku
from catalog.selectors import price_table
from catalog.selectors.price import price_stories
from catalog.services import assortment
from catalog.views.who import held, sees_cost
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request

MOST_AT_ONCE = 20_000
SHOWN = 200


class Prices(View):
    """The table; what is typed into it is saved together, or not at all."""

    @staticmethod
    def _page(request: Request, cells: PriceCells | None = None) -> HttpResponse:
        form = PriceFilter(request.GET)
        kinds = price_table.price_types()
        page = price_table.price_page(form.asked(request.GET), kinds)
        rows = [{"sku": line.sku, "cells": [_cell(line.sku.pk, *one, cells) for one in line.amounts]} for line in page]
        context = {"page": page, "rows": rows, "kinds": kinds, "filter_form": form}
        return render(request, "catalog/prices.html", context, status=422 if cells else 200)

    @needs(Action.PRICES_VIEW)
    def get(self, request: Request) -> HttpResponse:
        return self._page(request)

    @needs(Action.PRICES_EDIT)
    def post(self, request: Request) -> HttpResponse:
        cells = PriceCells(request.POST)
        if cells.errors:
            return self._page(request, cells)
        changed = save_cells(request, cells)
        if changed:
            text = ngettext("%(n)d price changed.", "%(n)d prices changed.", changed) % {"n": changed}
            messages.success(request, text)
        else:
            messages.info(request, _("Nothing was changed."))
        query = request.GET.urlencode()
        return redirect(reverse("catalog:prices") + (f"?{query}" if query else ""))


def _cell(sku_id: int, kind: PriceType, amount: Decimal | None, own: bool, sent: PriceCells | None) -> dict[str, Any]:
    """One input of the table: what was typed while it was wrong, else what is stored."""
    typed, errors = (sent.typed, sent.errors) if sent else ({}, {})
    key = (sku_id, kind.pk)
    return {
        "kind": kind,
        "own": own,
        "name": f"p-{sku_id}-{kind.pk}",
        "value": typed.get(key, _written(amount)),
        "error": errors.get(key, ""),
    }


def _written(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}".removesuffix(".00").replace(".", ",")


def save_cells(request: Request, cells: PriceCells) -> int:
    """Save the typed amounts; cells of other merchants' SKUs or kinds are left out."""
    kinds = {kind.pk: kind for kind in price_table.price_types()}
    owners = dict(Sku.objects.filter(pk__in={sku for sku, _kind in cells.amounts}).values_list("pk", "merchant_id"))
    by_kind: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for (sku_id, kind_id), amount in cells.amounts.items():
        if kind_id in kinds and owners.get(sku_id) == kinds[kind_id].merchant_id:
            by_kind[kind_id][sku_id] = amount
    changed = 0
    for kind_id, amounts in sorted(by_kind.items()):
        merchant_id = kinds[kind_id].merchant_id
        changed += len(
            assortment.set_prices(merchant_id=merchant_id, price_type_id=kind_id, prices=amounts, now=timezone.now())
        )
    return changed


@needs(Action.PRICES_EDIT)
def bulk(request: Request) -> HttpResponse:
    """Change many prices by percent: first a preview, then, when it still stands, the change."""
    kinds = price_table.price_types()
    if not kinds:
        messages.info(request, _("First make a kind of price."))
        return redirect("catalog:price-type-new")
    form = BulkForm(request.POST or None, kinds=kinds, sees_cost=sees_cost(request))
    context: dict[str, Any] = {"form": form, "back_url": reverse("catalog:prices")}
    if request.method == "POST" and form.is_valid():
        asked = form.asked
        lines = price_table.bulk_lines(asked, most=MOST_AT_ONCE)
        seal = fingerprint(lines)
        if len(lines) > MOST_AT_ONCE:
            text = _("More than %(most)d prices at once. Narrow them by category, brand or name.")
            form.add_error(None, text % {"most": MOST_AT_ONCE})
        elif "go" in request.POST and request.POST.get("seal") == seal and lines:
            changed = assortment.set_prices(
                merchant_id=asked.target.merchant_id,
                price_type_id=asked.target.pk,
                prices={line.sku_id: line.new for line in lines},
                now=timezone.now(),
            )
            text = ngettext("%(n)d price changed.", "%(n)d prices changed.", len(changed)) % {"n": len(changed)}
            messages.success(request, text)
            return redirect("catalog:prices")
        else:
            context |= {
                "lines": lines[:SHOWN],
                "count": len(lines),
                "below": sum(line.below_minimum for line in lines),
                "seal": seal,
                "moved": "go" in request.POST,
                "previewed": True,
            }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "catalog/bulk_prices.html", context, status=status)


def fingerprint(lines: list[price_table.BulkLine]) -> str:
    """Of exactly these changes: what was previewed is what is applied."""
    said = ";".join(f"{line.sku_id}:{line.old}:{line.new}" for line in lines)
    return sha256(said.encode()).hexdigest()


@needs(Action.PRICES_EDIT)
def price_type_new(request: Request) -> HttpResponse:
    """A new kind of price."""
    form = PriceTypeForm(request.POST or None, held=held(request))
    if request.method == "POST" and form.is_valid():
        with scope([form.merchant_id], person_id=request.user.pk):
            assortment.price_type(
                merchant_id=form.merchant_id, name=form.cleaned_data["name"], currency=form.cleaned_data["currency"]
            )
        messages.success(request, _("Kind of price added. Choose it in the channel's settings to publish it."))
        return redirect("catalog:prices")
    context = {"form": form, "back_url": reverse("catalog:prices")}
    return render(request, "catalog/price_type.html", context, status=422 if request.method == "POST" else 200)


@needs(Action.PRICES_VIEW)
def sku_channels(request: Request, pk: int) -> HttpResponse:
    """The cards of a SKU, for its card: state, published price, and how the next price comes about."""
    if not Sku.objects.filter(pk=pk).exists():
        raise Http404
    return render(request, "catalog/_channels.html", {"stories": price_stories(pk)})
