"""Click & collect from our own shelf: ready, given out by code, or put back when nobody came."""

from datetime import timedelta

import pytest

from orders.errors import NotIdentified, WrongCode, WrongState
from orders.models import Order, OrderEvent
from orders.services import commit, own_delivery, pickup, remote, work
from orders.types import ENTERED_BY_HAND, State, StatusDraft, UnitState
from tests.trade import NOON, Trade

LATER = NOON + timedelta(days=3)


def packed(trade: Trade, *, by_hand: bool = True) -> Order:
    trade.sku("mug", pieces=5)
    status = StatusDraft(status=ENTERED_BY_HAND if by_hand else "CONFIRMED", state=State.NEW)
    order = trade.order(("mug", 2), scheme="pickup", status=status)
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)
    work.make_units(merchant_id=trade.merchant.pk, order_ids=[order.pk])
    Order.objects.filter(pk=order.pk).update(state=State.PACKED)
    order.units.update(state=UnitState.PACKED) if hasattr(order, "units") else None
    order.refresh_from_db()
    return order


def arrive(trade: Trade, order: Order) -> Order:
    done = pickup.arrive(
        merchant_id=trade.merchant.pk, order_ids=[order.pk], keep_until=LATER, now=NOON, person_id=None
    )
    assert list(done) == [order.pk]
    order.refresh_from_db()
    return order


def issue(trade: Trade, order: Order, code: str, *, identity_checked: bool = True) -> None:
    pickup.issue(
        merchant_id=trade.merchant.pk,
        order_id=order.pk,
        code=code,
        identity_checked=identity_checked,
        now=NOON,
        person_id=None,
    )
    order.refresh_from_db()


def test_what_waits_is_still_on_the_shelf_and_leaves_when_it_is_given_out(trade: Trade) -> None:
    order = arrive(trade, packed(trade))
    assert (order.state, order.pickup_until, len(order.pickup_code)) == ("ready_for_pickup", LATER, 6)
    assert trade.row("mug") == (5, 2)

    issue(trade, order, f" {order.pickup_code} ")
    issue(trade, order, "whatever: it is given out already")

    assert (order.state, order.handed_over_at) == ("delivered", NOON)
    assert trade.row("mug") == (3, 0)
    told = OrderEvent.objects.filter(order=order, kind="state").order_by("id").values_list("became", flat=True)
    assert list(told)[-2:] == ["ready_for_pickup", "delivered"]


def test_a_wrong_code_or_an_unseen_buyer_gets_nothing(trade: Trade) -> None:
    order = arrive(trade, packed(trade))
    wrong = "000000" if order.pickup_code != "000000" else "111111"
    for code in (wrong, "", order.pickup_code[:-1], "я"):
        with pytest.raises(WrongCode):
            issue(trade, order, code)
    with pytest.raises(NotIdentified):
        issue(trade, order, order.pickup_code, identity_checked=False)

    order.refresh_from_db()
    assert order.state == "ready_for_pickup"
    assert trade.row("mug") == (5, 2)


def test_what_does_not_wait_here_is_not_given_out(trade: Trade) -> None:
    order = packed(trade)
    with pytest.raises(WrongState):
        issue(trade, order, "")
    assert not pickup.arrive(
        merchant_id=trade.merchant.pk,
        order_ids=[trade.order(("mug", 1)).pk],
        keep_until=LATER,
        now=NOON,
        person_id=None,
    )


def test_nobody_came_so_the_goods_are_free_again_and_go_back(trade: Trade) -> None:
    order = arrive(trade, packed(trade))
    merchant_id = trade.merchant.pk
    assert pickup.put_back_uncollected(merchant_id=merchant_id, now=LATER) == []

    later = LATER + timedelta(seconds=1)
    assert pickup.put_back_uncollected(merchant_id=merchant_id, now=later) == [order.pk]
    assert pickup.put_back_uncollected(merchant_id=merchant_id, now=later) == []

    order.refresh_from_db()
    assert (order.state, order.cancelled_by) == ("cancelled", "not_collected")
    assert trade.row("mug") == (5, 0)
    with pytest.raises(WrongState):
        issue(trade, order, order.pickup_code)


def test_an_order_may_be_kept_for_longer(trade: Trade) -> None:
    order = arrive(trade, packed(trade))
    longer = LATER + timedelta(days=2)
    pickup.extend(merchant_id=trade.merchant.pk, order_id=order.pk, keep_until=longer, now=NOON, person_id=None)

    assert pickup.put_back_uncollected(merchant_id=trade.merchant.pk, now=LATER + timedelta(days=1)) == []


def test_a_marketplace_that_says_delivered_takes_the_goods_off_the_shelf(trade: Trade) -> None:
    order = arrive(trade, packed(trade, by_hand=False))
    assert order.pickup_code == ""
    told = {order.external_number: StatusDraft(status="DELIVERED", state=State.DELIVERED, handed=True)}
    remote.apply_statuses(
        merchant_id=trade.merchant.pk, channel_id=order.channel_id, statuses=told, now=NOON + timedelta(hours=1)
    )

    order.refresh_from_db()
    assert (order.state, trade.row("mug")) == ("delivered", (3, 0))


def test_a_marketplace_that_cancels_what_waits_here_frees_it(trade: Trade) -> None:
    order = arrive(trade, packed(trade, by_hand=False))
    told = {order.external_number: StatusDraft(status="CANCELLED", state=State.CANCELLED, cancelled_by="buyer")}
    remote.apply_statuses(merchant_id=trade.merchant.pk, channel_id=order.channel_id, statuses=told, now=NOON)

    order.refresh_from_db()
    assert (order.state, order.attention, trade.row("mug")) == ("cancelled", [], (5, 0))


def test_ready_there_is_not_gone_from_here(trade: Trade) -> None:
    order = packed(trade, by_hand=False)
    told = {order.external_number: StatusDraft(status="PICKUP", state=State.READY_FOR_PICKUP)}
    remote.apply_statuses(merchant_id=trade.merchant.pk, channel_id=order.channel_id, statuses=told, now=NOON)

    order.refresh_from_db()
    assert (order.state, order.handed_over_at, trade.row("mug")) == ("ready_for_pickup", None, (5, 2))


def test_what_the_buyer_has_is_not_put_back_while_the_marketplace_has_yet_to_agree(trade: Trade) -> None:
    order = arrive(trade, packed(trade, by_hand=False))
    issue(trade, order, "4711")

    much_later = LATER + timedelta(days=30)
    assert pickup.put_back_uncollected(merchant_id=trade.merchant.pk, now=much_later) == []
    order.refresh_from_db()
    assert (order.state, trade.row("mug")) == ("ready_for_pickup", (5, 2))

    own_delivery.told(
        merchant_id=trade.merchant.pk, order_id=order.pk, state=State.DELIVERED, taken=True, text="", now=much_later
    )
    order.refresh_from_db()
    assert (order.state, trade.row("mug")) == ("delivered", (3, 0))
