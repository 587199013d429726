"""
Every method group of every adapter at full load, through the limiter that production uses, in the limiter's own time.

What is driven is collected from the adapters: the limits that each of their contract's operations asks for.  That their
numbers are the documented ones is proven beside their specifications (tests/contract).  Groups of equal numbers behave
equally, so one of them is driven.  LIMITS_REQUESTS sets how many requests a run may take; an hour is the most.
"""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import pytest
from redis import Redis

from marketplaces.errors import Unavailable
from marketplaces.http.throttle import NoThrottle, RedisThrottle
from marketplaces.ports import Limit
from tests.contract import (
    adapter_contract,
    test_aliexpress,
    test_megamarket,
    test_ozon,
    test_wildberries,
    test_yandex_market,
)
from tests.contract.adapter_contract import AdapterContract
from tests.contract.recorded import Recorded, speaking_to

HOUR = 3600.0
MOST = int(os.environ.get("LIMITS_REQUESTS", "800"))
CONTRACTS: dict[str, type[AdapterContract]] = {
    "ozon": test_ozon.TestOzon,
    "wildberries": test_wildberries.TestWildberries,
    "yandex_market": test_yandex_market.TestYandexMarket,
    "megamarket": test_megamarket.TestMegamarket,
    "aliexpress": test_aliexpress.TestAliExpress,
}
Limits = tuple[Limit, ...]


class Listening(NoThrottle):
    """Remembers whole limits."""

    def __init__(self) -> None:
        super().__init__()
        self.limits: set[Limits] = set()

    def wait(self, limits: Sequence[Limit], *, deadline_s: float) -> None:
        self.limits.add(tuple(limits))


def asked_by(contract: AdapterContract, patch: pytest.MonkeyPatch) -> set[Limits]:
    """The limits of every method that the adapter calls."""
    heard = Listening()
    patch.setattr(adapter_contract, "speaking_to", partial(speaking_to, throttle=heard))
    for operation in contract.operations:
        contract.ask(operation, Recorded(contract.exchanges(operation)))
    return {limits for limits in heard.limits if limits}


def families(asked: set[Limits]) -> list[list[Limits]]:
    """Limits that share a group belong together; of families with equal numbers one stays."""
    found: list[list[Limits]] = []
    for limits in sorted(asked, key=repr):
        groups = {limit.group for limit in limits}
        near = [one for one in found if any(groups & {limit.group for limit in those} for those in one)]
        found = [one for one in found if one not in near] + [[*(those for one in near for those in one), limits]]
    return list({repr(_numbers(family)): family for family in found}.values())


def _numbers(family: list[Limits]) -> list[list[Limit]]:
    names = {name: str(place) for place, name in enumerate(dict.fromkeys(x.group for y in family for x in y))}
    return [[replace(limit, group=names[limit.group]) for limit in limits] for limits in family]


def scaled(family: list[Limits]) -> list[Limits]:
    """The same limits with windows that hold at most `MOST` requests."""

    def smaller(limit: Limit) -> Limit:
        times = 1 if limit.interval_s else max(1, -(-limit.requests // MOST))
        return replace(limit, requests=limit.requests // times, period_s=limit.period_s / times)

    return [tuple(smaller(limit) for limit in limits) for limits in family]


def possible(limit: Limit, seconds: float) -> float:
    """How many requests a limit lets pass in this time, at most."""
    by_window = limit.requests * max(1.0, seconds / limit.period_s)
    return min(by_window, limit.burst + seconds / limit.interval_s) if limit.interval_s else by_window


def span(family: list[Limits]) -> float:
    """Seconds to drive: an hour, or what `MOST` requests fill, but two whole windows of the slowest limit."""
    limits = [limit for those in family for limit in those]
    rate = max(limit.requests / limit.period_s for limit in limits)
    return min(HOUR, max(MOST / rate, *(2 * limit.period_s for limit in limits)))


def drive(redis: Redis, account: str, family: list[Limits], seconds: float) -> dict[str, list[float]]:
    """Everyone asks as often as it may; gives when requests passed, by group."""
    now = 1_800_000_000.0
    begun, passed = now, defaultdict[str, list[float]](list)
    throttle = RedisThrottle(redis, account=account, clock=lambda: now)
    ready = [(now, turn, limits) for turn, limits in enumerate(family)]
    turn = len(ready)
    while True:
        now, _, limits = ready.pop(ready.index(min(ready, key=lambda one: one[:2])))
        if now - begun >= seconds:
            return passed
        turn += 1
        try:
            throttle.wait(limits, deadline_s=0)
        except Unavailable as full:
            ready.append((now + (full.retry_after_s or 0), turn, limits))
            continue
        throttle.landed(limits)
        for limit in limits:
            passed[limit.group].append(now)
        ready.append((now, turn, limits))


def worst(times: Sequence[float], window: float) -> int:
    """The most that fell into any window of this length."""
    most, first = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - window:
            first += 1
        most = max(most, last - first + 1)
    return most


@pytest.mark.parametrize("code", CONTRACTS)
def test_no_documented_limit_is_passed_and_each_is_used(
    cache_server: Redis, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    found = families(asked_by(CONTRACTS[code](), monkeypatch))
    assert found
    for place, family in enumerate(map(scaled, found)):
        seconds = span(family)
        passed = drive(cache_server, f"{code}:{place}", family, seconds)
        used = {}
        for limit in {limit.group: limit for limits in family for limit in limits}.values():
            times = passed[limit.group]
            assert worst(times, limit.period_s) <= limit.requests, limit
            if limit.interval_s:
                assert worst(times, 10 * limit.interval_s) <= limit.burst + 10, limit
            used[limit.group] = len(times) / possible(limit, seconds)
        for limits in family:
            # Whoever asks is held by at least one limit that is used up.
            assert max(used[limit.group] for limit in limits) >= 0.95, (limits, used)


def test_a_limiter_that_lets_too_much_pass_is_found_out(cache_server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplaces.http.throttle.STRETCH", 0.9)
    family: list[Limits] = [(Limit(group="g", requests=5, period_s=1),)]
    assert worst(drive(cache_server, "x", family, 10)["g"], 1) > 5


def test_a_limiter_that_is_too_careful_is_found_out(cache_server: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marketplaces.http.throttle.STRETCH", 1.1)
    limit = Limit(group="g", requests=5, period_s=1)
    assert len(drive(cache_server, "x", [(limit,)], 30)["g"]) / possible(limit, 30) < 0.95
