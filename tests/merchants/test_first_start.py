from io import StringIO

import pytest
from django.core.management import call_command

from merchants.models import LegalEntity, Membership, Merchant, Person
from merchants.scope import scope
from merchants.types import inn_is_valid

pytestmark = pytest.mark.django_db


def first_start() -> str:
    said = StringIO()
    call_command("first_start", "--address", "http://127.0.0.1:8000", stdout=said)
    return said.getvalue()


def test_the_first_start_makes_an_owner_and_a_demonstration_and_says_the_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FIRST_OWNER_PASSWORD", raising=False)
    said = first_start()
    owner, merchant = Person.objects.get(), Merchant.objects.get()
    password = said.split("Password: ")[1].split()[0]
    assert owner.check_password(password)
    assert owner.is_administrator
    assert Membership.objects.get().role == "owner"
    with scope([merchant.pk]):
        entity = LegalEntity.objects.get()
        entity.full_clean()
    assert inn_is_valid(entity.inn)
    assert "http://127.0.0.1:8000" in said


def test_a_later_start_changes_nothing_and_says_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRST_OWNER_PASSWORD", "given-by-the-environment")
    first_start()
    Person.objects.update(full_name="Переименован")
    said = first_start()
    assert "Password" not in said
    assert [person.full_name for person in Person.objects.all()] == ["Переименован"]
    assert Person.objects.get().check_password("given-by-the-environment")
    assert Merchant.objects.count() == 1
