"""Migrations that were made one are refused to a database that has only some of them."""

import pytest
from django.core import checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

pytestmark = pytest.mark.django_db

APPLIED = MigrationRecorder.Migration.objects
REFUSED = checks.Error(
    "This database was last used with an older version, and lacks changes of orders, stock that have since been put "
    "together with earlier ones. Nothing was changed.",
    hint="Check out the commit d2a0146, start it once so that it migrates, then come back and repeat.",
    id="backoffice.E002",
)


def found() -> list[checks.CheckMessage]:
    return checks.run_checks(tags=[checks.Tags.database], databases=["default"])


def test_a_database_with_all_of_them_is_migrated() -> None:
    assert APPLIED.filter(app="orders", name="0012_units_in_hands").exists()
    assert found() == []


def test_a_database_that_stood_between_two_of_them_is_refused() -> None:
    APPLIED.filter(app="orders", name__in=["0012_units_in_hands", "0001_tables"]).delete()
    APPLIED.filter(app="stock", name__gt="0001_initial").delete()
    assert found() == [REFUSED]


def test_the_refusal_stops_migrate_before_it_begins() -> None:
    APPLIED.filter(app="orders", name="0012_units_in_hands").delete()
    APPLIED.filter(app="stock", name="0012_zones_and_kits").delete()
    before = list(APPLIED.values_list("app", "name"))
    with pytest.raises(SystemCheckError, match="lacks changes of orders, stock that"):
        call_command("migrate", "--no-input", skip_checks=False)
    assert list(APPLIED.values_list("app", "name")) == before


def test_a_first_start_that_was_broken_off_goes_on() -> None:
    """Each migration is whole or absent: what an app lacks altogether comes with the next start."""
    APPLIED.filter(app="orders", name__in=["0002_guards", "0003_protect"]).delete()
    APPLIED.filter(app="stock").delete()
    assert found() == []


def test_a_database_without_tables_is_migrated() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = pg_temp")
    assert found() == []
