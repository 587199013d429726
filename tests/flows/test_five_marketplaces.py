"""Five marketplaces on one shelf: the last piece, a neighbour that hangs, and notices that never come."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connection

from backoffice.kernel import seal
from marketplaces import dto
from marketplaces.adapters.ozon.hook import OzonHook
from marketplaces.errors import Unavailable
from marketplaces.models import Credential, Debt, InboxAddress, SweepFind
from marketplaces.selectors import channels
from marketplaces.selectors import inbox as shown
from marketplaces.sync import doors, inbox, missed
from orders.models import Order
from stock import locks
from stock.models import Reservation, StockRow
from stock.selectors import proof
from tests.fakes.marketplace import FakeMarketplace, remote_order
from tests.marketplaces.conftest import Desk
from tests.trade import NOON, Trade, open_trade

FIVE = ("ozon", "wildberries", "yandex_market", "megamarket", "aliexpress")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desks(transactional_db: None) -> dict[str, Desk]:
    """The sync layer of five channels on one warehouse, with one mug in it, offered everywhere."""
    trade = open_trade()
    with trade.scope():
        places = {"ozon": trade.ozon, "wildberries": trade.wildberries}
        places |= {code: trade.place(code) for code in FIVE[2:]}
        for place in places.values():
            sealed = seal.seal({"key": "hush-hush"})
            Credential.objects.create(merchant=trade.merchant, channel=place.channel, sealed=sealed)
        mug = trade.sku("mug")
        for code in FIVE[2:]:
            trade.listing(places[code], "mug", mug)
        trade.receive(mug, 1)
    return {code: Desk(trade, FakeMarketplace(), place.channel, place) for code, place in places.items()}


def all_told(pieces: int) -> dict[str, list[int]]:
    return {code: [pieces] for code in FIVE}


def one(desks: dict[str, Desk]) -> Trade:
    return next(iter(desks.values())).trade


def drain_all(desks: dict[str, Desk]) -> None:
    for desk in desks.values():
        desk.later(60)
        desk.drain()


def held(desks: dict[str, Desk]) -> dict[str, list[int]]:
    """What each marketplace was told last."""
    return {code: list(desk.fake.stock.values()) for code, desk in desks.items()}


def owed(desks: dict[str, Desk]) -> Counter[str]:
    with one(desks).scope():
        return Counter(Debt.objects.filter(op="stock").values_list("channel__marketplace", flat=True))


def bought(desks: dict[str, Desk]) -> None:
    """Every marketplace sells the mug, and all are read at the same moment, each on a connection of its own."""
    barrier = Barrier(len(desks))

    def read(desk: Desk) -> None:
        number = f"{desk.place.name}-1"
        desk.fake.pages = [dto.Page(items=[remote_order(number, ("mug", 1), warehouse_id=desk.place.external_id)])]
        try:
            barrier.wait(timeout=60)
            desk.read("orders")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(desks)) as pool:
        list(pool.map(read, desks.values()))


def test_the_last_piece_has_one_winner_and_all_five_are_told_that_none_is_left(desks: dict[str, Desk]) -> None:
    drain_all(desks)
    assert held(desks) == all_told(1)
    assert owed(desks) == Counter()

    bought(desks)

    trade = one(desks)
    with trade.scope():
        orders = Order.objects.select_related("channel")
        assert Counter(order.channel.marketplace for order in orders) == dict.fromkeys(FIVE, 1)
        assert Counter(str(order.attention) for order in orders) == {"[]": 1, "['short']": 4}
        assert Reservation.objects.filter(state="held").count() == 1
        assert trade.row("mug") == (1, 1)
        assert proof.differences() == []
    assert owed(desks) == dict.fromkeys(FIVE, 1)

    drain_all(desks)
    assert held(desks) == all_told(0)
    assert owed(desks) == Counter()


def test_without_the_lock_the_last_piece_has_two_winners(
    desks: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = Barrier(2)

    def unlocked(*, merchant_id: int, keys: Any) -> dict[tuple[int, int], StockRow]:
        found = {(row.warehouse_id, row.sku_id): row for row in StockRow.objects.all()}
        meeting.wait(timeout=60)
        return found

    monkeypatch.setattr(locks, "stock_rows", unlocked)
    bought({code: desks[code] for code in ("yandex_market", "megamarket")})

    with one(desks).scope():
        assert [order.attention for order in Order.objects.all()] == [[], []]


@contextmanager
def hanging(desk: Desk) -> Iterator[None]:
    """The marketplace has a request of ours and does not answer."""
    reached, answer = Event(), Event()

    def silence() -> None:
        reached.set()
        answer.wait(timeout=120)

    desk.fake.during["push_stock"] = silence

    def drain() -> None:
        try:
            desk.drain()
        finally:
            connection.close()

    stuck = Thread(target=drain)
    stuck.start()
    try:
        assert reached.wait(timeout=60)
        yield
    finally:
        answer.set()
        stuck.join(timeout=60)


@contextmanager
def refusing(desk: Desk) -> Iterator[None]:
    """The marketplace answers 429."""
    desk.fake.trouble("push_stock", Unavailable("429", retry_after_s=3600))
    desk.drain()
    yield


@pytest.mark.parametrize("trouble", [hanging, refusing])
@pytest.mark.parametrize("code", FIVE)
def test_a_marketplace_in_trouble_leaves_the_others_untouched(
    desks: dict[str, Desk], code: str, trouble: Callable[[Desk], Any]
) -> None:
    others = {name: desk for name, desk in desks.items() if name != code}
    with trouble(desks[code]):
        drain_all(others)  # would wait for ever behind what hangs, were there a lock or a lease in common
        assert held(others) == {name: [1] for name in others}
        assert owed(desks) == {code: 1}
        assert [desk.fake.calls["push_stock"] for desk in others.values()] == [1, 1, 1, 1]
        assert desks[code].drain() == 0  # while its own lane is taken, or told to wait
    desks[code].later(4000)
    desks[code].drain()
    assert (held(desks), owed(desks)) == (all_told(1), Counter())


def test_every_marketplace_has_a_queue_of_its_own(desks: dict[str, Desk]) -> None:
    with one(desks).scope():
        queues = {channel.queue for channel in channels.channels()}
    assert queues == {f"mp.{code}" for code in FIVE}


def test_three_notices_of_ten_are_lost_and_the_sweep_finds_and_counts_them(desks: dict[str, Desk]) -> None:
    desk, hook = desks["ozon"], OzonHook()
    with desk.trade.scope():
        doors.give(merchant_id=desk.trade.merchant.pk, channel_id=desk.channel.pk, now=NOON)
        InboxAddress.objects.update(heard_at=NOON)
        door = doors.find(doors.secrets_of(InboxAddress.objects.get()).secret)
        assert door
    desk.later(60)
    numbers = [f"{number}-1" for number in range(100)]
    sold = [replace(remote_order(number, ("mug", 1)), ordered_at=desk.now) for number in numbers]
    desk.fake.orders = {order.number: order for order in sold}
    desk.fake.pages = [dto.Page(items=sold)]
    lost = set(random.Random(30).sample(numbers, 30))
    for number in numbers:
        if number not in lost:
            body = f'{{"message_type": "TYPE_NEW_POSTING", "posting_number": "{number}"}}'
            with desk.trade.scope():
                inbox.store(door=door, hook=hook, incoming=dto.Incoming(path="", body=body.encode()), now=desk.now)
    desk.read("inbox")
    with desk.trade.scope():
        assert set(Order.objects.values_list("external_number", flat=True)) == set(numbers) - lost

    desk.later(desk.fake.poll.orders_s)
    desk.read("orders")
    with desk.trade.scope():
        assert set(Order.objects.values_list("external_number", flat=True)) == set(numbers)

    with desk.trade.scope():
        assert set(SweepFind.objects.values_list("number", flat=True)) == lost
    desk.later(missed.GRACE.total_seconds() + 1)  # none of them is late any more
    with desk.trade.scope():
        assert shown.channel_figures([desk.channel.pk], now=desk.now)[desk.channel.pk].missed == 30
