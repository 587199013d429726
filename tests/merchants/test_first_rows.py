from merchants.scope import scope
from merchants.selectors.first_rows import first_rows
from orders.models import Order
from tests.trade import NOON, open_trade


def numbers(*merchants: int, limit: int, **only: object) -> list[str]:
    with scope(merchants):
        rows = first_rows(Order.objects.filter(**only), "-ordered_at", "-pk", limit=limit)
        return [order.external_number for order in rows]


def test_the_first_rows_of_several_merchants_are_those_of_the_whole_list_in_its_order(db: None) -> None:
    trades = [open_trade() for _ in range(3)]
    for place, trade in enumerate(trades):
        with trade.scope():
            trade.sku("mug", pieces=99)
            for minute in range(4):
                at = NOON.replace(minute=minute * 3 + place)
                trade.order(("mug", 1), number=f"{place}-{minute}", ordered_at=at)
    first, second, third = (trade.merchant.pk for trade in trades)
    assert numbers(first, second, third, limit=5) == ["2-3", "1-3", "0-3", "2-2", "1-2"]
    assert numbers(first, third, limit=3) == ["2-3", "0-3", "2-2"]
    assert numbers(second, limit=2) == ["1-3", "1-2"]
    assert numbers(first, second, third, limit=50, external_number="1-1") == ["1-1"]


def test_rows_of_a_merchant_outside_of_the_scope_are_not_even_asked_for(db: None) -> None:
    mine, other = open_trade(), open_trade()
    for trade in (mine, other):
        with trade.scope():
            trade.sku("mug", pieces=9)
            trade.order(("mug", 1), number=f"of {trade.merchant.pk}")
    with scope([mine.merchant.pk]):
        rows = first_rows(Order.objects.all(), "-pk", limit=9, merchant_ids=[mine.merchant.pk, other.merchant.pk])
        assert [order.external_number for order in rows] == [f"of {mine.merchant.pk}"]
        assert list(first_rows(Order.objects.all(), "-pk", limit=9, merchant_ids=[other.merchant.pk])) == []
