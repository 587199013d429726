"""Two people on one handover, with real connections."""

from typing import Any

import pytest

from orders.models import Order
from orders.services import commit, remote
from orders.types import CommitState, State, StatusDraft
from shipping.errors import CannotClose, WrongState
from shipping.models import Handover, HandoverOrder
from shipping.services import handover
from shipping.types import HandoverState
from tests.stock.test_races import at_once, waits
from tests.trade import NOON, Trade, open_trade


@pytest.fixture
def truck(transactional_db: None) -> Trade:
    """A handover with one packed order."""
    trade = open_trade()
    with trade.scope():
        trade.sku("mug", pieces=9)
        accept(trade, trade.order(("mug", 1)))
        Order.objects.update(state=State.PACKED, commit_state=CommitState.DONE)
    return trade


def accept(trade: Trade, order: Order) -> None:
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)


def close(trade: Trade, *, leave_behind: bool = False) -> Handover:
    with trade.scope():
        return handover.close(
            merchant_id=trade.merchant.pk,
            handover_id=Handover.objects.order_by("pk")[0].pk,
            now=NOON,
            person_id=None,
            leave_behind=leave_behind,
        )


def test_a_handover_is_not_closed_while_an_order_is_being_put_into_it(truck: Trade) -> None:
    with truck.scope():
        late = truck.order(("mug", 1))
        accept(truck, late)
        assert waits(lambda: close(truck))
    with pytest.raises(CannotClose, match=late.external_number):
        close(truck)
    assert close(truck, leave_behind=True).state == HandoverState.CLOSING
    with truck.scope():
        assert HandoverOrder.objects.get(order=late).handover.state == HandoverState.OPEN


def test_of_two_who_close_a_handover_one_is_told_that_it_is_being_closed(truck: Trade) -> None:
    def closes(_number: int) -> str:
        try:
            return close(truck).state
        except WrongState as refusal:
            return str(refusal)

    answers = at_once(closes, 6)
    assert sorted(answers) == sorted(["closing"] + ["Эта отгрузка: закрывается."] * 5)


def test_an_order_does_not_fall_away_while_its_handover_departs(truck: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    with truck.scope():
        order = Order.objects.get()
    closing = close(truck)
    depart = handover._depart

    def cancelled() -> None:
        with truck.scope():
            remote.apply_statuses(
                merchant_id=truck.merchant.pk,
                channel_id=order.channel_id,
                statuses={order.external_number: StatusDraft(status="cancelled", state=State.CANCELLED)},
                now=NOON,
            )

    def departs(*what: Any) -> None:
        assert waits(cancelled)
        depart(*what)

    monkeypatch.setattr(handover, "_depart", departs)
    with truck.scope():
        handover.closing_answered(
            merchant_id=truck.merchant.pk, handover_id=closing.pk, state=HandoverState.CLOSED, now=NOON
        )
    cancelled()
    with truck.scope():
        order.refresh_from_db()
        assert (order.state, order.attention) == ("cancelled", ["cancelled_after_handover"])
        assert truck.row("mug") == (8, 0)
