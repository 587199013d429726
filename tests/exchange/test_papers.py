"""Transfers, agreements, reports and payments as programs get them, and in the changes feed."""

import pytest

from catalog.models import Price, PriceType
from exchange.types import Scope
from settlements.services import payments, reports
from shipping.models import HandoverOrder
from shipping.services import handover, supplies
from tests.exchange.program import READ, let_in
from tests.settlements.make import D, agreement, line, report
from tests.shipping.test_supplies import shipped
from tests.trade import NOON, open_trade


@pytest.fixture
def trade(transactional_db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant, scopes=[*READ, Scope.PAPERS_READ.value])


def told(program):
    """(kind, id) of everything told and acknowledged, until nothing is left."""
    seen = []
    for _time in range(200):
        message = program.get("changes").json()
        seen += [(item["kind"], item["id"], item["data"]) for item in message["items"]]
        if message["items"]:
            program.post("changes/ack", {"message_no": message["message_no"]})
        elif message["ready"] and not message["more"]:
            return seen
    raise AssertionError("never ready")


def test_a_chain_of_commission_trade_is_told_paper_by_paper(trade, program):
    told(program)
    with trade.scope():
        mug = trade.sku("mug", pieces=9)
        prices = PriceType.objects.create(merchant=trade.merchant, name="Передача")
        Price.objects.create(merchant=trade.merchant, price_type=prices, sku=mug, amount=D("70.5"))
        agreed = agreement(trade, price_type=prices)
        order = trade.order(("mug", 2))
        handed = handover.open_handover(
            merchant_id=trade.merchant.pk, channel_warehouse_id=trade.ozon.pk, cargo="", now=NOON
        )
        HandoverOrder.objects.create(merchant=trade.merchant, handover=handed, order=order)
        sent = shipped(trade, mug=5)
        accepted = reports.accept(
            merchant_id=trade.merchant.pk,
            at=NOON,
            data=report(
                line(sku_id=mug.pk, order_number=order.external_number, pieces=2, price=D(100), fee=D(30)),
                agreement_id=agreed.pk,
            ),
        )
        paid = payments.record(
            merchant_id=trade.merchant.pk,
            legal_entity_id=agreed.legal_entity_id,
            channel_id=agreed.channel_id,
            number="55",
            paid_on=NOON.date(),
            amount=D(170),
            at=NOON,
        )
    seen = told(program)
    keys = [(kind, pk) for kind, pk, _data in seen]
    chain = [("agreement", agreed.pk), ("handover", handed.pk), ("supply", sent.pk), ("report", accepted.report_id)]
    chain.append(("payment", paid.pk))
    assert [key for key in keys if key in chain] == chain
    data = {kind: data for kind, _pk, data in seen}
    assert data["agreement"]["commissioner"] == {"name": "ООО «Площадка»", "inn": None, "kpp": None}
    assert data["handover"]["agreement_id"] == agreed.pk
    assert [(row["pieces"], row["price"], row["transfer_price"]) for row in data["handover"]["lines"]] == [
        (2, "100.00", "70.50")
    ]
    assert [
        (row["sku_id"], row["packed"], row["accepted"], row["transfer_price"]) for row in data["supply"]["lines"]
    ] == [(mug.pk, 5, None, "70.50")]
    assert data["report"]["totals"]["payable"] == "170.00"
    assert [(row["order_id"], row["fee"], row["payable"]) for row in data["report"]["lines"]] == [
        (order.pk, "30.00", "170.00")
    ]
    assert (data["payment"]["amount"], data["payment"]["direction"]) == ("170.00", "in")
    with trade.scope():
        reports.reverse(report_id=accepted.report_id, at=NOON, because="not ours")
        supplies.close(supply_id=sent.pk, counted={}, now=NOON, person_id=None)
    again = {kind: data for kind, _pk, data in told(program)}
    assert (again["report"]["state"], again["report"]["reversed_because"]) == ("reversed", "not ours")
    assert again["supply"]["state"] == "accepted"
    for path, pk in (("agreements", agreed.pk), ("supplies", sent.pk), ("reports", accepted.report_id)):
        assert program.get(f"{path}/{pk}").json()["id"] == pk
        assert [item["id"] for item in program.get(path).json()["items"]] == [pk]


def test_papers_want_a_right_of_their_own_and_are_the_merchants_alone(trade, program):
    with trade.scope():
        agreed = agreement(trade)
    assert let_in(trade.merchant, name="Склад").get("agreements").status_code == 403
    stranger = let_in(open_trade().merchant, scopes=[Scope.PAPERS_READ.value])
    assert stranger.get(f"agreements/{agreed.pk}").status_code == 404
    assert stranger.get("agreements").json()["items"] == []
    assert program.get(f"agreements/{agreed.pk}").json()["number"] == "ИР-1"
