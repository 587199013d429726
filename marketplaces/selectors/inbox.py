"""What marketplaces told by themselves, and what they should have told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from marketplaces.models import InboxAddress

DAY = timedelta(days=1)
# A notice that comes within it after the sweep was late, not lost.
GRACE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressRow:
    """A channel's address without its secret; refused_because: address or password."""

    made_at: datetime
    heard_at: datetime | None
    refused_at: datetime | None
    refused_from: str
    refused_because: str


def address_row(channel_id: int) -> AddressRow | None:
    """The address of a channel, in the open scope."""
    row = InboxAddress.objects.filter(channel_id=channel_id).first()
    if row is None:
        return None
    return AddressRow(
        made_at=row.made_at,
        heard_at=row.heard_at,
        refused_at=row.refused_at,
        refused_from=row.refused_from,
        refused_because=row.refused_because,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxFigures:
    """
    The last day of a channel whose marketplace has an address to call.

    heard_at None: it has not called yet.  missed: orders found by the sweep of which no notice came.
    """

    heard_at: datetime | None
    told: int
    waiting: int
    repeats: int
    missed: int
    last_at: datetime | None


def channel_figures(channel_ids: Iterable[int], *, now: datetime) -> dict[int, InboxFigures]:
    """By channel, for those that have an address, in the open scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.channel_id, a.heard_at, coalesce(i.told, 0), coalesce(i.waiting, 0), coalesce(i.repeats, 0),
                   (SELECT count(*) FROM marketplaces_sweepfind f
                     WHERE f.merchant_id = a.merchant_id AND f.channel_id = a.channel_id
                       AND f.found_at BETWEEN %(since)s AND %(settled)s), i.last_at
              FROM marketplaces_inboxaddress a
              LEFT JOIN LATERAL (
                   SELECT count(*) AS told, count(*) FILTER (WHERE handled_at IS NULL) AS waiting,
                          sum(repeats) AS repeats, max(received_at) AS last_at
                     FROM marketplaces_inboxitem i
                    WHERE i.merchant_id = a.merchant_id AND i.channel_id = a.channel_id AND i.received_at >= %(since)s
                   ) i ON true
             WHERE a.channel_id = ANY(%(channels)s)
            """,
            {"channels": list(channel_ids), "since": now - DAY, "settled": now - GRACE},
        )
        return {
            row[0]: InboxFigures(
                heard_at=row[1], told=row[2], waiting=row[3], repeats=row[4], missed=row[5], last_at=row[6]
            )
            for row in cursor.fetchall()
        }
