"""Advisory locks: one numbered list, so that no two subjects ever share a key."""

from enum import IntEnum

from django.db import connection


class Subject(IntEnum):
    """What an advisory lock guards.  Numbers are never reused or changed: two releases may run side by side."""

    HANDOVER = 1  # choosing the open handover of a channel warehouse
    WAVE_NUMBER = 2
    IMPORT = 3
    SETTLEMENTS = 4  # the documents of one merchant's settlements are accepted one by one
    FACTS = 5  # the sums of one merchant's orders are moved by one at a time
    SHELF = 6  # the articles of one merchant are judged by one at a time


class OutsideTransaction(RuntimeError):
    """An advisory lock was asked for with no transaction open: it would be released at once."""


def take(subject: Subject, number: int) -> None:
    """Wait for the lock on (subject, number) and hold it until the transaction ends."""
    _ask("pg_advisory_xact_lock", subject, number)


def take_if_free(subject: Subject, number: int) -> bool:
    """Hold the lock on (subject, number) until the transaction ends; False, at once, while somebody else holds it."""
    return bool(_ask("pg_try_advisory_xact_lock", subject, number))


def _ask(function: str, subject: Subject, number: int) -> object:
    if not connection.in_atomic_block:
        raise OutsideTransaction(subject.name)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [int(subject), number % 2**31])
        return cursor.fetchone()[0]
