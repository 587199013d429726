"""Supplies to a marketplace's own warehouse: states, stock, differences."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from backoffice.kernel.errors import Refusal
from settlements.services import reports
from shipping.errors import NoSuchLine, WrongState
from shipping.models import Supply, SupplyLine
from shipping.services import supplies
from shipping.services.supplies import Counted
from shipping.types import SUPPLY_MOVES, SUPPLY_OVER, SupplyState
from stock.errors import NotFree
from stock.models import Balance, Move, Reservation
from stock.selectors import proof
from stock.services import commission
from tests.settlements.make import D, agreement, line, report
from tests.trade import NOON, Trade, open_trade


def drafted(trade: Trade, **lines: int) -> Supply:
    return supplies.draft(
        merchant_id=trade.merchant.pk,
        channel_id=trade.ozon.channel_id,
        warehouse_id=trade.warehouse.pk,
        lines={trade.skus[code].pk: pieces for code, pieces in lines.items()},
        now=NOON,
    )


def shipped(trade: Trade, **lines: int) -> Supply:
    supply = drafted(trade, **lines)
    supplies.agree(supply_id=supply.pk, now=NOON)
    supplies.start_picking(supply_id=supply.pk)
    for code, pieces in lines.items():
        supplies.pack(supply_id=supply.pk, sku_id=trade.skus[code].pk, pieces=pieces)
    return supplies.ship(supply_id=supply.pk, now=NOON, person_id=None)


def there(trade: Trade, code: str) -> int:
    """Pieces at the commissioner."""
    place = commission.known_place(trade.ozon.channel_id)
    return sum(Balance.objects.filter(location=place, sku=trade.skus[code]).values_list("pieces", flat=True))


def test_agreement_promises_shipping_moves_and_the_goods_stay_ours(trade: Trade) -> None:
    mug = trade.sku("mug", pieces=5)
    trade.sku("fork", pieces=3)
    supply = drafted(trade, mug=4, fork=3)
    assert trade.row("mug") == (5, 0)
    supplies.agree(supply_id=supply.pk, now=NOON)
    assert (trade.row("mug"), trade.row("fork")) == ((5, 4), (3, 3))
    supplies.start_picking(supply_id=supply.pk)
    supplies.pack(supply_id=supply.pk, sku_id=mug.pk, pieces=3)
    with pytest.raises(NoSuchLine, match="mug"):
        supplies.pack(supply_id=supply.pk, sku_id=mug.pk, pieces=2)
    supplies.ship(supply_id=supply.pk, now=NOON, person_id=None)
    assert (trade.row("mug"), trade.row("fork")) == ((2, 0), (3, 0))
    assert (there(trade, "mug"), there(trade, "fork")) == (3, 0)
    assert not Reservation.objects.filter(state="held").exists()
    assert list(Move.objects.filter(reason="supply").values_list("reference", "pieces")) == [(f"supply:{supply.pk}", 3)]
    assert proof.differences() == []


def test_what_is_not_free_is_refused_with_every_shortage(trade: Trade) -> None:
    trade.sku("mug", pieces=2)
    trade.sku("fork", pieces=1)
    trade.order(("mug", 1))
    supply = drafted(trade, mug=2, fork=4)
    with pytest.raises(NotFree) as refused:
        supplies.agree(supply_id=supply.pk, now=NOON)
    assert [(short.sku, short.there, short.wanted) for short in refused.value.shortages] == [
        ("fork", 1, 4),
        ("mug", 1, 2),
    ]
    assert (trade.row("mug"), trade.row("fork")) == ((2, 1), (1, 0))
    assert Supply.objects.get().state == SupplyState.DRAFT


def test_a_cancelled_supply_frees_its_goods_once(trade: Trade) -> None:
    trade.sku("mug", pieces=2)
    supply = drafted(trade, mug=2)
    supplies.agree(supply_id=supply.pk, now=NOON)
    supplies.cancel(supply_id=supply.pk, now=NOON)
    assert trade.row("mug") == (2, 0)
    with pytest.raises(WrongState):
        supplies.cancel(supply_id=supply.pk, now=NOON)
    assert trade.row("mug") == (2, 0)


def test_every_difference_is_explained_before_a_supply_closes(trade: Trade) -> None:
    codes = ("cup", "dish", "fork", "knife", "mug")
    for code in codes:
        trade.sku(code, pieces=5)
    supply = shipped(trade, **dict.fromkeys(codes, 5))
    of = {code: trade.skus[code].pk for code in codes}
    with pytest.raises(NoSuchLine, match="cup"):
        supplies.close(supply_id=supply.pk, counted={of["cup"]: Counted(accepted=3)}, now=NOON, person_id=None)
    assert Supply.objects.get().state == SupplyState.SHIPPED
    counted = {
        of["cup"]: Counted(accepted=3, difference="lost", note="act 5"),
        of["dish"]: Counted(accepted=4, difference="came_back"),
        of["fork"]: Counted(accepted=0, difference="disputed"),
        of["knife"]: Counted(accepted=7),
    }
    closed = supplies.close(supply_id=supply.pk, counted=counted, now=NOON, person_id=None)
    assert closed.state == SupplyState.DIFFERS
    assert [there(trade, code) for code in codes] == [3, 4, 5, 7, 5]
    assert [trade.row(code) for code in codes] == [(0, 0), (1, 0), (0, 0), (0, 0), (0, 0)]
    assert list(SupplyLine.objects.order_by("sku__code").values_list("accepted", "difference", "note")) == [
        (3, "lost", "act 5"), (4, "came_back", ""), (0, "disputed", ""), (7, "surplus", ""), (5, "", ""),
    ]  # fmt: skip
    assert proof.differences() == []


def test_a_supply_accepted_as_sent_needs_no_words(trade: Trade) -> None:
    trade.sku("mug", pieces=2)
    supply = shipped(trade, mug=2)
    assert supplies.close(supply_id=supply.pk, counted={}, now=NOON, person_id=None).state == SupplyState.ACCEPTED
    assert SupplyLine.objects.get().accepted == 2


def test_a_report_takes_what_was_sold_out_of_the_commissioners_hands_and_its_reversal_gives_it_back(
    trade: Trade,
) -> None:
    mug = trade.sku("mug", pieces=9)
    shipped(trade, mug=5)
    ours = trade.order(("mug", 1))
    agreed = agreement(trade)
    told = reports.accept(
        merchant_id=trade.merchant.pk,
        at=NOON,
        data=report(
            line(sku_id=mug.pk, pieces=3, price=D(10)),
            line("return", sku_id=mug.pk, pieces=1, price=D(10)),
            line("write_off", sku_id=mug.pk, pieces=1, price=D(10)),
            line("compensation", sku_id=mug.pk, pieces=1, price=D(10)),
            line(sku_id=mug.pk, pieces=1, price=D(10), order_number=ours.external_number),  # left from our shelf
            agreement_id=agreed.pk,
        ),
    )
    assert told.report_id
    assert (there(trade, "mug"), trade.row("mug")) == (2, (4, 1))
    reports.reverse(report_id=told.report_id, at=NOON, because="x")
    assert (there(trade, "mug"), trade.row("mug")) == (5, (4, 1))
    assert proof.differences() == []


def test_kits_and_articles_of_others_are_not_sent(trade: Trade) -> None:
    trade.sku("mug", pieces=2)
    trade.kit("set", mug=2)
    with pytest.raises(NoSuchLine, match="set"):
        drafted(trade, set=1)
    with pytest.raises(NoSuchLine):
        supplies.draft(
            merchant_id=trade.merchant.pk,
            channel_id=trade.ozon.channel_id,
            warehouse_id=trade.warehouse.pk,
            lines={10**9: 1},
            now=NOON,
        )
    assert Supply.objects.filter(lines__isnull=False).count() == 0


def test_every_state_but_the_last_ones_goes_somewhere() -> None:
    assert set(SUPPLY_MOVES) == set(SupplyState)
    assert {SupplyState.ACCEPTED, SupplyState.DIFFERS, SupplyState.CANCELLED} == SUPPLY_OVER


class Dispatch(RuleBasedStateMachine):
    """Supplies, orders and counts share two articles; any step may come at any moment."""

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.trade = open_trade()
        self.stack.enter_context(self.trade.scope())
        self.trade.sku("mug", pieces=6)
        self.trade.sku("fork", pieces=4)
        self.agreement = agreement(self.trade)
        self.supplies: list[int] = []
        self.reports: list[int] = []
        self.sent = 0

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            transaction.set_rollback(True)
            self.stack.close()

    def _try(self, work: Callable[[], Any]) -> Any:
        try:
            with transaction.atomic():
                return work()
        except Refusal:
            return None

    def _sku(self, code: str) -> int:
        return int(self.trade.skus[code].pk)

    @rule(mug=st.integers(0, 4), fork=st.integers(0, 3))
    def draft(self, mug: int, fork: int) -> None:
        self.supplies.append(drafted(self.trade, mug=mug, fork=fork).pk)

    @precondition(lambda self: self.supplies)
    @rule(data=st.data(), word=st.sampled_from(("agree", "agree", "start", "start", "ship", "cancel")))
    def step(self, data: st.DataObject, word: str) -> None:
        pk = data.draw(st.sampled_from(self.supplies))
        before = SupplyState(Supply.objects.get(pk=pk).state)
        work: dict[str, tuple[Callable[[], Any], SupplyState]] = {
            "agree": (lambda: supplies.agree(supply_id=pk, now=NOON), SupplyState.AGREED),
            "start": (lambda: supplies.start_picking(supply_id=pk), SupplyState.PICKING),
            "ship": (lambda: supplies.ship(supply_id=pk, now=NOON, person_id=None), SupplyState.SHIPPED),
            "cancel": (lambda: supplies.cancel(supply_id=pk, now=NOON), SupplyState.CANCELLED),
        }
        done = self._try(work[word][0])
        after = Supply.objects.get(pk=pk).state
        assert after == (work[word][1] if done else before)
        assert not done or work[word][1] in SUPPLY_MOVES[before]

    @precondition(lambda self: self.supplies)
    @rule(data=st.data(), code=st.sampled_from(("mug", "fork")), pieces=st.integers(-2, 4))
    def pack(self, data: st.DataObject, code: str, pieces: int) -> None:
        pk = data.draw(st.sampled_from(self.supplies))
        self._try(lambda: supplies.pack(supply_id=pk, sku_id=self._sku(code), pieces=pieces))

    @precondition(lambda self: self.supplies)
    @rule(data=st.data(), accepted=st.integers(0, 5), why=st.sampled_from(("lost", "came_back", "disputed", "")))
    def close(self, data: st.DataObject, accepted: int, why: str) -> None:
        pk = data.draw(st.sampled_from(self.supplies))
        counted = {self._sku("mug"): Counted(accepted=accepted, difference=why)}
        self._try(lambda: supplies.close(supply_id=pk, counted=counted, now=NOON, person_id=None))

    @rule(code=st.sampled_from(("mug", "fork")), pieces=st.integers(1, 3))
    def order_arrives(self, code: str, pieces: int) -> None:
        self.trade.order((code, pieces))

    @rule(code=st.sampled_from(("mug", "fork")), pieces=st.integers(1, 3))
    def goods_arrive(self, code: str, pieces: int) -> None:
        self.trade.receive(self.trade.skus[code], pieces)

    @rule(kind=st.sampled_from(("sale", "return", "write_off")), pieces=st.integers(1, 3))
    def commissioner_reports(self, kind: str, pieces: int) -> None:
        self.sent += 1
        told = report(line(kind, article="mug", pieces=pieces), number=f"R-{self.sent}", agreement_id=self.agreement.pk)
        done = reports.accept(merchant_id=self.trade.merchant.pk, data=told, at=NOON)
        assert done.report_id
        self.reports.append(done.report_id)

    @precondition(lambda self: self.reports)
    @rule(data=st.data())
    def report_is_reversed(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(self.reports))
        self._try(lambda: reports.reverse(report_id=pk, at=NOON, because="x"))

    @invariant()
    def the_ledger_proves_itself(self) -> None:
        if not hasattr(self, "trade"):
            return
        assert proof.differences() == []
        assert not Balance.objects.filter(bounded=True, pieces__lt=0).exists()

    @invariant()
    def only_agreed_supplies_hold_goods_and_exactly_what_was_planned(self) -> None:
        if not hasattr(self, "trade"):
            return
        held: dict[tuple[int | None, int], int] = {}
        rows = Reservation.objects.filter(state="held", supply_ref__isnull=False)
        for supply_ref, sku_id, pieces in rows.values_list("supply_ref", "sku_id", "pieces"):
            held[supply_ref, sku_id] = held.get((supply_ref, sku_id), 0) + pieces
        lines = SupplyLine.objects.filter(supply__state__in=[SupplyState.AGREED, SupplyState.PICKING])
        assert held == {(row.supply_id, row.sku_id): row.planned for row in lines}


@pytest.mark.django_db
def test_no_interleaving_of_supplies_orders_and_reports_breaks_the_ledger() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Dispatch,
        settings=settings(
            max_examples=8,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
