"""
An hour at full load of every group of methods of every adapter, in the limiter's own time.

What each adapter asks for is collected from its recordings; the limiter is the one that all workers share, on a real
Redis, with windows as long as the marketplaces document them.
"""

from django.conf import settings
from redis import Redis

from bench.row import Row, row
from tests.contract.everyone import CONTRACTS
from tests.contract.full_load import HOUR, Driven, driven

ROWS = ("limits_used_ratio",)
DATABASE = "empty"
BUDGET = 0.95
QUICK, HOURS = 800, 1_000_000  # requests that a run may take


def measure(quick: bool) -> list[Row]:
    """This function will let everyone ask as often as they may; gives the least used limit, and what was too much."""
    runs: dict[str, list[Driven]] = {}
    with Redis.from_url(settings.REDIS_URL) as redis:
        for code, contract in CONTRACTS.items():
            runs[code] = list(driven(redis, f"bench:{code}", contract(), QUICK if quick else HOURS))
    every = [run for found in runs.values() for run in found]
    shortest = min(run.seconds for run in every)
    over = sum(more for run in every for more in run.over.values())
    said = ", ".join(
        f"{code} {min(run.least_used for run in found):.3f} ({sum(run.requests for run in found):,} requests)"
        for code, found in runs.items()
    )
    return [
        row(
            "limits_used_ratio",
            min(run.least_used for run in every),
            "×",
            budget=BUDGET,
            at_least=True,
            size=round(shortest),
            needed=round(HOUR),
            details=f"the least used limit of each marketplace over {shortest:,.0f} s of the limiter's time: {said}",
        ),
        row(
            "limits_used_ratio.over",
            over,
            "requests",
            budget=0,
            size=round(shortest),
            needed=round(HOUR),
            details="requests beyond a documented limit in its worst window, over all groups",
        ),
    ]
