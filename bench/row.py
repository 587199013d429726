"""One figure of the bench, in the shape of var/bench.json."""

import statistics
from collections.abc import Sequence
from typing import Any

Row = dict[str, Any]


def row(
    name: str,
    value: float,
    unit: str,
    *,
    budget: float,
    size: int,
    needed: int,
    details: str,
    at_least: bool = False,
) -> Row:
    """
    This function will judge a figure.

    size: counted, not promised; under `needed`, the size that the budget is meant for, nothing holds.
    at_least: the budget is a floor instead of a ceiling.
    """
    within = value >= budget if at_least else value <= budget
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "budget": budget,
        "holds": bool(within and size >= needed),
        "size": size,
        "details": details,
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of them do not exceed, interpolated; needs two values at least."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
