"""From the scanner's Enter to the colour on the screen: the packing page in a real browser, over a million orders."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client

from bench import trading
from bench.row import Row, percentile, row
from bench.trade_rows import EVERYBODY, TINY, WAREHOUSE
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
# Enter is stamped when the key goes down; the answer counts when it has been painted, "asking the server" is no answer.
WATCH = """
() => {
  window.feedback = [];
  let entered = 0;
  addEventListener("keydown", (event) => { if (event.code === "Enter") entered = event.timeStamp; }, true);
  const band = document.getElementById("band");
  new MutationObserver(() => {
    const outcome = band.dataset.outcome;
    if (!entered || outcome === "pending" || outcome === "idle") return;
    const began = entered;
    entered = 0;
    requestAnimationFrame(() => setTimeout(() => feedback.push([outcome, performance.now() - began])));
  }).observe(band, { attributes: true, attributeFilter: ["data-outcome"] });
}
"""


def measure(quick: bool) -> list[Row]:
    """This function will pack orders by typed scans and time each one's colour in the page itself."""
    from tests.browser.chromium import launched

    wanted = SCANS_QUICK if quick else SCANS
    with scope(EVERY), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_order")
        size = int(cursor.fetchone()[0])
    codes = _codes(wanted)
    with serving() as web, launched() as browser, _at_the_table(browser, web) as page:
        for count, code in enumerate(codes, start=1):
            page.keyboard.type(code)
            page.keyboard.press("Enter")
            page.wait_for_function("n => feedback.length >= n", arg=count, timeout=SLOWEST_MS)
            page.wait_for_selector('html[data-queue-idle="1"]', timeout=SLOWEST_MS)
        told = page.evaluate("feedback")
    ms = [one for _outcome, one in told]
    said = ", ".join(f"{n} {outcome}" for outcome, n in sorted(Counter(o for o, _ in told).items()))
    return [
        row(
            "feedback_ms",
            percentile(ms, 95),
            "ms",
            budget=BUDGET_MS,
            size=size,
            needed=ORDERS if len(ms) >= SCANS else size + 1,
            details=f"{len(ms)} scans typed at the packing table ({said}), Enter down → colour painted, by the page's "
            f"own clock; p50 {percentile(ms, 50):.0f}, slowest {max(ms):.0f}",
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


@contextmanager
def _at_the_table(browser: Any, web: Web) -> Iterator[Any]:
    """The packing page of one who sees all merchants, when it knows the orders in work."""
    signed = Client(SERVER_NAME=web.host)
    signed.force_login(Person.objects.get(pk=EVERYBODY), backend="merchants.backends.PersonBackend")
    address = f"http://{web.host}:{web.port}"
    context = browser.new_context(base_url=address, locale="ru-RU", viewport={"width": 800, "height": 1280})
    context.add_cookies(
        [
            {"name": "sessionid", "value": signed.cookies["sessionid"].value, "url": address},
            {"name": "floor_warehouse", "value": str(WAREHOUSE), "url": address},
        ]
    )
    page = context.new_page()
    with page.expect_response("**/known/"):
        page.goto("/floor/pack/")
    page.wait_for_selector("html[data-station=ready]")
    page.evaluate(WATCH)
    yield page
    context.close()
