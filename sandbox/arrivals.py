"""Buyers: they come to each marketplace by a Poisson process."""

from functools import partial

from sandbox.stall import Stall
from sandbox.world import World


class Buyers:
    def __init__(self, world: World, stalls: dict[str, Stall]) -> None:
        self.world, self.stalls = world, stalls
        self._begin()
        world.reopened.append(self._begin)

    def _begin(self) -> None:
        for code in self.stalls:
            self.world.agenda.on(_name(code), partial(self._next, code))
        self.restart()

    def restart(self) -> None:
        """This function will plan the next buyer of each marketplace anew, after the rate was changed."""
        for code in self.stalls:
            self.world.agenda.forget(_name(code))
            self._plan(code)

    def _plan(self, code: str) -> None:
        if (rate := self.world.tempo.orders_per_minute) > 0:
            self.world.agenda.later(self.world.draw.expovariate(rate / 60), _name(code))

    def _next(self, code: str) -> None:
        self._plan(code)
        self.come(code)

    def come(self, code: str) -> None:
        """This function will let one buyer come, who buys if there is something in stock."""
        self.stalls[code].come()


def _name(code: str) -> str:
    return f"buyers.{code}"
