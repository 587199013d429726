"""So many calls, or so many things in them, in a period that rolls on."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.limits import forgiven


@dataclass
class Quota:
    amount: int
    period: float
    seconds: Callable[[], float]
    speed: Callable[[], float]
    taken: deque[tuple[float, int]] = field(default_factory=deque)
    total: int = 0

    def take(self, weight: int) -> bool:
        """This function will count so much, or say False when it is too much; nothing is as much as one thing."""
        moment, weight = self.seconds(), max(1, weight)
        border = moment - (self.period - forgiven(self.period, self.speed()))
        while self.taken and self.taken[0][0] <= border:
            self.total -= self.taken.popleft()[1]
        if self.total + weight > self.amount:
            return False
        self.taken.append((moment, weight))
        self.total += weight
        return True

    def remaining(self) -> int:
        return self.amount - self.total

    def until(self) -> float:
        """The seconds of the wall clock until something is free again."""
        if not self.taken:
            return 0.0
        return max(0.0, (self.taken[0][0] + self.period - self.seconds()) / self.speed())
