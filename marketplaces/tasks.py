"""Kicks: the clock asks what is due, a fact asks for a drain; the truth stands in tables."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from backoffice.kernel.errors import Refusal
from labels.services import own_sticker
from marketplaces import registry
from marketplaces.errors import RemoteError
from marketplaces.feeds import demo as demo_feed
from marketplaces.feeds import publish
from marketplaces.selectors import due
from marketplaces.sync import attempts, demo, demo_notices, drain, inbox, lanes, missed, pull, raw, streams
from merchants.scope import scope

log = logging.getLogger(__name__)

# A kick that is still on its way is not sent again; one that got lost is, after this.
KICK_LIVES_S = 20
# A tick may look a little ahead, so that polling by the second is early as often as late.
AHEAD = timedelta(seconds=0.5)


@shared_task(ignore_result=True, soft_time_limit=540, time_limit=600)
def pull_stream(*, merchant_id: int, channel_id: int, stream: str) -> None:
    """Read one stream of one channel."""
    cache.delete(_pull_key(channel_id, stream))
    kick = partial(kick_due_drains, merchant_id=merchant_id, channel_id=channel_id)
    done = pull.run(merchant_id=merchant_id, channel_id=channel_id, stream=stream, kinds=streams.STREAMS, owes=kick)
    if done is not None:
        kick()


@shared_task(ignore_result=True, soft_time_limit=240, time_limit=300)
def drain_lane(*, merchant_id: int, channel_id: int, lane: str) -> None:
    """Send what one lane of one channel owes."""
    # Taken away before the work begins: whatever is owed from here on kicks anew.
    cache.delete(_drain_key(channel_id, lane))
    if drain.run(merchant_id=merchant_id, channel_id=channel_id, lane=lane, steps=lanes.STEPS):
        # What was owed since the last look kicked in vain while the lane was ours: it does not wait for the clock.
        kick_due_drains(merchant_id=merchant_id, channel_id=channel_id)


@shared_task(ignore_result=True, soft_time_limit=240, time_limit=300)
def reload_orders(*, merchant_id: int, channel_id: int, numbers: list[str]) -> None:
    """Read these orders anew and apply them, whatever is known of them."""
    pull.run(
        merchant_id=merchant_id,
        channel_id=channel_id,
        stream="reload",
        kinds={"reload": streams.reloading(numbers)},
    )


@shared_task(ignore_result=True)
def tick(*, marketplace: str) -> None:
    """Kick every stream and lane of this marketplace that is due."""
    now = timezone.now()
    wanted = streams.streams_of(registry.adapter_class(marketplace))
    with scope(due.merchant_ids()):
        late = due.due_streams(marketplace=marketplace, streams=wanted, now=now + AHEAD)
        owing = due.owing_lanes(marketplace=marketplace, now=now)
    for merchant_id, channel_id, stream in late:
        kick_pull(merchant_id=merchant_id, channel_id=channel_id, marketplace=marketplace, stream=stream)
    for merchant_id, channel_id, lane in owing:
        kick_drain(merchant_id=merchant_id, channel_id=channel_id, marketplace=marketplace, lane=lane)


@shared_task(ignore_result=True)
def forget_old() -> None:
    """Remove attempts and payloads past their time."""
    for merchant_id in due.merchant_ids():
        with scope([merchant_id]):
            attempts.forget_old(now=timezone.now())
            raw.forget_old(now=timezone.now())
            inbox.forget_old(now=timezone.now())
            missed.forget_old(now=timezone.now())
            publish.forget_old(now=timezone.now())


@shared_task(ignore_result=True)
def draw_stickers(*, merchant_id: int, order_ids: list[int]) -> None:
    """Draw our own stickers of orders that no marketplace gives one for."""
    for order_id in order_ids:
        try:
            own_sticker.make_own(merchant_ids=frozenset({merchant_id}), order_id=order_id, placing=None)
        except Refusal as refusal:
            log.info("order %s: no sticker of ours: %s", order_id, refusal)


def draw_stickers_on_commit(*, merchant_id: int, order_ids: Sequence[int]) -> None:
    """Ask for stickers when the open transaction commits; one that is missing is drawn from the order's page."""
    ask = partial(draw_stickers.apply_async, kwargs={"merchant_id": merchant_id, "order_ids": list(order_ids)})
    transaction.on_commit(ask, robust=True)


