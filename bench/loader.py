"""Filling tables by set-based SQL as a superuser: triggers asleep, indexes built afterwards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg

# What a column that the caller does not name gets where the table insists on something.
_NEUTRAL = {
    "boolean": "false",
    "bigint": "0",
    "integer": "0",
    "smallint": "0",
    "numeric": "0",
    "double precision": "0",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
    "timestamp with time zone": "now()",
    "date": "current_date",
    "bytea": "'\\x00'",
    "uuid": "gen_random_uuid()",
}


class Loader:
    """One connection on which foreign keys and append-only triggers are not asked."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self.connection = connection
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET work_mem = '256MB'")

    def run(self, sql: str, **values: object) -> int:
        return self.connection.execute(sql.encode(), values or None).rowcount

    def one(self, sql: str, **values: object) -> Any:
        found = self.connection.execute(sql.encode(), values or None).fetchone()
        return found[0] if found else None

    def insert(self, table: str, columns: Mapping[str, str], source: str = "") -> int:
        """
        Insert `SELECT columns FROM source`; a column that is not named and may not be null gets a neutral value.

        So that a column added by a migration does not stop the bench.
        """
        wanted = {**self._insisted(table), **columns}
        names = ", ".join(f'"{name}"' for name in wanted)
        sql = f'INSERT INTO "{table}" ({names}) SELECT {", ".join(wanted.values())}'
        return self.run(f"{sql} FROM {source}" if source else sql)

    def _insisted(self, table: str) -> dict[str, str]:
        rows = self.connection.execute(
            """
            SELECT column_name, data_type FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name = %s AND is_nullable = 'NO' AND column_default IS NULL
               AND is_identity = 'NO' AND is_generated = 'NEVER'
            """,
            [table],
        )
        return {column: _NEUTRAL.get(kind, "''") for column, kind in rows}

    @contextmanager
    def without_indexes(self, *tables: str) -> Iterator[None]:
        """Indexes of these tables that stand behind no constraint are dropped, and built when the block ends."""
        rows = self.connection.execute(
            """
            SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
             WHERE i.indrelid = ANY(%s::regclass[]) AND NOT i.indisprimary
               AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
            """,
            [list(tables)],
        ).fetchall()
        for name, _definition in rows:
            self.run(f"DROP INDEX {name}")
        yield
        for _name, definition in rows:
            self.run(definition)

    def finish(self) -> None:
        """Sequences behind what was inserted, statistics and visibility as autovacuum would leave them."""
        rows = self.connection.execute(
            """
            SELECT table_name FROM information_schema.columns
             WHERE table_schema = 'public' AND column_name = 'id' AND is_identity = 'YES'
            """
        ).fetchall()
        for (table,) in rows:
            behind = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            self.run(f"{behind} HAVING max(id) > 0")
        self.run("VACUUM (ANALYZE)")
