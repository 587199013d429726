"""Orders and returns written by programs."""

import pytest

from floor.models import CameBack
from orders.models import BuyerData, Order, OrderEvent
from orders.services import hand_over
from stock.models import Balance
from tests.exchange.program import READ, WRITE, let_in
from tests.trade import NOON, open_trade


@pytest.fixture
def trade(db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant, scopes=[*READ, *WRITE])


@pytest.fixture
def order(trade):
    with trade.scope():
        trade.sku("mug", pieces=5)
        return trade.order(("mug", 2))


@pytest.fixture
def shop(trade):
    """A channel that nobody speaks for."""
    with trade.scope():
        place = trade.place("feed")
        return place.channel


def notes(order):
    return list(OrderEvent.objects.filter(order=order, kind="note").order_by("pk").values_list("text", flat=True))


def test_what_1c_says_of_an_order_stands_on_its_timeline_once(trade, program, order):
    told = {
        "number": order.external_number,
        "own_number": "УТ-000012",
        "status": "К отгрузке",
        "paid": {"number": "ПП-7", "date": "2026-11-24", "amount": 200},
    }
    assert program.bulk("orders/bulk", told) == ["updated"]
    assert program.bulk("orders/bulk", told) == ["unchanged"]
    assert program.bulk("orders/bulk", {"id": order.pk, **told}) == ["unchanged"]
    with trade.scope():
        assert notes(order) == [
            "Бухгалтерия: статус К отгрузке",
            "Бухгалтерия: заказ УТ-000012",
            "Бухгалтерия: оплачен, ПП-7 24.11.2026 200.00",
        ]


def test_a_cancellation_is_asked_and_other_quantities_are_shown(trade, program, order):
    lines = [{"sku_id": trade.skus["mug"].pk, "pieces": 1}]
    assert program.bulk("orders/bulk", {"id": order.pk, "lines": lines}) == ["updated"]
    with trade.scope():
        assert Order.objects.get().attention == ["problem"]
    assert program.bulk("orders/bulk", {"id": order.pk, "cancelled": True}) == ["updated"]
    with trade.scope():
        found = Order.objects.get()
        assert (found.state, found.cancel_asked_at is not None) == ("new", True)


def test_an_order_that_is_nobodys_or_named_twice_is_rejected(trade, program, order):
    stranger = open_trade()
    with stranger.scope():
        stranger.sku("mug", pieces=1)
        foreign = stranger.order(("mug", 1), number="X")
    assert program.bulk(
        "orders/bulk",
        {"id": foreign.pk, "status": "а"},
        {"number": "X", "status": "а"},
        {"id": order.pk, "number": "other"},
        {"id": order.pk, "status": "а"},
        {"number": order.external_number, "status": "б"},
    ) == [
        ("rejected", "unknown", "id"),
        ("rejected", "unknown", "number"),
        ("rejected", "unknown", "id"),
        "updated",
        ("rejected", "twice", "id"),
    ]


def new(trade, shop, number, **fields):
    lines = [{"sku_id": trade.skus["mug"].pk, "pieces": 1, "price": "99.90"}]
    return {"channel_id": shop.pk, "number": number, "lines": lines, **fields}


def test_an_order_of_a_channel_that_nobody_speaks_for_is_taken_in_and_reserves(trade, program, order, shop):
    told = new(trade, shop, "И-1", buyer={"name": "Анна", "phone": "+7 900"}, ordered_at="2026-11-24T12:00:00")
    assert program.bulk("orders/new", told, {**told, "channel_id": order.channel_id}, told) == [
        "created",
        ("rejected", "unknown", "channel_id"),
        ("rejected", "twice", "number"),
    ]
    assert program.bulk("orders/new", told) == ["unchanged"]
    with trade.scope():
        made = Order.objects.get(external_number="И-1")
        assert (made.state, str(made.total), made.ordered_at.hour) == ("new", "99.90", 9)
        assert trade.row("mug") == (5, 3)
        assert BuyerData.objects.filter(order=made).count() == 1
    assert program.get(f"orders/{made.pk}").json()["lines"][0]["price"] == "99.90"


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-02T00:00:00Z", "2200-01-01T00:00:00Z"])
def test_a_moment_that_no_page_could_show_is_refused(trade, program, order, shop, moment):
    told = new(trade, shop, "И-1", ship_by=moment)
    answer = program.post("orders/new", {"items": [told]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "items.0.ship_by")


def test_an_archived_article_and_an_unknown_one_make_no_order(trade, program, order, shop):
    with trade.scope():
        old = trade.sku("old", archived=True)
    first, second = new(trade, shop, "И-1"), new(trade, shop, "И-2")
    first["lines"] = [{"sku_id": old.pk, "pieces": 1}]
    second["lines"].append({"sku_id": 2**40, "pieces": 1})
    assert program.bulk("orders/new", first, second) == [
        ("rejected", "archived", "lines.0.sku_id"),
        ("rejected", "unknown", "lines.1.sku_id"),
    ]
    with trade.scope():
        assert Order.objects.count() == 1


def test_returns_are_decided_by_total_and_come_once(trade, program, order):
    with trade.scope():
        hand_over.leave(merchant_id=trade.merchant.pk, orders=[Order.objects.get()], now=NOON, told=True)
    told = {
        "id": order.pk,
        "sku_id": trade.skus["mug"].pk,
        "warehouse_id": trade.warehouse.pk,
        "condition": "intact",
        "pieces": 1,
    }
    assert program.bulk("returns/bulk", told) == ["updated"]
    assert program.bulk("returns/bulk", told) == ["unchanged"]
    assert program.bulk("returns/bulk", {**told, "pieces": 0}) == [("rejected", "refused", "pieces")]
    assert program.bulk("returns/bulk", {**told, "condition": "damaged"}) == ["updated"]
    assert program.bulk("returns/bulk", {**told, "pieces": 2}) == [("rejected", "refused", "pieces")]
    with trade.scope():
        assert sorted(CameBack.objects.values_list("condition", "person")) == [("damaged", None), ("intact", None)]
        assert Order.objects.get().state == "returned"
        places = Balance.objects.filter(pieces__gt=0).values_list("location__kind", "pieces")
        assert sorted(places) == [("cell", 3), ("dock", 1), ("quarantine", 1)]


def test_an_order_that_never_left_does_not_come_back(trade, program, order):
    told = {
        "id": order.pk,
        "sku_id": trade.skus["mug"].pk,
        "warehouse_id": trade.warehouse.pk,
        "condition": "intact",
        "pieces": 1,
    }
    assert program.bulk("returns/bulk", told) == [("rejected", "refused", "pieces")]


def test_without_the_right_to_write_orders_nothing_happens(trade, order):
    reader = let_in(trade.merchant)
    assert reader.post("orders/bulk", {"items": [{"id": order.pk, "cancelled": True}]}).status_code == 403
    with trade.scope():
        assert Order.objects.get().cancel_asked_at is None
