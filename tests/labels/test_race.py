"""Two tables ask for one sticker, two agents for the same queue, at the same moment: one gets it."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from labels import locks
from labels.errors import AlreadyPrinted
from labels.models import PrintItem, StationQueue
from labels.services import agent, printing
from merchants.scope import scope
from orders.selectors import brief
from tests import make
from tests.labels import make as labels_make

TABLES = 6


@pytest.mark.django_db(transaction=True)
def test_one_of_several_tables_prints_the_sticker():
    merchant = make.merchant()
    order = labels_make.labelled(merchant)
    people = [make.person().pk for _table in range(TABLES)]
    start = Barrier(TABLES)

    def ask(person_id: int) -> str:
        try:
            start.wait(60)
            with scope([merchant.pk]):
                printing.print_order_label(order_id=order.pk, person_id=person_id, now=timezone.now())
        except AlreadyPrinted:
            return "refused"
        finally:
            connection.close()
        return "printed"

    with ThreadPoolExecutor(TABLES) as tables:
        outcomes = sorted(tables.map(ask, people))
    assert outcomes == ["printed", *["refused"] * (TABLES - 1)]
    with scope([merchant.pk]):
        assert PrintItem.objects.count() == 1


@pytest.mark.parametrize("locked", [True, False])
@pytest.mark.django_db(transaction=True)
def test_two_agents_of_a_station_never_get_the_same_sticker(locked, monkeypatch):
    """With the lock on the queue taken out, both do: that is what it is for."""
    merchant = make.merchant()
    station = labels_make.agent_station(merchant)
    for number in range(agent.BATCH):
        order = labels_make.labelled(merchant, f"46-{number}")
        with scope([merchant.pk]):
            printing.print_order_label(order_id=order.pk, person_id=None, now=timezone.now(), station=station)
    StationQueue.objects.create(station=station)
    both_have_looked = Barrier(2, timeout=1 if locked else 60)  # behind the lock the second cannot come
    if not locked:
        monkeypatch.setattr(locks, "queue_for_change", lambda pk: StationQueue.objects.get(station_id=pk))
    looked = brief.by_ids

    def slowly(ids):
        found = looked(ids)
        with suppress(BrokenBarrierError):
            both_have_looked.wait()
        return found

    monkeypatch.setattr(brief, "by_ids", slowly)

    def ask(_agent: int) -> list[int]:
        try:
            with scope([merchant.pk]):
                given = agent.turn(station=station, claim=uuid4(), now=timezone.now())
                return [item.pk for item in given.items]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as agents:
        first, second = agents.map(ask, range(2))
    twice = set(first) & set(second)
    if locked:
        assert sorted(map(len, (first, second))) == [0, agent.BATCH]
        assert twice == set()
    else:
        assert len(first) == len(second) == agent.BATCH
