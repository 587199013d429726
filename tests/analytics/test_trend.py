"""Trends: on noise next to nothing is found, a real change is."""

import random
from math import exp

import pytest

from analytics.forecast.trend import FALSE_FINDS, Weeks, findings, p_values


def poisson(draw: random.Random, mean: float) -> int:
    """Knuth's way; means here are small."""
    limit, pieces, left = exp(-mean), 0, draw.random()
    while left > limit:
        pieces, left = pieces + 1, left * draw.random()
    return pieces


def weeks(draw: random.Random, mean: float, burst: float, change: float = 1.0) -> Weeks:
    """Eight weeks of mixed Poisson; burst: variance above the mean, as of a negative binomial."""
    rates = [mean * (change if week > 3 else 1) for week in range(8)]
    if burst:
        rates = [draw.gammavariate(rate / burst, burst) for rate in rates]
    return Weeks(pieces=[poisson(draw, rate) for rate in rates])


@pytest.mark.parametrize("burst", [0.0, 1.0, 4.0])
def test_on_noise_a_merchant_finds_anything_at_most_as_often_as_stated(burst: float) -> None:
    draw = random.Random(f"{burst}")
    merchants, anything = 150, 0
    for _merchant in range(merchants):
        rows = [weeks(draw, draw.choice((1, 3, 10, 25)), burst) for _article in range(60)]
        anything += any(findings(p_values(rows)))
    # Where nothing changed every find is false, so the stated rate bounds how often there is any; 3σ of 150 tries.
    assert anything / merchants <= FALSE_FINDS + 3 * (FALSE_FINDS * (1 - FALSE_FINDS) / merchants) ** 0.5


def test_a_doubling_is_found_and_of_what_is_found_at_most_the_stated_share_is_false() -> None:
    draw = random.Random(7)
    right = wrong = 0
    for _merchant in range(30):
        rows = [weeks(draw, 20, 1.0, 2.0 if article < 20 else 1.0) for article in range(100)]
        found = findings(p_values(rows))
        right += sum(found[:20])
        wrong += sum(found[20:])
    assert right >= 0.8 * 20 * 30
    assert wrong <= FALSE_FINDS * (right + wrong)


def test_days_without_stock_are_no_fall() -> None:
    (p,) = p_values([Weeks(pieces=[20, 20, 20, 20, 10, 10, 10, 10], recent_days=14)])
    (fall,) = p_values([Weeks(pieces=[20, 20, 20, 20, 10, 10, 10, 10])])
    assert p > 0.9
    assert fall < 0.01


def test_too_little_is_not_judged_and_findings_are_those_of_the_paper() -> None:
    assert p_values([Weeks(pieces=[0, 0, 0, 0, 0, 3, 3, 3])]) == [1.0]
    assert p_values([]) == []
    # The example of Benjamini & Hochberg (1995), 15 p-values at 5 %: the four smallest are found.
    told = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344]
    told += [0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert findings(told, 0.05) == [True] * 4 + [False] * 11
