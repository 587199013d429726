"""Connecting seller cabinets and setting them up."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from backoffice.kernel.errors import Refusal
from catalog.services import channel as channel_service
from marketplaces import errors, registry, tasks
from marketplaces.feeds.dialects import OF_MARKETPLACE
from marketplaces.ports import Marketplace
from marketplaces.selectors import settings
from marketplaces.sync import connect, streams
from marketplaces.views import addresses, words
from marketplaces.views.forms import ConnectForm, KeyForm, SettingsForm, WarehouseForm
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request


def adapter_or_404(code: str) -> type[Marketplace]:
    """The adapter of a code that we speak to; :raises Http404: no such marketplace."""
    if code in registry.BY_FEED:
        raise Http404
    try:
        return registry.adapter_class(code)
    except registry.UnknownMarketplace as reason:
        raise Http404 from reason


@needs(Action.CHANNELS_VIEW)
def channels(request: Request) -> HttpResponse:
    """All channels."""
    rows = settings.channel_rows()
    context = {"rows": rows, "several": len({row.merchant for row in rows}) > 1}
    return render(request, "marketplaces/channels.html", context)


@needs(Action.CHANNELS_EDIT)
def choose(request: Request) -> HttpResponse:
    """Which marketplace is to be connected; found by its former names too."""
    query = request.GET.get("q", "")
    choices = [(code, registry.label(code), registry.former_names(code)) for code in registry.find(query)]
    by_feed = [(code, registry.label(code)) for code in registry.BY_FEED]
    context = {"choices": choices, "query": query, "by_feed": by_feed}
    return render(request, "marketplaces/choose.html", context)


@needs(Action.CHANNELS_EDIT, own_scopes=True)
class Connect(View):
    """The key is checked live outside any transaction, what it may not do is named, then the channel is made."""

    def get(self, request: Request, code: str) -> HttpResponse:
        return self._page(request, code, self._form(request, code))

    def post(self, request: Request, code: str) -> HttpResponse:
        form = self._form(request, code, request.POST)
        if not form.is_valid():
            return self._page(request, code, form)
        checked = checked_live(form, code)
        if checked is None:
            return self._page(request, code, form)
        if checked.missing and "anyway" not in request.POST:
            return self._page(request, code, form, checked=checked)
        return self._save(request, code, form, checked)

    def _save(self, request: Request, code: str, form: ConnectForm, checked: connect.Checked) -> HttpResponse:
        entity_id = form.cleaned_data["legal_entity"]
        with self._scope(request):
            merchant_id = next(merchant for pk, merchant, _name in settings.legal_entities() if pk == entity_id)
        if connect.serves_another(checked, merchant_id=merchant_id):
            form.add_error(
                None,
                _(
                    "Another merchant of this installation has connected this seller account: each order would be "
                    "taken twice. Go on there, or enter the key of another account."
                ),
            )
            return self._page(request, code, form)
        try:
            with scope([merchant_id], person_id=request.user.pk):
                channel_id = connect.connect(
                    merchant_id=merchant_id,
                    checked=checked,
                    name=form.cleaned_data["name"],
                    legal_entity_id=entity_id,
                    now=timezone.now(),
                )
        except Refusal as refusal:
            field = next(iter(refusal.extra), None)
            form.add_error(field if field in form.fields else None, str(refusal))
            return self._page(request, code, form)
        for stream in ("warehouses", "listings"):
            if stream in streams.streams_of(adapter_or_404(code)):
                tasks.kick_pull(merchant_id=merchant_id, channel_id=channel_id, marketplace=code, stream=stream)
        messages.success(request, _("Channel connected. Its warehouses and cards are being read."))
        return redirect("marketplaces:channel", pk=channel_id)

    def _scope(self, request: Request) -> Any:
        return scope(request.scope_merchants, person_id=request.user.pk)

    def _form(self, request: Request, code: str, data: Any = None) -> ConnectForm:
        adapter = adapter_or_404(code)
        with self._scope(request):
            entities = settings.legal_entities()
        return ConnectForm(data, adapter=adapter, entities=entities, initial={"name": registry.label(code)})

    def _page(
        self, request: Request, code: str, form: ConnectForm, checked: connect.Checked | None = None
    ) -> HttpResponse:
        context = {"form": form, "code": code, "label": registry.label(code), "checked": checked}
        status = 422 if form.is_bound and checked is None else 200
        response = render(request, "marketplaces/connect.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


def checked_live(form: KeyForm, code: str) -> connect.Checked | None:
    """Ask the marketplace whose key this is; None: the form says what is wrong.  Outside any transaction."""
    key = f"key_{form.adapter.fields[-1].name}"
    try:
        return connect.check(
            marketplace=code, credentials=form.credentials, base_url=form.cleaned_data.get("base_url", "")
        )
    except errors.CredentialsRejected as error:
        form.add_error(key, _("The marketplace refuses this key: %(text)s") % {"text": error.text})
    except errors.Unavailable as error:
        text = words.trouble(error.text)
        form.add_error(None, _("The marketplace does not answer now: %(text)s. Try again.") % {"text": text})
    except errors.RemoteError as error:
        form.add_error(None, _("The key could not be checked: %(text)s") % {"text": error.text})
    return None


def settings_or_404(pk: int) -> settings.ChannelSettings:
    """The channel in the open scope; :raises Http404: it is not there."""
    found = settings.channel_settings(pk)
    if found is None:
        raise Http404
    return found


@needs(Action.CHANNELS_VIEW)
class ChannelPage(View):
    """A channel: its key, its settings, its warehouses."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        channel = settings_or_404(pk)
        return self._page(request, channel, self._form(channel))

    @needs(Action.CHANNELS_EDIT)
    def post(self, request: Request, pk: int) -> HttpResponse:
        channel = settings_or_404(pk)
        form = self._form(channel, request.POST)
        if not form.is_valid():
            return self._page(request, channel, form)
        data = form.cleaned_data
        try:
            channel_service.change_channel(
                merchant_id=channel.merchant_id,
                channel_id=pk,
                now=timezone.now(),
                name=data["name"],
                legal_entity_id=data["legal_entity"],
                price_type_id=data["price_type"],
                price_step=data["price_step"],
                price_max_drop_percent=data["price_max_drop_percent"],
            )
        except Refusal as refusal:
            form.add_error("name", str(refusal))
            return self._page(request, channel, form)
        messages.success(request, _("Channel changed."))
        return redirect("marketplaces:channel", pk=pk)

    def _form(self, channel: settings.ChannelSettings, data: Any = None) -> SettingsForm:
        entities = [row for row in settings.legal_entities() if row[1] == channel.merchant_id]
        return SettingsForm(
            data,
            entities=entities,
            price_types=settings.price_types(channel.merchant_id),
            initial={
                "name": channel.name,
                "legal_entity": channel.legal_entity_id,
                "price_type": channel.price_type_id,
                "price_step": channel.price_step,
                "price_max_drop_percent": channel.price_max_drop_percent,
            },
        )

    def _page(self, request: Request, channel: settings.ChannelSettings, form: SettingsForm) -> HttpResponse:
        may_edit = Action.CHANNELS_EDIT in request.access.can
        context = {
            "channel": channel,
            "form": form,
            "warehouses": settings.warehouse_rows(channel_id=channel.id),
            "may_edit": may_edit,
            "reads_feed": channel.marketplace in OF_MARKETPLACE,
            "keyless": channel.marketplace in registry.BY_FEED,
            **addresses.panel_context(request, channel, may_edit=may_edit),
        }
        response = render(request, "marketplaces/channel.html", context, status=422 if form.is_bound else 200)
        response["Cache-Control"] = "no-store"
        return response


