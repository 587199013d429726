"""Pages of the exchange in a real browser: accessible, within the content policy."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from catalog.models import Product, Sku
from exchange.models import Message
from exchange.services import credentials, hooks
from exchange.types import Kind, MessageState
from merchants.roles import Role
from merchants.scope import scope
from tests import make
from tests.browser.accessible import serious
from tests.exchange.onec import OneC, catalogue, document, good, offer, package, price
from tests.exchange.test_catalog import GOODS, OFFERS
from tests.exchange.test_guards import big

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_pages_are_accessible(page, context, live_server, monkeypatch):
    monkeypatch.setattr("exchange.tasks.kick", lambda **_ids: None)
    merchant = make.merchant(name="Ромашка")
    with scope([merchant.pk]):
        made, secret = credentials.connect(merchant_id=merchant.pk, name="УТ 11", now=timezone.now())
        product = Product.objects.create(merchant=merchant, name="Наша кружка")
        Sku.objects.create(merchant=merchant, product=product, code="mug")
    onec = OneC(made.login, secret)
    onec.begin()
    onec.send("import.xml", GOODS)
    onec.send("offers.xml", OFFERS)
    onec.send("prices.xml", document(package(offer(2, "Ботинки (38)", price("дорого"), char=38), changes=True)))
    onec.send("import.xml", document(catalogue(*(good(n, article=f"A{n}") for n in range(3, 33)), changes=True)))
    onec.send("offers0_1.xml", big(count=32))
    onec.send("offers0_1.xml", big("0", count=32))
    with scope([merchant.pk]):
        held = Message.objects.get(state=MessageState.HELD)
        bad = Message.objects.filter(name="prices.xml").latest("pk")
        session = bad.session_id
    client = make.client(make.person(role=Role.OWNER, merchant=merchant))
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    pages = {
        "desk": "/1c/",
        "log": "/1c/log/",
        "held": f"/1c/log/{held.pk}/",
        "problems": f"/1c/log/{bad.pk}/",
        "session": f"/1c/sessions/{session}/",
        "matching": "/1c/matching/",
        "upload": "/1c/upload/",
        "connect": "/1c/connect/",
        "wizard": f"/1c/connections/{made.pk}/",
        "settings": f"/1c/connections/{made.pk}/?tab=settings",
        "owners": f"/1c/connections/{made.pk}/?tab=owners",
        "words": f"/1c/connections/{made.pk}/?tab=words",
    }
    wrong = {}
    for name, address in pages.items():
        page.goto(address)
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder, f"exchange-{name}.png"), full_page=True)
        if found := serious(page):
            wrong[name] = found
    assert wrong == {}


def test_the_pages_of_programs_are_accessible(page, context, live_server):
    merchant = make.merchant(name="Ромашка")
    with scope([merchant.pk]):
        now = timezone.now()
        source, _secret = credentials.connect(merchant_id=merchant.pk, name="Учёт", now=now, kind=Kind.API, scopes=[])
        hook, _secret = hooks.add(source=source, url="https://hooks.example.com/in", everything=False, now=now)
        taken, waiting = (hooks.try_out(hook_id=hook.pk, now=now) for _one in range(2))
        hooks.settle(delivery_id=taken.pk, status=200, text="ok", took_ms=40, taken=True, now=now)
        hooks.settle(delivery_id=waiting.pk, status=503, text="занято", took_ms=90, taken=False, now=now)
    client = make.client(make.person(role=Role.OWNER, merchant=merchant))
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    pages = {
        "programs": "/1c/programs/",
        "program": f"/1c/programs/{source.pk}/",
        "reference": "/1c/reference/",
        "hooks": "/1c/hooks/",
        "new-hook": "/1c/hooks/new/",
        "hook": f"/1c/hooks/{hook.pk}/",
    }
    wrong = {}
    for name, address in pages.items():
        page.goto(address)
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder, f"exchange-{name}.png"), full_page=name != "reference")
        if found := serious(page):
            wrong[name] = found
    assert wrong == {}
