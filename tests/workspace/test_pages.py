from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from merchants.roles import Role
from tests import make
from workspace.models import SavedView
from workspace.selectors.views import ViewRow, saved_views

pytestmark = pytest.mark.django_db


def save(browser: Client, **changed: str) -> Any:
    form = {"list": "orders", "name": "Late", "query": "state=new", "next": "/jobs/", **changed}
    return browser.post(reverse("workspace:view-save"), form)


def test_a_view_is_kept_under_its_name_and_saved_again_over_it() -> None:
    person = make.person(role=Role.OWNER, merchant=make.merchant())
    browser = make.client(person)
    assert save(browser)["Location"] == "/jobs/"
    save(browser, query="?state=packed")
    view = SavedView.objects.get()
    assert saved_views(person_id=person.pk, listing="orders") == [ViewRow(view.pk, "Late", "state=packed")]
    assert saved_views(person_id=person.pk, listing="stock") == []
    browser.post(reverse("workspace:view-delete", kwargs={"pk": view.pk}))
    assert SavedView.objects.count() == 0


def test_somebody_else_s_view_is_neither_seen_nor_removed() -> None:
    mine = make.merchant()
    save(make.client(role=Role.OWNER, merchant=mine))
    view = SavedView.objects.get()
    stranger = make.person(role=Role.OWNER, merchant=mine)
    assert saved_views(person_id=stranger.pk, listing="orders") == []
    address = reverse("workspace:view-delete", kwargs={"pk": view.pk})
    assert make.client(stranger).post(address).status_code == 404
    assert SavedView.objects.count() == 1


@pytest.mark.parametrize(
    "changed", [{"name": ""}, {"name": "x" * 81}, {"name": "a\0"}, {"list": "no list!"}, {"query": "x" * 2001}]
)
def test_a_wrong_view_is_a_message_and_not_kept(changed: dict[str, str]) -> None:
    browser = make.client(role=Role.OWNER, merchant=make.merchant())
    assert save(browser, **changed).status_code == 302
    assert SavedView.objects.count() == 0


def test_at_most_thirty_views_of_a_list_are_kept() -> None:
    browser = make.client(role=Role.OWNER, merchant=make.merchant())
    for number in range(32):
        save(browser, name=f"View {number}")
    assert SavedView.objects.count() == 30


@pytest.mark.parametrize(
    ("role", "place"), [(Role.OWNER, "/today/"), (Role.LEAD, "/today/"), (Role.ACCOUNTANT, "/today/")]
)
def test_one_begins_at_the_first_page_of_the_role(role: Role, place: str) -> None:
    assert make.client(role=role, merchant=make.merchant()).get("/")["Location"] == place


def test_a_person_without_a_role_begins_at_the_own_profile() -> None:
    browser = make.client(make.person())
    assert browser.get("/")["Location"] == reverse("merchants:profile")
    assert browser.get("/", follow=True).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_no_page_of_ours_shows_an_untranslated_or_broken_part(role: Role) -> None:
    browser = make.client(role=role, merchant=make.merchant())
    text = browser.get(reverse("merchants:profile")).content.decode()
    assert "{%" not in text
    assert "{{" not in text
