"""A whole shift over HTTP: waves of every mode, wrong items, cancellations, repeats; all of it comes out right."""

import json
import os
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from floor.models import PickTask, PutBack, Scan, Wave, WaveOrder
from floor.selectors import people
from floor.services import wave
from floor.types import TaskState, WaveMode
from labels.models import PrintItem
from labels.services.order_label import store_label
from merchants.roles import Role
from orders.models import Order, Unit
from orders.services import remote
from orders.types import State, StatusDraft
from stock.models import Location
from stock.selectors import proof
from tests import make
from tests.labels.make import png
from tests.trade import NOON, Trade

ORDERS = int(os.environ.get("FLOOR_ORDERS", "24"))
CODES = ("mug", "fork", "cup", "pan")


class Shift:
    """Two people who take turns; every scan is sent, and every fifth is sent again as a page does after a cut."""

    def __init__(self, trade: Trade, random: Random) -> None:
        self.trade, self.random = trade, random
        people = [make.person(role=Role.PICKER, merchant=trade.merchant) for _person in range(2)]
        self.browsers = [make.client(person) for person in people]
        self.turn = 0
        self.outcomes: list[str] = []

    def scan(self, url: str, code: str, **context: object) -> dict[str, Any]:
        browser: Client = self.browsers[self.turn]
        body = json.dumps({"code": code, "nonce": str(uuid4()), "at": NOON.isoformat(), **context})
        answer: dict[str, Any] = browser.post(url, body, content_type="application/json").json()
        self.outcomes.append(str(answer["outcome"]))
        if len(self.outcomes) % 5 == 0:
            again = browser.post(url, body, content_type="application/json").json()
            assert (again["outcome"], again["text"]) == (answer["outcome"], answer["text"])
        return answer

    def release(self, mode: WaveMode, orders: list[Order]) -> Wave:
        return wave.release(
            warehouse_id=self.trade.warehouse.pk,
            order_ids=[order.pk for order in orders],
            now=NOON,
            person_id=make.person().pk,
            mode=mode,
        )

    def cancel(self, order: Order) -> None:
        told = StatusDraft(status="cancelled", state=State.CANCELLED)
        remote.apply_statuses(
            merchant_id=self.trade.merchant.pk,
            channel_id=order.channel_id,
            statuses={order.external_number: told},
            now=NOON,
        )

    def pick(self, run: Wave) -> None:
        url = reverse("floor:pick-scan", args=[run.pk])
        for _step in range(1000):
            self.turn = 1 - self.turn
            self.browsers[self.turn].get(reverse("floor:pick-wave", args=[run.pk]))
            task = PickTask.objects.filter(wave=run, state=TaskState.OPEN).select_related("sku", "location").first()
            if task is None:
                return
            if self.random.random() < 0.15:
                assert self.scan(url, "INT-wrong")["outcome"] == "wrong"
            if self.random.random() < 0.1 and Wave.objects.get(pk=run.pk).state == "released":
                self.scan(url, "BO-UNDO")
                continue
            self.scan(url, task.location.code)
            self.scan(url, f"INT-{task.sku.code}", cell=task.location_id)
        raise AssertionError("the wave is never picked")

    def pack(self, run: Wave) -> None:
        url = reverse("floor:pack-scan")
        for order in Order.objects.filter(pk__in=WaveOrder.objects.filter(wave=run).values("order_id")).order_by("pk"):
            self.turn = 1 - self.turn
            opened = self.scan(url, order.external_number)
            if order.state == State.CANCELLED:
                assert opened["outcome"] == "stop"
                continue
            assert opened["outcome"] == "accepted"
            units = list(order.units.order_by("?").values_list("sku__code", flat=True))
            for number, code in enumerate(units):
                if self.random.random() < 0.15:
                    assert self.scan(url, "INT-wrong")["outcome"] == "wrong"
                answer = self.scan(url, f"INT-{code}")
                assert (answer["outcome"], answer["packed"]) == ("accepted", number == len(units) - 1)
            assert answer["order"] == order.pk
            assert str(answer["print"]).endswith(f"/{order.pk}/sticker.pdf")
            assert self.browsers[self.turn].get(answer["print"]).status_code == 200
            assert self.scan(url, f"S-{order.external_number}")["outcome"] == "accepted"


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("mode", list(WaveMode))
def test_a_shift_in_every_mode(trade: Trade, mode: WaveMode) -> None:
    random = Random(f"{mode}")
    for number, code in enumerate(CODES):
        cell = Location.objects.create(warehouse=trade.warehouse, code=f"B-{number}", x=3 * number, y=number)
        trade.sku(code, pieces=10 * ORDERS, location=cell)
    trade.sku("wrong", pieces=1)
    shift = Shift(trade, random)
    most = 1 if mode is WaveMode.SINGLE else 3
    orders = []
    for _order in range(ORDERS // len(WaveMode)):
        lines = [(code, random.randint(1, most)) for code in random.sample(CODES, random.randint(1, most))]
        orders.append(trade.order(*lines))
        store_label(
            merchant_id=trade.merchant.pk,
            order_id=orders[-1].pk,
            content=png() + orders[-1].external_number.encode(),
            content_type="image/png",
            barcode=f"S-{orders[-1].external_number}",
            now=NOON,
        )
    run = shift.release(mode, orders)
    shift.cancel(orders[0])  # before it is picked
    shift.pick(run)
    shift.cancel(orders[1])  # after it is picked
    shift.pack(run)
    for task in PutBack.objects.filter(state=TaskState.OPEN).select_related("sku"):
        assert shift.scan(reverse("floor:put-back-scan"), f"INT-{task.sku.code}")["outcome"] == "accepted"

    run.refresh_from_db()
    assert run.state == "done"
    assert set(Order.objects.exclude(pk__in=[orders[0].pk, orders[1].pk]).values_list("state", flat=True)) == {"packed"}
    assert set(PrintItem.objects.values_list("state", flat=True)) == {"confirmed"}
    assert PrintItem.objects.count() == len(orders) - 2
    assert not Unit.objects.filter(state__in=["picked", "put_back"]).exists()
    assert proof.differences() == []
    work = people.work(warehouse_id=trade.warehouse.pk, since=NOON.replace(year=2020), until=NOON.replace(year=2100))
    assert sum(row.scans for row in work) == Scan.objects.count() == len(shift.outcomes)
    assert sum(row.orders for row in work) == len(orders) - 2
    assert sum(row.wrong for row in work) == shift.outcomes.count("wrong")
