"""Ozon makes an order of each box: nothing is picked, reserved or counted anew."""

from typing import Any

import pytest

from floor.models import PutBack
from orders.models import Order, UnitMark
from orders.selectors import brief, outbound
from orders.services import commit, work
from orders.types import CommitState, State, StatusDraft
from shipping.models import HandoverOrder
from shipping.services import handover
from shipping.types import HandoverState
from stock.models import Reservation
from stock.selectors import proof
from tests.trade import NOON, Trade

READY = StatusDraft(status="awaiting_deliver", state=State.PACKED)


def packed(trade: Trade, *boxes: list[str], **fields: Any) -> Order:
    """An order whose units were packed into these boxes, and that was told so."""
    counts: dict[str, int] = {}
    for code in (code for box in boxes for code in box):
        counts[code] = counts.get(code, 0) + 1
    order = trade.order(*counts.items(), **fields)
    work.make_units(merchant_id=trade.merchant.pk, order_ids=[order.pk])
    work.begin(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON, person_id=None)
    left = list(brief.units_of(order.pk))
    for number, box in enumerate(boxes, start=1):
        for code in box:
            unit = next(unit for unit in left if unit.sku_id == trade.skus[code].pk)
            left.remove(unit)
            work.pick_unit(unit=unit, location=trade.cell, now=NOON, person_id=None)
            work.pack_unit(unit=unit, now=NOON, person_id=None, box=number)
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)
    order.refresh_from_db()
    assert order.state == State.PACKED
    return order


@pytest.fixture
def goods(trade: Trade) -> Trade:
    trade.sku("mug", pieces=5)
    trade.sku("fork", pieces=5)
    return trade


def stands(order: Order) -> dict[str, object]:
    """What the order is made of."""
    order.refresh_from_db()
    held = Reservation.objects.filter(order_ref=order.pk, state="held").order_by("sku__code")
    return {
        "state": order.state,
        "lines": list(order.lines.order_by("sku__code").values_list("sku__code", "pieces", "sku_pieces")),
        "units": list(order.units.order_by("number").values_list("sku__code", "state", "box", "number")),
        "held": list(held.values_list("sku__code", "pieces")),
        "total": order.total,
    }


def test_the_part_takes_over_what_is_in_its_box(goods: Trade) -> None:
    whole = packed(goods, ["mug", "fork"], ["mug"])
    parcel = outbound.parcels(order_ids=[whole.pk])[0]
    told = [[(line.external_id, line.pieces) for line in box] for box in parcel.boxes]
    assert told == [[("mug", 1), ("fork", 1)], [("mug", 1)]]
    before = (goods.row("mug"), goods.row("fork"))

    part = goods.order(("mug", 1), number="N-1-2", replaces=whole.external_number, status=READY)

    assert stands(whole) == {
        "state": State.PACKED,
        "lines": [("fork", 1, 1), ("mug", 1, 1)],
        "units": [("mug", "packed", 1, 1), ("fork", "packed", 1, 3)],
        "held": [("fork", 1), ("mug", 1)],
        "total": 200,
    }
    assert stands(part) == {
        "state": State.PACKED,
        "lines": [("mug", 1, 1)],
        "units": [("mug", "packed", 1, 1)],
        "held": [("mug", 1)],
        "total": 100,
    }
    assert (part.parent_id, part.commit_state, part.attention) == (whole.pk, CommitState.DONE, [])
    assert (goods.row("mug"), goods.row("fork")) == before
    assert PutBack.objects.count() == 0
    assert proof.differences() == []
    # The same told again changes nothing.
    goods.take_in(goods.draft(("mug", 1), number="N-1-2", replaces=whole.external_number, status=READY))
    assert stands(part)["units"] == [("mug", "packed", 1, 1)]

    # Both leave with one handover, and the stock with them.
    run = HandoverOrder.objects.get(order=part).handover
    assert HandoverOrder.objects.get(order=whole).handover == run
    commit.answered(merchant_id=goods.merchant.pk, order_id=whole.pk, state=CommitState.DONE, text="", now=NOON)
    handover.close(merchant_id=goods.merchant.pk, handover_id=run.pk, now=NOON, person_id=None)
    handover.closing_answered(merchant_id=goods.merchant.pk, handover_id=run.pk, state=HandoverState.CLOSED, now=NOON)
    assert (goods.row("mug"), goods.row("fork")) == ((3, 0), (4, 0))
    assert proof.differences() == []


def test_where_every_box_becomes_a_new_order_the_old_one_is_closed(goods: Trade) -> None:
    whole = packed(goods, ["mug"], ["mug"])
    parts = goods.take_in(
        *(
            goods.draft(("mug", 1), number=f"N-1-{number}", replaces=whole.external_number, status=READY)
            for number in (2, 3)
        )
    )
    assert [stands(part)["units"] for part in parts] == [[("mug", "packed", 1, 1)]] * 2
    whole.refresh_from_db()
    assert (whole.state, whole.cancelled_by) == (State.CANCELLED, "split")
    assert (goods.row("mug"), PutBack.objects.count()) == ((5, 2), 0)
    assert proof.differences() == []


def test_divided_otherwise_than_here_goods_go_back_and_parts_are_picked_anew(goods: Trade) -> None:
    whole = packed(goods, ["mug", "fork"], ["mug"])
    part = goods.order(("mug", 2), number="N-1-2", replaces=whole.external_number, status=READY)
    assert (stands(part)["state"], stands(part)["units"], stands(part)["held"]) == (State.CONFIRMED, [], [("mug", 2)])
    whole.refresh_from_db()
    assert (whole.state, whole.cancelled_by) == (State.CANCELLED, "split")
    assert sorted(PutBack.objects.values_list("sku__code", flat=True)) == ["fork", "mug", "mug"]
    assert (goods.row("mug"), goods.row("fork")) == ((5, 2), (5, 0))


def test_the_code_of_a_piece_goes_with_its_box(goods: Trade) -> None:
    whole = packed(goods, ["fork"], ["mug"])
    unit = whole.units.get(box=2)
    UnitMark.objects.create(merchant=goods.merchant, unit=unit, kind="sgtin", value="CODE", captured_at=NOON)
    part = goods.order(("mug", 1), number="N-1-2", replaces=whole.external_number, status=READY)
    parcels = {parcel.order_id: parcel for parcel in outbound.parcels(order_ids=[whole.pk, part.pk])}
    assert [mark.value for mark in parcels[part.pk].marks] == ["CODE"]
    assert list(parcels[whole.pk].marks) == []


def test_an_order_is_not_told_while_a_second_box_is_filled(goods: Trade) -> None:
    order = goods.order(("mug", 2))
    work.make_units(merchant_id=goods.merchant.pk, order_ids=[order.pk])
    work.begin(merchant_id=goods.merchant.pk, order_ids=[order.pk], now=NOON, person_id=None)
    unit = brief.units_of(order.pk)[0]
    work.pick_unit(unit=unit, location=goods.cell, now=NOON, person_id=None)
    work.pack_unit(unit=unit, now=NOON, person_id=None, box=2)
    told: dict[str, Any] = {"merchant_id": goods.merchant.pk, "order_ids": [order.pk], "now": NOON}
    assert list(commit.commit_orders(**told)) == []
