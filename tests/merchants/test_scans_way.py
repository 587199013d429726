"""The short way of scans: a person's own, in scope, and without what only pages need."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import translation
from django.views.decorators.http import require_POST

from merchants.models import LegalEntity
from merchants.roles import Action, Role, needs
from merchants.scope import current_scope, scope
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.merchants.test_scans_way")]


@needs(Action.FLOOR_PICK)
@require_POST
def scan(request: HttpRequest) -> HttpResponse:
    kept = [name for name in ("session", "user", "htmx", "_messages") if hasattr(request, name)]
    opened = current_scope()
    assert opened is not None
    return HttpResponse(f"{kept} {translation.get_language()} {sorted(opened.merchants)}")


@needs(Action.FLOOR_PICK)
def broken(request: HttpRequest) -> HttpResponse:
    LegalEntity.objects.create(
        merchant_id=request.access.held[0].merchant_id,  # type: ignore[attr-defined]
        name="planted",
        inn="7707083893",
        kpp="770701001",
    )
    raise LookupError


urlpatterns = [
    *(path(f"{way}/{view.__name__}/", view) for way in ("scans", "pages") for view in (scan, broken)),
    path("", include("merchants.urls")),
]


@pytest.fixture(autouse=True)
def scans(settings: Any) -> None:
    settings.SCAN_PATHS = r"/scans/\w+/"


def test_a_scan_is_in_the_scope_and_language_of_its_person_without_the_rest_of_a_page() -> None:
    merchant = make.merchant()
    picker = make.person(role=Role.PICKER, merchant=merchant)
    picker.language = "en"
    picker.save()
    answer = make.client(picker).post("/scans/scan/")
    assert answer.content.decode() == f"['session', 'user'] en [{merchant.pk}]"
    assert answer["Content-Length"] == str(len(answer.content))
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    page = make.client(picker).post("/pages/scan/")
    assert page.content.decode() == f"['session', 'user', 'htmx', '_messages'] en [{merchant.pk}]"


@pytest.mark.parametrize("way", ["scans", "pages"])
def test_nobody_comes_that_way_who_could_not_come_by_the_other(way: str) -> None:
    address = f"/{way}/scan/"
    merchant = make.merchant()
    assert Client().post(address).status_code == 302
    assert Client().post(address, headers={"Accept": "application/json"}).status_code == 401
    assert make.client(role=Role.ACCOUNTANT, merchant=merchant).post(address).status_code == 403
    assert make.client(role=Role.PICKER, merchant=merchant).get(address).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make.person(role=Role.PICKER, merchant=merchant))
    assert strict.post(address).status_code == 403
    gone = make.client(role=Role.PICKER, merchant=merchant)
    gone.logout()
    assert gone.post(address).status_code == 302


def test_what_fails_leaves_nothing_behind() -> None:
    merchant = make.merchant()
    browser = make.client(role=Role.PICKER, merchant=merchant)
    browser.raise_request_exception = False
    assert browser.post("/scans/broken/").status_code == 500
    with scope([merchant.pk]):
        assert list(LegalEntity.objects.all()) == []
