"""What could not be understood or applied: kept with the reason, gone when its item has been applied."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from marketplaces.dto import Broken
from marketplaces.errors import storable
from marketplaces.http import redact
from marketplaces.models import Quarantine

Item = TypeVar("Item")


def put(*, merchant_id: int, channel_id: int, stream: str, broken: Iterable[Broken], now: datetime) -> int:
    """This function will set items apart, masked; one that was seen before only counts."""
    rows = {
        (key := storable(item.key)[:100]): Quarantine(
            merchant_id=merchant_id,
            channel_id=channel_id,
            stream=stream,
            key=key,
            reason=storable(item.reason)[:1000],
            payload=_masked(item.payload),
            first_at=now,
            last_at=now,
        )
        for item in broken
    }
    known = Quarantine.objects.filter(channel_id=channel_id, stream=stream, key__in=list(rows))
    for row in known:
        fresh = rows.pop(row.key)
        Quarantine.objects.filter(pk=row.pk).update(
            reason=fresh.reason, payload=fresh.payload, last_at=now, seen=F("seen") + 1
        )
    Quarantine.objects.bulk_create(rows.values(), ignore_conflicts=True)
    return len(rows)


def clear(*, channel_id: int, streams: Iterable[str], keys: Iterable[str]) -> None:
    """This function will let go what has been applied after all, whichever of these streams it was set apart by."""
    held = Quarantine.objects.filter(channel_id=channel_id, stream__in=list(streams))
    held.filter(key__in=[key[:100] for key in keys]).delete()


def dismiss(*, quarantine_id: int) -> bool:
    """This function will let go an item that is not wanted, in the open scope; False: there is none."""
    return bool(Quarantine.objects.filter(pk=quarantine_id).delete()[0])


def apply_or_halve(
    items: Sequence[Item], apply: Callable[[Sequence[Item]], object]
) -> tuple[list[Item], list[tuple[Item, Exception]]]:
    """
    This function will apply items together; when that fails, halve them by savepoints until the culprit stands alone.

    Gives the applied items and the culprits with what was wrong.  Failures of the database itself are nobody's fault
    and pass through.
    """
    if not items:
        return [], []
    try:
        with transaction.atomic():
            apply(items)
            _prove_deferred()
    except (OperationalError, InterfaceError):
        raise
    except Exception as reason:  # noqa: BLE001, whatever is wrong with an item, the others go on
        if len(items) == 1:
            return [], [(items[0], reason)]
        middle = len(items) // 2
        first, second = apply_or_halve(items[:middle], apply), apply_or_halve(items[middle:], apply)
        return first[0] + second[0], first[1] + second[1]
    return list(items), []


def _prove_deferred() -> None:
    """Foreign keys are checked at commit; asked here, the savepoint that broke one is the one that fails."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _masked(payload: object) -> object:
    masked = redact.value(payload) if isinstance(payload, dict | list) else redact.text(str(payload or "")[:8000])
    return _clean_value(masked)


def _clean_value(value: object, depth: int = 0) -> object:
    """JSON that Postgres takes: no zero characters, no infinities, bounded depth."""
    if depth > 30:
        return "…"
    if isinstance(value, str):
        return storable(value)[:8000]
    if isinstance(value, dict):
        return {storable(str(key)): _clean_value(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean_value(inner, depth + 1) for inner in value[:500]]
    if isinstance(value, int | bool) or value is None:
        return value
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        return value
    return str(value)
