"""Settlements and supplies in a real browser: accessible, in both themes, on a phone."""

import os
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from merchants.roles import Role
from orders.models import Order
from settlements.services import payments, reports
from shipping.services import supplies
from tests import make
from tests.browser.accessible import fits, serious
from tests.settlements.make import D, agreement, line, report
from tests.shipping.test_supplies import drafted, shipped
from tests.trade import NOON, open_trade

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pages(page, context, live_server):
    trade = open_trade()
    with trade.scope():
        for code in ("TS-1", "TS-2"):
            trade.sku(code, pieces=90)
        orders = [trade.order(("TS-1", 2)) for _time in range(3)]
        Order.objects.update(state="delivered", handed_over_at=timezone.now() - timedelta(days=45))
        sent = shipped(trade, **{"TS-1": 20, "TS-2": 5})
        packing = drafted(trade, **{"TS-1": 7, "TS-2": 3})
        supplies.agree(supply_id=packing.pk, now=NOON)
        supplies.start_picking(supply_id=packing.pk)
        supplies.set_boxes(supply_id=packing.pk, boxes=2)
        fresh = drafted(trade, **{"TS-2": 3})
        agreed = agreement(trade, tariff="Прейскурант площадки", commissioner_inn="7707083893")
        named = orders[0].external_number
        lines = [
            line(article="TS-1", order_number=named, pieces=2, price=D(1990), discount=D("99.50"), fee=D("583.07")),
            line("return", article="TS-2", pieces=1, price=D(450), fee=D("-67.50"), logistics=D(80)),
            line("service", storage=D("120.33"), ads=D(300), note="Размещение на складе"),
        ]
        data = report(*lines, agreement_id=agreed.pk, raw="<report/>")
        told = reports.accept(merchant_id=trade.merchant.pk, data=data, at=NOON)
        payments.record(
            merchant_id=trade.merchant.pk,
            legal_entity_id=agreed.legal_entity_id,
            channel_id=agreed.channel_id,
            number="415",
            paid_on=NOON.date(),
            amount=Decimal("1500.00"),
            at=NOON,
        )
    client = make.client(role=Role.OWNER, merchant=trade.merchant)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return {
        "debts": "/settlements/",
        "account": f"/settlements/account/{agreed.legal_entity_id}/{agreed.channel_id}/RUB/",
        "reports": "/settlements/reports/",
        "report": f"/settlements/reports/{told.report_id}/",
        "payments": "/settlements/payments/",
        "reconciliation": "/settlements/reconciliation/?days=30",
        "agreements": "/settlements/agreements/",
        "agreement": f"/settlements/agreements/{agreed.pk}/",
        "supplies": "/shipping/supplies/",
        "supply-draft": f"/shipping/supplies/{fresh.pk}/",
        "supply-picking": f"/shipping/supplies/{packing.pk}/",
        "supply-close": f"/shipping/supplies/{sent.pk}/close/",
        "supply-import": f"/shipping/supplies/{fresh.pk}/import/",
    }


def test_pages_of_settlements_and_supplies_are_accessible_and_fit(page, pages):
    wrong = {}
    for name, address in pages.items():
        assert page.goto(address).status == 200, name
        if found := serious(page):
            wrong[name] = found
        for width in (1366, 390):
            page.set_viewport_size({"width": width, "height": 768})
            if not fits(page):
                wrong[f"{name} is too wide"] = page.evaluate("document.documentElement.scrollWidth")
            if folder := os.environ.get("SCREENSHOTS"):
                page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
    assert wrong == {}
