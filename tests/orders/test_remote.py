import pytest

from orders.errors import AlreadyHandedOver
from orders.models import Order
from orders.selectors import brief
from orders.services import cancel, commit, hand_over, remote, work
from orders.types import State, StatusDraft
from stock.selectors import proof
from tests.trade import NOON, Trade


def tell(trade: Trade, order: Order, status: str, state: State | None, **fields: object) -> Order:
    remote.apply_statuses(
        merchant_id=trade.merchant.pk,
        channel_id=order.channel_id,
        statuses={order.external_number: StatusDraft(status=status, state=state, **fields)},  # type: ignore[arg-type]
        now=NOON,
    )
    order.refresh_from_db()
    return order


def pack(trade: Trade, order: Order) -> Order:
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)
    work.make_units(merchant_id=trade.merchant.pk, order_ids=[order.pk])
    for unit in brief.units(order_ids=[order.pk]):
        work.pick_unit(unit=unit, location=trade.cell, now=NOON, person_id=None)
        work.pack_unit(unit=unit, now=NOON, person_id=None)
    order.refresh_from_db()
    return order


def test_cancelled_new_order_frees_stock_once(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 2))
    for _ in range(2):
        tell(trade, order, "cancelled", State.CANCELLED, cancelled_by="buyer")
    assert (order.state, order.cancelled_by, trade.row("mug")) == (State.CANCELLED, "buyer", (5, 0))
    assert order.events.filter(kind="state").count() == 1


def test_cancelled_picked_order_leaves_its_pieces_to_be_put_back(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = pack(trade, trade.order(("mug", 1)))
    assert (order.state, trade.row("mug")) == (State.PACKED, (5, 1))
    tell(trade, order, "cancelled", State.CANCELLED)
    assert list(order.units.values_list("state", flat=True)) == ["put_back"]
    assert trade.row("mug") == (5, 0)
    assert proof.differences() == []


def test_handed_over_order_has_left_the_stock(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = pack(trade, trade.order(("mug", 2)))
    for _ in range(2):
        hand_over.hand_over(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)
    order.refresh_from_db()
    assert (order.state, trade.row("mug")) == (State.HANDED_OVER, (3, 0))
    assert proof.differences() == []


def test_order_taken_without_handover_leaves_the_stock_and_asks_for_a_person(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = tell(trade, trade.order(("mug", 1)), "delivering", State.DELIVERING)
    assert (order.state, order.attention, trade.row("mug")) == (
        State.DELIVERING,
        ["gone_without_handover"],
        (4, 0),
    )


def test_state_never_goes_back(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = tell(trade, trade.order(("mug", 1)), "delivering", State.DELIVERING)
    tell(trade, order, "awaiting_packaging", State.NEW)
    assert (order.state, order.remote_status) == (State.DELIVERING, "awaiting_packaging")
    tell(trade, order, "cancelled", State.CANCELLED)
    tell(trade, order, "delivering", State.DELIVERING)
    assert order.state == State.CANCELLED


def test_unknown_status_changes_nothing_but_is_shown_until_a_known_one_comes(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = tell(trade, trade.order(("mug", 1)), "levitating", None)
    assert (order.state, order.attention) == (State.NEW, ["unknown_status"])
    tell(trade, order, "awaiting_packaging", State.NEW)
    assert order.attention == []


def test_seller_cancels_only_what_is_still_here(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = tell(trade, trade.order(("mug", 1)), "delivering", State.DELIVERING)
    with pytest.raises(AlreadyHandedOver):
        cancel.ask(merchant_id=trade.merchant.pk, order_id=order.pk, reason="other", text="", now=NOON, person_id=None)
    order.refresh_from_db()
    assert order.cancel_asked_at is None


def test_short_order_is_not_committed(trade: Trade) -> None:
    trade.sku("mug", pieces=1)
    order = trade.order(("mug", 2))
    assert commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON) == []
    order.refresh_from_db()
    assert (order.state, order.commit_state) == (State.NEW, "")
