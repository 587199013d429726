"""A circuit breaker: after some failures in a row a marketplace is left alone for a while."""

import threading
import time
from collections.abc import Callable

from marketplaces.errors import Unavailable

FAILURES = 5
PAUSE_S = 20.0
LONGEST_PAUSE_S = 300.0


class Breaker:
    """
    Closed: everything passes.  Open: nothing does.  Half-open, after the pause: one request tries, the rest wait.

    Each failed trial doubles the pause, up to `LONGEST_PAUSE_S`.
    """

    def __init__(self, *, failures: int = FAILURES, pause_s: float = PAUSE_S, clock: Callable[[], float] | None = None):
        self.allowed = failures
        self.first_pause_s = pause_s
        self.clock = clock or time.monotonic
        self.lock = threading.Lock()
        self.failed_in_row = 0
        self.pause_s = pause_s
        self.open_until: float | None = None
        self.trying = False

    def enter(self) -> None:
        """This function will let a request pass, or refuse; :raises Unavailable: while the breaker is open."""
        with self.lock:
            if self.open_until is None:
                return
            left = self.open_until - self.clock()
            if left > 0:
                raise Unavailable("left alone after several failures", retry_after_s=left)
            if self.trying:
                raise Unavailable("another request is trying whether it answers again", retry_after_s=1.0)
            self.trying = True

    def succeeded(self) -> None:
        with self.lock:
            self.failed_in_row = 0
            self.pause_s = self.first_pause_s
            self.open_until = None
            self.trying = False

    def failed(self) -> None:
        with self.lock:
            self.failed_in_row += 1
            if self.trying:
                self.pause_s = min(self.pause_s * 2, LONGEST_PAUSE_S)
            if self.trying or self.failed_in_row >= self.allowed:
                self.open_until = self.clock() + self.pause_s
            self.trying = False

    def gave_up(self) -> None:
        """This function will end a trial that never reached the network."""
        with self.lock:
            self.trying = False


_breakers: dict[str, Breaker] = {}
_guard = threading.Lock()


def breaker_of(key: str) -> Breaker:
    """This function will give the breaker of a channel, the same one for the life of the process."""
    with _guard:
        return _breakers.setdefault(key, Breaker())
