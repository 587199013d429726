"""
Every method group of every adapter at full load, through the limiter that production uses, in the limiter's own time.

What is driven is collected from the adapters: the limits that each of their contract's operations asks for.  That their
numbers are the documented ones is proven beside their specifications (tests/contract).  Groups of equal numbers behave
equally, so one of them is driven.  A whole hour of each is a figure of the bench (`limits_used_ratio`).
"""

import pytest
from redis import Redis

from marketplaces.ports import Limit
from tests.contract.everyone import CONTRACTS
from tests.contract.full_load import Limits, drive, driven, possible, worst

MOST = 800


@pytest.mark.parametrize("code", CONTRACTS)
def test_no_documented_limit_is_passed_and_each_is_used(cache_server: Redis, code: str) -> None:
    runs = list(driven(cache_server, code, CONTRACTS[code](), MOST))
    assert runs
    for run in runs:
        assert set(run.over.values()) == {0}, run
        assert run.least_used >= 0.95, run


def test_a_limiter_that_lets_too_much_pass_is_found_out(cache_server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplaces.http.throttle.STRETCH", 0.9)
    family: list[Limits] = [(Limit(group="g", requests=5, period_s=1),)]
    assert worst(drive(cache_server, "x", family, 10)["g"], 1) > 5


def test_a_limiter_that_is_too_careful_is_found_out(cache_server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplaces.http.throttle.STRETCH", 1.1)
    limit = Limit(group="g", requests=5, period_s=1)
    assert len(drive(cache_server, "x", [(limit,)], 30)["g"]) / possible(limit, 30) < 0.95
