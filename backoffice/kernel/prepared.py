"""
Statements that Postgres plans once per connection and keeps: for the few that people wait for at every scan.

Django composes values into the text of a statement, so that each one is parsed and planned anew; planning a join takes
longer than running it.  Here values travel apart from the text.  Everything else stays as with Django's cursor: the
open transaction and its scope, errors, query counting.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, TypeAlias, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import Model
from django.db.models.base import ModelState
from psycopg._queries import PostgresQuery
from psycopg.adapt import Transformer
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.types.numeric import Int8Dumper

Values: TypeAlias = Sequence[Any] | Mapping[str, Any]
M = TypeVar("M", bound=Model)


def rows(sql: str, values: Values, *, binary: bool = False) -> list[tuple[Any, ...]]:
    """
    Run a statement and return the rows that it gives.

    A value whose type does not follow from its place, as in `%(cell)s::bigint IS NULL`, wants a cast.
    binary: for thousands of rows with times, which Django would read out of text one by one; JSON comes read, too.
    """
    database = _connected()
    if database.execute_wrappers or database.queries_logged:
        return _watched(database, sql, values, binary=binary)
    if database.needs_rollback:
        database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        return _statement(database.connection, sql, binary=binary).run(values)


def begin(sql: str) -> None:
    """
    Run a statement without values; where it is the first of a transaction, it makes one journey with its BEGIN.

    Its plan is not kept: it may be another text each time.
    """
    database = _connected()
    if database.execute_wrappers or database.queries_logged:
        _watched(database, sql, (), binary=False)
        return
    if database.needs_rollback:
        database.validate_no_broken_transaction()
    pgconn = database.connection.pgconn
    first = pgconn.transaction_status == TransactionStatus.IDLE and not database.connection.autocommit
    with database.wrap_database_errors:
        _checked(pgconn, pgconn.exec_(f"BEGIN; {sql}".encode() if first else sql.encode()))


def _connected() -> Any:
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.connection is None or database.health_check_enabled:
        database.close_if_health_check_failed()
        database.ensure_connection()
    return database


def _statement(raw: Any, sql: str, *, binary: bool) -> "_Statement":
    kept: dict[tuple[str, bool], _Statement] | None = getattr(raw, "prepared_statements", None)
    if kept is None:
        kept = raw.prepared_statements = {}
    known = kept.get((sql, binary))
    if known is None:
        known = kept[sql, binary] = _Statement(raw, sql, binary=binary)
    return known


class _Statement:
    """
    A statement as one connection knows it: how values are written, under which name it is planned, how rows are read.

    With psycopg's own parts, without the layers of its cursor, which take twice as long as the rest: a scan asks ten
    times.  Psycopg itself prepares nothing on our connections: it forgets all of it at every rollback.
    """

    _numbers = count()

    def __init__(self, raw: Any, sql: str, *, binary: bool) -> None:
        self.raw, self.sql = raw, sql
        self.format = Format.BINARY if binary else Format.TEXT
        context = psycopg.Cursor(raw)
        # Else a number has the type that it just fits in, and each of them would be a plan of its own.
        context.adapters.register_dumper(int, Int8Dumper)
        self.transformer = Transformer(context)
        self.query = PostgresQuery(self.transformer)
        self.names: dict[tuple[int, ...], bytes] = {}  # by the types of the values: None is of any

    def run(self, values: Values) -> list[tuple[Any, ...]]:
        pgconn, query = self.raw.pgconn, self.query
        if pgconn.transaction_status == TransactionStatus.IDLE and not self.raw.autocommit:
            _checked(pgconn, pgconn.exec_(b"BEGIN"))
        if query.query:
            query.dump(values)
        else:
            query.convert(self.sql, values)
        name = self.names.get(query.types) or self._prepare(pgconn)
        answer = _checked(pgconn, pgconn.exec_prepared(name, query.params, query.formats, self.format))
        self.transformer.set_pgresult(answer)
        found = self.transformer.load_rows(0, answer.ntuples, tuple)
        self.transformer.set_pgresult(None, set_loaders=False)  # answers may be large, statements live long
        return found

    def _prepare(self, pgconn: Any) -> bytes:
        name = b"statement_%d" % next(self._numbers)
        _checked(pgconn, pgconn.prepare(name, self.query.query, self.query.types))
        self.names[self.query.types] = name
        return name


def _checked(pgconn: Any, answer: Any) -> Any:
    if answer.status in (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK):
        return answer
    if pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError(answer.get_error_message() or "the connection is lost")
    raise psycopg.errors.error_from_result(answer)


def _watched(database: Any, sql: str, values: Values, *, binary: bool) -> list[tuple[Any, ...]]:
    """The same where somebody counts, logs or wraps statements."""
    own: psycopg.Cursor[Any] = psycopg.Cursor(database.connection)
    own.format = Format.BINARY if binary else Format.TEXT
    with database._prepare_cursor(own) as cursor:
        cursor.execute(sql, values)
        found: list[tuple[Any, ...]] = [] if cursor.rownumber is None else cursor.fetchall()
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
        one = _made(model, zip(names, read, strict=True))
        if also:
            setattr(one, also[0], columns[-1])
        found.append(one)
    return found


def _made(model: type[M], values: Iterable[tuple[str, Any]]) -> M:
    """As `from_db` of a model that has no way of its own to be made, whole and without asking about each field."""
    one = model.__new__(model)
    one.__dict__.update(values)
    one._state = ModelState()
    one._state.adding, one._state.db = False, connection.alias
    return one


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
