"""The order in which cells are visited."""

from collections.abc import Sequence
from itertools import pairwise

Point = tuple[float, float]  # metres from the packing table


def walk(points: Sequence[Point]) -> list[int]:
    """
    Positions of `points` in a short order of visiting, beginning and ending at the packing table (0, 0).

    The better of nearest neighbour and S-shape over the aisles (equal x), then improved by 2-opt.
    """
    if len(points) < 2:
        return list(range(len(points)))
    best = min((_nearest(points), _serpentine(points)), key=lambda order: metres(points, order))
    return _two_opt(points, best) if len(points) <= 200 else best


def metres(points: Sequence[Point], order: Sequence[int]) -> float:
    """Length of the walk from the table through `order` and back, along aisles (Manhattan distance)."""
    stops = [(0.0, 0.0), *(points[index] for index in order), (0.0, 0.0)]
    return sum(_distance(a, b) for a, b in pairwise(stops))


def _distance(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _nearest(points: Sequence[Point]) -> list[int]:
    left, order, here = set(range(len(points))), [], (0.0, 0.0)
    while left:
        index = min(left, key=lambda candidate: (_distance(here, points[candidate]), candidate))
        left.remove(index)
        order.append(index)
        here = points[index]
    return order


def _serpentine(points: Sequence[Point]) -> list[int]:
    aisles = sorted({x for x, _ in points})
    turn = {x: (1 if number % 2 == 0 else -1) for number, x in enumerate(aisles)}
    return sorted(range(len(points)), key=lambda index: (points[index][0], turn[points[index][0]] * points[index][1]))


def _two_opt(points: Sequence[Point], order: list[int]) -> list[int]:
    """Turn round stretches of the walk as long as that shortens it."""
    order = order[:]
    stop = len(order)

    def at(position: int) -> Point:
        return points[order[position]] if 0 <= position < stop else (0.0, 0.0)

    improved = True
    while improved:
        improved = False
        for first in range(stop - 1):
            for last in range(first + 1, stop):
                now = _distance(at(first - 1), at(first)) + _distance(at(last), at(last + 1))
                then = _distance(at(first - 1), at(last)) + _distance(at(first), at(last + 1))
                if then < now - 1e-9:
                    order[first : last + 1] = reversed(order[first : last + 1])
                    improved = True
    return order
