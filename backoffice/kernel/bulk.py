"""Rows in bulk: COPY into a temporary table, then set-based SQL.  COPY straight into a protected table is refused."""

from collections.abc import Iterable, Sequence

from django.db import connection


def copy_to_temp(
    name: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]], *, joined: bool = True
) -> None:
    """
    Make the temporary table `name` for this transaction and fill it.

    columns: (column, SQL type) in the order of each row's values.  `name` and columns are ours, never a user's.
    joined: its statistics are wanted; a table that is only read from end to end does without.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a temporary table needs an open transaction")
    shape = ", ".join(f"{column} {kind}" for column, kind in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(f"CREATE TEMPORARY TABLE {name} ({shape}) ON COMMIT DROP")
        with cursor.copy(f"COPY {name} ({', '.join(column for column, _ in columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if joined:
            cursor.execute(f"ANALYZE {name}")
