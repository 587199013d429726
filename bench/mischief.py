"""Trouble at seeded random moments: processes killed by −9, and marketplaces that fail in every way there is."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from bench.live_stack import MARKETPLACES, Stack

VICTIMS = ("web", *(f"mp.{code}" for code in MARKETPLACES), "worker", "beat")
RESUMED_WITHIN_S = 60.0
# Faults of the marketplaces, with what else they are told; writes are hurt before and after they had their effect.
FAULTS: tuple[dict[str, Any], ...] = (
    {"mode": "429", "retry_after": 1},
    {"mode": "429"},
    {"mode": "500"},
    {"mode": "500", "done": True},
    {"mode": "502"},
    {"mode": "502", "done": True},
    {"mode": "truncated", "done": True},
    {"mode": "hang", "seconds": 4},
    {"mode": "hang", "seconds": 4, "done": True},
    {"mode": "reset", "done": True},
    {"mode": "duplicate", "done": True},
    {"mode": "reorder", "done": True},
    {"mode": "empty", "done": True},
)
# A write that is answered well and does nothing can be found out where the marketplace can be asked afterwards.
SILENT = (
    "POST /v2/products/stocks",
    "PUT /api/v3/stocks/*",
)
AIMED = (
    "*",
    "POST /v4/posting/fbs/*",
    "POST /v2/products/stocks",
    "POST /v1/carriage/*",
    "POST /v2/posting/fbs/*",
    "PUT /api/v3/stocks/*",
    "* /api/v3/orders*",
    "* /api/marketplace/v3/supplies/*",
    "* /api/v3/supplies*",
    "PUT /v2/campaigns/*",
    "POST /api/market/v1/orderService/*",
    "POST /seller-api/v1/*",
)


@dataclass
class Death:
    """A child that was killed.  resumed_s: until it worked again; None: it never did."""

    name: str
    number: int
    at: datetime
    began: float
    resumed_s: float | None = None


@dataclass
class Mischief:
    """Kills and faults until it is stopped; `deaths` and `faults` are what it did."""

    stack: Stack
    draw: random.Random
    works_again: Callable[[Death], bool]
    pause_s: tuple[float, float] = (1.0, 5.0)
    deaths: list[Death] = field(default_factory=list)
    faults: list[dict[str, Any]] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Trouble after trouble; a child that has not come back yet is left alone."""
        while not self.stopping.wait(self.draw.uniform(*self.pause_s)):
            if self.draw.random() < 0.55:
                self._kill()
            else:
                self._break()
            self.look()
        self._mend()

    def _kill(self) -> None:
        name = self.draw.choice(VICTIMS)
        if any(death.name == name and death.resumed_s is None for death in self.deaths):
            return
        at, began = datetime.now(UTC), time.monotonic()
        if (number := self.stack.kill(name)) is not None:
            self.deaths.append(Death(name, number, at, began))
            print(f"torture        | killed {name} ({number})", flush=True)

    def _break(self) -> None:
        if self.draw.random() < 0.15:
            fault: dict[str, Any] = {"mode": "ignore", "pattern": self.draw.choice(SILENT)}
        else:
            fault = {**self.draw.choice(FAULTS), "pattern": self.draw.choice(AIMED)}
        fault |= {"count": self.draw.randint(1, 4), "probability": self.draw.choice((0.3, 1.0))}
        try:
            self.stack.tell_sandbox("/faults", **fault)
        except httpx.HTTPError:
            return
        self.faults.append(fault)
        print(f"torture        | fault {fault}", flush=True)

    def _mend(self) -> None:
        self.stack.sandbox.delete("/faults").raise_for_status()

    def look(self) -> None:
        """Note which of the dead work again."""
        for death in self.deaths:
            if death.resumed_s is None and self.works_again(death):
                death.resumed_s = time.monotonic() - death.began

    def wait_for_the_last(self) -> None:
        """Give those killed last the time they have."""
        while any(
            death.resumed_s is None and time.monotonic() - death.began < RESUMED_WITHIN_S for death in self.deaths
        ):
            self.look()
            time.sleep(0.3)

    def violations(self) -> list[str]:
        """Every death after which work did not go on in time."""
        return [
            f"{death.name} ({death.number}), killed at {death.at:%H:%M:%S}: "
            + ("never worked again" if death.resumed_s is None else f"worked again after {death.resumed_s:.0f} s")
            for death in self.deaths
            if death.resumed_s is None or death.resumed_s > RESUMED_WITHIN_S
        ]
