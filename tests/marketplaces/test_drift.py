"""Read-back: what the marketplace holds is compared with what we pushed less what it sold; drift is repaired."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from marketplaces import dto
from marketplaces.models import Cursor, Publication, Quarantine
from marketplaces.sync import decide
from tests.fakes.marketplace import remote_order
from tests.marketplaces.conftest import Desk

MUG = ("ozon-1", "mug")


@pytest.fixture
def pushed(desk: Desk) -> Desk:
    """Ten mugs, pushed."""
    desk.trade.sku("mug", pieces=10)
    desk.drain()
    desk.later(60)
    return desk


def read_back(desk: Desk) -> Publication:
    desk.read("read_back")
    desk.later(5)
    desk.read("orders")
    return Publication.objects.get(channel_warehouse=desk.trade.ozon)


def test_what_agrees_is_left_alone(pushed: Desk) -> None:
    publication = read_back(pushed)

    assert (publication.read_pieces, publication.drifted_at) == (10, None)
    assert publication.compared_at == pushed.now
    assert pushed.debts() == []


def test_a_push_that_was_silently_ignored_is_found_and_repaired(pushed: Desk) -> None:
    pushed.fake.stock[MUG] = 3

    publication = read_back(pushed)

    assert (publication.read_pieces, publication.drifted_at) == (3, pushed.now)
    assert pushed.drain() == 1
    assert pushed.fake.stock[MUG] == 10


def test_more_than_we_pushed_is_drift_too(pushed: Desk) -> None:
    pushed.fake.stock[MUG] = 11

    assert read_back(pushed).drifted_at is not None


def test_a_row_that_is_not_mentioned_counts_as_nothing(pushed: Desk) -> None:
    pushed.fake.stock.clear()

    publication = read_back(pushed)

    assert publication.read_pieces == 0
    assert publication.drifted_at is not None


def test_what_was_not_understood_is_neither_nothing_nor_in_the_way_of_the_rest(
    pushed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed.trade.sku("plate", pieces=5)
    pushed.drain()
    pushed.later(60)
    plate = dto.Broken(key="plate", reason="pieces: is not a number", payload={"pieces": "many"})
    told: list[dto.Page[dto.StockLevel]] = [dto.Page(items=[], broken=[plate]), dto.Page(items=[])]
    read = pushed.fake.read_stock

    def says(levels: Sequence[dto.StockLevel]) -> dto.Page[dto.StockLevel]:
        mugs = [replace(level, pieces=2**31 if len(told) == 1 else 10) for level in levels if level.stock_id == "mug"]
        return replace(told[0], items=mugs)

    monkeypatch.setattr(pushed.fake, "read_stock", says)
    assert read_back_all(pushed) == {"mug": 10, "plate": None}
    assert Quarantine.objects.get().key == "plate"

    told.pop(0)
    monkeypatch.setattr(pushed.fake, "read_stock", says)
    assert read_back_all(pushed) == {"mug": 10, "plate": 0}
    assert sorted(Quarantine.objects.values_list("stream", "key")) == [("read_back", "mug")]
    assert Cursor.objects.get(stream="read_back").failures == 0

    monkeypatch.setattr(pushed.fake, "read_stock", read)
    assert read_back_all(pushed) == {"mug": 10, "plate": 5}
    assert not Quarantine.objects.exists()


def read_back_all(desk: Desk) -> dict[str, int | None]:
    desk.read("read_back")
    read = Publication.objects.filter(channel_warehouse=desk.trade.ozon)
    return dict(read.values_list("listing__stock_external_id", "read_pieces"))


def test_a_sale_that_lowered_it_by_itself_is_no_drift(pushed: Desk) -> None:
    pushed.fake.stock[MUG] = 8
    pushed.fake.pages = [dto.Page(items=[remote_order("1-1", ("mug", 2), ordered_at=pushed.now)])]

    publication = read_back(pushed)

    assert publication.drifted_at is None


def test_nothing_is_judged_before_the_orders_behind_it_are_known(pushed: Desk) -> None:
    pushed.fake.stock[MUG] = 8
    pushed.read("read_back")

    publication = Publication.objects.get(channel_warehouse=pushed.trade.ozon)
    assert (publication.read_pieces, publication.compared_at, publication.drifted_at) == (8, None, None)
    assert pushed.debts() == []


def test_a_reading_older_than_the_last_push_says_nothing(pushed: Desk) -> None:
    pushed.fake.stock[MUG] = 3
    pushed.read("read_back")
    pushed.later(1)
    pushed.trade.receive(pushed.trade.skus["mug"], 1)
    pushed.later(60)
    pushed.drain()
    pushed.later(5)

    pushed.read("orders")

    assert Publication.objects.get(channel_warehouse=pushed.trade.ozon).drifted_at is None
    assert pushed.fake.stock[MUG] == 11


def test_repaired_drift_is_over(pushed: Desk) -> None:
    pushed.fake.stock[MUG] = 3
    read_back(pushed)
    pushed.later(60)
    pushed.drain()
    pushed.later(60)

    assert read_back(pushed).drifted_at is None


@pytest.mark.parametrize(
    ("pushed_pieces", "held", "sold", "wrong"),
    [(5, 5, 0, False), (5, 4, 1, False), (5, 5, 1, False), (5, 3, 1, True), (5, 6, 9, True), (0, 0, 0, False)],
)
def test_drift_is_what_sales_do_not_explain(pushed_pieces: int, held: int, sold: int, wrong: bool) -> None:
    assert decide.drifted(pushed=pushed_pieces, held=held, sold=sold) is wrong
