"""Whatever reports come, are corrected and reversed: every sum agrees with its lines and its entries to the kopeck."""

from contextlib import ExitStack
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from settlements.models import Entry, Report, ReportLine
from settlements.selectors import debts, reported
from settlements.services import payments, reports
from settlements.types import WITHHELD, LineIn, LineKind, OutcomeStatus, ReportIn
from tests.settlements.make import D, agreement, line, report
from tests.trade import NOON, open_trade

KOPECKS = st.integers(-99_999, 99_999).map(lambda n: Decimal(n) / 100)
ABOVE = st.integers(0, 99_999).map(lambda n: Decimal(n) / 100)


@st.composite
def lines(draw: st.DrawFn) -> LineIn:
    """A line that says nothing wrong by itself."""
    kind = draw(st.sampled_from(LineKind.values))
    fields: dict[str, Any] = {name: draw(KOPECKS) for name in WITHHELD}
    if kind != LineKind.SERVICE:
        price, pieces = draw(ABOVE), draw(st.integers(1, 9))
        fields |= {"price": price, "pieces": pieces, "article": draw(st.sampled_from(("mug", "fork")))}
        fields["discount"] = min(draw(ABOVE), price * pieces)
        fields["order_number"] = draw(st.sampled_from(("", "N-1", "N-2", "elsewhere")))
    return line(kind, **fields)


class Book(RuleBasedStateMachine):
    """A commissioner who reports, corrects itself and pays; we reverse."""

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.trade = open_trade()
        self.stack.enter_context(self.trade.scope())
        self.trade.sku("mug", pieces=5)
        self.trade.sku("fork", pieces=5)
        for code in ("mug", "fork"):
            self.trade.order((code, 1))
        self.agreed = agreement(self.trade)
        self.counted: dict[int, ReportIn] = {}
        self.paid = Decimal(0)
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            transaction.set_rollback(True)
            self.stack.close()

    def _accept(self, data: ReportIn) -> Any:
        return reports.accept(merchant_id=self.trade.merchant.pk, data=data, at=NOON)

    @rule(told=st.lists(lines(), min_size=1, max_size=5))
    def report_comes(self, told: list[LineIn]) -> None:
        self.number += 1
        data = report(*told, number=f"R-{self.number}", agreement_id=self.agreed.pk)
        done = self._accept(data)
        assert done.status == OutcomeStatus.ACCEPTED, done.faults
        self.counted[done.report_id] = data

    @precondition(lambda self: self.counted)
    @rule(data=st.data())
    def the_same_comes_again(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(sorted(self.counted)))
        again = self._accept(self.counted[pk])
        assert (again.status, again.report_id) == (OutcomeStatus.UNCHANGED, pk)

    @precondition(lambda self: self.counted)
    @rule(data=st.data(), told=st.lists(lines(), min_size=1, max_size=3), says=st.booleans())
    def another_comes_in_its_place(self, data: st.DataObject, told: list[LineIn], says: bool) -> None:
        pk = data.draw(st.sampled_from(sorted(self.counted)))
        old = self.counted[pk]
        new = replace(report(*told, number=old.number, agreement_id=self.agreed.pk), corrects=pk if says else None)
        done = self._accept(new)
        if tuple(new.lines) == tuple(old.lines):
            assert done.status == OutcomeStatus.UNCHANGED
        elif says:
            assert (done.status, done.reversed_id) == (OutcomeStatus.CORRECTED, pk)
            del self.counted[pk]
            self.counted[done.report_id] = new
        else:
            assert (done.status, [fault.code for fault in done.faults]) == (OutcomeStatus.REJECTED, ["changed"])

    @precondition(lambda self: self.counted)
    @rule(data=st.data(), kopeck=st.sampled_from((D("0.01"), D("-0.01"))))
    def a_total_is_a_kopeck_off(self, data: st.DataObject, kopeck: Decimal) -> None:
        old = self.counted[data.draw(st.sampled_from(sorted(self.counted)))]
        name = data.draw(st.sampled_from(sorted(old.totals.__dataclass_fields__)))
        off = replace(old.totals, **{name: getattr(old.totals, name) + kopeck})
        done = self._accept(replace(old, number="off", totals=off))
        assert [(fault.field, fault.code) for fault in done.faults] == [(f"totals.{name}", "sum")]

    @precondition(lambda self: self.counted)
    @rule(data=st.data())
    def we_reverse(self, data: st.DataObject) -> None:
        pk = data.draw(st.sampled_from(sorted(self.counted)))
        reports.reverse(report_id=pk, at=NOON, because="x")
        del self.counted[pk]

    @rule(amount=st.integers(1, 99_999).map(lambda n: Decimal(n) / 100), direction=st.sampled_from(("in", "out")))
    def money_goes(self, amount: Decimal, direction: str) -> None:
        payments.record(
            merchant_id=self.trade.merchant.pk,
            legal_entity_id=self.agreed.legal_entity_id,
            channel_id=self.agreed.channel_id,
            number="1",
            paid_on=NOON.date(),
            amount=amount,
            direction=direction,
            at=NOON,
        )
        self.paid += amount if direction == "in" else -amount

    @invariant()
    def the_balance_is_what_counted_reports_say_minus_what_was_paid(self) -> None:
        if not hasattr(self, "trade"):
            return
        wanted = sum((data.totals.payable for data in self.counted.values()), Decimal(0)) - self.paid
        assert (Entry.objects.aggregate(all=Sum("amount"))["all"] or 0) == wanted
        assert sum((debt.balance for debt in debts.debts(today=NOON.date())), Decimal(0)) == wanted

    @invariant()
    def every_report_equals_its_lines_and_its_entries(self) -> None:
        if not hasattr(self, "trade"):
            return
        assert set(Report.objects.filter(reversed_at=None).values_list("pk", flat=True)) == set(self.counted)
        for kept in Report.objects.all():
            assert kept.payable == ReportLine.objects.filter(report=kept).aggregate(all=Sum("payable"))["all"]
            entered = Entry.objects.filter(report=kept).aggregate(all=Sum("amount"))["all"] or 0
            assert entered == (kept.payable if kept.reversed_at is None else 0)

    @invariant()
    def what_is_reported_of_orders_is_what_counted_lines_say(self) -> None:
        if not hasattr(self, "trade"):
            return
        said: dict[str, Decimal] = {"N-1": Decimal(0), "N-2": Decimal(0)}
        for data in self.counted.values():
            for one in data.lines:
                if one.order_number in said:
                    said[one.order_number] += one.fee
        counted = ReportLine.objects.filter(order__in=reported.reported_order_ids(), report__reversed_at=None)
        fees = dict(counted.values_list("order_number").annotate(Sum("fee")).order_by())
        assert {number: fee for number, fee in said.items() if fee} == {n: fee for n, fee in fees.items() if fee}


@pytest.mark.django_db
def test_no_sequence_of_reports_corrections_and_payments_loses_a_kopeck() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Book,
        settings=settings(
            max_examples=5,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
