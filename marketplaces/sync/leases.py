"""
One worker at a time for a stream or a drain of a channel.

A lease is a time on a row, not a lock: no transaction spans the network, and what a killed worker held is free again
when the time has passed.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F

from marketplaces.models import Cursor

LEASE_S = 45


@dataclass(slots=True)
class Lease:
    """until: also the proof of ownership, since whoever takes the lease anew writes another time."""

    channel_id: int
    stream: str
    until: datetime


def take(*, merchant_id: int, channel_id: int, stream: str, now: datetime) -> Lease | None:
    """This function will take the lease if nobody holds it, in the open scope; None: somebody does."""
    until = now + timedelta(seconds=LEASE_S)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO marketplaces_cursor AS c
                   (merchant_id, channel_id, stream, failures, error, items, leased_until, last_attempt_at)
            VALUES (%(merchant)s, %(channel)s, %(stream)s, 0, '', 0, %(until)s, %(now)s)
            ON CONFLICT (channel_id, stream) DO UPDATE
               SET leased_until = excluded.leased_until, last_attempt_at = excluded.last_attempt_at
             WHERE c.leased_until IS NULL OR c.leased_until < %(now)s
            RETURNING id
            """,
            {"merchant": merchant_id, "channel": channel_id, "stream": stream, "until": until, "now": now},
        )
        return Lease(channel_id, stream, until) if cursor.fetchone() else None


def extend(lease: Lease, *, now: datetime) -> bool:
    """This function will move the end of the lease away; False: it was lost to somebody else."""
    until = now + timedelta(seconds=LEASE_S)
    kept = _mine(lease).update(leased_until=until)
    lease.until = until if kept else lease.until
    return bool(kept)


def release(lease: Lease) -> None:
    """This function will free the lease if it is still ours."""
    _mine(lease).update(leased_until=None)


def _mine(lease: Lease):  # type: ignore[no-untyped-def]
    return Cursor.objects.filter(channel_id=lease.channel_id, stream=lease.stream, leased_until=lease.until)


def note(lease: Lease, *, trouble: str, now: datetime) -> None:
    """This function will write down how a run under the lease ended."""
    if trouble:
        _mine(lease).update(failures=F("failures") + 1, error=trouble[:500])
    else:
        _mine(lease).update(failures=0, error="", last_success_at=now)
