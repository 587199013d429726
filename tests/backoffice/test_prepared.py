"""Statements that are planned once per connection: values, errors and lost connections are those of any other."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from backoffice.kernel import prepared

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_connection() -> Iterator[None]:
    connection.close()
    yield
    connection.close()


def planned() -> int:
    return int(prepared.rows("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%mine%%'", [])[0][0])


def test_values_of_every_kind_come_back_as_they_went() -> None:
    sql = "SELECT %s::bigint, %s::text, %s::timestamptz, %s::uuid, %s::bigint[], %s::numeric, %s::bool, %s::bigint"
    uuid = UUID("12345678123456781234567812345678")
    values = [7, "ё'\"%s", NOON, uuid, [1, 2**40], Decimal("1.50"), True, None]
    assert prepared.rows(sql, values) == [tuple(values)]
    assert prepared.rows(sql, [*values[:-1], 8]) == [(*values[:-1], 8)]
    assert prepared.rows("SELECT %(b)s::int, %(a)s::int, %(b)s::int", {"a": 1, "b": 2}) == [(2, 1, 2)]
    assert prepared.rows("SELECT 1 WHERE false", []) == []


def test_a_statement_is_planned_once_whatever_the_size_of_its_numbers() -> None:
    for number in (1, 2**20, 2**40):
        assert prepared.row("SELECT %s + 0 AS mine", [number]) == (number,)
    assert planned() == 2  # and the question itself


def test_what_writes_gives_no_rows_and_stands_after_a_rollback() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE mine (id int UNIQUE)")
    write = "INSERT INTO mine VALUES (%s)"
    assert prepared.rows(write, [1]) == []
    with transaction.atomic():
        prepared.rows(write, [2])
        transaction.set_rollback(True)
    with pytest.raises(IntegrityError) as refused:
        prepared.rows(write, [1])
    assert isinstance(refused.value.__cause__, psycopg.errors.UniqueViolation)
    prepared.rows(write, [3])
    assert prepared.rows("SELECT id FROM mine ORDER BY id", []) == [(1,), (3,)]
    with pytest.raises(DataError):
        prepared.rows(write, ["\x00"])


def test_the_first_statement_opens_the_transaction() -> None:
    with transaction.atomic():
        prepared.begin("SELECT set_config('app.merchants', '{7}', true)")
        assert prepared.rows("SELECT current_setting('app.merchants')", []) == [("{7}",)]
        prepared.begin("SELECT 'mine'")
        assert planned() == 1  # the question itself
    assert prepared.rows("SELECT nullif(current_setting('app.merchants', true), '')", []) == [(None,)]
    with pytest.raises(DataError), transaction.atomic():
        prepared.begin("SELECT 1 / 0")
    prepared.begin("SELECT 1")  # outside a transaction it is a statement like another
    assert connection.connection.pgconn.transaction_status == psycopg.pq.TransactionStatus.IDLE


def test_a_lost_connection_is_told_as_one_and_the_next_one_works() -> None:
    with pytest.raises(OperationalError):
        prepared.rows("SELECT pg_terminate_backend(pg_backend_pid())", [])
    connection.close()
    assert prepared.rows("SELECT 1", []) == [(1,)]
