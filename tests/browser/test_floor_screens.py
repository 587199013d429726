"""Receiving, carrying, counting, both desks: by scan in a real browser, on tablet and phone, seen and accessible."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from floor.models import CameBack, Scan
from orders.models import Order
from orders.services import pickup
from orders.types import ENTERED_BY_HAND, State, StatusDraft
from stock.models import Balance, StockCount
from stock.selectors import proof
from stock.services import stocktake
from tests.browser.accessible import fits, serious
from tests.browser.test_floor import PHONE, at, in_scope, scans, shift, waits_for
from tests.floor.test_desks import gone, packed
from tests.trade import delivery

__all__ = ["shift"]

pytestmark = pytest.mark.django_db(transaction=True)

TABLET = {"width": 768, "height": 1024}
SIZES = pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])


def looks_right(page, name):
    """No serious violation, nothing wider than the screen, no target too small for a glove."""
    faults = serious(page)
    assert faults == [], f"{name}: {json.dumps(faults, ensure_ascii=False, indent=1)}"
    assert fits(page), name
    small = page.evaluate(
        """() => [...document.querySelectorAll('body.floor button, body.floor summary, body.floor a.floor-button')]
          .filter(one => one.checkVisibility()).map(one => [one.textContent.trim(), one.getBoundingClientRect().height])
          .filter(([_, height]) => height < 48)"""
    )
    assert small == [], name


def lying(shift, code):
    with shift.scope():
        rows = Balance.objects.filter(sku=shift.skus[code], bounded=True, pieces__gt=0).select_related("location")
        return {row.location.code: row.pieces for row in rows}


@SIZES
def test_a_delivery_is_received_put_away_and_counted(page, shift, size):
    with shift.scope():
        receipt = delivery(shift, mug=24, fork=2)
    page.set_viewport_size(size)
    page.goto("/floor/receive/")
    looks_right(page, "receive, choose")
    page.locator(".choice a").first.click()
    page.wait_for_selector("html[data-station=ready]")
    dock = at(page, f"/floor/receive/{receipt.pk}/", size)
    scans(dock, "*24", "INT-mug", "INT-fork", "INT-fork", "INT-fork")
    assert "ожидалось 2" in page.locator('[data-band="text"]').inner_text()
    looks_right(page, "receive")
    scans(dock, "BO-UNDO")
    scans(dock, "4607000000000", outcome="wrong")
    assert page.locator("#tie-article").is_visible()
    looks_right(page, "receive, unknown code")
    waits_for(lambda: lying(shift, "fork") == {"B-02-02": 20, "DOCK": 2})

    hand = at(page, "/floor/carry/", size)
    scans(hand, "INT-mug")
    assert page.locator("#work .address").first.inner_text() == "A-01-01"
    looks_right(page, "carry")
    scans(hand, "*20", "A-01-01", "INT-mug", "B-02-02")
    waits_for(lambda: lying(shift, "mug") == {"A-01-01": 40, "B-02-02": 4})
    scans(hand, "INT-mug", outcome="wrong")

    page.goto("/floor/count/")
    looks_right(page, "count, choose")
    with shift.scope():
        blind = stocktake.begin(
            warehouse_id=shift.warehouse.pk, blind=True, person_id=shift.person.pk, now=timezone.now()
        )
    counter = at(page, f"/floor/count/{blind.pk}/", size)
    scans(counter, "B-02-02", "*19", "INT-fork", "INT-mug")
    looks_right(page, "count")
    assert "/" not in page.locator("#work .pieces").first.inner_text()  # blind: what should be there is not told
    scans(counter, "BO-DONE")
    page.wait_for_selector('html[data-queue-idle="1"]')
    page.goto(f"/floor/count/{blind.pk}/review/")
    looks_right(page, "count, differences")
    page.locator("#note").fill("пересчёт")
    page.locator("form button.btn-primary").click()
    waits_for(lambda: lying(shift, "fork") == {"B-02-02": 19, "DOCK": 2})
    with shift.scope():
        assert StockCount.objects.count() == 1
        assert set(Scan.objects.values_list("person_id", flat=True)) == {shift.person.pk}
        assert proof.differences() == []


@SIZES
def test_a_return_is_judged_and_a_parcel_given_out(page, shift, size):
    with shift.scope():
        back = gone(shift, shift.person, ("mug", 2))
        by_hand = StatusDraft(status=ENTERED_BY_HAND, state=State.NEW)
        waiting = packed(shift, shift.person, ("fork", 1), scheme="pickup", status=by_hand)
        pickup.arrive(
            merchant_id=shift.merchant.pk,
            order_ids=[waiting.pk],
            keep_until=timezone.now() + timedelta(days=2),
            now=timezone.now(),
            person_id=shift.person.pk,
        )
        code = Order.objects.get(pk=waiting.pk).pickup_code
    desk = at(page, "/floor/returns/", size)
    looks_right(page, "returns")
    scans(desk, back.external_number, "INT-mug")
    looks_right(page, "returns, condition")
    scans(desk, "BO-RETURN-INTACT", "INT-mug", "BO-RETURN-DAMAGED")
    waits_for(lambda: lying(shift, "mug") == {"A-01-01": 18, "DOCK": 1, "QUARANTINE": 1})
    with shift.scope():
        assert list(CameBack.objects.order_by("pk").values_list("condition", flat=True)) == ["intact", "damaged"]
        assert Order.objects.get(pk=back.pk).state == State.RETURNED

    page.goto("/floor/desk/")
    page.locator("#desk-q").fill(waiting.external_number)
    page.locator("#desk-q").press("Enter")
    page.wait_for_selector(".job-title")
    looks_right(page, "desk")
    page.locator('input[name="code"]').fill(code)
    page.locator('input[name="identity"]').check()
    page.locator("button.main").click()
    waits_for(lambda: in_scope(shift, lambda: Order.objects.get(pk=waiting.pk).state == State.DELIVERED))
    with shift.scope():
        assert proof.differences() == []


@SIZES
def test_the_board_and_the_people_are_seen(page, shift, size):
    with shift.scope():
        packed(shift, shift.person, ("mug", 1))
    page.set_viewport_size(size)
    for name in ("board", "people", "waves", "codes"):
        answer = page.goto(f"/floor/{name}/")
        assert answer.status == 200
        looks_right(page, name)
