"""The floor in a real browser: scans as a scanner types them, the network cut, the tab closed, every screen seen."""

import json
from datetime import timedelta
from time import sleep

import pytest
from django.utils import timezone

from floor.models import PickTask, PutBack, Scan, Wave
from floor.selectors import packing
from floor.services import badge, wave
from floor.types import WaveMode
from labels.models import PrintItem
from labels.render.barcode import Kind, matrix
from labels.services.order_label import store_label
from merchants.roles import Role
from orders.models import Order, Unit, UnitMark
from orders.services import remote
from orders.types import State, StatusDraft
from stock.models import Location
from stock.selectors import proof
from tests import make
from tests.browser.accessible import fits, serious
from tests.browser.scan_page import Station
from tests.labels.make import png
from tests.trade import NOON, open_trade

pytestmark = pytest.mark.django_db(transaction=True)

TABLET = {"width": 800, "height": 1280}
PHONE = {"width": 390, "height": 844}
MARK = "010460711234567321abcDEF1234567\x1d91EE06\x1d92abcd"
WHOLE_MARK = "0104600000000015215abcDEF12345\x1d91EE06\x1d92dGVzdA=="


@pytest.fixture
def shift(context, live_server):
    """A merchant with goods in two cells and a person signed in who may do everything on the floor."""
    trade = open_trade()
    trade.person = make.person(role=Role.LEAD, merchant=trade.merchant, full_name="Анна Сборщица")
    cookie = make.client(trade.person).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    with trade.scope():
        trade.sku("mug", pieces=20)
        trade.far = Location.objects.create(warehouse=trade.warehouse, code="B-02-02", x=5, y=5)
        trade.sku("fork", pieces=20, location=trade.far)
    return trade


def ordered(trade, *orders, mode=None):
    """Orders with their stickers, in one wave."""
    with trade.scope():
        soon = timezone.now() + timedelta(hours=3)
        made = [trade.order(*lines, ship_by=soon + timedelta(hours=n)) for n, lines in enumerate(orders)]
        for order in made:
            store_label(
                merchant_id=trade.merchant.pk,
                order_id=order.pk,
                content=png() + order.external_number.encode(),
                content_type="image/png",
                barcode=f"S-{order.external_number}",
                now=NOON,
            )
        trade.wave = wave.release(
            warehouse_id=trade.warehouse.pk,
            order_ids=[order.pk for order in made],
            now=timezone.now(),
            person_id=trade.person.pk,
            mode=mode,
        )
    return made


def cancel(trade, order):
    with trade.scope():
        told = StatusDraft(status="cancelled", state=State.CANCELLED)
        remote.apply_statuses(
            merchant_id=trade.merchant.pk,
            channel_id=order.channel_id,
            statuses={order.external_number: told},
            now=timezone.now(),
        )


# What a page has learnt by itself it writes down.
LEARNT = """() => {
    const { person, knownUrl } = document.body.dataset;
    const kept = JSON.parse(localStorage.getItem(`known:${person ?? ""}:${knownUrl}`));
    return !knownUrl || kept?.at >= performance.timeOrigin;
}"""


def at(page, path, size=TABLET):
    """A station at a page that has learnt what it must know."""
    page.set_viewport_size(size)
    page.goto(path)
    page.wait_for_selector("html[data-station=ready]")
    page.wait_for_function(LEARNT)
    return Station(page=page, origin="", answer=lambda scan: (200, {}))


def scans(station, *codes, outcome="accepted", russian=False):
    """Scan codes one after another, each waiting for the word of the one before."""
    for code in codes:
        station.page.evaluate("document.querySelector('[data-band=code]').textContent = ''")
        # Three seconds apart by the keyboard's clock: the same article again is one more piece, no double read.
        station.clock = getattr(station, "clock", 0) + 3
        station.scanned = station.scan(code, russian=russian, after_s=station.clock)
        shown = code.replace("\x1d", "␝")
        station.page.wait_for_selector(f'[data-band="code"]:text-is("{shown}")')
        station.page.wait_for_selector(f'#band[data-outcome="{outcome}"]')


