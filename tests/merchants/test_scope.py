"""Row-level security behind the query filters, as the application's role sees it."""

from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from merchants.models import LegalEntity, Merchant
from merchants.scope import ScopeConflict, all_or_nothing, current_scope, scope, scoped
from tests import make

pytestmark = pytest.mark.django_db


def names() -> list[str]:
    return sorted(LegalEntity.objects.values_list("name", flat=True))


def test_without_a_scope_a_forgotten_filter_returns_nothing() -> None:
    make.legal_entity(make.merchant())
    assert LegalEntity.objects.count() == 0


def test_in_a_scope_a_forgotten_filter_returns_only_its_merchants() -> None:
    mine, other = make.merchant(), make.merchant()
    make.legal_entity(mine, name="mine")
    make.legal_entity(other, name="other")
    with scope([mine.pk]):
        assert names() == ["mine"]
    with scope([other.pk, mine.pk]):
        assert names() == ["mine", "other"]
    with scope([]):
        assert names() == []


def test_a_foreign_row_is_not_changed_and_not_deleted() -> None:
    mine, other = make.merchant(), make.merchant()
    entity = make.legal_entity(other, name="other")
    with scope([mine.pk]):
        assert LegalEntity.objects.filter(pk=entity.pk).update(name="stolen") == 0
        assert LegalEntity.objects.filter(pk=entity.pk).delete() == (0, {})
    with scope([other.pk]):
        assert names() == ["other"]


def test_writing_for_a_foreign_merchant_is_refused() -> None:
    mine, other = make.merchant(), make.merchant()
    with pytest.raises(DatabaseError, match="row-level security"), scope([mine.pk]):
        LegalEntity.objects.create(merchant=other, name="planted", inn="7707083893", kpp="770701001")
    entity = make.legal_entity(mine)
    with pytest.raises(DatabaseError, match="row-level security"), scope([mine.pk]):
        LegalEntity.objects.filter(pk=entity.pk).update(merchant=other)


def test_nothing_leaks_after_a_scope_inside_a_longer_transaction() -> None:
    mine = make.merchant()
    make.legal_entity(mine)
    with transaction.atomic():
        with scope([mine.pk]):
            assert LegalEntity.objects.count() == 1
        assert LegalEntity.objects.count() == 0
    assert current_scope() is None


def test_nothing_leaks_after_an_exception() -> None:
    mine = make.merchant()
    make.legal_entity(mine)
    with transaction.atomic():
        with pytest.raises(LookupError), scope([mine.pk]):
            raise LookupError(LegalEntity.objects.update(name="changed"))
        assert LegalEntity.objects.count() == 0
        assert current_scope() is None
    with scope([mine.pk]):
        assert names() == ["ООО «Пример»"]


def test_an_inner_scope_of_the_same_merchants_joins_and_of_fewer_narrows() -> None:
    first, second = make.merchant(), make.merchant()
    make.legal_entity(first, name="first")
    make.legal_entity(second, name="second")
    with scope([first.pk, second.pk]):
        with scope([second.pk, first.pk]):
            assert names() == ["first", "second"]
        with scope([second.pk]):
            assert names() == ["second"]
        assert names() == ["first", "second"]


def test_an_inner_scope_of_another_merchant_is_refused_and_the_outer_one_stands() -> None:
    first, second = make.merchant(), make.merchant()
    make.legal_entity(first, name="first")
    with scope([first.pk]):
        with pytest.raises(ScopeConflict, match=str(second.pk)), scope([second.pk]):
            pytest.fail("the scope must not open")
        assert names() == ["first"]


def test_an_inner_failure_leaves_the_outer_scope_as_it_was() -> None:
    first, second = make.merchant(), make.merchant()
    make.legal_entity(first, name="first")
    make.legal_entity(second, name="second")
    with scope([first.pk, second.pk]):
        with pytest.raises(LookupError), scope([first.pk]):
            raise LookupError
        assert names() == ["first", "second"]


