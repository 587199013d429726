"""Rows in bulk: COPY into a temporary table, then set-based SQL.  COPY straight into a protected table is refused."""

from collections.abc import Iterable, Sequence

from django.db import connection

# What a name means is the same for the life of the program: a connection keeps the table that it made first.
_shapes: dict[str, str] = {}


def copy_to_temp(
    name: str, columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]], *, joined: bool = True
) -> None:
    """
    Fill the temporary table `name` for this transaction with these rows and no others.

    The connection keeps the empty table from one transaction to the next: making one, with what goes with it in the
    catalogue, costs more than filling it with a page of orders.

    columns: (column, SQL type) in the order of each row's values.  `name` and columns are ours, never a user's.
    joined: its statistics are wanted; a table that is only read from end to end does without.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a temporary table needs an open transaction")
    shape = ", ".join(f"{column} {kind}" for column, kind in columns)
    if _shapes.setdefault(name, shape) != shape:
        raise RuntimeError(f"the temporary table {name} has other columns elsewhere")
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({shape}) ON COMMIT DELETE ROWS;"  # noqa: S608
            f"DELETE FROM pg_temp.{name}"
        )
        with cursor.copy(f"COPY pg_temp.{name} ({', '.join(column for column, _ in columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        if joined:
            cursor.execute(f"ANALYZE {name}")