def written(page, count):
    """Until so many scans stand in the page's notebook, which is a moment after they are heard."""
    page.wait_for_selector(f"#offline:has-text(': {count}.')")


def kept(page, path):
    """Until the worker holds the page and everything that it loads."""
    found = """async path => {
      const names = await caches.keys();
      const found = await Promise.all(names.map(async name => (await caches.open(name)).match(path)));
      return found.some(Boolean) && Boolean((await navigator.serviceWorker.ready).active);
    }"""
    waits_for(lambda: page.evaluate(found, path))


def waits_for(check, seconds=60):
    """Until the server has done what the page has sent."""
    for _attempt in range(20 * seconds):
        if check():
            return
        sleep(0.05)
    raise AssertionError("it did not come")


def test_a_wave_is_picked_on_a_phone_and_packed_on_a_tablet(page, shift):
    first, second = ordered(shift, [("mug", 1)], [("mug", 1), ("fork", 2)])
    picker = at(page, f"/floor/pick/{shift.wave.pk}/", PHONE)
    assert page.locator("#work .address").first.inner_text() == "A-01-01"
    scans(picker, "a-01-01", "INT-mug", "INT-mug")
    scans(picker, "INT-mug", outcome="already")
    scans(picker, "B-02-02", "INT-fork", "INT-fork")
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 7))
    with shift.scope():
        assert sorted(Unit.objects.values_list("state", flat=True)) == ["picked"] * 4
        assert set(Scan.objects.values_list("person_id", "warehouse_id", "wave_id")) == {
            (shift.person.pk, shift.warehouse.pk, shift.wave.pk)
        }

    packer = at(page, "/floor/pack/")
    # The wave is sorted, so that an equal piece of another order must not do: the place is asked for.
    scans(packer, "INT-mug", outcome="wrong")
    scans(packer, "BO-SLOT-1", "INT-mug")
    waits_for(lambda: in_scope(shift, lambda: PrintItem.objects.filter(state="sent").count() == 1))
    scans(packer, f"S-{second.external_number}", outcome="wrong")  # a foreign sticker
    scans(packer, f"S-{first.external_number}")
    scans(packer, "BO-SLOT-2", "INT-fork", "INT-mug")
    scans(packer, "INT-mug", outcome="already")
    scans(packer, "INT-fork")
    stickers = PrintItem.objects.values_list("label__order__external_number", "state")
    printed = {first.external_number: "confirmed", second.external_number: "sent"}
    waits_for(lambda: in_scope(shift, lambda: dict(stickers.all()) == printed))
    with shift.scope():
        assert set(Order.objects.values_list("state", flat=True)) == {State.PACKED}
        assert proof.differences() == []


def test_a_marking_code_is_taken_in_russian_layout_and_once(page, shift):
    with shift.scope():
        shoe = shift.sku("shoe", pieces=5)
        shoe.barcodes.create(merchant=shift.merchant, value="4607112345673", kind="ean13")
        shift.orders = [shift.order(("shoe", 1)), shift.order(("shoe", 1))]
        for order in shift.orders:
            order.lines.update(marks=["sgtin"])
        wave.release(
            warehouse_id=shift.warehouse.pk,
            order_ids=[order.pk for order in shift.orders],
            now=timezone.now(),
            person_id=shift.person.pk,
        )
    packer = at(page, "/floor/pack/")
    scans(packer, "4607112345673", outcome="wrong")
    scans(packer, MARK, russian=True)
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 2))
    with shift.scope():
        assert list(UnitMark.objects.values_list("value", flat=True)) == [MARK]
    scans(packer, MARK.replace("abcDEF", "xyzDEF"))
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 3))
    with shift.scope():
        assert set(Order.objects.values_list("state", flat=True)) == {State.PACKED}


