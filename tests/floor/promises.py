"""What the floor promises after every step of a shift, whatever people, pages and marketplaces do."""

from collections import Counter
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Sum
from hypothesis.stateful import RuleBasedStateMachine, invariant

from backoffice.kernel.errors import Refusal
from floor.models import PickTask, PutBack, Scan, Wave, WaveOrder
from floor.types import Outcome, ScanIn, TaskState
from labels.models import PrintItem
from orders.models import Order, Unit, UnitMark
from orders.selectors import outbound
from orders.types import State, UnitState
from stock.models import Balance
from stock.selectors import proof


class Promises(RuleBasedStateMachine):
    """
    trade, people, now, sent, left and count are made by the machine that begins the shift.

    sent: (scan, how it is sent, what it was answered); left: orders that have left the house.
    """

    steps = 0  # of all shifts

    @invariant()
    def ledger_proves_itself(self):
        if hasattr(self, "trade"):
            Promises.steps += 1
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
        packed = Order.objects.filter(state__in=[State.PACKED, State.READY_FOR_PICKUP], handed_over_at=None)
        packed = packed.prefetch_related("lines", "units")
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

    @invariant()
    def a_marking_code_is_of_one_piece_and_no_piece_leaves_without(self):
        if not hasattr(self, "trade"):
            return
        values = Counter(UnitMark.objects.values_list("value", flat=True))
        assert max(values.values(), default=0) <= 1
        verified = Unit.objects.filter(line__marks__contains=["sgtin"], state__in=[UnitState.PACKED, UnitState.GONE])
        assert not verified.filter(marks=None).exists()

    @invariant()
    def nothing_waits_for_a_buyer_that_does_not_lie_here(self):
        if not hasattr(self, "trade"):
            return
        waiting = Unit.objects.filter(order__state=State.READY_FOR_PICKUP, order__handed_over_at=None)
        assert set(waiting.values_list("state", flat=True)) <= {UnitState.PACKED}

    # --- how ---------------------------------------------------------------------------------------------------------

    def send(self, person, code, work, order_id=None, sku_id=None, pieces=None):
        scan = ScanIn(
            code=code,
            nonce=uuid4(),
            scanned_at=self.now,
            person_id=self.people[person].pk,
            order_id=order_id,
            sku_id=sku_id,
            pieces=pieces,
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
