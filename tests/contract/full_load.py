"""Everyone who may ask a marketplace asks as often as the limiter lets them, in the limiter's own time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from redis import Redis

from marketplaces.errors import Unavailable
from marketplaces.http.throttle import NoThrottle, RedisThrottle
from marketplaces.ports import Limit
from tests.contract.adapter_contract import AdapterContract
from tests.contract.recorded import Recorded

HOUR = 3600.0
Limits = tuple[Limit, ...]


class Listening(NoThrottle):
    """Remembers whole limits."""

    def __init__(self) -> None:
        super().__init__()
        self.limits: set[Limits] = set()

    def wait(self, limits: Sequence[Limit], *, deadline_s: float) -> None:
        self.limits.add(tuple(limits))


def asked_by(contract: AdapterContract) -> set[Limits]:
    """The limits of every method that the adapter calls."""
    contract.throttle = heard = Listening()
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


def scaled(family: list[Limits], most: int) -> list[Limits]:
    """The same limits with windows that hold at most `most` requests."""

    def smaller(limit: Limit) -> Limit:
        times = 1 if limit.interval_s else max(1, -(-limit.requests // most))
        return replace(limit, requests=limit.requests // times, period_s=limit.period_s / times)

    return [tuple(smaller(limit) for limit in limits) for limits in family]


def possible(limit: Limit, seconds: float) -> float:
    """How many requests a limit lets pass in this time, at most."""
    by_window = limit.requests * max(1.0, seconds / limit.period_s)
    return min(by_window, limit.burst + seconds / limit.interval_s) if limit.interval_s else by_window


def span(family: list[Limits], most: int) -> float:
    """Seconds to drive: an hour, or what `most` requests fill, but two whole windows of the slowest limit."""
    limits = [limit for those in family for limit in those]
    rate = max(limit.requests / limit.period_s for limit in limits)
    return min(HOUR, max(most / rate, *(2 * limit.period_s for limit in limits)))


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


@dataclass(frozen=True)
class Driven:
    """
    A family of limits after its run.  used: by group, the share of what it lets pass at most.
    over: by group, how many more than allowed fell into its worst window.
    """

    family: list[Limits]
    seconds: float
    requests: int
    used: dict[str, float]
    over: dict[str, int]

    @property
    def least_used(self) -> float:
        """Whoever asks is held by at least one limit: of the askers, the one that was held by the least used."""
        return min(max(self.used[limit.group] for limit in limits) for limits in self.family)


def driven(redis: Redis, account: str, contract: AdapterContract, most: int) -> Iterator[Driven]:
    """This function will drive every family of limits of an adapter, those of equal numbers once."""
    for place, family in enumerate(scaled(family, most) for family in families(asked_by(contract))):
        seconds = span(family, most)
        passed = drive(redis, f"{account}:{place}", family, seconds)
        limits = {limit.group: limit for those in family for limit in those}
        yield Driven(
            family,
            seconds,
            max(len(times) for times in passed.values()),
            {group: len(passed[group]) / possible(limit, seconds) for group, limit in limits.items()},
            {group: max(0, _over(passed[group], limit)) for group, limit in limits.items()},
        )


def _over(times: Sequence[float], limit: Limit) -> int:
    by_window = worst(times, limit.period_s) - limit.requests
    by_interval = worst(times, 10 * limit.interval_s) - limit.burst - 10 if limit.interval_s else 0
    return max(by_window, by_interval)
