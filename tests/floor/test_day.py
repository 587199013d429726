from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import translation

from floor.errors import NothingToPick, NotThisPage
from floor.models import PackSession, PickTask, PutBack, Scan, Wave, WaveOrder
from floor.services import pack, pick, put_back, wave
from floor.services import scan as scans
from floor.types import Answer, Outcome, ScanIn
from merchants.models import Person
from orders.models import Order, UnitMark
from orders.services import commit, remote
from orders.types import CommitState, State, StatusDraft
from shipping.errors import CannotClose
from shipping.models import Handover, HandoverOrder
from shipping.services import handover
from shipping.types import HandoverState
from stock.models import Balance, Location, Move
from stock.selectors import proof
from stock.services import shelf
from tests import make
from tests.trade import NOON, Trade


@pytest.fixture
def picker(trade: Trade) -> Person:
    return make.person(full_name="Picker")


def scanned(picker: Person, code: str, nonce: UUID | None = None) -> ScanIn:
    return ScanIn(code=code, nonce=nonce or uuid4(), scanned_at=NOON, person_id=picker.pk)


def release(trade: Trade, picker: Person, *orders: Order) -> Wave:
    return wave.release(
        warehouse_id=trade.warehouse.pk, order_ids=[order.pk for order in orders], now=NOON, person_id=picker.pk
    )


def picks(run: Wave, picker: Person, code: str) -> Answer:
    return pick.scan(wave=Wave.objects.get(pk=run.pk), scan=scanned(picker, code), cell_id=None, now=NOON)


def packs(trade: Trade, picker: Person, code: str, nonce: UUID | None = None) -> Answer:
    return pack.scan(warehouse_id=trade.warehouse.pk, scan=scanned(picker, code, nonce), now=NOON)


def cancel(trade: Trade, order: Order) -> None:
    remote.apply_statuses(
        merchant_id=trade.merchant.pk,
        channel_id=order.channel_id,
        statuses={order.external_number: StatusDraft(status="cancelled", state=State.CANCELLED)},
        now=NOON,
    )


def test_whole_day_from_wave_to_handover(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=5)
    trade.sku("fork", pieces=5)
    order = trade.order(("mug", 2), ("fork", 1))
    run = release(trade, picker, order)
    order.refresh_from_db()
    assert (order.state, order.commit_state) == (State.CONFIRMED, CommitState.OWED)
    assert list(PickTask.objects.values_list("sku__code", "pieces", "location__code").order_by("sku__code")) == [
        ("fork", 1, "A-01-01"),
        ("mug", 2, "A-01-01"),
    ]
    gathered = HandoverOrder.objects.get(order=order).handover
    assert gathered.state == HandoverState.OPEN

    assert picks(run, picker, "a-01-01").outcome == Outcome.ACCEPTED
    assert [picks(run, picker, code).outcome for code in ("INT-mug", "INT-mug", "INT-mug", "INT-fork")] == [
        Outcome.ACCEPTED,
        Outcome.ACCEPTED,
        Outcome.ALREADY,
        Outcome.ACCEPTED,
    ]
    order.refresh_from_db()
    assert order.state == State.PICKING

    answers = [packs(trade, picker, code) for code in ("INT-mug", "INT-fork", "INT-mug")]
    assert [answer.data.get("packed", False) for answer in answers] == [False, False, True]
    order.refresh_from_db()
    run.refresh_from_db()
    assert (order.state, run.state) == (State.PACKED, "done")
    assert PackSession.objects.filter(closed_at=None).count() == 0

    close: dict[str, Any] = {
        "merchant_id": trade.merchant.pk,
        "handover_id": gathered.pk,
        "now": NOON,
        "person_id": picker.pk,
    }
    with pytest.raises(CannotClose):  # the marketplace has not accepted the parcel yet
        handover.close(**close)
    commit.answered(merchant_id=trade.merchant.pk, order_id=order.pk, state=CommitState.DONE, text="", now=NOON)
    handover.close(**close)
    handover.closing_answered(
        merchant_id=trade.merchant.pk, handover_id=gathered.pk, state=HandoverState.CLOSED, now=NOON
    )
    order.refresh_from_db()
    assert (order.state, trade.row("mug"), trade.row("fork")) == (State.HANDED_OVER, (3, 0), (4, 0))
    assert proof.differences() == []


def test_wrong_item_is_refused_and_nothing_moves(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=5)
    trade.sku("fork", pieces=5)
    order = trade.order(("mug", 2))
    run = release(trade, picker, order)
    assert picks(run, picker, "INT-fork").outcome == Outcome.WRONG
    assert packs(trade, picker, "INT-mug").outcome == Outcome.ACCEPTED
    assert packs(trade, picker, "INT-fork").outcome == Outcome.WRONG
    assert packs(trade, picker, "nonsense").outcome == Outcome.WRONG
    assert sorted(order.units.values_list("state", flat=True)) == ["packed", "wanted"]
    order.refresh_from_db()
    assert order.state == State.PICKING


