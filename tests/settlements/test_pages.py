"""Agreements, debts, payments and reconciliation in the browser's words."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from merchants.roles import Role
from orders.models import Order
from settlements.errors import WrongState
from settlements.models import Agreement, Entry, Payment
from settlements.selectors import debts, reconciliation
from settlements.services import payments, reports
from tests import make
from tests.settlements.make import D, agreement, line, report
from tests.trade import NOON, Trade, open_trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def trade() -> Trade:
    return open_trade()


def accept(trade: Trade, agreed: Agreement, number: str = "R-1", order: str = "") -> int:
    data = report(
        line(article="mug", pieces=2, price=D(100), fee=D(30), order_number=order),
        number=number,
        agreement_id=agreed.pk,
    )
    done = reports.accept(merchant_id=trade.merchant.pk, data=data, at=NOON)
    assert done.report_id
    return done.report_id


def form_of(trade: Trade, **fields: object) -> dict[str, object]:
    return {
        "channel": trade.ozon.channel_id,
        "legal_entity": trade.ozon.channel.legal_entity_id,
        "number": "ИР-7",
        "signed_on": "2026-01-01",
        "commissioner": "ООО «Площадка»",
        "valid_from": "2026-01-01",
        "currency": "RUB",
        "reward": "by_report",
        "fee_withheld": "on",
        "amount_vat": "included",
        "payment_days": "14",
        **fields,
    }


def test_an_accountant_enters_an_agreement_and_a_second_one_may_not_overlap(trade: Trade) -> None:
    browser = make.client(role=Role.ACCOUNTANT, merchant=trade.merchant)
    address = reverse("settlements:agreement-new")
    assert browser.post(address, form_of(trade)).status_code == 302
    refused = browser.post(address, form_of(trade, number="ИР-8", valid_from="2026-06-01"))
    assert refused.status_code == 422
    assert "другой договор" in refused.content.decode()
    percent = browser.post(
        address, form_of(trade, reward="percent_of_sale", valid_from="2025-01-01", valid_to="2025-02-01")
    )
    assert percent.status_code == 422
    with trade.scope():
        assert list(Agreement.objects.values_list("number", flat=True)) == ["ИР-7"]


def test_what_reports_were_judged_by_is_not_changed(trade: Trade) -> None:
    with trade.scope():
        trade.sku("mug")
        agreed = agreement(trade)
        accept(trade, agreed)
    browser = make.client(role=Role.OWNER, merchant=trade.merchant)
    address = reverse("settlements:agreement", args=[agreed.pk])
    assert browser.post(address, form_of(trade, amount_vat="on_top", number="ИР-9")).status_code == 302
    assert browser.post(address, form_of(trade, valid_to="2026-05-01")).status_code == 422
    with trade.scope():
        kept = Agreement.objects.get()
        assert (kept.number, kept.amount_vat, kept.valid_to) == ("ИР-9", "included", None)


def test_the_debt_is_the_sum_of_entries_and_falls_by_what_is_paid(trade: Trade) -> None:
    with trade.scope():
        trade.sku("mug")
        agreed = agreement(trade)
        pk = accept(trade, agreed)
    browser = make.client(role=Role.ACCOUNTANT, merchant=trade.merchant)
    account = f"{agreed.legal_entity_id}-{agreed.channel_id}"
    paid = {"account": account, "direction": "in", "number": "55", "paid_on": "2026-11-20", "amount": "100.50"}
    assert browser.post(reverse("settlements:payment-new"), {**paid, "currency": "RUB"}).status_code == 302
    assert (
        browser.post(reverse("settlements:payment-new"), {**paid, "amount": "0", "currency": "RUB"}).status_code == 422
    )
    with trade.scope():
        (debt,) = debts.debts(today=NOON.date())
        assert (debt.owed, debt.withheld, debt.paid, debt.balance) == (D(200), D(-30), D("-100.50"), D("69.50"))
        assert debt.overdue == D("69.50")  # dated on the 2nd, due in 14 days
        (early,) = debts.debts(today=NOON.date() - timedelta(days=10))
        assert early.overdue == 0
    page = browser.get(reverse("settlements:account", args=[agreed.legal_entity_id, agreed.channel_id, "RUB"]))
    assert (page.status_code, page.context["shown"]) == (200, D("69.50"))
    assert browser.get(reverse("settlements:report", args=[pk])).context["balance"] == D(170)
    assert browser.get(reverse("settlements:report-raw", args=[pk])).status_code == 404  # nothing raw came


def test_a_payment_is_an_amount_of_money_and_is_reversed_once(trade: Trade) -> None:
    with trade.scope():
        fields: dict[str, Any] = {
            "merchant_id": trade.merchant.pk,
            "legal_entity_id": trade.ozon.channel.legal_entity_id,
            "channel_id": trade.ozon.channel_id,
            "number": "1",
            "paid_on": NOON.date(),
            "at": NOON,
        }
        first = payments.record(**fields, amount=D(5))
        for wrong in ("NaN", "0", "-1", "0.001"):
            with pytest.raises(WrongState):
                payments.record(**fields, amount=Decimal(wrong))
        payments.reverse(payment_id=first.pk, at=NOON)
        with pytest.raises(WrongState):
            payments.reverse(payment_id=first.pk, at=NOON)
        assert list(Entry.objects.order_by("pk").values_list("amount", "reversal")) == [(D(-5), False), (D(5), True)]
        assert Payment.objects.count() == 1


def test_what_left_long_ago_and_is_in_no_report_is_listed(trade: Trade) -> None:
    with trade.scope():
        trade.sku("mug", pieces=9)
        agreed = agreement(trade)
        named, silent, fresh = (trade.order(("mug", 1)) for _time in range(3))
        long_ago = NOON - timedelta(days=40)
        Order.objects.filter(pk__in=[named.pk, silent.pk]).update(state="delivered", handed_over_at=long_ago)
        Order.objects.filter(pk=fresh.pk).update(state="delivering", handed_over_at=NOON - timedelta(days=2))
        pk = accept(trade, agreed, order=named.external_number)
        found = reconciliation.not_reported(days=30, now=NOON, channel_id=None)
        assert [order.order_id for order in found] == [silent.pk]
        sums = {
            row.channel.pk: (row.orders, row.handed_over, row.reports, row.reported)
            for row in reconciliation.by_channel(
                first=NOON.date() - timedelta(days=60),
                last=NOON.date(),
                after=NOON - timedelta(days=60),
                before=NOON,
            )
        }
        assert sums[agreed.channel_id] == (3, D(300), 1, D(200))
        reports.reverse(report_id=pk, at=NOON, because="x")
        found = reconciliation.not_reported(days=30, now=NOON, channel_id=agreed.channel_id)
        assert [order.order_id for order in found] == [named.pk, silent.pk]
    browser = make.client(role=Role.MANAGER, merchant=trade.merchant)
    address = reverse("settlements:reconciliation")
    queries = ("", "?days=x&first=junk&last=2026-13-01&channel=9999", "?first=2026-11-30&last=2026-11-01")
    for query in (*queries, "?last=0001-01-01", "?last=9999-12-31"):
        assert browser.get(address + query).status_code == 200
    assert browser.get(reverse("settlements:reports") + "?page=9999999&q=%00&channel=x&state=y").status_code == 200
