"""Pieces sold by weight: the weight is read before the piece, goes with it, and is told with the parcel."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from floor.models import PackSession
from floor.services import pack, wave
from floor.types import Answer, ScanIn
from merchants.models import Person
from orders.models import Order, UnitMark
from orders.selectors import outbound
from orders.types import CommitState, State
from tests import make
from tests.trade import NOON, Trade


def scan(code: str, person_id: int = 1) -> ScanIn:
    return ScanIn(code=code, nonce=uuid4(), scanned_at=NOON, person_id=person_id)


@pytest.mark.parametrize(
    ("code", "grams"),
    [
        ("1.250", 1250),
        ("1,25", 1250),
        (" 0.005 ", 5),
        ("2 kg", 2000),
        ("1.250кг", 1250),
        ("340 г", 340),
        ("340G", 340),
        ("0.5 г", None),
        ("0.000", None),
        ("700.001 кг", None),
        ("340", None),
        ("4607112345673", None),
        ("12.3456", None),
        ("-1.2", None),
        ("1.2.3", None),
        ("BO-UNDO", None),
        ("*24", None),
        ("", None),
    ],
)
def test_what_a_scale_types(code: str, grams: int | None) -> None:
    assert scan(code).grams == grams


@given(st.text(max_size=20))
def test_anything_else_is_no_weight_and_no_error(code: str) -> None:
    grams = scan(code).grams
    assert grams is None or 0 < grams <= 700_000


@given(st.from_regex(r"\d{8,14}", fullmatch=True))
def test_no_barcode_is_a_weight(code: str) -> None:
    assert scan(code).grams is None


@pytest.fixture
def packer(trade: Trade) -> Person:
    return make.person()


@pytest.fixture
def order(trade: Trade, packer: Person) -> Order:
    """Two cheeses by weight and a mug."""
    trade.sku("cheese", pieces=5)
    trade.sku("mug", pieces=5)
    made = trade.order(("cheese", 2), ("mug", 1))
    made.lines.filter(sku__code="cheese").update(marks=["weight"])
    trade.ozon.channel.marks_before_commit = True
    trade.ozon.channel.save()
    wave.release(warehouse_id=trade.warehouse.pk, order_ids=[made.pk], now=NOON, person_id=packer.pk)
    made.refresh_from_db()
    return made


def scans(trade: Trade, packer: Person, *codes: str) -> list[Answer]:
    return [pack.scan(warehouse_id=trade.warehouse.pk, scan=scan(code, packer.pk), now=NOON) for code in codes]


def test_the_weight_goes_with_the_piece_and_is_told_with_the_parcel(trade: Trade, packer: Person, order: Order) -> None:
    assert order.commit_state == CommitState.NONE  # it is told with the weights
    codes = [order.external_number, "INT-cheese", "1.250", "INT-cheese", "INT-cheese", "0,34", "0,35", "INT-cheese"]
    answers = scans(trade, packer, *codes, "INT-mug")
    assert [answer.outcome.value for answer in answers] == [
        "accepted",
        "wrong",  # not weighed
        "accepted",
        "accepted",
        "wrong",  # the second is another piece
        "accepted",
        "accepted",  # weighed once more: the last reading counts
        "accepted",
        "accepted",
    ]
    assert "1.250" in answers[1].text
    order.refresh_from_db()
    assert (order.state, order.commit_state) == (State.PACKED, CommitState.OWED)
    (parcel,) = outbound.parcels(order_ids=[order.pk])
    assert [(mark.external_id, mark.unit, mark.kind, mark.value) for mark in parcel.marks] == [
        ("cheese", 0, "weight", "1250"),
        ("cheese", 1, "weight", "350"),
    ]


def test_two_pieces_may_weigh_the_same_and_undo_forgets_the_weight(trade: Trade, packer: Person, order: Order) -> None:
    scans(trade, packer, order.external_number, "1.000", "INT-cheese", "1.000", "INT-cheese")
    assert list(UnitMark.objects.values_list("value", flat=True)) == ["1000", "1000"]
    scans(trade, packer, "BO-UNDO")
    assert UnitMark.objects.count() == 1
    assert scans(trade, packer, "INT-cheese")[0].outcome == "wrong"


def test_a_weight_where_nothing_is_weighed(trade: Trade, packer: Person, order: Order) -> None:
    plain = trade.order(("mug", 1))
    wave.release(warehouse_id=trade.warehouse.pk, order_ids=[plain.pk], now=NOON, person_id=packer.pk)
    assert scans(trade, packer, "1.250")[0].outcome == "wrong"  # no order is open: a code that means nothing
    assert scans(trade, packer, plain.external_number, "1.250")[1].outcome == "already"
    assert PackSession.objects.get(order=plain).weight_g is None
