"""One order in two boxes, in a real browser: a code or a key begins the second, each sticker closes its own."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from floor.services import wave
from floor.types import WaveMode
from labels.models import PrintItem
from labels.services.order_label import store_label
from orders.models import Order, Unit
from orders.types import State
from tests.browser.accessible import serious
from tests.browser.test_floor import PHONE, TABLET, at, in_scope, scans, shift, waits_for  # noqa: F401  a fixture
from tests.labels.make import png

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(shift) -> Order:  # noqa: F811
    """Two mugs and a fork from a marketplace that is told of boxes."""
    with shift.scope():
        market = shift.place("yandex_market")
        market.channel.boxes = "told"
        market.channel.save()
        for code in ("mug", "fork"):
            shift.listing(market, code, shift.skus[code])
        made: Order = shift.order(("mug", 2), ("fork", 1), place=market, ship_by=timezone.now() + timedelta(hours=3))
        wave.release(
            warehouse_id=shift.warehouse.pk,
            order_ids=[made.pk],
            now=timezone.now(),
            person_id=shift.person.pk,
            mode=WaveMode.SINGLE,
        )
    return made


def pictured(page, name):
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder, f"boxes-{name}.png"))


def boxes(shift, order):  # noqa: F811
    return in_scope(shift, lambda: sorted(Unit.objects.filter(order=order).values_list("sku__code", "box", "state")))


def test_an_order_is_packed_in_two_boxes_and_each_is_closed_by_its_sticker(page, shift, order):  # noqa: F811
    packer = at(page, "/floor/pack/", TABLET)
    scans(packer, "INT-mug")
    scans(packer, "BO-NEXT-BOX")
    page.wait_for_selector('[data-box="2"]:text-is("Короб 2")')
    pictured(page, "second")
    assert serious(page) == []
    scans(packer, "INT-fork", "INT-mug")
    page.wait_for_selector('[data-band="text"]:has-text("коробов: 2")')
    waits_for(lambda: in_scope(shift, lambda: Order.objects.get().state == State.PACKED))
    assert boxes(shift, order) == [("fork", 2, "packed"), ("mug", 1, "packed"), ("mug", 2, "packed")]
    with shift.scope():
        store_label(
            merchant_id=shift.merchant.pk,
            order_id=order.pk,
            content=png(),
            content_type="image/png",
            barcode="BOX-1",
            boxes=["BOX-1", "BOX-2"],
            now=timezone.now(),
        )
    # The stickers come out by themselves as soon as they are here.
    waits_for(lambda: in_scope(shift, lambda: PrintItem.objects.filter(state="sent").count() == 1))
    scans(packer, "BOX-2")
    page.wait_for_selector('[data-band="text"]:has-text("теперь стикер короба 1")')
    pictured(page, "missing")
    scans(packer, order.external_number, outcome="wrong")
    scans(packer, "BOX-1")
    waits_for(lambda: in_scope(shift, lambda: PrintItem.objects.get().state == "confirmed"))


def test_a_second_box_is_begun_by_a_key_without_network_and_at_one_marketplace_not_at_all(page, shift, order, context):  # noqa: F811
    packer = at(page, "/floor/pack/", PHONE)
    scans(packer, order.external_number)
    context.set_offline(True)
    scans(packer, "INT-mug")
    page.keyboard.press("F6")
    page.wait_for_selector('[data-band="code"]:text-is("BO-NEXT-BOX")')
    scans(packer, "INT-mug", "INT-fork")
    context.set_offline(False)
    waits_for(lambda: in_scope(shift, lambda: Order.objects.get().state == State.PACKED))
    assert boxes(shift, order) == [("fork", 2, "packed"), ("mug", 1, "packed"), ("mug", 2, "packed")]

    with shift.scope():
        single = shift.order(("mug", 2), place=shift.wildberries, ship_by=timezone.now() + timedelta(hours=3))
        wave.release(
            warehouse_id=shift.warehouse.pk,
            order_ids=[single.pk],
            now=timezone.now(),
            person_id=shift.person.pk,
            mode=WaveMode.SINGLE,
        )
    scans(packer, "INT-mug")
    scans(packer, "BO-NEXT-BOX", outcome="wrong")
    assert "только в одном коробе" in page.locator('[data-band="text"]').inner_text()
