"""Whatever people, pages and marketplaces do in whatever order: the floor's promises after every step."""

import os
from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from catalog.types import Boxes
from floor.models import PackSession, Wave
from floor.services import come_back, lease, pack, pick, put_back, table, wall, wave
from floor.types import CONDITION_PREFIX, Command, Condition, Outcome, TaskState, WaveMode
from labels.models import PrintItem
from labels.services import printing
from labels.services.order_label import store_label
from orders.models import Order, Unit
from orders.services import give_up, hand_over, remote
from orders.types import ENTERED_BY_HAND, State, StatusDraft, UnitState
from stock.models import Location
from stock.services import stocktake
from tests import make
from tests.floor.promises import Promises
from tests.floor.warehouse_work import CODES, WarehouseWork, items, people, some
from tests.labels.make import png
from tests.trade import NOON, open_trade

SHIFTS = int(os.environ.get("FLOOR_SHIFTS", "12"))  # more where there is time for it
SHOE = "4607112345673"
STICKER = "S-"
marks = st.integers(1, 3).map(lambda number: f"010{SHOE}21abcDEF123456{number}\x1d91EE06\x1d92abcd")
pick_scans = st.one_of(items, items, st.sampled_from(["A-01-01", "BO-UNDO"]))
table_scans = st.one_of(
    items,
    items,
    marks,
    st.sampled_from([command.value for command in Command]),
    st.integers(1, 3).map(lambda number: f"BO-SLOT-{number}"),
    st.integers(1, 6).map(lambda number: f"N-{number}"),
    st.integers(1, 6).map(lambda number: f"{STICKER}N-{number}"),  # mostly of another order than the one on the table
)


class Shift(WarehouseWork):
    """Two people, four articles, waves of every mode; time passes, orders fall away, pages repeat what they sent."""

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
        self.trade.sku("shoe", pieces=3).barcodes.create(merchant=self.trade.merchant, value=SHOE, kind="ean13")
        self.trade.kit("pair", mug=1, fork=1)
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

    @rule(
        lines=st.lists(st.tuples(st.sampled_from([*CODES, "pair"]), st.integers(1, 2)), min_size=1, max_size=2),
        late=some,
        collected=st.sampled_from([False, False, True]),
    )
    def order_arrives(self, lines, late, collected=False):
        fields = (
            {"scheme": "pickup", "status": StatusDraft(status=ENTERED_BY_HAND, state=State.NEW)} if collected else {}
        )
        order = self.trade.order(*lines, ship_by=NOON + timedelta(hours=late), **fields)
        order.lines.filter(sku__code="shoe").update(marks=["sgtin"])
        if late % 2:
            self.sticker_comes(order)

    @rule(which=some)
    def sticker_comes_late(self, which):
        self.sticker_comes(self.an_order(which))

    def sticker_comes(self, order):
        store_label(
            merchant_id=self.trade.merchant.pk,
            order_id=order.pk,
            content=png() + bytes(f"{order.pk}", "ascii"),
            content_type="image/png",
            barcode=f"{STICKER}{order.external_number}",
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
        if answer and answer.data.get("confirmed") and code.startswith(STICKER):
            assert Order.objects.get(pk=answer.data["order_id"]).external_number == code.removeprefix(STICKER)
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
                f"{STICKER}{session.order.external_number}",
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
    print(f"{Promises.steps} steps")
