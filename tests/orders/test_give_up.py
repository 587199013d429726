"""Pieces that nobody finds: the order goes without them, and nothing of them stays behind."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from catalog.models import ChannelWarehouse
from floor.models import PickTask, PutBack, Wave
from floor.services import pack, pick, put_back, wave
from floor.types import Outcome, ScanIn, WaveMode
from marketplaces.models import Command
from merchants.models import Person
from merchants.roles import Role
from orders.errors import WrongState
from orders.models import Order
from orders.selectors import coming_back, outbound
from orders.services import give_up, hand_over, take_back
from orders.types import Attention, CommitState, State
from stock.models import Reservation
from stock.selectors import proof
from tests import make
from tests.trade import NOON, Trade


@pytest.fixture
def lead(trade: Trade) -> Person:
    return make.person()


@pytest.fixture
def goods(trade: Trade) -> Trade:
    trade.sku("mug", pieces=9)
    trade.sku("fork", pieces=9)
    return trade


def place(trade: Trade, marketplace: str) -> ChannelWarehouse:
    found = trade.place(marketplace)
    for code, sku in trade.skus.items():
        trade.listing(found, code, sku)
    return found


def scan(code: str, person: Person) -> ScanIn:
    return ScanIn(code=code, nonce=uuid4(), scanned_at=NOON, person_id=person.pk)


def short(trade: Trade, person: Person, *lines: tuple[str, int], at: ChannelWarehouse, packed: list[str]) -> Order:
    """An order of which these pieces are packed; of the rest the cell turned out empty."""
    order = trade.order(*lines, place=at)
    run = wave.release(
        warehouse_id=trade.warehouse.pk,
        order_ids=[order.pk],
        now=NOON,
        person_id=person.pk,
        mode=WaveMode.SINGLE,
    )
    for code in packed:
        pack.scan(warehouse_id=trade.warehouse.pk, scan=scan(f"INT-{code}", person), now=NOON)
    for _task in PickTask.objects.filter(wave=run, state="open"):
        pick.scan(wave=Wave.objects.get(pk=run.pk), scan=scan("BO-NOT-FOUND", person), cell_id=None, now=NOON)
    order.refresh_from_db()
    return order


def asks(trade: Trade, order: Order, person: Person) -> dict[str, int]:
    given = give_up.ask(merchant_id=trade.merchant.pk, order_id=order.pk, now=NOON, person_id=person.pk)
    order.refresh_from_db()
    return {order.lines.get(pk=pk).external_id: pieces for pk, pieces in given.items()}


def answers(trade: Trade, order: Order, *, accepted: bool = True, text: str = "") -> None:
    give_up.answered(merchant_id=trade.merchant.pk, order_id=order.pk, accepted=accepted, text=text, now=NOON)
    order.refresh_from_db()


def held(order: Order) -> list[tuple[str, int]]:
    rows = Reservation.objects.filter(order_ref=order.pk, state="held").order_by("sku__code")
    return list(rows.values_list("sku__code", "pieces"))


def test_with_the_rest_verified_the_order_is_packed_by_the_answer(goods: Trade, lead: Person) -> None:
    order = short(goods, lead, ("mug", 2), ("fork", 1), at=goods.ozon, packed=["mug"])
    assert order.attention == [Attention.SHORT_PICK]
    assert asks(goods, order, lead) == {"mug": 1, "fork": 1}
    assert asks(goods, order, lead) == {}  # it is asked already
    (command,) = Command.objects.filter(op="cancel_lines")
    assert [(row["external_id"], row["pieces"], row["left"]) for row in command.payload["lines"]] == [
        ("mug", 1, 1),
        ("fork", 1, 0),
    ]
    assert (order.state, held(order)) == (State.PICKING, [("fork", 1), ("mug", 2)])

    answers(goods, order)

    assert (order.state, order.attention, order.total) == (State.PACKED, [], Decimal(100))
    assert held(order) == [("mug", 1)]
    assert (goods.row("mug"), goods.row("fork")) == ((9, 1), (9, 0))
    assert list(order.units.values_list("sku__code", "state")) == [("mug", "packed")]
    assert list(order.lines.values_list("external_id", "pieces", "cancelled_pieces", "giving_up_pieces")) == [
        ("mug", 2, 1, 0),
        ("fork", 1, 1, 0),
    ]
    (parcel,) = outbound.parcels(order_ids=[order.pk])
    assert [(line.external_id, line.pieces) for line in parcel.boxes[0]] == [("mug", 1), ("fork", 0)]
    assert parcel.fewer
    assert Wave.objects.get().state == "done"
    assert PutBack.objects.count() == 0
    assert proof.differences() == []
    answers(goods, order)  # the same answer again
    assert (goods.row("mug"), order.total) == ((9, 1), Decimal(100))


def test_what_is_still_to_be_verified_is_packed_as_usual(goods: Trade, lead: Person) -> None:
    order = short(goods, lead, ("mug", 1), ("fork", 2), at=goods.ozon, packed=["fork"])
    asks(goods, order, lead)
    answers(goods, order)
    assert order.state == State.PACKED


def test_a_refusal_changes_nothing_and_is_said(goods: Trade, lead: Person) -> None:
    order = short(goods, lead, ("mug", 1), ("fork", 1), at=goods.ozon, packed=["mug"])
    asks(goods, order, lead)
    answers(goods, order, accepted=False, text="HAS_INCORRECT_STATUS")
    assert sorted(order.attention) == [Attention.CANCEL_FAILED, Attention.SHORT_PICK]
    assert (order.state, held(order)) == (State.PICKING, [("fork", 1), ("mug", 1)])
    assert set(order.lines.values_list("cancelled_pieces", "giving_up_pieces")) == {(0, 0)}
    assert asks(goods, order, lead) == {"fork": 1}  # it may be asked again


def test_where_pieces_are_left_out_of_the_parcel_it_is_so_at_once(goods: Trade, lead: Person) -> None:
    yandex = place(goods, "yandex_market")
    yandex.channel.boxes = "told"
    yandex.channel.save()
    order = short(goods, lead, ("mug", 1), ("fork", 1), at=yandex, packed=["mug"])
    assert order.commit_state == CommitState.NONE
    asks(goods, order, lead)
    assert (order.state, order.commit_state) == (State.PACKED, CommitState.OWED)
    assert outbound.parcels(order_ids=[order.pk])[0].fewer
    assert [command.op for command in Command.objects.exclude(op="open_handover")] == ["commit"]


@pytest.mark.parametrize("marketplace", ["wildberries", "yandex_market", "aliexpress"])
def test_told_already_and_without_a_way_it_is_refused_with_what_to_do(goods: Trade, lead: Person, marketplace) -> None:
    at = goods.wildberries if marketplace == "wildberries" else place(goods, marketplace)
    order = short(goods, lead, ("mug", 1), ("fork", 1), at=at, packed=["mug"])
    assert order.commit_state == CommitState.OWED
    asks(goods, order, lead)
    assert Attention.CANCEL_FAILED in order.attention
    assert held(order) == [("fork", 1), ("mug", 1)]
    assert not Command.objects.filter(op="cancel_lines").exists()


def test_a_piece_found_meanwhile_goes_back_to_its_cell(goods: Trade, lead: Person) -> None:
    order = short(goods, lead, ("mug", 2), at=goods.ozon, packed=["mug"])
    asks(goods, order, lead)
    pack.scan(warehouse_id=goods.warehouse.pk, scan=scan("INT-mug", lead), now=NOON)
    order.refresh_from_db()
    assert order.state == State.PACKED
    answers(goods, order)
    assert sorted(order.units.values_list("state", flat=True)) == ["packed", "put_back"]
    assert (held(order), PutBack.objects.filter(state="open").count()) == ([("mug", 1)], 1)
    assert proof.differences() == []
    laid = put_back.scan(warehouse_id=goods.warehouse.pk, scan=scan("INT-mug", lead), cell_id=None, now=NOON)
    assert laid.outcome == Outcome.ACCEPTED
    hand_over.hand_over(merchant_id=goods.merchant.pk, order_ids=[order.pk], now=NOON)
    mug = {"merchant_id": goods.merchant.pk, "order_id": order.pk, "sku_id": goods.skus["mug"].pk}
    back = [take_back.take_back(**mug, free_marks=True, now=NOON, person_id=None) for _time in range(2)]
    assert [each and each.whole for each in back] == [True, None]  # the other one never left
    assert [(line.pieces, line.back) for line in coming_back.away(order.pk)] == [(1, 1)]


def test_a_set_is_given_up_whole(goods: Trade, lead: Person) -> None:
    goods.kit("set", mug=2, fork=1)
    order = short(goods, lead, ("set", 1), ("mug", 1), at=goods.ozon, packed=["mug", "mug", "mug"])
    assert asks(goods, order, lead) == {"set": 1}
    answers(goods, order)
    assert (order.state, held(order)) == (State.PACKED, [("mug", 1)])
    assert PutBack.objects.filter(state="open").count() == 2  # the mugs of the set
    assert (goods.row("mug"), goods.row("fork")) == ((9, 1), (9, 0))


def test_what_cannot_be_given_up(goods: Trade, lead: Person) -> None:
    whole = short(goods, lead, ("mug", 1), at=goods.ozon, packed=[])
    with pytest.raises(WrongState, match="отмените его целиком"):
        asks(goods, whole, lead)
    untouched = goods.order(("mug", 2))
    with pytest.raises(WrongState, match="пока заказ собирают"):
        asks(goods, untouched, lead)
    packed = short(goods, lead, ("fork", 2), at=goods.ozon, packed=["fork", "fork"])
    with pytest.raises(WrongState, match="пока заказ собирают"):
        asks(goods, packed, lead)


def test_the_page_offers_what_the_marketplace_can(goods: Trade, lead: Person) -> None:
    person = make.client(role=Role.LEAD, merchant=goods.merchant)
    goods.ozon.channel.fewer_pieces = "asked"
    goods.ozon.channel.save()
    order = short(goods, lead, ("mug", 1), ("fork", 1), at=goods.ozon, packed=["mug"])
    silent = short(goods, lead, ("mug", 1), ("fork", 1), at=goods.wildberries, packed=["mug"])
    address = reverse("orders:give-up", args=[order.pk])
    assert address in person.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert reverse("orders:give-up", args=[silent.pk]) not in (
        person.get(reverse("orders:detail", args=[silent.pk])).content.decode()
    )
    person.post(address)
    assert "просим убрать" in person.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert Command.objects.filter(op="cancel_lines").count() == 1
