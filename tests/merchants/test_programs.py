"""The short way of programs: nothing that only pages need, and nothing that is not public."""

from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import include, path
from django.utils import translation
from django.utils.translation import gettext as _

from merchants.roles import Action, needs, public
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.merchants.test_programs")]


@public
def bare(request: HttpRequest) -> HttpResponse:
    kept = [name for name in ("session", "user", "htmx", "csp_nonce", "_messages") if hasattr(request, name)]
    return HttpResponse(f"{kept} {translation.get_language()}")


@public
def lazy(request: HttpRequest) -> TemplateResponse:
    return TemplateResponse(request, engines["django"].from_string("drawn"))


@public
def absent(request: HttpRequest) -> HttpResponse:
    raise Http404


@public
def broken(request: HttpRequest) -> HttpResponse:
    raise LookupError(_("Cancel"))


@needs(Action.CATALOG_VIEW)
def closed(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"seen by {request.user}")


urlpatterns = [
    *(path(f"programs/{view.__name__}", view) for view in (bare, lazy, absent, broken, closed)),
    path("pages/bare", bare),
    path("", include("merchants.urls")),
]


@pytest.fixture
def program(settings: Any) -> Client:
    settings.PROGRAM_PATHS = ["/programs/"]
    return Client(raise_request_exception=False)


def test_a_program_gets_no_session_and_the_language_of_the_installation(program: Client) -> None:
    with translation.override("en"):
        answer = program.get("/programs/bare", headers={"Accept-Language": "en"})
    assert answer.content.decode() == "[] ru"
    assert (answer.cookies, answer["Content-Length"]) == ({}, "5")
    assert "default-src 'self'" in answer["Content-Security-Policy"]


def test_elsewhere_the_same_view_goes_the_way_of_pages(program: Client) -> None:
    assert program.get("/pages/bare").content.startswith(b"['session', 'user', 'htmx'")


def test_what_is_not_public_is_asked_to_sign_in_there_too(program: Client) -> None:
    assert program.get("/programs/closed").status_code == 302
    assert make.client(merchant=make.merchant()).get("/programs/closed").content.startswith(b"seen by ")


@pytest.mark.parametrize(
    ("address", "status"), [("lazy", 200), ("absent", 404), ("broken", 500), ("nowhere", 404), ("", 404)]
)
def test_answers_are_whole_and_errors_are_answers(program: Client, address: str, status: int) -> None:
    answer = program.get(f"/programs/{address}")
    assert answer.status_code == status
    assert answer.content != b""
