"""Profit: every cost by its source, nothing invented, and a report turns what was assumed into what is reported."""

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from analytics.models import LineFact, Reading, Tariff
from analytics.selectors import profit
from analytics.services import facts, tariffs
from analytics.types import Asked
from catalog.models import Category, Product, ProductVat
from merchants.models import LegalEntity
from merchants.roles import Role
from orders.models import Order
from orders.services import ingest, transition
from orders.types import State
from settlements.services import reports
from tests import make
from tests.settlements.make import agreement, line, report
from tests.trade import Trade, open_trade

D = Decimal
DAY = date(2026, 10, 10)
AT = datetime(2026, 10, 10, 12, tzinfo=ZoneInfo("Europe/Moscow"))
LATER = datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Europe/Moscow"))
RATES = {
    "fee_percent": D(10),
    "acquiring_percent": D("1.5"),
    "ads_percent": D(2),
    "tax_percent": D(6),
    "logistics_a_piece": D(40),
    "storage_a_piece": D("0.50"),
}


def sold(trade: Trade, *lines: tuple[str, int], state: str = "delivered", **fields: Any) -> Order:
    """An order that was delivered on the day it was made."""
    order = trade.order(*lines, ordered_at=AT, **fields)
    Order.objects.filter(pk=order.pk).update(state=state, received_at=AT, changed_at=AT)
    return order


def tariff(trade: Trade, category: Category | None = None, since: date = DAY, **rates: Decimal | None) -> Tariff:
    return tariffs.enter(
        channel=trade.ozon.channel,
        category=category,
        valid_from=since,
        rates=rates or RATES,
        now=AT,
        person_id=None,
    )


def asked(since: date = DAY, until: date = DAY) -> Asked:
    return Asked(since=since, until=until, currency="RUB")


def refresh(trade: Trade, now: datetime = LATER) -> None:
    facts.refresh(merchant_id=trade.merchant.pk, now=now)


def test_without_tariff_report_cost_and_rate_nothing_is_invented(trade: Trade) -> None:
    LegalEntity.objects.update(vat_mode="general")
    trade.sku("mug", pieces=9)
    sold(trade, ("mug", 2))
    refresh(trade)
    whole = profit.report(asked()).total
    assert (whole.pieces, whole.revenue, whole.profit, whole.left) == (2, D(200), None, D(200))
    missing = {name for name, cost in whole.costs.items() if cost.missing}
    assert missing == {"fee", "logistics", "storage", "ads", "acquiring", "vat", "tax", "cost"}
    assert all(cost.whole == 0 for cost in whole.costs.values())


def test_a_tariff_and_the_catalog_make_every_cost_known(trade: Trade) -> None:
    LegalEntity.objects.update(vat_mode="general")
    sku = trade.sku("mug", pieces=9, cost=D("30.25"))
    ProductVat.objects.create(merchant=trade.merchant, product=sku.product, vat_code="22", valid_from=LATER.date())
    sold(trade, ("mug", 2))
    tariff(trade)
    refresh(trade)
    (row,) = profit.report(asked()).articles
    told: dict[str, object] = {name: (cost.reported, cost.assumed, cost.known) for name, cost in row.costs.items()}
    assert told == {
        "fee": (0, D(20), 0),
        "logistics": (0, D(80), 0),
        "storage": (0, D(1), 0),
        "ads": (0, D(4), 0),
        "other": (0, 0, 0),
        "acquiring": (0, D(3), 0),
        "vat": (0, 0, D("36.07")),
        "tax": (0, D(12), 0),
        "cost": (0, 0, D("60.50")),
    }
    assert (row.profit, row.a_piece, row.margin) == (D("-16.57"), D("-8.28"), D("-8.3"))


def test_an_accepted_report_turns_assumed_into_reported_and_a_reversed_one_turns_it_back(trade: Trade) -> None:
    trade.sku("mug", pieces=9, cost=D(30))
    order, other = sold(trade, ("mug", 2)), sold(trade, ("mug", 1))
    tariff(trade)
    refresh(trade)
    before = profit.report(asked()).total
    assert (before.costs["fee"].reported, before.costs["fee"].assumed) == (D(0), D(30))
    agreement(trade)
    told = line(article="mug", pieces=2, price=D(100), order_number=order.external_number, fee=D(37), logistics=D(55))
    done = reports.accept(merchant_id=trade.merchant.pk, data=report(told, channel_id=trade.ozon.channel_id), at=LATER)
    assert not done.rejected, done
    refresh(trade, LATER + timedelta(minutes=1))
    for found in (profit.report(asked()).total, *profit.report(asked()).articles):
        fee, logistics, acquiring = (found.costs[name] for name in ("fee", "logistics", "acquiring"))
        assert (fee.reported, fee.assumed) == (D(37), D(10))
        assert (logistics.reported, logistics.assumed) == (D(55), D(40))
        assert acquiring.assumed == D("1.50")
    kept = list(Reading.objects.order_by("week", "channel_ref").values())
    facts.rebuild(merchant_id=trade.merchant.pk, now=LATER)
    assert list(Reading.objects.order_by("week", "channel_ref").values()) == kept
    assert kept
    reports.reverse(report_id=done.report_id or 0, at=LATER + timedelta(minutes=2), because="ошибка")
    refresh(trade, LATER + timedelta(minutes=3))
    assert profit.report(asked()).total == before
    assert other.pk in set(LineFact.objects.values_list("order_id", flat=True))


