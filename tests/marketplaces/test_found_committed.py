"""Parcels that somebody committed on the marketplace's own page: they get a handover and a sticker like any other."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from marketplaces import dto
from orders.models import Order
from orders.types import CommitState, State
from shipping.models import HandoverOrder
from tests.fakes.marketplace import remote_order
from tests.marketplaces.conftest import Desk

PACKED = dto.RemoteStatus(number="1-1", status="awaiting_deliver", stage=dto.Stage.PACKED)


def one(desk: Desk) -> dto.RemoteOrder:
    desk.trade.sku("mug", pieces=5)
    return remote_order("1-1", ("mug", 1), warehouse_id=desk.place.external_id)


def is_found_late(desk: Desk) -> None:
    """Nobody here heard of it while it was new."""
    desk.fake.pages = [dto.Page(items=[replace(one(desk), status=PACKED)])]
    desk.read("orders")


def is_packed_over_there(desk: Desk) -> None:
    """It was new here, and is taken into work on the marketplace's page."""
    order = one(desk)
    desk.fake.pages = [dto.Page(items=[order])]
    desk.read("orders")
    assert not HandoverOrder.objects.exists()
    desk.fake.orders["1-1"] = replace(order, status=PACKED)
    desk.later(60)
    desk.read("statuses")


WAYS = pytest.mark.parametrize("happens", [is_found_late, is_packed_over_there])


@WAYS
def test_it_leaves_with_the_next_handover_and_has_its_sticker(desk: Desk, happens: Callable[[Desk], None]) -> None:
    happens(desk)
    order = Order.objects.get()
    assert (order.state, order.commit_state) == (State.CONFIRMED, CommitState.DONE)
    assert HandoverOrder.objects.get().handover.channel_warehouse == desk.place
    assert [command.op for command in desk.commands()] == ["label"]

    desk.later(60)
    desk.drain("commands")

    assert desk.fake.stickers_asked == {"1-1": 1}
    assert desk.commands() == []
    assert desk.fake.calls["commit"] == 0  # over there it is done

    desk.fake.pages = [dto.Page(items=[replace(remote_order("1-1", ("mug", 1)), status=PACKED)])]
    desk.read("orders")  # the same answer again
    assert (HandoverOrder.objects.count(), desk.commands()) == (1, [])


@WAYS
def test_where_a_commit_joins_a_handover_it_is_moved_into_ours(
    supply_desk: Desk, happens: Callable[[Desk], None]
) -> None:
    desk = supply_desk
    happens(desk)
    assert {command.op for command in desk.commands()} == {"open_handover", "move", "label"}

    for _turn in range(3):
        desk.later(60)
        desk.drain("commands")

    (supply,) = desk.fake.supplies
    assert supply.numbers == ["1-1"]
    assert supply.id == HandoverOrder.objects.get().handover.external_id
    assert desk.commands() == []


def test_one_that_has_left_joins_nothing(desk: Desk) -> None:
    gone = dto.RemoteStatus(number="1-1", status="delivering", stage=dto.Stage.DELIVERING, handed=True)
    desk.fake.pages = [dto.Page(items=[replace(one(desk), status=gone)])]
    desk.read("orders")
    assert (HandoverOrder.objects.count(), desk.commands()) == (0, [])
