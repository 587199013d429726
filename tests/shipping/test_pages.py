from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from floor.services import pack, wave
from floor.types import ScanIn
from merchants.models import Person
from merchants.roles import Role
from orders.models import Order
from orders.services import commit
from orders.types import CommitState
from shipping.models import Document, Handover, HandoverOrder
from shipping.selectors import accounting, board
from shipping.services import handover
from shipping.types import HandoverState
from tests import make
from tests.trade import NOON, Trade


@pytest.fixture
def person(trade: Trade) -> Person:
    return make.person(role=Role.LEAD, merchant=trade.merchant)


@pytest.fixture
def lead(person: Person) -> Client:
    return make.client(person)


def packed_handover(trade: Trade, person: Person) -> Handover:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 1))
    wave.release(warehouse_id=trade.warehouse.pk, order_ids=[order.pk], now=NOON, person_id=person.pk)
    scan = ScanIn(code="INT-mug", nonce=uuid4(), scanned_at=NOON, person_id=person.pk)
    pack.scan(warehouse_id=trade.warehouse.pk, scan=scan, now=NOON)
    commit.answered(merchant_id=trade.merchant.pk, order_id=order.pk, state=CommitState.DONE, text="", now=NOON)
    return Handover.objects.get()


def test_a_handover_is_counted_whole_and_shows_what_is_to_be_packed_first(
    trade: Trade, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "MEMBERS", 2)
    opened = packed_handover(trade, person)
    packed = Order.objects.get()
    assert board.one(opened.pk + 1) is None
    early, late = (trade.order(("mug", 1), ship_by=NOON + timedelta(hours=n)) for n in (1, 2))
    for order in (late, early):
        HandoverOrder.objects.create(merchant=trade.merchant, handover=opened, order=order)
    found = board.one(opened.pk)
    assert found is not None
    row, members = found
    assert (row.orders, row.packed, row.waiting, row.unaccepted) == (3, 1, 2, 2)
    assert row.due == min(NOON + timedelta(hours=1), packed.ship_by or NOON)
    assert [member.order_id for member in members] == [early.pk, late.pk]
    assert board.handovers()[0] == row
    HandoverOrder.objects.all().delete()
    assert board.one(opened.pk) == (board.handovers()[0], [])


def test_lead_closes_a_packed_handover(trade: Trade, person: Person, lead: Client) -> None:
    opened = packed_handover(trade, person)
    assert lead.get(reverse("shipping:handovers")).status_code == 200
    assert lead.get(reverse("shipping:handover", args=[opened.pk])).status_code == 200
    done = lead.post(
        reverse("shipping:close", args=[opened.pk]),
        {"shipping_point": "77|Склад у метро", "shipping_type": "self"},
    )
    assert done.status_code == 302
    opened.refresh_from_db()
    assert (opened.state, opened.shipping_point_id, opened.shipping_point_name, opened.shipping_type) == (
        "closing",
        "77",
        "Склад у метро",
        "self",
    )
    trade.ozon.refresh_from_db()
    assert trade.ozon.shipping_point_id == "77"  # remembered for the next one


def test_where_the_marketplace_knows_no_handovers_ours_has_its_own_number(
    trade: Trade, person: Person, lead: Client
) -> None:
    opened = packed_handover(trade, person)
    address = reverse("shipping:handover", args=[opened.pk])
    papers = "Маркетплейс готовит документы"
    for external_id, called, promised in ((str(opened.key), str(opened.pk), False), ("WB-GI-7", "WB-GI-7", True)):
        Handover.objects.filter(pk=opened.pk).update(state="closed", external_id=external_id)
        page = lead.get(address).content.decode()
        assert (f"Отгрузка {called}" in page, papers in page, str(opened.key) in page) == (True, promised, False)


def test_unpacked_orders_hinder_closing_and_are_named(trade: Trade, person: Person, lead: Client) -> None:
    opened = packed_handover(trade, person)
    late = trade.order(("mug", 1))
    wave.release(warehouse_id=trade.warehouse.pk, order_ids=[late.pk], now=NOON, person_id=person.pk)
    refused = lead.post(reverse("shipping:close", args=[opened.pk]))
    assert refused.status_code == 422
    assert late.external_number in refused.content.decode()
    opened.refresh_from_db()
    assert opened.state == "open"
    assert lead.post(reverse("shipping:close", args=[opened.pk]), {"leave_behind": "on"}).status_code == 302
    assert Handover.objects.filter(state="open", orders__order=late).count() == 1


@pytest.mark.parametrize("containers", ["-1", "1001", "two", "1.5"])
def test_a_number_of_boxes_that_cannot_be_is_refused(
    trade: Trade, person: Person, lead: Client, containers: str
) -> None:
    opened = packed_handover(trade, person)
    refused = lead.post(reverse("shipping:close", args=[opened.pk]), {"containers": containers})
    assert refused.status_code == 422
    assert "Короба в пункт выдачи" in refused.content.decode()
    opened.refresh_from_db()
    assert (opened.state, opened.containers) == ("open", None)