def test_ten_minutes_without_network_lose_nothing_and_print_nothing_cancelled(page, context, shift):
    keep, drop = ordered(shift, [("mug", 1)], [("fork", 1)])
    picker = at(page, f"/floor/pick/{shift.wave.pk}/", PHONE)
    context.set_offline(True)
    scans(picker, "A-01-01", "INT-mug")
    assert page.locator("#work .address").first.inner_text() == "B-02-02"  # the page leads on by itself
    scans(picker, "INT-mug", outcome="already")
    scans(picker, "A-01-01", outcome="wrong")
    scans(picker, "INT-fork")
    written(page, 5)
    with shift.scope():
        assert Scan.objects.count() == 0
    page.close()  # the tab is closed; what was scanned is in its notebook
    cancel(shift, drop)
    context.set_offline(False)
    page = context.new_page()
    picker = at(page, f"/floor/pick/{shift.wave.pk}/", PHONE)
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 5))
    with shift.scope():
        answers = list(Scan.objects.order_by("pk").values_list("code", "outcome"))
        assert answers[1] == ("INT-mug", "accepted")
        assert answers[4] == ("INT-fork", "stop")  # return it to its cell
        assert dict(Unit.objects.values_list("order_id", "state")) == {keep.pk: "picked", drop.pk: "wanted"}
        assert proof.differences() == []
    page.close()


def test_boxes_packed_without_network_get_stickers_later_and_a_cancelled_one_never(page, context, shift):
    keep, drop = ordered(shift, [("mug", 1)], [("fork", 1)])
    packer = at(page, "/floor/pack/")
    context.set_offline(True)
    scans(packer, "INT-mug", "INT-fork")
    assert "Заказ" in page.locator('[data-band="text"]').inner_text()
    cancel(shift, drop)
    context.set_offline(False)
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 2))
    page.wait_for_selector('#band[data-outcome="stop"]')
    waits_for(lambda: in_scope(shift, lambda: PrintItem.objects.filter(state="sent").count() == 1))
    with shift.scope():
        states = dict(Order.objects.values_list("pk", "state"))
        assert states == {keep.pk: State.PACKED, drop.pk: State.CANCELLED}
        assert list(PrintItem.objects.values_list("label__order_id", flat=True)) == [keep.pk]
        assert PutBack.objects.count() == 0  # nothing of it had been picked by scan: the piece never left its cell
        assert proof.differences() == []


def test_an_order_that_the_page_does_not_know_gets_its_own_pieces(page, shift, monkeypatch):
    """Of very many orders a page knows the most urgent ones; the one on the table may be another."""
    monkeypatch.setattr(packing, "_KNOWN_ORDERS", 1)
    urgent, other = ordered(shift, [("mug", 1)], [("mug", 1), ("fork", 1)], mode=WaveMode.SINGLE)
    packer = at(page, "/floor/pack/")
    page.wait_for_selector('html[data-queue-idle="1"]')
    page.route("**/pack/known/", lambda route: route.abort())  # what it asks for now comes after the next scan
    scans(packer, other.external_number, "INT-mug", "INT-fork")
    waits_for(lambda: in_scope(shift, lambda: Order.objects.get(pk=other.pk).state == State.PACKED))
    with shift.scope():
        assert Order.objects.get(pk=urgent.pk).state == State.CONFIRMED
        assert set(Scan.objects.values_list("order_id", flat=True)) == {other.pk}


def in_scope(trade, check):
    with trade.scope():
        return check()


def test_two_people_share_a_wave_and_the_lead_sees_them(page, context, browser, live_server, shift):
    ordered(shift, [("mug", 1)], [("fork", 1)])
    colleague = make.person(role=Role.PICKER, merchant=shift.merchant, full_name="Борис Коллега")
    other = browser.new_context(base_url=live_server.url, locale="ru-RU", viewport=PHONE)
    cookie = make.client(colleague).cookies["sessionid"].value
    other.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    picker = at(page, f"/floor/pick/{shift.wave.pk}/", PHONE)
    second = at(other.new_page(), f"/floor/pick/{shift.wave.pk}/", PHONE)
    cells = [station.page.locator("#work .address").first.inner_text() for station in (picker, second)]
    assert sorted(cells) == ["A-01-01", "B-02-02"]
    scans(picker, "INT-mug" if cells[0] == "A-01-01" else "INT-fork")
    scans(second, "INT-fork" if cells[0] == "A-01-01" else "INT-mug")
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() == 2))
    page.goto("/floor/board/")
    page.wait_for_selector("text=Борис Коллега")
    other.close()
    with shift.scope():
        assert set(PickTask.objects.values_list("state", flat=True)) == {"done"}
        assert Wave.objects.get().state == "released"


