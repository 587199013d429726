"""What the scope middleware promises to every view of every app."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import include, path, reverse

from merchants.models import LegalEntity
from merchants.roles import Action, Role, needs, public
from merchants.scope import current_scope
from merchants.types import Request
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.merchants.test_middleware")]


@needs(Action.CATALOG_VIEW)
def entities(request: HttpRequest) -> HttpResponse:
    return HttpResponse(",".join(LegalEntity.objects.order_by("name").values_list("name", flat=True)))


@needs(Action.CATALOG_VIEW)
def lazily(request: HttpRequest) -> TemplateResponse:
    """The rows are read while the template is rendered, after the view has returned."""
    template = engines["django"].from_string("{% for entity in entities %}{{ entity.name }}{% endfor %}")
    return TemplateResponse(request, template, {"entities": LegalEntity.objects.all()})


@needs(Action.CATALOG_EDIT)
def write_and_fail(request: HttpRequest) -> HttpResponse:
    LegalEntity.objects.update(name="changed")
    raise PermissionDenied if "refuse" in request.GET else LookupError


@needs(Action.CATALOG_EDIT)
def write_and_lose(request: HttpRequest) -> HttpResponse:
    """The database gives the page up with the error of this number."""
    LegalEntity.objects.update(name="changed")
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{request.GET['error']}'; END $$")
    return HttpResponse("saved")


@needs(Action.CATALOG_VIEW, own_scopes=True)
def speaks_to_the_network(request: Request) -> HttpResponse:
    assert current_scope() is None
    assert not connection.needs_rollback
    return HttpResponse(f"{LegalEntity.objects.count()} {sorted(request.scope_merchants)}")


@public
def open_to_all(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(LegalEntity.objects.count()))


def silent(request: HttpRequest) -> HttpResponse:
    return HttpResponse("seen")


pages: list[tuple[str, Callable[..., Any]]] = [
    ("entities/", entities),
    ("lazily/", lazily),
    ("fail/", write_and_fail),
    ("lose/", write_and_lose),
    ("network/", speaks_to_the_network),
    ("open/", open_to_all),
    ("silent/", silent),
]
urlpatterns = [
    *(path(route, view) for route, view in pages),
    path("", include("merchants.urls")),
    path("", include("workspace.urls")),
]


def test_a_view_sees_the_merchants_of_its_action_only() -> None:
    first, second, other = make.merchant(), make.merchant(), make.merchant()
    for merchant, name in ((first, "first"), (second, "second"), (other, "other")):
        make.legal_entity(merchant, name=name)
    person = make.person(role=Role.VIEWER, merchant=first)
    person.memberships.create(merchant=second, role=Role.VIEWER)
    assert make.client(person).get("/entities/").content == b"first,second"


def test_the_switcher_narrows_what_views_see() -> None:
    first, second, other = make.merchant(), make.merchant(), make.merchant()
    make.legal_entity(first, name="first")
    make.legal_entity(second, name="second")
    person = make.person(role=Role.VIEWER, merchant=first)
    person.memberships.create(merchant=second, role=Role.VIEWER)
    browser = make.client(person)
    assert (
        browser.post(reverse("merchants:switch"), {"merchant": second.pk, "next": "/entities/"})["Location"]
        == "/entities/"
    )
    assert browser.get("/entities/").content == b"second"
    for wrong in (other.pk, "x", "99999999999999999999", "\0"):
        browser.post(reverse("merchants:switch"), {"merchant": second.pk})
        browser.post(reverse("merchants:switch"), {"merchant": wrong})
        assert browser.get("/entities/").content == b"first,second"
    browser.post(reverse("merchants:switch"), {"merchant": "", "next": "https://evil.example/"})
    assert browser.get("/entities/").content == b"first,second"


def test_the_switcher_leads_to_no_other_site() -> None:
    browser = make.client(role=Role.VIEWER, merchant=make.merchant())
    for place in ("https://evil.example/", "//evil.example", "javascript:alert(1)"):
        assert browser.post(reverse("merchants:switch"), {"merchant": "", "next": place})["Location"] == "/"


def test_templates_are_rendered_inside_the_scope() -> None:
    mine = make.merchant()
    make.legal_entity(mine, name="rendered")
    page = make.client(role=Role.VIEWER, merchant=mine).get("/lazily/")
    assert page.content == b"rendered"


@pytest.mark.parametrize(("address", "status"), [("/fail/", 500), ("/fail/?refuse", 403)])
def test_an_exception_rolls_back_what_the_view_wrote(address: str, status: int) -> None:
    mine = make.merchant()
    make.legal_entity(mine, name="before")
    browser = make.client(role=Role.MANAGER, merchant=mine)
    browser.raise_request_exception = False
    assert browser.get(address).status_code == status
    assert browser.get("/entities/").content == b"before"
    assert current_scope() is None


@pytest.mark.parametrize("error", ["40P01", "40001"])
def test_a_page_that_lost_a_race_asks_to_be_sent_again(error: str) -> None:
    mine = make.merchant()
    make.legal_entity(mine, name="before")
    browser = make.client(role=Role.MANAGER, merchant=mine)
    page = browser.post(f"/lose/?error={error}")
    assert page.status_code == 503
    assert "Из того, что вы отправили, ничего не сохранено." in page.content.decode()
    told = browser.post(f"/lose/?error={error}", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()) == (503, {"message": "Ничего не сохранено. Отправьте ещё раз.", "extra": {}})
    assert browser.get("/entities/").content == b"before"


def test_a_database_that_is_out_of_order_is_no_lost_race() -> None:
    browser = make.client(role=Role.MANAGER, merchant=make.merchant())
    with pytest.raises(OperationalError):
        browser.post("/lose/?error=53200")


def test_a_view_that_speaks_to_the_network_has_no_transaction_around_it() -> None:
    mine = make.merchant()
    make.legal_entity(mine)
    page = make.client(role=Role.VIEWER, merchant=mine).get("/network/")
    assert page.content.decode() == f"0 [{mine.pk}]"


def test_a_public_view_sees_no_rows_even_for_an_owner() -> None:
    mine = make.merchant()
    make.legal_entity(mine)
    assert make.client(role=Role.OWNER, merchant=mine).get("/open/").content == b"0"
    assert Client().get("/open/").content == b"0"


def test_a_view_without_an_action_is_refused_to_everybody() -> None:
    administrator = make.person(role=Role.OWNER, merchant=make.merchant(), is_administrator=True)
    for browser in (Client(), make.client(administrator)):
        assert browser.get("/silent/").status_code == 403


def test_a_request_costs_the_session_no_query_and_the_rights_two() -> None:
    mine = make.merchant()
    browser = make.client(role=Role.VIEWER, merchant=mine)
    browser.get("/entities/")
    with CaptureQueriesContext(
        connection,
    ) as seen:
        browser.get("/entities/")
    # In a test the scope is a savepoint of the test's transaction; in life its BEGIN and COMMIT carry no query.
    asked = [query["sql"] for query in seen if "SAVEPOINT" not in query["sql"]]
    assert len([sql for sql in asked if "legalentity" not in sql and "set_config" not in sql]) == 1
    assert len([sql for sql in asked if "set_config" in sql and "'{}'" not in sql]) == 1


def test_the_language_of_the_person_is_used_and_can_be_changed() -> None:
    person = make.person(role=Role.OWNER, merchant=make.merchant())
    browser = make.client(person)
    assert '<html lang="ru"' in browser.get(reverse("merchants:people")).content.decode()
    browser.post(reverse("merchants:language"), {"language": "en", "next": "/"})
    assert '<html lang="en"' in browser.get(reverse("merchants:people")).content.decode()
    browser.post(reverse("merchants:language"), {"language": "xx"})
    person.refresh_from_db()
    assert person.language == "en"


def test_a_page_of_somebody_else_s_session_is_not_posted_without_the_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make.person(role=Role.OWNER, merchant=make.merchant()))
    assert strict.post(reverse("merchants:switch"), {"merchant": ""}).status_code == 403