def test_a_fee_told_in_the_order_stands_between_the_report_and_the_tariff(trade: Trade) -> None:
    trade.sku("mug", pieces=9, cost=D(30))
    told, silent = (trade.draft(("mug", 2), ordered_at=AT), trade.draft(("mug", 1), ordered_at=AT))
    told = replace(told, lines=[replace(each, estimated_fee=D("23.45")) for each in told.lines])
    orders = trade.take_in(told, silent)
    Order.objects.update(state="delivered", received_at=AT, changed_at=AT)
    tariff(trade)
    refresh(trade)
    for found in (profit.report(asked()).total, *profit.report(asked()).articles):
        fee, ads = found.costs["fee"], found.costs["ads"]
        assert (fee.reported, fee.estimated, fee.assumed) == (D(0), D("23.45"), D(10))
        assert (ads.estimated, ads.assumed) == (D(0), D(6))
        assert [str(source) for source in fee.sources] == ["из заказа", "по тарифу"]
        assert found.left == D(300) - sum(cost.whole for cost in found.costs.values())
    # The marketplace now says another fee, and then its report of the line comes.
    later = replace(told, lines=[replace(each, estimated_fee=D("20.00")) for each in told.lines])
    ingest.take_in(merchant_id=trade.merchant.pk, channel_id=trade.ozon.channel_id, drafts=[later], now=LATER)
    refresh(trade, LATER + timedelta(minutes=1))
    assert profit.report(asked()).total.costs["fee"].estimated == D(20)
    agreement(trade)
    reported = line(article="mug", pieces=2, price=D(100), order_number=orders[0].external_number, fee=D(37))
    data = report(reported, channel_id=trade.ozon.channel_id)
    done = reports.accept(merchant_id=trade.merchant.pk, data=data, at=LATER + timedelta(minutes=2))
    assert not done.rejected, done
    refresh(trade, LATER + timedelta(minutes=3))
    for found in (profit.report(asked()).total, *profit.report(asked()).articles):
        fee = found.costs["fee"]
        assert (fee.reported, fee.estimated, fee.assumed) == (D(37), D(0), D(10))
    kept = list(Reading.objects.order_by("week", "channel_ref").values())
    facts.rebuild(merchant_id=trade.merchant.pk, now=LATER + timedelta(minutes=3))
    assert list(Reading.objects.order_by("week", "channel_ref").values()) == kept


def test_a_told_fee_goes_back_with_what_is_returned(trade: Trade) -> None:
    trade.sku("mug", pieces=9, cost=D(30))
    draft = trade.draft(("mug", 1), ordered_at=AT)
    (order,) = trade.take_in(replace(draft, lines=[replace(each, estimated_fee=D(15)) for each in draft.lines]))
    transition.move(orders=[order], to=State.DELIVERED, now=AT, told=True)
    refresh(trade)
    assert profit.report(asked()).total.costs["fee"].estimated == D(15)
    transition.move(orders=[order], to=State.RETURNED, now=LATER, told=True)
    refresh(trade, LATER + timedelta(minutes=1))
    assert profit.report(asked()).total.costs["fee"].estimated == D(15)
    whole = profit.report(asked(until=LATER.date())).total
    assert (whole.revenue, whole.costs["fee"].estimated, whole.costs["fee"].missing) == (D(0), D(0), False)


