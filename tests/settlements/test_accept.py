"""Reports are accepted wholly or not at all, once, to the kopeck."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Sum

from settlements.errors import WrongState
from settlements.models import Agreement, Entry, Report, ReportLine
from settlements.selectors import reported
from settlements.services import reports
from settlements.types import Outcome, OutcomeStatus, ReportIn
from tests.settlements.make import D, agreement, line, report
from tests.trade import NOON, Trade, open_trade


def accept(trade: Trade, data: ReportIn) -> Outcome:
    return reports.accept(merchant_id=trade.merchant.pk, data=data, at=NOON)


def faults(outcome: Outcome) -> list[tuple[int | None, str, str]]:
    return [(fault.line, fault.field, fault.code) for fault in outcome.faults]


def entries() -> dict[tuple[str, str], Decimal]:
    rows = Entry.objects.order_by("kind", "item").values_list("kind", "item").annotate(sum=Sum("amount"))
    return {(kind, item): amount for kind, item, amount in rows}


@pytest.fixture
def agreed(trade: Trade) -> Agreement:
    trade.sku("mug")
    return agreement(trade)


def whole() -> ReportIn:
    return report(
        line(article="mug", order_number="N-1", pieces=2, price=D(100), discount=D(20), fee=D(27), fee_vat=D("4.87"),
             logistics=D("11.10"), vat_code="22", vat=D("32.46")),
        line("return", article="MUG", pieces=1, price=D(100), discount=D(10), fee=D("-13.50"), logistics=D(5)),
        line("write_off", article="mug", pieces=1, price=D(90)),
        line("compensation", article="mug", pieces=1, price=D(60)),
        line("service", storage=D("3.33"), ads=D(7), other=D("0.01"), note="Размещение"),
    )  # fmt: skip


def test_a_report_makes_entries_that_add_up_to_what_is_payable(trade: Trade, agreed: Agreement) -> None:
    order = trade.order(("mug", 2))
    assert order.external_number == "N-1"
    outcome = accept(trade, replace(whole(), agreement_id=agreed.pk, raw="<xml/>"))
    assert (outcome.status, outcome.faults) == (OutcomeStatus.ACCEPTED, ())
    kept = Report.objects.get(number="R-1")
    assert (kept.sold, kept.returned, kept.written_off, kept.compensated) == (D(200), D(100), D(90), D(60))
    assert (kept.discount, kept.fee, kept.vat, kept.raw) == (D(10), D("13.50"), D("32.46"), "<xml/>")
    assert entries() == {
        ("owed", "sale"): D(180),
        ("owed", "return"): D(-90),
        ("owed", "compensation"): D(60),
        ("withheld", "fee"): D("-13.50"),
        ("withheld", "logistics"): D("-16.10"),
        ("withheld", "storage"): D("-3.33"),
        ("withheld", "ads"): D(-7),
        ("withheld", "other"): D("-0.01"),
    }
    assert sum(entries().values()) == kept.payable == D("110.06")
    lines = list(ReportLine.objects.order_by("position"))
    assert [row.kind for row in lines] == ["sale", "return", "write_off", "compensation", "service"]
    assert (lines[0].order_id, lines[0].order_line_id) == (order.pk, order.lines.get().pk)
    assert [row.sku_id for row in lines] == [trade.skus["mug"].pk] * 4 + [None]


def test_what_is_of_no_order_of_ours_is_summed_apart(trade: Trade, agreed: Agreement) -> None:
    trade.order(("mug", 2))
    first = accept(trade, replace(whole(), agreement_id=agreed.pk))
    october: dict[str, Any] = {"period_from": date(2026, 10, 31), "period_to": date(2026, 10, 31), "currency": "RUB"}
    apart = reported.apart(**october, channel_ids=[agreed.channel_id])
    assert (apart.sold, apart.returned, apart.withheld, apart.payable) == (D(0), D(100), D("1.84"), D("-31.84"))
    assert apart == reported.apart(**october, channel_ids=[])
    nothing = reported.Apart(sold=D(0), returned=D(0), withheld=D(0), payable=D(0))
    assert reported.apart(**october, channel_ids=[trade.wildberries.channel_id]) == nothing
    assert reported.apart(**{**october, "currency": "KZT"}, channel_ids=[]) == nothing
    assert reported.apart(**{**october, "period_to": date(2026, 10, 30)}, channel_ids=[]) == nothing
    assert first.report_id
    reports.reverse(report_id=first.report_id, at=NOON, because="wrong period")
    assert reported.apart(**october, channel_ids=[]) == nothing


def test_the_same_report_twice_changes_nothing(trade: Trade, agreed: Agreement) -> None:
    first = accept(trade, replace(whole(), agreement_id=agreed.pk))
    again = accept(trade, replace(whole(), agreement_id=None, channel_id=agreed.channel_id, raw="sent otherwise"))
    assert (again.status, again.report_id) == (OutcomeStatus.UNCHANGED, first.report_id)
    assert (Report.objects.count(), ReportLine.objects.count(), Entry.objects.count()) == (1, 5, 8)


def test_other_contents_under_the_same_number_are_refused_until_they_say_what_they_correct(
    trade: Trade, agreed: Agreement
) -> None:
    first = accept(trade, replace(whole(), agreement_id=agreed.pk))
    other = report(line(article="mug", pieces=1, price=D(70)), agreement_id=agreed.pk)
    assert faults(accept(trade, other)) == [(None, "number", "changed")]
    assert faults(accept(trade, replace(other, corrects=10**9))) == [(None, "corrects", "corrects")]
    assert Report.objects.count() == 1
    corrected = accept(trade, replace(other, corrects=first.report_id))
    assert (corrected.status, corrected.reversed_id) == (OutcomeStatus.CORRECTED, first.report_id)
    assert sum(entries().values()) == D(70)
    assert Entry.objects.filter(report__reversed_at__isnull=False).aggregate(all=Sum("amount"))["all"] == 0
    new = Report.objects.get(reversed_at=None)
    assert (new.pk, new.takes_place_of_id) == (corrected.report_id, first.report_id)
    repeated = accept(trade, replace(other, corrects=first.report_id))
    assert (repeated.status, repeated.report_id) == (OutcomeStatus.UNCHANGED, corrected.report_id)
    assert Report.objects.count() == 2


def test_a_reversed_report_counts_no_more_and_may_come_again(trade: Trade, agreed: Agreement) -> None:
    order = trade.order(("mug", 2))
    first = accept(trade, replace(whole(), agreement_id=agreed.pk))
    assert first.report_id
    assert list(reported.reported_order_ids()) == [{"order_id": order.pk}]
    reports.reverse(report_id=first.report_id, at=NOON, because="wrong period")
    assert sum(entries().values()) == 0
    assert list(reported.reported_order_ids()) == []
    with pytest.raises(WrongState):
        reports.reverse(report_id=first.report_id, at=NOON, because="again")
    assert accept(trade, replace(whole(), agreement_id=agreed.pk)).status == OutcomeStatus.ACCEPTED
    assert sum(entries().values()) == D("110.06")


WRONG: dict[str, tuple[dict[str, Any], Sequence[tuple[int | None, str, str]]]] = {
    "kind": ({"kind": "gift"}, [(1, "kind", "unknown")]),
    "half a kopeck": ({"fee": D("0.005")}, [(1, "fee", "kopecks")]),
    "not a number": ({"amount": D("NaN")}, [(1, "amount", "range")]),
    "endless": ({"logistics": D("Infinity")}, [(1, "logistics", "range")]),
    "beyond the column": ({"ads": D(10) ** 14}, [(1, "ads", "range")]),
    "negative amount": ({"amount": D(-200)}, [(1, "amount", "negative")]),
    "negative pieces": ({"pieces": -1}, [(1, "pieces", "range")]),
    "no pieces": ({"pieces": 0, "amount": D(5)}, [(1, "pieces", "required")]),
    "no article": ({"article": ""}, [(1, "sku_id", "required")]),
    "unknown article": ({"article": "vase"}, [(1, "article", "unknown")]),
    "unknown GUID": ({"article": "", "product_guid": UUID(int=5)}, [(1, "product_guid", "unknown")]),
    "amount": ({"amount": D("200.03")}, [(1, "amount", "sum")]),
    "discount": ({"discount": D(201)}, [(1, "discount", "range")]),
    "VAT": ({"vat_code": "22", "vat": D("36.10")}, [(1, "vat", "sum")]),
    "VAT without a rate": ({"vat": D(1)}, [(1, "vat", "sum")]),
    "rate": ({"vat_code": "21"}, [(1, "vat_code", "unknown")]),
    "payable": ({"payable": D("199.99")}, [(1, "payable", "sum")]),
    "service with pieces": ({"kind": "service"}, [(1, name, "service") for name in ("pieces", "price", "amount")]),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_named_by_line_and_field_and_nothing_is_written(
    trade: Trade, agreed: Agreement, case: str
) -> None:
    changed, expected = WRONG[case]
    right = line(article="mug", pieces=2, price=D(100))
    outcome = accept(trade, replace(report(right, agreement_id=agreed.pk), lines=[replace(right, **changed)]))
    assert outcome.status == OutcomeStatus.REJECTED
    # Sums that no longer agree because of it are named too.
    follows = {"payable"} - {name for _, name, _ in expected}
    found = [fault for fault in faults(outcome) if not fault[1].startswith("totals.") and fault[1] not in follows]
    assert found == list(expected)
    assert (Report.objects.count(), Entry.objects.count()) == (0, 0)


HEADS: dict[str, tuple[dict[str, Any], list[tuple[int | None, str, str]]]] = {
    "number": ({"number": " "}, [(None, "number", "required")]),
    "long number": ({"number": "1" * 61}, [(None, "number", "too_long")]),
    "period": ({"period_from": date(2026, 11, 1)}, [(None, "period_to", "period")]),
    "no lines": ({"lines": ()}, [(None, "lines", "required")]),
    "currency": ({"currency": "KZT"}, [(None, "currency", "currency")]),
    "agreement": ({"agreement_id": 10**9}, [(None, "agreement_id", "agreement")]),
    "its GUID": ({"agreement_id": None, "agreement_guid": UUID(int=1)}, [(None, "agreement_guid", "agreement")]),
    "no agreement": ({"agreement_id": None}, [(None, "channel_id", "agreement")]),
    "before it": (
        {"period_from": date(2025, 1, 1), "period_to": date(2025, 1, 31)},
        [(None, "period_from", "period")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", HEADS)
def test_a_wrong_head_is_refused_by_field(trade: Trade, agreed: Agreement, case: str) -> None:
    changed, expected = HEADS[case]
    data = report(line(article="mug", pieces=1, price=D(100)), agreement_id=agreed.pk)
    outcome = accept(trade, replace(data, **changed))
    assert (outcome.status, faults(outcome)) == (OutcomeStatus.REJECTED, expected)
    assert Report.objects.count() == 0


def test_every_total_is_compared_to_the_kopeck(trade: Trade, agreed: Agreement) -> None:
    data = replace(whole(), agreement_id=agreed.pk)
    for name in data.totals.__dataclass_fields__:
        for kopeck in (D("0.01"), D("-0.01")):
            off = replace(data.totals, **{name: getattr(data.totals, name) + kopeck})
            assert faults(accept(trade, replace(data, totals=off))) == [(None, f"totals.{name}", "sum")]
    assert Report.objects.count() == 0


def test_an_article_is_found_by_every_name_that_it_has(trade: Trade, agreed: Agreement) -> None:
    sku, guid = trade.skus["mug"], uuid4()
    type(sku.product).objects.filter(pk=sku.product_id).update(guid=guid)
    names: list[dict[str, Any]] = [
        {"sku_id": sku.pk}, {"product_guid": guid}, {"article": "Mug"}, {"barcode": "INT-mug"}, {"external_sku": "mug"},
    ]  # fmt: skip
    lines = [line(pieces=1, price=D(10), **name) for name in names]
    assert accept(trade, report(*lines, agreement_id=agreed.pk)).status == OutcomeStatus.ACCEPTED
    assert set(ReportLine.objects.values_list("sku_id", flat=True)) == {sku.pk}


def test_a_fee_paid_by_itself_is_no_part_of_payable_and_still_owed(trade: Trade) -> None:
    trade.sku("mug")
    agreed = agreement(trade, fee_withheld=False, amount_vat="on_top")
    sale = line(article="mug", pieces=1, price=D(100), fee=D(15), vat_code="22", vat=D(22), amount_vat="on_top",
                fee_withheld=False)  # fmt: skip
    assert sale.payable == D(122)
    assert accept(trade, report(sale, agreement_id=agreed.pk)).status == OutcomeStatus.ACCEPTED
    assert entries() == {("owed", "sale"): D(122), ("withheld", "fee"): D(-15)}


def test_agreements_of_one_channel_never_overlap(trade: Trade, agreed: Agreement) -> None:
    with pytest.raises(IntegrityError, match="agreement_one_at_a_time"), transaction.atomic():
        agreement(trade, number="ИР-2", valid_from=date(2026, 6, 1))
    Agreement.objects.filter(pk=agreed.pk).update(valid_to=date(2026, 5, 31))
    agreement(trade, number="ИР-2", valid_from=date(2026, 6, 1))
    agreement(trade, number="ИР-3", channel_id=trade.wildberries.channel_id)


def test_the_database_itself_refuses_to_change_what_was_accepted(trade: Trade, agreed: Agreement) -> None:
    accepted = accept(trade, replace(whole(), agreement_id=agreed.pk))
    for forbidden in (
        "UPDATE settlements_entry SET amount = 1",
        "DELETE FROM settlements_entry",
        "UPDATE settlements_reportline SET fee = 1",
        "DELETE FROM settlements_reportline",
        "UPDATE settlements_report SET payable = 1",
        "UPDATE settlements_report SET payable = 1, reversed_at = now()",
        "DELETE FROM settlements_report",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(forbidden)
    reports.reverse(report_id=accepted.report_id or 0, at=NOON, because="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.update(reversed_at=None)


@pytest.mark.django_db
def test_another_merchants_agreement_and_article_are_not_there() -> None:
    trade, other = open_trade(), open_trade()
    with other.scope():
        other.sku("mug")
        theirs = agreement(other)
    with trade.scope():
        trade.sku("fork")
        mine = agreement(trade)
        assert faults(accept(trade, report(line(article="fork", pieces=1), agreement_id=theirs.pk))) == [
            (None, "agreement_id", "agreement")
        ]
        foreign = report(line(sku_id=other.skus["mug"].pk, pieces=1), agreement_id=mine.pk)
        assert faults(accept(trade, foreign)) == [(1, "sku_id", "unknown")]
