"""
Quantities to buy against published instances with known optima.

Source: Snyder & Shen, Fundamentals of Supply Chain Theory (2nd ed.), as shipped in `stockpyl.instances`: Example 4.3,
the newsvendor with holding cost 0.18, stock-out cost 0.70 and demand N(50, 8²), whose optimum is 56.6; and Example 4.4,
which adds a lead time of four periods to it: 5 × 50 + z × 8 × √5, 264.8.
"""

from decimal import Decimal
from math import sqrt
from statistics import NormalDist

import pytest

from analytics.forecast.levels import LEVELS
from analytics.selectors.replenish import Terms, enough
from tests.analytics.test_plan import shelf

HOLDING, STOCK_OUT = 0.18, 0.70
CRITICAL = STOCK_OUT / (STOCK_OUT + HOLDING)
HORIZON = 28  # days of the forecast: one period of the instance


def demanded(mean: float, deviation: float) -> list[float]:
    """The forecast's levels of a normal demand of one period."""
    return [NormalDist(mean, deviation).inv_cdf(level) for level in LEVELS]


def test_a_period_is_covered_as_the_newsvendor_covers_it() -> None:
    own = shelf(a_day=Decimal(50) / HORIZON, quantiles=demanded(50, 8))
    terms = Terms(lead_days=0, review_days=HORIZON, service=CRITICAL)
    assert enough(own, terms) == pytest.approx(56.6, rel=0.01)


def test_a_lead_time_adds_its_demand_and_the_root_of_its_swing() -> None:
    own = shelf(a_day=Decimal(50) / HORIZON, quantiles=demanded(50, 8))
    terms = Terms(lead_days=4 * HORIZON, review_days=HORIZON, service=CRITICAL)
    right = 5 * 50 + NormalDist().inv_cdf(CRITICAL) * 8 * sqrt(5)
    assert right == pytest.approx(264.8, abs=0.1)
    assert enough(own, terms) == pytest.approx(right, rel=0.01)


def test_more_is_never_asked_for_less_certainty_and_costs_more_than_the_optimum_on_either_side() -> None:
    own = shelf(a_day=Decimal(50) / HORIZON, quantiles=demanded(50, 8))
    bought = [enough(own, Terms(lead_days=0, review_days=HORIZON, service=service / 100)) for service in range(50, 98)]
    assert bought == sorted(bought)

    def costs(stock: float) -> float:
        """Expected cost of a period in the newsvendor's closed form."""
        z = (stock - 50) / 8
        return (HOLDING * z + (HOLDING + STOCK_OUT) * (NormalDist().pdf(z) - z * (1 - NormalDist().cdf(z)))) * 8

    best = costs(enough(own, Terms(lead_days=0, review_days=HORIZON, service=CRITICAL)))
    assert best == pytest.approx(1.9976, rel=0.01)  # the instance's optimal cost
    assert all(best <= costs(each) + 0.01 for each in bought)
