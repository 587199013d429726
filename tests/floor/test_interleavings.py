"""Whatever people, pages and marketplaces do in whatever order: the floor's promises after every step."""

import os
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backoffice.kernel.errors import Refusal
from catalog.types import Boxes
from floor.models import PackSession, PickTask, PutBack, Scan, Wave, WaveOrder
from floor.services import come_back, lease, pack, pick, put_back, table, wall, wave
from floor.services import count as counting
from floor.types import CONDITION_PREFIX, Command, Condition, Outcome, ScanIn, TaskState, WaveMode
from labels.models import PrintItem
from labels.services import printing
from labels.services.order_label import store_label
from orders.models import Order, Unit
from orders.selectors import outbound
from orders.services import give_up, hand_over, remote
from orders.types import State, StatusDraft, UnitState
from stock.models import Balance, Location
from stock.selectors import proof
from stock.services import stocktake
from tests import make
from tests.labels.make import png
from tests.trade import NOON, open_trade

CODES = ("mug", "fork")
PEOPLE = (0, 1)
SHIFTS = int(os.environ.get("FLOOR_SHIFTS", "30"))  # more where there is time for it
items = st.sampled_from([f"INT-{code}" for code in CODES])
people = st.sampled_from(PEOPLE)
some = st.integers(0, 5)
pick_scans = st.one_of(items, items, st.sampled_from(["A-01-01", "BO-UNDO"]))
table_scans = st.one_of(
    items,
    items,
    st.sampled_from([command.value for command in Command]),
    st.integers(1, 3).map(lambda number: f"BO-SLOT-{number}"),
    st.integers(1, 6).map(lambda number: f"N-{number}"),
)


