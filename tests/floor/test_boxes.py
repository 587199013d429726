"""An order in several boxes: begun by a scan, told with the parcel, each closed by its own sticker."""

from uuid import uuid4

import pytest

from catalog.models import ChannelWarehouse
from catalog.types import Boxes
from floor.models import PackSession
from floor.services import pack, wave
from floor.types import Answer, ScanIn, WaveMode
from labels.models import PrintItem
from labels.services import printing
from labels.services.order_label import store_label
from labels.types import Reason
from merchants.models import Person
from orders.models import Order
from orders.selectors import outbound
from orders.services import commit
from orders.types import CommitState, State
from tests import make
from tests.labels.make import png
from tests.trade import NOON, Trade

NEXT, UNDO, DEFECT, ASIDE = "BO-NEXT-BOX", "BO-UNDO", "BO-DEFECT", "BO-CANCEL"


@pytest.fixture
def packer(trade: Trade) -> Person:
    return make.person()


@pytest.fixture
def market(trade: Trade) -> ChannelWarehouse:
    """A channel that is told of boxes and keeps the order one."""
    trade.sku("mug", pieces=9)
    trade.sku("fork", pieces=9)
    place = trade.place("yandex_market")
    place.channel.boxes = Boxes.TOLD
    place.channel.save()
    for code in ("mug", "fork"):
        trade.listing(place, code, trade.skus[code])
    return place


def released(trade: Trade, packer: Person, *lines: tuple[str, int], place: ChannelWarehouse | None = None) -> Order:
    order = trade.order(*lines, place=place)
    wave.release(
        warehouse_id=trade.warehouse.pk,
        order_ids=[order.pk],
        now=NOON,
        person_id=packer.pk,
        mode=WaveMode.SINGLE,
    )
    order.refresh_from_db()
    return order


def scans(trade: Trade, packer: Person, *codes: str) -> list[Answer]:
    return [
        pack.scan(
            warehouse_id=trade.warehouse.pk,
            scan=ScanIn(code=code, nonce=uuid4(), scanned_at=NOON, person_id=packer.pk),
            now=NOON,
        )
        for code in codes
    ]


def outcomes(answers: list[Answer]) -> list[str]:
    return [answer.outcome.value for answer in answers]


def told(order: Order) -> list[dict[str, int]]:
    (parcel,) = outbound.parcels(order_ids=[order.pk])
    return [{line.external_id: line.pieces for line in box} for box in parcel.boxes]


def test_pieces_go_into_the_box_that_is_open_and_are_told_so(trade: Trade, packer: Person, market) -> None:
    order = released(trade, packer, ("mug", 2), ("fork", 2), place=market)
    # Boxes go with the parcel, so the marketplace hears of it after the last scan.
    assert (order.state, order.commit_state) == (State.CONFIRMED, CommitState.NONE)
    answers = scans(trade, packer, "INT-mug", NEXT, "INT-fork", "INT-mug", NEXT, "INT-fork")
    assert outcomes(answers) == ["accepted"] * 6
    assert [answers[place].data["box"] for place in (1, 4)] == [2, 3]
    assert (answers[5].data["packed"], answers[5].data["boxes"]) == (True, 3)
    order.refresh_from_db()
    assert (order.state, order.commit_state) == (State.PACKED, CommitState.OWED)
    assert told(order) == [{"mug": 1}, {"fork": 1, "mug": 1}, {"fork": 1}]


def test_one_piece_is_told_at_release_and_goes_in_one_box(trade: Trade, packer: Person, market) -> None:
    single = released(trade, packer, ("mug", 1), place=market)
    assert single.commit_state == CommitState.OWED
    assert outcomes(scans(trade, packer, single.external_number, NEXT)) == ["accepted", "already"]
    assert told(single) == [{"mug": 1}]


def test_an_empty_box_is_not_closed(trade: Trade, packer: Person, market) -> None:
    order = released(trade, packer, ("mug", 3), place=market)
    assert outcomes(scans(trade, packer, order.external_number, NEXT, "INT-mug", NEXT, NEXT)) == [
        "accepted",
        "already",
        "accepted",
        "accepted",
        "already",
    ]
    assert PackSession.objects.get().box == 2


