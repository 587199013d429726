"""
Statements that Postgres plans once per connection and keeps: for the few that people wait for at every scan.

Django composes values into the text of a statement, so that each one is parsed and planned anew; planning a join takes
longer than running it.  Here values travel apart from the text.  Everything else stays as with Django's cursor: the
open transaction and its scope, errors, query counting.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model
from psycopg.pq import Format

Values: TypeAlias = Sequence[Any] | Mapping[str, Any]
M = TypeVar("M", bound=Model)


def rows(sql: str, values: Values, *, binary: bool = False) -> list[tuple[Any, ...]]:
    """
    Run a statement and return the rows that it gives.

    A value whose type does not follow from its place, as in `%(cell)s::bigint IS NULL`, wants a cast.
    binary: for thousands of rows with times, which Django would read out of text one by one; JSON comes read, too.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    database.ensure_connection()
    if database.execute_wrappers or database.queries_logged:
        return _watched(database, sql, values, binary=binary)
    # As Django's cursor does, without its layers: a scan asks a dozen times, and they cost a third of each.
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        return _run(_cursor(database, binary=binary), sql, values)


def _run(cursor: Any, sql: str, values: Values) -> list[tuple[Any, ...]]:
    cursor.execute(sql, values)
    found: list[tuple[Any, ...]] = [] if cursor.rownumber is None else cursor.fetchall()
    return found


def _cursor(database: Any, *, binary: bool) -> "psycopg.Cursor[Any]":
    """The one of the connection; every statement takes all of its rows, so that the next one may use it."""
    kept: psycopg.Cursor[Any] | None = getattr(database, "prepared_cursor", None)
    if kept is None or kept.connection is not database.connection:
        kept = database.prepared_cursor = psycopg.Cursor(database.connection)
    kept.format = Format.BINARY if binary else Format.TEXT
    return kept


def _watched(database: Any, sql: str, values: Values, *, binary: bool) -> list[tuple[Any, ...]]:
    """The same where somebody counts, logs or wraps statements."""
    own: psycopg.Cursor[Any] = psycopg.Cursor(database.connection)
    own.format = Format.BINARY if binary else Format.TEXT
    with database._prepare_cursor(own) as cursor:
        found = _run(cursor, sql, values)
        if database.queries_logged and not database.queries_log[-1]["sql"]:
            # This kind of cursor keeps no text for the log.
            database.queries_log[-1]["sql"] = database.ops.compose_sql(sql, values)
        return found


def row(sql: str, values: Values) -> tuple[Any, ...] | None:
    """The first row of a statement, None when it gives none."""
    found = rows(sql, values)
    return found[0] if found else None


def instances(model: type[M], tail: str, values: Values, *, also: tuple[str, str] | None = None) -> list[M]:
    """
    Read rows of a model's table as its instances.

    tail: what follows the table's name: `WHERE …`, `ORDER BY …`, `FOR UPDATE`.
    also: an attribute that the instances get, and the expression that it is.
    """
    names, converters = _shape(model)
    found = []
    for columns in rows(_select(model, tail, also[1] if also else ""), values):
        read = list(columns[: len(names)])
        for place, convert in converters:
            read[place] = convert(read[place], None, connection)
        one = model.from_db(connection.alias, names, read)
        if also:
            setattr(one, also[0], columns[-1])
        found.append(one)
    return found


@cache
def _shape(model: type[Model]) -> tuple[list[str], list[tuple[int, Any]]]:
    """Names of the fields, and what makes values of columns that Postgres gives as text (JSON) of some of them."""
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    return names, [
        (place, convert) for place, field in enumerate(fields) for convert in field.get_db_converters(connection)
    ]


@cache
def _select(model: type[Model], tail: str, also: str) -> str:
    table = model._meta.db_table
    columns = ", ".join(f'{table}."{field.column}"' for field in model._meta.concrete_fields)
    more = f", {also}" if also else ""
    return f"SELECT {columns}{more} FROM {table} {tail}"  # noqa: S608  names of the model, and texts of the program's
