"""The working day in a real browser: sign in, release, pick, pack, stop, hand over, search, connect a channel."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page

from floor.models import PutBack, Wave
from labels.models import LabelFile, PrintItem
from labels.services.order_label import store_label
from marketplaces import registry
from marketplaces.models import Credential
from marketplaces.sync import demo, drain, lanes, pull, streams
from merchants.models import Merchant
from merchants.roles import Role
from merchants.scope import scope
from merchants.services.first_start import DEMO_NAME
from orders.models import Order, Unit
from orders.services import commit, remote
from orders.types import CommitState, State, StatusDraft
from shipping.models import Document, Handover
from tests import make
from tests.browser.accessible import serious
from tests.browser.scan_page import Station, accept
from tests.browser.test_style_page import FLOOR_RULES
from tests.flows.shop import sticker
from tests.ports import unused_port
from tests.sandbox.playing import CALM
from tests.trade import NOON, Trade, open_trade

pytestmark = pytest.mark.django_db(transaction=True)

FLOOR = {"rules": FLOOR_RULES}
SANDBOX_SPEED = 60.0


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    """The sandbox over HTTP, an hour of its time in a minute of ours; buyers have no whims, parcels never arrive."""
    port = str(unused_port())
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "asgi", "--host", "127.0.0.1", "--port", port),
            *("--workers", "1", "--no-ws", "--log-level", "error", "sandbox.app:app"),
        ],
        env={"PATH": "/usr/bin:/bin", "SANDBOX_SPEED": str(SANDBOX_SPEED), "SANDBOX_ORDERS_PER_MINUTE": "0"},
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _until(lambda: _answers(url), "the sandbox answers")
        httpx.post(f"{url}/admin/tempo", json={**CALM, "delivered": 1e9, "confirm_within": 1e9}).raise_for_status()
        yield url
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=20).status_code == 200
    except httpx.HTTPError:
        return False


def _until(true: Any, what: str, *, seconds: float = 120) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not in {seconds:.0f} s: {what}")


def sign_in(context: BrowserContext, live_server: Any, merchant: Merchant, role: Role) -> None:
    client = make.client(role=role, merchant=merchant)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])


@pytest.fixture
def trade(live_server: Any) -> Trade:
    """Two mugs ordered together and a fork alone; the scope is not left open."""
    opened = open_trade()
    with opened.scope():
        opened.sku("mug", pieces=5)
        opened.sku("fork", pieces=5)
    return opened


@pytest.fixture
def lead(page: Page, context: BrowserContext, live_server: Any, trade: Trade) -> Page:
    sign_in(context, live_server, trade.merchant, Role.LEAD)
    page.add_init_script("window.print = () => {}")
    return page


def station(page: Page) -> Station:
    page.wait_for_selector("html[data-station=ready]")
    return Station(page=page, origin="", answer=accept)


def released(lead: Page, trade: Trade) -> Wave:
    """The lead releases what the board offers, by the button."""
    lead.goto("/floor/waves/")
    assert serious(lead) == []
    lead.locator("[data-key^='release-']").first.click()
    lead.wait_for_url(re.compile(r"/floor/waves/\d+/$"))
    assert serious(lead) == []
    return Wave.objects.get()


def test_signing_in_by_hand(page: Page, live_server: Any) -> None:
    merchant = make.merchant()
    person = make.person(role=Role.MANAGER, merchant=merchant)
    page.goto("/account/login/")
    assert serious(page) == []
    page.locator("[name=login]").fill(person.login)
    page.locator("[name=password]").fill("wrong")
    page.get_by_role("button", name="Войти").click()
    page.locator("[role=alert]").first.wait_for()
    page.locator("[name=login]").fill(person.login)
    page.locator("[name=password]").fill(make.PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.wait_for_url("**/today/")
    assert serious(page) == []


def test_wave_picked_and_packed_by_scanner_alone(lead: Page, trade: Trade) -> None:
    with trade.scope():
        pair = trade.order(("mug", 2))
    wave = released(lead, trade)
    with trade.scope():
        commit.answered(merchant_id=trade.merchant.pk, order_id=pair.pk, state=CommitState.DONE, text="", now=NOON)
        store_label(
            merchant_id=trade.merchant.pk,
            order_id=pair.pk,
            content=sticker("N-1"),
            content_type="application/pdf",
            now=NOON,
        )

    lead.goto(f"/floor/pick/{wave.pk}/")
    picker = station(lead)
    assert serious(lead, **FLOOR) == []
    assert lead.locator(".address").first.inner_text() == "A-01-01"
    picker.scan("INT-fork")
    picker.outcome_is("wrong")
    picker.scan("A-01-01", russian=True)
    picker.outcome_is("accepted")
    picker.scan("INT-mug", russian=True)
    lead.get_by_text("1 / 2").first.wait_for()
    picker.scan("INT-mug", after_s=5)
    lead.get_by_text("2 / 2").first.wait_for()
    picker.scan("INT-mug", after_s=10)
    picker.outcome_is("already")

    lead.goto("/floor/pack/")
    packer = station(lead)
    assert serious(lead, **FLOOR) == []
    packer.scan("INT-mug")
    lead.get_by_text("1 / 2").first.wait_for()
    packer.scan("INT-fork", after_s=5)
    packer.outcome_is("wrong")
    with lead.expect_response(re.compile(rf"/labels/order/{pair.pk}/sticker.pdf")) as printed:
        packer.scan("INT-mug", after_s=10)
    assert printed.value.status == 200
    packer.outcome_is("accepted")
    lead.locator(f"[data-parcel='{pair.pk}'][data-ready='1']").wait_for()
    with trade.scope():
        assert Order.objects.get().state == State.PACKED
        assert [item.label.order_id for item in PrintItem.objects.select_related("label")] == [pair.pk]


def test_order_cancelled_at_the_table_is_stopped_and_its_piece_goes_back(lead: Page, trade: Trade) -> None:
    with trade.scope():
        order = trade.order(("mug", 2))
    released(lead, trade)
    lead.goto("/floor/pack/")
    packer = station(lead)
    packer.scan("INT-mug")
    lead.get_by_text("1 / 2").first.wait_for()
    with trade.scope():
        # The page judges by itself; the piece is at the table once the server has said so, too.
        _until(lambda: Unit.objects.filter(state="packed").count() == 1, "the first piece is packed")
        remote.apply_statuses(
            merchant_id=trade.merchant.pk,
            channel_id=order.channel_id,
            statuses={order.external_number: StatusDraft(status="cancelled", state=State.CANCELLED)},
            now=NOON,
        )
    packer.scan("INT-mug", after_s=5)
    packer.outcome_is("stop")

    lead.goto("/floor/put-back/")
    back = station(lead)
    assert serious(lead, **FLOOR) == []
    back.scan("A-01-01")
    back.outcome_is("accepted")
    back.scan("INT-mug", after_s=5)
    lead.locator("#work", has_text="A-01-01").wait_for(state="attached")
    with trade.scope():
        _until(lambda: PutBack.objects.filter(state="done").count() == 1, "the piece is back")
        assert trade.row("mug") == (5, 0)


def test_an_order_is_found_by_its_last_digits_and_tells_its_story(lead: Page, trade: Trade) -> None:
    with trade.scope():
        trade.order(("mug", 1), number="0123-4567-1")
        trade.order(("fork", 1), number="9999-0000-2")
        trade.order(("fork", 1), number="8888-0000-2")
    lead.goto("/orders/")
    assert serious(lead) == []
    search = lead.locator("#top-search")
    search.fill("0000-2")
    search.press("Enter")
    lead.wait_for_url("**/search/?q=0000-2")
    assert sorted(lead.locator("table.sheet th").all_inner_texts()) == ["8888-0000-2", "9999-0000-2"]
    lead.get_by_role("link", name="Все").click()
    lead.wait_for_url("**/orders/?q=0000-2")
    assert lead.locator("table.sheet tbody tr").count() == 2

    search.fill("4567-1")  # nothing else has it, so that it is opened at once
    search.press("Enter")
    lead.wait_for_url(re.compile(r"/orders/\d+/$"))
    lead.get_by_role("heading", name="0123-4567-1").wait_for()
    lead.get_by_text("Получен").first.wait_for()
    assert serious(lead) == []


def test_a_channel_is_connected_only_with_a_key_that_works(
    page: Page, context: BrowserContext, live_server: Any, sandbox: str
) -> None:
    merchant = make.merchant()
    make.legal_entity(merchant)
    sign_in(context, live_server, merchant, Role.OWNER)
    keys = next(
        row for row in httpx.get(f"{sandbox}/admin/accounts", timeout=60).json()["accounts"] if row["seller"] == "demo"
    )
    tokens = keys["wildberries"]
    page.goto("/sync/channels/connect/wildberries/")
    assert serious(page) == []

    def connect(token: str) -> None:
        page.locator("[name=key_token]").fill(token)
        page.locator("[name=base_url]").fill(f"{sandbox}/wildberries")
        with page.expect_navigation():
            page.locator("form[method=post] button[type=submit].btn-primary").click()

    connect("no.such.token")
    assert page.locator("[name=key_token]").get_attribute("aria-invalid") == "true"
    assert serious(page) == []
    connect(tokens["other_tokens"]["without_marketplace"])
    missing = page.locator("section[aria-labelledby=permissions-head]")
    missing.wait_for()
    assert "нельзя" in missing.inner_text()
    assert serious(page) == []
    with scope([merchant.pk]):
        assert Credential.objects.count() == 0
    connect(tokens["token"])
    page.wait_for_url(re.compile(r"/sync/channels/\d+/$"))
    assert serious(page) == []
    with scope([merchant.pk]):
        assert tokens["token"] not in page.content()
        assert tokens["token"].encode() not in bytes(Credential.objects.get().sealed)


class Cabinets:
    """The demonstration on the sandbox, its machinery turned by hand."""

    def __init__(self, merchant: Merchant) -> None:
        self.merchant = merchant
        with scope([merchant.pk]):
            self.channels = [row.channel_id for row in Credential.objects.all()]

    def turn(self) -> None:
        """Every channel is read and drained once."""
        for channel in self.channels:
            pull.run(merchant_id=self.merchant.pk, channel_id=channel, stream="orders", kinds=streams.STREAMS)
            for lane in ("stock", "commands"):
                drain.run(merchant_id=self.merchant.pk, channel_id=channel, lane=lane, steps=lanes.STEPS)

    def until(self, true: Any, what: str) -> None:
        def turned() -> bool:
            self.turn()
            with scope([self.merchant.pk]):
                return bool(true())

        _until(turned, what)


def test_handovers_of_both_marketplaces_are_closed_with_their_papers(
    page: Page,
    context: BrowserContext,
    live_server: Any,
    sandbox: str,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SANDBOX_URL, settings.SANDBOX_SPEED = sandbox, SANDBOX_SPEED
    # Ozon takes 45 s for a sticker; its minutes are seconds here.
    monkeypatch.setattr(registry.adapter_class("ozon"), "label_delay_s", 45 / SANDBOX_SPEED)
    merchant = make.merchant(name=DEMO_NAME)
    make.legal_entity(merchant)
    demo.stand_up(now=_now())
    cabinets = Cabinets(merchant)
    article = _sold_on_both(sandbox)

    def ordered() -> bool:
        cabinets.turn()
        wanted = {"items": [{"article": article}], "marketplaces": ["ozon", "wildberries"]}
        sold = httpx.post(f"{sandbox}/admin/orders", json=wanted, timeout=60)
        return sold.status_code == 200

    cabinets.turn()
    _until(ordered, "stock has arrived, so that it can be bought")
    cabinets.until(lambda: Order.objects.count() == 2, "both orders are here")
    sign_in(context, live_server, merchant, Role.OWNER)
    page.add_init_script("window.print = () => {}")
    page.goto("/floor/waves/")
    for _ in range(page.locator("[data-key^='release-']").count()):
        page.locator("[data-key^='release-']").first.click()
        page.wait_for_url(re.compile(r"/floor/waves/\d+/$"))
        page.goto("/floor/waves/")
    cabinets.until(lambda: Order.objects.filter(commit_state="done").count() == 2, "the marketplaces were told")
    code = _barcode(merchant, article)
    page.goto("/floor/pack/")
    packer = station(page)
    for number in range(2):
        packer.scan(code, after_s=5.0 * number)
        page.locator("[data-parcel]").nth(number).wait_for()
    # A parcel whose sticker has not come holds its handover.
    cabinets.until(lambda: LabelFile.objects.filter(state="ready").count() == 2, "both stickers have come")
    # The page judges by itself; an order is packed once the server has said so, too.
    cabinets.until(lambda: Order.objects.filter(state="packed").count() == 2, "both are packed")
    with scope([merchant.pk]):
        gathered = list(Handover.objects.order_by("pk").values_list("pk", "channel_warehouse__channel__marketplace"))
    assert {marketplace for _pk, marketplace in gathered} == {"ozon", "wildberries"}

    for pk, marketplace in gathered:
        page.goto(f"/shipping/{pk}/")
        assert serious(page) == []
        if marketplace == "wildberries":
            page.locator("#id_shipping_point option").first.wait_for(state="attached")
            page.locator("#id_shipping_point").select_option(index=0)
            page.locator("#id_containers").fill("1")
            assert serious(page) == []
        page.get_by_role("button", name="Закрыть", exact=True).first.click()
        with page.expect_navigation():
            page.locator("#window [data-confirm-yes]").click()
        cabinets.until(lambda pk=pk: Handover.objects.get(pk=pk).state == "closed", f"{marketplace} has closed it")
        papers = Document.objects.filter(handover=pk)
        wanted = 2 if marketplace == "wildberries" else 1
        cabinets.until(lambda papers=papers, wanted=wanted: papers.count() >= wanted, f"papers of {marketplace}")
        if marketplace == "wildberries":
            with scope([merchant.pk]):
                assert sorted(papers.values_list("kind", flat=True)) == ["barcode", "container_labels"]
        page.goto(f"/shipping/{pk}/")
        paper = page.locator("a[href*='/shipping/documents/']").first.get_attribute("href")
        assert page.request.get(str(paper)).status == 200
        assert serious(page) == []
    with scope([merchant.pk]):
        assert set(Order.objects.values_list("state", flat=True)) == {"handed_over"}


def _now() -> Any:
    from django.utils import timezone

    return timezone.now()


def _sold_on_both(sandbox: str) -> str:
    """An article without a marking code that both marketplaces sell."""
    goods = httpx.get(f"{sandbox}/admin/catalogue", timeout=60).json()["goods"]
    return str(next(good["article"] for good in goods if good.get("marking") != "required"))


def _barcode(merchant: Merchant, article: str) -> str:
    from catalog.models import Barcode

    with scope([merchant.pk]):
        return Barcode.objects.filter(sku__code=article)[0].value
