"""What waits for a person: rows that cannot go by themselves, and items that could not be taken in."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from marketplaces.models import Command, Debt, Quarantine

SHOWN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedRow:
    """A row that cannot go by itself; kind: debt or command."""

    kind: str
    id: int
    channel_id: int
    channel: str
    marketplace: str
    op: str
    what: str
    reason: str
    text: str
    since: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRow:
    """An item that was set apart."""

    id: int
    channel_id: int
    channel: str
    marketplace: str
    stream: str
    key: str
    reason: str
    payload: object
    first_at: datetime
    last_at: datetime
    seen: int


def parked_rows(*, channel_id: int | None = None, reason: str = "") -> list[ParkedRow]:
    """The newest parked rows of the open scope, levels and commands together; only those with `reason` when given."""
    wanted = Q(channel_id=channel_id) if channel_id else Q()
    if reason:
        wanted &= Q(parked=reason)
    debts = (
        Debt.objects.filter(wanted)
        .exclude(parked__in=["", "warehouse"])
        .select_related("channel", "listing", "channel_warehouse")
        .order_by("-id")[:SHOWN]
    )
    commands = Command.objects.filter(wanted).exclude(parked="").select_related("channel").order_by("-id")[:SHOWN]
    rows = [
        ParkedRow(
            kind="debt",
            id=debt.pk,
            channel_id=debt.channel_id,
            channel=debt.channel.name,
            marketplace=debt.channel.marketplace,
            op=debt.op,
            what=" · ".join(filter(None, (debt.listing.offer_id, str(debt.channel_warehouse or "")))),
            reason=debt.parked,
            text=debt.parked_text,
            since=debt.owed_since,
            attempts=debt.attempts,
        )
        for debt in debts
    ]
    rows += [
        ParkedRow(
            kind="command",
            id=command.pk,
            channel_id=command.channel_id,
            channel=command.channel.name,
            marketplace=command.channel.marketplace,
            op=command.op,
            what=str(command.payload.get("number") or command.subject),
            reason=command.parked,
            text=command.parked_text,
            since=command.owed_since,
            attempts=command.attempts,
        )
        for command in commands
    ]
    return sorted(rows, key=lambda row: row.since, reverse=True)[:SHOWN]


def quarantine_rows(*, channel_id: int | None = None) -> list[QuarantineRow]:
    """The newest items in quarantine of the open scope."""
    wanted = Q(channel_id=channel_id) if channel_id else Q()
    rows = Quarantine.objects.filter(wanted).select_related("channel").order_by("-last_at", "-id")[:SHOWN]
    return [
        QuarantineRow(
            id=row.pk,
            channel_id=row.channel_id,
            channel=row.channel.name,
            marketplace=row.channel.marketplace,
            stream=row.stream,
            key=row.key,
            reason=row.reason,
            payload=row.payload,
            first_at=row.first_at,
            last_at=row.last_at,
            seen=row.seen,
        )
        for row in rows
    ]