SCREENS = {
    "waves": "/floor/waves/",
    "board": "/floor/board/",
    "people": "/floor/people/",
    "codes": "/floor/codes/",
    "pick": "/floor/pick/{wave}/",
    "pack": "/floor/pack/",
    "wall": "/floor/wall/",
    "put-back": "/floor/put-back/",
    "wave": "/floor/waves/{wave}/",
}


@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["tablet", "phone"])
def test_every_screen_is_accessible_and_fits(page, shift, size, request):
    ordered(shift, [("mug", 1)], [("mug", 1), ("fork", 2)])
    with shift.scope():
        shift.order(("mug", 2), ship_by=timezone.now() + timedelta(hours=2))
    packer = at(page, "/floor/pack/", size)
    scans(packer, "BO-SLOT-2", "INT-mug")
    page.set_viewport_size(size)
    found = {}
    for name, path in SCREENS.items():
        answer = page.goto(path.format(wave=shift.wave.pk))
        assert answer.status == 200, name
        if faults := serious(page):
            found[name] = faults
        assert fits(page), name
    assert found == {}, json.dumps(found, ensure_ascii=False, indent=1)


CAMERA = """
async ([bars, size]) => {
  const canvas = document.createElement("canvas");
  canvas.width = 640; canvas.height = 480;
  const context = canvas.getContext("2d");
  const draw = () => {
    context.fillStyle = "#fff"; context.fillRect(0, 0, 640, 480);
    context.fillStyle = "#000";
    const unit = 240 / size;
    for (const [x, y, width] of bars) context.fillRect(200 + x * unit, 120 + y * unit, width * unit, unit);
  };
  draw();
  setInterval(draw, 50);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
}
"""


def test_the_camera_is_a_second_scanner_that_keeps_gs(page, shift):
    packer = at(page, "/floor/pack/", PHONE)
    loaded = []
    page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1]))
    symbol = matrix(Kind.GS1_DATAMATRIX, WHOLE_MARK)
    page.evaluate(CAMERA, [symbol.runs, symbol.modules])
    assert "reader.js" not in loaded
    page.locator("[data-camera-open]").click()
    page.wait_for_selector(f'[data-band="code"]:text-is("{WHOLE_MARK.replace(chr(29), "␝")}")')
    assert "reader.js" in loaded
    assert "zxing_reader.wasm" in loaded
    page.locator("[data-camera-close]").click()
    assert page.locator("#camera").is_hidden()
    waits_for(lambda: in_scope(shift, lambda: Scan.objects.count() >= 1))
    with shift.scope():
        assert Scan.objects.order_by("pk").first().code == WHOLE_MARK
    assert packer.page is page


def test_a_table_is_opened_by_badge_and_locked(page, context, shift):
    with shift.scope():
        given = badge.give(person=shift.person, by=shift.person, now=timezone.now())
    context.clear_cookies()
    page.set_viewport_size(PHONE)
    page.goto("/floor/station/?next=/floor/pick/")
    page.wait_for_selector("#code:focus")
    page.keyboard.type(given.code)
    page.keyboard.press("Enter")
    page.wait_for_selector("#pin:focus")
    assert serious(page) == []
    page.keyboard.type(given.pin)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/floor/pick/" in url and "next=" not in url)
    page.locator("[data-lock-form] button").click()
    page.wait_for_url("**/floor/station/**")
    page.goto("/floor/pack/")
    assert "/account/login/" in page.url
