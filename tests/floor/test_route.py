"""Walks: the exact one against trying everything, the others against their promises."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floor.services import block, route

BACK = 11.0
cells = st.tuples(st.sampled_from([0.0, 3.0, 6.0, 9.0]), st.integers(0, 10).map(float))
free_cells = st.tuples(st.floats(-50, 50).map(round), st.floats(0, 50).map(round))


def by_trying_all(points, plan):
    return min(route.metres(points, order, plan) for order in permutations(range(len(points))))


@settings(max_examples=150, deadline=None)
@given(st.lists(cells, min_size=1, max_size=6))
def test_exact_walk_is_as_short_as_the_best_of_all_orders(points):
    plan = route.Block(back=BACK)
    metres, order = block.shortest(points, back=BACK)
    assert sorted(order) == list(range(len(points)))
    assert route.metres(points, order, plan) == pytest.approx(by_trying_all(points, plan))
    assert metres == pytest.approx(by_trying_all(points, plan))


@settings(max_examples=60, deadline=None)
@given(st.lists(cells, min_size=2, max_size=60))
def test_exact_walk_is_never_longer_than_any_other(points):
    plan = route.Block(back=BACK)
    metres, order = block.shortest(points, back=BACK)
    assert sorted(order) == list(range(len(points)))
    assert route.metres(points, order, plan) == pytest.approx(metres)
    others = [route.nearest(points, plan), route.s_shape(points)]
    others.append(route.improved(points, others[0], plan))
    assert metres <= min(route.metres(points, other, plan) for other in others) + 1e-6


@settings(max_examples=60, deadline=None)
@given(st.lists(free_cells, min_size=2, max_size=25))
def test_walk_on_a_free_floor_visits_all_and_beats_what_it_began_with(points):
    plan = route.FreeFloor()
    order = route.walk(points)
    assert sorted(order) == list(range(len(points)))
    begun = min(route.metres(points, other) for other in (route.nearest(points, plan), route.s_shape(points)))
    assert route.metres(points, order) <= begun


def test_coordinates_say_whether_there_are_aisles():
    rows = [(float(x), float(y)) for x in (0, 3, 6) for y in range(5)]
    assert route.plan_of(rows) == route.Block(back=5.0)
    assert route.plan_of([(1, 1), (5, 5)]) == route.FreeFloor()
    assert route.plan_of([]) == route.FreeFloor()
    assert route.plan_of([(x, y - 2) for x, y in rows]) == route.FreeFloor()


def test_table_beside_the_aisles_is_reached_by_the_front_alone():
    metres, order = block.shortest([(3.0, 4.0)], back=BACK)
    assert (metres, order) == (14.0, [0])
    assert block.shortest([], back=BACK) == (0.0, [])
