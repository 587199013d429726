"""The sync page: every channel and stream, what is owed, what is parked, what is set apart."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from catalog.services import channel as channel_service
from marketplaces import registry, tasks
from marketplaces.models import Quarantine
from marketplaces.selectors import apart, attempts, channels, feeds, health
from marketplaces.selectors.channels import ChannelFacts
from marketplaces.sync import outbox, quarantine, streams
from marketplaces.views import first_steps, words
from merchants.roles import Action, needs
from merchants.types import Request
from workspace.services.fragment import fragment_version, live_fragment

SYNC = "sync"


@dataclass(frozen=True)
class Shown:
    """A parked or quarantined row with its words."""

    row: Any
    op: str
    reason: str
    payload: str = ""


def panel_context(now: datetime, channel_id: int | None = None) -> dict[str, Any]:
    """What the live part of the page shows, in the open scope."""
    found = health.channels_health(
        now=now, streams_of=streams.intervals(), channel_ids=[channel_id] if channel_id else []
    )
    return {
        "rows": [
            {
                "health": row,
                "streams": [
                    (stream, words.stream(stream.stream), words.trouble(stream.error)) for stream in row.streams
                ],
                "owed": [(owed, words.op(owed.op)) for owed in row.owed],
            }
            for row in found
        ],
        "parked": [
            Shown(row, words.op(row.op), words.reason(row.reason)) for row in apart.parked_rows(channel_id=channel_id)
        ],
        "quarantine": [
            Shown(row, words.stream(row.stream), row.reason, _pretty(row.payload))
            for row in apart.quarantine_rows(channel_id=channel_id)
        ],
    }


def _pretty(payload: object) -> str:
    return json.dumps(payload, ensure_ascii=False, indent=1)[:20000] if payload is not None else ""


@needs(Action.SYNC_VIEW)
def page(request: Request) -> HttpResponse:
    """The whole page."""
    context = {**panel_context(timezone.now()), "version": fragment_version(request, SYNC)}
    return render(request, "marketplaces/health.html", context)


@live_fragment(Action.SYNC_VIEW, SYNC)
def panel(request: Request) -> HttpResponse:
    """Its live part."""
    return render(request, "marketplaces/_health.html", panel_context(timezone.now()))


@live_fragment(Action.SYNC_VIEW, SYNC)
def today_panel(request: Request) -> HttpResponse:
    """What is to be set up first, then one line per channel, those that only read a feed behind the others."""
    found = health.channels_health(now=timezone.now(), streams_of=streams.intervals())
    context = {"steps": first_steps.steps(request), "channels": found, "feeds": feeds.feed_states()}
    return render(request, "marketplaces/_today.html", context)


@needs(Action.SYNC_VIEW)
def requests(request: Request, pk: int) -> HttpResponse:
    """The newest requests of a channel with their answers, masked."""
    channel = channel_or_404(pk)
    op = request.GET.get("op", "")[:20].replace("\0", "")
    rows = [(row, words.op(row.op)) for row in attempts.of_channel(pk, op=op, limit=100)]
    context = {
        "channel": channel,
        "rows": rows,
        "op": op,
        "ops": [(code, str(name)) for code, name in words.OPS.items()],
    }
    return render(request, "marketplaces/requests.html", context)


def channel_or_404(pk: int) -> ChannelFacts:
    """The channel in the open scope; :raises Http404: it is not there."""
    found = channels.channel(pk)
    if found is None:
        raise Http404
    return found


def _ids(request: Request, name: str) -> list[int]:
    return [int(text) for text in request.POST.getlist(name) if text.isascii() and text.isdigit() and len(text) < 19]


@needs(Action.SYNC_RETRY)
class Retry(View):
    """Parked rows go back into the queue: those chosen, or all of a channel."""

    def post(self, request: Request) -> HttpResponse:
        now, count = timezone.now(), 0
        debt_ids, command_ids = _ids(request, "debt"), _ids(request, "command")
        for merchant_id in request.scope_merchants:
            count += outbox.retry(merchant_id=merchant_id, debt_ids=debt_ids, command_ids=command_ids, now=now)
            if channel_ids := _ids(request, "channel"):
                count += outbox.retry_channels(merchant_id=merchant_id, channel_ids=channel_ids, now=now)
        if count:
            text = ngettext("%(n)d row goes again.", "%(n)d rows go again.", count) % {"n": count}
            messages.success(request, text)
        else:
            messages.info(request, _("Nothing was parked any more."))
        return redirect("marketplaces:health")


@needs(Action.PRICES_VIEW)
def price_drops(request: Request) -> HttpResponse:
    """Prices that fall by more than their channel allows at once, for the page of prices."""
    return render(request, "marketplaces/_price_drops.html", {"drops": apart.parked_rows(reason="price_drop")})


@needs(Action.SYNC_RETRY)
class LetPriceFall(View):
    """A person confirms that a price may fall as much as it does."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        for merchant_id in request.scope_merchants:
            if outbox.confirm_price(merchant_id=merchant_id, debt_id=pk, now=timezone.now()):
                messages.success(request, _("The price goes out."))
                return redirect("catalog:prices" if request.POST.get("from") == "prices" else "marketplaces:health")
        raise Http404