class Shift(RuleBasedStateMachine):
    """Two people, two articles, waves of every mode; time passes, orders fall away, pages repeat what they sent."""

    @initialize(mode=st.sampled_from([None, *WaveMode]))
    def open(self, mode):
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.trade = open_trade()
        self.stack.enter_context(self.trade.scope())
        self.trade.ozon.channel.boxes = Boxes.TOLD
        self.trade.ozon.channel.save()
        self.trade.sku("mug", pieces=6)
        self.other = Location.objects.create(warehouse=self.trade.warehouse, code="B-01-01", x=3, y=2)
        self.trade.sku("fork", pieces=4, location=self.other)
        self.people = [make.person(), make.person()]
        self.now = NOON
        self.sent = []
        self.left = set()
        self.count = stocktake.begin(
            warehouse_id=self.trade.warehouse.pk, blind=True, person_id=self.people[0].pk, now=self.now
        )
        self.order_arrives([("mug", 1)], 0)
        self.order_arrives([("mug", 1), ("fork", 2)], 1)
        self.wave_is_released(mode, 0)

    def teardown(self):
        if hasattr(self, "stack"):
            transaction.set_rollback(True)
            self.stack.close()

    # --- what happens -----------------------------------------------------------------------------------------------

    @rule(lines=st.lists(st.tuples(st.sampled_from(CODES), st.integers(1, 2)), min_size=1, max_size=2), late=some)
    def order_arrives(self, lines, late):
        order = self.trade.order(*lines, ship_by=NOON + timedelta(hours=late))
        if late % 2:
            store_label(
                merchant_id=self.trade.merchant.pk,
                order_id=order.pk,
                content=png() + bytes(f"{order.pk}", "ascii"),
                content_type="image/png",
                barcode=f"S-{order.external_number}",
                now=self.now,
            )

    @rule(mode=st.sampled_from([None, *WaveMode]), person=people)
    def wave_is_released(self, mode, person):
        orders = list(Order.objects.values_list("pk", flat=True))
        self.unless_refused(
            lambda: wave.release(
                warehouse_id=self.trade.warehouse.pk,
                order_ids=orders,
                now=self.now,
                person_id=self.people[person].pk,
                mode=mode,
            )
        )

    @rule(codes=st.lists(pick_scans, min_size=1, max_size=4), person=people, which=some)
    def somebody_picks(self, codes, person, which):
        runs = list(Wave.objects.order_by("pk"))
        run = runs[which % len(runs)]
        for code in codes:
            self.send(
                person,
                code,
                lambda scan: pick.scan(wave=Wave.objects.get(pk=run.pk), scan=scan, cell_id=None, now=self.now),
            )

    @rule(person=people)
    def cell_turns_out_empty(self, person):
        run = Wave.objects.order_by("-pk").first()
        self.send(
            person,
            "BO-NOT-FOUND",
            lambda scan: pick.scan(wave=Wave.objects.get(pk=run.pk), scan=scan, cell_id=None, now=self.now),
        )

    @rule(
        codes=st.lists(table_scans, min_size=1, max_size=4), person=people, told=st.one_of(st.none(), st.none(), some)
    )
    def somebody_packs(self, codes, person, told):
        for code in codes:
            self.packs(code, person, told)

    def packs(self, code, person, told):
        orders = list(Order.objects.order_by("pk").values_list("pk", flat=True))
        order_id = orders[told % len(orders)] if orders and told is not None else None
        warehouse_id = self.trade.warehouse.pk
        answer = self.send(
            person, code, lambda scan: pack.scan(warehouse_id=warehouse_id, scan=scan, now=self.now), order_id
        )
        if answer and answer.data.get("packed"):
            order = Order.objects.get(pk=answer.data["order_id"])
            assert order.state == State.PACKED
            # What the order goes without waits to be put back.
            assert set(order.units.values_list("state", flat=True)) - {UnitState.PUT_BACK, UnitState.GONE} == {
                UnitState.PACKED
            }

    @rule(person=people)
    def packed_box_gets_its_sticker(self, person):
        session = PackSession.objects.filter(person=self.people[person], closed_at=None, order__state="packed").first()
        if session:
            answer = self.send(
                person,
                f"S-{session.order.external_number}",
                lambda scan: pack.scan(warehouse_id=self.trade.warehouse.pk, scan=scan, now=self.now),
            )
            assert (answer.outcome, answer.data.get("confirmed")) == (Outcome.ACCEPTED, True)

    @rule(code=st.one_of(items, items, st.just("BO-UNDO")), person=people)
    def somebody_sorts(self, code, person):
        self.send(person, code, lambda scan: wall.scan(warehouse_id=self.trade.warehouse.pk, scan=scan, now=self.now))

    @rule(code=items, person=people)
    def somebody_puts_back(self, code, person):
        self.send(
            person,
            code,
            lambda scan: put_back.scan(
                warehouse_id=self.trade.warehouse.pk, scan=scan, cell_id=self.trade.cell.pk, now=self.now
            ),
        )

    @rule(which=some)
    def order_is_cancelled(self, which):
        orders = list(Order.objects.order_by("pk"))
        if orders:
            order = orders[which % len(orders)]
            told = StatusDraft(status="cancelled", state=State.CANCELLED)
            remote.apply_statuses(
                merchant_id=self.trade.merchant.pk,
                channel_id=order.channel_id,
                statuses={order.external_number: told},
                now=self.now,
            )

    @rule(which=some, accepted=st.booleans())
    def missing_pieces_are_given_up(self, which, accepted):
        orders = list(Order.objects.order_by("pk"))
        order = orders[which % len(orders)]
        merchant_id = self.trade.merchant.pk
        if self.unless_refused(
            lambda: give_up.ask(merchant_id=merchant_id, order_id=order.pk, now=self.now, person_id=self.people[0].pk)
        ):
            give_up.answered(merchant_id=merchant_id, order_id=order.pk, accepted=accepted, text="no", now=self.now)

    @rule(which=st.integers(0, 30))
    def page_sends_again(self, which):
        if self.sent:
            scan, work, first = self.sent[which % len(self.sent)]
            before = self.everything()
            assert work(scan) == first
            assert self.everything() == before

    @rule(minutes=st.sampled_from([1, 9, 11]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule(person=people, which=some)
    def somebody_opens_the_pick_page(self, person, which):
        runs = list(Wave.objects.filter(state="released", paused_at=None).order_by("pk"))
        if runs:
            task = lease.claim(wave_id=runs[which % len(runs)].pk, person_id=self.people[person].pk, now=self.now)
            assert task is None or task.state == TaskState.OPEN

    @rule(person=people, which=some)
    def lead_steps_in(self, person, which):
        table.free(person_id=self.people[person].pk, now=self.now)
        runs = list(Wave.objects.filter(state="released").order_by("pk"))
        if runs:
            run = runs[which % len(runs)]
            lease.pass_on(
                wave_id=run.pk,
                from_person_id=self.people[person].pk,
                to_person_id=self.people[1 - person].pk,
                now=self.now,
            )
            self.unless_refused(lambda: lease.pause(wave_id=run.pk, on=which % 2 == 0, now=self.now))

    @rule(which=some, person=people)
    def somebody_asks_for_a_sticker(self, which, person):
        orders = list(Order.objects.order_by("pk"))
        if not orders:
            return
        order = orders[which % len(orders)]
        printed = self.unless_refused(
            lambda: printing.print_order_label(order_id=order.pk, person_id=self.people[person].pk, now=self.now)
        )
        if printed is not None:
            assert order.state == State.PACKED
            assert PrintItem.objects.get(pk=printed.item_id).label.order_id == order.pk

    @rule(which=some)
    def parcel_leaves(self, which):
        orders = list(Order.objects.order_by("pk"))
        if orders:
            order = orders[which % len(orders)]
            gone = hand_over.hand_over(merchant_id=self.trade.merchant.pk, order_ids=[order.pk], now=self.now)
            assert gone == ([order.pk] if order.state == State.PACKED else [])
            self.left |= set(gone)

    @rule(code=items, condition=st.sampled_from(Condition), person=people, which=some, known=st.booleans())
    def parcel_comes_back(self, code, condition, person, which, known):
        orders = list(Order.objects.order_by("pk").values_list("pk", flat=True))
        order_id = orders[which % len(orders)] if orders and known else None
        sku_id = self.trade.skus[code.removeprefix("INT-")].pk
        away = Unit.objects.filter(order_id=order_id, sku_id=sku_id, state=UnitState.GONE).count()
        answer = self.send(
            person,
            f"{CONDITION_PREFIX}{condition.name}",
            lambda scan: come_back.scan(warehouse_id=self.trade.warehouse.pk, scan=scan, now=self.now),
            order_id,
            sku_id,
        )
        if answer and answer.outcome == Outcome.ACCEPTED and order_id:
            assert order_id in self.left
            assert Unit.objects.filter(order_id=order_id, sku_id=sku_id, state=UnitState.GONE).count() == away - 1

    @rule(
        codes=st.lists(st.one_of(items, st.sampled_from(["A-01-01", "B-01-01", "*3", "BO-DONE"])), max_size=5),
        person=people,
        posts=st.booleans(),
    )
    def somebody_counts(self, codes, person, posts):
        for code in codes:
            self.send(person, code, lambda scan: counting.scan(count=self.count, scan=scan, now=self.now))
        if posts:
            on_tables = self.on_tables()
            stocktake.post(count_id=self.count.pk, now=self.now, person_id=self.people[person].pk, note="recount")
            assert self.on_tables() == on_tables

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def ledger_proves_itself(self):
        if hasattr(self, "trade"):
            assert proof.differences() == []

    @invariant()
    def what_lies_on_the_table_is_what_was_picked(self):
        if not hasattr(self, "trade"):
            return
        in_hands = [UnitState.PICKED, UnitState.PACKED, UnitState.PUT_BACK]
        for code, sku in self.trade.skus.items():
            there = Balance.objects.filter(sku=sku, location__kind="table").aggregate(sum=Sum("pieces"))["sum"] or 0
            assert there == Unit.objects.filter(sku=sku, state__in=in_hands).count(), code

    @invariant()
    def boxes_are_filled_one_after_another_and_told_to_the_piece(self):
        if not hasattr(self, "trade"):
            return
        packed = Order.objects.filter(state=State.PACKED).prefetch_related("lines", "units")
        told = {parcel.order_id: parcel for parcel in outbound.parcels(order_ids=[order.pk for order in packed])}
        for order in packed:
            boxes = {unit.box for unit in order.units.all() if unit.state == UnitState.PACKED}
            assert len(told[order.pk].boxes) == len(boxes)
            pieces = Counter()
            for line in (line for box in told[order.pk].boxes for line in box):
                pieces[line.external_id] += line.pieces
            ordered = Counter()
            for line in order.lines.all():
                ordered[line.external_id] += line.pieces - line.cancelled_pieces
            assert pieces == ordered

    @invariant()
    def nothing_cancelled_goes_on(self):
        if not hasattr(self, "trade"):
            return
        fallen = Unit.objects.filter(order__state=State.CANCELLED)
        assert not fallen.filter(state__in=[UnitState.PICKED, UnitState.PACKED]).exists()
        waiting = set(Unit.objects.filter(state=UnitState.PUT_BACK).values_list("pk", flat=True))
        assert waiting == set(PutBack.objects.filter(state=TaskState.OPEN).values_list("unit_id", flat=True))

    @invariant()
    def only_whole_parcels_have_left_and_no_sticker_without_one(self):
        if not hasattr(self, "trade"):
            return
        gone = Order.objects.exclude(handed_over_at=None)
        assert set(gone.values_list("pk", flat=True)) == self.left
        assert set(gone.values_list("units__state", flat=True)) <= {
            UnitState.GONE,
            UnitState.RETURNED,
            UnitState.PUT_BACK,
        }
        assert not PrintItem.objects.filter(label__order__packed_at=None).exists()

    @invariant()
    def pick_lists_ask_for_what_is_wanted(self):
        if not hasattr(self, "trade"):
            return
        for run in Wave.objects.filter(state="released"):
            members = WaveOrder.objects.filter(wave=run, left=False).values("order_id")
            for sku in self.trade.skus.values():
                wanted = Unit.objects.filter(order__in=members, sku=sku, state=UnitState.WANTED).count()
                tasks = PickTask.objects.filter(wave=run, sku=sku)
                asked = tasks.filter(state=TaskState.OPEN).aggregate(sum=Sum(F("pieces") - F("picked")))["sum"] or 0
                assert asked <= wanted
                if not Scan.objects.filter(code="BO-NOT-FOUND", outcome=Outcome.ACCEPTED).exists():
                    assert asked == wanted

    # --- how ---------------------------------------------------------------------------------------------------------

    def send(self, person, code, work, order_id=None, sku_id=None):
        scan = ScanIn(
            code=code,
            nonce=uuid4(),
            scanned_at=self.now,
            person_id=self.people[person].pk,
            order_id=order_id,
            sku_id=sku_id,
        )
        answer = self.unless_refused(lambda: work(scan))
        if answer is not None:
            self.sent.append((scan, work, answer))
        return answer

    def on_tables(self):
        return sorted(Balance.objects.filter(location__kind="table").values_list("sku_id", "pieces"))

    def everything(self):
        return (
            sorted(Unit.objects.values_list("pk", "state")),
            sorted(Order.objects.values_list("pk", "state")),
            sorted(Balance.objects.values_list("location_id", "sku_id", "pieces")),
            sorted(PickTask.objects.values_list("pk", "picked", "pieces", "state")),
            Scan.objects.count(),
        )

    def unless_refused(self, work):
        try:
            with transaction.atomic():
                return work()
        except Refusal:
            return None


@pytest.mark.django_db
def test_no_interleaving_breaks_the_floor():
    run_state_machine_as_test(
        Shift,
        settings=settings(
            max_examples=SHIFTS,
            stateful_step_count=15,
            deadline=None,
            derandomize="FLOOR_SHIFTS" not in os.environ,
            suppress_health_check=list(HealthCheck),
        ),
    )
