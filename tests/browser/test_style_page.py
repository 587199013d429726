"""Every part of the design system on the live application: accessible in both themes and sizes, alive, light."""

import gzip

import pytest

from merchants.roles import Role
from tests import make
from tests.browser.accessible import fits, serious

pytestmark = pytest.mark.django_db(transaction=True)

SIZES = {"desk": {"width": 1366, "height": 768}, "phone": {"width": 390, "height": 844}}
FLOOR_RULES = {"color-contrast-enhanced": {"enabled": True}}


@pytest.fixture
def signed_in(page, context, live_server):
    """The page of an administrator who also owns a merchant."""
    merchant = make.merchant()
    client = make.client(make.person(role=Role.OWNER, merchant=merchant, is_administrator=True))
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
    return page


def test_the_check_sees_what_is_not_accessible(page):
    page.set_content("<main><h1>Boxes</h1><img src='box.png'><a href='/'>All</a></main>")
    assert sorted(rule for rule, _html in serious(page)) == ["document-title", "html-has-lang", "image-alt"]
    assert serious(page, runOnly=["image-alt"]) == [("image-alt", '<img src="box.png">')]


def test_a_frame_that_was_in_order_is_left_out_until_it_changes(page):
    shown = "<html lang=ru><title>Boxes</title><main><h1>Boxes</h1></main>{}"
    page.set_content(shown.format("<nav class=side><a href='/'>All</a></nav>"))
    assert serious(page) == []
    page.set_content(shown.format("<nav class=side><a href='/'>All</a><a href='/box/'></a></nav>"))
    assert [rule for rule, _html in serious(page)] == ["link-name"]
    assert [rule for rule, _html in serious(page)] == ["link-name"]
    page.set_content(shown.format("<nav class=side><a href='/'>All</a></nav><img src='box.png'>"))
    assert [rule for rule, _html in serious(page)] == ["image-alt"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_parts_are_accessible_and_fit_the_screen(signed_in, context, live_server, theme):
    context.add_cookies([{"name": "theme", "value": theme, "url": live_server.url}])
    for path, options in (("/style/", {}), ("/style/floor/", {"rules": FLOOR_RULES})):
        assert signed_in.goto(path).status == 200
        assert signed_in.locator("html").get_attribute("data-bs-theme") == theme
        assert serious(signed_in, **options) == []
        for size in SIZES.values():
            signed_in.set_viewport_size(size)
            assert fits(signed_in)


def test_office_page_is_light(signed_in):
    """Page weight: at most 200 kB as sent by a server that compresses; here the raw files, gzipped one by one."""
    bodies = []
    signed_in.on("response", lambda answer: bodies.append(answer))
    signed_in.goto("/style/", wait_until="networkidle")
    weight = sum(len(gzip.compress(answer.body())) for answer in bodies if answer.ok and answer.status != 204)
    assert weight < 200_000
    bodies.clear()
    signed_in.goto("/style/floor/", wait_until="networkidle")
    floor = sum(len(gzip.compress(answer.body())) for answer in bodies if answer.ok)
    assert floor < 60_000


def test_the_chosen_theme_stays(signed_in):
    signed_in.goto("/style/")
    signed_in.locator(".top-right details summary").last.click()
    signed_in.locator('[data-theme-set="dark"]').click()
    assert signed_in.locator("html").get_attribute("data-bs-theme") == "dark"
    signed_in.reload()
    assert signed_in.locator("html").get_attribute("data-bs-theme") == "dark"


def test_a_dangerous_form_is_sent_only_after_yes(signed_in):
    signed_in.goto("/style/?page=2")
    button = signed_in.locator("form[data-confirm] button")
    button.click()
    signed_in.keyboard.press("Escape")
    assert "page=2" in signed_in.url
    button.click()
    with signed_in.expect_navigation():
        signed_in.locator("#window [data-confirm-yes]").click()
    assert "page=2" not in signed_in.url


def test_chosen_rows_are_counted_and_shift_chooses_a_run(signed_in):
    signed_in.goto("/style/")
    bar = signed_in.locator("[data-bulk]")
    assert bar.is_hidden()
    rows = signed_in.locator("[data-select-row]")
    rows.nth(1).click()
    rows.nth(4).click(modifiers=["Shift"])
    assert "4" in bar.locator("[data-bulk-count]").inner_text()
    signed_in.locator("[data-select-all]").click()
    assert "25" in bar.locator("[data-bulk-count]").inner_text()


def test_ticks_of_a_filter_apply_together_when_the_menu_is_closed(signed_in):
    signed_in.goto("/style/?q=7")
    summary = signed_in.locator("[data-choices] summary")
    summary.click()
    signed_in.locator("[data-choices] input").nth(0).check()
    signed_in.locator("[data-choices] input").nth(2).check()
    assert signed_in.url.endswith("?q=7")
    with signed_in.expect_navigation():
        signed_in.keyboard.press("Escape")
    assert signed_in.url.endswith("?q=7&state=new&state=picking")
    assert "," in summary.inner_text()


def test_a_page_in_a_window_and_the_search_key(signed_in):
    signed_in.goto("/style/")
    signed_in.evaluate(
        "document.querySelector('.page-actions').insertAdjacentHTML('beforeend', '<a id=w data-window href=/w/>w</a>')"
    )
    body = (
        "<main data-window-content><form method=post><button>Go</button><a href=/x/ data-close>Back</a></form></main>"
    )
    signed_in.route("**/w/", lambda route: route.fulfill(body=body, content_type="text/html"))
    signed_in.locator("#w").click()
    signed_in.wait_for_selector("dialog[open] button")
    signed_in.locator("dialog [data-close]").click()
    signed_in.wait_for_selector("dialog", state="hidden")
    assert signed_in.url.endswith("/style/")


def test_a_live_part_follows_the_server_and_keeps_the_focus(signed_in):
    asked = []

    def answer(route):
        asked.append(route.request.url)
        version = f"v{min(len(asked), 2)}"
        if f"version={version}" in route.request.url:
            route.fulfill(status=204)
        else:
            html = f'<button id="b">{version}</button><details id="d"><summary>s</summary>x</details>'
            route.fulfill(body=html, content_type="text/html", headers={"X-Live-Version": version})

    signed_in.route("**/live-part/**", answer)
    signed_in.goto("/style/")
    signed_in.evaluate(
        "document.querySelector('.page-actions').innerHTML = "
        '\'<div id=part data-live-url="/live-part/?q=1" data-live-version="v0"></div>\''
    )
    signed_in.wait_for_selector("#b:has-text('v1')")
    signed_in.locator("#b").focus()
    signed_in.evaluate("document.getElementById('d').open = true")
    signed_in.wait_for_selector("#b:has-text('v2')")
    assert signed_in.evaluate("document.activeElement.id") == "b"
    assert signed_in.evaluate("document.getElementById('d').open")
    assert all("q=1" in url for url in asked)