def test_repeated_nonce_is_answered_as_the_first_time_without_effect(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 2))
    release(trade, picker, order)
    nonce = uuid4()
    first, again = packs(trade, picker, "INT-mug", nonce), packs(trade, picker, "INT-mug", nonce)
    assert first == again
    assert (order.units.filter(state="packed").count(), Scan.objects.count()) == (1, 1)
    assert (Move.objects.filter(reason="pick").count(), PickTask.objects.get().picked) == (1, 1)
    assert order.events.filter(kind="scan").count() == 2  # picked and packed
    assert proof.differences() == []


def test_repeat_whose_work_is_refused_by_now_is_answered_as_the_first_time(trade: Trade, picker: Person) -> None:
    done: list[int] = []

    def work() -> Answer:
        if done:
            raise NotThisPage("This is done.")
        done.append(1)
        return scans.accepted("Done", "It is done.", merchant_id=trade.merchant.pk)

    def send(scan: ScanIn) -> Answer:
        return scans.once(scan=scan, step="pick", warehouse_id=trade.warehouse.pk, now=NOON, work=work)

    scan = scanned(picker, "INT-mug")
    assert send(scan) == send(scan) == scans.accepted("Done", "It is done.", merchant_id=trade.merchant.pk)
    with pytest.raises(NotThisPage):
        send(scanned(picker, "INT-mug"))
    assert Scan.objects.count() == 1


def test_order_cancelled_at_the_table_is_stopped_and_its_goods_go_back(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 2))
    run = release(trade, picker, order)
    packs(trade, picker, "INT-mug")
    cancel(trade, order)
    stopped = packs(trade, picker, "INT-mug")
    assert stopped.outcome == Outcome.STOP
    order.refresh_from_db()
    assert (order.state, PutBack.objects.filter(state="open").count()) == (State.CANCELLED, 1)
    back = put_back.scan(
        warehouse_id=trade.warehouse.pk, scan=scanned(picker, "INT-mug"), cell_id=trade.cell.pk, now=NOON
    )
    assert (back.outcome, trade.row("mug"), PutBack.objects.get().state) == (Outcome.ACCEPTED, (5, 0), "done")
    run.refresh_from_db()
    assert run.state == "done"
    assert HandoverOrder.objects.count() == 0
    assert proof.differences() == []


def test_a_piece_that_the_system_believes_absent_is_put_back_all_the_same(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=1)
    order = trade.order(("mug", 1))
    run = release(trade, picker, order)
    picks(run, picker, "INT-mug")
    table = Location.objects.get(warehouse=trade.warehouse, kind="table")
    shelf.set_pieces(
        merchant_id=trade.merchant.pk,
        location=table,
        sku_id=trade.skus["mug"].pk,
        pieces=0,
        now=NOON,
        person_id=None,
        note="counted elsewhere",
    )
    cancel(trade, order)
    back = put_back.scan(
        warehouse_id=trade.warehouse.pk, scan=scanned(picker, "INT-mug"), cell_id=trade.cell.pk, now=NOON
    )
    assert (back.outcome, trade.row("mug"), PutBack.objects.get().state) == (Outcome.ACCEPTED, (1, 0), "done")
    assert list(Move.objects.order_by("-pk").values_list("reason", flat=True)[:2]) == ["put_back", "found"]
    assert proof.differences() == []


def test_cancelled_before_picking_leaves_the_pick_list(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=5)
    keep, drop = trade.order(("mug", 1)), trade.order(("mug", 1))
    release(trade, picker, keep, drop)
    assert PickTask.objects.get().pieces == 2
    cancel(trade, drop)
    assert PickTask.objects.get().pieces == 1
    assert WaveOrder.objects.get(order=drop).left


def test_an_order_that_leaves_without_us_leaves_the_pick_list_and_the_wave_ends_without_it(
    trade: Trade, picker: Person
) -> None:
    trade.sku("mug", pieces=5)
    here, gone = trade.order(("mug", 1)), trade.order(("mug", 2))
    run = release(trade, picker, here, gone)
    picks(run, picker, "INT-mug")
    left = StatusDraft(status="delivering", state=State.DELIVERING)

    def leaves(order: Order) -> None:
        remote.apply_statuses(
            merchant_id=trade.merchant.pk,
            channel_id=order.channel_id,
            statuses={order.external_number: left},
            now=NOON,
        )

    leaves(gone)
    lying = dict(Balance.objects.filter(bounded=True).values_list("location__kind", "pieces"))
    assert lying == {"cell": 2, "table": 1}  # it was not what lies there for another order that went
    task = PickTask.objects.get()
    assert (task.pieces, task.picked, task.state) == (1, 1, "done")
    assert Wave.objects.get().state == "released"
    leaves(here)
    assert Wave.objects.get().state == "done"
    assert proof.differences() == []


