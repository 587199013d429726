from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import translation

from merchants.models import AuditRecord, LegalEntity, Person
from merchants.roles import Role
from merchants.scope import scope
from merchants.selectors.audit_words import word
from merchants.services.audit import record_event
from tests import make

pytestmark = pytest.mark.django_db


def records(merchant_id: int, subject: str) -> list[tuple[str, dict[str, object], dict[str, object], int | None]]:
    with scope([merchant_id]):
        found = AuditRecord.objects.filter(subject=subject).order_by("pk")
        return list(found.values_list("change", "before", "after", "person_id"))


def test_a_change_through_a_page_is_recorded_with_its_author() -> None:
    mine = make.merchant(name="Было")
    owner = make.person(role=Role.OWNER, merchant=mine)
    form = {"name": "Стало", "zone": "Europe/Moscow", "locale": "ru", "currency": "RUB"}
    make.client(owner).post(reverse("merchants:merchant", kwargs={"pk": mine.pk}), form)
    assert records(mine.pk, "merchants_merchant")[-1] == ("update", {"name": "Было"}, {"name": "Стало"}, owner.pk)


def test_bulk_writes_and_removals_are_recorded_too() -> None:
    mine = make.merchant()
    with scope([mine.pk]):
        LegalEntity.objects.bulk_create(
            [
                LegalEntity(merchant=mine, name="one", inn="7707083893", kpp="770701001"),
                LegalEntity(merchant=mine, name="two", inn="7707083893", kpp="770701002"),
            ]
        )
        LegalEntity.objects.update(vat_mode="general")
        LegalEntity.objects.all().delete()
    assert [change for change, *_ in records(mine.pk, "merchants_legalentity")] == [
        "insert", "insert", "update", "update", "delete", "delete",
    ]  # fmt: skip


def test_nothing_changed_is_nothing_recorded() -> None:
    mine = make.merchant()
    entity = make.legal_entity(mine)
    with scope([mine.pk]):
        entity.save()
    assert len(records(mine.pk, "merchants_legalentity")) == 1


def test_what_is_rolled_back_is_not_recorded() -> None:
    mine = make.merchant()
    with pytest.raises(LookupError), scope([mine.pk]):
        raise LookupError(make.legal_entity(mine))
    assert records(mine.pk, "merchants_legalentity") == []


def test_passwords_and_personal_data_are_masked() -> None:
    person = make.person(email="secret@example.ru", full_name="Секретная Фамилия")
    Person.objects.filter(pk=person.pk).update(password="new-hash", full_name="Другая Фамилия")
    with scope([], installation=True):
        found = AuditRecord.objects.filter(subject="merchants_person", object_id=person.pk).order_by("pk")
        written = str(list(found.values("before", "after")))
        last = found.last()
    assert last is not None
    assert last.after == {"password": "***", "full_name": "***"}
    for secret in ("secret@example.ru", "Секретная", "new-hash", person.password):
        assert secret not in written


def test_the_application_can_neither_change_nor_remove_a_record() -> None:
    mine = make.merchant()
    with scope([mine.pk]):
        assert AuditRecord.objects.count() == 1
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditRecord.objects.update(subject="forged")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditRecord.objects.all().delete()
        assert AuditRecord.objects.get().subject == "merchants_merchant"


def test_the_owner_of_the_database_cannot_either(owner: "psycopg.Connection[Any]") -> None:
    mine = make.merchant()
    with owner.transaction(force_rollback=True):
        owner.execute(f"SELECT set_config('app.merchants', '{{{mine.pk}}}', true)")
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
            owner.execute("DELETE FROM merchants_auditrecord")


def test_records_of_another_merchant_and_of_the_installation_stay_hidden() -> None:
    mine, other = make.merchant(), make.merchant()
    record_event(kind="sign_in", person_id=1, object_id=1)
    with scope([mine.pk]):
        assert set(AuditRecord.objects.values_list("merchant_id", flat=True)) == {mine.pk}
    with scope([other.pk], installation=True):
        assert set(AuditRecord.objects.values_list("merchant_id", flat=True)) == {other.pk, None}
    assert AuditRecord.objects.count() == 0


def test_the_page_shows_who_changed_what_in_words() -> None:
    mine = make.merchant(name="Было")
    owner = make.person(role=Role.OWNER, merchant=mine, full_name="Анна Владельцева")
    browser = make.client(owner)
    form = {"name": "Стало", "zone": "Europe/Moscow", "locale": "ru", "currency": "RUB"}
    browser.post(reverse("merchants:merchant", kwargs={"pk": mine.pk}), form)
    text = browser.get(reverse("merchants:audit")).content.decode()
    assert "Анна Владельцева" in text
    assert "<del>Было</del>" in text


def test_every_table_and_column_that_is_recorded_has_a_russian_word() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'audit'")
        recorded = {table for (table,) in cursor.fetchall()}
    models = [model for model in apps.get_models() if model._meta.db_table in recorded]
    assert len(models) > 20
    with translation.override("ru"):
        words = {word(model._meta.verbose_name) for model in models}
        words |= {word(field.verbose_name) for model in models for field in model._meta.concrete_fields}
    assert {one for one in words if one.isascii()} == {"ID", "GUID", "PIN"}


def test_the_log_is_filtered_and_turned_by_pages() -> None:
    mine = make.merchant()
    owner = make.person(role=Role.OWNER, merchant=mine)
    with scope([mine.pk]):
        LegalEntity.objects.bulk_create(
            LegalEntity(merchant=mine, name=f"entity {number}", inn="7707083893", kpp=f"{number:09}")
            for number in range(60)
        )
    browser = make.client(owner)
    address = reverse("merchants:audit")
    first = browser.get(address).context["page"]
    assert len(first.rows) == 50
    second = browser.get(address, {"after": first.next_key}).context["page"]
    assert len(second.rows) == 12  # the rest, the merchant and the membership
    found = browser.get(address, {"q": "entity 17", "subject": "merchants_legalentity"}).context["page"]
    assert len(found.rows) == 1


@pytest.mark.parametrize(
    "query",
    ["?after=x", "?after=" + "9" * 40, "?since=yesterday", "?until=9999-99-99", "?person=x", "?person=" + "9" * 30,
     "?q=%00", "?q=" + "9" * 90, "?subject=%00", "?since=0001-01-01&until=9999-12-31"],
)  # fmt: skip
def test_any_filter_is_answered(query: str) -> None:
    browser = make.client(role=Role.OWNER, merchant=make.merchant())
    assert browser.get(reverse("merchants:audit") + query).status_code == 200
