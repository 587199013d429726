"""Two who change one order, with real connections."""

import pytest

from catalog.models import Listing
from orders import locks
from orders.models import Order, OrderLine
from orders.services import cure, ingest, remote
from orders.types import State, StatusDraft
from stock.models import Reservation
from tests.stock.test_races import at_once, waits
from tests.trade import NOON, Trade, open_trade


@pytest.fixture
def shop(transactional_db: None) -> Trade:
    trade = open_trade()
    with trade.scope():
        trade.sku("mug", pieces=9)
    return trade


@pytest.fixture
def unmatched(shop: Trade) -> Order:
    """An order for two mugs whose card has got its article only since."""
    with shop.scope():
        card = Listing.objects.filter(channel=shop.ozon.channel)
        card.update(sku=None)
        order = shop.order(("mug", 2))
        card.update(sku=shop.skus["mug"])
    return order


def match(trade: Trade) -> int:
    with trade.scope():
        return cure.match_lines(merchant_id=trade.merchant.pk, channel_id=trade.ozon.channel_id, now=NOON)


def cancel(trade: Trade, order: Order) -> None:
    with trade.scope():
        remote.apply_statuses(
            merchant_id=trade.merchant.pk,
            channel_id=order.channel_id,
            statuses={order.external_number: StatusDraft(status="cancelled", state=State.CANCELLED)},
            now=NOON,
        )


def meanwhile(monkeypatch: pytest.MonkeyPatch, what: object) -> None:
    """Let somebody be faster between the look at orders and their locks, once."""
    lock = locks.orders_for_change

    def late(order_ids: object) -> object:
        wanted = list(order_ids)  # type: ignore[call-overload]
        monkeypatch.setattr(locks, "orders_for_change", lock)
        at_once(lambda _number: what(), 1)  # type: ignore[operator]
        return lock(wanted)

    monkeypatch.setattr(locks, "orders_for_change", late)


def test_an_article_that_two_match_at_once_is_reserved_once(
    shop: Trade, unmatched: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: match(shop))
    assert match(shop) == 0
    with shop.scope():
        assert shop.row("mug") == (9, 2)
        assert Reservation.objects.get().pieces == 2
        assert OrderLine.objects.get().short_pieces == 0


def test_nothing_is_reserved_for_an_order_that_fell_away_while_it_was_matched(
    shop: Trade, unmatched: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: cancel(shop, unmatched))
    assert match(shop) == 0
    with shop.scope():
        assert (shop.row("mug"), Reservation.objects.count()) == ((9, 0), 0)


def test_nothing_is_reserved_for_an_order_that_fell_away_while_its_warehouse_was_found(
    shop: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop.scope():
        order = shop.order(("mug", 2), warehouse_external_id="unheard of")
    meanwhile(monkeypatch, lambda: cancel(shop, order))
    with shop.scope():
        placed = cure.place_orders(
            merchant_id=shop.merchant.pk,
            channel_id=shop.ozon.channel_id,
            told={order.external_number: shop.ozon.pk},
            now=NOON,
        )
        assert (placed, shop.row("mug"), Reservation.objects.count()) == (0, (9, 0), 0)


def test_a_page_of_orders_holds_those_that_are_known_before_it_comes_for_stock(
    shop: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else who scans a piece of one, holding the order and coming for its stock, and the page would wait for ever."""
    with shop.scope():
        known = shop.order(("mug", 1))
        told = [shop.draft(("mug", 1), number=known.external_number), shop.draft(("mug", 1))]
    reserve = ingest._reserve

    def scans() -> None:
        with shop.scope():
            locks.order_for_change(known.pk)

    def reserves(*what: object) -> object:
        assert waits(scans)
        return reserve(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest, "_reserve", reserves)
    with shop.scope():
        shop.take_in(*told)
        assert shop.row("mug") == (9, 2)
    assert not waits(scans)
