"""Races with real connections.  Each has a negative control: with the lock taken out the test sees the fault."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from psycopg.errors import LockNotAvailable

from orders.models import Order
from stock import locks
from stock.models import Balance, CountedCell, Move, StockRow
from stock.selectors import proof
from stock.services import ledger, stocktake
from stock.types import LocationKind
from tests import make
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


def waits(work: Callable[[], Any]) -> bool:
    """Whether `work`, on a connection of its own, comes to something that is locked; else it is done."""

    def run(_number: int) -> bool:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '100ms'")
                work()
        except OperationalError as refused:
            if isinstance(refused.__cause__, LockNotAvailable):
                return True
            raise
        return False

    return bool(at_once(run, 1)[0])


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


PICKERS, PIECES = 12, 5


@pytest.fixture
def five_in_a_cell(transactional_db: None) -> Trade:
    opened = open_trade()
    with opened.scope():
        opened.sku("mug", pieces=PIECES)
        ledger.end_of_ledger(warehouse_id=opened.warehouse.pk, kind=LocationKind.TABLE)
    return opened


def pick(trade: Trade, number: int) -> bool:
    with trade.scope():
        return ledger.pick(
            merchant_id=trade.merchant.pk,
            source=trade.cell,
            sku_id=trade.skus["mug"].pk,
            at=NOON,
            person_id=None,
            reference=f"race:{number}",
        )


def test_no_more_pieces_leave_a_cell_than_lie_in_it(five_in_a_cell: Trade) -> None:
    answers = at_once(lambda number: pick(five_in_a_cell, number), PICKERS)
    assert sorted(answers) == [False] * (PICKERS - PIECES) + [True] * PIECES
    with five_in_a_cell.scope():
        assert sorted(Balance.objects.filter(bounded=True).values_list("location__code", "pieces")) == [
            (five_in_a_cell.cell.code, 0),
            ("TABLE", PIECES),
        ]
        assert Move.objects.filter(reason="pick").count() == PIECES
        assert proof.differences() == []


def test_without_the_look_at_what_lies_there_only_the_table_itself_refuses(
    five_in_a_cell: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "AND balance.pieces > 0" in ledger._TO_TABLE
    monkeypatch.setattr(ledger, "_TO_TABLE", ledger._TO_TABLE.replace("AND balance.pieces > 0", ""))
    for number in range(PIECES):
        assert pick(five_in_a_cell, number)
    with pytest.raises(IntegrityError, match="balance_not_negative"):
        pick(five_in_a_cell, PIECES)


@pytest.mark.parametrize("ended", [False, True], ids=["begun", "ended"])
def test_whoever_counts_a_cell_holds_all_its_goods_before_looking_at_any(
    open_for_all: Trade, monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    with open_for_all.scope():
        fork = open_for_all.sku("fork", pieces=1)
        count = stocktake.begin(
            warehouse_id=open_for_all.warehouse.pk, blind=True, person_id=make.person().pk, now=NOON
        )
    name = "_judge" if ended else "_line"
    look = getattr(stocktake, name)
    met: list[bool] = []

    def looks(*what: Any) -> Any:
        if not met:
            met.append(waits(lambda: sold(open_for_all)))
        return look(*what)

    def sold(trade: Trade) -> None:
        with trade.scope():
            locks.stock_rows(merchant_id=trade.merchant.pk, keys=[(trade.warehouse.pk, fork.pk)])

    def begins() -> CountedCell:
        with open_for_all.scope():
            return stocktake.open_cell(
                count_id=count.pk, location=open_for_all.cell, person_id=count.made_by_id, now=NOON
            )

    cell = begins() if ended else None
    monkeypatch.setattr(stocktake, name, looks)
    if cell is None:
        begins()
    else:
        with open_for_all.scope():
            stocktake.close_cell(cell=cell, now=NOON)
    assert met == [True]
