"""
Stations that scan at the web server, each by its own clock, all in one thread.

They run on the cores that they measure, so that a scan must cost them little: a request is bytes with a few holes, and
of an answer its outcome alone is looked at.
"""

import heapq
import json
import selectors
import socket
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from time import perf_counter
from typing import TypeAlias
from uuid import uuid4

from django.utils import timezone

from bench.web import Web

PATIENCE_S = 30.0

# The work of one station: gives the path, code and cell of the next scan, and is told its outcome.
Work: TypeAlias = Generator[tuple[str, str, int | None], str | None, None]


@dataclass
class Station:
    """
    One person with a scanner, whom `cookies` sign in.

    draw: how far the next scan is.  ms: from the moment each scan was due to the end of its answer.
    """

    web: Web
    cookies: Mapping[str, str]
    work: Work
    draw: Random
    ms: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    due: float = 0.0
    outcome: str | None = None
    read: bytes = b""

    def __post_init__(self) -> None:
        self.wire = socket.create_connection((self.web.host, self.web.port), timeout=PATIENCE_S)
        self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.head = (
            f"Host: {self.web.host}\r\nContent-Type: application/json\r\nCookie: {cookies}\r\n"
            f"X-CSRFToken: {self.cookies['csrftoken']}\r\n"
        ).encode()

    def scan(self) -> bool:
        """Send the next scan; False when the work is done."""
        try:
            path, code, cell = self.work.send(self.outcome)
        except StopIteration:
            return False
        sent = {"code": code, "nonce": str(uuid4()), "at": timezone.now().isoformat(), "cell": cell}
        body = json.dumps(sent).encode()
        line, size = f"POST {path} HTTP/1.1\r\n".encode(), f"Content-Length: {len(body)}\r\n\r\n".encode()
        self.wire.sendall(line + self.head + size + body)
        return True

    def take(self) -> bool:
        """
        Take in what has come; True with the end of an answer.

        :raises RuntimeError: the answer is not that of a scan.
        """
        came = self.wire.recv(65536)
        self.read += came
        head, _blank, body = self.read.partition(b"\r\n\r\n")
        if came and len(body) < _length(head):
            return False
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"a scan was answered {self.read[:600]!r}")
        self.ms.append((perf_counter() - self.due) * 1000)
        self.read, self.outcome = b"", json.loads(body)["outcome"]
        self.outcomes[str(self.outcome)] += 1
        return True


def _length(head: bytes) -> int:
    """How long the body is; beyond any body while that is not known."""
    for line in head.lower().split(b"\r\n"):
        name, _colon, value = line.partition(b":")
        if name == b"content-length":
            return int(value)
    return 2**62


def scan_by_the_clock(stations: Sequence[Station], *, seconds: float, every_s: float) -> None:
    """
    Let each station scan once in `every_s` seconds on the average, the next one in half to one and a half of that.

    A scan whose moment comes while the last one is not answered is sent after it, and is late by that.
    :raises TimeoutError: the server answers nothing any more.
    """
    began = perf_counter()
    for station in stations:
        station.due = began + every_s * station.draw.random()
    timetable = [(station.due, number) for number, station in enumerate(stations)]
    heapq.heapify(timetable)
    unanswered = 0
    with selectors.DefaultSelector() as answers:
        for number, station in enumerate(stations):
            answers.register(station.wire, selectors.EVENT_READ, number)
        while timetable or unanswered:
            patience_s = max(0.0, timetable[0][0] - perf_counter()) if timetable else PATIENCE_S
            came = answers.select(patience_s)
            if not came and not timetable:
                raise TimeoutError(f"{unanswered} scans were not answered in {PATIENCE_S:.0f} s")
            for key, _event in came:
                station = stations[key.data]
                if station.take():
                    unanswered -= 1
                    station.due += every_s * (0.5 + station.draw.random())
                    if station.due < began + seconds:
                        heapq.heappush(timetable, (station.due, key.data))
            while timetable and timetable[0][0] <= perf_counter():
                unanswered += stations[heapq.heappop(timetable)[1]].scan()
