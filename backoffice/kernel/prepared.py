"""
Statements that Postgres plans once per connection and keeps: for the few that people wait for at every scan.

Django composes values into the text of a statement, so that each one is parsed and planned anew; planning a join takes
longer than running it.  Here values travel apart from the text.  Everything else stays as with Django's cursor: the
open transaction and its scope, errors, query counting.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import psycopg
from django.db import connection

Values: TypeAlias = Sequence[Any] | Mapping[str, Any]


def rows(sql: str, values: Values) -> list[tuple[Any, ...]]:
    """
    Run a statement and return the rows that it gives.

    A value whose type does not follow from its place, as in `%(cell)s::bigint IS NULL`, wants a cast.
    """
    connection.ensure_connection()
    with connection._prepare_cursor(psycopg.Cursor(connection.connection)) as cursor:  # type: ignore[attr-defined]
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []


def row(sql: str, values: Values) -> tuple[Any, ...] | None:
    """The first row of a statement, None when it gives none."""
    found = rows(sql, values)
    return found[0] if found else None
