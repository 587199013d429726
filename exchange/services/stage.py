"""
The stage: a whole package in temporary tables of the worker's connection, before anything is applied.

Only when the document has been read to its last byte is any of it judged or applied, so that a cut file changes
nothing.  The tables live as long as the connection's session and are emptied by the next package.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from exchange.formats import values
from exchange.formats.read import Reader
from exchange.types import Good, Offer, OrderDocument, Trouble, Word

TABLES = {
    "cml_good": """n int, line int, good text, char text, guid uuid, name text, code text, article text, barcodes text,
                   category text, description text, brand text, vat text, weight_g int, attributes jsonb,
                   archived bool""",
    "cml_offer": """n int, line int, good text, char text, guid uuid, char_guid uuid, name text, article text,
                    variant text, barcodes text, archived bool, others_zero bool""",
    "cml_price": "n int, good text, char text, type text, amount numeric, currency text",
    "cml_rest": "n int, good text, char text, store text, pieces int",
    "cml_picture": "n int, good text, path text, position int",
    "cml_trouble": "n int, line int, subject text, field text, text text",
}
_ROWS_AT_ONCE = 20_000


class Stage:
    """The temporary tables; words and documents, small by nature, are kept beside them."""

    def __init__(self, connection_id: int) -> None:
        self.connection_id = connection_id
        self.words: list[Word] = []
        self.documents: list[OrderDocument] = []
        self.total = 0
        self._rows: dict[str, list[tuple[Any, ...]]] = {name: [] for name in TABLES}
        self._count = 0

    def begin(self) -> None:
        with connection.cursor() as cursor:
            for name, columns in TABLES.items():
                cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
                cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")

    def read(self, reader: Reader, *, alive: Callable[[], None]) -> None:
        """Read the package whole; `alive` is called now and then.  :raises CannotRead: from the reader"""
        for entry in reader:
            self.put(entry)
            if self._count >= _ROWS_AT_ONCE:
                self._write()
                alive()
        self.finish()

    def put(self, entry: object) -> None:
        if isinstance(entry, Offer):
            self._offer(entry)
        elif isinstance(entry, Good):
            self._good(entry)
        elif isinstance(entry, Word):
            if entry.external_id:
                self.words.append(entry)
        elif isinstance(entry, Trouble):
            self.total = max(self.total, entry.n)
            self._add("cml_trouble", (entry.n, entry.line, entry.subject, entry.field, entry.text))
        elif isinstance(entry, OrderDocument):
            self.total = entry.n
            self.documents.append(entry)

    def finish(self) -> None:
        self._write()
        with connection.cursor() as cursor:
            for name in ("cml_good", "cml_offer", "cml_price", "cml_rest"):
                cursor.execute(f"CREATE INDEX ON {name} (n)")
                cursor.execute(f"ANALYZE {name}")

    def _good(self, good: Good) -> None:
        self.total = max(self.total, good.n)
        guid = values.guid_text(self.connection_id, good.good)
        code = good.article or good.code or good.good
        barcodes = "" if good.char else "\n".join(good.barcodes)
        attributes = json.dumps(good.attributes, ensure_ascii=False) if good.attributes else "{}"
        self._add(
            "cml_good",
            (good.n, good.line, good.good, good.char, guid, good.name, code, good.article, barcodes, good.group,
             good.description, good.brand, good.vat, good.weight_g, attributes,
             good.deleted if not good.char else None),
        )  # fmt: skip
        for position, path in enumerate(good.pictures):
            self._add("cml_picture", (good.n, good.good, path[:300], position))
        if good.char:
            self._offer(
                Offer(good.n, good.line, good.good, good.char, good.name, good.article, good.variant, good.barcodes,
                      good.deleted)
            )  # fmt: skip

    def _offer(self, offer: Offer) -> None:
        self.total = max(self.total, offer.n)
        char_guid = values.guid_text(self.connection_id, offer.char) if offer.char else None
        self._add(
            "cml_offer",
            (offer.n, offer.line, offer.good, offer.char, values.guid_text(self.connection_id, offer.good), char_guid,
             offer.name, offer.article, offer.variant, "\n".join(offer.barcodes), _told(offer),
             offer.others_zero),
        )  # fmt: skip
        for kind, amount, currency in offer.prices:
            self._add("cml_price", (offer.n, offer.good, offer.char, kind, amount, currency))
        for store, pieces in offer.rests:
            self._add("cml_rest", (offer.n, offer.good, offer.char, store, pieces))

    def _add(self, table: str, row: tuple[Any, ...]) -> None:
        self._rows[table].append(row)
        self._count += 1

    def _write(self) -> None:
        for table, rows in self._rows.items():
            if rows:
                _copy(table, rows)
                rows.clear()
        self._count = 0


def _told(offer: Offer) -> bool | None:
    """Whether the offer is deleted; a bare price or rest says nothing of that."""
    return offer.deleted if offer.name or offer.deleted else None


def _copy(table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


@contextmanager
def joined_by_hash(cursor: Any) -> Iterator[None]:
    """
    Joins of two large sides inside are made by hash.

    The planner cannot know how many codes come out of a text, guesses few, and would compare each with each.
    """
    cursor.execute("SET LOCAL enable_nestloop = off")
    yield
    cursor.execute("SET LOCAL enable_nestloop = on")


def troubles() -> Iterator[tuple[int, int, str, str, str]]:
    """What is wrong with single objects, so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT n, line, subject, field, text FROM cml_trouble ORDER BY n")
        yield from cursor.fetchall()