def test_undo_goes_back_box_by_box_and_piece_by_piece(trade: Trade, packer: Person, market) -> None:
    order = released(trade, packer, ("mug", 3), place=market)
    scans(trade, packer, "INT-mug", NEXT, "INT-mug", NEXT)
    boxes = []
    for _ in range(5):
        answer = scans(trade, packer, UNDO)[0]
        boxes.append((answer.outcome.value, PackSession.objects.get().box, order.units.filter(state="packed").count()))
    assert boxes == [
        ("accepted", 2, 2),
        ("accepted", 2, 1),
        ("accepted", 1, 1),
        ("accepted", 1, 0),
        ("already", 1, 0),
    ]
    scans(trade, packer, "INT-mug", "INT-mug", "INT-mug")
    assert told(order) == [{"mug": 3}]


def test_put_aside_and_opened_again_the_last_box_is_filled_on(trade: Trade, packer: Person, market) -> None:
    order = released(trade, packer, ("mug", 3), place=market)
    scans(trade, packer, "INT-mug", NEXT, "INT-mug", ASIDE)
    other = make.person()
    assert scans(trade, other, order.external_number, "INT-mug")[1].data["boxes"] == 2
    assert told(order) == [{"mug": 1}, {"mug": 2}]


def test_a_defective_piece_leaves_its_box_and_the_next_one_takes_its_place(
    trade: Trade, packer: Person, market
) -> None:
    order = released(trade, packer, ("mug", 2), ("fork", 1), place=market)
    scans(trade, packer, "INT-mug", NEXT, "INT-mug", NEXT)
    assert outcomes(scans(trade, packer, DEFECT, "INT-mug", "INT-fork")) == ["accepted"] * 3
    assert told(order) == [{"mug": 1}, {"mug": 1, "fork": 1}]


@pytest.mark.parametrize("boxes", [Boxes.ONE, Boxes.SPLIT, Boxes.TOLD])
def test_whom_nobody_can_tell_of_boxes_gets_one_and_the_page_says_so(
    trade: Trade, packer: Person, market, boxes
) -> None:
    market.channel.boxes = boxes
    market.channel.save()
    order = released(trade, packer, ("mug", 2), place=market)
    if boxes != Boxes.ONE:  # told already, by hand
        commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)
    answer = scans(trade, packer, "INT-mug", NEXT)[1]
    assert answer.outcome == "wrong"
    assert order.external_number in answer.text
    scans(trade, packer, "INT-mug")
    assert told(order) == [{"mug": 2}]


def test_who_takes_other_boxes_later_hears_of_them_with_the_last_scan(trade: Trade, packer: Person, market) -> None:
    market.channel.boxes = Boxes.ANEW
    market.channel.save()
    order = released(trade, packer, ("mug", 2), place=market)
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)
    # What is just being told is not changed on the way.
    assert outcomes(scans(trade, packer, "INT-mug", NEXT)) == ["accepted", "wrong"]
    commit.answered(merchant_id=trade.merchant.pk, order_id=order.pk, state=CommitState.DONE, text="", now=NOON)
    store_label(merchant_id=trade.merchant.pk, order_id=order.pk, content=png(), content_type="image/png", now=NOON)
    answers = scans(trade, packer, NEXT, "INT-mug")
    assert outcomes(answers) == ["accepted", "accepted"]
    assert (answers[1].data["boxes"], answers[1].data["sticker"]) == (2, False)
    order.refresh_from_db()
    assert (order.state, order.commit_state) == (State.PACKED, CommitState.OWED)
    assert told(order) == [{"mug": 1}, {"mug": 1}]


def test_one_box_after_all_tells_nobody_anew(trade: Trade, packer: Person, market) -> None:
    market.channel.boxes = Boxes.ANEW
    market.channel.save()
    order = released(trade, packer, ("mug", 2), place=market)
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON)
    commit.answered(merchant_id=trade.merchant.pk, order_id=order.pk, state=CommitState.DONE, text="", now=NOON)
    store_label(merchant_id=trade.merchant.pk, order_id=order.pk, content=png(), content_type="image/png", now=NOON)
    assert scans(trade, packer, "INT-mug", NEXT, UNDO, "INT-mug")[3].data["sticker"] is True
    order.refresh_from_db()
    assert order.commit_state == CommitState.DONE


