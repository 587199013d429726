"""Two who change one order, with real connections."""

from collections.abc import Callable
from threading import Barrier

import pytest
from django.db import OperationalError

from catalog.models import Listing
from orders import locks
from orders.models import Order, OrderLine
from orders.services import cure, give_up, ingest, remote, work
from orders.types import State, StatusDraft
from stock import locks as stock_locks
from stock.models import Reservation
from stock.services import release
from stock.services.reserve import reserve
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


CANCELLED = StatusDraft(status="cancelled", state=State.CANCELLED)


def comes_for(trade: Trade, code: str) -> Callable[[], None]:
    def comes() -> None:
        with trade.scope():
            stock_locks.stock_rows(merchant_id=trade.merchant.pk, keys=[(trade.warehouse.pk, trade.skus[code].pk)])

    return comes


@pytest.fixture
def forks(shop: Trade) -> Trade:
    with shop.scope():
        shop.sku("fork", pieces=9)
    return shop


def test_a_page_of_new_orders_and_cancelled_ones_comes_for_stock_once(
    forks: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forks.scope():
        known = forks.order(("fork", 1))
        told = [forks.draft(("fork", 1), number=known.external_number, status=CANCELLED), forks.draft(("mug", 1))]

    def reserves(**what: object) -> object:
        assert waits(comes_for(forks, "mug"))
        assert waits(comes_for(forks, "fork"))
        return reserve(**what)  # type: ignore[arg-type]

    monkeypatch.setattr(ingest, "reserve", reserves)
    with forks.scope():
        forks.take_in(*told)
        assert (forks.row("mug"), forks.row("fork")) == ((9, 1), (9, 0))


def test_pages_that_came_for_stock_twice_would_wait_for_each_other(
    forks: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = []
    with forks.scope():
        for place, old, new in ((forks.ozon, "fork", "mug"), (forks.wildberries, "mug", "fork")):
            known = forks.order((old, 1), place=place)
            cancelled = forks.draft((old, 1), place=place, number=known.external_number, status=CANCELLED)
            pages.append((place, [cancelled, forks.draft((new, 1), place=place)]))
    meeting = Barrier(2)

    def reserves(**what: object) -> object:
        done = reserve(**what)  # type: ignore[arg-type]
        meeting.wait(timeout=30)
        return done

    monkeypatch.setattr(ingest, "reserve", reserves)
    for service in (ingest, remote):
        monkeypatch.setattr(service, "lock_ahead", lambda **_rows: None)

    def take(number: int) -> str:
        place, drafts = pages[number]
        try:
            with forks.scope():
                forks.take_in(*drafts, place=place)
        except OperationalError as stuck:
            return type(stuck.__cause__).__name__
        return "taken in"

    assert sorted(at_once(take, 2)) == ["DeadlockDetected", "taken in"]


def test_statuses_by_which_some_leave_and_some_fall_away_come_for_stock_once(
    forks: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forks.scope():
        gone, cancelled = forks.order(("mug", 1)), forks.order(("fork", 1))
    lead = remote._lead

    def leads(*what: object) -> None:
        assert waits(comes_for(forks, "mug"))
        assert waits(comes_for(forks, "fork"))
        lead(*what)  # type: ignore[arg-type]

    monkeypatch.setattr(remote, "_lead", leads)
    with forks.scope():
        remote.apply_statuses(
            merchant_id=forks.merchant.pk,
            channel_id=forks.ozon.channel_id,
            statuses={
                gone.external_number: StatusDraft(status="delivering", state=State.DELIVERING),
                cancelled.external_number: CANCELLED,
            },
            now=NOON,
        )
        assert (forks.row("mug"), forks.row("fork")) == ((8, 0), (9, 0))


def test_pieces_of_several_lines_are_given_up_with_all_their_stock_held(
    forks: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    with forks.scope():
        order = forks.order(("mug", 2), ("fork", 2))
        work.make_units(merchant_id=forks.merchant.pk, order_ids=[order.pk])
        OrderLine.objects.update(giving_up_pieces=1)
    release_pieces = release.release_pieces

    def releases(**what: object) -> int:
        assert waits(comes_for(forks, "mug"))
        assert waits(comes_for(forks, "fork"))
        return release_pieces(**what)  # type: ignore[arg-type]

    monkeypatch.setattr(release, "release_pieces", releases)
    with forks.scope():
        give_up.answered(merchant_id=forks.merchant.pk, order_id=order.pk, accepted=True, text="", now=NOON)
        assert (forks.row("mug"), forks.row("fork")) == ((9, 1), (9, 1))
