"""From the scanner's Enter to the colour on the screen: the packing page in a real browser, over a million orders."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client

from bench import trading
from bench.row import Row, percentile, row
from bench.trade_rows.ids import EVERYBODY, TINY, WAREHOUSE
from bench.web import Web, serving
from merchants.models import Person
from merchants.scope import scope

ROWS = ("feedback_ms",)
DATABASE = "trade"
BUDGET_MS = 100
ORDERS = 1_000_000
EVERY = [*range(1, TINY)]
SCANS, SCANS_QUICK = 200, 12
SLOWEST_MS = 20_000
# Enter is stamped before the page's own listeners, which keep it to themselves; the answer counts when it has been
# painted, and "asking the server" is no answer.
STAMP = (
    'addEventListener("keydown", (event) => { if (event.code === "Enter") window.entered = performance.now(); }, true)'
)
WATCH = """
() => {
  window.feedback = [];
  const band = document.getElementById("band");
  new MutationObserver(() => {
    const outcome = band.dataset.outcome;
    if (!window.entered || outcome === "pending" || outcome === "idle") return;
    const began = window.entered;
    window.entered = 0;
    requestAnimationFrame(() => setTimeout(() => {
      feedback.push([outcome, performance.now() - began]);
      document.documentElement.dataset.feedback = feedback.length;
    }));
  }).observe(band, { attributes: true, attributeFilter: ["data-outcome"] });
}
"""


def measure(quick: bool) -> list[Row]:
    """This function will pack orders by typed scans and time each one's colour in the page itself."""
    from tests.browser.chromium import launched
    from tests.browser.scan_page import Station

    wanted = SCANS_QUICK if quick else SCANS
    with scope(EVERY), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_order")
        size = int(cursor.fetchone()[0])
    codes, session = _codes(wanted), _session()  # beside a running browser the database may not be asked
    with serving() as web, launched() as browser, _at_the_table(browser, web, session) as page:
        scanner = Station(page=page, origin="", answer=lambda scan: (200, {}))
        for count, code in enumerate(codes, start=1):
            scanner.scan(code)
            page.wait_for_selector(f'html[data-feedback="{count}"]', timeout=SLOWEST_MS)
            page.wait_for_selector('html[data-queue-idle="1"]', timeout=SLOWEST_MS)
        told = page.evaluate("feedback")
    ms = [one for outcome, one in told if outcome == "accepted"]
    refused = [one for outcome, one in told if outcome != "accepted"]
    said = ", ".join(f"{n} {outcome}" for outcome, n in sorted(Counter(o for o, _ in told).items()))
    return [
        row(
            "feedback_ms",
            percentile(ms, 95),
            "ms",
            budget=BUDGET_MS,
            size=size,
            needed=ORDERS if len(ms) >= 0.9 * SCANS else size + 1,
            details=f"{len(told)} scans typed at the packing table ({said}), the accepted ones from Enter down to the "
            f"colour painted, by the page's own clock; p50 {percentile(ms, 50):.0f}, slowest {max(ms):.0f}"
            + (f"; the slowest other {max(refused):.0f}" if refused else ""),
        )
    ]


def _codes(wanted: int) -> list[str]:
    """Order numbers and the codes of their pieces; no code twice in a row, which would be a double read."""
    codes: list[str] = []
    while len(codes) < wanted:
        ids = trading.take_in(merchant_id=1, channel_id=1, warehouse="W-1", orders=max(wanted // 3, 4))
        wave = trading.release(EVERY, ids)
        for order_id, own in wave.orders.items():
            if len(set(own)) == len(own) and not (codes and codes[-1] == own[0]):
                codes += [wave.numbers[order_id], *own]
    return codes[:wanted]


def _session() -> str:
    """That of one who sees all merchants."""
    signed = Client(SERVER_NAME="127.0.0.1")
    signed.force_login(Person.objects.get(pk=EVERYBODY), backend="merchants.backends.PersonBackend")
    return str(signed.cookies["sessionid"].value)


@contextmanager
def _at_the_table(browser: Any, web: Web, session: str) -> Iterator[Any]:
    """The packing page once it knows the orders in work."""
    address = f"http://{web.host}:{web.port}"
    context = browser.new_context(base_url=address, locale="ru-RU", viewport={"width": 800, "height": 1280})
    cookies = {"sessionid": session, "floor_warehouse": str(WAREHOUSE)}
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
    context.add_init_script(STAMP)
    page = context.new_page()
    with page.expect_response("**/known/"):
        page.goto("/floor/pack/")
    page.wait_for_selector("html[data-station=ready]")
    page.evaluate(WATCH)
    yield page
    context.close()
