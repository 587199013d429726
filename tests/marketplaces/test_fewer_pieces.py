"""Pieces are taken off an order once: a lost answer is read from the order, a refusal waits for a person."""

from contextlib import suppress
from dataclasses import replace

import pytest

from floor.services import wave
from marketplaces import dto
from marketplaces.errors import OutcomeUnknown, Rejected, Unavailable
from orders.models import Order, Unit
from orders.services import give_up
from orders.types import Attention, UnitState
from tests import make
from tests.fakes.marketplace import Killed, remote_order
from tests.marketplaces.conftest import Desk


@pytest.fixture
def order(desk: Desk) -> Order:
    """An order of two mugs and a fork; the fork is nowhere."""
    desk.trade.sku("mug", pieces=5)
    desk.trade.sku("fork", pieces=5)
    made = desk.trade.order(("mug", 2), ("fork", 1))
    desk.fake.orders[made.external_number] = remote_order(made.external_number, ("mug", 2), ("fork", 1))
    wave.release(warehouse_id=desk.trade.warehouse.pk, order_ids=[made.pk], now=desk.now, person_id=make.person().pk)
    Unit.objects.filter(sku__code="mug").update(state=UnitState.PICKED)
    desk.drain("commands")
    give_up.ask(merchant_id=desk.trade.merchant.pk, order_id=made.pk, now=desk.now, person_id=None)
    return made


def off(order: Order) -> list[tuple[str, int]]:
    return list(order.lines.values_list("external_id", "cancelled_pieces"))


def test_it_is_told_and_so_it_is(desk: Desk, order: Order) -> None:
    desk.drain("commands")
    assert desk.fake.taken_off == [(order.external_number, {"fork": 1})]
    assert off(order) == [("mug", 0), ("fork", 1)]
    assert desk.commands(op="cancel_lines") == []


@pytest.mark.parametrize("error", [OutcomeUnknown("no answer"), Killed()], ids=["answer lost", "worker killed"])
@pytest.mark.parametrize("after", [False, True], ids=["nothing happened", "it happened"])
def test_an_outcome_nobody_knows_is_read_from_the_order(
    desk: Desk, order: Order, error: BaseException, after: bool
) -> None:
    desk.fake.trouble("cancel_lines", error, after=after)
    with suppress(Killed):
        desk.drain("commands")
    assert off(order) == [("mug", 0), ("fork", 0)]
    desk.later(400)
    desk.drain("commands")
    assert desk.fake.taken_off == [(order.external_number, {"fork": 1})]
    assert off(order) == [("mug", 0), ("fork", 1)]
    assert desk.commands(op="cancel_lines") == []


def test_a_refusal_waits_for_a_person(desk: Desk, order: Order) -> None:
    desk.fake.trouble("cancel_lines", Rejected("too late", code=dto.Code.WRONG_STATE))
    desk.drain("commands")
    order.refresh_from_db()
    assert Attention.CANCEL_FAILED in order.attention
    assert off(order) == [("mug", 0), ("fork", 0)]
    assert desk.commands(op="cancel_lines") == []


def test_busy_is_tried_again(desk: Desk, order: Order) -> None:
    desk.fake.trouble("cancel_lines", Unavailable("429"))
    desk.drain("commands")
    assert len(desk.commands(op="cancel_lines")) == 1
    desk.later(400)
    desk.drain("commands")
    assert desk.fake.taken_off == [(order.external_number, {"fork": 1})]


def test_an_order_cancelled_meanwhile_is_not_asked_about(desk: Desk, order: Order) -> None:
    told = desk.fake.orders[order.external_number]
    gone = dto.RemoteStatus(number=told.number, status="cancelled", stage=dto.Stage.CANCELLED)
    desk.fake.pages = [dto.Page(items=[replace(told, status=gone)])]
    desk.read("orders")
    desk.drain("commands")
    assert desk.fake.taken_off == []
