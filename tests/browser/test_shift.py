"""
A whole shift of two people in real browsers: every mode, and everything that goes wrong in a day.

A few orders in the suite; `FLOOR_ORDERS=200` for a shift as warehouses have it.  One has a tablet, one a phone.
"""

import os
from collections import Counter
from datetime import timedelta
from itertools import cycle
from time import monotonic

import pytest
from django.utils import timezone
from playwright.sync_api import TimeoutError as TooLate

from floor.models import PickTask, Placed, PutBack, Scan, Wave, WaveOrder
from floor.services import wave
from floor.types import SLOTTED, TaskState, WaveMode
from labels.models import PrintItem
from labels.services.order_label import store_label
from merchants.roles import Role
from orders.models import Order, UnitMark
from orders.types import Attention, State
from stock.models import Location
from stock.selectors import proof
from tests import make
from tests.browser.cable import laid_to
from tests.browser.print_window import PRINT_WINDOW
from tests.browser.test_floor import at, cancel, in_scope, kept, scans, waits_for, written
from tests.labels.make import png
from tests.trade import NOON, open_trade

ORDERS = int(os.environ.get("FLOOR_ORDERS", "12"))
PER_WAVE = max(ORDERS // len(WaveMode), 3)
RARE = 1 + ORDERS // 50
PATIENCE_S = 60 + ORDERS  # a busy machine is slow, not wrong
GOODS = ("mug", "fork", "cup")
SHOE = "4607112345673"
TABLET = {"width": 1024, "height": 768}
PHONE = {"width": 390, "height": 844}

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def mark(number):
    """A whole "Честный знак" code, as a scanner that drops the separators sends it."""
    return f"01{SHOE.zfill(14)}21{f'abc{number:010d}'}91EE0692{'dGVzdA' * 8}"[: 16 + 2 + 13 + 6 + 2 + 44]


class Hand:
    """One person with a tablet and a scanner.  Every third scan comes through a Russian layout."""

    def __init__(self, browser, trade, origin, name, size):
        self.size = size
        self.person = make.person(role=Role.PICKER, merchant=trade.merchant, full_name=name)
        self.context = browser.new_context(base_url=origin, locale="ru-RU")
        self.context.set_default_timeout(1_000 * PATIENCE_S)
        cookie = make.client(self.person).cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": origin}])
        self.context.add_init_script(PRINT_WINDOW)
        self.page = self.context.new_page()
        self.made = self.in_russian = self.doubled = 0

    def goes_to(self, path):
        self.station = at(self.page, path, self.size)

    def reads(self, code, outcome="accepted"):
        self.made += 1
        russian = self.made % 3 == 0
        self.in_russian += russian
        try:
            scans(self.station, code, outcome=outcome, russian=russian)
        except TooLate as late:
            raise AssertionError(
                f"{code}: {outcome} expected, told {self.page.locator('#band').inner_text()}"
            ) from late

    def reads_twice(self, code):
        """The scanner reads the same piece twice by itself: one scan."""
        self.reads(code)
        self.doubled += 1
        self.station.scan(code, since=self.station.scanned, after_s=0.3)

    def settles(self, scans=0):
        """Until the server has answered everything, of which so many scans were kept for the time without a network."""
        self.page.wait_for_selector('html[data-queue-idle="1"]', timeout=1_000 * (PATIENCE_S + 2 * scans))

    def says(self):
        return self.page.locator('[data-band="text"]').inner_text()


class Shift:
    def __init__(self, trade, hands, cable):
        self.trade, self.hands, self.cable = trade, hands, cable
        self.turns = cycle(hands)
        self.marks = 0
        self.gone, self.short = set(), set()
        self.seen = Counter()  # what went wrong, how often

    def order(self, *lines):
        soon = timezone.now() + timedelta(hours=3)
        with self.trade.scope():
            order = self.trade.order(*lines, ship_by=soon)
            order.lines.filter(sku__code="shoe").update(marks=["sgtin"])
            store_label(
                merchant_id=self.trade.merchant.pk,
                order_id=order.pk,
                content=png() + order.external_number.encode(),
                content_type="image/png",
                barcode=f"S-{order.external_number}",
                now=NOON,
            )
        return order

    def releases(self, mode, orders):
        with self.trade.scope():
            return wave.release(
                warehouse_id=self.trade.warehouse.pk,
                order_ids=[order.pk for order in orders],
                now=timezone.now(),
                person_id=self.hands[0].person.pk,
                mode=mode,
            )

    def drops(self, orders, when):
        for order in orders:
            cancel(self.trade, order)
            self.gone.add(order.pk)
            self.seen[f"cancelled {when}"] += 1

    def whose_turn(self):
        """Who acts now, and the other one."""
        hand, other = next(self.turns), next(self.turns)
        next(self.turns)
        return hand, other

    def reads_wrong(self, hand, code, what):
        hand.reads(code, outcome="wrong")
        self.seen[what] += 1

    def undoes(self, hand, where):
        hand.settles()
        hand.reads("BO-UNDO")
        self.seen[f"undone {where}"] += 1

    def picks(self, run):
        for hand in self.hands:
            hand.goes_to(f"/floor/pick/{run.pk}/")
        for step in range(100 * PER_WAVE):
            hand, task = self.next_task(run)
            if task is None:
                return
            if step % 7 == 3:
                self.reads_wrong(hand, "INT-foreign", "wrong item at a cell")
            hand.reads(task.location.code)
            if task.sku.code == "rare":
                hand.settles()
                hand.reads("BO-NOT-FOUND")
                self.seen["short pick"] += 1
            else:
                (hand.reads_twice if step % 5 == 2 else hand.reads)(f"INT-{task.sku.code}")
            if step % 9 == 5:
                self.undoes(hand, "at a cell")
            hand.settles()
        raise AssertionError("the wave is never picked")

    def next_task(self, run):
        """Whose turn it is takes what is free or leased to them; a colleague's cell is left to the colleague."""
        hand, other = self.whose_turn()
        with self.trade.scope():
            rows = list(PickTask.objects.filter(wave=run, state=TaskState.OPEN).select_related("sku", "location"))
        own = next((row for row in rows if row.person_id in {None, hand.person.pk}), None)
        return (hand, own) if own or not rows else (other, rows[0])

    def sorts(self, orders):
        """Every piece into its order's place at the wall."""
        for hand in self.hands:
            hand.goes_to("/floor/wall/")
        codes = [code for order in orders if order.pk not in self.gone for code in self.codes(order)]
        for step, code in enumerate(codes):
            hand, _other = self.whose_turn()
            if step % 7 == 3:
                self.reads_wrong(hand, "INT-foreign", "wrong item at the wall")
            hand.reads(f"INT-{code}")
            if step % 9 == 5:
                self.undoes(hand, "at the wall")
                hand.reads(f"INT-{code}")
            hand.settles()
        assert in_scope(self.trade, Placed.objects.count) == len(codes)

    def codes(self, order):
        with self.trade.scope():
            return list(order.units.order_by("number").values_list("sku__code", flat=True))

    def name_of(self, order, mode):
        """What is scanned to open an order: its place where pieces lie sorted, else the number on its sheet."""
        if mode not in SLOTTED or order.pk in self.gone:
            return order.external_number
        with self.trade.scope():
            return f"BO-SLOT-{WaveOrder.objects.get(order=order).slot}"

    def packs(self, orders, mode):
        for hand in self.hands:
            hand.goes_to("/floor/pack/")
        for step, order in enumerate(orders):
            hand, other = self.whose_turn()
            if order.pk in self.short:
                continue
            hand.reads(self.name_of(order, mode), outcome="stop" if order.pk in self.gone else "accepted")
            if order.pk in self.gone:
                self.seen["cancelled order at a table"] += 1
                continue
            if step % 4 == 1:
                hand.settles()
                self.reads_wrong(other, order.external_number, "order on a colleague's table")
                self.reads_wrong(hand, "INT-foreign", "wrong item at a table")
            for place, code in enumerate(self.codes(order)):
                if code == "shoe":
                    self.reads_wrong(hand, SHOE, "no marking code")  # the square code is asked for
                    self.marks += 1
                    code = mark(self.marks)
                else:
                    code = f"INT-{code}"
                (hand.reads_twice if (step + place) % 6 == 3 else hand.reads)(code)
                if place == 0 and step % 5 == 3:
                    self.undoes(hand, "at a table")
                    hand.reads(code)
            hand.settles()
            hand.page.wait_for_selector('[data-open-order][data-packed="1"]', state="attached")
            printed = PrintItem.objects.filter(label__order=order)
            waits_for(lambda printed=printed: in_scope(self.trade, printed.exists), seconds=PATIENCE_S)
            if step % 4 == 2:
                self.reads_wrong(hand, f"S-{orders[step - 1].external_number}", "foreign sticker")
            hand.reads(f"S-{order.external_number}")
            hand.settles()

    def packs_without_network(self, orders):
        """Half of the orders, the tab closed with them, opened anew; then the cable is mended."""
        hand = self.hands[0]
        hand.goes_to("/floor/pack/")
        hand.settles()
        kept(hand.page, "/floor/pack/")
        with self.trade.scope():
            codes = [order.units.get().sku.code for order in orders]
        self.cable.cut()
        half = len(codes) // 2
        for code in codes[:half]:
            hand.reads(f"INT-{code}")
        written(hand.page, half)
        hand.page.close()
        hand.page = hand.context.new_page()
        hand.page.goto("/floor/pack/")
        hand.page.wait_for_selector("html[data-kept][data-station=ready]")
        hand.station.page = hand.page
        for code in codes[half:]:
            hand.reads(f"INT-{code}")
        written(hand.page, len(codes))
        self.drops(orders[-1:], "while offline")
        self.seen["scanned offline"] = len(codes)
        self.seen["scanned after the tab was closed offline"] = len(codes) - half
        self.cable.mend()
        hand.settles(len(codes))
        packed = Order.objects.filter(pk__in=[order.pk for order in orders], state=State.PACKED)
        waits_for(lambda: in_scope(self.trade, packed.count) == len(orders) - 1, seconds=PATIENCE_S)
        waits_for(lambda: in_scope(self.trade, PrintItem.objects.count) == len(orders) - 1, seconds=PATIENCE_S)
        assert in_scope(self.trade, Scan.objects.filter(outcome="stop").count) == 1


@pytest.fixture
def shift(browser, live_server):
    trade = open_trade()
    with laid_to(live_server.thread.port) as cable:
        hands = [
            Hand(browser, trade, f"http://localhost:{cable.port}", "Анна", TABLET),
            Hand(browser, trade, live_server.url, "Борис", PHONE),
        ]
        with trade.scope():
            for number, code in enumerate(GOODS):
                cell = Location.objects.create(warehouse=trade.warehouse, code=f"B-{number}", x=3 * number, y=number)
                trade.sku(code, pieces=10 * ORDERS + 10, location=cell)
            shoe = trade.sku("shoe", pieces=ORDERS, location=cell)
            shoe.barcodes.create(merchant=trade.merchant, value=SHOE, kind="ean13")
            trade.sku("rare", pieces=RARE, location=Location.objects.create(warehouse=trade.warehouse, code="R-1", x=9))
            trade.sku("foreign", pieces=1)
        yield Shift(trade, hands, cable)
        for hand in hands:
            hand.context.close()


def test_a_shift_with_everything_that_goes_wrong(shift):
    began = monotonic()
    for mode in WaveMode:
        kinds = cycle(
            [GOODS[:1], GOODS[1:2], GOODS[2:]] if mode is WaveMode.SINGLE else [GOODS[:2], GOODS, ("shoe", "mug")]
        )
        orders = [
            shift.order(*((code, 1 + (mode is not WaveMode.SINGLE)) for code in next(kinds))) for _ in range(PER_WAVE)
        ]
        if mode is WaveMode.DISCRETE:
            rare = [shift.order(("rare", 1)) for _ in range(RARE)]
            orders += rare
            shift.short.update(order.pk for order in rare)
        run = shift.releases(mode, orders)
        if mode is WaveMode.SINGLE:
            shift.packs_without_network(orders)
            continue
        shift.drops(orders[:PER_WAVE:8], "before picking")
        shift.picks(run)
        if len(orders) > 3:
            shift.drops(orders[1:PER_WAVE:8], "after picking")
        if mode is WaveMode.WALL:
            shift.sorts(orders)
        shift.packs(orders, mode)
    boris = shift.hands[1]
    boris.goes_to("/floor/put-back/")
    with shift.trade.scope():
        waiting = list(PutBack.objects.filter(state=TaskState.OPEN).select_related("sku"))
    for task in waiting:
        boris.reads(f"INT-{task.sku.code}")
        boris.settles()

    with shift.trade.scope():
        as_it_should_be(shift)
        print(f"{Order.objects.count()} orders, {Scan.objects.count()} scans, {monotonic() - began:.0f} s")
    print(f"{len(waiting)} pieces put back; by a Russian layout {total(shift, 'in_russian')}")
    print(f"read twice by the scanner {total(shift, 'doubled')}, one scan each; {dict(shift.seen)}")


def total(shift, name):
    return sum(getattr(hand, name) for hand in shift.hands)


def as_it_should_be(shift):
    states = dict(Order.objects.values_list("pk", "state"))
    assert {pk for pk, state in states.items() if state == State.CANCELLED} == shift.gone
    assert {pk for pk, state in states.items() if state != State.PACKED} == shift.gone | shift.short
    assert [order.attention for order in Order.objects.filter(pk__in=shift.short)] == [[Attention.SHORT_PICK]] * RARE
    printed = list(PrintItem.objects.values_list("label__order_id", flat=True))
    assert sorted(printed) == sorted(pk for pk, state in states.items() if state == State.PACKED)
    assert UnitMark.objects.count() == shift.marks
    assert set(UnitMark.objects.values_list("value", flat=True).filter(value__contains="\x1d91EE06\x1d92")) == set(
        UnitMark.objects.values_list("value", flat=True)
    )
    assert Scan.objects.count() == sum(hand.made for hand in shift.hands)
    assert set(Wave.objects.exclude(mode=WaveMode.DISCRETE).values_list("state", flat=True)) == {"done"}
    assert proof.differences() == []
