"""
The last piece, bought on both marketplaces by a hundred buyers at the same moment, on a live server.

The negative control takes the lock out and sees the piece sold twice: a test that could not fail would prove nothing.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import Any

import httpx
import pytest

from backoffice.kernel import seal
from marketplaces.models import Credential
from merchants.roles import Role
from orders.models import Order
from stock import locks
from stock.models import Reservation, StockRow
from stock.selectors import proof
from tests import make
from tests.trade import Trade, open_trade

pytestmark = pytest.mark.django_db(transaction=True)

BUYERS = 100
TRIES = 50


@pytest.fixture
def shop(live_server: Any, settings: Any) -> Trade:
    settings.ROOT_URLCONF = "tests.flows.buying"
    trade = open_trade()
    with trade.scope():
        for place in (trade.ozon, trade.wildberries):
            Credential.objects.create(
                merchant=trade.merchant, channel=place.channel, sealed=seal.seal({"key": "hush-hush"})
            )
        trade.sku("mug", pieces=1)
    return trade


def everybody_buys(url: str, shop: Trade, buyers: int) -> None:
    """Each in a thread and a connection of his own; all start together."""
    barrier = Barrier(buyers)

    def buy(number: int) -> int:
        place = (shop.ozon, shop.wildberries)[number % 2]
        order = {
            "merchant": shop.merchant.pk,
            "channel": place.channel_id,
            "warehouse": place.external_id,
            "number": f"R-{number}",
        }
        with httpx.Client(timeout=120) as client:
            barrier.wait(timeout=60)
            for _ in range(TRIES):
                # The server's queue of connections is shorter than this crowd; who is turned away comes again.
                with suppress(httpx.TransportError):
                    return client.post(f"{url}/buy/", json=order).status_code
        return 0

    with ThreadPoolExecutor(buyers) as pool:
        assert Counter(pool.map(buy, range(buyers))) == {200: buyers}


def test_the_last_piece_is_promised_once_and_everybody_else_is_a_visible_shortage(
    live_server: Any, shop: Trade
) -> None:
    everybody_buys(live_server.url, shop, BUYERS)

    with shop.scope():
        orders = Order.objects.select_related("channel")
        assert Counter(order.channel.marketplace for order in orders) == {"ozon": 50, "wildberries": 50}
        assert Counter(str(order.attention) for order in orders) == {"[]": 1, "['short']": BUYERS - 1}
        assert Reservation.objects.filter(state="held").count() == 1
        assert shop.row("mug") == (1, 1)
        assert proof.differences() == []
    page = make.client(role=Role.LEAD, merchant=shop.merchant).get("/orders/attention/", follow=True)
    assert {tuple(order.attention) for order in page.context["page"]} == {("short",)}  # waiting in the open


def test_without_the_lock_two_buyers_get_the_same_piece(
    live_server: Any, shop: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = Barrier(2)

    def unlocked(*, merchant_id: int, keys: Any) -> dict[tuple[int, int], StockRow]:
        found = {(row.warehouse_id, row.sku_id): row for row in StockRow.objects.all()}
        meeting.wait(timeout=30)
        return found

    monkeypatch.setattr(locks, "stock_rows", unlocked)
    everybody_buys(live_server.url, shop, 2)

    with shop.scope():
        assert [order.attention for order in Order.objects.all()] == [[], []]
        assert Reservation.objects.filter(state="held").count() == 2
        assert shop.row("mug") == (1, 2)  # one piece, promised twice
