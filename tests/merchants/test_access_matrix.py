"""Every URL × every role × a foreign merchant's row: 404 or 403, as the matrix says."""

from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils.safestring import SafeString

from merchants.models import Merchant
from merchants.roles import EVERYBODY, INSTALLATION, MATRIX, Role
from merchants.selectors.access import mark_of
from tests import make
from tests.trade import open_trade
from tests.urls import Url, every_url, status

make.gather()
URLS = [url for url in every_url() if url.name != "None"]
PRIVATE = [url for url in URLS if not mark_of(url.view, "GET").public]
# Pages that no role has opened while the matrix was gone through: of one's own row, or of the installation.
OF_A_ROW = [
    url
    for url in PRIVATE
    if "get" in url.methods and (url.parameters or mark_of(url.view, "GET").action in INSTALLATION)
]


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


@dataclass(frozen=True)
class House:
    """Two merchants, and people of the first, who are signed in."""

    mine: Merchant
    other: Merchant
    owner: Client
    by_role: dict[Role, Client]

    def address(self, url: Url, merchant: Merchant) -> str:
        """The address of the merchant's row, which is made, where the URL names one."""
        if not url.parameters:
            return reverse(url.name)
        return reverse(url.name, kwargs=make.FOREIGN[url.name](merchant))


@pytest.fixture(scope="module")
def house(kept: None) -> House:
    mine, other = open_trade().merchant, open_trade().merchant
    owner = make.person(role=Role.OWNER, merchant=mine, is_administrator=True)
    by_role = {role: make.client(role=role, merchant=mine) for role in Role}
    return House(mine, other, make.client(owner), by_role)


def permitted(role: Role, url: Url, method: str) -> bool:
    action = mark_of(url.view, method).action
    return action in EVERYBODY or (action in MATRIX[role] and action not in INSTALLATION)


def expected(role: Role, url: Url, method: str) -> str:
    if not permitted(role, url, method):
        return "403"
    return "404 or 405" if url.parameters else "an answer"


def found(got: int, url: Url, method: str) -> str:
    """The same words for what came."""
    if got == 403:
        return "403"
    if url.parameters:
        return "404 or 405" if got in (404, 405) else str(got)
    # One's own page of something not switched on (recovery codes) is not there.
    wrong = {401, 500} | (set() if mark_of(url.view, method).action in EVERYBODY else {404})
    return str(got) if got in wrong else "an answer"


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
@pytest.mark.parametrize("url", PRIVATE, ids=lambda url: url.name)
def test_roles_reach_what_the_matrix_says_and_no_foreign_row(
    url: Url, house: House, templates_may_not_query: None
) -> None:
    address = house.address(url, house.other)
    asked = [(role, method) for role in Role for method in url.methods]
    got: dict[tuple[Role, str], int] = {}
    for role in Role:
        with transaction.atomic():
            browser = make.same_session(house.by_role[role])
            got |= {(role, method): status(getattr(browser, method)(address)) for method in url.methods}
            transaction.set_rollback(True)
    assert {(role, method): found(got[role, method], url, method) for role, method in asked} == {
        (role, method): expected(role, url, method) for role, method in asked
    }


@pytest.mark.django_db
@pytest.mark.parametrize("url", PRIVATE, ids=lambda url: url.name)
def test_nobody_passes_without_signing_in(url: Url, house: House) -> None:
    address = house.address(url, house.other)
    stranger = Client()
    for method in url.methods:
        answer = getattr(stranger, method)(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("url", OF_A_ROW, ids=lambda url: url.name)
def test_every_page_of_a_row_opens_for_an_owner_and_its_template_asks_no_database(
    url: Url, house: House, templates_may_not_query: None
) -> None:
    address = house.address(url, house.mine)
    # 404 is for what is not there yet, such as the file of a job that has none.
    assert status(make.same_session(house.owner).get(address)) in (200, 204, 302, 404, 405)
