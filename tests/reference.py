"""Cleaning after tests that commit: everything goes, except the rows that migrations made."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

TABLES = """
    SELECT c.relname, pg_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
    ORDER BY c.relname
"""
# To empty a table by new files costs some milliseconds for itself and each of its indexes; below this, row by row.
LARGE = 1 << 20


@dataclass(frozen=True)
class Reference:
    """
    A database, and copies, in the schema `reference`, of the tables that migrations filled.

    The superuser's connection is kept from test to test: one that knows no table yet takes three times as long.
    """

    connection: "psycopg.Connection[Any]"
    filled: tuple[str, ...]

    @classmethod
    @contextmanager
    def remembered(cls, url: str) -> "Iterator[Reference]":
        # Several statements in one message, as often as tests end, are not to be prepared.
        with psycopg.connect(url, autocommit=True, prepare_threshold=None) as connection:
            filled = tuple(
                name
                for name, _size in _sizes(connection)
                if connection.execute(sql.SQL("SELECT FROM {} LIMIT 1").format(sql.Identifier(name))).rowcount
            )
            connection.execute("DROP SCHEMA IF EXISTS reference CASCADE")
            connection.execute("CREATE SCHEMA reference")
            for name in filled:
                connection.execute(
                    sql.SQL("CREATE TABLE reference.{0} AS TABLE public.{0}").format(sql.Identifier(name))
                )
            yield cls(connection=connection, filled=filled)

    def restore(self) -> None:
        """Empty what tests filled, and put reference rows back; triggers and row security stand aside for it."""
        connection = self.connection
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
            used = {name: size for name, size in _sizes(connection) if size and name not in self.filled}
            # A request of a page that has just been left may still be writing; nothing else waits for it.
            connection.execute(_each("LOCK TABLE {} IN EXCLUSIVE MODE", used))
            if large := [sql.Identifier(name) for name, size in used.items() if size > LARGE]:
                connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(sql.SQL(", ").join(large)))
            connection.execute(_each("DELETE FROM {}", used))
            for name in self.filled:
                if connection.execute(_CHANGED.format(sql.Identifier(name))).rowcount:
                    connection.execute(_REFILL.format(sql.Identifier(name)))


_CHANGED = sql.SQL(
    "(TABLE public.{0} EXCEPT TABLE reference.{0}) UNION ALL (TABLE reference.{0} EXCEPT TABLE public.{0}) LIMIT 1"
)
_REFILL = sql.SQL("DELETE FROM public.{0}; INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM reference.{0}")


def _sizes(connection: "psycopg.Connection[Any]") -> list[tuple[str, int]]:
    return connection.execute(TABLES).fetchall()


def _each(statement: str, names: "dict[str, int]") -> sql.Composed:
    """One statement after another, in one message."""
    return sql.SQL("; ").join(sql.SQL(statement).format(sql.Identifier(name)) for name in names)
