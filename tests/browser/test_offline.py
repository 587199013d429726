"""Without a network, in a real browser: pages are opened anew, the tab is closed and opened, nothing is lost."""

import pytest

from floor.models import Scan
from floor.views import offline
from labels.models import PrintItem
from orders.models import Order, Unit
from orders.types import State
from stock.selectors import proof
from tests.browser.cable import laid_to
from tests.browser.conftest import PATIENCE_MS
from tests.browser.print_window import PRINT_WINDOW, windows
from tests.browser.test_floor import PHONE, at, cancel, in_scope, kept, ordered, scans, shift, waits_for, written

__all__ = ["shift"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cable(live_server):
    """The network between browser and server; a browser's own switch is not always heard by its workers."""
    with laid_to(live_server.thread.port) as laid:
        yield laid


@pytest.fixture
def context(browser, cable):
    """A visitor who comes by the cable."""
    made = browser.new_context(base_url=f"http://localhost:{cable.port}", locale="ru-RU")
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


def cut(page, cable):
    """Once every scan has been answered: one whose answer is lost waits to be sent again."""
    page.wait_for_selector('html[data-queue-idle="1"]')
    cable.cut()


def titles(page):
    return page.locator("[data-kept-pages] a").all_inner_texts()


def test_packing_goes_on_in_a_page_opened_anew_without_network(page, context, shift, cable):
    first, second, drop = ordered(shift, [("mug", 1), ("fork", 1)], [("mug", 1)], [("fork", 1)])
    packer = at(page, "/floor/pack/")
    kept(page, "/floor/pack/")
    scans(packer, first.external_number, "INT-mug")
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 2))
    cut(page, cable)
    scans(packer, "INT-fork")
    written(page, 1)

    page.reload()
    page.wait_for_selector("html[data-kept][data-station=ready]")
    written(page, 1)
    # What was scanned before the reload is known after it: the next mug is of the second order.
    scans(packer, "INT-mug")
    assert second.external_number in page.locator('[data-band="text"]').inner_text()
    scans(packer, "INT-fork")
    written(page, 3)
    page.close()  # the tab, too
    cancel(shift, drop)

    page = context.new_page()
    page.goto("/floor/waves/")
    page.wait_for_selector("[data-kept-pages] a")
    assert titles(page) == ["Упаковка · Бэк-офис"]
    page.locator("[data-kept-pages] a").click()
    page.wait_for_selector("html[data-kept][data-station=ready]")
    written(page, 3)
    with shift.scope():
        assert Scan.objects.count() == 2
    cable.mend()
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 5))
    page.wait_for_selector("#offline", state="hidden")
    with shift.scope():
        assert list(Scan.objects.order_by("pk").values_list("outcome", flat=True)) == ["accepted"] * 4 + ["stop"]
        states = dict(Order.objects.values_list("pk", "state"))
        assert states == {first.pk: State.PACKED, second.pk: State.PACKED, drop.pk: State.CANCELLED}
        assert set(PrintItem.objects.values_list("label__order_id", flat=True)) <= {first.pk, second.pk}
        assert proof.differences() == []
    page.close()


def loses_answer(order):
    """A route on which the answer to the scan that packs the order gets lost: a later page sends the scan again."""

    def carry(route):
        answer = route.fetch()
        told = answer.json()
        if told.get("packed") and told["order"] == order.pk:
            route.abort()
        else:
            route.fulfill(response=answer)

    return carry


def test_a_row_of_stickers_is_not_lost_by_leaving_the_page(page, context, shift, cable):
    orders = ordered(shift, *[[("mug", 1)], [("fork", 1)]] * 4)
    context.add_init_script(PRINT_WINDOW)
    packer = at(page, "/floor/pack/")
    page.wait_for_selector('html[data-queue-idle="1"]')
    cut(page, cable)
    page.evaluate("localStorage.setItem('jam', 1)")
    scans(packer, *["INT-mug", "INT-fork"] * 4)
    page.route("**/floor/pack/scan/", loses_answer(orders[-1]))
    cable.mend()
    packed = Order.objects.filter(state=State.PACKED)
    # Asking the page lets its route work, too.
    waits_for(lambda: windows(page) == 0 and in_scope(shift, packed.count) == len(orders))
    waits_for(lambda: in_scope(shift, PrintItem.objects.count) == 1)  # the first stands in its window
    first = orders[0]
    assert page.locator("[data-doubt]").count() == 0  # the window stands open
    page.goto("/floor/waves/")
    page.unroute("**/floor/pack/scan/")
    page.evaluate("localStorage.removeItem('jam')")
    page.goto("/floor/pack/")
    waits_for(lambda: in_scope(shift, PrintItem.objects.count) == len(orders))
    page.wait_for_selector(f'[data-parcel="{first.pk}"][data-doubt] :text("распечатайте его ещё раз")')
    waits_for(lambda: windows(page) == len(orders) - 1)
    with shift.scope():
        printed = PrintItem.objects.order_by("pk").values_list("label__order_id", flat=True)
        assert list(printed) == [order.pk for order in orders]
        assert set(PrintItem.objects.values_list("state", "reason")) == {("sent", "")}
    packer.clock = 0
    scans(packer, f"S-{orders[-1].external_number}", f"S-{first.external_number}")  # it lay under the table
    page.wait_for_selector("[data-doubt]", state="detached")
    assert windows(page) == len(orders) - 1


def test_picking_goes_on_where_it_was(page, context, shift, cable):
    ordered(shift, [("mug", 2), ("fork", 1)])
    path = f"/floor/pick/{shift.wave.pk}/"
    picker = at(page, path, PHONE)
    kept(page, path)
    scans(picker, "A-01-01")
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 1))
    cut(page, cable)
    scans(picker, "INT-mug")
    written(page, 1)
    page.reload()
    page.wait_for_selector("html[data-kept][data-station=ready]")
    assert page.locator("#work .address").first.inner_text() == "A-01-01"
    assert "1" in page.locator("#work .pieces").first.inner_text()  # one of the two is in the tote
    scans(picker, "INT-mug")
    scans(picker, "INT-mug", outcome="already")
    assert page.locator("#work .address").first.inner_text() == "B-02-02"
    cable.mend()
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 4))
    with shift.scope():
        assert sorted(Unit.objects.values_list("state", flat=True)) == ["picked", "picked", "wanted"]
        assert proof.differences() == []


def test_a_page_is_never_older_than_the_server_and_is_forgotten_at_sign_in(page, context, shift, cable, monkeypatch):
    ordered(shift, [("mug", 1)])
    at(page, "/floor/pack/")
    kept(page, "/floor/pack/")
    before = page.evaluate("caches.keys()")
    # An upgrade: other files, another worker; it takes over with the page that is open, and nothing old stays.
    assets = offline.ASSETS
    monkeypatch.setattr(offline, "ASSETS", assets[:-1])
    page.evaluate("async () => { await (await navigator.serviceWorker.ready).update(); }")
    waits_for(lambda: len(now := page.evaluate("caches.keys()")) == 2 and not set(now) & set(before))
    kept(page, "/floor/pack/")
    page.reload()
    assert page.locator("html[data-kept]").count() == 0
    assert page.evaluate("Boolean(navigator.serviceWorker.controller)")

    context.clear_cookies()
    page.goto("/floor/pack/")
    assert "/account/login/" in page.url
    waits_for(lambda: not [name for name in page.evaluate("caches.keys()") if name.startswith("floor-pages-")])
    cable.cut()
    page.goto("/floor/pack/")
    page.wait_for_selector("[data-kept-pages]", state="attached")
    assert titles(page) == []
