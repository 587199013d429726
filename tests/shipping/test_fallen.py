"""Orders that are cancelled while their handover is being closed do not hold what is left of it for ever."""

import pytest

from orders.models import Order
from orders.services import commit, remote
from orders.types import CommitState, State, StatusDraft
from shipping.models import Handover, HandoverOrder
from shipping.services import handover
from shipping.types import HandoverState
from tests.trade import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def closing(trade):
    """A handover of two packed orders that the marketplace is asked to close."""
    trade.sku("mug", pieces=9)
    orders = [trade.order(("mug", 1)) for _parcel in range(2)]
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[one.pk for one in orders], now=NOON, person_id=None)
    for one in orders:
        commit.answered(merchant_id=trade.merchant.pk, order_id=one.pk, state=CommitState.DONE, text="", now=NOON)
    Order.objects.update(state=State.PACKED)
    made = Handover.objects.get()
    handover.close(merchant_id=trade.merchant.pk, handover_id=made.pk, now=NOON, person_id=None)
    return made


def cancelled(trade, *orders):
    told = {order.external_number: StatusDraft(status="cancelled", state=State.CANCELLED) for order in orders}
    channel_id = trade.ozon.channel_id
    remote.apply_statuses(merchant_id=trade.merchant.pk, channel_id=channel_id, statuses=told, now=NOON)


def refused(trade, closing):
    handover.closing_answered(
        merchant_id=trade.merchant.pk,
        handover_id=closing.pk,
        state=HandoverState.FAILED,
        problem="The supply has no orders",
        now=NOON,
    )
    closing.refresh_from_db()
    return closing.state, closing.problem, HandoverOrder.objects.filter(handover=closing).count()


def test_with_none_left_it_gathers_anew(trade, closing):
    cancelled(trade, *Order.objects.all())
    assert refused(trade, closing) == ("open", "", 0)
    later = trade.order(("mug", 1))
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[later.pk], now=NOON, person_id=None)
    assert HandoverOrder.objects.get(order=later).handover == closing


def test_where_the_next_one_is_open_the_empty_one_is_cancelled(trade, closing):
    later = trade.order(("mug", 1))
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[later.pk], now=NOON, person_id=None)
    cancelled(trade, *Order.objects.exclude(pk=later.pk))
    assert refused(trade, closing) == ("cancelled", "", 0)
    assert HandoverOrder.objects.get(order=later).handover.state == "open"


def test_with_one_left_it_may_be_closed_again(trade, closing):
    cancelled(trade, Order.objects.first())
    assert refused(trade, closing) == ("failed", "The supply has no orders", 1)
    handover.close(merchant_id=trade.merchant.pk, handover_id=closing.pk, now=NOON, person_id=None)
    closing.refresh_from_db()
    assert closing.state == "closing"


def test_a_refused_one_ends_when_its_last_order_falls_away(trade, closing):
    first, second = Order.objects.order_by("pk")
    refused(trade, closing)
    cancelled(trade, first)
    closing.refresh_from_db()
    assert (closing.state, closing.problem) == ("failed", "The supply has no orders")
    cancelled(trade, second)
    closing.refresh_from_db()
    assert (closing.state, closing.problem, HandoverOrder.objects.count()) == ("cancelled", "", 0)
    later = trade.order(("mug", 1))
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[later.pk], now=NOON, person_id=None)
    assert HandoverOrder.objects.get(order=later).handover.state == "open"


def test_a_refusal_with_all_orders_there_stands_as_it_is(trade, closing):
    assert refused(trade, closing) == ("failed", "The supply has no orders", 2)


@pytest.mark.parametrize(("there", "stays"), [(False, False), (True, True)], ids=["left without it", "it went along"])
def test_a_cancelled_order_stands_in_a_closed_handover_only_if_it_went_along(trade, closing, there, stays):
    gone, kept = Order.objects.order_by("pk")
    cancelled(trade, gone)
    handover.closing_answered(
        merchant_id=trade.merchant.pk,
        handover_id=closing.pk,
        state=HandoverState.CLOSED,
        numbers=[kept.external_number, *([gone.external_number] if there else [])],
        now=NOON,
    )
    members = HandoverOrder.objects.filter(handover__state="closed").order_by("order_id")
    assert [row.order_id for row in members] == ([gone.pk, kept.pk] if stays else [kept.pk])
    assert HandoverOrder.objects.exclude(handover=closing).count() == 0
    assert [order.state for order in Order.objects.order_by("pk")] == ["cancelled", "handed_over"]


@pytest.mark.parametrize("state", [HandoverState.FAILED, HandoverState.CLOSED])
def test_an_order_left_out_that_has_left_elsewhere_holds_up_nothing(trade, closing, state):
    gone, kept = Order.objects.order_by("pk")
    told = {gone.external_number: StatusDraft(status="delivering", state=State.DELIVERING)}
    remote.apply_statuses(merchant_id=trade.merchant.pk, channel_id=trade.ozon.channel_id, statuses=told, now=NOON)
    handover.closing_answered(
        merchant_id=trade.merchant.pk,
        handover_id=closing.pk,
        state=state,
        missing={gone.external_number: "It is not in this shipment"},
        now=NOON,
    )
    assert [row.order_id for row in HandoverOrder.objects.all()] == [kept.pk]
    if state == HandoverState.FAILED:
        handover.close(merchant_id=trade.merchant.pk, handover_id=closing.pk, now=NOON, person_id=None)
    closing.refresh_from_db()
    assert closing.state == ("closing" if state == HandoverState.FAILED else "closed")
