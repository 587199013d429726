"""Metres of a 100-order wave in ten generated warehouses, against the exact optimum, with the usual ways beside it."""

from random import Random
from statistics import mean
from time import perf_counter

from bench.row import Row, row
from floor.services import block, route

ROWS = ("walk_ratio", "walk_ratio.nearest_neighbour", "walk_ratio.s_shape", "walk_ratio.two_opt_or_opt")
WAREHOUSES = 10
ORDERS = 100
BUDGET = 1.05
BESIDE_BUDGET = 2  # of the ways that are only compared


def measure(quick: bool) -> list[Row]:
    """
    One wave per warehouse: 6 to 20 aisles of 15 to 40 bays, sales falling off as 1/rank, 1 to 3 lines an order.

    quick changes nothing: the full size takes a second.
    """
    random = Random(1983)
    ratios: dict[str, list[float]] = {"walk_ratio": [], "walk_ratio.nearest_neighbour": [], "walk_ratio.s_shape": []}
    ratios["walk_ratio.two_opt_or_opt"] = []
    spent_s, cells = 0.0, 0
    for _number in range(WAREHOUSES):
        plan, points = _wave(random)
        optimum, _order = block.shortest(points, back=plan.back)
        begun = perf_counter()
        product = route.walk(points, plan)
        spent_s += perf_counter() - begun
        cells += len(points)
        near = route.nearest(points, plan)
        ways = {
            "walk_ratio": product,
            "walk_ratio.nearest_neighbour": near,
            "walk_ratio.s_shape": route.s_shape(points),
            "walk_ratio.two_opt_or_opt": route.improved(points, near, plan),
        }
        for name, order in ways.items():
            ratios[name].append(route.metres(points, order, plan) / optimum)
    said = f"{WAREHOUSES} warehouses, {cells} cells, {spent_s * 1000 / WAREHOUSES:.0f} ms a wave; mean, worst {{:.3f}}"
    return [
        row(
            name,
            mean(found),
            "×",
            budget=BUDGET if name == "walk_ratio" else BESIDE_BUDGET,
            size=ORDERS,
            needed=ORDERS,
            details=said.format(max(found)),
        )
        for name, found in ratios.items()
    ]


def _wave(random: Random) -> tuple[route.Block, list[route.Point]]:
    aisles, bays = random.randint(6, 20), random.randint(15, 40)
    places = [(3.0 * aisle, 1.0 + 1.2 * bay) for aisle in range(aisles) for bay in range(bays)]
    plan = route.plan_of(places)
    if not isinstance(plan, route.Block):
        raise TypeError("the generated warehouse is no block")
    random.shuffle(places)
    weights = [1 / rank for rank in range(1, len(places) + 1)]
    lines = sum(random.randint(1, 3) for _order in range(ORDERS))
    return plan, sorted(set(random.choices(places, weights, k=lines)))
