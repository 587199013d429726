"""What is due: streams to read, lanes to drain."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from marketplaces.models import Credential, Cursor
from marketplaces.selectors import channels
from merchants.models import Merchant

# Orders of a channel just connected would stand there unmatched, so its places and cards are read before them.
KNOWN_FIRST = frozenset({"warehouses", "listings"})


def merchant_ids() -> list[int]:
    """Every merchant of the installation."""
    return list(Merchant.objects.order_by("pk").values_list("pk", flat=True))


def due_streams(*, marketplace: str, streams: Iterable[str], now: datetime) -> list[tuple[int, int, str]]:
    """(merchant, channel, stream) of active channels whose stream is due and that nobody reads, in the open scope."""
    active = channels.channels(marketplace=marketplace, active=True)
    cursors = {
        (cursor.channel_id, cursor.stream): cursor
        for cursor in Cursor.objects.filter(channel_id__in=[channel.id for channel in active])
    }
    late = []
    for channel in active:
        known = all(_was_read(cursors.get((channel.id, first))) for first in KNOWN_FIRST & set(streams))
        for stream in streams:
            cursor = cursors.get((channel.id, stream))
            if (known or stream in KNOWN_FIRST) and (cursor is None or _due(cursor, now)):
                late.append((channel.merchant_id, channel.id, stream))
    return late


def _was_read(cursor: Cursor | None) -> bool:
    """Read once, or tried in vain: a list of cards that never comes must not hold orders back for ever."""
    return cursor is not None and (cursor.last_success_at is not None or cursor.failures > 0)


def _due(cursor: Cursor, now: datetime) -> bool:
    free = cursor.leased_until is None or cursor.leased_until < now
    return free and (cursor.next_at is None or cursor.next_at <= now)


def owing_lanes(*, now: datetime, marketplace: str = "", channel_id: int = 0) -> list[tuple[int, int, str]]:
    """(merchant, channel, lane) of active channels that owe something by now, in the open scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.merchant_id, c.id, lane.name FROM catalog_channel c
             CROSS JOIN (VALUES ('stock'), ('price'), ('commands')) AS lane(name)
             WHERE c.state = 'active' AND (%(marketplace)s = '' OR c.marketplace = %(marketplace)s)
               AND (%(channel)s = 0 OR c.id = %(channel)s)
               AND CASE WHEN lane.name = 'commands' THEN EXISTS (
                        SELECT 1 FROM marketplaces_command k
                         WHERE k.merchant_id = c.merchant_id AND k.channel_id = c.id AND k.parked = ''
                           AND k.not_before <= %(now)s AND (k.leased_until IS NULL OR k.leased_until < %(now)s))
                   ELSE EXISTS (
                        SELECT 1 FROM marketplaces_debt d
                         WHERE d.merchant_id = c.merchant_id AND d.channel_id = c.id AND d.op = lane.name
                           AND d.parked = '' AND d.not_before <= %(now)s
                           AND (d.leased_until IS NULL OR d.leased_until < %(now)s))
                   END
            """,
            {"marketplace": marketplace, "channel": channel_id, "now": now},
        )
        return list(cursor.fetchall())


def marketplace_of(channel_id: int) -> str:
    """The marketplace of a channel in the open scope."""
    row = Credential.objects.filter(channel_id=channel_id).values_list("channel__marketplace", flat=True).first()
    return row or ""


def marketplaces_of(channel_ids: Iterable[int]) -> dict[int, str]:
    """The marketplaces of channels that have credentials, in the open scope."""
    rows = Credential.objects.filter(channel_id__in=list(channel_ids))
    return dict(rows.values_list("channel_id", "channel__marketplace"))
