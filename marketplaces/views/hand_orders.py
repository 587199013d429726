"""Orders entered by hand, one by one or by a table."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from backoffice.kernel import days
from catalog.models import Channel
from marketplaces.sync import hand_file, hand_orders
from merchants.roles import Action, needs
from merchants.types import Request
from orders.selectors import brief
from orders.services import by_hand
from workspace.services.once import once

ROWS = 8
KEPT_S = 3600


class OrderForm(forms.Form):
    """One order."""

    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=int)
    number = forms.CharField(
        label=gettext_lazy("Number"), max_length=60, required=False, help_text=gettext_lazy("Empty: one is made.")
    )
    buyer_name = forms.CharField(label=gettext_lazy("Buyer"), max_length=200, required=False)
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=40, required=False)
    address = forms.CharField(label=gettext_lazy("Delivery address"), max_length=500, required=False)
    comment = forms.CharField(label=gettext_lazy("Note"), max_length=500, required=False)
    ship_by = forms.DateTimeField(
        label=gettext_lazy("Ship by"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M"],
    )

    def __init__(self, *args: Any, channels: Sequence[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(row.pk, row.name) for row in channels]  # type: ignore[attr-defined]
        for number in range(1, ROWS + 1):
            words = {"n": number}
            self.fields[f"article_{number}"] = forms.CharField(
                label=_("Article or barcode %(n)d") % words, max_length=100, required=number == 1
            )
            self.fields[f"pieces_{number}"] = forms.IntegerField(
                label=_("Pieces %(n)d") % words, min_value=1, max_value=10_000, required=False, initial=1
            )
            self.fields[f"price_{number}"] = forms.DecimalField(
                label=_("Price %(n)d") % words, min_value=0, max_digits=12, decimal_places=2, required=False
            )

    def clean_ship_by(self) -> datetime | None:
        moment: datetime | None = self.cleaned_data["ship_by"]
        if moment and not days.is_ours(moment):
            raise forms.ValidationError(_("There is a mistake in the year."))
        return moment

    @property
    def buyer(self) -> dict[str, str]:
        data = self.cleaned_data
        return {
            "name": data["buyer_name"],
            "phone": data["phone"],
            "address": data["address"],
            "comment": data["comment"],
        }

    def lines(self, channel: Channel) -> list[by_hand.HandLine]:
        """The goods; what is not found stands at its field."""
        found = []
        for number in range(1, ROWS + 1):
            text = self.cleaned_data.get(f"article_{number}")
            if not text:
                continue
            sku = hand_orders.find_sku(text, merchant_id=channel.merchant_id)
            if sku is None:
                self.add_error(f"article_{number}", _("No article or barcode of this merchant is written so."))
            else:
                pieces, price = self.cleaned_data[f"pieces_{number}"] or 1, self.cleaned_data[f"price_{number}"]
                found.append(by_hand.HandLine(sku=sku, pieces=pieces, price=price))
        return found


@needs(Action.ORDERS_CREATE)
@method_decorator(once, name="post")
class NewOrder(View):
    """One order, typed."""

    def get(self, request: Request) -> HttpResponse:
        return self._page(request, OrderForm(channels=hand_orders.channels()))

    def post(self, request: Request) -> HttpResponse:
        channels = {row.pk: row for row in hand_orders.channels()}
        form = OrderForm(request.POST, channels=list(channels.values()))
        if not form.is_valid():
            return self._page(request, form)
        channel = channels[form.cleaned_data["channel"]]
        lines = form.lines(channel)
        if form.errors:
            return self._page(request, form)
        now = timezone.now()
        order = by_hand.HandOrder(
            number=form.cleaned_data["number"].strip() or hand_orders.new_number(now),
            lines=lines,
            buyer=form.buyer,
            ordered_at=now,
            ship_by=form.cleaned_data["ship_by"],
        )
        new = by_hand.enter(channel=channel, orders=[order], now=now)
        if not new:
            form.add_error("number", _("This channel has an order of this number already."))
            return self._page(request, form)
        (entered,) = brief.by_ids(new.values())
        if entered.attention:
            messages.warning(request, _("Order entered. It waits: its page says for what."))
        else:
            messages.success(request, _("Order entered, its goods are reserved."))
        return redirect("orders:detail", pk=entered.order_id)

    def _page(self, request: Request, form: OrderForm) -> HttpResponse:
        context = {"form": form, "none": not form.fields["channel"].choices}  # type: ignore[attr-defined]
        return render(request, "marketplaces/new_order.html", context, status=422 if form.is_bound else 200)


class TableForm(forms.Form):
    """A table and the channel whose orders it holds."""

    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=int)
    table = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy(
            "CSV or XLSX with a head: number, article, quantity; also date, price, buyer, phone, address, comment."
        ),
    )

    def __init__(self, *args: Any, channels: Sequence[Channel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [(row.pk, row.name) for row in channels]  # type: ignore[attr-defined]


@needs(Action.ORDERS_CREATE)
class ImportOrders(View):
    """A table is looked at first; what it would do is shown, and done when a person says so."""

    def get(self, request: Request) -> HttpResponse:
        return self._page(request, TableForm(channels=hand_orders.channels()))

    def post(self, request: Request) -> HttpResponse:
        channels = {row.pk: row for row in hand_orders.channels()}
        form = TableForm(request.POST, request.FILES, channels=list(channels.values()))
        if not form.is_valid():
            return self._page(request, form)
        channel, file = channels[form.cleaned_data["channel"]], form.cleaned_data["table"]
        try:
            content = file.read(hand_file.MOST_BYTES + 1)
            preview = hand_orders.look(hand_file.read(content, file.name), channel=channel, now=timezone.now())
        except hand_file.NotATable as reason:
            form.add_error("table", str(reason))
            return self._page(request, form)
        token = secrets.token_urlsafe(16)
        cache.set(_key(request, token), (channel.pk, file.name, base64.b64encode(content).decode()), KEPT_S)
        context = {
            "channel": channel,
            "token": token,
            "orders": preview.orders[:200],
            "count": len(preview.orders),
            "known": preview.known[:200],
            "wrong": sorted(preview.wrong.items())[:200],
        }
        return render(request, "marketplaces/import_orders_preview.html", context)

    def _page(self, request: Request, form: TableForm) -> HttpResponse:
        context = {"form": form, "none": not form.fields["channel"].choices}  # type: ignore[attr-defined]
        return render(request, "marketplaces/import_orders.html", context, status=422 if form.is_bound else 200)


@needs(Action.ORDERS_CREATE)
class ApplyImport(View):
    """The table that was looked at is taken in: what was right in it."""

    def post(self, request: Request) -> HttpResponse:
        token = request.POST.get("token", "")[:40]
        kept = cache.get(_key(request, token)) if token.isascii() and token else None
        channels = {row.pk: row for row in hand_orders.channels()}
        if kept is None or kept[0] not in channels:
            messages.error(request, _("The table is not kept any more: upload it again. Nothing was taken in."))
            return redirect("marketplaces:import-orders")
        channel, now = channels[kept[0]], timezone.now()
        table = hand_file.read(base64.b64decode(kept[2]), kept[1])
        preview = hand_orders.look(table, channel=channel, now=now)
        new = by_hand.enter(channel=channel, orders=preview.orders, now=now)
        cache.delete(_key(request, token))
        text = ngettext("%(n)d order taken in.", "%(n)d orders taken in.", len(new)) % {"n": len(new)}
        messages.success(request, text)
        return redirect("orders:list")


def _key(request: Request, token: str) -> str:
    if not request.user.pk:
        raise Http404
    return f"hand-orders:{request.user.pk}:{token}"
