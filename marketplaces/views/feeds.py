"""Channels that read a feed: opened without keys, set up, looked at."""

from typing import Any

from django.conf import settings as conf
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from backoffice.kernel import seal
from backoffice.kernel.errors import Refusal
from marketplaces import registry, tasks
from marketplaces.feeds import connect
from marketplaces.feeds.dialects import OF_MARKETPLACE
from marketplaces.models import OfferFeed
from marketplaces.selectors import feeds, settings
from marketplaces.views.feed_forms import FeedForm, OpenForm
from merchants.roles import Action, needs
from merchants.scope import scope
from merchants.types import Request
from stock.selectors import place

REASONS = {
    "no_name": gettext_lazy("No name or no article"),
    "no_price": gettext_lazy("No price of the channel's price type"),
    "currency": gettext_lazy("The price is not in roubles"),
    "no_picture": gettext_lazy("No picture"),
    "no_brand": gettext_lazy("No brand"),
    "no_category": gettext_lazy("The category has no place at the site"),
    "out_of_stock": gettext_lazy("Fewer pieces than are offered"),
    "twice": gettext_lazy("The same article twice"),
}


@needs(Action.CHANNELS_EDIT)
class Open(View):
    """A channel without keys."""

    def get(self, request: Request, code: str) -> HttpResponse:
        return self._page(request, code, self._form(code))

    def post(self, request: Request, code: str) -> HttpResponse:
        form = self._form(code, request.POST)
        if not form.is_valid():
            return self._page(request, code, form)
        data = form.cleaned_data
        owners = {pk: merchant for pk, merchant, _name in settings.legal_entities()}
        try:
            with scope([owners[data["legal_entity"]]]):
                channel_id = connect.connect(
                    merchant_id=owners[data["legal_entity"]],
                    marketplace=code,
                    name=data["name"],
                    legal_entity_id=data["legal_entity"],
                    price_type_id=data["price_type"],
                    warehouse_ids=data["warehouses"],
                    scheme=data["scheme"],
                    place_name=data["name"],
                    now=timezone.now(),
                )
        except Refusal as refusal:
            form.add_error("name", str(refusal))
            return self._page(request, code, form)
        messages.success(request, _("Channel opened. Say what stands in its feed."))
        return redirect("marketplaces:feed", pk=channel_id)

    def _form(self, code: str, data: Any = None) -> OpenForm:
        if code not in registry.BY_FEED:
            raise Http404
        entities = settings.legal_entities()
        merchants = {merchant for _pk, merchant, _name in entities}
        return OpenForm(
            data,
            entities=entities,
            price_types=[row for merchant in sorted(merchants) for row in settings.price_types(merchant)],
            warehouses=[(row.pk, row.name) for row in place.seen_warehouses()],
            initial={"name": registry.label(code)},
        )

    def _page(self, request: Request, code: str, form: OpenForm) -> HttpResponse:
        context = {"form": form, "code": code, "label": registry.label(code)}
        return render(request, "marketplaces/open_feed.html", context, status=422 if form.is_bound else 200)


def feed_or_404(channel_id: int) -> OfferFeed:
    """The feed of a channel whose site reads one, made when it is first looked for; :raises Http404: it reads none."""
    found = feeds.feed_of(channel_id)
    if found is not None:
        return found
    channel = settings.channel_settings(channel_id)
    if channel is None or channel.marketplace not in OF_MARKETPLACE:
        raise Http404
    connect.give_address(merchant_id=channel.merchant_id, channel_id=channel_id)
    made = feeds.feed_of(channel_id)
    assert made is not None
    return made


@needs(Action.CHANNELS_EDIT)
class FeedPage(View):
    """What is offered there, what was left out and why, who fetched it."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        feed = feed_or_404(pk)
        initial = FeedForm.initial_of(feed.options, shop=feed.channel.name)
        return self._page(request, feed, FeedForm(marketplace=feed.channel.marketplace, initial=initial))

    def post(self, request: Request, pk: int) -> HttpResponse:
        feed = feed_or_404(pk)
        form = FeedForm(request.POST, marketplace=feed.channel.marketplace)
        if not form.is_valid():
            return self._page(request, feed, form)
        connect.set_options(feed_id=feed.pk, pictures=_pictures(request, feed), **form.cleaned_data)
        tasks.kick_feed_on_commit(merchant_id=feed.merchant_id, feed_id=feed.pk)
        messages.success(request, _("Saved. The feed is being written anew."))
        return redirect("marketplaces:feed", pk=pk)

    def _page(self, request: Request, feed: OfferFeed, form: FeedForm) -> HttpResponse:
        reason = request.GET.get("reason", "")
        row = feeds.feed_page(feed, reason=reason if reason in REASONS else "")
        context = {
            "feed": row,
            "form": form,
            "address": _address(request, feed),
            "left_out": [(code, REASONS.get(code, code), count) for code, count in row.left_out],
            "omissions": [(one, REASONS.get(one.reason, one.reason)) for one in row.omissions],
        }
        response = render(request, "marketplaces/feed.html", context, status=422 if form.is_bound else 200)
        response["Cache-Control"] = "no-store"
        return response


@needs(Action.CHANNELS_EDIT)
class WriteFeed(View):
    """The file is written now; `empty` says that a file without offers is meant."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        feed = feed_or_404(pk)
        OfferFeed.objects.filter(pk=feed.pk).update(version="", may_be_empty="empty" in request.POST)
        tasks.kick_feed_on_commit(merchant_id=feed.merchant_id, feed_id=feed.pk)
        messages.success(request, _("The feed is being written anew."))
        return redirect("marketplaces:feed", pk=pk)


@needs(Action.CHANNELS_EDIT)
class NewFeedAddress(View):
    """A new secret; the old address is not there any more."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        feed = connect.give_address(merchant_id=feed_or_404(pk).merchant_id, channel_id=pk)
        # Pictures bear the address too.
        connect.set_options(feed_id=feed.pk, pictures=_pictures(request, feed))
        tasks.kick_feed_on_commit(merchant_id=feed.merchant_id, feed_id=feed.pk)
        messages.success(request, _("A new address: enter it at the site, the old one is not there any more."))
        return redirect("marketplaces:feed", pk=pk)


def _address(request: Request, feed: OfferFeed) -> str:
    """The address to be entered at the site; "" when the installation's keys do not open it."""
    try:
        secret = connect.secret_of(feed)
    except seal.CannotOpen:
        return ""
    return _outside(request, reverse("marketplaces:feed-file", args=[secret]))


def _pictures(request: Request, feed: OfferFeed) -> str:
    """Where the pictures of this feed are served."""
    address = _outside(request, reverse("marketplaces:feed-photo", args=[connect.secret_of(feed), 0]))
    return address.removesuffix("0.jpg")


def _outside(request: Request, path: str) -> str:
    return f"{conf.PUBLIC_URL.rstrip('/')}{path}" if conf.PUBLIC_URL else request.build_absolute_uri(path)
