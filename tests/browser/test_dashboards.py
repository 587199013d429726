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
from tests.browser.accessible import serious
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
        assert signed_in.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if name in ("overview", "sales"):
            signed_in.wait_for_function(DRAWN)
        if folder := os.environ.get("SCREENSHOTS"):
            signed_in.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png", full_page=width > 1000)
