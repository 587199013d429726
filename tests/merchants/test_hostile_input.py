"""
Rubbish in every field of every form and in every address.

What is certainly wrong is refused in Russian beside its field, or by a message where the form is one button of another
page; nothing is saved, what was typed still stands there, and no answer is an error of ours.  The forms are those that
a browser finds on the pages.  Every answer is judged, then rolled back.
"""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from marketplaces.errors import Unavailable
from tests.forms import Control, beside, parsed
from tests.merchants.desk import PAGES, Desk, Tried, address_of, at_work, forms_of
from tests.merchants.plausible import plausible
from tests.trade import Trade
from tests.urls import Url, status

LONG = "я" * 20_000
ODD = "\u202e\u200f\ufeff😀\ud7ff"
RUBBISH = {
    "empty": "",
    "zero_byte": "a\0b",
    "huge_number": "9" * 40,
    "negative": "-1",
    "long": LONG,
    "markup": "<script>alert(1)</script>'\"%s{{7*7}}",
    "odd_text": ODD,
    "fraction": "1e400",
}
# An address is a text: each of these is misread in a way of its own, the others are tried in forms.
IN_ADDRESSES = ("zero_byte", "huge_number", "negative", "odd_text")
BROKEN = {
    "no_zip": ("table.xlsx", b"PK\3\4 and no more"),
    "no_picture": ("box.png", b"\0\1\2 nothing to see"),
    "no_bytes": ("table.csv", b""),
    "utf_16": ("import.xml", "<?xml version='1.0'?><КоммерческаяИнформация>".encode("utf-16")),
}
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

# Parts shown to developers, which post nowhere; guesses at one's password are counted, and that is right.
NOT_JUDGED = {"workspace:style", "workspace:style-floor", "account_reauthenticate", "account_change_password"}
# Buttons that take the whole form along and read nothing of it; a file that a job looks into and judges.
READS_NOTHING = re.compile(r"/catalog/import/\d+/change/|/people/\d+/remove/|/1c/upload/")


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that look right are checked at the marketplace, which is down."""

    def down(what: str) -> None:
        raise Unavailable(what)

    monkeypatch.setattr("marketplaces.sync.connection.refuse_inside_transaction", down)


@pytest.fixture(scope="module")
def work(kept: None) -> tuple[Trade, Desk]:
    return at_work()


RUSSIAN = re.compile("[а-яё]", re.IGNORECASE)
NUMBERS = ("zero_byte", "huge_number", "markup", "odd_text", "fraction", "long")


def is_wrong(control: Control, kind: str, value: Any) -> bool:
    """Whether a value is certainly refused in a control, whatever the control means."""
    if control.is_hidden or (control.kind == "checkbox" and len(control.options or ()) < 2):
        return False
    if kind in BROKEN:
        return control.kind == "file"
    if control.kind == "file":
        return False
    if kind == "empty":
        return control.required
    if control.options is not None:
        return True
    if control.kind in ("date", "time", "datetime-local", "email"):
        return True
    if control.kind == "number":
        return kind in NUMBERS or (kind == "negative" and control.least is not None and control.least >= 0)
    return kind == "zero_byte" or bool(control.most_chars and len(value) > control.most_chars)


@pytest.mark.django_db
@pytest.mark.parametrize("url", PAGES, ids=lambda url: url.name)
def test_rubbish_in_a_form_is_told_beside_its_field_and_saves_nothing(
    url: Url, work: tuple[Trade, Desk], nobody_answers: None
) -> None:
    trade, desk = work
    desk.sit_down()
    if (address := address_of(url, trade.merchant)) is None:
        pytest.skip("no factory; another test fails for it")
    for form in forms_of(desk, url, address):
        usual = {name: plausible(control) for name, control in form.controls.items()}
        # Not every form can be right without knowing what it is about; then it says so.
        right = desk.post(form.action, usual).status
        assert url.name in NOT_JUDGED or right in (200, 302, 422), f"{form.action} answers {right} to {usual}"
        for kind, value in {**RUBBISH, **BROKEN}.items():
            given = {name: one_given(control, kind, value, usual[name]) for name, control in form.controls.items()}
            if given == usual:
                continue
            tried = desk.post(form.action, given)
            assert tried.status < 500, f"{form.action} with {kind}: {tried.status}"
            if url.name not in NOT_JUDGED and not READS_NOTHING.search(form.action):
                wrong = [control for control in form.controls.values() if is_wrong(control, kind, value)]
                assert judged(tried, wrong, value) == "", f"{form.action} with {kind}: {tried.status}"


def one_given(control: Control, kind: str, value: Any, usual: list[Any]) -> list[Any]:
    if control.is_hidden:
        return usual
    if control.kind == "file":
        return [SimpleUploadedFile(*value)] if kind in BROKEN else usual
    return usual if kind in BROKEN else [value]


def judged(tried: Tried, wrong: list[Control], value: Any) -> str:
    """What is not as it should be in the answer to a form with these controls wrong; "" when all is."""
    if not wrong:
        return ""
    if tried.writes:
        return f"wrote: {tried.writes[0][:100]}"
    if tried.status == 302:
        return "" if any(map(RUSSIAN.search, tried.complaints)) else "went on without a word"
    if tried.status not in (200, 422):
        return "neither page nor message"
    page = parsed(tried.answer.content)
    for control in wrong:
        found = beside(page, control.name)
        if not any(place.is_wrong and RUSSIAN.search(place.words) for place in found):
            return f"{control.name}: nothing beside it"
        kept = control.options is not None or control.kind in ("password", "file") or not isinstance(value, str)
        if not kept and "\0" not in value and value.strip() not in [place.value.strip() for place in found]:
            return f"{control.name}: what was typed is gone"
    return ""


@pytest.mark.django_db
@pytest.mark.parametrize("url", PAGES, ids=lambda url: url.name)
def test_no_address_breaks_on_rubbish_in_its_query(url: Url, work: tuple[Trade, Desk]) -> None:
    trade, desk = work
    if (address := address_of(url, trade.merchant)) is None:
        pytest.skip("no factory; another test fails for it")
    for kind in IN_ADDRESSES:
        desk.sit_down()
        answer = desk.browser.get(address, dict.fromkeys(WORDS, RUBBISH[kind]))
        assert status(answer) < 500, f"{address} with {kind}: {answer.status_code}"