@needs(Action.SYNC_RETRY)
class Replay(View):
    """Items in quarantine are read anew from the marketplace."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        row = get_object_or_404(Quarantine, pk=pk)
        channel = channel_or_404(row.channel_id)
        ask_again(channel, stream=row.stream, key=row.key)
        messages.success(request, _("It is being read again; it leaves this list when it could be applied."))
        return redirect("marketplaces:health")


def ask_again(channel: ChannelFacts, *, stream: str, key: str) -> None:
    """This function will have the worker read an order anew, or the whole stream where items cannot be asked for."""
    ids = {"merchant_id": channel.merchant_id, "channel_id": channel.id}
    if stream in ("orders", "changes", "statuses") and key != "answer":
        tasks.reload_orders.apply_async(kwargs={**ids, "numbers": [key]}, queue=channel.queue)
    elif stream in streams.STREAMS:
        tasks.kick_pull(**ids, marketplace=channel.marketplace, stream=stream)


@needs(Action.SYNC_RETRY)
class Dismiss(View):
    """An item leaves the quarantine without being applied."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        if not quarantine.dismiss(quarantine_id=pk):
            raise Http404
        messages.success(request, _("Taken off the list."))
        return redirect("marketplaces:health")


@needs(Action.SYNC_RETRY)
class PullNow(View):
    """A stream is read now."""

    def post(self, request: Request, pk: int, stream: str) -> HttpResponse:
        channel = channel_or_404(pk)
        if stream not in streams.streams_of(registry.adapter_class(channel.marketplace)):
            raise Http404
        if not channel.active:
            messages.warning(request, _("The channel is paused: resume it first."))
        else:
            tasks.kick_pull(
                merchant_id=channel.merchant_id, channel_id=channel.id, marketplace=channel.marketplace, stream=stream
            )
            messages.success(request, _("Asked."))
        return redirect("marketplaces:health")


@needs(Action.SYNC_RETRY)
class PushNow(View):
    """All stock of a channel, or of one SKU, is sent now."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        channel = channel_or_404(pk)
        tasks.kick_pull(
            merchant_id=channel.merchant_id, channel_id=channel.id, marketplace=channel.marketplace, stream="sweep"
        )
        messages.success(request, _("All stock of the channel is being sent."))
        return redirect("marketplaces:health")


@needs(Action.CHANNELS_EDIT)
class Pause(View):
    """A person pauses a channel: nothing is asked and nothing is sent, what is owed waits."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        channel = channel_or_404(pk)
        channel_service.pause(
            merchant_id=channel.merchant_id,
            channel_id=pk,
            because=_("paused by %(person)s") % {"person": request.user},
            now=timezone.now(),
        )
        messages.success(request, _("Channel paused."))
        return redirect("marketplaces:health")


@needs(Action.CHANNELS_EDIT)
class Resume(View):
    """A person resumes a channel; what is owed goes at once."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        channel = channel_or_404(pk)
        channel_service.resume(merchant_id=channel.merchant_id, channel_id=pk, now=timezone.now())
        messages.success(request, _("Channel resumed."))
        return redirect("marketplaces:health")
