"""
Two clocks.

`now()` stamps what the marketplaces tell: it is the wall clock, so that a program asking for "since an hour ago" is
understood, and may be shifted.  `seconds()` measures durations (packing, stickers, limits, arrivals): it runs SPEED
times faster than the wall clock.
"""

import time
from datetime import UTC, datetime


class Clock:
    def __init__(self, *, speed: float = 1.0) -> None:
        self.speed = speed
        self.shift = 0.0
        self._real = time.time()
        self._seconds = self._real

    def now(self) -> float:
        return time.time() + self.shift

    def seconds(self) -> float:
        return self._seconds + (time.time() - self._real) * self.speed

    def set_speed(self, speed: float) -> None:
        if not 0.01 <= speed <= 100_000:
            raise ValueError("speed must lie between 0.01 and 100000")
        self._seconds, self._real = self.seconds(), time.time()
        self.speed = speed

    def skip(self, seconds: float) -> None:
        """This function will let `seconds` of the sandbox's time pass at once."""
        self._seconds += seconds

    def state(self) -> dict[str, float]:
        return {"speed": self.speed, "shift": self.shift, "real": self._real, "seconds": self._seconds}

    def restore(self, state: dict[str, float]) -> None:
        self.speed, self.shift = state["speed"], state["shift"]
        self._real, self._seconds = state["real"], state["seconds"]


def iso(stamp: float) -> str:
    """This function will give 2026-11-24T04:07:46Z."""
    return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_micro(stamp: float) -> str:
    """This function will give 2026-11-24T04:07:46.123456Z."""
    return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse(text: str) -> float:
    """
    This function will read an RFC 3339 time.

    :raises ValueError: it is not one, or it names no zone
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no time zone")
    return moment.timestamp()
