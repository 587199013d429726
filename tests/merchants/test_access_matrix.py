"""Every URL × every role × a foreign merchant's row: 404 or 403, as the matrix says."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils.safestring import SafeString

from merchants.roles import EVERYBODY, INSTALLATION, MATRIX, Role
from merchants.selectors.access import mark_of
from tests import make
from tests.trade import open_trade
from tests.urls import Url, every_url, status

make.gather()
URLS = [url for url in every_url() if url.name != "None"]
PRIVATE = [url for url in URLS if not mark_of(url.view, "GET").public]


def test_every_view_states_its_action_or_is_public() -> None:
    silent = {
        f"{url.route} ({method.upper()})"
        for url in every_url()
        for method in url.methods
        if not mark_of(url.view, method).public and mark_of(url.view, method).action is None
    }
    assert silent == set()


def test_every_url_with_a_parameter_can_be_tried_with_a_foreign_row() -> None:
    unknown = {url.name for url in PRIVATE if url.parameters and url.name not in make.FOREIGN}
    assert unknown == set(), "add what these URLs take to tests/make.py with @foreign"


def permitted(role: Role, url: Url, method: str) -> bool:
    action = mark_of(url.view, method).action
    return action in EVERYBODY or (action in MATRIX[role] and action not in INSTALLATION)


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("url", PRIVATE, ids=lambda url: url.name)
def test_a_role_reaches_what_the_matrix_says_and_no_foreign_row(url: Url, role: Role) -> None:
    mine, other = open_trade().merchant, open_trade().merchant
    known = make.FOREIGN.get(url.name)
    if url.parameters and known is None:
        pytest.skip("no factory; another test fails for it")
    browser = make.client(role=role, merchant=mine)
    browser.raise_request_exception = True
    address = reverse(url.name, kwargs=known(other) if known and url.parameters else None)
    for method in url.methods:
        got = status(getattr(browser, method)(address))
        if not permitted(role, url, method):
            assert got == 403, f"{method} {address} as {role}: {got}"
        elif url.parameters:
            assert got in (404, 405), f"{method} {address} as {role}: {got}"
        else:
            # One's own page of something not switched on (recovery codes) is not there.
            wrong = {401, 403, 500} | (set() if mark_of(url.view, method).action in EVERYBODY else {404})
            assert got not in wrong, f"{method} {address} as {role}: {got}"


@pytest.mark.django_db
@pytest.mark.parametrize("url", PRIVATE, ids=lambda url: url.name)
def test_nobody_passes_without_signing_in(url: Url) -> None:
    known = make.FOREIGN.get(url.name)
    if url.parameters and known is None:
        pytest.skip("no factory; another test fails for it")
    address = reverse(url.name, kwargs=known(make.merchant()) if known and url.parameters else None)
    for method in url.methods:
        answer = getattr(Client(), method)(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


class QueryInTemplate(AssertionError):
    """A template asked the database: rows are read by selectors, before the page is drawn."""


@pytest.fixture
def templates_may_not_query(monkeypatch: pytest.MonkeyPatch) -> None:
    render = Template.render

    def refuse(execute: object, sql: str, *rest: object) -> None:
        raise QueryInTemplate(sql)

    def watched(template: Template, context: Context) -> SafeString:
        with connection.execute_wrapper(refuse):
            return render(template, context)

    monkeypatch.setattr(Template, "render", watched)


@pytest.mark.django_db
@pytest.mark.parametrize("url", [url for url in PRIVATE if "get" in url.methods], ids=lambda url: url.name)
def test_every_page_opens_for_an_owner_and_its_template_asks_no_database(
    url: Url, templates_may_not_query: None
) -> None:
    mine = open_trade().merchant
    owner = make.person(role=Role.OWNER, merchant=mine, is_administrator=True)
    known = make.FOREIGN.get(url.name)
    if url.parameters and known is None:
        pytest.skip("no factory; another test fails for it")
    browser = make.client(owner)
    address = reverse(url.name, kwargs=known(mine) if known and url.parameters else None)
    # 404 is for what is not there yet, such as the file of a job that has none.
    assert status(browser.get(address)) in (200, 204, 302, 404, 405)
