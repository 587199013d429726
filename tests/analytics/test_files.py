"""Files are what is on the page: every list of every dashboard, with its filters, of its merchant alone."""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from html import unescape
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from analytics.models import Forecast
from analytics.selectors import losses, sales
from analytics.services import facts, standing
from analytics.services.exports import EXPORTS
from analytics.types import Asked, By, Event
from catalog.types import Scheme
from floor.services import scan as scans
from floor.types import Answer, ScanIn
from merchants.models import Person
from merchants.roles import Role
from orders.models import Order
from orders.services import returned, transition
from orders.types import State
from tests import make
from tests.analytics.make import yesterday
from tests.trade import Trade, open_trade
from workspace.types import Cell, Export

PAGES = ("", "sales", "hours", "lines", "profit", "losses", "operations", "classes", "trends", "forecast", "stock")
BY_KEY = {export.key: export for export in EXPORTS}


def trading(trade: Trade) -> None:
    """Two articles on two channels: one order cancelled with a reason, one handed over, one waiting."""
    mug, _fork = (trade.sku(code, pieces=50) for code in ("mug", "fork"))
    gone = trade.order(("mug", 2), ("fork", 1), ordered_at=yesterday(), region="Тверь")
    left = trade.order(("mug", 3), ordered_at=yesterday(), region="Пермь", place=trade.wildberries)
    trade.order(("fork", 4), ordered_at=yesterday())
    transition.move(orders=[gone], to=State.CANCELLED, now=yesterday() + timedelta(hours=1))
    transition.move(orders=[left], to=State.DELIVERED, now=yesterday() + timedelta(hours=2), told=True)
    Order.objects.filter(pk=gone.pk).update(cancelled_by="buyer", cancel_reason="changed_mind")
    Order.objects.filter(pk=left.pk).update(handed_over_at=yesterday() + timedelta(hours=2))
    Order.objects.update(changed_at=timezone.now())
    facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now())
    last = {"last_day": yesterday().date(), "horizon": 28, "kind": "rare", "method": "sba", "sold": 2}
    for channel, total in ((None, 9.5), (trade.ozon.channel, 7.5)):
        Forecast.objects.create(
            merchant=trade.merchant,
            sku=mug,
            channel=channel,
            total=total,
            quantiles=[float(n) for n in range(99)],
            **last,
        )


def rows(trade: Trade, key: str, query: str = "period=1") -> list[tuple[Cell, ...]]:
    export: Export = BY_KEY[key]
    found = [tuple(row) for row in export.rows(QueryDict(query), frozenset({trade.merchant.pk}))]
    assert all(len(row) == len(export.columns) for row in found)
    return found


def test_lines_are_all_the_lines_with_who_cancelled_and_why(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    trading(trade)
    monkeypatch.setattr("analytics.selectors.sales._AT_ONCE", 2)
    made = rows(trade, "analytics-lines")
    assert sorted((row[3], row[5], row[6]) for row in made) == [
        ("fork", 1, Decimal(100)),
        ("fork", 4, Decimal(400)),
        ("mug", 2, Decimal(200)),
        ("mug", 3, Decimal(300)),
    ]
    gone = rows(trade, "analytics-lines", "period=1&event=cancelled&sku=" + str(trade.skus["mug"].pk))
    assert [(row[3], row[4], row[5], row[7:]) for row in gone] == [
        ("mug", "Тверь", 2, ("RUB", "покупатель", "покупатель передумал"))
    ]


def test_a_page_shows_what_is_largest_and_the_file_has_all(trade: Trade) -> None:
    trading(trade)
    asked = Asked(since=yesterday().date(), until=yesterday().date(), currency="RUB")
    shown = sales.table(asked, By.SKU, limit=1)
    assert [row.sums.ordered_amount for row in shown] == [Decimal(500)]
    assert [row[3] for row in rows(trade, "analytics-sales", "period=1&by=sku")] == [Decimal(500), Decimal(500)]
    assert len(sales.table(replace(asked, since=yesterday().date() - timedelta(1)), By.DAY, limit=0)) == 1


def test_hours_are_the_map(trade: Trade) -> None:
    trading(trade)
    grid = rows(trade, "analytics-hours")
    assert len(grid) == 7
    assert grid[yesterday().weekday()][1 + 15] == 3
    assert sum(cell for row in grid for cell in row[1:] if isinstance(cell, int)) == 3


def test_what_came_back_is_told_by_why_and_the_rest_is_said_to_be_untold(trade: Trade) -> None:
    trade.sku("mug", pieces=50)
    orders = [trade.order(("mug", pieces), ordered_at=yesterday()) for pieces in (1, 2, 4)]
    for state in (State.DELIVERED, State.RETURNED):
        transition.move(orders=orders, to=state, now=yesterday(), told=True)
    why = {orders[0].external_number: "does_not_fit", orders[1].external_number: "Их слово"}
    returned.tell_reasons(channel_id=trade.ozon.channel_id, reasons={**why, "unknown": "faulty"}, now=timezone.now())
    facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now())

    assert rows(trade, "analytics-returned") == [
        ("Их слово", 1, 2, Decimal("200.00")),
        ("не подошло покупателю", 1, 1, Decimal("100.00")),
        ("причина не указана", 1, 4, Decimal("400.00")),
    ]


