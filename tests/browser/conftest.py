"""A page of a real browser, against the application on a real port."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize

from tests.browser.chromium import launched

# Playwright keeps an event loop in this thread, which makes Django refuse the database that tests fill beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

TABLET: ViewportSize = {"width": 1280, "height": 800}
PATIENCE_MS = 60_000  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with launched() as running:
        yield running


@pytest.fixture
def context(browser: Browser, live_server) -> Iterator[BrowserContext]:
    """A visitor with empty cookies, in Russian, on a tablet; `base_url` is the application's."""
    made = browser.new_context(base_url=live_server.url, locale="ru-RU", viewport=TABLET)
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose script errors and breaches of the content policy fail the test."""
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            wrong.append(message.text)

    opened.on("console", listen)
    yield opened
    assert wrong == []
