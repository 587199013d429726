import pytest
from django.urls import reverse

from merchants.models import LegalEntity, Membership, Merchant
from merchants.roles import Role
from merchants.scope import scope
from merchants.types import inn_is_valid
from tests import make

pytestmark = pytest.mark.django_db

ENTITY = {
    "name": "ООО «Пример»",
    "inn": "7707083893",
    "kpp": "770701001",
    "tax_system": "simple_income",
    "vat_mode": "reduced_5",
}


@pytest.mark.parametrize("inn", ["7707083893", "500100732259", "0000000018"])
def test_right_numbers_of_taxpayers_pass(inn: str) -> None:
    assert inn_is_valid(inn)


@pytest.mark.parametrize(
    "inn",
    ["", "7707083894", "770708389", "77070838930", "500100732258", "500100732159", "0000000000", "77070838９3", "abc"],
)
def test_wrong_numbers_of_taxpayers_do_not(inn: str) -> None:
    assert not inn_is_valid(inn)


def test_an_owner_adds_and_changes_a_legal_entity() -> None:
    mine = make.merchant()
    browser = make.client(role=Role.OWNER, merchant=mine)
    browser.post(reverse("merchants:legal-entity-new", kwargs={"pk": mine.pk}), ENTITY)
    with scope([mine.pk]):
        entity = LegalEntity.objects.get()
    assert (entity.merchant_id, entity.inn, entity.vat_mode) == (mine.pk, "7707083893", "reduced_5")
    browser.post(reverse("merchants:legal-entity", kwargs={"pk": entity.pk}), {**ENTITY, "name": "ООО «Другое»"})
    with scope([mine.pk]):
        assert LegalEntity.objects.get().name == "ООО «Другое»"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"inn": "7707083894"}, "inn"),
        ({"inn": "7" * 500}, "inn"),
        ({"inn": "77070\0"}, "inn"),
        ({"inn": ""}, "inn"),
        ({"kpp": ""}, "kpp"),
        ({"kpp": "12345"}, "kpp"),
        ({"inn": "500100732259"}, "kpp"),
        ({"name": ""}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"tax_system": "none-such"}, "tax_system"),
        ({"vat_mode": "99"}, "vat_mode"),
    ],
)
def test_a_wrong_legal_entity_is_explained_beside_the_field(changed: dict[str, str], field: str) -> None:
    mine = make.merchant()
    browser = make.client(role=Role.OWNER, merchant=mine)
    page = browser.post(reverse("merchants:legal-entity-new", kwargs={"pk": mine.pk}), {**ENTITY, **changed})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert f"id_{field}_error" in page.content.decode()
    with scope([mine.pk]):
        assert LegalEntity.objects.count() == 0


def test_the_same_entity_twice_is_refused_but_another_merchant_may_have_it() -> None:
    mine, other = make.merchant(), make.merchant()
    make.legal_entity(other)
    browser = make.client(role=Role.OWNER, merchant=mine)
    address = reverse("merchants:legal-entity-new", kwargs={"pk": mine.pk})
    assert browser.post(address, ENTITY).status_code == 302
    page = browser.post(address, ENTITY)
    assert page.status_code == 422
    assert page.context["form"].errors
    with scope([mine.pk]):
        assert LegalEntity.objects.count() == 1


def test_the_administrator_makes_a_merchant_and_becomes_its_owner() -> None:
    boss = make.person(is_administrator=True)
    form = {"name": "Новый", "zone": "Asia/Yekaterinburg", "locale": "ru", "currency": "RUB"}
    browser = make.client(boss)
    browser.post(reverse("merchants:merchant-new"), form)
    made = Merchant.objects.get()
    assert (made.name, made.zone) == ("Новый", "Asia/Yekaterinburg")
    assert Membership.objects.get(merchant=made).person_id == boss.pk
    assert browser.session["chosen_merchant"] == made.pk  # and goes on with it


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 201),
        ("name", "a\0"),
        ("zone", "Mars/Olympus"),
        ("currency", "USD"),
        ("locale", "xx"),
    ],
)
def test_a_wrong_merchant_is_explained_and_not_made(field: str, value: str) -> None:
    form = {"name": "Новый", "zone": "Europe/Moscow", "locale": "ru", "currency": "RUB", field: value}
    page = make.client(make.person(is_administrator=True)).post(reverse("merchants:merchant-new"), form)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert Merchant.objects.count() == 0


def test_a_name_taken_by_another_merchant_is_refused_beside_the_field() -> None:
    make.merchant(name="Занято")
    mine = make.merchant(name="Мой")
    browser = make.client(role=Role.OWNER, merchant=mine)
    form = {"name": "Занято", "zone": "Europe/Moscow", "locale": "ru", "currency": "RUB"}
    page = browser.post(reverse("merchants:merchant", kwargs={"pk": mine.pk}), form)
    assert page.status_code == 422
    assert "name" in page.context["form"].errors
    mine.refresh_from_db()
    assert mine.name == "Мой"


@pytest.mark.parametrize("pk", [0, 2**63, 10**30])
def test_a_number_that_nothing_has_is_not_found(pk: int) -> None:
    browser = make.client(role=Role.OWNER, merchant=make.merchant())
    for name in ("merchants:merchant", "merchants:legal-entity", "workspace:job"):
        assert browser.get(reverse(name, kwargs={"pk": pk})).status_code == 404
    for name in ("merchants:change-role", "merchants:set-active", "merchants:reset-password"):
        assert browser.post(reverse(name, kwargs={"pk": pk}), {"role": "viewer"}).status_code == 404


def test_one_changes_the_own_profile_and_only_that() -> None:
    person = make.person(role=Role.PICKER, merchant=make.merchant())
    form = {"full_name": "Анна", "email": "ANNA@example.ru", "language": "en", "is_administrator": "1", "login": "root"}
    make.client(person).post(reverse("merchants:profile"), form)
    person.refresh_from_db()
    assert (person.full_name, person.email, person.language) == ("Анна", "anna@example.ru", "en")
    assert not person.is_administrator
    assert person.login != "root"


def test_a_mail_taken_by_somebody_else_is_refused_beside_the_field() -> None:
    make.person(email="taken@example.ru")
    person = make.person(role=Role.PICKER, merchant=make.merchant())
    page = make.client(person).post(
        reverse("merchants:profile"), {"full_name": "A", "email": "Taken@example.ru", "language": "ru"}
    )
    assert page.status_code == 422
    assert "email" in page.context["form"].errors
