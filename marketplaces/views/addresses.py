"""The secret address at which a channel's marketplace calls us: shown to be entered over there, made anew on demand."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings as conf
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views import View

from backoffice.kernel import seal
from marketplaces import registry
from marketplaces.hook import Hook
from marketplaces.selectors import inbox, settings
from marketplaces.sync import doors
from merchants.roles import Action, needs
from merchants.types import Request

WHY = {
    "address": gettext_noop(
        "it did not come from the marketplace's network. If a proxy stands before us, list it in TRUSTED_PROXIES"
    ),
    "password": gettext_noop("the name or the password was wrong"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line to be copied into the cabinet."""

    label: str
    value: str


def panel_context(request: Request, channel: settings.ChannelSettings, *, may_edit: bool) -> dict[str, Any]:
    """What the panel of a channel page shows; nothing where the marketplace does not call."""
    hook = registry.adapter_class(channel.marketplace).hook
    if hook is None:
        return {"hook": None}
    row = inbox.address_row(channel.id)
    return {
        "hook": hook,
        "address": row,
        "where": _(hook.where) if hook.where else "",
        "entries": _entries(request, channel.id, hook) if may_edit and row else [],
        "refused_why": _(WHY[row.refused_because]) if row and row.refused_because in WHY else "",
    }


def _entries(request: Request, channel_id: int, hook: Hook) -> list[Entry]:
    try:
        given = doors.given_to(channel_id)
    except seal.CannotOpen:
        return []
    if given is None:
        return []
    path = reverse("marketplaces:webhook", args=[given.secret])
    base = f"{conf.PUBLIC_URL.rstrip('/')}{path}" if conf.PUBLIC_URL else request.build_absolute_uri(path)
    found = [Entry(_(one.label), f"{base}/{one.path}" if one.path else base) for one in hook.addresses]
    if hook.basic:
        found += [Entry(_("Name"), given.login), Entry(_("Password"), given.password)]
    return found


@needs(Action.CHANNELS_EDIT)
class GiveAddress(View):
    """An address, or a new one in place of the old, which is refused from now on."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        channel = settings.channel_settings(pk)
        if channel is None or registry.adapter_class(channel.marketplace).hook is None:
            raise Http404
        doors.give(merchant_id=channel.merchant_id, channel_id=pk, now=timezone.now())
        messages.success(request, _("A new address: enter it at the marketplace, the old one is refused from now on."))
        return redirect(reverse("marketplaces:channel", args=[pk]) + "#notifications")