def test_a_category_goes_before_the_channel_and_a_later_day_takes_over(trade: Trade) -> None:
    sku = trade.sku("mug", pieces=9, cost=D(30))
    special = Category.objects.create(merchant=trade.merchant, name="Посуда")
    Product.objects.filter(pk=sku.product_id).update(category=special)
    sold(trade, ("mug", 1))
    order = sold(trade, ("mug", 1))
    Order.objects.filter(pk=order.pk).update(ordered_at=AT + timedelta(2), received_at=AT + timedelta(2))
    tariff(trade)
    tariff(trade, special, fee_percent=D(25))
    tariff(trade, special, since=DAY + timedelta(2), fee_percent=D(5))
    refresh(trade)
    whole = profit.report(asked(until=DAY + timedelta(5))).total
    assert whole.costs["fee"].assumed == D(30)
    assert whole.costs["logistics"].assumed == D(80)
    assert whole.costs["fee"].missing is False


def test_what_came_back_takes_its_money_and_cost_with_it(trade: Trade) -> None:
    trade.sku("mug", pieces=9, cost=D(30))
    order = trade.order(("mug", 1), ordered_at=AT)
    transition.move(orders=[order], to=State.DELIVERED, now=AT, told=True)
    transition.move(orders=[order], to=State.RETURNED, now=LATER, told=True)
    tariff(trade)
    refresh(trade, LATER + timedelta(minutes=1))
    back = profit.report(asked(LATER.date(), LATER.date())).total
    assert (back.pieces, back.revenue, back.costs["cost"].known) == (-1, D(-100), D(-30))
    whole = profit.report(asked(until=LATER.date())).total
    assert (whole.pieces, whole.revenue, whole.costs["cost"].known) == (0, D(0), D(0))


@pytest.mark.django_db
def test_revenue_leads_to_what_was_delivered_and_to_what_came_back() -> None:
    trade = open_trade()
    with trade.scope():
        sku = trade.sku("mug", pieces=9)
        for pieces, states in ((3, [State.DELIVERED]), (2, [State.DELIVERED, State.RETURNED])):
            order = trade.order(("mug", pieces), ordered_at=AT)
            for state in states:
                transition.move(orders=[order], to=state, now=AT, told=True)
        refresh(trade)
    browser = make.client(role=Role.OWNER, merchant=trade.merchant)
    page = browser.get(f"/analytics/profit/?period=own&since={DAY}&until={DAY}").content.decode()
    for narrowed in (f"&sku={sku.pk}", ""):
        links = re.findall(rf'href="([^"]*event=(delivered|returned){narrowed.replace("&", "&amp;")})"', page)
        told = {event: browser.get(unescape(link)).context["sums"].amount for link, event in links}
        assert told == {"delivered": D(500), "returned": D(200)}


def test_what_nobody_took_earns_nothing_and_costs_nothing_when_it_is_back(trade: Trade) -> None:
    trade.sku("mug", pieces=9, cost=D(30))
    order = trade.order(("mug", 1), ordered_at=AT)
    for state in (State.DELIVERING, State.CANCELLED, State.RETURNED):
        transition.move(orders=[order], to=state, now=AT, told=True)
    tariff(trade)
    refresh(trade)
    whole = profit.report(asked()).total
    assert (whole.pieces, whole.revenue, whole.profit) == (0, D(0), D(0))


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "status"), [(Role.OWNER, 200), (Role.VIEWER, 403)])
def test_profit_is_for_those_who_may_see_costs(role: Role, status: int) -> None:
    trade = open_trade()
    browser = make.client(role=role, merchant=trade.merchant)
    for address in ("/analytics/profit/", "/analytics/tariffs/"):
        assert browser.get(address).status_code == status


@pytest.mark.django_db
def test_a_tariff_is_entered_on_its_page_and_nonsense_is_refused_beside_the_field() -> None:
    trade, other = open_trade(), open_trade()
    browser = make.client(role=Role.MANAGER, merchant=trade.merchant)
    asked_for = {"channel": trade.ozon.channel_id, "valid_from": "2026-10-01", "fee_percent": "12,5"}
    assert browser.post("/analytics/tariffs/", asked_for).status_code == 302
    with trade.scope():
        kept = Tariff.objects.get()
        assert (kept.fee_percent, kept.tax_percent, kept.category) == (D("12.5"), None, None)
        trade.sku("mug", pieces=1)
        order = trade.order(("mug", 1), ordered_at=timezone.now() - timedelta(3))
        Order.objects.filter(pk=order.pk).update(state="delivered", received_at=timezone.now() - timedelta(2))
        facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now())
    page = browser.get("/analytics/profit/").content.decode()
    assert "mug" in page
    assert "12,50" in page
    for wrong in (
        {**asked_for, "fee_percent": "101"},
        {**asked_for, "fee_percent": ""},
        {**asked_for, "channel": other.ozon.channel_id},
    ):
        assert browser.post("/analytics/tariffs/", wrong).status_code == 422
