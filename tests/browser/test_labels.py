"""Pages of labels in a real browser: accessible, and a sticker reaches the print window once."""

import os
from pathlib import Path

import pytest

from catalog.models import Barcode, Product, Sku
from labels.models import PrintItem
from merchants.roles import Role
from merchants.scope import scope
from tests import make
from tests.browser.accessible import fits, serious
from tests.labels import make as labels_make

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = {
    "stickers": "/labels/",
    "cells": "/labels/cells/",
    "formats": "/labels/formats/",
    "printed": "/labels/queue/",
    "stations": "/labels/stations/",
    "printer": "/labels/printers/new/",
    "agent": "/labels/stations/{station}/agent/",
    "desk": "/labels/stations/{station}/printer/",
}


@pytest.fixture
def merchant():
    return make.merchant()


@pytest.fixture
def signed_in(page, context, live_server, merchant):
    client = make.client(make.person(role=Role.LEAD, merchant=merchant))
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    return page


@pytest.fixture
def goods(merchant):
    with scope([merchant.pk]):
        for number in range(1, 6):
            product = Product.objects.create(merchant=merchant, name=f"Футболка хлопковая, модель {number}")
            sku = Sku.objects.create(merchant=merchant, product=product, code=f"TS-{number}", variant="48, синий")
            Barcode.objects.create(merchant=merchant, sku=sku, value=f"INT-{number}", kind="internal")


@pytest.mark.parametrize("name", PAGES)
def test_pages_are_accessible_and_fit(signed_in, merchant, goods, name):
    station = labels_make.agent_station(merchant)
    order = labels_make.labelled(merchant, "46-0001")
    signed_in.request.get(f"/labels/order/{order.pk}/sticker.pdf")
    assert signed_in.goto(PAGES[name].format(station=station.pk)).status == 200
    assert serious(signed_in) == []
    for width in (1280, 390):
        signed_in.set_viewport_size({"width": width, "height": 800})
        assert fits(signed_in)
        if folder := os.environ.get("SCREENSHOTS"):
            signed_in.screenshot(path=Path(folder, f"labels-{name}-{width}.png"), full_page=True)


def test_a_sticker_goes_to_the_print_window_once(signed_in, merchant):
    order = labels_make.labelled(merchant, "46-0001")
    signed_in.add_init_script("window.print = () => {}")
    signed_in.goto("/labels/stations/")
    answers = []
    signed_in.on("response", lambda answer: answers.append(answer) if "sticker.pdf" in answer.url else None)
    signed_in.evaluate(
        """(href) => { const link = document.createElement("a"); link.href = href; link.dataset.print = "";
           link.id = "print-it"; link.textContent = "print"; document.querySelector("main").append(link) }""",
        f"/labels/order/{order.pk}/sticker.pdf",
    )
    signed_in.click("#print-it")
    signed_in.wait_for_selector("iframe", state="attached")
    assert [answer.status for answer in answers] == [200]
    with scope([merchant.pk]):
        assert PrintItem.objects.get().state == "sent"
