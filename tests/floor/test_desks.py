"""Returns desk and pickup desk: what comes back, what is given out."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from PIL import Image

from floor.models import CameBack, PutBack
from floor.services import come_back, pack, wave
from floor.types import Answer, Outcome, ScanIn
from merchants.models import Person
from merchants.roles import Role
from orders.models import Order, UnitMark
from orders.services import hand_over, mark, pickup
from orders.types import State
from stock.models import Balance, Reservation
from stock.selectors import proof
from tests import make
from tests.trade import NOON, Trade


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def person(trade: Trade) -> Person:
    return make.person()


def packed(trade: Trade, person: Person, *lines: tuple[str, int], **fields: Any) -> Order:
    order = trade.order(*lines, **fields)
    wave.release(warehouse_id=trade.warehouse.pk, order_ids=[order.pk], now=NOON, person_id=person.pk)
    for code, pieces in lines:
        for _piece in range(pieces):
            scan = ScanIn(code=f"INT-{code}", nonce=uuid4(), scanned_at=NOON, person_id=person.pk)
            assert pack.scan(warehouse_id=trade.warehouse.pk, scan=scan, now=NOON).outcome == Outcome.ACCEPTED
    order.refresh_from_db()
    assert order.state == State.PACKED
    return order


def gone(trade: Trade, person: Person, *lines: tuple[str, int]) -> Order:
    order = packed(trade, person, *lines)
    hand_over.hand_over(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)
    return order


def at_desk(trade: Trade, person: Person, code: str, **held: Any) -> Answer:
    scan = ScanIn(**{"code": code, "nonce": uuid4(), "scanned_at": NOON, "person_id": person.pk, **held})
    return come_back.scan(warehouse_id=trade.warehouse.pk, scan=scan, now=NOON)


def decided(trade: Trade, person: Person, condition: str, code: str, order: Order | None) -> Answer:
    held = {"sku_id": trade.skus[code].pk, "order_id": order.pk if order else None}
    return at_desk(trade, person, f"BO-RETURN-{condition}", **held)


def lying(trade: Trade, code: str) -> dict[str, int]:
    rows = Balance.objects.filter(sku=trade.skus[code], bounded=True, pieces__gt=0).select_related("location")
    return {row.location.code: row.pieces for row in rows}


def state(order: Order) -> str:
    order.refresh_from_db()
    return order.state


def test_pieces_come_back_one_by_one_to_where_their_condition_says(trade: Trade, person: Person) -> None:
    trade.sku("mug", pieces=2)
    order = gone(trade, person, ("mug", 2))
    found = at_desk(trade, person, order.external_number)
    assert found.data["order_id"] == order.pk
    held = at_desk(trade, person, "INT-mug", order_id=order.pk)
    assert held.data["sku_id"] == trade.skus["mug"].pk
    assert decided(trade, person, "INTACT", "mug", order).outcome == Outcome.ACCEPTED
    assert (state(order), lying(trade, "mug"), trade.row("mug")) == ("returning", {"DOCK": 1}, (1, 0))
    last = decided(trade, person, "DAMAGED", "mug", order)
    assert "whole order is back" in last.text
    assert (state(order), lying(trade, "mug")) == ("returned", {"DOCK": 1, "QUARANTINE": 1})
    assert trade.row("mug") == (1, 0)
    assert decided(trade, person, "INTACT", "mug", order).word == "Not of this order"
    assert CameBack.objects.count() == 2
    assert proof.differences() == []


def test_order_that_never_left_gives_nothing_back(trade: Trade, person: Person) -> None:
    trade.sku("mug", pieces=1)
    order = packed(trade, person, ("mug", 1))
    with pytest.raises(Exception, match="has not left"):
        decided(trade, person, "INTACT", "mug", order)
    assert (state(order), CameBack.objects.count(), trade.row("mug")) == ("packed", 0, (1, 1))


def test_unexpected_return_is_taken_in_without_an_order(trade: Trade, person: Person) -> None:
    trade.sku("mug", pieces=0)
    assert "unexpected" in at_desk(trade, person, "INT-mug").text
    assert decided(trade, person, "OPENED", "mug", None).outcome == Outcome.ACCEPTED
    assert lying(trade, "mug") == {"DOCK": 1}
    assert CameBack.objects.get().order is None
    assert at_desk(trade, person, "BO-RETURN-INTACT").word == "Which item?"
    assert at_desk(trade, person, "BO-RETURN-NONSENSE").word == "Unknown code"
    assert proof.differences() == []


@pytest.mark.parametrize(("condition", "kept"), [("INTACT", 0), ("DAMAGED", 1)])
def test_marking_code_of_a_piece_sold_again_may_serve_another_unit(
    trade: Trade, person: Person, condition: str, kept: int
) -> None:
    trade.sku("mug", pieces=1)
    order = gone(trade, person, ("mug", 1))
    mark.capture(
        merchant_id=trade.merchant.pk,
        unit_id=order.units.get().pk,
        kind="sgtin",
        value="010460000000001521abcDEF1234567\x1d93abcd",
        now=NOON,
        person_id=None,
    )
    trade.skus["mug"].barcodes.create(merchant=trade.merchant, value="4600000000015", kind="ean13")
    for read in ("010460000000001521abcDEF1234567", "]d2010460000000001521abcDEF123456793abcd"):
        assert at_desk(trade, person, read).data["order_id"] == order.pk
    decided(trade, person, condition, "mug", order)
    assert UnitMark.objects.count() == kept


def test_repeated_decision_takes_one_piece_back(trade: Trade, person: Person) -> None:
    trade.sku("mug", pieces=2)
    order = gone(trade, person, ("mug", 2))
    scan = ScanIn(
        code="BO-RETURN-INTACT",
        nonce=uuid4(),
        scanned_at=NOON,
        person_id=person.pk,
        order_id=order.pk,
        sku_id=trade.skus["mug"].pk,
    )
    for _time in range(2):
        come_back.scan(warehouse_id=trade.warehouse.pk, scan=scan, now=NOON)
    assert lying(trade, "mug") == {"DOCK": 1}


def test_page_of_returns_is_drawn_and_keeps_a_photo(trade: Trade) -> None:
    trade.sku("mug")
    clerk = make.person(role=Role.PICKER, merchant=trade.merchant)
    browser = make.client(clerk)
    decided(trade, clerk, "CLAIM", "mug", None)
    assert "mug" in browser.get(reverse("floor:returns")).content.decode()
    drawn = BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "JPEG")
    upload = SimpleUploadedFile("p.jpg", drawn.getvalue(), "image/jpeg")
    assert browser.post(reverse("floor:returns-photo"), {"photo": upload}).status_code == 302
    assert CameBack.objects.get().photo.size > 0
    CameBack.objects.get().photo.delete()


@pytest.fixture
def waiting(trade: Trade, person: Person) -> Order:
    """A click & collect order entered by hand that waits for its buyer."""
    trade.sku("mug", pieces=1)
    order = packed(trade, person, ("mug", 1), scheme="pickup")
    Order.objects.filter(pk=order.pk).update(pickup_code="123456", state=State.READY_FOR_PICKUP)
    Order.objects.filter(pk=order.pk).update(pickup_until=timezone.now() + timedelta(days=1))
    return order


def test_order_is_given_out_by_code_to_who_was_looked_at(trade: Trade, waiting: Order) -> None:
    desk = make.client(role=Role.PICKER, merchant=trade.merchant)
    issue = reverse("floor:desk-issue", args=[waiting.pk])
    for wrong in ({"code": "000000", "identity": "on"}, {"code": "123456"}):
        assert desk.post(issue, wrong).status_code == 302
        assert state(waiting) == "ready_for_pickup"
    assert trade.row("mug") == (1, 1)
    desk.post(issue, {"code": "123456", "identity": "on"})
    assert (state(waiting), trade.row("mug")) == ("delivered", (0, 0))
    desk.post(issue, {"code": "123456", "identity": "on"})
    assert trade.row("mug") == (0, 0)
    assert proof.differences() == []


def test_refused_order_frees_its_goods_and_they_are_put_back(trade: Trade, waiting: Order) -> None:
    desk = make.client(role=Role.PICKER, merchant=trade.merchant)
    for _time in range(2):
        desk.post(reverse("floor:desk-refuse", args=[waiting.pk]), {"text": "too small"})
    assert (state(waiting), waiting.cancelled_by) == ("cancelled", "refused")
    assert not Reservation.objects.filter(state="held").exists()
    assert trade.row("mug") == (1, 0)
    assert PutBack.objects.count() == 1
    assert proof.differences() == []


def test_order_is_found_by_number_code_and_phone_end_and_kept_longer(trade: Trade, waiting: Order) -> None:
    from backoffice.kernel import seal
    from orders.models import BuyerData

    BuyerData.objects.create(
        merchant=trade.merchant, order=waiting, sealed=seal.seal({"phone": "+7 900 000-12-34"}), expires_at=NOON
    )
    desk = make.client(role=Role.PICKER, merchant=trade.merchant)
    url = reverse("floor:desk")
    for query in ("", waiting.external_number[-2:], "123456", "1234"):
        page = desk.get(url, {"q": query}).content.decode()
        assert waiting.external_number in page, query
        assert "000-12-34" not in page
    assert waiting.external_number not in desk.get(url, {"q": "9999"}).content.decode()
    before = waiting.pickup_until
    desk.post(reverse("floor:desk-keep", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert waiting.pickup_until is not None
    assert waiting.pickup_until > timezone.now() + timedelta(days=6)
    assert before is None
    assert pickup.put_back_uncollected(merchant_id=trade.merchant.pk, now=timezone.now()) == []