def test_work_on_commit_stands_outside_the_scope() -> None:
    mine = make.merchant()
    seen: list[object] = []
    with scope([mine.pk]):
        transaction.on_commit(lambda: seen.append(current_scope()))
    # The test's own transaction never commits: what was queued is run here as it would be then.
    for queued in connection.run_on_commit:
        queued[1]()
    assert seen == [None]


@pytest.mark.django_db(transaction=True)
def test_a_scope_does_not_survive_on_the_connection() -> None:
    mine = make.merchant()
    make.legal_entity(mine)
    with scope([mine.pk]):
        assert LegalEntity.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.merchants', true)")
        assert cursor.fetchone()[0] in (None, "")
    assert LegalEntity.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_on_commit_of_a_real_transaction_may_open_its_own_scope() -> None:
    first, second = make.merchant(), make.merchant()
    make.legal_entity(second, name="second")
    seen: list[str] = []

    def look() -> None:
        with scope([second.pk]):
            seen.extend(names())

    with scope([first.pk]):
        transaction.on_commit(look)
    assert seen == ["second"]


def test_a_task_works_in_the_scope_that_its_argument_names() -> None:
    mine = make.merchant()
    make.legal_entity(mine)

    @scoped
    def count(*, merchant_id: int) -> int:
        return LegalEntity.objects.count()

    assert count(merchant_id=mine.pk) == 1
    assert LegalEntity.objects.count() == 0


def tables_of_merchants(superuser: "psycopg.Connection[Any]") -> dict[str, tuple[bool, bool, int]]:
    found = superuser.execute(
        """
        SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
               (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'tenant')
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'merchant_id' AND NOT a.attisdropped
         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
        """
    ).fetchall()
    return {name: (enabled, forced, policies) for name, enabled, forced, policies in found}


def test_every_table_with_a_merchant_is_protected(superuser: "psycopg.Connection[Any]") -> None:
    tables = tables_of_merchants(superuser)
    # Read before it is known which merchants a person may see.
    tables.pop("merchants_membership")
    assert "merchants_legalentity" in tables
    assert "workspace_job" in tables
    assert {name for name, state in tables.items() if state != (True, True, 1)} == set()


def test_no_table_of_the_product_is_open_to_everybody(superuser: "psycopg.Connection[Any]") -> None:
    rows = superuser.execute(
        "SELECT relname FROM pg_class, aclexplode(relacl) WHERE grantee = 0 AND relkind IN ('r', 'p', 'v')"
        " AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    assert [name for (name,) in rows if not name.startswith("pg_stat_statements")] == []


def test_the_application_is_neither_superuser_nor_past_row_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


@all_or_nothing()
def fail_half_way(merchant: Merchant, told: list[str]) -> None:
    make.legal_entity(merchant, name="half")
    transaction.on_commit(partial(told.append, "half"))
    with transaction.atomic(savepoint=False):
        raise ZeroDivisionError


def half_a_work_then_a_whole_one() -> list[str]:
    """What is told after the commit."""
    mine, other = make.merchant(), make.merchant()
    make.legal_entity(other, name="other")
    told: list[str] = []
    with scope([mine.pk], person_id=make.person().pk):
        with pytest.raises(ZeroDivisionError):
            fail_half_way(mine, told)
        assert names() == []  # and those of the other merchant are not seen
        with all_or_nothing():
            make.legal_entity(mine, name="whole")
            transaction.on_commit(partial(told.append, "whole"))
    with scope([mine.pk]):
        assert names() == ["whole"]
    return told


def test_what_fails_within_a_callers_transaction_leaves_nothing() -> None:
    half_a_work_then_a_whole_one()


@pytest.mark.django_db(transaction=True)
def test_what_fails_leaves_nothing_and_its_scope_goes_on() -> None:
    assert half_a_work_then_a_whole_one() == ["whole"]
    assert current_scope() is None
    assert not connection.in_atomic_block
