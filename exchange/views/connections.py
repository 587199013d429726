"""Connections: the wizard, settings, whose word counts, dictionaries."""

from typing import Any

from django.contrib import messages as toasts
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_POST

from backoffice.kernel.errors import Refusal
from catalog.models import PriceType
from exchange.forms import ConnectForm, OwnersForm, SettingsForm, WordForm
from exchange.models import Connection
from exchange.selectors import desk as selectors
from exchange.services import credentials, matching
from exchange.types import Kind, WordKind
from merchants.models import Merchant
from merchants.roles import Action, needs
from merchants.types import Request
from stock.selectors import place

TABS = ("connect", "settings", "owners", "words")


@needs(Action.EXCHANGE_EDIT)
class Connect(View):
    """A new connection; the page that answers shows the password, once."""

    def get(self, request: Request) -> HttpResponse:
        return self._page(request, ConnectForm(merchants=self._merchants(request)))

    def post(self, request: Request) -> HttpResponse:
        form = ConnectForm(request.POST, merchants=self._merchants(request))
        if form.is_valid():
            try:
                made, secret = credentials.connect(
                    merchant_id=form.cleaned_data["merchant"], name=form.cleaned_data["name"], now=timezone.now()
                )
            except Refusal as refusal:
                form.add_error("name", str(refusal))
            else:
                return wizard(request, made, secret)
        return self._page(request, form, 422)

    def _merchants(self, request: Request) -> list[Merchant]:
        return list(Merchant.objects.filter(pk__in=request.scope_merchants).order_by("name"))

    def _page(self, request: Request, form: ConnectForm, status: int = 200) -> HttpResponse:
        return render(request, "exchange/connect.html", {"form": form}, status=status)


def _or_404(pk: int) -> Connection:
    found = Connection.objects.select_related("merchant", "warehouse").filter(pk=pk, kind=Kind.CML).first()
    if found is None:
        raise Http404
    return found


def wizard(request: Request, source: Connection, secret: str = "") -> HttpResponse:
    """What to type into 1C; a page with a password is kept by nobody."""
    context = {
        "connection": source,
        "tab": "connect",
        "secret": secret,
        "address": request.build_absolute_uri(reverse("exchange:exchange")),
        "pending": selectors.pending_count(source),
    }
    answer = render(request, "exchange/connection.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


@needs(Action.EXCHANGE_VIEW)
class ConnectionPage(View):
    """One connection by tabs."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        source = _or_404(pk)
        tab = request.GET.get("tab", "connect")
        if tab not in TABS[1:]:
            return wizard(request, source)
        return self._page(request, source, tab, _form(source, tab))

    @needs(Action.EXCHANGE_EDIT)
    def post(self, request: Request, pk: int) -> HttpResponse:
        source = _or_404(pk)
        tab = request.GET.get("tab", "settings")
        if tab not in TABS[1:]:
            tab = "settings"
        form = _form(source, tab, request.POST)
        if not form.is_valid():
            return self._page(request, source, tab, form, 422)
        _save(source, tab, form)
        toasts.success(request, _("Saved."))
        return redirect(f"{reverse('exchange:connection', args=[pk])}?tab={tab}")

    def _page(self, request: Request, source: Connection, tab: str, form: Any, status: int = 200) -> HttpResponse:
        context = {"connection": source, "tab": tab, "form": form}
        return render(request, "exchange/connection.html", context, status=status)


def _form(source: Connection, tab: str, data: Any = None) -> Any:
    own = [(row.pk, row.name) for row in place.own_warehouses(source.merchant_id)]
    if tab == "owners":
        # A control called `attributes` would hide the form's own property from the scripts of the page.
        return OwnersForm(data, owners=source.owners, prefix="owner")
    if tab == "words":
        types = [
            (row.pk, row.name) for row in PriceType.objects.filter(merchant_id=source.merchant_id).order_by("name")
        ]
        words: list[Any] = [
            (word.pk, _("Warehouse: %(name)s") % {"name": word.name}, word.warehouse_id, own)
            for word in selectors.dictionary(source, WordKind.WAREHOUSE)
        ]
        words += [
            (word.pk, _("Price type: %(name)s") % {"name": word.name}, word.price_type_id, types)
            for word in selectors.dictionary(source, WordKind.PRICE_TYPE)
        ]
        return WordForm(data, words=words)
    return SettingsForm(data, instance=source, warehouses=own)


def _save(source: Connection, tab: str, form: Any) -> None:
    if tab == "owners":
        source.owners = form.cleaned_data
        source.save(update_fields=["owners", "changed_at"])
    elif tab == "words":
        for kind in (WordKind.WAREHOUSE, WordKind.PRICE_TYPE):
            for word in selectors.dictionary(source, kind):
                chosen = form.cleaned_data.get(f"word-{word.pk}")
                matching.tie_word(
                    source=source,
                    word_id=word.pk,
                    warehouse_id=chosen if kind == WordKind.WAREHOUSE else None,
                    price_type_id=chosen if kind == WordKind.PRICE_TYPE else None,
                )
    else:
        form.save()


@needs(Action.EXCHANGE_EDIT)
@require_POST
def renew(request: Request, pk: int) -> HttpResponse:
    """Another password; the old one stops working at once."""
    source = _or_404(pk)
    return wizard(request, source, credentials.renew_secret(connection_id=source.pk, now=timezone.now()))