@shared_task(ignore_result=True)
def tick_feeds() -> None:
    """Kick the writing of feeds whose goods changed or whose file grows old."""
    for merchant_id in due.merchant_ids():
        with scope([merchant_id]):
            feeds = publish.due(merchant_id=merchant_id, now=timezone.now())
        for feed_id in feeds:
            kick_feed(merchant_id=merchant_id, feed_id=feed_id)


@shared_task(ignore_result=True, soft_time_limit=1500, time_limit=1600)
def write_feed(*, merchant_id: int, feed_id: int) -> None:
    """Write one feed and publish it if it differs."""
    cache.delete(f"kick:feed:{feed_id}")
    publish.publish(merchant_id=merchant_id, feed_id=feed_id, now=timezone.now())


def kick_feed(*, merchant_id: int, feed_id: int) -> None:
    """Ask a worker to write a feed now, unless one has been asked already."""
    if cache.add(f"kick:feed:{feed_id}", 1, 600):
        write_feed.apply_async(kwargs={"merchant_id": merchant_id, "feed_id": feed_id})


def kick_feed_on_commit(*, merchant_id: int, feed_id: int) -> None:
    """Ask for a writing when the open transaction commits; a broker that is away is made up for by the clock."""
    transaction.on_commit(partial(kick_feed, merchant_id=merchant_id, feed_id=feed_id), robust=True)


@shared_task(ignore_result=True, soft_time_limit=240, time_limit=300)
def connect_demo() -> None:
    """Connect the demonstration to the sandbox, once; later starts may have moved it."""
    if not cache.add("demo:standing-up", 1, 120):
        return
    try:
        demo.stand_up(now=timezone.now())
        demo_notices.enter(now=timezone.now())
        demo_feed.enter(now=timezone.now())
    except RemoteError as error:
        log.info("the sandbox is not ready: %s", error.text)
    finally:
        cache.delete("demo:standing-up")


def kick_pull(*, merchant_id: int, channel_id: int, marketplace: str, stream: str) -> None:
    """Ask a worker to read a stream now, unless one has been asked already."""
    if cache.add(_pull_key(channel_id, stream), 1, KICK_LIVES_S):
        pull_stream.apply_async(
            kwargs={"merchant_id": merchant_id, "channel_id": channel_id, "stream": stream}, queue=f"mp.{marketplace}"
        )


def kick_drain(*, merchant_id: int, channel_id: int, marketplace: str, lane: str) -> None:
    """Ask a worker to drain a lane now, unless one has been asked already."""
    if cache.add(_drain_key(channel_id, lane), 1, KICK_LIVES_S):
        drain_lane.apply_async(
            kwargs={"merchant_id": merchant_id, "channel_id": channel_id, "lane": lane}, queue=f"mp.{marketplace}"
        )


def kick_drain_on_commit(*, merchant_id: int, channel_id: int, marketplace: str, lane: str) -> None:
    """Ask for a drain when the open transaction commits; a broker that is away is made up for by the clock."""
    kick = partial(kick_drain, merchant_id=merchant_id, channel_id=channel_id, marketplace=marketplace, lane=lane)
    transaction.on_commit(kick, robust=True)


def kick_due_drains(*, merchant_id: int, channel_id: int) -> None:
    """Ask for the drains of a channel that owes something by now."""
    with scope([merchant_id]):
        owing = due.owing_lanes(channel_id=channel_id, now=timezone.now())
        marketplace = due.marketplace_of(channel_id)
    for _, channel, lane in owing:
        kick_drain(merchant_id=merchant_id, channel_id=channel, marketplace=marketplace, lane=lane)


def _pull_key(channel_id: int, stream: str) -> str:
    return f"kick:pull:{channel_id}:{stream}"


def _drain_key(channel_id: int, lane: str) -> str:
    return f"kick:drain:{channel_id}:{lane}"
