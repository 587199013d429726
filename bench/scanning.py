"""Twenty stations scan at the real web server over a million orders, while a packer finishes orders beside them."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench import trading
from bench.processes import Spent
from bench.row import Row, percentile, row
from bench.stations import Station, Work, scan_by_the_clock
from bench.trade_rows.ids import EVERYBODY, FIRST_PICKER, PICKERS, TINY
from bench.web import Browser, serving
from floor.types import Command
from labels.services.order_label import store_label
from merchants.models import Person
from merchants.scope import scope
from orders.selectors import brief
from orders.services import work as orders
from sandbox.drawing import pdf

ROWS = ("scan_p95_ms", "label_after_scan_ms")
DATABASE = "trade"
SCAN_BUDGET_MS, LABEL_BUDGET_MS = 30, 500
ORDERS = 1_000_000
SCANS_PER_S = 5
WARM_UP_S = 5.0
PER_WAVE = 100
EVERY = [*range(1, TINY)]
PACK = "/floor/pack/scan/"
MERCHANTS = (1, 2, 3)


@dataclass
class Packer:
    """One person at a table who waits for each answer."""

    browser: Browser

    def scan(self, code: str) -> dict[str, Any]:
        body = {"code": code, "nonce": str(uuid4()), "at": timezone.now().isoformat(), "cell": None}
        status, _headers, content = self.browser.post_json(PACK, body)
        if status != 200:
            raise RuntimeError(f"a scan was answered {status}: {content[:300]!r}")
        answer: dict[str, Any] = json.loads(content)
        return answer


def measure(quick: bool) -> list[Row]:
    """This function will let stations pick and pack for a minute (ten with --long, five seconds quick)."""
    seconds = 5.0 if quick else 600.0 if os.environ.get("BENCH_LONG") else 60.0
    people = 4 if quick else PICKERS
    with scope(EVERY), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_order")
        size = int(cursor.fetchone()[0])
    scans_each = int((seconds + WARM_UP_S) * SCANS_PER_S)
    jobs = _jobs(pairs=people // 2, scans=scans_each * 2)
    finals = _one_piece_left(5 if quick else 40)
    with serving() as web, ThreadPoolExecutor(1) as beside:
        stations = [
            Station(web, _cookies(FIRST_PICKER + number), jobs[number // 2](number % 2), Random(number))
            for number in range(people)
        ]
        packer = Packer(Browser(web.host, web.port))
        packer.browser.cookies = _cookies(EVERYBODY)
        spent = Spent(web.workers())
        finished = beside.submit(_finish, packer, finals, seconds)
        scan_by_the_clock(stations, seconds=WARM_UP_S + seconds, every_s=1 / SCANS_PER_S)
        labels = finished.result()
        scans = sum(len(station.ms) for station in stations) + 4 * len(labels)
        cpu = spent.told(per=scans)
    warm = int(WARM_UP_S * SCANS_PER_S)
    ms = [one for station in stations for one in station.ms[warm:]]
    outcomes: Counter[str] = Counter()
    for station in stations:
        outcomes += station.outcomes
    said = ", ".join(f"{n} {outcome}" for outcome, n in sorted(outcomes.items()))
    return [
        row(
            "scan_p95_ms",
            percentile(ms, 95),
            "ms",
            budget=SCAN_BUDGET_MS,
            size=size,
            needed=ORDERS if len(ms) >= people * seconds * SCANS_PER_S * 0.9 else size + 1,
            details=f"{people} stations × {SCANS_PER_S} scans/s for {seconds:.0f} s, each by a clock of its own "
            f"({len(ms)} scans: {said}), from the moment a scan was due; p50 {percentile(ms, 50):.1f}, "
            f"p99 {percentile(ms, 99):.1f}; the stations run on the same cores; CPU of a scan: {cpu}",
        ),
        row(
            "label_after_scan_ms",
            percentile(labels, 95),
            "ms",
            budget=LABEL_BUDGET_MS,
            size=size,
            needed=ORDERS,
            details=f"last scan sent → the sticker's PDF received, {len(labels)} orders, while the stations scan; "
            f"p50 {percentile(labels, 50):.0f}",
        ),
    ]


def _jobs(*, pairs: int, scans: int) -> list[Callable[[int], Work]]:
    """
    For each pair of stations the waves that they pick and pack together.

    Half of the pairs begin with packing, so that both kinds of scan come at any moment.
    """
    made = []
    for number in range(pairs):
        waves = [_wave() for _ in range(-(-scans // (PER_WAVE * trading.LINES * 2)) + 1)]
        if packing_first := number % 2 == 1:
            trading.pick_all(EVERY, waves[0])
        made.append(_sharing(waves, packing_first))
    return made


def _wave(orders: int = PER_WAVE) -> trading.Taken:
    ids = []
    for place, merchant_id in enumerate(MERCHANTS):
        share = orders // 3 + (place < orders % 3)
        channel = 2 * merchant_id - 1
        ids += trading.take_in(merchant_id=merchant_id, channel_id=channel, warehouse=f"W-{channel}", orders=share)
    return trading.release(EVERY, ids)


def _sharing(waves: list[trading.Taken], packing_first: bool) -> Callable[[int], Work]:
    tables = [Table(wave) for wave in waves]

    def work(side: int) -> Work:
        for number, wave in enumerate(waves):
            if not (packing_first and number == 0):
                for cell, code in wave.tasks[side::2]:
                    yield f"/floor/pick/{wave.wave_id}/scan/", code, cell
            yield from tables[number].pack()

    return work


class Table:
    """The pieces of a wave in front of its packers: an order that is open is finished before the next begins."""

    def __init__(self, wave: trading.Taken) -> None:
        self.waiting = [list(codes) for codes in wave.orders.values()]

    def pack(self) -> Work:
        while self.waiting:
            for code in self.waiting.pop():
                outcome = yield PACK, code, None
                if outcome == "wrong":  # the item has opened another order that wants it too
                    yield PACK, Command.ASIDE.value, None


def _one_piece_left(count: int) -> list[tuple[int, str, str]]:
    """Orders with a stored sticker of which all pieces but the last are verified: (id, number, last code)."""
    wave = _wave(count)
    trading.pick_all(EVERY, wave)
    found = []
    for order_id, codes in wave.orders.items():
        with scope(EVERY):
            units = brief.units(order_ids=[order_id])
            for unit in units[:-1]:
                orders.pack_unit(unit=unit, now=timezone.now(), person_id=EVERYBODY)
            store_label(
                merchant_id=units[0].merchant_id,
                order_id=order_id,
                content=_sticker(wave.numbers[order_id]),
                content_type="application/pdf",
                now=timezone.now(),
            )
        found.append((order_id, wave.numbers[order_id], codes[-1]))
    return found


def _finish(packer: Packer, orders_left: list[tuple[int, str, str]], seconds: float) -> list[float]:
    """
    Verify the last piece of one order after another, spread over the time, and fetch each sticker.

    Returns milliseconds from each last scan to the sticker.
    """
    ms = []
    for order_id, number, code in orders_left:
        time.sleep(seconds / len(orders_left))
        packer.scan(Command.ASIDE.value)  # what a run that broke off has left on the table
        packer.scan(number)  # the piece alone might open another order that wants the same article
        began = perf_counter()
        answer = packer.scan(code)
        status, _headers, content = packer.browser.get(answer["print"] or f"/labels/order/{order_id}/sticker.pdf")
        if status != 200 or not content.startswith(b"%PDF"):
            raise RuntimeError(f"no sticker of order {order_id}: {status}, {answer['text']}")
        ms.append((perf_counter() - began) * 1000)
    return ms


def _sticker(number: str) -> bytes:
    return pdf.write([pdf.Page(58.0, 40.0, (number,), ((number, 8.0),))])


def _cookies(person_id: int) -> dict[str, str]:
    """Those of a browser in which the person is signed in."""
    signed = Client(SERVER_NAME="127.0.0.1")
    signed.force_login(Person.objects.get(pk=person_id), backend="merchants.backends.PersonBackend")
    return {"sessionid": signed.cookies["sessionid"].value, "csrftoken": "b" * 32}
