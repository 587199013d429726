"""Dashboards in a real browser: accessible, in both themes, on a phone, and the chart is really drawn."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from analytics.models import Forecast
from analytics.services import facts, standing, tariffs
from catalog.models import Sku
from merchants.roles import Role
from orders.models import Order
from tests import make
from tests.browser.accessible import fits, serious
from tests.trade import open_trade

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "overview": "/analytics/?period=30",
    "sales": "/analytics/sales/?by=sku",
    "hours": "/analytics/hours/",
    "lines": "/analytics/lines/",
}
MORE = {
    "profit": "/analytics/profit/?period=30",
    "tariffs": "/analytics/tariffs/",
    "classes": "/analytics/classes/?worth=A&demand=Z",
    "trends": "/analytics/trends/?trend=new",
    "losses": "/analytics/losses/?period=30",
    "operations": "/analytics/operations/?period=30",
    "late": "/analytics/late/?period=30",
    "scans": "/analytics/scans/?period=30",
    "forecast": "/analytics/forecast/",
    "stock": "/analytics/stock/",
    "buying": "/analytics/buying/",
    "sending": "/analytics/sending/",
    "mailed": "/analytics/mailed/",
}
DRAWN = """() => [...document.querySelectorAll('.chart canvas')].some(canvas =>
    canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value > 0))"""


@pytest.fixture
def signed_in(page, context, live_server):
    trade = open_trade()
    now = timezone.now()
    with trade.scope():
        for number in range(1, 6):
            trade.sku(f"TS-{number}", pieces=90)
        for day in range(1, 45):
            place = (trade.ozon, trade.wildberries)[day % 2]
            at = now - timedelta(days=day, hours=day % 13)
            order = trade.order(
                (f"TS-{day % 5 + 1}", day % 4 + 1), place=place, ordered_at=at, region="Тверская область"
            )
            left = {"handed_over_at": at + timedelta(hours=day % 9 + 2), "ship_by": at + timedelta(hours=8)}
            told = {"state": "cancelled", "cancelled_by": "buyer"} if day % 9 == 0 else {"state": "delivered", **left}
            Order.objects.filter(pk=order.pk).update(changed_at=now, **told)
        Sku.objects.update(cost=Decimal("41.50"))
        rates = {"fee_percent": Decimal(12), "tax_percent": Decimal(6), "logistics_a_piece": Decimal(15)}
        since = timezone.localdate() - timedelta(60)
        tariffs.enter(channel=trade.ozon.channel, category=None, valid_from=since, rates=rates, now=now, person_id=None)
        facts.refresh(merchant_id=trade.merchant.pk, now=now)
        standing.close_days(merchant_id=trade.merchant.pk, upto=timezone.localdate() - timedelta(1))
        standing.judge(merchant_id=trade.merchant.pk, last_day=timezone.localdate() - timedelta(1))
        for number, sku in enumerate(trade.skus.values()):
            expected(trade, sku, 30.0 + 40 * number)
    client = make.client(role=Role.OWNER, merchant=trade.merchant)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return page


def expected(trade, sku, total):
    quantiles = [total * share for share in (0.5, 0.7, 0.8, 1, 1.2, 1.4, 1.6, 1.8)]
    for channel in (None, trade.ozon.channel):
        Forecast.objects.create(
            merchant=trade.merchant,
            sku=sku,
            channel=channel,
            last_day=timezone.localdate() - timedelta(1),
            horizon=28,
            total=total,
            quantiles=quantiles,
            kind="smooth",
            method="mean_28",
            sold=int(total),
        )


@pytest.mark.parametrize(("width", "theme"), [(1366, "light"), (1366, "dark"), (390, "light")])
def test_dashboards_are_accessible_fit_and_draw_their_charts(signed_in, context, live_server, width, theme):
    context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    signed_in.set_viewport_size({"width": width, "height": 768})
    # What is laid out as every list is looked at once; where pictures are wanted, everywhere.
    more = MORE if theme == "dark" or "SCREENSHOTS" in os.environ else {}
    for name, address in (PAGES | more).items():
        assert signed_in.goto(address).status == 200
        assert serious(signed_in) == [], name
        assert fits(signed_in), name
        if name in ("overview", "sales"):
            signed_in.wait_for_function(DRAWN)
        if folder := os.environ.get("SCREENSHOTS"):
            signed_in.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png", full_page=width > 1000)


def enter(context, live_server, trade):
    client = make.client(role=Role.OWNER, merchant=trade.merchant)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


def test_a_merchant_without_orders_finds_every_dashboard_telling_what_it_is_for(page, context, live_server):
    enter(context, live_server, open_trade())
    page.set_viewport_size({"width": 390, "height": 844})
    for name, address in (PAGES | MORE).items():
        assert page.goto(address).status == 200
        assert serious(page) == [], name
        assert fits(page), name
        assert "NaN" not in page.inner_text("main"), name
        assert "None" not in page.inner_text("main"), name


def test_a_merchant_with_one_order_reads_it_by_keyboard_in_russian_formats(page, context, live_server):
    trade, now = open_trade(), timezone.now()
    with trade.scope():
        trade.sku("TS-1", pieces=9, cost=Decimal("41.50"))
        order = trade.order(("TS-1", 15), ordered_at=now - timedelta(days=1), region="Тверь")
        told = {"state": "cancelled", "cancelled_by": "buyer", "cancel_reason": "changed_mind"}
        Order.objects.filter(pk=order.pk).update(changed_at=now, **told)
        facts.refresh(merchant_id=trade.merchant.pk, now=now)
    enter(context, live_server, trade)
    page.set_viewport_size({"width": 1366, "height": 768})
    for name, address in (PAGES | {"losses": MORE["losses"], "operations": MORE["operations"]}).items():
        assert page.goto(address).status == 200
        assert serious(page) == [], name
    page.goto("/analytics/?period=7")
    day = timezone.localtime(now - timedelta(days=1))
    tile = page.locator(".tile", has_text="Заказано, сумма")
    assert "1 500,00 ₽" in tile.inner_text().replace("\xa0", " ").replace("\u202f", " ")
    assert f"{day:%d.%m.%Y}" in page.inner_text("#days-table")
    # From the number to its order without a mouse, and the explanation opens and closes by keys.
    about = page.locator("details.about summary").first
    about.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.about").first.get_attribute("open") is not None
    page.keyboard.press("Escape")
    tile.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/analytics/lines/**")
    page.locator("table a").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{order.pk}/**")
    page.goto("/analytics/losses/?period=7")
    assert "покупатель передумал" in page.inner_text("main")
