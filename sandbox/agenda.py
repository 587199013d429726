"""What is to happen later: (moment in the sandbox's seconds, name, arguments), kept over a restart."""

import heapq
from collections.abc import Callable
from typing import Any

import msgspec

from sandbox.clock import Clock
from sandbox.store import Sequences, Store


class Event(msgspec.Struct):
    due: float
    name: str
    args: dict[str, Any]


class Agenda:
    def __init__(self, store: Store, clock: Clock, sequences: Sequences) -> None:
        self.clock = clock
        self._sequences = sequences
        self._events = store.table("agenda", Event)
        self._heap = [(event.due, number) for number, event in self._events.items()]
        heapq.heapify(self._heap)
        self._handlers: dict[str, Callable[..., None]] = {}
        self._running: float | None = None

    def on(self, name: str, handler: Callable[..., None]) -> None:
        self._handlers[name] = handler

    def later(self, seconds: float, name: str, **args: Any) -> None:
        # What an event brings about is counted from the moment it was due, not from the moment it was noticed.
        since = self.clock.seconds() if self._running is None else self._running
        number = self._sequences.next("agenda")
        event = Event(since + seconds, name, args)
        self._events.put(number, event)
        heapq.heappush(self._heap, (event.due, number))

    def forget(self, name: str) -> None:
        """This function will drop every event of that name."""
        for number in [number for number, event in self._events.items() if event.name == name]:
            self._events.drop(number)

    def run_due(self, *, at_most: int = 5_000) -> int:
        """This function will run the events whose moment has come; it gives their count."""
        moment, count = self.clock.seconds(), 0
        while self._heap and self._heap[0][0] <= moment and count < at_most:
            _, number = heapq.heappop(self._heap)
            event = self._events.get(number)
            if event is None:
                continue
            self._events.drop(number)
            self._running = event.due
            try:
                self._handlers[event.name](**event.args)
            finally:
                self._running = None
            count += 1
        return count

    def __len__(self) -> int:
        return len(self._events)
