"""The shared limiter, against a real Redis: what it lets pass is counted by a clock that is not its own."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest
from redis import Redis

from marketplaces.errors import Unavailable
from marketplaces.http.throttle import RedisThrottle
from marketplaces.ports import Limit

PER_MINUTE = Limit(group="stocks", requests=80, period_s=60)


def worst(times: Sequence[float], window: float) -> int:
    """The most that fell into any window of this length."""
    return max(sum(1 for other in times if 0 <= other - start < window) for start in times)


def run_for(seconds: float, throttle: RedisThrottle, limits: Sequence[Limit], threads: int = 4) -> list[float]:
    times: list[float] = []
    until = time.monotonic() + seconds

    def work() -> None:
        while time.monotonic() < until:
            try:
                throttle.wait(limits, deadline_s=max(until - time.monotonic(), 0.001))
            except Unavailable:
                return
            times.append(time.monotonic())

    together(work, threads)
    return sorted(times)


def together(work: Callable[[], None], threads: int) -> None:
    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def test_a_window_is_never_exceeded_and_well_used(cache_server: Redis):
    throttle = RedisThrottle(cache_server, account="a", clock_speed=40.0)  # a minute in 1.5 s
    times = run_for(3.5, throttle, [PER_MINUTE])
    assert worst(times, 1.5) <= 80
    assert len(times) >= 0.95 * (3.5 / 1.5) * 80


def test_no_delay_on_the_way_brings_two_windows_together(cache_server: Redis):
    """Requests of the first window arrive late, those of the second at once: as they arrive they are counted there."""
    limit = Limit(group="g", requests=5, period_s=0.3)
    throttle = RedisThrottle(cache_server, account="a")
    arrived: list[float] = []
    for number in range(15):
        throttle.wait([limit], deadline_s=5)
        time.sleep(0.15 if number == 0 else 0.0)
        arrived.append(time.monotonic())
        throttle.landed([limit])
    assert worst(arrived, 0.3) <= 5


def test_a_bucket_keeps_its_distance_after_a_burst(cache_server: Redis):
    limit = Limit(group="fbs", requests=300, period_s=60, interval_s=0.2, burst=20)
    throttle = RedisThrottle(cache_server, account="a", clock_speed=10.0)
    times = run_for(1.5, throttle, [limit])
    burst = sum(1 for at in times if at - times[0] < 0.01)
    assert burst <= 20
    assert worst(times, 1.0) <= 20 + 50
    assert len(times) >= 0.95 * (19 + 1.5 / 0.02) * 0.9


def test_limits_are_taken_all_or_none(cache_server: Redis):
    throttle = RedisThrottle(cache_server, account="a")
    broad = Limit(group="account", requests=50, period_s=60)
    narrow = Limit(group="narrow", requests=1, period_s=60)
    throttle.wait([broad, narrow], deadline_s=0)
    with pytest.raises(Unavailable) as refusal:
        throttle.wait([broad, narrow], deadline_s=0.01)
    assert 59 < (refusal.value.retry_after_s or 0) < 62
    for _ in range(49):
        throttle.wait([broad], deadline_s=0)
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
    assert 29 < (refusal.value.retry_after_s or 0) <= 30


def test_a_pause_is_of_the_wall_clock(cache_server: Redis):
    fast = RedisThrottle(cache_server, account="a", clock_speed=100.0)
    limit = Limit(group="g", requests=1000, period_s=1)
    fast.penalise([limit], requests=0, pause_s=60)
    with pytest.raises(Unavailable) as refusal:
        fast.wait([limit], deadline_s=0.01)
    assert 59 < (refusal.value.retry_after_s or 0) <= 60


def test_order_polling_keeps_its_fifth_under_full_load(cache_server: Redis):
    orders = Limit(group="account", requests=50, period_s=1)
    others = Limit(group="account", requests=50, period_s=1, reserve=0.2)
    throttle = RedisThrottle(cache_server, account="a")
    polled: list[float] = []

    def poll() -> None:
        polled.extend(run_for(2.5, throttle, [orders], threads=1))

    poller = threading.Thread(target=poll)
    poller.start()
    pushed = run_for(2.5, throttle, [others], threads=8)
    poller.join()
    both = sorted([*polled, *pushed])
    assert worst(both, 1.0) <= 50
    assert len(polled) >= 0.2 * len(both)


def test_what_polling_does_not_ask_for_is_not_wasted(cache_server: Redis):
    others = Limit(group="account", requests=50, period_s=1, reserve=0.2)
    throttle = RedisThrottle(cache_server, account="a")
    for _ in range(50):
        throttle.wait([others], deadline_s=0)
    with pytest.raises(Unavailable):
        throttle.wait([others], deadline_s=0.01)


def test_without_redis_nothing_is_sent():
    nobody = Redis(host="127.0.0.1", port=1, socket_connect_timeout=0.2, retry=None)
    with pytest.raises(Unavailable, match="limiter"):
        RedisThrottle(nobody, account="a").wait([PER_MINUTE], deadline_s=1)
    nobody.close()
