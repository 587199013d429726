"""The simulated world: sellers and their goods, time, chance, limits, faults, and what happens by itself."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.agenda import Agenda
from sandbox.assortment import ASSORTMENT, SECOND_ASSORTMENT
from sandbox.board.visits import Board
from sandbox.clock import Clock
from sandbox.counters import Counters
from sandbox.faults import Faults
from sandbox.post import Postman
from sandbox.sellers import Seller, demo_sellers
from sandbox.store import Sequences, Store


@dataclass
class Tempo:
    """
    How long things take, in the sandbox's seconds, and how often they go wrong.

    Admin may change every one of them.
    """

    orders_per_minute: float = 6.0
    packing: tuple[float, float] = (2.0, 6.0)
    ship_failed: float = 0.01
    label: tuple[float, float] = (45.0, 60.0)
    label_task: float = 3.0
    exemplar_check: float = 4.0
    documents: float = 10.0
    acceptance: float = 300.0
    delivering: float = 300.0
    delivered: float = 3600.0
    approval: float = 20.0
    awaiting_approve: float = 0.02
    buyer_cancels: float = 0.05
    cancel_after: float = 600.0
    left_at_gate: float = 0.01
    mark_check: float = 5.0
    price_upload: float = 4.0
    too_late: float = 5 * 86_400.0
    lots_pending: tuple[float, float] = (0.2, 3.0)
    shipment_shown: float = 0.5
    confirm_within: float = 6 * 3600.0
    pack_within: float = 86_400.0
    sticker_as_html: float = 0.0
    notices_late: tuple[float, float] = (0.2, 1.0)
    notices_lost: float = 0.0
    notices_doubled: float = 0.02


class World:
    def __init__(
        self, *, path: str | None = None, seed: int = 2026, speed: float = 1.0, tempo: Tempo | None = None
    ) -> None:
        self.seed = seed
        self.tempo = tempo or Tempo()
        self.clock = Clock(speed=speed)
        self.counters = Counters()
        self.faults = Faults(seed=seed)
        self.reopened: list[Callable[[], None]] = []
        self.store = Store(path)
        self._open()
        self.post = Postman(self)
        self.board = Board(self)

    def reset(self) -> None:
        """
        This function will begin the world anew: no orders, no stock, no faults, the first goods.

        Numbers go on, so that nobody meets an old number with a new meaning.
        """
        last = self.sequences.last()
        self.store.clear()
        self.counters.reset()
        self.faults.remove()
        self._open(last)
        for reopen in self.reopened:
            reopen()
        self.keep_clock()

    def _open(self, last: dict[str, int] | None = None) -> None:
        self.sequences = Sequences(self.store)
        self.shelves: dict[str, list[Any]] = {}
        self.sequences.go_on(last or {})
        self._clock_kept = self.store.table("clock", dict[str, float])
        if kept := self._clock_kept.get("clock"):
            self.clock.restore(kept)
        self._sizes = self.store.table("catalogues", int)
        self.agenda = Agenda(self.store, self.clock, self.sequences)
        # A restarted world must not repeat the buyers of the first one.
        starts = self.sequences.next("starts")
        self.is_new = starts == 1
        self.draw = random.Random(f"{self.seed}/{starts}")
        self.sellers = demo_sellers()
        for seller, lines in zip(self.sellers, (ASSORTMENT, SECOND_ASSORTMENT), strict=True):
            seller.catalogue.add_lines(lines)
            seller.catalogue.add_many(self._sizes.get(seller.code, 0))

    def seller(self, code: str) -> Seller:
        """This function will find a seller by its code; :raises KeyError: there is none."""
        for seller in self.sellers:
            if seller.code == code:
                return seller
        raise KeyError(code)

    def seed_goods(self, *, seller: str, count: int) -> int:
        """This function will grow a catalogue to `count` goods; it gives their number."""
        found = self.seller(seller)
        found.catalogue.add_many(count)
        self._sizes.put(seller, len(found.catalogue))
        self.store.flush()
        return len(found.catalogue)

    def set_speed(self, speed: float) -> None:
        self.clock.set_speed(speed)
        self.keep_clock()

    def keep_clock(self) -> None:
        self._clock_kept.put("clock", self.clock.state())
        self.store.flush()

    def advance(self) -> None:
        """This function will let everything happen whose moment has come."""
        self.agenda.run_due()
        self.store.flush()

    def between(self, span: tuple[float, float]) -> float:
        return self.draw.uniform(*span)

    def happens(self, probability: float) -> bool:
        return self.draw.random() < probability
