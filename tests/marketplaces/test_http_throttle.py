"""The shared limiter, against a real Redis, by a clock that only these tests move: no machine is too slow for them."""

import heapq
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from marketplaces.errors import Unavailable
from marketplaces.http.throttle import STRETCH, RedisThrottle
from marketplaces.ports import Limit

PER_MINUTE = Limit(group="stocks", requests=80, period_s=60)


@dataclass
class Moment:
    """Seconds that pass when somebody waits."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def throttle_at(cache_server: Redis, moment: Moment) -> RedisThrottle:
    return RedisThrottle(cache_server, account="a", clock=moment, sleep=moment.sleep)


def worst(times: Sequence[float], window: float) -> int:
    """The most that fell into any window of this length."""
    return max(sum(1 for other in times if 0 <= other - start < window) for start in times)


def run_for(
    seconds: float, throttle: RedisThrottle, moment: Moment, *workers: Sequence[Limit], call_s: float = 0.004
) -> list[list[float]]:
    """When each worker, asking again as soon as it may, was let pass."""
    began, until = moment.now, moment.now + seconds
    passed: list[list[float]] = [[] for _ in workers]
    turns = [(began, worker) for worker in range(len(workers))]
    while turns and turns[0][0] < until:
        moment.now, worker = heapq.heappop(turns)
        try:
            throttle.wait(workers[worker], deadline_s=0)
        except Unavailable as refusal:
            heapq.heappush(turns, (moment.now + (refusal.retry_after_s or call_s), worker))
        else:
            passed[worker].append(moment.now - began)
            heapq.heappush(turns, (moment.now + call_s, worker))
    return passed


def together(work: Callable[[], None], threads: int) -> None:
    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_a_window_is_never_exceeded_and_well_used(cache_server: Redis):
    moment = Moment()
    passed = run_for(180, throttle_at(cache_server, moment), moment, *[[PER_MINUTE]] * 4)
    times = sorted(chain.from_iterable(passed))
    assert worst(times, 60) <= 80
    assert len(times) >= 0.97 * 3 * 80


def test_half_a_window_may_be_used_at_once(cache_server: Redis):
    moment = Moment()
    throttle, began = throttle_at(cache_server, moment), moment.now
    for _ in range(41):
        throttle.wait([PER_MINUTE], deadline_s=0)
    assert moment.now == began
    assert throttle.due_in_s([PER_MINUTE]) == pytest.approx(60 * 1.004 / 40)  # 39 are left for the minute
    throttle.wait([PER_MINUTE], deadline_s=2)
    assert moment.now - began == pytest.approx(60 * 1.004 / 40)


windows = st.tuples(st.integers(4, 40), st.sampled_from([1.0, 6.0, 60.0, 3600.0]))
pasts = st.lists(st.floats(0, 2), max_size=60)
of_windows = settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))


def past_of(throttle: RedisThrottle, moment: Moment, limit: Limit, times: Sequence[float]) -> list[float]:
    """When requests passed that were asked for at these times, in periods; who is refused does not ask again."""
    began, passed = moment.now, []
    for at in sorted(times):
        moment.now = began + at * limit.period_s
        try:
            throttle.wait([limit], deadline_s=0)
        except Unavailable:
            continue
        passed.append(moment.now)
    return passed


@of_windows
@given(windows, pasts)
def test_whatever_was_asked_before_full_load_uses_all_and_never_more(
    cache_server: Redis, window: tuple[int, float], times: list[float]
):
    limit = Limit(group="g", requests=window[0], period_s=window[1])
    cache_server.flushdb()
    moment = Moment()
    throttle = throttle_at(cache_server, moment)
    before = past_of(throttle, moment, limit, times)
    began = moment.now
    (passed,) = run_for(4 * limit.period_s, throttle, moment, [limit], call_s=1e-5)
    assert worst([*before, *(began + at for at in passed)], limit.period_s) <= limit.requests
    # What passed before takes its places in the first window; of four windows one place may fall behind the end.
    left = limit.requests - sum(1 for at in before if at > began - limit.period_s)
    assert len(passed) >= 0.95 * (3 * limit.requests + left) - 1


@of_windows
@given(windows, st.integers(0, 12))
def test_full_load_of_many_windows_is_done_as_soon_as_the_limit_lets_it(
    cache_server: Redis, window: tuple[int, float], whole: int
):
    """So many windows and a half: each is used from its beginning, and the half with the beginning of the last."""
    limit = Limit(group="g", requests=window[0], period_s=window[1])
    cache_server.flushdb()
    moment = Moment()
    last = limit.requests * whole + limit.requests // 2
    (passed,) = run_for((whole + 1) * limit.period_s, throttle_at(cache_server, moment), moment, [limit], call_s=1e-5)
    assert passed[last - 1] <= whole * limit.period_s * STRETCH + 0.01


@of_windows
@given(windows, pasts)
def test_a_change_behind_full_load_waits_two_spacings_at_most(
    cache_server: Redis, window: tuple[int, float], times: list[float]
):
    """It goes with the next request, so it waits as long as two of them lie apart; whatever had been asked before."""
    limit = Limit(group="g", requests=window[0], period_s=window[1])
    cache_server.flushdb()
    moment = Moment()
    throttle = throttle_at(cache_server, moment)
    before = past_of(throttle, moment, limit, times)
    began = moment.now
    (passed,) = run_for(3 * limit.period_s, throttle, moment, [limit], call_s=1e-5)
    at = [*before[-1:], *(began + second for second in passed)]
    assert max(later - max(sooner, began) for sooner, later in pairwise(at)) <= (
        2 * limit.period_s * STRETCH / limit.requests + 0.001
    )


@of_windows
@given(windows, pasts.filter(len))
def test_a_trickle_a_little_above_the_limit_waits_for_a_moment_only(
    cache_server: Redis, window: tuple[int, float], times: list[float]
):
    """What comes while one waits goes with it; however the requests before lay, unless they filled the window."""
    limit = Limit(group="g", requests=window[0], period_s=window[1])
    cache_server.flushdb()
    moment = Moment()
    throttle = throttle_at(cache_server, moment)
    past_of(throttle, moment, limit, times[: limit.requests // 2])
    spacing = limit.period_s * STRETCH / limit.requests
    arrivals = [moment.now + place * spacing / 1.2 for place in range(3 * limit.requests)]
    longest = 0.0
    while arrivals:
        moment.now = max(moment.now, arrivals[0])
        while wait_s := throttle.due_in_s([limit], evenly=True):
            moment.now += wait_s
        throttle.wait([limit], deadline_s=0)
        longest = max(longest, moment.now - arrivals[0])
        arrivals = [at for at in arrivals if at > moment.now]
    assert longest <= 2 * spacing


def test_those_whom_a_share_is_left_to_keep_no_distance(cache_server: Redis):
    others = Limit(group="account", requests=10, period_s=60, reserve=0.5)
    orders = Limit(group="account", requests=10, period_s=60)
    throttle = throttle_at(cache_server, Moment())
    for _ in range(6):
        throttle.wait([others], deadline_s=0)
    assert throttle.due_in_s([others]) > 5
    for _ in range(4):
        throttle.wait([orders], deadline_s=0)
    assert throttle.due_in_s([orders]) > 59


def test_many_at_one_moment_share_one_window(cache_server: Redis):
    moment, passed = Moment(), []
    throttle = throttle_at(cache_server, moment)

    def work() -> None:
        for _ in range(20):
            try:
                throttle.wait([PER_MINUTE], deadline_s=0)
            except Unavailable:
                continue
            passed.append(moment.now)

    together(work, threads=8)
    assert len(passed) == 41  # more than half of it at one moment leaves a distance to keep


def test_no_delay_on_the_way_brings_two_windows_together(cache_server: Redis):
    """Requests of the first window arrive late, those of the second at once: as they arrive they are counted there."""
    limit, moment = Limit(group="g", requests=5, period_s=60), Moment()
    throttle = throttle_at(cache_server, moment)
    arrived: list[float] = []
    for number in range(15):
        throttle.wait([limit], deadline_s=1000)
        moment.sleep(30 if number == 0 else 0.01)
        arrived.append(moment.now)
        throttle.landed([limit])
    assert worst(arrived, 60) <= 5
    assert arrived[-1] - arrived[0] < 3 * 61


def test_a_bucket_keeps_its_distance_after_a_burst(cache_server: Redis):
    limit, moment = Limit(group="fbs", requests=300, period_s=60, interval_s=0.2, burst=20), Moment()
    throttle = throttle_at(cache_server, moment)
    times = sorted(chain.from_iterable(run_for(15, throttle, moment, *[[limit]] * 4, call_s=0.001)))
    assert sum(1 for at in times if at < 0.1) <= 20
    assert worst(times, 10.0) <= 20 + 50
    assert len(times) >= 0.95 * (19 + 15 / 0.2)


def test_limits_are_taken_all_or_none(cache_server: Redis):
    moment = Moment()
    throttle = throttle_at(cache_server, moment)
    broad = Limit(group="account", requests=50, period_s=60)
    narrow = Limit(group="narrow", requests=1, period_s=60)
    throttle.wait([broad, narrow], deadline_s=0)
    with pytest.raises(Unavailable) as refusal:
        throttle.wait([broad, narrow], deadline_s=0.01)
    assert 59 < (refusal.value.retry_after_s or 0) < 62
    for _ in range(49):
        throttle.wait([broad], deadline_s=60)
    with pytest.raises(Unavailable):
        throttle.wait([broad], deadline_s=0.01)


def test_accounts_do_not_share_a_budget(cache_server: Redis):
    once = Limit(group="g", requests=1, period_s=60)
    RedisThrottle(cache_server, account="a").wait([once], deadline_s=0)
    RedisThrottle(cache_server, account="b").wait([once], deadline_s=0)
    with pytest.raises(Unavailable):
        RedisThrottle(cache_server, account="a").wait([once], deadline_s=0)


def test_a_penalty_counts_and_a_pause_holds(cache_server: Redis):
    throttle = RedisThrottle(cache_server, account="a")
    limit = Limit(group="fbs", requests=20, period_s=60, cost_4xx=10)
    throttle.wait([limit], deadline_s=0)
    throttle.penalise([limit], requests=9)
    throttle.wait([limit], deadline_s=0)
    throttle.penalise([limit], requests=9)
    with pytest.raises(Unavailable):
        throttle.wait([limit], deadline_s=0.01)

    free = Limit(group="free", requests=1000, period_s=1)
    throttle.penalise([free], requests=0, pause_s=30)
    throttle.penalise([free], requests=0, pause_s=5)
    with pytest.raises(Unavailable) as refusal:
        throttle.wait([free], deadline_s=0.01)
    assert 5 < (refusal.value.retry_after_s or 0) <= 30


def test_a_pause_is_of_the_wall_clock(cache_server: Redis):
    fast = RedisThrottle(cache_server, account="a", clock_speed=100.0)
    limit = Limit(group="g", requests=1000, period_s=1)
    fast.penalise([limit], requests=0, pause_s=60)
    with pytest.raises(Unavailable) as refusal:
        fast.wait([limit], deadline_s=0.01)
    assert 30 < (refusal.value.retry_after_s or 0) <= 60


def test_order_polling_keeps_its_fifth_under_full_load(cache_server: Redis):
    orders = Limit(group="account", requests=50, period_s=1)
    others = Limit(group="account", requests=50, period_s=1, reserve=0.2)
    moment = Moment()
    polled, *pushed = run_for(5, throttle_at(cache_server, moment), moment, [orders], *[[others]] * 8, call_s=0.03)
    both = sorted(chain(polled, *pushed))
    assert worst(both, 1.0) <= 50
    assert len(both) >= 0.9 * 5 * 50
    assert len(polled) >= 0.2 * len(both)


def test_what_polling_does_not_ask_for_is_not_wasted(cache_server: Redis):
    others = Limit(group="account", requests=50, period_s=1, reserve=0.2)
    moment = Moment()
    throttle, began = throttle_at(cache_server, moment), moment.now
    for _ in range(50):
        throttle.wait([others], deadline_s=1)
    assert moment.now - began < 1
    with pytest.raises(Unavailable):
        throttle.wait([others], deadline_s=0.01)


def test_without_redis_nothing_is_sent():
    nobody = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2, retry=None)
    with pytest.raises(Unavailable, match="limiter"):
        RedisThrottle(nobody, account="a").wait([PER_MINUTE], deadline_s=1)
    nobody.close()
