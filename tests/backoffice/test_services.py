import os

import psycopg
import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection
from django.utils import timezone


def make_session():
    return Session.objects.create(session_key="a" * 32, session_data="x", expire_date=timezone.now())


@pytest.mark.django_db
def test_tests_run_as_the_application_role_which_may_not_truncate():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("backoffice_app",)
        with pytest.raises(ProgrammingError):
            cursor.execute("TRUNCATE django_session")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_committed_rows_are_gone_in_the_next_test_and_reference_rows_are_not(turn, superuser):
    assert Session.objects.count() == 0
    kinds = ContentType.objects.count()
    assert kinds > 0
    make_session()
    assert superuser.execute("SELECT count(*) FROM django_session").fetchone() == (1,)
    assert superuser.execute("SELECT count(*) FROM reference.django_content_type").fetchone() == (kinds,)


@pytest.mark.django_db(transaction=True)
def test_owner_and_application_are_neither_superuser_nor_past_row_security(owner):
    roles = owner.execute(
        "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles WHERE rolname LIKE 'backoffice%' ORDER BY 1"
    ).fetchall()
    assert roles == [
        ("backoffice_app", False, False, True),
        ("backoffice_owner", False, False, True),
        ("backoffice_search", False, True, False),
    ]


@pytest.mark.django_db
def test_search_in_russian_ignores_case_because_the_locale_is_stated():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'ЁЛКА' ILIKE 'ёлка', lower('ЩУКА'), similarity('заказ', 'заказы') > 0.5, unaccent('ёж')")
        assert cursor.fetchone() == (True, "щука", True, "еж")


def test_superuser_address_is_not_the_applications():
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"]) as connection_:
        assert connection_.execute("SELECT current_user").fetchone() == ("postgres",)