def test_most_urgent_order_gets_the_piece(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=5)
    later = trade.order(("mug", 1), ship_by=NOON.replace(hour=15))
    sooner = trade.order(("mug", 1), ship_by=NOON.replace(hour=11))
    release(trade, picker, later, sooner)
    assert packs(trade, picker, "INT-mug").data["order_id"] == sooner.pk


def test_order_is_at_one_table_at_a_time(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 2))
    release(trade, picker, order)
    packs(trade, picker, "INT-mug")
    colleague = make.person()
    assert packs(trade, colleague, "INT-mug").outcome == Outcome.WRONG
    assert packs(trade, colleague, order.external_number).outcome == Outcome.WRONG


def test_an_order_that_is_in_no_wave_is_not_opened(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 1))
    commit.commit_orders(merchant_id=trade.merchant.pk, order_ids=[order.pk], now=NOON, person_id=picker.pk)
    with translation.override("en"):
        answer = packs(trade, picker, order.external_number)
    assert (answer.outcome, answer.word, PackSession.objects.count()) == (Outcome.WRONG, "In no wave", 0)


def test_released_order_cannot_be_released_again(trade: Trade, picker: Person) -> None:
    trade.sku("mug", pieces=5)
    order = trade.order(("mug", 1))
    release(trade, picker, order)
    with pytest.raises(NothingToPick):
        release(trade, picker, order)
    assert (Wave.objects.count(), order.units.count(), Handover.objects.count()) == (1, 1, 1)


def test_item_not_found_is_looked_for_in_another_cell_then_told_to_the_lead(trade: Trade, picker: Person) -> None:
    sku = trade.sku("mug", pieces=1)
    other = trade.cell.__class__.objects.create(warehouse=trade.warehouse, code="B-02-02", x=5, y=5)
    trade.receive(sku, 2, other)
    order = trade.order(("mug", 1))
    run = release(trade, picker, order)
    task = PickTask.objects.get()
    assert task.location == trade.cell
    answer = picks(run, picker, "BO-NOT-FOUND")
    assert "B-02-02" in answer.text
    assert PickTask.objects.get(state="open").location == other
    picks(run, picker, "BO-NOT-FOUND")
    order.refresh_from_db()
    assert order.attention == ["short_pick"]


def test_marked_goods_are_packed_only_with_their_code_once(trade: Trade, picker: Person) -> None:
    sku = trade.sku("shoe", pieces=5)
    sku.barcodes.create(merchant=trade.merchant, value="4607112345673", kind="ean13")
    orders = [trade.order(("shoe", 1)) for _ in range(2)]
    for order in orders:
        order.lines.update(marks=["sgtin"])
    release(trade, picker, *orders)
    code = "010460711234567321abcDEF1234567\x1d91EE06\x1d92abcd"
    assert packs(trade, picker, "4607112345673").outcome == Outcome.WRONG  # the barcode alone is not enough
    assert PackSession.objects.filter(closed_at=None).count() == 1
    done = packs(trade, picker, code)
    assert (done.outcome, done.data["packed"]) == (Outcome.ACCEPTED, True)
    for again in (code, code.replace("\x1d", ""), code.partition("\x1d")[0]):  # the code is taken, however it is read
        assert packs(trade, picker, again).outcome == Outcome.WRONG
    assert packs(trade, picker, code.replace("abcDEF", "xyzDEF")).data["packed"]


def test_a_marked_piece_of_a_cancelled_order_serves_another(trade: Trade, picker: Person) -> None:
    sku = trade.sku("shoe", pieces=5)
    sku.barcodes.create(merchant=trade.merchant, value="4607112345673", kind="ean13")
    dropped, other = (trade.order(("shoe", 2)) for _ in range(2))
    for order in (dropped, other):
        order.lines.update(marks=["sgtin"])
    release(trade, picker, dropped)
    code = "010460711234567321abcDEF1234567\x1d91EE06\x1d92abcd"
    assert packs(trade, picker, code).outcome == Outcome.ACCEPTED
    assert packs(trade, picker, code.partition("\x1d")[0]).outcome == Outcome.ALREADY
    cancel(trade, dropped)
    assert UnitMark.objects.count() == 0
    release(trade, picker, other)
    assert packs(trade, picker, "4607112345673").outcome == Outcome.STOP
    assert packs(trade, picker, code).outcome == Outcome.ACCEPTED
    assert UnitMark.objects.get().unit.order == other
