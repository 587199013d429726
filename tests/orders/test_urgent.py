"""Which orders are the most urgent of all that are not packed, and how many must leave by when."""

from datetime import timedelta

import pytest

from merchants.scope import scope
from orders.models import Order
from orders.selectors import brief
from tests.trade import NOON, Trade, open_trade

HOUR = timedelta(hours=1)


def orders(trade: Trade, *hours: float, state: str = "new") -> list[int]:
    """Orders of a state that must leave so many hours from noon, by id."""
    if "mug" not in trade.skus:
        trade.sku("mug", pieces=99)
    made = [trade.order(("mug", 1), ship_by=NOON + hour * HOUR).pk for hour in hours]
    Order.objects.filter(pk__in=made).update(state=state)
    return made


def urgent(*trades: Trade, until: float, limit: int = 9) -> list[int]:
    with scope([trade.merchant.pk for trade in trades]):
        places = [place.pk for trade in trades for place in (trade.ozon, trade.wildberries)]
        return [
            order.order_id
            for order in brief.at_risk(channel_warehouse_ids=places, until=NOON + until * HOUR, limit=limit)
        ]


@pytest.mark.django_db
def test_the_most_urgent_come_first_whatever_their_state_and_merchant() -> None:
    one, other = open_trade(), open_trade()
    with scope([one.merchant.pk]):
        first, third = orders(one, -1, 3, state="picking")
        (fourth,) = orders(one, 4, state="new")
        orders(one, 1, 2, state="packed")
        orders(one, 0, state="cancelled")
    with scope([other.merchant.pk]):
        second, fifth = orders(other, 2, 5, state="confirmed")
        orders(other, 6, state="new")
    assert urgent(one, other, until=5) == [first, second, third, fourth, fifth]
    assert urgent(one, other, until=5, limit=3) == [first, second, third]
    assert urgent(one, until=9) == [first, third, fourth], "the other merchant's are not seen"
    with scope([one.merchant.pk]):
        assert brief.at_risk(channel_warehouse_ids=[other.ozon.pk], until=NOON + 9 * HOUR, limit=9) == []


@pytest.mark.django_db
def test_due_orders_are_counted_by_channel_and_hour_and_late_ones_together() -> None:
    trade = open_trade()
    with scope([trade.merchant.pk]):
        orders(trade, -2, -0.5, 0.1, state="new")
        orders(trade, 0.9, 1.5, state="picking")
        orders(trade, 0.2, state="packed")
        orders(trade, 40)
        trade.order(("mug", 1), place=trade.wildberries, ship_by=NOON + 0.5 * HOUR)
        rows = brief.unpacked_by_cut_off(
            channel_warehouse_ids=[trade.ozon.pk, trade.wildberries.pk], now=NOON, until=NOON + 36 * HOUR
        )
        counted = {(row.channel_id, (row.ship_by - NOON) / HOUR): (row.orders, row.in_work) for row in rows}
        assert counted == {
            (trade.ozon.channel_id, -2): (2, 0),
            (trade.ozon.channel_id, 0.1): (2, 1),
            (trade.ozon.channel_id, 1.5): (1, 1),
            (trade.wildberries.channel_id, 0.5): (1, 0),
        }
        assert {row.zone for row in rows} == {trade.ozon.zone, trade.wildberries.zone}
        assert brief.unpacked_by_cut_off(channel_warehouse_ids=[], now=NOON, until=NOON + 36 * HOUR) == []
