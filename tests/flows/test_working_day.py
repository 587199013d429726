"""A day from the first order to the truck, on both marketplaces at once, with the whole state looked at afterwards."""

import pytest

from floor.models import PickTask, PutBack, Scan, Wave
from floor.types import Outcome
from marketplaces.errors import Unavailable
from orders.models import Order, OrderEvent, Unit
from shipping.errors import CannotClose
from shipping.models import Document, Handover, HandoverOrder
from stock.models import Move, Reservation
from tests.flows.shop import Shop


def test_orders_come_are_packed_and_leave_with_the_truck(shop: Shop) -> None:
    assert (shop.offered("mug"), shop.offered("fork")) == ((10, 10), (10, 10))

    shop.ozon.sells(shop.ozon.order("O-1", ("mug", 2), ("fork", 1)))
    shop.wildberries.sells(shop.wildberries.order("W-1", ("mug", 1)))
    shop.pull()
    assert shop.states() == {"O-1": "new", "W-1": "new"}
    assert (shop.trade.row("mug"), shop.trade.row("fork")) == ((10, 3), (10, 1))
    shop.settle(2)
    assert (shop.offered("mug"), shop.offered("fork")) == ((7, 7), (9, 9))

    run = shop.release("O-1", "W-1")
    shop.settle(3)
    (supply,) = shop.wildberries.fake.supplies
    assert supply.numbers == ["W-1"]
    assert set(shop.ozon.fake.committed) == {"O-1"}
    assert (dict(shop.ozon.fake.commits_told), dict(shop.wildberries.fake.commits_told)) == ({"O-1": 1}, {"W-1": 1})
    assert shop.stickers() == {"O-1": "O-1", "W-1": "W-1"}

    told = [answer.outcome for answer in shop.picks(run, "A-01-01", "INT-mug", "INT-mug", "INT-mug", "INT-fork")]
    assert told == [Outcome.ACCEPTED] * 5
    # Wildberries' parcel holds one piece and the order came later, so both mugs go to the first one.
    packed = [answer.data.get("packed", False) for answer in shop.packs("O-1", "INT-mug", "INT-mug", "INT-fork")]
    assert packed == [False, False, False, True]
    assert shop.packs("INT-mug")[0].data["packed"]
    assert shop.states() == {"O-1": "packed", "W-1": "packed"}

    for gathered in Handover.objects.order_by("pk"):
        shop.closes(gathered)
    shop.settle(3)

    assert shop.states() == {"O-1": "handed_over", "W-1": "handed_over"}
    assert (shop.trade.row("mug"), shop.trade.row("fork")) == ((7, 0), (9, 0))
    assert shop.left() == {"mug": 3, "fork": 1}
    assert (shop.offered("mug"), shop.offered("fork")) == ((7, 7), (9, 9))
    assert [supply.closed for side in shop.sides for supply in side.fake.supplies] == [True, True]
    assert sorted(Handover.objects.values_list("state", flat=True)) == ["closed", "closed"]
    assert Document.objects.filter(kind="barcode").count() == 2
    assert (Wave.objects.get().state, PickTask.objects.exclude(state="done").count()) == ("done", 0)
    assert (PutBack.objects.count(), Scan.objects.exclude(outcome="accepted").count()) == (0, 0)
    assert set(Unit.objects.values_list("state", flat=True)) == {"gone"}
    assert not Reservation.objects.filter(state="held").exists()
    assert not Order.objects.exclude(attention=[]).exists()
    assert shop.owes_nothing()
    assert {event.order.external_number for event in OrderEvent.objects.select_related("order")} == {"O-1", "W-1"}


