"""The order in which cells are visited."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from floor.services import block

Point = tuple[float, float]  # metres from the packing table
Order = list[int]
TABLE: Point = (0.0, 0.0)
_IMPROVED = 250  # cells; beyond it a walk on a free floor is not improved, it would take seconds
_CELLS_PER_AISLE = 3
_BEYOND_LAST_CELL_M = 1.0


class Plan(Protocol):
    """How far it is from cell to cell in a warehouse."""

    def metres(self, a: Point, b: Point) -> float: ...


@dataclass(frozen=True, slots=True)
class FreeFloor:
    """Nothing stands in the way: metres along the walls."""

    def metres(self, a: Point, b: Point) -> float:
        return abs(a[0] - b[0]) + abs(a[1] - b[1])


@dataclass(frozen=True, slots=True)
class Block:
    """Parallel aisles along y; one changes the aisle at the front (y = 0) or at the back."""

    back: float

    def metres(self, a: Point, b: Point) -> float:
        if a[0] == b[0]:
            return abs(a[1] - b[1])
        return abs(a[0] - b[0]) + min(a[1] + b[1], 2 * self.back - a[1] - b[1])


def plan_of(cells: Iterable[Point]) -> Plan:
    """
    The plan that the coordinates of all cells of a warehouse speak of.

    Cells with equal x stand along one aisle; where there are no such rows, or cells lie behind the table, the floor is
    taken for free.
    """
    found = set(cells)
    aisles = {x for x, _ in found}
    if len(aisles) < 2 or len(found) < _CELLS_PER_AISLE * len(aisles) or min(y for _, y in found) < 0:
        return FreeFloor()
    return Block(back=max(y for _, y in found) + _BEYOND_LAST_CELL_M)


def walk(points: Sequence[Point], plan: Plan | None = None) -> Order:
    """
    Positions of `points` in a short order of visiting, beginning and ending at the packing table (0, 0).

    In a block of aisles it is the shortest there is; on a free floor the best of nearest neighbour and S-shape,
    improved until neither turning round nor moving a stretch shortens it.
    """
    plan = plan or FreeFloor()
    if len(points) < 2:
        return list(range(len(points)))
    if isinstance(plan, Block) and all(0 <= y <= plan.back for _, y in points):
        return block.shortest(points, back=plan.back)[1]
    best = min((nearest(points, plan), s_shape(points)), key=lambda order: metres(points, order, plan))
    return improved(points, best, plan) if len(points) <= _IMPROVED else best


def metres(points: Sequence[Point], order: Sequence[int], plan: Plan | None = None) -> float:
    """Length of the walk from the table through `order` and back."""
    plan = plan or FreeFloor()
    stops = [TABLE, *(points[index] for index in order), TABLE]
    return sum(plan.metres(a, b) for a, b in pairwise(stops))


def nearest(points: Sequence[Point], plan: Plan) -> Order:
    """Always on to the nearest cell."""
    left, order, here = set(range(len(points))), [], TABLE
    while left:
        index = min(left, key=lambda candidate: (plan.metres(here, points[candidate]), candidate))
        left.remove(index)
        order.append(index)
        here = points[index]
    return order


def s_shape(points: Sequence[Point]) -> Order:
    """Up one aisle (equal x), down the next."""
    aisles = sorted({x for x, _ in points})
    turn = {x: (1 if number % 2 == 0 else -1) for number, x in enumerate(aisles)}
    return sorted(range(len(points)), key=lambda index: (points[index][0], turn[points[index][0]] * points[index][1]))


def improved(points: Sequence[Point], order: Sequence[int], plan: Plan) -> Order:
    """Turn stretches round (2-opt) and move stretches of up to three cells (Or-opt) while that shortens the walk."""
    stops = [TABLE, *(points[index] for index in order), TABLE]
    far = [[plan.metres(a, b) for b in stops] for a in stops]
    tour = list(range(len(stops)))
    while _turned(tour, far) or _moved(tour, far):
        pass
    return [order[stop - 1] for stop in tour[1:-1]]


def _turned(tour: Order, far: Sequence[Sequence[float]]) -> bool:
    changed = False
    for first in range(1, len(tour) - 2):
        for last in range(first + 1, len(tour) - 1):
            a, b, c, d = tour[first - 1], tour[first], tour[last], tour[last + 1]
            if far[a][c] + far[b][d] < far[a][b] + far[c][d] - 1e-9:
                tour[first : last + 1] = reversed(tour[first : last + 1])
                changed = True
    return changed


def _moved(tour: Order, far: Sequence[Sequence[float]]) -> bool:
    return any(_moved_by(tour, far, length) for length in (1, 2, 3))


def _moved_by(tour: Order, far: Sequence[Sequence[float]], length: int) -> bool:
    for first in range(1, len(tour) - length):
        stretch = tour[first : first + length]
        rest = tour[:first] + tour[first + length :]
        a, d = tour[first - 1], tour[first + length]
        saved = far[a][stretch[0]] + far[stretch[-1]][d] - far[a][d]
        for gap, (b, c) in enumerate(pairwise(rest), start=1):
            ways: list[tuple[float, Callable[[Order], Order]]] = [
                (far[b][stretch[0]] + far[stretch[-1]][c], list),
                (far[b][stretch[-1]] + far[stretch[0]][c], lambda part: part[::-1]),
            ]
            added, turn = min(ways, key=lambda way: way[0])
            if added - far[b][c] < saved - 1e-9:
                tour[:] = rest[:gap] + turn(stretch) + rest[gap:]
                return True
    return False
