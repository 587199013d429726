"""What lacks something gets it, whatever else waits for what cannot be had."""

import pytest

from orders.models import Order
from orders.services import cure
from stock.models import Feed
from stock.selectors import proof
from tests.trade import NOON, Trade


def match(trade: Trade) -> int:
    return cure.match_lines(merchant_id=trade.merchant.pk, channel_id=trade.ozon.channel_id, now=NOON)


def fill(trade: Trade) -> int:
    return cure.fill_shortages(merchant_id=trade.merchant.pk, now=NOON)


def unknown(trade: Trade, code: str) -> Order:
    """An order of goods whose listing is matched only after it came."""
    order = trade.order((code, 1))
    assert order.attention == ["unknown_sku"]
    return order


def test_lines_that_nothing_matches_do_not_keep_others_from_it(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cure, "_AT_ONCE", 2)
    for code in ("nobody", "knows", "these"):
        unknown(trade, code)
    order = unknown(trade, "mug")
    trade.sku("mug", pieces=5)
    assert match(trade) == 1
    assert (Order.objects.get(pk=order.pk).attention, trade.row("mug")) == ([], (5, 1))


def test_lines_that_nothing_fills_do_not_keep_others_from_it(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cure, "_AT_ONCE", 2)
    trade.sku("mug")
    trade.sku("lid")
    trade.kit("set", mug=2, lid=1)
    for _order in range(3):
        trade.order(("mug", 1))
    order = trade.order(("lid", 2))
    kits = trade.order(("set", 1))
    assert fill(trade) == 0
    trade.receive(trade.skus["lid"], 3)
    assert fill(trade) == 1
    assert (Order.objects.get(pk=order.pk).attention, trade.row("lid")) == ([], (3, 2))
    assert Order.objects.get(pk=kits.pk).attention == ["short"]
    trade.receive(trade.skus["mug"], 9)
    assert [fill(trade), fill(trade), fill(trade)] == [2, 2, 0]
    assert (trade.row("mug"), trade.row("lid")) == ((9, 5), (3, 3))
    assert (Order.objects.filter(needs_attention=True).count(), proof.differences()) == (0, [])


def test_what_is_free_in_a_warehouse_that_does_not_feed_the_order_fills_nothing(trade: Trade) -> None:
    trade.sku("mug")
    order = trade.order(("mug", 1))
    Feed.objects.filter(channel_warehouse=trade.ozon).delete()
    trade.receive(trade.skus["mug"], 3)
    assert (fill(trade), Order.objects.get(pk=order.pk).attention, trade.row("mug")) == (0, ["short"], (3, 0))
