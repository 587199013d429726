"""A channel's past gets its articles once its cards are matched, and nothing else happens to it."""

from datetime import timedelta
from typing import Any

import pytest

from catalog.models import Listing
from orders import tasks
from orders.models import Order, OrderEvent, OrderLine, Unit
from orders.services import past, transition
from orders.types import State, StatusDraft, UnitState
from stock.models import Move, Reservation
from stock.selectors import proof
from tests.trade import NOON, Trade, open_trade

LATER = NOON + timedelta(hours=1)
OVER = (State.HANDED_OVER, State.DELIVERED, State.CANCELLED, State.RETURNED)


def match(trade: Trade) -> int:
    return past.match_past(merchant_id=trade.merchant.pk, now=LATER)


def over(trade: Trade, *lines: tuple[str, int], state: State = State.DELIVERED, **fields: Any) -> Order:
    """An order first seen when it was over."""
    return trade.order(*lines, status=StatusDraft(status=state, state=state), **fields)


def goods(order: Order) -> list[tuple[Any, ...]]:
    """(listing, SKU, pieces of it, pieces short) of each line."""
    return list(order.lines.values_list("listing_id", "sku_id", "sku_pieces", "short_pieces"))


def around(trade: Trade) -> tuple[Any, ...]:
    """What is none of the past's business."""
    return (
        trade.row("mug"),
        Reservation.objects.count(),
        Move.objects.count(),
        list(Unit.objects.order_by("pk").values()),
        OrderEvent.objects.count(),
        list(Order.objects.order_by("pk").values_list("pk", "state", "attention", "total")),
    )


def tie(trade: Trade, listing: Listing, code: str = "mug", pieces: int = 1) -> None:
    Listing.objects.filter(pk=listing.pk).update(sku=trade.skus[code], pieces_per_pack=pieces)


def test_what_is_over_gets_its_article_and_nothing_is_reserved_for_it(trade: Trade) -> None:
    trade.sku("mug", pieces=9)
    pack = trade.listing(trade.ozon, "pack", None)
    known, opened = trade.order(("mug", 1)), trade.order(("pack", 1))
    told = [over(trade, ("pack", 2), ("nobody knows", 1), state=state, scheme="fbo") for state in OVER]
    before = around(trade)
    assert match(trade) == 0
    tie(trade, pack, pieces=3)
    assert [match(trade), match(trade)] == [4, 0]
    for order in told:
        assert goods(order) == [(pack.pk, trade.skus["mug"].pk, 6, 0), (None, None, 1, 0)]
    assert (goods(opened), goods(known)[0][1:]) == ([(pack.pk, None, 1, 0)], (trade.skus["mug"].pk, 1, 0))
    assert around(trade) == before
    assert (trade.row("mug"), proof.differences()) == ((9, 1), [])
    assert set(Order.objects.filter(changed_at=LATER)) == set(told)


def test_a_run_cures_what_is_open_as_before_and_the_past_part_by_part(
    trade: Trade, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past, "_AT_ONCE", 2)
    monkeypatch.setattr(tasks, "_PARTS", 2)
    kicked: list[int] = []
    monkeypatch.setattr(tasks, "_kick", kicked.append)
    trade.sku("mug", pieces=9)
    card = trade.listing(trade.ozon, "card", None)
    for _order in range(3):
        over(trade, ("nobody knows", 1))
    told = [over(trade, ("card", 1)) for _order in range(5)]
    opened = trade.order(("card", 2))
    tie(trade, card)
    run = tasks.cure_orders
    run(merchant_id=trade.merchant.pk)
    assert (OrderLine.objects.filter(order__in=told, sku__isnull=True).count(), kicked) == (1, [trade.merchant.pk])
    run(merchant_id=trade.merchant.pk)
    assert (OrderLine.objects.filter(order__in=told, sku__isnull=True).count(), len(kicked)) == (0, 1)
    assert (goods(opened), trade.row("mug")) == ([(card.pk, trade.skus["mug"].pk, 2, 0)], (9, 2))
    assert Order.objects.get(pk=opened.pk).attention == []


