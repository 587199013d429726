"""Channels without keys: sites that read a feed, and whose orders people enter."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from backoffice.kernel import seal
from catalog.services import channel as channels
from catalog.types import Scheme, WarehouseDraft
from marketplaces.feeds import options
from marketplaces.models import OfferFeed
from stock.services import sharing

# The only place of such a channel; its own warehouses feed it.
PLACE = "main"


@transaction.atomic
def connect(
    *,
    merchant_id: int,
    marketplace: str,
    name: str,
    legal_entity_id: int,
    price_type_id: int | None,
    warehouse_ids: Sequence[int],
    scheme: str,
    place_name: str,
    now: datetime,
) -> int:
    """
    This function will make a channel without keys, with one place and a feed; gives its id.

    :raises Refusal: the merchant has a channel of this name
    """
    channel = channels.create_channel(
        merchant_id=merchant_id,
        marketplace=marketplace,
        name=name,
        legal_entity_id=legal_entity_id,
        price_type_id=price_type_id,
        now=now,
    )
    draft = WarehouseDraft(external_id=PLACE, name=place_name, scheme=Scheme(scheme).value)
    places = channels.apply_warehouses(merchant_id=merchant_id, channel_id=channel.pk, warehouses=[draft], now=now)
    for place in places:
        sharing.set_feeds(
            merchant_id=merchant_id, channel_warehouse_id=place, warehouse_ids=list(warehouse_ids), now=now
        )
    give_address(merchant_id=merchant_id, channel_id=channel.pk)
    return channel.pk


def give_address(*, merchant_id: int, channel_id: int) -> OfferFeed:
    """This function will open a channel's feed, or give it a new secret; the old address is not there any more."""
    secret = f"{merchant_id}-{secrets.token_urlsafe(24)}"
    feed, _made = OfferFeed.objects.update_or_create(
        channel_id=channel_id,
        defaults={"merchant_id": merchant_id, "digest": digest_of(secret), "sealed": seal.seal({"secret": secret})},
    )
    return feed


def secret_of(feed: OfferFeed) -> str:
    """The secret of a feed's address; :raises CannotOpen: the installation's keys do not open it."""
    return str(seal.unseal(feed.sealed)["secret"])


def digest_of(secret: str) -> str:
    """What a request is found by."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def set_options(*, feed_id: int, **told: object) -> None:
    """This function will store what the seller says; the file is written anew."""
    feed = OfferFeed.objects.select_for_update().get(pk=feed_id)
    feed.options = {**feed.options, **told}
    feed.written_at, feed.version = None, ""
    feed.save(update_fields=["options", "written_at", "version", "changed_at"])
    options.shop(feed.options)