def test_what_we_bring_ourselves_is_told_to_nobody(trade: Trade, packer: Person, market) -> None:
    order = trade.order(("mug", 2), place=market, scheme="dbs")
    wave.release(warehouse_id=trade.warehouse.pk, order_ids=[order.pk], now=NOON, person_id=packer.pk)
    assert outcomes(scans(trade, packer, order.external_number, "INT-mug", NEXT)) == ["accepted", "accepted", "wrong"]


def test_a_set_is_not_torn(trade: Trade, packer: Person, market) -> None:
    kit = trade.kit("set", mug=1, fork=1)
    trade.listing(market, "set", kit)
    order = released(trade, packer, ("set", 2), place=market)
    answers = scans(trade, packer, "INT-mug", NEXT, "INT-fork", NEXT, "INT-fork", "INT-mug")
    assert outcomes(answers) == ["accepted", "wrong", "accepted", "accepted", "accepted", "accepted"]
    assert "set" in answers[1].text
    assert told(order) == [{"set": 1}, {"set": 1}]


def test_a_code_of_another_table_undoes_nothing(trade: Trade, packer: Person, market) -> None:
    order = released(trade, packer, ("mug", 2), place=market)
    assert outcomes(scans(trade, packer, "INT-mug", "BO-DONE")) == ["accepted", "already"]
    assert order.units.filter(state="packed").count() == 1


# --- stickers ---------------------------------------------------------------------------------------------------------


def stickers(order: Order, *barcodes: str, now=NOON) -> None:
    store_label(
        merchant_id=order.merchant_id,
        order_id=order.pk,
        content=png() + ",".join(barcodes).encode(),
        content_type="image/png",
        barcode=barcodes[0],
        boxes=barcodes if len(barcodes) > 1 else (),
        now=now,
    )


def packed_in_two(trade: Trade, packer: Person, market: ChannelWarehouse) -> Order:
    order = released(trade, packer, ("mug", 2), place=market)
    scans(trade, packer, "INT-mug", NEXT, "INT-mug")
    stickers(order, "BOX-1", "BOX-2")
    return order


def test_each_box_is_closed_by_its_own_sticker_and_the_missing_one_is_named(
    trade: Trade, packer: Person, market
) -> None:
    order = packed_in_two(trade, packer, market)
    printing.print_order_label(order_id=order.pk, person_id=packer.pk, now=NOON)
    first, again, by_number, last = scans(trade, packer, "BOX-2", "BOX-2", order.external_number, "BOX-1")
    assert (first.outcome, first.data["boxes_left"], first.data.get("confirmed")) == ("accepted", [1], None)
    assert again.data["boxes_left"] == [1]
    assert (by_number.outcome, by_number.data["boxes_left"]) == ("wrong", [1])
    assert (last.outcome, last.data["confirmed"]) == ("accepted", True)
    assert PrintItem.objects.get().state == "confirmed"


def test_a_sticker_of_a_second_box_is_no_sticker_of_another_order(trade: Trade, packer: Person, market) -> None:
    order = packed_in_two(trade, packer, market)
    other = released(trade, packer, ("fork", 2), place=market)
    answers = scans(trade, packer, "INT-fork", "BOX-2")
    assert (answers[1].outcome, answers[1].data["order_id"]) == ("wrong", other.pk)
    assert order.external_number in answers[1].text


def test_printed_again_every_sticker_is_scanned_again(trade: Trade, packer: Person, market) -> None:
    order = packed_in_two(trade, packer, market)
    printing.print_order_label(order_id=order.pk, person_id=packer.pk, now=NOON)
    scans(trade, packer, "BOX-1")
    printing.print_order_label(order_id=order.pk, person_id=packer.pk, now=NOON, reason=Reason.JAM)
    assert scans(trade, packer, "BOX-2")[0].data["boxes_left"] == [1]


def test_new_stickers_of_other_boxes_make_the_old_ones_worthless(trade: Trade, packer: Person, market) -> None:
    order = packed_in_two(trade, packer, market)
    stickers(order, "BOX-3", "BOX-4", "BOX-5")
    answers = scans(trade, packer, "BOX-2", "BOX-4")
    assert (outcomes(answers), answers[1].data["boxes_left"]) == (["wrong", "accepted"], [1, 3])