def test_two_buyers_of_the_last_piece_are_one_order_and_one_shortage(shop: Shop) -> None:
    shop.trade.sku("lamp", pieces=1)
    shop.drain()
    assert shop.offered("lamp") == (1, 1)

    shop.ozon.sells(shop.ozon.order("O-1", ("lamp", 1)))
    shop.wildberries.sells(shop.wildberries.order("W-1", ("lamp", 1)))
    shop.settle(2)

    assert shop.trade.row("lamp") == (1, 1)
    assert [(o.external_number, o.attention) for o in Order.objects.order_by("external_number")] == [
        ("O-1", []),
        ("W-1", ["short"]),
    ]
    assert shop.offered("lamp") == (0, 0)

    shop.cancelled_by_buyer(shop.order("O-1"))
    shop.settle(3)
    assert shop.states() == {"O-1": "cancelled", "W-1": "new"}
    # What the first buyer gave back is the second one's now, and nobody is offered it.
    assert (shop.order("W-1").attention, shop.trade.row("lamp"), shop.offered("lamp")) == ([], (1, 1), (0, 0))
    assert shop.owes_nothing()


STEPS = ("new", "released", "picked", "half packed", "packed")


@pytest.mark.parametrize(
    ("side", "step"), [*(("wildberries", step) for step in STEPS), ("ozon", "released"), ("ozon", "packed")]
)
def test_a_cancellation_at_any_step_stops_the_parcel_and_its_goods_go_back(shop: Shop, side: str, step: str) -> None:
    seller = getattr(shop, side)
    seller.sells(seller.order("X-1", ("mug", 2)), seller.order("X-2", ("fork", 1)))
    shop.pull()
    at = STEPS.index(step)
    if at >= 1:
        run = shop.release("X-1", "X-2")
        shop.settle(2)
    if at >= 2:
        shop.picks(run, "A-01-01", "INT-mug", "INT-mug")
    if at >= 3:
        shop.packs("X-1", "INT-mug")
    if at >= 4:
        shop.packs("INT-mug")
        assert shop.states()["X-1"] == "packed"

    shop.cancelled_by_buyer(shop.order("X-1"))
    shop.settle(2)

    picked = 2 if at >= 2 else 0
    assert shop.states()["X-1"] == "cancelled"
    assert PutBack.objects.filter(state="open").count() == picked
    assert not HandoverOrder.objects.filter(order__external_number="X-1").exists()
    if step == "half packed":
        assert shop.packs("INT-mug")[0].outcome == Outcome.STOP
    assert [answer.outcome for answer in shop.puts_back(*["INT-mug"] * picked)] == [Outcome.ACCEPTED] * picked
    assert (shop.trade.row("mug"), shop.offered("mug")) == ((10, 0), (10, 10))

    # The order beside it goes its way as if nothing had happened.
    if at == 0:
        shop.release("X-2")
        shop.settle(2)
    told = shop.packs("INT-fork")[0]
    if told.outcome == Outcome.STOP:  # the parcel packed last at this table fell away: said before anything else
        told = shop.packs("INT-fork")[0]
    assert told.data["packed"], told
    shop.closes(HandoverOrder.objects.get().handover)
    shop.settle(3)
    assert shop.states() == {"X-1": "cancelled", "X-2": "handed_over"}
    assert (shop.left(), shop.trade.row("fork")) == ({"fork": 1}, (9, 0))
    assert not PutBack.objects.filter(state="open").exists()
    assert not Reservation.objects.filter(state="held").exists()
    assert sorted(Move.objects.exclude(reason="receipt").values_list("sku__code", flat=True).distinct()) == sorted(
        {"fork"} | ({"mug"} if picked else set())
    )
    assert shop.owes_nothing()


def test_a_cancellation_after_the_truck_left_is_shown_and_moves_no_stock(shop: Shop) -> None:
    shop.ozon.sells(shop.ozon.order("O-1", ("mug", 1)))
    shop.pull()
    shop.release("O-1")
    shop.settle(2)
    shop.packs("INT-mug")
    shop.closes(Handover.objects.get())
    shop.settle(2)

    shop.cancelled_by_buyer(shop.order("O-1"))
    shop.settle(2)

    assert (shop.order("O-1").state, shop.order("O-1").attention) == ("cancelled", ["cancelled_after_handover"])
    assert (shop.trade.row("mug"), shop.left(), PutBack.objects.count()) == ((9, 0), {"mug": 1}, 0)
    assert shop.owes_nothing()


