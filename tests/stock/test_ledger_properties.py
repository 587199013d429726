"""Whatever people and marketplaces do in whatever order, the ledger proves itself after every step."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backoffice.kernel.errors import Refusal
from floor.models import Wave
from floor.services import pack, pick, put_back, wave
from floor.types import ScanIn
from orders.models import Order
from orders.services import cancel, hand_over, remote
from orders.types import State, StatusDraft
from stock.models import Balance, Location, StockRow
from stock.selectors import proof
from stock.services import kits, shelf
from stock.types import Transfer
from tests import make
from tests.trade import NOON, Trade, open_trade

CODES = ("mug", "fork", "set")
TOLD = (State.CANCELLED, State.DELIVERING, State.DELIVERED, State.NEW, State.PACKED, State.RETURNING, None)


class Warehouse(RuleBasedStateMachine):
    """A shift in which everything may happen at any moment."""

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.trade: Trade = open_trade()
        self.stack.enter_context(self.trade.scope())
        self.trade.sku("mug", pieces=3)
        self.trade.sku("fork", pieces=2)
        self.trade.kit("set", mug=1, fork=2)
        self.person = make.person()
        self.other = Location.objects.create(warehouse=self.trade.warehouse, code="B-01-01", x=3, y=2)
        self.orders: list[int] = []
        self.waves: list[int] = []
        self.left: set[int] = set()

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            transaction.set_rollback(True)
            self.stack.close()

    @rule(lines=st.lists(st.tuples(st.sampled_from(CODES), st.integers(1, 3)), min_size=1, max_size=2))
    def order_arrives(self, lines: list[tuple[str, int]]) -> None:
        self.orders.append(self.trade.order(*lines).pk)

    @rule(code=st.sampled_from(CODES[:2]), pieces=st.integers(1, 4))
    def goods_arrive(self, code: str, pieces: int) -> None:
        self.trade.receive(self.trade.skus[code], pieces)

    @rule(code=st.sampled_from(CODES[:2]), pieces=st.integers(0, 5))
    def cell_is_counted(self, code: str, pieces: int) -> None:
        shelf.set_pieces(
            merchant_id=self.trade.merchant.pk,
            location=self.trade.cell,
            sku_id=self.trade.skus[code].pk,
            pieces=pieces,
            now=NOON,
            person_id=None,
            note="count",
        )

    @rule(code=st.sampled_from(CODES[:2]), pieces=st.integers(1, 9))
    def goods_are_carried(self, code: str, pieces: int) -> None:
        transfer = Transfer(
            sku_id=self.trade.skus[code].pk, from_id=self.trade.cell.pk, to_id=self.other.pk, pieces=pieces
        )
        self._unless_refused(
            lambda: shelf.move(
                merchant_id=self.trade.merchant.pk, transfers=[transfer], now=NOON, person_id=self.person.pk
            )
        )

    @rule(pieces=st.integers(1, 2), turn=st.sampled_from((kits.assemble, kits.take_apart)))
    def kits_are_made_or_taken_apart(self, pieces: int, turn: Callable[..., None]) -> None:
        self._unless_refused(
            lambda: turn(
                merchant_id=self.trade.merchant.pk,
                kit_id=self.trade.skus["set"].pk,
                pieces=pieces,
                location=self.trade.cell,
                now=NOON,
                person_id=self.person.pk,
            )
        )

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def wave_is_released(self, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.orders), min_size=1, max_size=4, unique=True))
        run = self._unless_refused(
            lambda: wave.release(
                warehouse_id=self.trade.warehouse.pk, order_ids=chosen, now=NOON, person_id=self.person.pk
            )
        )
        if run is not None:
            self.waves.append(run.pk)

    @precondition(lambda self: self.waves)
    @rule(data=st.data(), code=st.sampled_from(("INT-mug", "INT-fork", "INT-set", "A-01-01", "B-01-01", "junk")))
    def picker_scans(self, data: st.DataObject, code: str) -> None:
        wave_id = data.draw(st.sampled_from(self.waves))
        cell_id = data.draw(st.sampled_from((None, self.trade.cell.pk, self.other.pk)))
        pick.scan(wave=Wave.objects.get(pk=wave_id), scan=self._scan(code), cell_id=cell_id, now=NOON)

    @precondition(lambda self: self.waves)
    @rule(code=st.sampled_from(("INT-mug", "INT-fork", "INT-set", "BO-CANCEL", "N-1", "N-2", "junk")))
    def packer_scans(self, code: str) -> None:
        pack.scan(warehouse_id=self.trade.warehouse.pk, scan=self._scan(code), now=NOON)

    @precondition(lambda self: self.waves)
    @rule(code=st.sampled_from(("INT-mug", "INT-fork")), at_cell=st.booleans())
    def goods_are_put_back(self, code: str, at_cell: bool) -> None:
        cell_id = self.other.pk if at_cell else None
        put_back.scan(warehouse_id=self.trade.warehouse.pk, scan=self._scan(code), cell_id=cell_id, now=NOON)

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), state=st.sampled_from(TOLD))
    def marketplace_tells(self, data: st.DataObject, state: State | None) -> None:
        order = Order.objects.get(pk=data.draw(st.sampled_from(self.orders)))
        status = StatusDraft(status=state.value if state else "unheard", state=state)
        remote.apply_statuses(
            merchant_id=self.trade.merchant.pk,
            channel_id=order.channel_id,
            statuses={order.external_number: status},
            now=NOON,
        )

    @precondition(lambda self: self.orders)
    @rule(data=st.data(), accepted=st.booleans())
    def seller_cancels(self, data: st.DataObject, accepted: bool) -> None:
        order_id = data.draw(st.sampled_from(self.orders))
        fields: dict[str, Any] = {"merchant_id": self.trade.merchant.pk, "order_id": order_id, "now": NOON}
        self._unless_refused(lambda: cancel.ask(**fields, reason="other", text="", person_id=None))
        cancel.answered(**fields, accepted=accepted, text="")

    @precondition(lambda self: self.orders)
    @rule(data=st.data())
    def orders_leave(self, data: st.DataObject) -> None:
        order_id = data.draw(st.sampled_from(self.orders))
        before = Order.objects.get(pk=order_id).state
        gone = hand_over.hand_over(merchant_id=self.trade.merchant.pk, order_ids=[order_id], now=NOON)
        assert bool(gone) == (before == State.PACKED)

    @invariant()
    def ledger_proves_itself(self) -> None:
        if not hasattr(self, "trade"):
            return
        assert proof.differences() == []
        assert not Balance.objects.filter(bounded=True, pieces__lt=0).exists()
        assert not StockRow.objects.filter(reserved__lt=0).exists()

    @invariant()
    def cancelled_orders_hold_nothing_and_never_leave(self) -> None:
        if not hasattr(self, "trade"):
            return
        for order in Order.objects.filter(state=State.CANCELLED, handed_over_at=None):
            assert not order.units.filter(state="packed").exists()
            assert order.packed_at is None or order.units.exclude(state__in=["put_back", "gone", "wanted"]).count() == 0

    def _scan(self, code: str) -> ScanIn:
        return ScanIn(code=code, nonce=uuid4(), scanned_at=NOON, person_id=self.person.pk)

    def _unless_refused(self, work: Callable[[], Any]) -> Any:
        try:
            with transaction.atomic():
                return work()
        except Refusal:
            return None


@pytest.mark.django_db
def test_no_order_of_events_breaks_the_ledger() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Warehouse,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
