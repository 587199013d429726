"""Feeds as their owner sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery

from marketplaces.models import FeedFetch, FeedOmission, OfferFeed

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """A feed with the ends of its journals."""

    id: int
    merchant_id: int
    channel_id: int
    channel: str
    marketplace: str
    options: Mapping[str, Any]
    offers: int
    size: int
    seconds: float
    published_at: datetime | None
    written_at: datetime | None
    trouble: str
    left_out: Sequence[tuple[str, int]]
    omissions: Sequence[FeedOmission]
    fetches: Sequence[FeedFetch]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """How a feed stands, in a line.  fetched_at: when its site was seen last."""

    channel: str
    marketplace: str
    offers: int
    published: bool
    trouble: str
    fetched_at: datetime | None

    @property
    def verdict(self) -> str:
        if self.trouble:
            return "failing"
        return "ok" if self.published and self.fetched_at else "waiting"


def feed_states() -> list[FeedState]:
    """Every feed of the open scope, by the name of its channel."""
    fetched = FeedFetch.objects.filter(feed=OuterRef("pk")).order_by("-id").values("at")[:1]
    rows = (
        OfferFeed.objects.filter(channel__state="active")
        .select_related("channel")
        .annotate(fetched_at=Subquery(fetched))
    )
    return [
        FeedState(
            channel=row.channel.name,
            marketplace=row.channel.marketplace,
            offers=row.offers,
            published=row.published_at is not None,
            trouble=row.trouble,
            fetched_at=row.fetched_at,
        )
        for row in rows
    ]


def feed_of(channel_id: int) -> OfferFeed | None:
    """The feed of a channel, in the open scope."""
    return OfferFeed.objects.select_related("channel").filter(channel_id=channel_id).first()


def feed_page(feed: OfferFeed, *, reason: str = "") -> FeedPage:
    """What the page of a feed shows; reason: only what was left out for it."""
    omissions = FeedOmission.objects.filter(feed=feed).order_by("id")
    if reason:
        omissions = omissions.filter(reason=reason)
    return FeedPage(
        id=feed.pk,
        merchant_id=feed.merchant_id,
        channel_id=feed.channel_id,
        channel=feed.channel.name,
        marketplace=feed.channel.marketplace,
        options=feed.options,
        offers=feed.offers,
        size=feed.size,
        seconds=feed.seconds,
        published_at=feed.published_at,
        written_at=feed.written_at,
        trouble=feed.trouble,
        left_out=sorted(feed.left_out.items()),
        omissions=list(omissions[:SHOWN]),
        fetches=list(FeedFetch.objects.filter(feed=feed).order_by("-id")[:20]),
    )
