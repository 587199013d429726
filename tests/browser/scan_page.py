"""A scan page by itself: the floor's base template and scripts in a real browser, a server made of one function."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.conftest import PATIENCE_MS

STATIC = Path(__file__).resolve().parents[2] / "backoffice" / "static"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
RUSSIAN = dict(zip("qwertyuiop[]asdfghjkl;'zxcvbnm,./", "йцукенгшщзхъфывапролджэячсмитьбю.", strict=True))
SIGNS = {"-": "Minus", "=": "Equal", "[": "BracketLeft", "]": "BracketRight", "/": "Slash", ".": "Period", " ": "Space"}
SHIFTED = {"+": "=", "*": "8", "!": "1", "(": "9", ")": "0", "&": "7", "?": "/", "%": "5", "_": "-"}
ENTER = {"code": "Enter", "key": "Enter", "windowsVirtualKeyCode": 13}
TAB = {"code": "Tab", "key": "Tab", "windowsVirtualKeyCode": 9}
POLICY = "default-src 'self'; img-src 'self' data:; frame-src 'self' blob:; object-src 'none'"


@dataclass
class Station:
    """The page, and what its server was asked.  `answer` may be replaced; `connected` cuts the network for scans."""

    page: Page
    origin: str
    answer: Callable[[dict[str, Any]], tuple[int, dict[str, Any]]]
    asked: list[dict[str, Any]] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    connected: bool = True

    @property
    def codes(self) -> list[str]:
        return [scan["code"] for scan in self.asked]

    def wait_for_scans(self, count: int) -> None:
        self.wait_for(lambda: len(self.asked) >= count)

    def wait_for(self, check: Callable[[], object]) -> None:
        for _attempt in range(PATIENCE_MS // 25):
            if check():
                return
            self.page.wait_for_timeout(25)
        raise AssertionError(f"it did not come; scans that came: {self.codes}")

    def outcome_is(self, outcome: str) -> None:
        self.page.wait_for_selector(f'#band[data-outcome="{outcome}"]')
        assert self.page.locator("body").get_attribute("data-outcome") == outcome

    def scan(
        self,
        text: str,
        *,
        russian: bool = False,
        suffix: str = "Enter",
        gap_s: float = 0.01,
        after_s: float = 0.0,
        since: float | None = None,
    ) -> float:
        """
        Type as a scanner does: by keys of the US layout, whatever the layout of the computer writes.

        since: the moment from which `after_s` counts; else now, which may be long after the last scan.
        Returns the moment of the last key, by the clock of the keyboard.
        """
        began = (self.now() if since is None else since) + after_s
        return self.press([*typed(text, russian=russian), ENTER if suffix == "Enter" else TAB], began, gap_s=gap_s)

    def now(self) -> float:
        """By the clock of the keyboard, in seconds."""
        return float(self.page.evaluate("(performance.timeOrigin + performance.now()) / 1000"))

    def press(self, keys: Iterable[dict[str, Any]], at: float, *, gap_s: float = 0.01) -> float:
        """Keys so far apart by the clock of the keyboard, however slow the machine; returns the moment of the last."""
        session = self.page.context.new_cdp_session(self.page)
        for key in keys:
            at += gap_s
            kind = "keyDown" if "text" in key else "rawKeyDown"
            session.send("Input.dispatchKeyEvent", {"type": kind, "timestamp": at, **key})
            up = {name: value for name, value in key.items() if name != "text"}
            session.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": at, **up})
        session.detach()
        return float(at)


def typed(text: str, *, russian: bool = False) -> list[dict[str, Any]]:
    """The keys of a text, on a computer whose layout is Russian or US."""
    return [key for sign in text for key in _keys(sign, russian=russian)]


def _keys(sign: str, *, russian: bool) -> Iterator[dict[str, Any]]:
    if sign == "\x1d":
        yield {"code": "BracketRight", "key": "ъ" if russian else "]", "modifiers": 2}
        return
    base = SHIFTED.get(sign, sign.lower())
    shift = base != sign
    if base.isalpha():
        code = f"Key{base.upper()}"
    elif base.isdigit():
        code = f"Digit{base}"
    else:
        code = SIGNS[base]
    written = RUSSIAN.get(base, base) if russian else base
    written = (written.upper() if written.isalpha() else sign) if shift else written
    yield {"code": code, "key": written, "text": written, "modifiers": 8 if shift else 0}


def accept(scan: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    return 200, {"outcome": "accepted", "title": "Cup", "text": "Next"}


@contextmanager
def opened(
    context: BrowserContext, *, origin: str = "http://localhost", content: str = "", attributes: str = ""
) -> Iterator[Station]:
    """A station open at `origin`; nothing leaves the browser."""
    page = context.new_page()
    station = Station(page=page, origin=origin, answer=accept)
    person = {"pk": 7, "full_name": "Picker", "login": "picker"}
    html = str(render_to_string("floor_base.html", {"person": person}, RequestFactory().get("/")))
    html = html.replace(
        'data-outcome="idle" ', f'data-outcome="idle" data-scan-url="/scan/" data-queue="t" {attributes}', 1
    )
    html = html.replace('tabindex="-1"></main>', f'tabindex="-1">{content}</main>')
    page.route("**/*", lambda route: _serve(station, route, html))
    page.goto(f"{origin}/")
    page.wait_for_selector("html[data-station=ready]")
    yield station
    page.close()


def _serve(station: Station, route: Route, html: str) -> None:
    path = route.request.url.removeprefix(station.origin).split("?")[0]
    if path == "/scan/":
        _take(station, route)
    elif path.startswith("/static/"):
        file = STATIC / path.removeprefix("/static/")
        route.fulfill(body=file.read_bytes(), content_type=TYPES[file.suffix])
    elif path.endswith(".pdf"):
        station.printed.append(path)
        route.fulfill(body=b"%PDF-1.4", content_type="application/pdf")
    else:
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY})


def _take(station: Station, route: Route) -> None:
    if not station.connected:
        route.abort("internetdisconnected")
        return
    scan = json.loads(route.request.post_data or "{}")
    station.asked.append(scan)
    status, body = station.answer(scan)
    route.fulfill(status=status, json=body)
