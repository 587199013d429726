from dataclasses import replace
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ChannelWarehouse
from orders.models import Order, OrderEvent, OrderLine
from orders.types import State, StatusDraft
from stock.models import Feed, Reservation
from stock.selectors import proof
from tests.trade import NOON, Trade


def test_arrived_order_is_stored_whole_and_reserved(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 2))
    assert (order.state, order.total, order.attention) == (State.NEW, Decimal("200.00"), [])
    line = order.lines.get()
    assert (line.sku, line.pieces, line.sku_pieces, line.short_pieces) == (trade.skus["mug"], 2, 2, 0)
    assert trade.row("mug") == (5, 2)
    assert list(Reservation.objects.values_list("order_ref", "line_ref", "pieces", "state")) == [
        (order.pk, line.pk, 2, "held")
    ]
    assert list(order.events.values_list("kind", "became")) == [("received", "new")]
    assert proof.differences() == []


def test_repeated_order_changes_nothing(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    draft = trade.draft(("mug", 2))
    first, again = trade.take_in(draft)[0], trade.take_in(draft, draft)[0]
    assert first.pk == again.pk
    assert (Order.objects.count(), OrderLine.objects.count(), trade.row("mug")) == (1, 1, (5, 2))
    assert OrderEvent.objects.count() == 1


def test_last_unit_goes_to_the_earlier_order_and_the_later_is_visibly_short(trade: Trade) -> None:
    trade.sku("mug", pieces=1)
    later = replace(trade.draft(("mug", 1)), ordered_at=NOON.replace(minute=5))
    earlier = trade.draft(("mug", 1))
    short, lucky = trade.take_in(later, earlier)
    assert (lucky.attention, short.attention) == ([], ["short"])
    assert short.lines.get().short_pieces == 1
    assert trade.row("mug") == (1, 1)


def test_order_gets_what_there_is_and_is_short_of_the_rest(trade: Trade) -> None:
    trade.sku("mug", pieces=2)
    order = trade.order(("mug", 5))
    assert (order.attention, order.lines.get().short_pieces) == (["short"], 3)
    assert trade.row("mug") == (2, 2)


def test_unknown_item_is_stored_and_asks_for_a_person(trade: Trade) -> None:
    order = trade.order(("nobody-knows", 1))
    assert (order.attention, order.lines.get().sku) == (["unknown_sku"], None)
    assert Reservation.objects.count() == 0


def test_unknown_warehouse_and_status_are_visible_not_guessed(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(
        ("mug", 1), warehouse_external_id="elsewhere", status=StatusDraft(status="levitating", state=None)
    )
    assert sorted(order.attention) == ["unknown_status", "unknown_warehouse"]
    assert (order.state, order.remote_status, trade.row("mug")) == (State.NEW, "levitating", (5, 0))


def test_a_warehouse_that_became_known_cures_the_order_told_again(trade: Trade) -> None:
    trade.sku("mug", pieces=1)
    lost = trade.draft(("mug", 1), warehouse_external_id="elsewhere")
    later = trade.draft(("mug", 1), warehouse_external_id="elsewhere")
    waiting = trade.take_in(lost, later)
    assert [order.attention for order in waiting] == [["unknown_warehouse"]] * 2
    trade.take_in(lost)
    assert Order.objects.get(pk=waiting[0].pk).attention == ["unknown_warehouse"]

    elsewhere = ChannelWarehouse.objects.create(
        merchant=trade.merchant, channel=trade.ozon.channel, external_id="elsewhere", name="Elsewhere", scheme="fbs"
    )
    Feed.objects.create(merchant=trade.merchant, channel_warehouse=elsewhere, warehouse=trade.warehouse)
    for _again in range(2):
        orders = trade.take_in(lost, later)
        assert [order.channel_warehouse_id for order in orders] == [elsewhere.pk] * 2
        assert [order.attention for order in orders] == [[], ["short"]]
        assert [order.lines.get().short_pieces for order in orders] == [0, 1]
        assert all(order.ship_by for order in orders)
        assert trade.row("mug") == (1, 1)
    assert proof.differences() == []


def test_order_first_seen_on_its_way_takes_no_stock(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 1), status=StatusDraft(status="delivering", state=State.DELIVERING))
    assert (order.state, trade.row("mug")) == (State.DELIVERING, (5, 0))


def test_order_packed_over_there_is_still_to_be_picked_here(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 1), status=StatusDraft(status="awaiting_deliver", state=State.PACKED))
    assert (order.state, order.commit_state, trade.row("mug")) == (State.CONFIRMED, "done", (5, 1))


def test_kit_reserves_whole_kits_of_its_components(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    trade.sku("spoon", pieces=9)
    trade.kit("set", mug=2, spoon=1)
    order = trade.order(("set", 3))
    assert (order.attention, order.lines.get().short_pieces) == (["short"], 1)
    assert (trade.row("mug"), trade.row("spoon")) == ((5, 4), (9, 2))


def test_pack_of_pieces_reserves_pieces(trade: Trade) -> None:
    sku = trade.sku("mug", pieces=10)
    trade.listing(trade.ozon, "mug-x3", sku, pieces_per_pack=3)
    order = trade.order(("mug-x3", 2))
    assert (order.lines.get().sku_pieces, trade.row("mug")) == (6, (10, 6))


def test_number_of_statements_does_not_grow_with_the_orders(trade: Trade) -> None:
    trade.sku("mug", pieces=500)

    def statements(orders: int) -> int:
        drafts = [trade.draft(("mug", 1), ("mug", 1)) for _ in range(orders)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            trade.take_in(*drafts)
        return len(captured)

    assert statements(2) == statements(60)


def test_ship_by_is_computed_from_the_calendar_when_not_told(trade: Trade) -> None:
    trade.sku("mug", pieces=5)
    friday_evening = NOON.replace(day=27, hour=13)  # 16:00 in Moscow, after the cut-off of 15:00
    order = trade.order(("mug", 1), ordered_at=friday_evening)
    assert order.ship_by is not None
    assert order.ship_by.isoformat() == "2026-11-30T12:00:00+00:00"  # Monday 15:00 in Moscow
