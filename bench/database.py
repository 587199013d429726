"""Plain questions to the database of the bench."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def rows(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query, in the open scope."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall())
