"""A feed is written beside the published file and takes its place in one step, or not at all."""

import logging
import os
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import live
from backoffice.kernel.zones import MOSCOW
from marketplaces.feeds import options, source, writing
from marketplaces.feeds.dialects import DIALECTS, OF_MARKETPLACE
from marketplaces.feeds.offer import Head, LeftOut, Offer
from marketplaces.models import Credential, FeedFetch, FeedOmission, OfferFeed
from merchants.scope import scope

log = logging.getLogger(__name__)

# What a feed is made from; a change of any of it is a reason to write anew.
TOPICS = ("feeds", "catalog", "listings", "prices")
DEBOUNCE = timedelta(minutes=5)
# Sites refuse files whose date is old.
AT_LEAST_EVERY = timedelta(hours=20)
JOURNAL = 5000
FETCHES_KEPT = timedelta(days=30)
LEASE_S = 1800


def due(*, merchant_id: int, now: datetime) -> list[int]:
    """Feeds whose goods changed, a while ago, or whose file grows old; in the open scope."""
    version = live.version(TOPICS, [merchant_id])
    return [
        feed.pk
        for feed in OfferFeed.objects.filter(merchant_id=merchant_id, channel__state="active").order_by("pk")
        if feed.written_at is None
        or now - feed.written_at > AT_LEAST_EVERY
        or (feed.version != version and now - feed.written_at > DEBOUNCE)
    ]


def publish(*, merchant_id: int, feed_id: int, now: datetime) -> bool:
    """
    This function will write a feed and publish it if its offers differ or its date grows old; tells whether it did.

    Opens scopes of its own.  A file that cannot be published leaves the one before it in place, with the reason.
    """
    if not cache.add(f"feed:writing:{feed_id}", 1, LEASE_S):
        return False
    try:
        return _publish(merchant_id, feed_id, now)
    finally:
        cache.delete(f"feed:writing:{feed_id}")


def _publish(merchant_id: int, feed_id: int, now: datetime) -> bool:
    began = time.monotonic()
    with scope([merchant_id]):
        feed = OfferFeed.objects.select_related("channel").filter(pk=feed_id).first()
        if feed is None:
            return False
        version = live.version(TOPICS, [merchant_id])
        tree = source.categories(merchant_id)
    dialect = DIALECTS[OF_MARKETPLACE[feed.channel.marketplace]]()
    shop = options.shop(feed.options)
    omissions: list[FeedOmission] = []

    def note(left: Offer, why: LeftOut) -> None:
        if len(omissions) < JOURNAL:
            texts = {"offer_id": left.id[:200], "title": left.title[:500], "detail": why.detail[:200]}
            omissions.append(FeedOmission(merchant_id=merchant_id, feed_id=feed_id, reason=why.reason, **texts))

    path = folder() / f"{feed_id}-{int(now.timestamp() * 1000)}.xml"
    trouble, written = "", writing.Written(path)
    if missing := [name for name in dialect.needs if not getattr(shop, name)]:
        trouble = _("Fill in first: %(fields)s") % {"fields": ", ".join(missing)}
    else:
        if not _speaks(feed):
            source.list_everything(merchant_id=merchant_id, channel_id=feed.channel_id)
        rows = source.offers(
            merchant_id=merchant_id,
            channel_id=feed.channel_id,
            pictures=str(feed.options.get("pictures") or ""),
            on=now.astimezone(MOSCOW).date(),
        )
        try:
            head = Head(shop=shop, categories=tree, now=now)
            written = writing.write(path, dialect=dialect, head=head, offers=rows, note=note)
            if not written.offers and feed.offers and not feed.may_be_empty:
                trouble = _("Nothing would be offered any more: the file before stands until you say that it is meant.")
        except writing.NotPublishable as reason:
            trouble = str(reason)
    published = _keep(feed, written, omissions, trouble, version, now, time.monotonic() - began)
    if not published:
        _remove(path)
    return published


def _keep(
    feed: OfferFeed,
    written: writing.Written,
    omissions: list[FeedOmission],
    trouble: str,
    version: str,
    now: datetime,
    seconds: float,
) -> bool:
    """Write down what came of it; the new file is published by the commit that names it."""
    with scope([feed.merchant_id]):
        row = OfferFeed.objects.select_for_update().get(pk=feed.pk)
        old, aged = row.file, row.published_at is None or now - row.published_at > AT_LEAST_EVERY
        row.written_at, row.version, row.trouble, row.seconds = now, version, trouble[:500], round(seconds, 3)
        fresh = not trouble and (written.digest != row.content or aged)
        if not trouble:
            row.left_out = dict(written.left_out)
            FeedOmission.objects.filter(feed=row).delete()
            FeedOmission.objects.bulk_create(omissions, batch_size=1000)
        if fresh:
            row.content, row.etag = written.digest, f"{written.digest}-{int(now.timestamp())}"
            row.file, row.size, row.offers = written.path.name, written.size, written.offers
            row.published_at, row.may_be_empty = now, False
            if old:
                transaction.on_commit(lambda: _remove(folder() / old))
        row.save()
        live.touch("feed-pages", row.merchant_id)
    return fresh


def _speaks(feed: OfferFeed) -> bool:
    """Whether cards come from the marketplace by themselves."""
    with scope([feed.merchant_id]):
        return Credential.objects.filter(channel_id=feed.channel_id).exists()


def forget_old(*, now: datetime) -> None:
    """This function will remove fetches past their time, in the open scope."""
    FeedFetch.objects.filter(at__lt=now - FETCHES_KEPT).delete()


def folder() -> Path:
    """Where published files stand."""
    path = Path(settings.FILES_DIR) / "feeds"
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def _remove(path: Path) -> None:
    """Take a file away; a fetch under way goes on reading the file that it has opened."""
    for one in (path, writing.zipped(path)):
        with suppress(FileNotFoundError):
            os.unlink(one)