def test_boxes_to_a_pick_up_point_are_shown(trade: Trade, person: Person, lead: Client) -> None:
    opened = packed_handover(trade, person)
    page = reverse("shipping:handover", args=[opened.pk])
    assert "Короба в пункт выдачи" not in lead.get(page).content.decode()
    lead.post(reverse("shipping:close", args=[opened.pk]), {"containers": "3"})
    opened.refresh_from_db()
    assert (opened.state, opened.containers) == ("closing", 3)
    assert "Короба в пункт выдачи" in lead.get(page).content.decode()


def test_a_number_of_boxes_that_was_told_stands_in_the_form_of_the_next_closing(
    trade: Trade, person: Person, lead: Client
) -> None:
    opened = packed_handover(trade, person)
    page = reverse("shipping:handover", args=[opened.pk])
    assert "?containers=" not in lead.get(page).content.decode()
    Handover.objects.filter(pk=opened.pk).update(state="failed", containers=3)
    assert "/points/?containers=3" in lead.get(page).content.decode()


def test_paper_is_shown_to_its_merchant_alone(trade: Trade, person: Person, lead: Client) -> None:
    opened = packed_handover(trade, person)
    handover.attach_document(
        merchant_id=trade.merchant.pk,
        handover_id=opened.pk,
        kind="act",
        content=b"%PDF-1.4",
        content_type="application/pdf",
        now=NOON,
    )
    paper = Document.objects.get()
    shown = lead.get(reverse("shipping:document", args=[paper.pk]))
    assert (shown.status_code, b"".join(shown.streaming_content)) == (200, b"%PDF-1.4")  # type: ignore[attr-defined]


def test_left_out_orders_wait_for_the_next_handover(trade: Trade, person: Person) -> None:
    opened = packed_handover(trade, person)
    number = opened.orders.get().order.external_number
    handover.close(merchant_id=trade.merchant.pk, handover_id=opened.pk, now=NOON, person_id=person.pk)
    handover.closing_answered(
        merchant_id=trade.merchant.pk,
        handover_id=opened.pk,
        state=HandoverState.CLOSED,
        missing={number: "not scanned"},
        now=NOON,
    )
    following = Handover.objects.get(state="open")
    member = following.orders.get()
    assert (member.order.state, member.missing, trade.row("mug")) == ("packed", "not scanned", (5, 1))


def test_an_order_left_out_once_is_no_longer_so_when_it_goes_with_the_next(trade: Trade, person: Person) -> None:
    first = packed_handover(trade, person)
    order = first.orders.get().order
    told: dict[str, Any] = {"merchant_id": trade.merchant.pk, "now": NOON}
    handover.close(**told, handover_id=first.pk, person_id=person.pk)
    why = {order.external_number: "not scanned"}
    handover.closing_answered(**told, handover_id=first.pk, state=HandoverState.CLOSED, missing=why)
    second = Handover.objects.get(state="open")
    handover.close(**told, handover_id=second.pk, person_id=person.pk, leave_behind=True)
    assert Handover.objects.filter(state="open").count() == 0  # it is not left behind again
    handover.closing_answered(**told, handover_id=second.pk, state=HandoverState.CLOSED)
    assert (second.orders.get().missing, accounting.orders_of([second.pk])) == ("", {second.pk: [order.pk]})


def test_what_a_refusal_names_may_be_left_for_the_next_handover(trade: Trade, person: Person) -> None:
    refused = packed_handover(trade, person)
    other = trade.order(("mug", 1))
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[other.pk], now=NOON, person_id=None)
    commit.answered(merchant_id=trade.merchant.pk, order_id=other.pk, state=CommitState.DONE, text="", now=NOON)
    Order.objects.filter(pk=other.pk).update(state="packed")
    told: dict[str, Any] = {"merchant_id": trade.merchant.pk, "handover_id": refused.pk, "now": NOON}
    handover.close(**told, person_id=person.pk)
    why = {other.external_number: "It is in the shipment of tomorrow"}
    handover.closing_answered(**told, state=HandoverState.FAILED, missing=why)

    handover.close(**told, person_id=person.pk)  # tried again as it is
    assert refused.orders.count() == 2
    handover.closing_answered(**told, state=HandoverState.FAILED, missing=why)
    handover.close(**told, person_id=person.pk, leave_behind=True)
    assert (refused.orders.count(), Handover.objects.get(state="open").orders.get().order) == (1, other)

    alone = refused.orders.get().order
    handover.closing_answered(**told, state=HandoverState.FAILED, missing={alone.external_number: "no"})
    handover.close(**told, person_id=person.pk, leave_behind=True)
    assert refused.orders.get().order == alone  # nothing would be left to close
