"""Dashboards in a real browser: accessible, in both themes, on a phone, and the chart is really drawn."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from analytics.services import facts
from merchants.roles import Role
from orders.models import Order
from tests import make
from tests.browser.test_style_page import serious
from tests.trade import open_trade

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "overview": "/analytics/?period=30",
    "sales": "/analytics/sales/?by=sku",
    "hours": "/analytics/hours/",
    "lines": "/analytics/lines/",
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
            trade.order((f"TS-{day % 5 + 1}", day % 4 + 1), place=place, ordered_at=at, region="Тверская область")
        Order.objects.update(changed_at=now)
        facts.refresh(merchant_id=trade.merchant.pk, now=now)
    client = make.client(role=Role.OWNER, merchant=trade.merchant)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return page


@pytest.mark.parametrize(("width", "theme"), [(1366, "light"), (1366, "dark"), (390, "light")])
def test_dashboards_are_accessible_fit_and_draw_their_charts(signed_in, context, live_server, width, theme):
    context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    signed_in.set_viewport_size({"width": width, "height": 768})
    for name, address in PAGES.items():
        assert signed_in.goto(address).status == 200
        assert serious(signed_in) == [], name
        assert signed_in.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if name in ("overview", "sales"):
            signed_in.wait_for_function(DRAWN)
        if folder := os.environ.get("SCREENSHOTS"):
            signed_in.screenshot(path=Path(folder) / f"{name}-{width}-{theme}.png", full_page=width > 1000)
