"""Goods come in: deliveries by scan, unknown barcodes, put away, refill."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalog.models import Barcode
from floor.services import carry, receive
from floor.types import Answer, Outcome, ScanIn
from merchants.models import Person
from merchants.roles import Role
from stock.models import Balance, ExpectedLine, Location, Move
from stock.selectors import expected as selectors
from stock.selectors import proof
from stock.services import expected, shelf
from stock.types import LocationKind, ReceiptState
from tests import make
from tests.trade import NOON, Trade, delivery


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def person(trade: Trade) -> Person:
    return make.person()


def scanned(person: Person, code: str, **fields: Any) -> ScanIn:
    return ScanIn(**{"code": code, "nonce": uuid4(), "scanned_at": NOON, "person_id": person.pk, **fields})


def received(trade: Trade, receipt: Any, scan: ScanIn) -> Answer:
    return receive.scan(warehouse_id=trade.warehouse.pk, receipt=receipt, scan=scan, now=NOON)


def carried(trade: Trade, scan: ScanIn, *, source: int | None = None, release: bool = False) -> Answer:
    merchants = frozenset({trade.merchant.pk}) if release else frozenset()
    return carry.scan(warehouse_id=trade.warehouse.pk, scan=scan, source_id=source, release_for=merchants, now=NOON)


def lying(trade: Trade, code: str) -> dict[str, int]:
    rows = Balance.objects.filter(sku=trade.skus[code], bounded=True, pieces__gt=0).select_related("location")
    return {row.location.code: row.pieces for row in rows}


def test_delivery_is_received_piece_by_piece_and_what_is_too_much_is_said(trade: Trade, person: Person) -> None:
    trade.sku("mug")
    trade.sku("fork")
    receipt = delivery(trade, mug=3)
    assert received(trade, receipt, scanned(person, "INT-mug")).text == "mug: 1 of 3."
    said = received(trade, receipt, scanned(person, "*3"))
    assert (said.outcome, said.data["next_pieces"]) == (Outcome.ACCEPTED, 3)
    many = received(trade, receipt, scanned(person, "INT-mug", pieces=3))
    assert (many.word, many.text) == ("More than expected", "mug: 4, expected 3. Taken in.")
    strange = received(trade, receipt, scanned(person, "INT-fork"))
    assert strange.word == "Not in the delivery"
    assert {line.sku.code: line.difference for line in selectors.lines(receipt.pk)} == {"mug": 1, "fork": 1}
    assert lying(trade, "mug") == {"DOCK": 4}
    assert trade.row("mug") == (4, 0)
    assert proof.differences() == []


def test_repeated_nonce_receives_once(trade: Trade, person: Person) -> None:
    trade.sku("mug")
    receipt = delivery(trade, mug=3)
    one = scanned(person, "INT-mug")
    assert received(trade, receipt, one) == received(trade, receipt, one)
    assert lying(trade, "mug") == {"DOCK": 1}


def test_undo_takes_back_one_receiving_after_the_other(trade: Trade, person: Person) -> None:
    trade.sku("mug")
    receipt = delivery(trade, mug=9)
    received(trade, receipt, scanned(person, "INT-mug"))
    received(trade, receipt, scanned(person, "INT-mug", pieces=5))
    assert received(trade, receipt, scanned(person, "BO-UNDO")).data["undone"] == 5
    assert lying(trade, "mug") == {"DOCK": 1}
    assert received(trade, receipt, scanned(person, "BO-UNDO")).data["undone"] == 1
    assert received(trade, receipt, scanned(person, "BO-UNDO")).outcome == Outcome.ALREADY
    assert lying(trade, "mug") == {}
    assert ExpectedLine.objects.get(receipt=receipt).received == 0
    assert proof.differences() == []


def test_another_persons_or_another_deliverys_scan_is_not_undone(trade: Trade, person: Person) -> None:
    trade.sku("mug")
    receipt = delivery(trade, mug=9)
    received(trade, receipt, scanned(person, "INT-mug"))
    assert received(trade, receipt, scanned(make.person(), "BO-UNDO")).outcome == Outcome.ALREADY
    assert received(trade, None, scanned(person, "BO-UNDO")).outcome == Outcome.ALREADY
    assert lying(trade, "mug") == {"DOCK": 1}


def test_closed_delivery_takes_nothing_in(trade: Trade, person: Person) -> None:
    trade.sku("mug")
    receipt = delivery(trade, mug=2)
    received(trade, receipt, scanned(person, "INT-mug"))
    assert expected.close(receipt_id=receipt.pk, now=NOON).state == ReceiptState.CLOSED
    with pytest.raises(Exception, match="closed"):
        received(trade, receipt, scanned(person, "INT-mug"))
    assert lying(trade, "mug") == {"DOCK": 1}
    empty = delivery(trade, mug=2)
    assert expected.close(receipt_id=empty.pk, now=NOON).state == ReceiptState.CANCELLED


def test_put_away_suggests_where_it_lies_then_the_nearest_free_cell(trade: Trade, person: Person) -> None:
    trade.sku("mug", pieces=1)
    trade.sku("fork")
    dock_mug = received(trade, None, scanned(person, "INT-mug", pieces=4))
    received(trade, None, scanned(person, "INT-fork", pieces=2))
    assert dock_mug.outcome == Outcome.ACCEPTED
    near = Location.objects.create(warehouse=trade.warehouse, code="C-01", x=2, y=2)
    Location.objects.create(warehouse=trade.warehouse, code="B-01", x=9, y=9)
    assert carried(trade, scanned(person, "INT-mug")).data["suggested"] == "A-01-01"
    held = carried(trade, scanned(person, "INT-fork"))
    assert (held.data["suggested"], held.data["pieces"]) == ("C-01", 2)
    put = carried(trade, scanned(person, near.code, sku_id=held.data["sku_id"], pieces=2))
    assert put.text == "fork: 2 lie in C-01 now."
    assert lying(trade, "fork") == {"C-01": 2}
    assert lying(trade, "mug") == {"A-01-01": 1, "DOCK": 4}
    assert proof.differences() == []


def test_fewer_than_all_may_be_carried_but_never_more(trade: Trade, person: Person) -> None:
    mug = trade.sku("mug", pieces=5)
    other = Location.objects.create(warehouse=trade.warehouse, code="B-01")
    here = trade.cell.pk
    assert carried(trade, scanned(person, "INT-mug"), source=here).data["pieces"] == 5
    assert carried(trade, scanned(person, "*2", sku_id=mug.pk), source=here).data["pieces"] == 2
    assert carried(trade, scanned(person, "*6", sku_id=mug.pk), source=here).outcome == Outcome.WRONG
    with pytest.raises(Exception, match="Not enough stock"):
        carried(trade, scanned(person, "B-01", sku_id=mug.pk, pieces=6), source=here)
    carried(trade, scanned(person, other.code, sku_id=mug.pk, pieces=2), source=here)
    assert lying(trade, "mug") == {"A-01-01": 3, "B-01": 2}


def test_item_that_does_not_lie_there_is_refused(trade: Trade, person: Person) -> None:
    trade.sku("mug", pieces=1)
    assert carried(trade, scanned(person, "INT-mug")).word == "Not here"  # the dock is empty
    assert carried(trade, scanned(person, "*2")).word == "Which item?"
    assert carried(trade, scanned(person, "nothing")).word == "Unknown code"


def test_quarantine_is_not_sold_and_only_a_lead_lets_out_of_it(trade: Trade, person: Person) -> None:
    mug = trade.sku("mug", pieces=3)
    quarantine = Location.objects.create(warehouse=trade.warehouse, code="QUARANTINE", kind=LocationKind.QUARANTINE)
    carried(trade, scanned(person, "QUARANTINE", sku_id=mug.pk, pieces=2), source=trade.cell.pk)
    assert trade.row("mug") == (1, 0)
    out = scanned(person, "A-01-01", sku_id=mug.pk, pieces=1)
    assert carried(trade, out, source=quarantine.pk).word == "Quarantine"
    assert trade.row("mug") == (1, 0)
    again = scanned(person, "A-01-01", sku_id=mug.pk, pieces=1)
    assert carried(trade, again, source=quarantine.pk, release=True).outcome == Outcome.ACCEPTED
    assert trade.row("mug") == (2, 0)
    assert proof.differences() == []


def test_place_of_another_warehouse_is_not_a_source(trade: Trade, person: Person) -> None:
    from stock.models import Warehouse

    strange = Location.objects.create(warehouse=Warehouse.objects.create(name="Elsewhere"), code="X")
    trade.sku("mug", pieces=1)
    trade.receive(trade.skus["mug"], 2, strange)
    assert carried(trade, scanned(person, "INT-mug"), source=strange.pk).word == "Not here"


def test_low_pick_cell_is_refilled_from_where_most_lies(trade: Trade) -> None:
    mug = trade.sku("mug", pieces=2)
    reserve = Location.objects.create(warehouse=trade.warehouse, code="R-01")
    trade.receive(mug, 20, reserve)
    fields = {"merchant_id": trade.merchant.pk, "warehouse_id": trade.warehouse.pk, "sku_id": mug.pk}
    shelf.set_minimum(**fields, location_id=trade.cell.pk, pieces=3, refill_to=10)
    shelf.set_minimum(**fields, location_id=None, pieces=30, refill_to=50)
    [low] = selectors.low_cells(trade.warehouse.pk)
    assert (low.there, low.wanted, low.source and low.source.code) == (2, 8, "R-01")
    [bought] = selectors.low_stock()
    assert (bought.there, bought.wanted) == (22, 28)
    shelf.set_minimum(**fields, location_id=trade.cell.pk, pieces=0, refill_to=0)
    assert selectors.low_cells(trade.warehouse.pk) == []


def post_scan(browser: Client, url: str, code: str, **context: object) -> Any:
    body = {"code": code, "nonce": str(uuid4()), "at": "2026-11-24T09:00:00Z", **context}
    answer = browser.post(url, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_unknown_barcode_is_tied_on_the_spot_by_a_lead_alone(trade: Trade) -> None:
    trade.sku("mug")
    receipt = delivery(trade, mug=2)
    url = reverse("floor:receive-scan", args=[receipt.pk])
    picker = make.client(role=Role.PICKER, merchant=trade.merchant)
    lead = make.client(role=Role.LEAD, merchant=trade.merchant)
    unheard = post_scan(picker, url, "4600000000015")
    assert (unheard["outcome"], "tie-article" in unheard["html"]) == ("wrong", False)
    assert "tie-article" in post_scan(lead, url, "4600000000015")["html"]
    tie = {"code": "4600000000015", "article": "mug", "receipt": receipt.pk}
    assert picker.post(reverse("floor:receive-tie"), tie).status_code == 403
    assert lead.post(reverse("floor:receive-tie"), {**tie, "code": "4600000000016"}).status_code == 302
    assert not Barcode.objects.filter(value__startswith="46").exists()
    assert lead.post(reverse("floor:receive-tie"), tie)["Location"] == reverse(
        "floor:receive-document", args=[receipt.pk]
    )
    assert post_scan(picker, url, "4600000000015")["outcome"] == "accepted"
    assert ExpectedLine.objects.get(receipt=receipt).received == 1


def test_pages_of_the_dock_and_the_office_are_drawn(trade: Trade) -> None:
    trade.sku("mug", pieces=1)
    lead = make.client(role=Role.LEAD, merchant=trade.merchant)
    assert lead.get(reverse("stock:receipt-new"))["Location"] == reverse("stock:supplier-new")
    supplier = {"name": "Фабрика", "lead_days": 5, "minimum_order": "1000", "contact": ""}
    assert lead.post(reverse("stock:supplier-new"), supplier).status_code == 302
    assert lead.post(reverse("stock:supplier-new"), supplier).status_code == 422
    form = {
        "supplier": selectors.suppliers()[0].pk,
        "warehouse": trade.warehouse.pk,
        "number": "D-7",
        "expected_on": "2026-11-24",
        "line-TOTAL_FORMS": 1,
        "line-INITIAL_FORMS": 0,
        "line-0-sku": "mug",
        "line-0-pieces": 5,
    }
    made = lead.post(reverse("stock:receipt-new"), form)
    assert made.status_code == 302
    assert lead.post(reverse("stock:receipt-new"), form).status_code == 422
    pk = int(made["Location"].rstrip("/").split("/")[-1])
    for name in ("floor:receive", "floor:receive-free", "floor:carry", "stock:suppliers", "stock:receipts"):
        assert lead.get(reverse(name)).status_code == 200, name
    for name in ("floor:receive-document", "stock:receipt"):
        assert "mug" in lead.get(reverse(name, args=[pk])).content.decode()
    assert lead.post(reverse("stock:receipt-close", args=[pk])).status_code == 302
    sku = trade.skus["mug"].pk
    assert (
        lead.post(reverse("stock:write-off", args=[sku]), {"cell": "A-01-01", "pieces": 2, "note": "x"}).status_code
        == 422
    )
    assert (
        lead.post(reverse("stock:write-off", args=[sku]), {"cell": "A-01-01", "pieces": 1, "note": "x"}).status_code
        == 302
    )
    assert Move.objects.filter(reason="write_off").count() == 1
    assert lead.post(reverse("stock:minimum", args=[sku]), {"cell": "", "pieces": 3, "refill_to": 2}).status_code == 422
    assert lead.post(reverse("stock:minimum", args=[sku]), {"cell": "", "pieces": 3, "refill_to": 9}).status_code == 302
    assert "mug" in lead.get(reverse("stock:receipts")).content.decode()
