"""
The shortest walk through one block of parallel aisles, exactly.

Aisles run along y between a front corridor at y = 0, where the packing table stands, and a back corridor at `back`.
A walk is a connected set of edges in which every corner has an even degree; going from aisle to aisle only seven kinds
of unfinished walks need to be told apart, so the best one of each kind is all that is kept.

Source: Ratliff, Rosenthal, "Order-picking in a rectangular warehouse: a solvable case of the traveling salesman
problem", Operations Research 31 (1983), 507-521.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[float, float]
# Degree of a corner so far: none, odd, even.
_NONE, _ODD, _EVEN = 0, 1, 2
_ADDED = {(_NONE, 1): _ODD, (_ODD, 1): _EVEN, (_EVEN, 1): _ODD, (_NONE, 2): _EVEN, (_ODD, 2): _ODD, (_EVEN, 2): _EVEN}


@dataclass(frozen=True, slots=True)
class _Kind:
    """An unfinished walk: degrees of the corners it ends at, at the back and at the front, and its number of parts."""

    back: int
    front: int
    parts: int


_NOTHING = _Kind(_NONE, _NONE, 0)
_COMPLETE = frozenset({_Kind(_EVEN, _NONE, 1), _Kind(_NONE, _EVEN, 1), _Kind(_EVEN, _EVEN, 1)})
Edge = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class _Walk:
    """An unfinished walk: its length in metres, its last piece, and the walk before it."""

    metres: float
    edges: tuple[Edge, ...] = ()
    before: "_Walk | None" = None

    def with_piece(self, edges: Sequence[Edge]) -> "_Walk":
        added = sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in edges)
        return _Walk(self.metres + added, tuple(edges), self)

    def pieces(self) -> Iterator[Edge]:
        walk: _Walk | None = self
        while walk is not None:
            yield from walk.edges
            walk = walk.before


def shortest(points: Sequence[Point], *, back: float) -> tuple[float, list[int]]:
    """
    Metres of the shortest walk from (0, 0) past all points and back, and the order in which it passes them.

    points: cells with 0 <= y <= back; back: y of the back corridor.
    """
    if not points:
        return 0.0, []
    table = (0.0, 0.0)
    aisles: dict[float, list[float]] = defaultdict(list)
    for x, y in {table, *points}:
        aisles[x].append(y)
    may_cross = {x for x, _ in points}
    best: dict[_Kind, _Walk] = {_NOTHING: _Walk(0.0)}
    before: float | None = None
    for x in sorted(aisles):
        if before is not None:
            best = _across(best, before, x, back)
        best = _along(best, x, sorted(aisles[x]), back, may_cross=x in may_cross)
        before = x
    walk = min((best[kind] for kind in _COMPLETE if kind in best), key=lambda found: found.metres)
    return walk.metres, _order(points, list(walk.pieces()))


def _keep(best: dict[_Kind, _Walk], kind: _Kind, walk: _Walk) -> None:
    if kind not in best or walk.metres < best[kind].metres:
        best[kind] = walk


def _along(best: dict[_Kind, _Walk], x: float, ys: list[float], back: float, *, may_cross: bool) -> dict[_Kind, _Walk]:
    """Every way to visit the cells of one aisle."""
    low, high = (x, 0.0), (x, back)
    stops = [low, *((x, y) for y in ys), high]
    through = list(pairwise(stops))
    from_back, from_front = through[1:], through[:-1]
    ways: list[tuple[int, int, bool, list[Edge]]] = [
        (2, 0, False, [*from_back, *from_back]),
        (0, 2, False, [*from_front, *from_front]),
    ]
    if may_cross:
        ways += [(1, 1, True, through), (2, 2, True, [*through, *through])]
    if len(ys) > 1:
        gap = max(through[1:-1], key=lambda edge: edge[1][1] - edge[0][1])
        rest = [edge for edge in through if edge is not gap]
        ways.append((2, 2, False, [*rest, *rest]))
    if not may_cross:  # the table alone: from the front corridor only
        ways = [way for way in ways if way[0] == 0]
    after: dict[_Kind, _Walk] = {}
    for kind, walk in best.items():
        for at_back, at_front, joins, edges in ways:
            became = _after(kind, at_back, at_front, joins=joins)
            _keep(after, became, walk.with_piece(edges))
    return after


def _after(kind: _Kind, at_back: int, at_front: int, *, joins: bool) -> _Kind:
    back = _ADDED[kind.back, at_back] if at_back else kind.back
    front = _ADDED[kind.front, at_front] if at_front else kind.front
    if joins or not (back and front):
        return _Kind(back, front, 1)
    parts = kind.parts if kind.back and kind.front else 2
    return _Kind(back, front, parts)


def _across(best: dict[_Kind, _Walk], x: float, to_x: float, back: float) -> dict[_Kind, _Walk]:
    """Every way to go on to the next aisle along the corridors; corners left behind must have an even degree."""
    behind, ahead = ((x, back), (to_x, back)), ((x, 0.0), (to_x, 0.0))
    after: dict[_Kind, _Walk] = {}
    for kind, walk in best.items():
        odd = kind.back == _ODD
        if odd:
            _keep(after, _Kind(_ODD, _ODD, 1), walk.with_piece([behind, ahead]))
            continue
        if kind.back and kind.parts == 1:
            _keep(after, _Kind(_EVEN, _NONE, 1), walk.with_piece([behind, behind]))
        if kind.front and kind.parts == 1:
            _keep(after, _Kind(_NONE, _EVEN, 1), walk.with_piece([ahead, ahead]))
        parts = kind.parts if kind.back and kind.front else 2
        _keep(after, _Kind(_EVEN, _EVEN, parts), walk.with_piece([behind, behind, ahead, ahead]))
    return after


def _order(points: Sequence[Point], edges: list[Edge]) -> list[int]:
    """Walk along all edges once, from the table; points in the order in which they are first passed."""
    ways: dict[Point, list[tuple[Point, int]]] = defaultdict(list)
    for number, (a, b) in enumerate(edges):
        ways[a].append((b, number))
        ways[b].append((a, number))
    used: set[int] = set()
    stack: list[Point] = [(0.0, 0.0)]
    trail: list[Point] = []
    while stack:
        here = stack[-1]
        while ways[here] and ways[here][-1][1] in used:
            ways[here].pop()
        if not ways[here]:
            trail.append(stack.pop())
            continue
        there, number = ways[here].pop()
        used.add(number)
        stack.append(there)
    wanted: dict[Point, list[int]] = defaultdict(list)
    for index, point in enumerate(points):
        wanted[point].append(index)
    return [index for stop in trail for index in wanted.pop(stop, [])]
