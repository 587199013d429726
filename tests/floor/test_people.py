"""What the boards count of a day of scans: by person, by what was answered, by how long somebody was active."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from floor.models import Scan
from floor.selectors import pace, people
from floor.services import scan as scans
from floor.types import Answer, ScanIn
from tests import make
from tests.trade import NOON, Trade

MINUTE = timedelta(minutes=1)


class Floor:
    """Scans of one person, answered as told."""

    def __init__(self, trade: Trade) -> None:
        self.trade, self.person, self.warehouse_id = trade, make.person(), trade.warehouse.pk
        self.trade.sku("mug", pieces=1)
        self.order = trade.order(("mug", 1))

    def answered(self, step: str, answer: Answer, *, at: datetime = NOON) -> None:
        scan = ScanIn(code="x", nonce=uuid4(), person_id=self.person.pk, scanned_at=at)
        scans.once(scan=scan, step=step, warehouse_id=self.warehouse_id, now=at, work=lambda: answer)

    def accepted(self, step: str, *, at: datetime = NOON, **data: Any) -> None:
        self.answered(step, scans.accepted("", "", **data), at=at)

    def work(self, since: datetime = NOON, until: datetime = NOON + timedelta(hours=1)) -> list[people.Work]:
        return people.work(warehouse_id=self.warehouse_id, since=since, until=until)


@pytest.fixture
def floor(trade: Trade) -> Floor:
    return Floor(trade)


def test_scans_are_counted_by_what_their_answers_tell(floor: Floor) -> None:
    for _again in range(2):
        floor.accepted("pick", unit_id=1)
    floor.accepted("pick", cell_id=None)  # an address: no piece
    floor.accepted("pick", undone=1)
    floor.accepted("sort", unit_id=1)
    floor.accepted("pack", unit_id=1, packed=False)
    floor.accepted("pack", unit_id=1, packed=True)
    floor.accepted("pack", packed=True)
    floor.accepted("put_back", order_id=floor.order.pk)
    floor.accepted("put_back", cell_id=None)
    floor.answered("pack", scans.wrong("", "", unit_id=1, packed=True))
    floor.answered("pack", scans.already("", unit_id=1, packed=True, undone=1))
    floor.answered("pack", scans.stop("", packed=True))
    (work,) = floor.work()
    assert (work.scans, work.picked, work.sorted_, work.packed, work.put_back) == (13, 2, 1, 2, 1)
    assert (work.orders, work.wrong, work.undone) == (2, 1, 1)
    told = [(scan.piece, scan.packed, scan.undone) for scan in Scan.objects.order_by("pk")]
    assert told[:4] == [(True, False, False), (True, False, False), (False, False, False), (False, False, True)]
    assert told[-2] == (True, True, True)


def test_minutes_are_spans_of_five_with_a_scan_in_them(floor: Floor) -> None:
    for at in (NOON, NOON + 4 * MINUTE, NOON + 5 * MINUTE, NOON + 31 * MINUTE):
        floor.accepted("pick", at=at)
    floor.accepted("pick", at=NOON - MINUTE)  # before, and after
    floor.accepted("pick", at=NOON + timedelta(hours=1))
    (work,) = floor.work()
    assert (work.scans, work.minutes) == (4, 15)
    assert (work.first, work.last) == (NOON, NOON + 31 * MINUTE)
    assert work.person == floor.person


def test_other_warehouses_and_nobody_count_for_nothing(floor: Floor) -> None:
    floor.accepted("pack", packed=True, unit_id=1)
    elsewhere = floor.warehouse_id + 1000
    assert people.work(warehouse_id=elsewhere, since=NOON, until=NOON + MINUTE) == []
    assert pace.orders_per_hour(warehouse_id=elsewhere, now=NOON + MINUTE) == 0.0
    assert people.errors(warehouse_id=elsewhere, since=NOON) == []


def test_pace_is_of_the_orders_packed_within_the_hour(floor: Floor) -> None:
    now = NOON + timedelta(hours=2)
    floor.accepted("pack", packed=True, at=NOON)  # longer ago
    for minutes in (30, 20, 10):
        floor.accepted("pack", packed=True, at=now - minutes * MINUTE)
    floor.accepted("pack", unit_id=1, at=now - 40 * MINUTE)
    floor.answered("pack", scans.wrong("", "", packed=True), at=now - 50 * MINUTE)
    assert pace.orders_per_hour(warehouse_id=floor.warehouse_id, now=now) == 6.0  # three in half an hour


def test_errors_are_the_last_that_were_refused_or_stopped(floor: Floor) -> None:
    for minute, answer in enumerate(
        [scans.wrong("a", ""), scans.stop("b"), scans.accepted("c", ""), scans.already("d"), scans.wrong("e", "")]
    ):
        floor.answered("pack", answer, at=NOON + minute * MINUTE)
    found = people.errors(warehouse_id=floor.warehouse_id, since=NOON)
    assert [(scan.outcome, scan.at - NOON) for scan in found] == [
        ("wrong", 4 * MINUTE),
        ("stop", MINUTE),
        ("wrong", 0 * MINUTE),
    ]
    (last,) = people.errors(warehouse_id=floor.warehouse_id, since=NOON + MINUTE, limit=1)
    assert (last.at, last.person) == (NOON + 4 * MINUTE, floor.person)
