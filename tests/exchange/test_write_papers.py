"""Agreements and payments written by programs, and documents of stock as kinds of the feed."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from catalog.models import PriceType
from exchange.types import Scope
from floor.services import come_back
from floor.types import Condition
from orders.services import hand_over
from settlements.models import Agreement, Entry, Payment
from settlements.services import reports
from stock.models import Balance
from stock.services import expected, stocktake
from tests import make
from tests.exchange.program import READ, WRITE, let_in
from tests.exchange.test_papers import told
from tests.settlements.make import line, report
from tests.trade import NOON, delivery, open_trade

ALL = [*READ, *WRITE, Scope.PAPERS_READ.value, Scope.PAPERS_WRITE.value]
AGREED, OTHER, PAID = (str(UUID(int=n)) for n in (501, 502, 503))
D = Decimal


@pytest.fixture
def trade(db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant, scopes=ALL)


def agreed(trade, **more):
    return {
        "guid": AGREED,
        "number": "ИР-7",
        "signed_on": "2026-01-15",
        "channel_id": trade.ozon.channel_id,
        "commissioner": {"name": "ООО «Площадка»", "inn": "7707083893", "kpp": "770701001"},
        "reward": "percent_of_sale",
        "fee_percent": "12.50",
        "amount_vat": "included",
        "payment_days": 10,
        "terms": "По пятницам",
        **more,
    }


def paid(trade, **more):
    return {
        "guid": PAID,
        "number": "55",
        "paid_on": "2026-11-20",
        "channel_id": trade.ozon.channel_id,
        "amount": "170.05",
        "note": "за октябрь",
        **more,
    }


def test_an_agreement_is_made_told_again_and_changed(trade, program):
    with trade.scope():
        entity = trade.ozon.channel.legal_entity
        kind = PriceType.objects.create(merchant=trade.merchant, name="Передача", guid=OTHER)
    told_once = agreed(trade, price_type_guid=OTHER)
    assert program.bulk("agreements/bulk", told_once) == ["created"]
    assert program.bulk("agreements/bulk", told_once) == ["unchanged"]
    assert program.bulk("agreements/bulk", {"guid": AGREED, "fee_percent": "13", "terms": None}) == ["updated"]
    (shown,) = program.get("agreements").json()["items"]
    assert shown == {
        "id": shown["id"],
        "guid": AGREED,
        "number": "ИР-7",
        "signed_on": "2026-01-15",
        "legal_entity": {"id": entity.pk, "name": entity.name, "inn": entity.inn, "kpp": entity.kpp or None},
        "channel_id": trade.ozon.channel_id,
        "commissioner": {"name": "ООО «Площадка»", "inn": "7707083893", "kpp": "770701001"},
        "currency": "RUB",
        "price_type_id": kind.pk,
        "reward": "percent_of_sale",
        "fee_percent": "13.00",
        "tariff": "",
        "fee_withheld": True,
        "amount_vat": "included",
        "payment_days": 10,
        "terms": "",
        "valid_from": "2026-01-15",
        "valid_to": None,
    }


def test_what_cannot_be_agreed_is_rejected_by_field_and_the_others_are_taken(trade, program):
    stranger = open_trade()
    assert program.bulk(
        "agreements/bulk",
        agreed(trade),
        {"guid": str(UUID(int=1)), "number": "1"},
        agreed(trade, guid=str(UUID(int=2)), channel_id=stranger.ozon.channel_id),
        agreed(trade, guid=str(UUID(int=3))),
        agreed(trade, guid=str(UUID(int=4)), fee_percent=None),
        agreed(trade, guid=str(UUID(int=5)), valid_from="2026-05-01", valid_to="2026-04-01"),
        agreed(trade, guid=str(UUID(int=6)), commissioner={"name": "А", "inn": "123"}),
        agreed(trade, guid=str(UUID(int=7)), legal_entity_inn="0000000000"),
        agreed(trade, guid=str(UUID(int=8)), price_type_id=2**40),
    ) == [
        "created",
        ("rejected", "required", "signed_on"),
        ("rejected", "unknown", "channel_id"),
        ("rejected", "refused", "valid_from"),
        ("rejected", "refused", "fee_percent"),
        ("rejected", "refused", "valid_to"),
        ("rejected", "refused", "commissioner.inn"),
        ("rejected", "unknown", "legal_entity_inn"),
        ("rejected", "unknown", "price_type_id"),
    ]
    with trade.scope():
        assert Agreement.objects.count() == 1


def test_what_reports_were_judged_by_is_fixed_and_the_agreement_stays(trade, program):
    program.bulk("agreements/bulk", agreed(trade, reward="by_report", fee_percent=None))
    with trade.scope():
        row = Agreement.objects.get()
        trade.sku("mug")
        reports.accept(
            merchant_id=trade.merchant.pk,
            at=NOON,
            data=report(line(article="mug", pieces=1, price=D(100)), agreement_id=row.pk),
        )
    assert program.bulk("agreements/bulk", {"guid": AGREED, "amount_vat": "none"}) == [
        ("rejected", "refused", "amount_vat")
    ]
    assert program.send("DELETE", f"agreements/{row.pk}").status_code == 400
    assert program.bulk("agreements/bulk", {"guid": AGREED, "terms": "Новые"}) == ["updated"]


def test_one_agreement_by_its_guid_with_tags_and_keys(trade, program):
    body = {name: value for name, value in agreed(trade).items() if name != "guid"}
    made = program.send("PUT", f"agreements/by-guid/{AGREED}", body, If_None_Match="*", Idempotency_Key="a")
    assert (made.status_code, made.json()["number"]) == (201, "ИР-7")
    again = program.send("PUT", f"agreements/by-guid/{AGREED}", body, If_None_Match="*", Idempotency_Key="a")
    assert (again.status_code, again.json()) == (201, made.json())
    address = f"agreements/{made.json()['id']}"
    assert program.send("PATCH", address, {"terms": "х"}, If_Match='"old"').status_code == 412
    changed = program.send("PATCH", address, {"terms": "х"}, If_Match=made["ETag"])
    assert (changed.status_code, changed.json()["terms"], changed["ETag"]) == (200, "х", program.get(address)["ETag"])
    assert program.send("DELETE", address).status_code == 204
    assert program.get(address).status_code == 404


def debt(trade):
    with trade.scope():
        return sum(Entry.objects.values_list("amount", flat=True))


def test_a_payment_is_brought_to_what_it_says_and_the_ledger_with_it(trade, program):
    assert program.bulk("payments/bulk", paid(trade)) == ["created"]
    assert program.bulk("payments/bulk", paid(trade)) == ["unchanged"]
    assert debt(trade) == D("-170.05")
    assert program.bulk("payments/bulk", {"guid": PAID, "amount": "200.00"}) == ["updated"]
    assert debt(trade) == -200
    assert program.bulk(
        "payments/bulk",
        {"guid": PAID, "deleted": True},
    ) == ["updated"]
    assert program.bulk("payments/bulk", {"guid": PAID, "deleted": True}) == ["unchanged"]
    assert debt(trade) == 0
    assert program.bulk("payments/bulk", paid(trade, direction="out")) == ["created"]
    assert debt(trade) == D("170.05")
    shown = program.get("payments").json()["items"]
    assert [(row["guid"], row["amount"], row["direction"], row["state"]) for row in shown] == [
        (PAID, "170.05", "in", "reversed"),
        (PAID, "200.00", "in", "reversed"),
        (PAID, "170.05", "out", "accepted"),
    ]
    assert [row["note"] for row in shown] == ["за октябрь"] * 3
    with trade.scope():
        assert Entry.objects.count() == 5


def test_payments_that_cannot_be_are_rejected_by_field(trade, program):
    stranger = open_trade()
    assert program.bulk(
        "payments/bulk",
        {"guid": PAID, "number": "1", "paid_on": "2026-11-20", "amount": "1"},
        paid(trade, guid=AGREED, channel_id=stranger.ozon.channel_id),
        {"id": 2**40, "amount": "5"},
        {"number": "1"},
    ) == [
        ("rejected", "required", "channel_id"),
        ("rejected", "unknown", "channel_id"),
        ("rejected", "unknown", "id"),
        ("rejected", "required", "guid"),
    ]
    for wrong in ({"amount": "0"}, {"amount": "1.005"}, {"direction": "up"}, {"paid_on": "вчера"}, {"sum": "1"}):
        answer = program.post("payments/bulk", {"items": [paid(trade, **wrong)]})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, f"items.0.{next(iter(wrong))}")
    with trade.scope():
        assert not Payment.objects.exists()


def test_one_payment_by_its_guid(trade, program):
    body = {name: value for name, value in paid(trade).items() if name != "guid"}
    made = program.send("PUT", f"payments/by-guid/{PAID}", body)
    assert made.status_code == 201
    other = program.send("PUT", f"payments/by-guid/{PAID}", {"amount": "5.00"}, If_Match=made["ETag"])
    assert (other.status_code, other.json()["amount"], other.json()["note"]) == (200, "5.00", "за октябрь")
    assert program.get(f"payments/by-guid/{PAID}").json()["id"] == other.json()["id"]
    assert program.send("DELETE", f"payments/{other.json()['id']}").status_code == 204
    assert program.send("DELETE", f"payments/{other.json()['id']}").status_code == 400
    assert debt(trade) == 0


def test_reading_alone_writes_nothing(trade):
    reader = let_in(trade.merchant, scopes=[Scope.PAPERS_READ.value])
    assert reader.post("agreements/bulk", {"items": [agreed(trade)]}).status_code == 403
    assert reader.send("PUT", f"payments/by-guid/{PAID}", paid(trade)).status_code == 403
    with trade.scope():
        assert not Agreement.objects.exists()


def test_agreements_and_payments_of_a_message_go_before_what_refers_to_them(trade, program):
    items = [{"kind": "payment", "data": paid(trade)}, {"kind": "agreement", "data": agreed(trade)}]
    answer = program.post("messages", {"message_no": 1, "items": items}).json()
    assert [(row["kind"], row["status"]) for row in answer["results"]] == [
        ("payment", "applied"),
        ("agreement", "applied"),
    ]


@pytest.mark.django_db(transaction=True)
def test_documents_of_stock_are_told_when_they_change(transactional_db):
    trade = open_trade()
    program = let_in(trade.merchant, scopes=ALL)
    with trade.scope():
        mug = trade.sku("mug", pieces=9)
        tied = {"warehouse_id": trade.warehouse.pk}
    told(program)
    document = {"guid": OTHER, "number": "П-1", "lines": [{"sku_id": mug.pk, "pieces": 4}], **tied}
    assert program.bulk("receipts/bulk", document) == ["created"]
    assert program.bulk("write-offs/bulk", {**document, "guid": PAID, "number": "С-1"}) == ["created"]
    with trade.scope():
        second = open_trade(trade.merchant).warehouse
    carried = {**document, "guid": str(UUID(int=77)), "to_warehouse_id": second.pk, "number": "ПР-1"}
    assert program.bulk("transfers/bulk", carried) == ["created"]
    with trade.scope():
        order = trade.order(("mug", 1))
        hand_over_all(trade, order)
        come_back.bring_to(
            merchant_id=trade.merchant.pk,
            warehouse_id=trade.warehouse.pk,
            order_id=order.pk,
            sku_id=mug.pk,
            condition=Condition.DAMAGED,
            pieces=1,
            now=NOON,
        )
        brought = delivered(trade, mug)
        counted(trade, mug)
    seen = {kind: data for kind, _pk, data in told(program)}
    assert (seen["receipt"]["number"], seen["receipt"]["guid"], seen["receipt"]["deleted"]) == ("П-1", OTHER, False)
    assert seen["receipt"]["lines"] == [{"line_no": 1, "sku_id": mug.pk, "pieces": 4}]
    assert seen["write_off"]["lines"] == [{"line_no": 1, "sku_id": mug.pk, "pieces": 4}]
    assert (seen["transfer"]["warehouse_id"], seen["transfer"]["to_warehouse_id"]) == (trade.warehouse.pk, second.pk)
    assert (seen["return"]["order_number"], seen["return"]["condition"], seen["return"]["pieces"]) == (
        order.external_number,
        "damaged",
        1,
    )
    assert (seen["delivery"]["id"], seen["delivery"]["state"]) == (brought.pk, "closed")
    assert [(row["pieces"], row["received"]) for row in seen["delivery"]["lines"]] == [(6, 5)]
    assert [(row["sku_id"], row["difference"]) for row in seen["count"]["lines"]] == [(mug.pk, 2)]
    for path, kind in (
        ("receipts", "receipt"),
        ("write-offs", "write_off"),
        ("transfers", "transfer"),
        ("returns", "return"),
        ("deliveries", "delivery"),
        ("counts", "count"),
    ):
        assert program.get(path).json() == {"items": [seen[kind]], "next": None}
        assert program.get(f"{path}/{seen[kind]['id']}").json() == seen[kind]
    stranger = let_in(open_trade().merchant, scopes=ALL)
    assert {kind for kind, _pk, _data in told(stranger)} <= {"warehouse", "channel", "price_type", "category"}
    assert stranger.get(f"counts/{seen['count']['id']}").status_code == 404
    assert program.bulk("receipts/bulk", {**document, "deleted": True}) == ["updated"]
    assert [(kind, data["deleted"], data["lines"]) for kind, _pk, data in told(program) if kind == "receipt"] == [
        ("receipt", True, [])
    ]


def hand_over_all(trade, order):
    hand_over.leave(merchant_id=trade.merchant.pk, orders=[order], now=NOON, told=True)


def delivered(trade, sku):
    made = delivery(trade, **{sku.code: 6})
    expected.take_in(receipt_id=made.pk, sku_id=sku.pk, pieces=5, now=NOON, person_id=None)
    return expected.close(receipt_id=made.pk, now=NOON + timedelta(hours=1))


def counted(trade, sku):
    """Two pieces more than the ledger has in the cell."""
    person = make.person().pk
    made = stocktake.begin(warehouse_id=trade.warehouse.pk, blind=True, person_id=person, now=NOON)
    cell = stocktake.open_cell(count_id=made.pk, location=trade.cell, person_id=person, now=NOON)
    there = Balance.objects.get(location=trade.cell, sku=sku).pieces
    stocktake.add(cell=cell, merchant_id=trade.merchant.pk, sku_id=sku.pk, pieces=there + 2)
    stocktake.close_cell(cell=cell, now=NOON)
    stocktake.post(count_id=made.pk, now=NOON, person_id=person, note="")
