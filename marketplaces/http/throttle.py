"""
The limiter that all workers share: documented limits of a seller's account, kept in Redis.

Each limit is a sliding window (requests per period_s) and, where interval_s is given, a bucket of `burst` tokens that
gains one token per interval_s.  All limits of a request are asked and taken in one script, by the clock of Redis.

Of a window without a bucket, half may be used at once.  Beyond it a request passes as soon as all that may follow it
could pass too, two spacings apart (a spacing: the period by its requests), seeing when each of the past leaves the
window.  So nobody ever waits longer than that, and full load uses every window from its beginning: what was used at
once leaves at once, and may be used at once again.  Who has little to send does better to keep the least distance at
which none of those to come would find the window full: `due_in_s` tells it.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from uuid import uuid4

from redis import Redis
from redis.commands.core import Script
from redis.exceptions import RedisError

from marketplaces.errors import Unavailable
from marketplaces.ports import Limit

log = logging.getLogger(__name__)

# A little of each window is left unused: clocks differ, and are read with less than perfect care on both sides.  The
# way there needs no more of it, since a request is counted until a whole window after its answer.
STRETCH = 1.004

# Begins every script: the last of ARGV is the time by another clock, 0 for that of Redis; microseconds.  What is kept
# is judged by this clock alone; that keys expire, by the clock of Redis, only tidies up.
NOW = """
local now = tonumber(ARGV[#ARGV])
if now == 0 then
  local t = redis.call('TIME')
  now = t[1] * 1000000 + t[2]
end
local function write(number) return string.format('%.0f', number) end
"""

# KEYS: one prefix per limit.  ARGV per limit: requests, period, interval, burst (microseconds), reserve share; then a
# name for the request, "evenly" when the least distance is asked for.  Leaves in `wait` the microseconds until all
# limits allow one.  Of a long past some sixty requests are looked at.
WAIT = f"""{NOW}
local wait, evenly = 0, ARGV[#KEYS * 5 + 1] == 'evenly'
for i, key in ipairs(KEYS) do
  local a = (i - 1) * 5
  local requests, period = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2])
  local interval, burst, reserve = tonumber(ARGV[a + 3]), tonumber(ARGV[a + 4]), tonumber(ARGV[a + 5])
  local paused = tonumber(redis.call('GET', key .. ':pause') or '0')
  wait = math.max(wait, paused - now)
  local function full(zset, most, paced)
    redis.call('ZREMRANGEBYSCORE', zset, '-inf', now - period)
    local n = redis.call('ZCARD', zset)
    local function at(place) return tonumber(redis.call('ZRANGE', zset, place, place, 'WITHSCORES')[2]) end
    if n >= most then wait = math.max(wait, at(n - most) + period - now + 1) end
    if not paced or n * 2 <= most then return end
    local pace, last, distance = 2 * period / most, at(n - 1), 0
    for place = math.max(0, n - most), n - 1, math.max(1, math.floor(n / 64)) do
      local leaves, room = at(place) + period, most - n + place
      wait = math.max(wait, leaves - room * pace - now)
      distance = math.max(distance, (leaves - last) / (room + 1))
    end
    if evenly then wait = math.max(wait, last + distance - now) end
  end
  -- Those whom others leave a share to need not keep a distance from them.
  full(key .. ':all', requests, interval == 0 and (reserve > 0 or redis.call('EXISTS', key .. ':rest') == 0))
  if reserve > 0 then
    if tonumber(redis.call('GET', key .. ':asked') or '0') > now then
      full(key .. ':rest', math.max(1, math.floor(requests * (1 - reserve))), interval == 0)
    end
  else
    redis.call('SET', key .. ':asked', write(now + period), 'PX', math.max(1, math.ceil(period / 1000)))
  end
  if interval > 0 then
    local due = tonumber(redis.call('GET', key .. ':due') or '0')
    wait = math.max(wait, due - (burst - 1) * interval - now)
  end
end
"""

# Gives 0 when taken, else microseconds to wait.
TAKE = f"""{WAIT}
if wait > 0 then return math.ceil(wait) end
for i, key in ipairs(KEYS) do
  local a = (i - 1) * 5
  local period, interval = tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local ms = math.ceil(period / 1000) + 1000
  local member = ARGV[#KEYS * 5 + 1]
  redis.call('ZADD', key .. ':all', now, member)
  redis.call('PEXPIRE', key .. ':all', ms)
  if tonumber(ARGV[a + 5]) > 0 then
    redis.call('ZADD', key .. ':rest', now, member)
    redis.call('PEXPIRE', key .. ':rest', ms)
  end
  if interval > 0 then
    local due = math.max(tonumber(redis.call('GET', key .. ':due') or '0'), now) + interval
    redis.call('SET', key .. ':due', write(due), 'PX', math.ceil((due - now) / 1000) + 1000)
  end
end
return 0
"""

LOOK = f"{WAIT} return math.ceil(math.max(wait, 0))"

# KEYS as above, ARGV: the name of a request.
LANDED = f"""{NOW}
for _, key in ipairs(KEYS) do
  for _, set in ipairs({{':all', ':rest'}}) do
    if redis.call('ZSCORE', key .. set, ARGV[1]) then
      redis.call('ZADD', key .. set, 'XX', now, ARGV[1])
    end
  end
end
return 0
"""

# KEYS and ARGV as in TAKE, then: requests to count more, microseconds to be silent.
PENALISE = f"""{NOW}
local name = ARGV[#KEYS * 5 + 1]
local more, silent = tonumber(ARGV[#KEYS * 5 + 2]), tonumber(ARGV[#KEYS * 5 + 3])
for i, key in ipairs(KEYS) do
  local a = (i - 1) * 5
  local period, interval = tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])
  local ms = math.ceil(period / 1000) + 1000
  for n = 1, more do
    redis.call('ZADD', key .. ':all', now, name .. ':' .. n)
  end
  if more > 0 then
    redis.call('PEXPIRE', key .. ':all', ms)
    if interval > 0 then
      local due = math.max(tonumber(redis.call('GET', key .. ':due') or '0'), now) + interval * more
      redis.call('SET', key .. ':due', write(due), 'PX', math.ceil((due - now) / 1000) + 1000)
    end
  end
  if silent > 0 and tonumber(redis.call('GET', key .. ':pause') or '0') < now + silent then
    redis.call('SET', key .. ':pause', write(now + silent), 'PX', math.ceil(silent / 1000))
  end
end
return 0
"""


class RedisThrottle:
    """
    Limits of one seller's account at one marketplace.

    account: whose budget it is, the same for every channel and worker that shares it, such as "ozon:12345".
    clock_speed: how many times faster than ours the marketplace counts its limits (only a sandbox does); what it asks
    us to wait is in seconds of the wall.
    clock: seconds by another clock than that of Redis, for a program that lives through hours at once; its keys may
    outlive their use, so such a clock must not be mixed with another on one account.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        account: str,
        clock_speed: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.account = account
        self.clock_speed = clock_speed
        self.sleep = sleep
        self.clock = clock
        self.take = redis.register_script(TAKE)
        self.look = redis.register_script(LOOK)
        self.land = redis.register_script(LANDED)
        self.count = redis.register_script(PENALISE)
        self.allowed = threading.local()

    def wait(self, limits: Sequence[Limit], *, deadline_s: float) -> None:
        """
        This function will return when all limits allow one request now, having counted it.

        :raises Unavailable: not before the deadline, or Redis does not answer
        """
        if not limits:
            return
        until = time.monotonic() + deadline_s
        while left_s := self._take(limits):
            if time.monotonic() + left_s > until:
                raise Unavailable(f"the limit of {limits[-1].group} is used up", retry_after_s=left_s)
            self.sleep(left_s)

    def due_in_s(self, limits: Sequence[Limit], *, evenly: bool = False) -> float:
        """
        This function will tell how long a request would have to wait now, and count nothing.

        evenly: how long it does well to wait when there is little to send, so that what follows waits as short.
        """
        try:
            return self._asked(self.look, limits, name="evenly" if evenly else "") if limits else 0.0
        except Unavailable:
            # The request itself will say so.
            return 0.0

    def landed(self, limits: Sequence[Limit]) -> None:
        """
        This function will count this thread's last request from now on.

        A request may stand in queues before the marketplace counts it, so it leaves our window only a whole period
        after its answer: then no delay, however long, brings two windows closer together than they may be.
        """
        name = getattr(self.allowed, "name", None)
        if name is None or not limits:
            return
        self.allowed.name = None
        try:
            self.land(keys=self._keys(limits), args=[name, self._now()])
        except RedisError:
            # It stays counted from when it was allowed.
            log.warning("the limiter did not hear of an answer")

    def penalise(self, limits: Sequence[Limit], *, requests: int, pause_s: float | None = None) -> None:
        """This function will count `requests` more, and keep silence for `pause_s`."""
        if not limits:
            return
        silent = 0 if pause_s is None else math.ceil(pause_s * 1e6)
        try:
            self.count(
                keys=self._keys(limits), args=[*self._arguments(limits), uuid4().hex, requests, silent, self._now()]
            )
        except RedisError as reason:
            raise Unavailable("the limiter does not answer") from reason

    def _take(self, limits: Sequence[Limit]) -> float:
        self.allowed.name = name = uuid4().hex
        return self._asked(self.take, limits, name=name)

    def _asked(self, script: Script, limits: Sequence[Limit], *, name: str) -> float:
        try:
            return float(script(keys=self._keys(limits), args=[*self._arguments(limits), name, self._now()])) / 1e6
        except RedisError as reason:
            raise Unavailable("the limiter does not answer") from reason

    def _now(self) -> int:
        """Microseconds; 0: Redis is to look at its own clock."""
        return round(self.clock() * 1e6) if self.clock else 0

    def _keys(self, limits: Sequence[Limit]) -> list[str]:
        return [f"throttle:{{{self.account}}}:{limit.group}" for limit in limits]

    def _arguments(self, limits: Sequence[Limit]) -> list[int | float]:
        return [argument for limit in limits for argument in self._numbers(limit)]

    def _numbers(self, limit: Limit) -> list[int | float]:
        wall_s = limit.period_s / self.clock_speed
        period = wall_s * STRETCH * 1e6
        interval = limit.interval_s / self.clock_speed * STRETCH * 1e6
        # One token is left in a bucket that has several: two requests that arrive together do not empty it.
        burst = limit.burst - 1 if limit.burst > 3 else limit.burst
        return [limit.requests, math.ceil(period), math.ceil(interval), burst, limit.reserve]


class NoThrottle:
    """Lets everything pass and remembers what it was asked: for tests and for tools that speak to a fake."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.penalties: list[tuple[tuple[str, ...], int, float | None]] = []

    def wait(self, limits: Sequence[Limit], *, deadline_s: float) -> None:
        self.asked.append(tuple(limit.group for limit in limits))

    def due_in_s(self, limits: Sequence[Limit], *, evenly: bool = False) -> float:
        return 0.0

    def sleep(self, seconds: float, /) -> None:
        pass

    def landed(self, limits: Sequence[Limit]) -> None:
        pass

    def penalise(self, limits: Sequence[Limit], *, requests: int, pause_s: float | None = None) -> None:
        self.penalties.append((tuple(limit.group for limit in limits), requests, pause_s))
