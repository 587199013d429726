"""
The marketplaces' limits, as published: enforced and counted.

A `Bucket` is Wildberries' kind (one token per interval, a burst, 4XX answers cost more); a `Window` is Ozon's kind
(so many in any second or minute).  Both measure the sandbox's seconds, and forgive what the way over the network may
shift: `JITTER` seconds of the wall clock.
"""

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

JITTER = 0.05
MOST_FORGIVEN = 0.1


def forgiven(period: float, speed: float) -> float:
    """This function will give the seconds of a period that the way over the network may have taken: a tenth at most."""
    return min(JITTER * speed, period * MOST_FORGIVEN)


@dataclass(frozen=True)
class Rate:
    """`limit` per `period` seconds, one per `interval`, at most `burst` at once."""

    period: float
    limit: int
    interval: float
    burst: int


@dataclass
class Bucket:
    rate: Rate
    seconds: Callable[[], float]
    speed: Callable[[], float]
    tokens: float = field(init=False)
    filled_at: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens, self.filled_at = float(self.rate.burst), self.seconds()

    def take(self) -> bool:
        """This function will take one token, or say False when there is none."""
        self._fill()
        early = min(1.0, JITTER * self.speed() / self.rate.interval)
        if self.tokens + early < 1:
            return False
        self.tokens -= 1
        return True

    def charge(self, tokens: int) -> None:
        # Never deeper than one whole period: a refused program must be able to come back.
        self._fill()
        self.tokens = max(self.tokens - tokens, -float(self.rate.limit))

    def remaining(self) -> int:
        self._fill()
        return max(0, math.floor(self.tokens))

    def retry_after(self) -> float:
        """This function will give the seconds of the wall clock until a token is there."""
        return max(0.0, (1 - self.tokens) * self.rate.interval / self.speed())

    def reset_after(self) -> float:
        return max(0.0, (self.rate.burst - self.tokens) * self.rate.interval / self.speed())

    def _fill(self) -> None:
        moment = self.seconds()
        gained = (moment - self.filled_at) / self.rate.interval
        self.tokens = min(float(self.rate.burst), self.tokens + gained)
        self.filled_at = moment


@dataclass
class Window:
    period: float
    limit: int
    seconds: Callable[[], float]
    speed: Callable[[], float]
    taken: deque[float] = field(default_factory=deque)

    def take(self) -> bool:
        """This function will count one request, or say False when the window is full."""
        moment = self.seconds()
        border = moment - (self.period - forgiven(self.period, self.speed()))
        while self.taken and self.taken[0] <= border:
            self.taken.popleft()
        if len(self.taken) >= self.limit:
            return False
        self.taken.append(moment)
        return True

    def remaining(self) -> int:
        return self.limit - len(self.taken)

    def retry_after(self) -> float:
        if not self.taken:
            return 0.0
        return max(0.0, (self.taken[0] + self.period - self.seconds()) / self.speed())
