"""A world may begin with a past: finished orders on every marketplace, the newest of yesterday, and empty shelves."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox import past
from sandbox.app import create
from sandbox.clock import parse
from sandbox.world import Tempo, World

DAYS = 10
FINISHED = {"ozon": "delivered", "yandex_market": "DELIVERED", "megamarket": "DELIVERED", "aliexpress": "Finish"}
CODES = (*FINISHED, "wildberries")


@dataclass
class Lived:
    """A world with a past, and what each marketplace then tells the tester."""

    world: World
    count: int
    orders: dict[str, list[dict[str, Any]]]
    stocks: dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def lived():
    world = World(seed=7, tempo=Tempo(orders_per_minute=0))
    stalls = create(world).state.stalls
    count, owner = past.play(world, stalls, days=DAYS), world.seller("demo")
    orders = {code: stalls[code].orders(owner)[code] for code in CODES}
    return Lived(world, count, orders, {code: stalls[code].stocks(owner) for code in CODES})


@pytest.mark.parametrize("code", CODES)
def test_every_order_is_over_and_of_these_days(lived, code):
    now = lived.world.clock.now()
    ages = [(now - parse(order["created_at"])) / 86_400 for order in lived.orders[code]]
    assert len(ages) > 3 * DAYS
    assert min(ages) > 0
    assert max(ages) < DAYS + 1
    if code in FINISHED:
        kinds = Counter(order["status"] for order in lived.orders[code])
        assert kinds[FINISHED[code]] > 0.8 * len(ages)
    else:
        assert Counter(order["wb_status"] for order in lived.orders[code])["sold"] > 0.8 * len(ages)


@pytest.mark.parametrize("code", CODES)
def test_shelves_are_empty_afterwards(lived, code):
    left = [held for place in lived.stocks[code].values() for held in place.values()]
    assert left
    assert {held if isinstance(held, int) else (held["free"], held["reserved"]) for held in left} <= {0, (0, 0)}


def test_time_stands_where_it_stood(lived):
    assert lived.world.clock.shift == 0
    assert lived.count == sum(len(lived.orders[code]) for code in CODES)


def test_only_a_new_world_has_no_yesterday(tmp_path):
    path = str(tmp_path / "world.sqlite3")
    first = World(path=path)
    first.store.flush()
    assert first.is_new
    assert not World(path=path).is_new