@needs(Action.CHANNELS_EDIT, own_scopes=True)
class ReplaceKey(View):
    """A new key in the place of the old one, checked live; the channel is resumed."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        channel = self._channel(request, pk)
        form = KeyForm(adapter=adapter_or_404(channel.marketplace), initial={"base_url": channel.base_url})
        return self._page(request, channel, form)

    def post(self, request: Request, pk: int) -> HttpResponse:
        channel = self._channel(request, pk)
        form = KeyForm(request.POST, adapter=adapter_or_404(channel.marketplace))
        if not form.is_valid():
            return self._page(request, channel, form)
        checked = checked_live(form, channel.marketplace)
        if checked is None:
            return self._page(request, channel, form)
        if channel.external_id and checked.account.external_id != channel.external_id:
            text = _("This key opens another seller account (%(name)s). Connect it as a channel of its own.")
            form.add_error(None, text % {"name": checked.account.name or checked.account.external_id})
            return self._page(request, channel, form)
        if checked.missing and "anyway" not in request.POST:
            return self._page(request, channel, form, checked=checked)
        now = timezone.now()
        with scope([channel.merchant_id], person_id=request.user.pk):
            connect.replace_key(merchant_id=channel.merchant_id, channel_id=pk, checked=checked, now=now)
            channel_service.resume(merchant_id=channel.merchant_id, channel_id=pk, now=now)
        messages.success(request, _("Key replaced."))
        return redirect("marketplaces:channel", pk=pk)

    def _channel(self, request: Request, pk: int) -> settings.ChannelSettings:
        with scope(request.scope_merchants, person_id=request.user.pk):
            return settings_or_404(pk)

    def _page(
        self,
        request: Request,
        channel: settings.ChannelSettings,
        form: KeyForm,
        checked: connect.Checked | None = None,
    ) -> HttpResponse:
        context = {"form": form, "channel": channel, "checked": checked}
        status = 422 if form.is_bound and checked is None else 200
        response = render(request, "marketplaces/replace_key.html", context, status=status)
        response["Cache-Control"] = "no-store"
        return response


@needs(Action.CHANNELS_EDIT)
class WarehousePage(View):
    """The calendar of a channel warehouse."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        row = self._row(pk)
        return self._page(request, row, WarehouseForm(initial=WarehouseForm.initial_of(row)))

    def post(self, request: Request, pk: int) -> HttpResponse:
        row = self._row(pk)
        form = WarehouseForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form)
        channel_service.change_warehouse(
            merchant_id=row.merchant_id, channel_warehouse_id=pk, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, _("Warehouse changed."))
        return redirect("marketplaces:channel", pk=row.channel_id)

    def _row(self, pk: int) -> settings.WarehouseRow:
        rows = settings.warehouse_rows(warehouse_id=pk)
        if not rows:
            raise Http404
        return rows[0]

    def _page(self, request: Request, row: settings.WarehouseRow, form: WarehouseForm) -> HttpResponse:
        context = {"form": form, "row": row}
        return render(request, "marketplaces/warehouse.html", context, status=422 if form.is_bound else 200)
