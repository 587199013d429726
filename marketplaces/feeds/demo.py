"""The demonstration's own site: a channel with a feed, and its address told to the sandbox, which fetches it."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Channel, PriceType
from marketplaces.feeds import connect
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle
from marketplaces.models import OfferFeed
from marketplaces.sync.connection import refuse_inside_transaction
from merchants.models import LegalEntity, Merchant
from merchants.scope import scope
from merchants.services.first_start import DEMO_NAME
from stock.selectors import place

SITE = "feed"
EVERY_S = 60
DAY_S = 24 * 3600


def enter(*, now: datetime) -> bool:
    """
    This function will open the demonstration's feed once, and tell the sandbox where it is; whether it told.

    Called again and again, outside any transaction; the sandbox is told once a day and when our address has changed.
    :raises RemoteError: the sandbox does not answer
    """
    merchant = Merchant.objects.filter(name=DEMO_NAME).order_by("pk").first()
    if not settings.SANDBOX_URL or not settings.PUBLIC_URL or merchant is None:
        return False
    with scope([merchant.pk]):
        feed = _feed(merchant.pk) or _open(merchant.pk, now)
        if feed is None or not feed.file:
            return False
        url = settings.PUBLIC_URL.rstrip("/") + reverse("marketplaces:feed-file", args=[connect.secret_of(feed)])
    if cache.get(key := f"demo:feed:{feed.digest}:{settings.PUBLIC_URL}"):
        return False
    refuse_inside_transaction("the sandbox")
    send = Client(
        resolve=addresses(settings.SANDBOX_URL, "https://sandbox.invalid"), throttle=NoThrottle(), key="sandbox"
    )
    send("POST", "/admin/feeds", limits=[], json={"url": url, "every": EVERY_S})
    cache.set(key, 1, DAY_S)
    return True


def _feed(merchant_id: int) -> OfferFeed | None:
    rows = OfferFeed.objects.filter(merchant_id=merchant_id, channel__marketplace=SITE)
    return rows.order_by("pk").first()


def _open(merchant_id: int, now: datetime) -> OfferFeed | None:
    """The channel, once its goods stand on shelves; a person who closed it does not find it open again."""
    if Channel.objects.filter(merchant_id=merchant_id, marketplace=SITE).exists():
        return None
    entity = LegalEntity.objects.filter(merchant_id=merchant_id).order_by("pk").first()
    price_type = PriceType.objects.filter(merchant_id=merchant_id).order_by("pk").first()
    warehouses = place.own_warehouses(merchant_id)
    if entity is None or price_type is None or not warehouses:
        return None
    channel_id = connect.connect(
        merchant_id=merchant_id,
        marketplace=SITE,
        name=_("Notice board"),
        legal_entity_id=entity.pk,
        price_type_id=price_type.pk,
        warehouse_ids=[warehouses[0].pk],
        scheme="dbs",
        place_name=_("Notice board"),
        now=now,
    )
    feed = OfferFeed.objects.get(channel_id=channel_id)
    connect.set_options(feed_id=feed.pk, name=DEMO_NAME, company=entity.name, url=settings.PUBLIC_URL)
    return feed
