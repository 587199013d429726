"""Dashboards: every number is the sum of the order lines beneath it."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from analytics.selectors import sales
from analytics.selectors.period import asked_of, today_of
from analytics.services import facts
from analytics.services.exports import EXPORTS
from analytics.types import Asked, By
from merchants.roles import Role
from orders.models import Order
from orders.services import transition
from orders.types import State
from tests import make
from tests.analytics.make import events_of, yesterday
from tests.trade import Trade, open_trade

PAGES = ("/analytics/", "/analytics/sales/", "/analytics/hours/", "/analytics/lines/")


def sell(trade: Trade) -> None:
    """Two channels, two brands, an unmatched line, a cancellation, and sales of the day before."""
    for code, brand in (("mug", "Гжель"), ("fork", "")):
        sku = trade.sku(code, pieces=50)
        sku.product.brand = brand
        sku.product.save()
    trade.listing(trade.ozon, "stranger", None)
    trade.order(("mug", 2), ("fork", 1), ordered_at=yesterday(), region="Тверь")
    trade.order(("mug", 1), ("stranger", 1), ordered_at=yesterday(), region="Пермь")
    gone = trade.order(("fork", 4), place=trade.wildberries, ordered_at=yesterday())
    trade.order(("mug", 1), ordered_at=yesterday() - timedelta(days=1))
    transition.move(orders=[gone], to=State.CANCELLED, now=yesterday() + timedelta(hours=1))
    Order.objects.update(changed_at=timezone.now())
    facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now())


def asked(**fields: object) -> Asked:
    day = yesterday().date()
    return Asked(**{"since": day, "until": day, "currency": "RUB", **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize("by", list(By))
def test_every_row_is_the_sum_of_the_lines_beneath_it_and_rows_come_to_the_total(trade: Trade, by: By) -> None:
    sell(trade)
    rows = sales.table(asked(), by)
    total = sales.totals(asked())
    assert sum(row.sums.ordered_amount for row in rows) == total.ordered_amount == Decimal(900)
    assert sum(row.sums.ordered_pieces for row in rows) == total.ordered_pieces == 9
    for row in rows:
        among = {} if by == By.DAY else {str(by): row.key}
        for event in events_of(by):
            beneath = list(sales.lines(asked(), event, among))
            told = sales.beneath(asked(), event, among)
            assert (told.pieces, told.amount) == (sum(x.pieces for x in beneath), sum(x.amount for x in beneath))
            assert getattr(row.sums, f"{event}_amount") == sum(line.amount for line in beneath)
            assert getattr(row.sums, f"{event}_pieces") == sum(line.pieces for line in beneath)
            if by in sales.COUNTS_ORDERS:
                assert getattr(row.sums, f"{event}_orders") == len({line.order_id for line in beneath})


def test_a_row_compares_with_as_many_days_before(trade: Trade) -> None:
    sell(trade)
    (mug, *_others) = [row for row in sales.table(asked(), By.SKU) if row.label.startswith("mug")]
    assert (mug.sums.ordered_amount, mug.before, mug.change) == (Decimal(300), Decimal(100), Decimal(200))
    assert mug.share == Decimal("33.3")


def test_filters_narrow_every_table_alike(trade: Trade) -> None:
    sell(trade)
    narrow = asked(channels=[trade.wildberries.channel_id])
    assert sales.totals(narrow).cancelled_amount == Decimal(400)
    for by in By:
        assert sum(row.sums.ordered_amount for row in sales.table(narrow, by)) == Decimal(400)
    assert sum(map(sum, sales.hours(narrow))) == 1
    assert sales.hours(narrow)[yesterday().weekday()][15] == 1
    assert sales.totals(asked(currency="KZT")).ordered_amount == 0


def test_the_file_is_what_is_on_the_page(trade: Trade) -> None:
    sell(trade)
    export = next(each for each in EXPORTS if each.key == "analytics-sales")
    day = yesterday().date()
    rows = list(export.rows(QueryDict(f"by=brand&since={day}&until={day}"), frozenset({trade.merchant.pk})))
    assert [(row[0], row[2], row[3]) for row in rows] == [("", 6, Decimal(600)), ("Гжель", 3, Decimal(300))]
    assert all(len(row) == len(export.columns) for row in rows)


def test_the_file_of_the_overview_has_the_columns_of_the_page(trade: Trade) -> None:
    sell(trade)
    export = next(each for each in EXPORTS if each.key == "analytics-overview")
    (row,) = export.rows(QueryDict("period=1"), frozenset({trade.merchant.pk}))
    assert len(row) == len(export.columns)
    now, then = (sales.totals(each) for each in (asked(), asked().before()))
    amounts = (now.cancelled_amount, now.shipped_amount, now.delivered_amount, now.returned_amount)
    told = (now.ordered_orders, now.ordered_pieces, now.ordered_amount, then.ordered_amount)
    assert tuple(row) == (yesterday().date(), *told, *amounts)
    assert then.ordered_amount > 0


@pytest.mark.parametrize(
    "query", ["period=own&since=9999-12-31&until=0001-01-01", "period=x&channel=%00&scheme=%27&currency=%00", "since=a"]
)
def test_a_wrong_address_asks_for_something_sensible(db: None, query: str) -> None:
    day = yesterday().date()
    found = asked_of(QueryDict(query), today=day, merchants=frozenset())
    assert found.since <= found.until <= day
    assert (found.currency, found.channels, found.scheme) == ("RUB", [], "")


@pytest.mark.django_db
def test_channels_that_are_gone_or_anothers_are_left_out() -> None:
    trade, other = open_trade(), open_trade()
    query = QueryDict(f"channel={other.ozon.channel_id}&channel=999999&channel={trade.ozon.channel_id}&channel=x")
    with trade.scope():
        assert asked_of(query, today=yesterday().date(), merchants=frozenset()).channels == [trade.ozon.channel_id]


def test_today_is_the_merchants_own_and_with_several_the_one_that_is_behind(db: None) -> None:
    east, west = (make.merchant(zone=zone) for zone in ("Asia/Vladivostok", "Europe/Kaliningrad"))
    afternoon, night = (datetime(2026, 11, 23, hour, 30, tzinfo=UTC) for hour in (14, 21))  # 17:30 and 00:30 in Moscow
    assert today_of([east.pk], now=afternoon) == date(2026, 11, 24)
    assert today_of([west.pk], now=night) == today_of([east.pk, west.pk], now=night) == date(2026, 11, 23)
    assert today_of([], now=night) == date(2026, 11, 24)


@pytest.mark.django_db
@pytest.mark.parametrize("address", PAGES)
def test_pages_open_with_sales_without_any_and_with_nonsense(address: str) -> None:
    trade = open_trade()
    browser = make.client(role=Role.MANAGER, merchant=trade.merchant)
    assert browser.get(address).status_code == 200
    with trade.scope():
        sell(trade)
    for query in ("", "?period=7", "?by=sku&page=x&event=x&hour=x&weekday=99&brand=%00&sku=٣&channel=9e9"):
        assert browser.get(address + query).status_code == 200


@pytest.mark.django_db
def test_links_of_the_page_lead_to_lines_that_come_to_the_number() -> None:
    trade = open_trade()
    with trade.scope():
        sell(trade)
    browser = make.client(role=Role.MANAGER, merchant=trade.merchant)
    for by in By:
        page = browser.get(f"/analytics/sales/?by={by}&period=1").content.decode()
        links = re.findall(r'data-value="([\d.]+)"><a href="([^"]+)"', page)
        assert links
        for amount, link in links:
            assert browser.get(unescape(link)).context["sums"].amount == Decimal(amount)


@pytest.mark.django_db
def test_another_merchants_numbers_are_in_no_page() -> None:
    mine, other = open_trade(), open_trade()
    with other.scope():
        sell(other)
    theirs: Client = make.client(role=Role.OWNER, merchant=other.merchant)
    assert theirs.get("/analytics/?period=1").context["now"].ordered_amount == Decimal(900)
    browser: Client = make.client(role=Role.OWNER, merchant=mine.merchant)
    answer = browser.get("/analytics/?period=1")
    assert answer.context["now"].ordered_amount == 0
    # Nothing is kept between requests here, and nothing between us and the browser may keep it for another person.
    assert "Cookie" in answer["Vary"]
    assert "public" not in answer.get("Cache-Control", "")
    lines = browser.get(f"/analytics/lines/?channel={other.ozon.channel_id}&period=1").context
    assert (lines["rows"], lines["sums"].orders, lines["sums"].amount) == ([], 0, 0)
