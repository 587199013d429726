"""Rubbish in every field of every form and in every address: a message or a refusal, never an error of ours."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from merchants.roles import EVERYBODY, Role
from merchants.selectors.access import mark_of
from tests import make
from tests.trade import open_trade
from tests.urls import Url, every_url, status

make.gather()

RUBBISH = {
    "empty": "",
    "zero_byte": "a\0b",
    "huge_number": "9" * 40,
    "negative": "-1",
    "long": "я" * 20_000,
    "markup": "<script>alert(1)</script>'\"%s{{7*7}}",
    "odd_text": "\u202e\ufeff😀\ud7ff",
    "fraction": "1e400",
}
PAGES = [
    url for url in every_url() if url.name != "None" and "get" in url.methods and not mark_of(url.view, "GET").public
]
WORDS = (
    "q",
    "page",
    "after",
    "before",
    "sort",
    "state",
    "role",
    "since",
    "until",
    "channel",
    "warehouse",
    "merchant",
    "version",
)


class Forms(HTMLParser):
    """Every posting form of a page: where it goes, and the names of its fields."""

    def __init__(self, here: str) -> None:
        super().__init__()
        self.here = here
        self.found: list[tuple[str, set[str]]] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.open = (given.get("method") or "").lower() == "post"
            if self.open:
                self.found.append((given.get("action") or self.here, set()))
        elif self.open and (name := given.get("name")) and name != "csrfmiddlewaretoken":
            self.found[-1][1].add(name)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = False


def address_of(url: Url, merchant: Any) -> str | None:
    known = make.FOREIGN.get(url.name)
    if url.parameters and known is None:
        return None
    return reverse(url.name, kwargs=known(merchant) if known and url.parameters else None)


def forms_of(browser: Client, address: str) -> Iterator[tuple[str, set[str]]]:
    page = browser.get(address)
    if status(page) == 200 and not page.streaming and "html" in page.get("Content-Type", ""):
        parser = Forms(address)
        parser.feed(page.content.decode())
        # Signing out in the middle would make the rest of the test empty.
        yield from ((action, names) for action, names in parser.found if "logout" not in action)


@pytest.mark.django_db
@pytest.mark.parametrize("url", PAGES, ids=lambda url: url.name)
def test_no_form_of_a_page_breaks_on_rubbish(url: Url) -> None:
    mine = open_trade().merchant
    owner = make.person(role=Role.OWNER, merchant=mine, is_administrator=True)
    browser = make.client(owner)
    if (address := address_of(url, mine)) is None:
        pytest.skip("no factory; another test fails for it")
    seen: set[tuple[str, frozenset[str]]] = set()
    for action, names in list(forms_of(browser, address)):
        if (action, frozenset(names)) in seen or (
            is_furniture(action) and mark_of(url.view, "GET").action not in EVERYBODY
        ):
            continue
        seen.add((action, frozenset(names)))
        for kind, value in RUBBISH.items():
            answer = browser.post(action, dict.fromkeys(names, value))
            assert status(answer) < 500, f"{action} with {kind} in {sorted(names)}: {answer.status_code}"
            browser.force_login(owner)


def is_furniture(action: str) -> bool:
    """The forms of the frame, on every page the same: tried once, on the account's own pages."""
    return action in {reverse("merchants:switch"), reverse("merchants:language"), reverse("workspace:view-save")}


@pytest.mark.django_db
@pytest.mark.parametrize("url", PAGES, ids=lambda url: url.name)
def test_no_address_breaks_on_rubbish_in_its_query(url: Url) -> None:
    mine = open_trade().merchant
    browser = make.client(make.person(role=Role.OWNER, merchant=mine, is_administrator=True))
    if (address := address_of(url, mine)) is None:
        pytest.skip("no factory; another test fails for it")
    for kind, value in RUBBISH.items():
        if kind == "long":
            value = value[:1000]
        answer = browser.get(address, dict.fromkeys(WORDS, value))
        assert status(answer) < 500, f"{address} with {kind}: {answer.status_code}"
