"""How a buyer who comes by himself chooses, on any marketplace."""

from typing import Any, TypeVar

from sandbox.goods import Good
from sandbox.store import Table
from sandbox.world import World

TRIES = 30
Stock = TypeVar("Stock")


def some(world: World, stocks: Table[Stock]) -> list[tuple[Any, Stock]]:
    """This function will give a few rows of a stock table at random; most of them may be empty."""
    # The list of keys costs as much as the table is long: it is made anew only when the table has grown.
    keys = world.shelves.get(stocks.kind)
    if keys is None or len(keys) != len(stocks):
        keys = world.shelves[stocks.kind] = list(stocks)
    drawn = world.draw.choices(keys, k=TRIES)
    return [(key, stocks[key]) for key in dict.fromkeys(drawn) if key in stocks]


def first(world: World, goods: list[tuple[Good, int]]) -> list[tuple[Good, int]]:
    """This function will give one to three of them: most baskets hold one thing."""
    return goods[: world.draw.choices((1, 2, 3), (70, 22, 8))[0]]


def may_leave(world: World, name: str, **args: object) -> None:
    """This function will let some buyers change their mind later: the event `name` then happens."""
    if world.happens(world.tempo.buyer_cancels):
        world.agenda.later(world.draw.expovariate(1 / world.tempo.cancel_after), name, **args)
