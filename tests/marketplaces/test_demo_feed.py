"""The demonstration's feed from the shelf to the sandbox's site, which fetches it, and back to the page of the feed."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog.models import Channel, Price, PriceType
from marketplaces.feeds import connect, demo, publish
from marketplaces.http import client
from marketplaces.models import FeedFetch, OfferFeed
from merchants.services.first_start import DEMO_NAME
from tests.sandbox.playing import InProcess, Player
from tests.trade import Trade, open_trade

NOW = timezone.now()


@pytest.fixture
def player(monkeypatch: pytest.MonkeyPatch) -> Player:
    """A sandbox behind the product's own client, whose site fetches from the product."""
    played = Player()
    http = httpx.Client(transport=InProcess(played.app))
    monkeypatch.setattr(client, "pool", lambda: http)
    browser = Client()

    def fetched(request: httpx.Request) -> httpx.Response:
        headers = {f"HTTP_{name.upper().replace('-', '_')}": text for name, text in request.headers.items()}
        answer = browser.get(request.url.path, **headers)  # type: ignore[arg-type]
        body = b"".join(answer) if answer.streaming else answer.content
        return httpx.Response(answer.status_code, headers=dict(answer.headers), content=body)

    played.world.board.transport = httpx.MockTransport(fetched)
    return played


@pytest.fixture
def trade(db: None, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Trade:
    monkeypatch.setattr(connection, "transactions_of_tests", len(connection.savepoint_ids) + 1, raising=False)
    settings.FILES_DIR = str(tmp_path)
    settings.SANDBOX_URL, settings.PUBLIC_URL = "http://sandbox", "http://testserver"
    cache.clear()
    trade = open_trade()
    trade.merchant.name = DEMO_NAME
    trade.merchant.save()
    with trade.scope():
        trade.sku("mug", pieces=5)
        trade.sku("cup", pieces=0)
        retail = PriceType.objects.create(merchant=trade.merchant, name="Розница")
        for sku in trade.skus.values():
            Price.objects.create(merchant=trade.merchant, price_type=retail, sku=sku, amount=Decimal("150.50"))
    return trade


def visited(player: Player) -> dict[str, Any]:
    """A visit to what is due, without a loop: in one, our pages would not see what this test has not committed."""
    board = player.world.board
    for one in board.watched.values():
        with pytest.raises(StopIteration):
            board.see(one).send(None)
    (told,) = player.admin("GET", "/feeds")["feeds"]
    found: dict[str, Any] = told
    return found


def written(trade: Trade) -> OfferFeed:
    with trade.scope():
        feed = OfferFeed.objects.get(channel__marketplace="feed")
    publish.publish(merchant_id=trade.merchant.pk, feed_id=feed.pk, now=NOW)
    return feed


def test_the_sandbox_fetches_what_lies_on_the_shelf(trade: Trade, player: Player) -> None:
    assert not demo.enter(now=NOW), "nothing is written yet"
    feed = written(trade)

    assert demo.enter(now=NOW)
    first = visited(player)

    assert first["url"] == f"http://testserver/sync/feed/{connect.secret_of(feed)}/feed.xml"
    assert (first["offers"], first["for_sale"], first["wrong"], first["trouble"]) == (2, 1, {}, "")
    player.skip(61)
    assert visited(player)["unchanged"] == 1
    with trade.scope():
        fetches = FeedFetch.objects.order_by("id").values_list("status", "agent")
        assert list(fetches) == [(200, "SandboxBoard/1.0"), (304, "SandboxBoard/1.0")]

    assert not demo.enter(now=NOW), "told once a day"


def test_a_channel_that_a_person_closed_is_not_opened_again(trade: Trade, player: Player) -> None:
    demo.enter(now=NOW)
    with trade.scope():
        Channel.objects.filter(marketplace="feed").update(state="paused")
        OfferFeed.objects.all().delete()

    demo.enter(now=NOW)

    with trade.scope():
        assert (Channel.objects.filter(marketplace="feed").count(), OfferFeed.objects.count()) == (1, 0)


@pytest.mark.parametrize("absent", ["SANDBOX_URL", "PUBLIC_URL"])
def test_without_a_sandbox_or_an_address_nothing_is_opened(
    trade: Trade, player: Player, settings: Any, absent: str
) -> None:
    setattr(settings, absent, "")

    assert not demo.enter(now=NOW)

    with trade.scope():
        assert not Channel.objects.filter(marketplace="feed").exists()