def test_a_handover_with_a_cancelled_parcel_closes_without_it_and_one_unpacked_stops_it(shop: Shop) -> None:
    shop.wildberries.sells(*(shop.wildberries.order(f"W-{number}", ("mug", 1)) for number in (1, 2, 3)))
    shop.pull()
    shop.release("W-1", "W-2", "W-3")
    shop.settle(3)
    shop.packs("W-1", "INT-mug", "W-2", "INT-mug")
    shop.cancelled_by_buyer(shop.order("W-2"))
    shop.settle(2)

    with pytest.raises(CannotClose, match="W-3"):
        shop.closes(Handover.objects.get())
    assert (Handover.objects.get().state, shop.trade.row("mug")) == ("open", (10, 2))
    shop.packs("W-3", "INT-mug")
    shop.closes(Handover.objects.get())
    shop.settle(2)

    assert shop.states() == {"W-1": "handed_over", "W-2": "cancelled", "W-3": "handed_over"}
    assert (shop.left(), PutBack.objects.filter(state="open").count()) == ({"mug": 2}, 1)


@pytest.mark.parametrize("busy", [0, 3], ids=["at once", "while the marketplace is busy"])
def test_a_parcel_left_behind_is_moved_to_the_next_handover_there_too(shop: Shop, busy: int) -> None:
    shop.wildberries.sells(shop.wildberries.order("W-1", ("mug", 1)), shop.wildberries.order("W-2", ("mug", 1)))
    shop.pull()
    shop.release("W-1", "W-2")
    shop.settle(3)
    shop.packs("W-1", "INT-mug")
    first = Handover.objects.get()
    shop.wildberries.fake.trouble("commit", *(Unavailable("429") for _ in range(busy)))

    shop.closes(first, leave_behind=True)
    shop.settle(6)

    assert [(supply.numbers, supply.closed) for supply in shop.wildberries.fake.supplies] == [
        (["W-1"], True),
        (["W-2"], False),
    ]
    assert [(row.state, row.problem) for row in Handover.objects.order_by("pk")] == [("closed", ""), ("open", "")]
    assert shop.states() == {"W-1": "handed_over", "W-2": "confirmed"}

    shop.packs("W-2", "INT-mug")
    shop.closes(Handover.objects.get(state="open"))
    shop.settle(3)
    assert (shop.states()["W-2"], shop.left(), shop.owes_nothing()) == ("handed_over", {"mug": 2}, True)


def test_a_handover_closed_before_it_has_a_name_there_holds_up_no_other(shop: Shop) -> None:
    shop.wildberries.sells(shop.wildberries.order("W-1", ("mug", 1)), shop.wildberries.order("W-2", ("mug", 1)))
    shop.pull()
    shop.release("W-1", "W-2")
    shop.settle(3)
    shop.packs("W-1", "INT-mug")
    shop.closes(Handover.objects.get(), leave_behind=True)
    following = Handover.objects.get(state="open")
    shop.packs("W-2", "INT-mug")

    shop.closes(following)  # no worker has asked the marketplace for its supply yet
    assert [row.external_id for row in Handover.objects.filter(pk=following.pk)] == [""]
    shop.settle(6)

    assert [(supply.numbers, supply.closed) for supply in shop.wildberries.fake.supplies] == [
        (["W-1"], True),
        (["W-2"], True),
    ]
    assert [(row.state, row.problem) for row in Handover.objects.order_by("pk")] == [("closed", "")] * 2
    assert (shop.states(), shop.left(), shop.owes_nothing()) == (
        {"W-1": "handed_over", "W-2": "handed_over"},
        {"mug": 2},
        True,
    )
