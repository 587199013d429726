"""Races with real connections.  Each has a negative control: with the lock taken out the test sees the fault."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from orders.models import Order
from stock import locks
from stock.models import StockRow
from stock.selectors import proof
from tests.trade import NOON, Trade, open_trade

BUYERS = 20


@pytest.fixture
def open_for_all(transactional_db: None) -> Trade:
    opened = open_trade()
    with opened.scope():
        opened.sku("mug", pieces=1)
    return opened


def at_once(work: Callable[[int], Any], times: int) -> list[Any]:
    """Run `work(0…times-1)` in threads with connections of their own that start together."""
    barrier = Barrier(times)

    def run(number: int) -> Any:
        try:
            barrier.wait(timeout=30)
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


def buy(trade: Trade, number: int) -> list[str]:
    place = (trade.ozon, trade.wildberries)[number % 2]
    with trade.scope():
        draft = trade.draft(("mug", 1), place=place, number=f"R-{number}")
        return trade.take_in(draft, place=place)[0].attention


def test_last_unit_is_promised_once_whoever_buys_at_the_same_moment(open_for_all: Trade) -> None:
    answers = at_once(lambda number: buy(open_for_all, number), BUYERS)
    assert sorted(map(str, answers)) == sorted(["[]"] + ["['short']"] * (BUYERS - 1))
    with open_for_all.scope():
        assert open_for_all.row("mug") == (1, 1)
        assert Order.objects.count() == BUYERS
        assert proof.differences() == []


def test_without_the_lock_the_last_unit_is_sold_twice(open_for_all: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    meeting = Barrier(2)

    def unlocked(*, merchant_id: int, keys: Any) -> dict[tuple[int, int], StockRow]:
        found = {(row.warehouse_id, row.sku_id): row for row in StockRow.objects.all()}
        meeting.wait(timeout=30)
        return found

    monkeypatch.setattr(locks, "stock_rows", unlocked)
    answers = at_once(lambda number: buy(open_for_all, number), 2)
    assert answers == [[], []]
    with open_for_all.scope():
        assert open_for_all.row("mug") == (1, 2)  # one piece, promised twice: what the lock is for


def test_same_order_told_by_two_pulls_at_once_is_stored_once(open_for_all: Trade) -> None:
    def pull(_number: int) -> None:
        with open_for_all.scope():
            open_for_all.take_in(open_for_all.draft(("mug", 1), number="SAME", ordered_at=NOON))

    at_once(pull, 8)
    with open_for_all.scope():
        assert (Order.objects.count(), open_for_all.row("mug")) == (1, (1, 1))
