"""
State in dictionaries, written through to one SQLite file when there is one.

Rows are msgspec structs.  Whoever changes a row touches it; `flush` writes what was touched, and is called before an
answer leaves, so that nothing that was answered is lost when the process is killed.
"""

import sqlite3
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Row = TypeVar("Row")


class Table(dict[Any, Row]):
    def __init__(self, store: "Store", kind: str, row: type[Row]) -> None:
        super().__init__()
        self.kind, self._store, self._row = kind, store, row
        for key, body in store.read(kind):
            self[key] = msgspec.json.decode(body, type=row)

    def put(self, key: Any, row: Row) -> Row:
        self[key] = row
        self.touch(key)
        return row

    def touch(self, key: Any) -> None:
        self._store.touched[(self.kind, key)] = self

    def drop(self, key: Any) -> None:
        self.pop(key, None)
        self.touch(key)


class Store:
    def __init__(self, path: str | None = None) -> None:
        self.touched: dict[tuple[str, Any], Table[Any]] = {}
        self.database = _opened(path) if path else None

    def table(self, kind: str, row: type[Row]) -> Table[Row]:
        return Table(self, kind, row)

    def read(self, kind: str) -> list[tuple[Any, bytes]]:
        if self.database is None:
            return []
        rows = self.database.execute("SELECT key, body FROM rows WHERE kind = ? ORDER BY rowid", (kind,))
        return [(_key(key), body) for key, body in rows]

    def flush(self) -> None:
        if not self.touched:
            return
        touched, self.touched = self.touched, {}
        if self.database is None:
            return
        kept = [
            (kind, msgspec.json.encode(key).decode(), msgspec.json.encode(table[key]))
            for (kind, key), table in touched.items()
            if key in table
        ]
        gone = [(kind, msgspec.json.encode(key).decode()) for (kind, key), table in touched.items() if key not in table]
        with self.database:
            self.database.executemany(
                "INSERT INTO rows VALUES (?, ?, ?) ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body", kept
            )
            self.database.executemany("DELETE FROM rows WHERE kind = ? AND key = ?", gone)

    def clear(self) -> None:
        self.touched = {}
        if self.database is not None:
            with self.database:
                self.database.execute("DELETE FROM rows")


def _opened(path: str) -> sqlite3.Connection:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, check_same_thread=False)
    # The page cache survives the death of the process; the death of the machine may cost the last moment.
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = OFF")
    database.execute("CREATE TABLE IF NOT EXISTS rows (kind TEXT, key TEXT, body BLOB, PRIMARY KEY (kind, key))")
    return database


def _key(text: str) -> Any:
    key = msgspec.json.decode(text)
    return tuple(key) if isinstance(key, list) else key


class Sequences:
    """Numbers that only grow, also over a restart."""

    def __init__(self, store: Store) -> None:
        self._last: Table[int] = store.table("sequences", int)

    def next(self, name: str, *, start: int = 1) -> int:
        number = self._last.get(name, start - 1) + 1
        return self._last.put(name, number)

    def last(self) -> dict[str, int]:
        return dict(self._last)

    def go_on(self, last: dict[str, int]) -> None:
        """This function will continue after the numbers given, in a store that was cleared."""
        for name, number in last.items():
            self._last.put(name, number)
