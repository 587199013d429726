"""From a buyer's click at the marketplace to the order on a page that somebody has open: the whole embedded stack."""

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

import httpx

from bench import place
from bench.processes import log_of, running
from bench.row import Row, percentile, row
from bench.web import Browser, free_port

ROWS = ("order_visible_s",)
MARKETPLACES = ["ozon", "wildberries"]
ASKS_EVERY_S = 2.0  # a live part of a page asks so often (live.js)
OVER_POLL_S = 2.5
ORDERS = 30
START_DEADLINE_S = 300.0
PASSWORD = "only-for-the-bench-8"


def measure(quick: bool) -> list[Row]:
    """
    This function will place orders in the sandbox at moments of chance and watch the open list of orders.

    The page is asked as its script asks it: every two seconds, with the version it has.  `order_visible_s` is the worse
    of the marketplaces, each stands beside it.
    """
    wanted = 4 if quick else ORDERS
    with _stack() as (browser, sandbox):
        article = _wait_for_goods(sandbox)
        waited: dict[str, list[float]] = {code: [] for code in MARKETPLACES}
        chance = random.Random(2026)
        for _number in range(wanted):
            time.sleep(chance.uniform(0, ASKS_EVERY_S))
            for code, one in _one(browser, sandbox, article).items():
                waited[code].append(one)
    rows = []
    for code, seconds in waited.items():
        poll_s = _poll_s(code)
        rows.append(
            row(
                f"order_visible_s.{code}",
                percentile(seconds, 95),
                "s",
                budget=poll_s + OVER_POLL_S,
                size=len(seconds),
                needed=ORDERS,
                details=f"{len(seconds)} orders placed in the sandbox; it is asked every {poll_s:g} s, pages ask every "
                f"{ASKS_EVERY_S:g} s; p50 {percentile(seconds, 50):.1f}, slowest {max(seconds):.1f}",
            )
        )
    worst = max(rows, key=lambda figure: figure["value"] - figure["budget"])
    return [{**worst, "name": "order_visible_s", "details": "the worse of the marketplaces below"}, *rows]


def _poll_s(code: str) -> float:
    from marketplaces import registry

    return registry.adapter_class(code).poll.orders_s


@contextmanager
def _stack() -> Iterator[tuple[Browser, httpx.Client]]:
    """A fresh embedded stack, its first owner signed in, and its sandbox without buyers of its own."""
    folder = place.state().folder / "stack"
    shutil.rmtree(folder, ignore_errors=True)
    port = free_port()
    environment = {
        **os.environ,
        "STATE_DIR": str(folder),
        "PORT": str(port),
        "FIRST_OWNER_PASSWORD": PASSWORD,
        "SANDBOX_ORDERS_PER_MINUTE": "0",
    }
    try:
        with running("stack", [sys.executable, "-m", "embedded", "up"], environment) as process:
            _wait_until_ready(process, port)
            browser = Browser("127.0.0.1", port)
            browser.sign_in("owner", PASSWORD)
            # Asked of the state, a port that is taken, as this one is, would be chosen anew.
            address = f"http://127.0.0.1:{(folder / 'sandbox.port').read_text()}"
            with httpx.Client(base_url=address, timeout=30, trust_env=False) as sandbox:
                yield browser, sandbox
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            if Browser("127.0.0.1", port).get("/healthz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the stack does not start: {log_of('stack').read_text()[-2000:]}")


def _wait_for_goods(sandbox: httpx.Client) -> str:
    """The article of a good that both marketplaces have in stock, once the demonstration has published it."""
    goods = sandbox.get("/admin/catalogue", params={"limit": 500}).json()["goods"]
    both = [
        good["article"]
        for good in goods
        if set(MARKETPLACES) <= set(good["marketplaces"]) and good["marking"] != "required"
    ]
    end = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < end:
        for article in both:
            order = {"items": [{"article": article}], "marketplaces": MARKETPLACES}
            if sandbox.post("/admin/orders", json=order).status_code == 200:
                return str(article)
        time.sleep(1)
    raise RuntimeError("the demonstration published no stock")


def _one(browser: Browser, sandbox: httpx.Client, article: str) -> dict[str, float]:
    """Place one order on each marketplace at once; seconds until each stands on the open page."""
    version, _html = _ask(browser, "")
    began = perf_counter()
    order = {"items": [{"article": article}], "marketplaces": MARKETPLACES, "force": True}
    placed = sandbox.post("/admin/orders", json=order).raise_for_status()
    numbers = {code: str(own[0]) for code, own in placed.json().items()}
    seen: dict[str, float] = {}
    asked = began
    while len(seen) < len(numbers):
        asked += ASKS_EVERY_S
        time.sleep(max(0.0, asked - perf_counter()))
        version, html = _ask(browser, version)
        for code, number in numbers.items():
            if code not in seen and number in html:
                seen[code] = perf_counter() - began
        if perf_counter() - began > 60:
            raise RuntimeError(f"orders {numbers} do not appear: {sorted(seen)}")
    return seen


def _ask(browser: Browser, version: str) -> tuple[str, str]:
    """The open list, as its page asks for it: (version, new inside or nothing)."""
    status, headers, body = browser.get(f"/orders/inside/?version={version}")
    if status == 204:
        return version, ""
    if status != 200:
        raise RuntimeError(f"the list of orders answers {status}")
    return headers.get("X-Live-Version", ""), body.decode()