def test_losses_are_told_by_who_why_and_article(trade: Trade) -> None:
    trading(trade)
    assert rows(trade, "analytics-losses") == [("покупатель", 1, 3, Decimal("300.00"))]
    assert rows(trade, "analytics-reasons") == [("покупатель передумал", 1, 3, Decimal("300.00"))]
    worst = [(row[1], row[2], row[3], row[4]) for row in rows(trade, "analytics-worst")]
    assert worst == [
        ("mug · Товар mug", 2, Decimal("200.00"), Decimal("40.0")),
        ("fork · Товар fork", 1, Decimal("100.00"), Decimal("20.0")),
    ]


def test_a_reason_is_one_row_that_leads_to_all_of_its_lines(trade: Trade) -> None:
    trading(trade)
    later = trade.order(("mug", 1), ordered_at=yesterday())
    transition.move(orders=[later], to=State.CANCELLED, now=yesterday() + timedelta(hours=3))
    Order.objects.filter(pk=later.pk).update(
        cancelled_by="buyer", cancel_reason="changed_mind", changed_at=timezone.now()
    )
    facts.refresh(merchant_id=trade.merchant.pk, now=timezone.now() + timedelta(hours=1))
    asked = Asked(since=yesterday().date(), until=yesterday().date(), currency="RUB")
    (part,) = losses.reasons(asked)
    assert (str(part.label), part.orders, part.pieces, part.amount) == ("покупатель передумал", 2, 4, Decimal(400))
    told = sales.beneath(asked, Event.CANCELLED, {"reason": part.key})
    assert (told.orders, told.pieces, told.amount) == (2, 4, Decimal(400))
    assert sales.lines(asked, Event.CANCELLED, {"reason": part.key}).count() == 3


def test_scans_are_counted_by_person_and_day(trade: Trade) -> None:
    begins = timezone.make_aware(datetime.combine(yesterday().date(), time()))
    one, other = (make.person(full_name=name) for name in ("Анна", "Борис"))

    def scan(person: Person, answer: Answer, hours: float) -> None:
        at = begins + timedelta(hours=hours)
        made = ScanIn(code="x", nonce=uuid4(), person_id=person.pk, scanned_at=at)
        scans.once(scan=made, step="pick", warehouse_id=trade.warehouse.pk, now=at, work=lambda: answer)

    right, wrong = scans.accepted("", ""), scans.wrong("", "")
    for hours in (-24, -0.01, 0, 0, 23.99, 24):
        scan(one, right, hours)
    for hours in (1, 2):
        scan(other, wrong, hours)
    assert rows(trade, "analytics-hands", "period=1") == [("Анна", 3, 3.0, 0, 0.0), ("Борис", 2, 2.0, 2, 100.0)]
    days = f"period=own&since={yesterday().date() - timedelta(1)}&until={yesterday().date()}"
    assert rows(trade, "analytics-hands", days)[0] == ("Анна", 5, 2.5, 0, 0.0)


def test_work_forecasts_and_what_to_send_have_their_files(trade: Trade) -> None:
    trading(trade)
    assert rows(trade, "analytics-operations") == [("wildberries", 1, 2, 2, 1, 0, 0.0)]
    assert rows(trade, "analytics-hands") == []
    told = rows(trade, "analytics-forecast", "q=mu")
    assert [(row[0], row[2], row[3], row[4]) for row in told] == [("mug", "", 2, 9.5), ("mug", "ozon", 2, 7.5)]
    assert rows(trade, "analytics-forecast", "q=fork") == []
    sent = rows(trade, "analytics-sending", f"channel={trade.ozon.channel_id}&days=28")
    assert [(row[0], row[1]) for row in sent] == [("Тверь", "mug")]
    assert rows(trade, "analytics-sending", "channel=x&days=%00") == []


@pytest.mark.parametrize("key", sorted(BY_KEY))
def test_another_merchants_numbers_are_in_no_file(db: None, key: str) -> None:
    mine, other = open_trade(), open_trade()
    with other.scope():
        trading(other)
    with mine.scope():
        query = f"period=1&channel={other.ozon.channel_id}&by=sku&scheme={Scheme.FBS}"
        found = [row for asked in ("period=1", query) for row in rows(mine, key, asked)]
        numbers = [cell for row in found for cell in row if isinstance(cell, int | float | Decimal) and cell]
        assert numbers == []


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_every_list_of_a_page_can_be_taken_out_and_says_how_it_is_counted(page: str) -> None:
    trade = open_trade()
    with trade.scope():
        trading(trade)
        standing.judge(merchant_id=trade.merchant.pk, last_day=yesterday().date())
    browser: Client = make.client(role=Role.OWNER, merchant=trade.merchant)
    address = f"/analytics/{page}/" if page else "/analytics/"
    html = browser.get(f"{address}?period=1&event=cancelled&trend=new").content.decode()
    assert "<table" in html
    offered = re.findall(r'name="list" value="(analytics-[a-z-]+)"><input type="hidden" name="query"', html)
    assert set(offered) & set(BY_KEY)
    assert "Как это посчитано" in html


@pytest.mark.django_db
def test_every_amount_of_the_overview_leads_to_lines_that_come_to_it() -> None:
    trade = open_trade()
    with trade.scope():
        trading(trade)
    browser: Client = make.client(role=Role.OWNER, merchant=trade.merchant)
    html = browser.get("/analytics/?period=7").content.decode()
    links = {unescape(link) for link in re.findall(r'<a href="(/analytics/lines/[^"]*event=[a-z]+)">', html)}
    assert len(links) >= 6
    for link in links:
        sums = browser.get(link).context["sums"]
        event = re.findall("event=([a-z]+)", link)[0]
        whole = {"ordered": 1000, "cancelled": 300, "shipped": 300, "delivered": 300, "returned": 0}[event]
        assert sums.amount == whole