def test_an_offer_id_names_goods_where_no_card_has_the_stock_id_and_one_has_the_offer(trade: Trade) -> None:
    for code in ("mug", "fork"):
        trade.sku(code)
    Listing.objects.filter(channel=trade.ozon.channel, offer_id="mug").update(stock_external_id="new-id")
    order, apart = over(trade, ("mug", 1)), over(trade, ("mug", 1), place=trade.wildberries)
    OrderLine.objects.update(sku=None, listing=None, sku_pieces=1)
    twin = trade.listing(trade.ozon, "twin", trade.skus["fork"], offer_id="mug")
    assert match(trade) == 1
    assert (goods(order)[0][1], goods(apart)[0][1]) == (None, trade.skus["mug"].pk)
    twin.delete()
    assert match(trade) == 1
    assert goods(order)[0][1] == trade.skus["mug"].pk
    OrderLine.objects.filter(order=order).update(sku=None, stock_external_id="")
    assert (match(trade), goods(order)[0][1]) == (1, trade.skus["mug"].pk)


def test_a_card_that_sells_another_article_now_leaves_the_past_as_it_was(trade: Trade) -> None:
    for code in ("mug", "fork"):
        trade.sku(code)
    card = trade.listing(trade.ozon, "card", trade.skus["mug"])
    order = over(trade, ("card", 1))
    tie(trade, card, "fork", pieces=2)
    assert (match(trade), goods(order)) == (0, [(card.pk, trade.skus["mug"].pk, 1, 0)])


def test_a_parcel_that_left_with_pieces_of_another_article_says_otherwise(trade: Trade) -> None:
    for code in ("mug", "fork"):
        trade.sku(code)
    card = trade.listing(trade.ozon, "card", None)
    left, kept, same = (over(trade, ("card", 1)) for _order in range(3))
    for order, code, state in (
        (left, "fork", UnitState.GONE),
        (kept, "fork", UnitState.PUT_BACK),
        (same, "mug", UnitState.RETURNED),
    ):
        Unit.objects.create(
            merchant=trade.merchant, order=order, line=order.lines.get(), sku=trade.skus[code], number=1, state=state
        )
    before = list(Unit.objects.order_by("pk").values())
    tie(trade, card)
    assert match(trade) == 2
    assert [goods(order)[0][1] for order in (left, kept, same)] == [None, trade.skus["mug"].pk, trade.skus["mug"].pk]
    assert list(Unit.objects.order_by("pk").values()) == before


def test_what_waits_on_our_shelf_for_its_buyer_is_not_over(trade: Trade) -> None:
    trade.sku("mug")
    card = trade.listing(trade.ozon, "card", None)
    order = over(trade, ("card", 1), state=State.READY_FOR_PICKUP, scheme="pickup")
    tie(trade, card)
    assert (match(trade), goods(order)) == (0, [(card.pk, None, 1, 0)])
    transition.move(orders=[order], to=State.DELIVERED, now=NOON)
    assert (match(trade), goods(order)) == (1, [(card.pk, trade.skus["mug"].pk, 1, 0)])


def test_another_merchants_past_of_the_same_goods_is_not_touched(db: None) -> None:
    mine, theirs = open_trade(), open_trade()
    told = []
    for trade in (mine, theirs):
        with trade.scope():
            trade.sku("mug")
            card = trade.listing(trade.ozon, "card", None)
            told.append(over(trade, ("card", 1)))
            tie(trade, card)
    with mine.scope():
        assert (match(mine), goods(told[0])[0][1]) == (1, mine.skus["mug"].pk)
    with theirs.scope():
        assert (goods(told[1])[0][1], Order.objects.get().changed_at) == (None, NOON)
