"""
The short transaction in which the rows of some merchants can be seen.

Outside a scope the protected tables are empty.  The setting lives in the transaction, so it cannot survive on a pooled
connection; network calls and drawing stand outside.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from backoffice.kernel import prepared

P = ParamSpec("P")
R = TypeVar("R")


class ScopeConflict(RuntimeError):
    """A scope was opened inside one that does not contain it: rows of one merchant would mix with another's."""


@dataclass(frozen=True)
class Scope:
    """merchants: whose rows are seen; person_id: who acts, for the audit; installation: its own audit is seen too."""

    merchants: frozenset[int]
    person_id: int | None = None
    installation: bool = False


_NOWHERE = Scope(frozenset())


@contextmanager
def scope(merchant_ids: Iterable[int], *, person_id: int | None = None, installation: bool = False) -> Iterator[Scope]:
    """
    Open a transaction in which the rows of exactly these merchants are seen and may be written.

    Inside another scope the merchants must be the same or fewer; fewer narrows the view until the inner block ends.
    An exception rolls back what the block did.  `person_id` and `installation` are inherited by inner scopes.
    :raises ScopeConflict: the outer scope does not contain one of the merchants.
    """
    outer: Scope | None = getattr(connection, "merchants_scope", None)
    wanted = frozenset(int(merchant) for merchant in merchant_ids)
    if outer is not None:
        if not wanted <= outer.merchants:
            strangers = sorted(wanted - outer.merchants)
            raise ScopeConflict(f"merchants {strangers} are outside the open scope {sorted(outer.merchants)}")
        person_id, installation = person_id or outer.person_id, installation or outer.installation
    opened = Scope(wanted, person_id, installation)
    enclosed = connection.in_atomic_block
    with transaction.atomic():
        try:
            connection.merchants_scope = opened  # type: ignore[attr-defined]
            if opened != outer:
                _tell(opened)
            yield opened
            # The end of a transaction, and after an exception that of a savepoint, takes the setting back by itself;
            # where an enclosing transaction (a test's, a caller's) goes on it is ours to do.
            if enclosed and opened != outer and not connection.needs_rollback:
                _tell(outer or _NOWHERE)
        finally:
            # Before the transaction ends: what runs on commit must not believe that it is still inside.
            connection.merchants_scope = outer  # type: ignore[attr-defined]


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """
    A block that leaves nothing behind when it fails, while the scope around it goes on.

    It is the first in its scope to write or to lock: where the scope is the whole transaction, that is rolled back and
    begun anew, which spares what succeeds the two questions of a savepoint and a transaction inside the transaction.
    """
    opened = current_scope()
    if opened is None or connection.savepoint_ids:  # somebody else's transaction is around the scope
        with transaction.atomic():
            yield
        return
    try:
        yield
    except BaseException:
        connection.needs_rollback = False  # inner blocks have asked for what happens here
        connection.run_on_commit = []
        connection._rollback()  # type: ignore[attr-defined]  # the public one is refused inside a transaction
        _tell(opened)
        raise


def current_scope() -> Scope | None:
    """The open scope of this thread's connection, or None."""
    return getattr(connection, "merchants_scope", None)


def scoped(work: Callable[P, R]) -> Callable[P, R]:
    """
    Run a task or command step in the scope named by its keyword argument `merchant_id` or `merchant_ids`.

    The argument stays with the function.  Stands under the task decorator: `@shared_task` above `@scoped`.
    """

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        merchants = [kwargs["merchant_id"]] if "merchant_id" in kwargs else kwargs["merchant_ids"]
        with scope(merchants):  # type: ignore[arg-type]
            return work(*args, **kwargs)

    return run


def _tell(opened: Scope) -> None:
    merchants = ",".join(str(int(merchant)) for merchant in sorted(opened.merchants))
    person = int(opened.person_id) if opened.person_id else ""
    installation = "on" if opened.installation else ""
    prepared.begin(
        f"SELECT set_config('app.merchants', '{{{merchants}}}', true), set_config('app.person', '{person}', true),"
        f" set_config('app.installation', '{installation}', true)"
    )
