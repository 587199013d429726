"""Cleaning after tests that commit: everything goes, except the rows that migrations made."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    ORDER BY c.relname
"""


@dataclass(frozen=True)
class Reference:
    """The tables of a database, and copies, in the schema `reference`, of those that migrations filled."""

    url: str
    tables: tuple[str, ...]
    filled: tuple[str, ...]

    @classmethod
    def remember(cls, url: str) -> "Reference":
        with psycopg.connect(url, autocommit=True) as connection:
            tables = tuple(name for (name,) in connection.execute(TABLES))
            filled = tuple(name for name in tables if _has_rows(connection, [name]))
            connection.execute("DROP SCHEMA IF EXISTS reference CASCADE")
            connection.execute("CREATE SCHEMA reference")
            for name in filled:
                connection.execute(
                    sql.SQL("CREATE TABLE reference.{0} AS TABLE public.{0}").format(sql.Identifier(name))
                )
        return cls(url=url, tables=tables, filled=filled)

    def restore(self) -> None:
        """Empty what tests filled, and put reference rows back; triggers and row security stand aside for it."""
        with psycopg.connect(self.url) as connection:
            connection.execute("SET LOCAL session_replication_role = replica")
            if used := _has_rows(connection, [name for name in self.tables if name not in self.filled]):
                names = sql.SQL(", ").join(map(sql.Identifier, used))
                connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(names))
            for name in self.filled:
                connection.execute(_REFILL.format(sql.Identifier(name)))


_REFILL = sql.SQL("DELETE FROM public.{0}; INSERT INTO public.{0} OVERRIDING SYSTEM VALUE SELECT * FROM reference.{0}")


def _has_rows(connection: "psycopg.Connection[tuple[str]]", names: list[str]) -> list[str]:
    if not names:
        return []
    asks = (
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM public.{})").format(name, sql.Identifier(name)) for name in names
    )
    return [name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(asks))]
