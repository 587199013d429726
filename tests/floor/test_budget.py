"""A scan asks the database the same number of questions however much there is; the time it takes is benchmarked."""

import json
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from floor.services import wave
from floor.types import WaveMode
from merchants.roles import Role
from tests import make
from tests.trade import NOON, Trade

PICKS = [14, 14]
PACKS = [17, 24]


def queries(browser, url: str, code: str, **context: object) -> int:
    body = json.dumps({"code": code, "nonce": str(uuid4()), "at": "2026-11-24T09:00:00Z", **context})
    with CaptureQueriesContext(connection) as asked:
        answer = browser.post(url, body, content_type="application/json")
    assert answer.json()["outcome"] == "accepted", answer.json()
    return len(asked)


def counted(trade: Trade, orders: int) -> tuple[list[int], list[int]]:
    made = [trade.order(("mug", 1), ("fork", 1)) for _number in range(orders)]
    run = wave.release(
        warehouse_id=trade.warehouse.pk,
        order_ids=[order.pk for order in made],
        now=NOON,
        person_id=make.person().pk,
        mode=WaveMode.SINGLE,
    )
    lead = make.client(role=Role.LEAD, merchant=trade.merchant)
    pick, pack = reverse("floor:pick-scan", args=[run.pk]), reverse("floor:pack-scan")
    lead.get(reverse("floor:pick-wave", args=[run.pk]))
    picks = [queries(lead, pick, "INT-mug"), queries(lead, pick, "INT-mug", cell=trade.cell.pk)]
    packs = [queries(lead, pack, "INT-mug"), queries(lead, pack, "INT-fork")]
    return picks, packs


def test_queries_do_not_grow_with_the_wave(trade: Trade) -> None:
    trade.sku("mug", pieces=200)
    trade.sku("fork", pieces=200)
    counted(trade, 5)  # the first scan of a warehouse makes its packing table; this wave is not finished below
    small, large = counted(trade, 3), counted(trade, 40)
    assert small == large
    assert large == (PICKS, PACKS)
