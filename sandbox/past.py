"""What was before the world began: weeks of orders that other hands packed and the buyers have."""

import math
import random
from datetime import UTC, datetime

from sandbox.goods import Good
from sandbox.sellers import Seller
from sandbox.stall import Stall
from sandbox.world import World

DAY = 86_400.0
A_DAY = 6.0  # orders of one marketplace on a common day
WEEK = (1.0, 0.95, 0.95, 1.0, 1.1, 1.3, 1.25)  # Monday first
GROWTH = 1.5  # the last day against the first
LEFT = 0.06  # of the buyers change their mind
HOURS = (9, 21)  # UTC + 3 in mind: from noon till midnight
SHELF = 10_000


def play(world: World, stalls: dict[str, Stall], *, days: int, seller: str = "demo") -> int:
    """
    This function will let `days` whole days have been; it gives the count of orders.

    The shelves are full meanwhile and empty afterwards: what lies there today only the seller can tell.
    """
    draw, owner, count = random.Random(f"{world.seed}/past"), world.seller(seller), 0
    for stall in stalls.values():
        stall.fill(owner, SHELF)
        for day in range(days, 0, -1):
            for moment in _moments(draw, world, day, share=1 - (day - 1) / days):
                count += _bought(world, draw, stall, owner, moment)
        stall.fill(owner, 0)
    world.store.flush()
    return count


def _moments(draw: random.Random, world: World, day: int, *, share: float) -> list[float]:
    """When buyers came on that day; `share`: how far the story has gone, from 0 to 1."""
    midnight = math.floor(world.clock.now() / DAY - day) * DAY
    rate = A_DAY * WEEK[datetime.fromtimestamp(midnight, UTC).weekday()] * (1 + (GROWTH - 1) * share)
    moments, moment = [], 0.0
    while (moment := moment + draw.expovariate(rate)) < 1:
        low, high = HOURS
        moments.append(midnight + (low + moment * (high - low)) * 3_600)
    return moments


def _bought(world: World, draw: random.Random, stall: Stall, owner: Seller, moment: float) -> int:
    goods = owner.catalogue.goods
    # Few goods make most of the trade.
    chosen: Good = goods[min(int(draw.expovariate(5 / len(goods))), len(goods) - 1)]
    present = world.clock.shift
    real = world.clock.now() - present
    try:
        world.clock.shift = moment - real
        buy = stall.order(owner, [(chosen, draw.choice((1, 1, 1, 2)))], warehouse=None, force=False)
        numbers = buy()
        left = draw.random() < LEFT
        world.clock.shift += DAY * draw.uniform(0.1, 0.9) if left else min(2.5 * DAY, real + present - moment - 60)
        for number in numbers:
            stall.cancel(number) if left else stall.finish(number)
    except LookupError:  # not sold here
        return 0
    finally:
        world.clock.shift = present
    return len(numbers)
