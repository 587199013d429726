"""
Leasing what is owed, and what follows from each of the six words.

Rows are leased in a short transaction, sent outside any, and then deleted, released, put off or parked in another
short one.  A killed worker leaves rows whose lease runs out; nothing is lost and nothing is told twice.
"""

import logging
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F

from marketplaces import errors
from marketplaces.dto import Code
from marketplaces.models import Command, Debt
from marketplaces.sync.commands import OPS
from marketplaces.sync.leases import LEASE_S

log = logging.getLogger(__name__)

FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 300.0
# A row that took its worker down this many times in a row would take down the next one too.
KILLED_TOO_OFTEN = 20
# After so many answers that make no sense, a developer has to look; asking on does not help.
SENSELESS_TOO_OFTEN = 5


@dataclass(slots=True)
class Owed:
    """A leased level."""

    id: int
    channel_warehouse_id: int | None
    listing_id: int
    version: int
    urgency: int
    owed_since: datetime
    attempts: int
    token: str


@dataclass(slots=True, kw_only=True)
class Told:
    """A leased command.  sent_at: an earlier try left and nobody heard what became of it."""

    id: int
    op: str
    subject: str
    key: str
    payload: Mapping[str, object]
    owed_since: datetime
    sent_at: datetime | None
    attempts: int
    token: str

    @property
    def number(self) -> str:
        return str(self.payload.get("number", ""))

    @property
    def order_id(self) -> int:
        return int(str(self.payload.get("order", 0)))

    @property
    def handover_id(self) -> int:
        return int(str(self.payload.get("handover", 0)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What follows from an error for a row.

    park: a named reason, "" to try again at `pause_s`.  sent: whether it may have had an effect there.
    pause_channel: no row of the channel can go.
    """

    text: str
    park: str = ""
    pause_s: float = 0.0
    sent: bool = False
    pause_channel: bool = False


def judge(error: Exception, *, attempts: int) -> Verdict:
    """This function will say what follows from an error; the one place that reads the six words."""
    pause_s = backoff_s(attempts)
    if isinstance(error, errors.RemoteError):
        text = error.text[:500]
        if isinstance(error, errors.Unavailable):
            return Verdict(
                text=text, pause_s=max(pause_s if error.retry_after_s is None else 0, error.retry_after_s or 0)
            )
        if isinstance(error, errors.OutcomeUnknown):
            return Verdict(text=text, pause_s=pause_s, sent=True)
        if isinstance(error, errors.CredentialsRejected):
            return Verdict(text=text, pause_s=60, pause_channel=True)
        if isinstance(error, errors.Rejected):
            return Verdict(text=text, park=str(error.code or Code.OTHER))
        if isinstance(error, errors.Unsupported):
            return Verdict(text=text, park="unsupported")
        park = "contract_broken" if attempts >= SENSELESS_TOO_OFTEN else ""
        return Verdict(text=text, park=park, pause_s=pause_s, sent=True)
    park = "defect" if attempts >= SENSELESS_TOO_OFTEN else ""
    return Verdict(
        text=errors.storable(f"{type(error).__name__}: {error}")[:500], park=park, pause_s=pause_s, sent=True
    )


def backoff_s(attempts: int) -> float:
    """Seconds until the next try: doubling, bounded, and spread so that rows do not come back together."""
    return float(min(FIRST_PAUSE_S * 2 ** min(attempts, 10), LONGEST_PAUSE_S) * random.uniform(0.75, 1.25))


# -- levels


def lease_due(*, merchant_id: int, channel_id: int, op: str, limit: int, now: datetime) -> list[Owed]:
    """This function will lease levels that are due, changes before repeats, the oldest first; one token at a time."""
    due = Debt.objects.filter(merchant_id=merchant_id, channel_id=channel_id, op=op, parked="", not_before__lte=now)
    due = due.exclude(leased_until__gte=now).order_by("urgency", "not_before", "id")
    found = list(due.values_list("id", "token")[:limit])
    return lease_chosen([pk for pk, token in found if token == found[0][1]], now=now)


def lease_chosen(ids: Sequence[int], *, now: datetime) -> list[Owed]:
    """
    This function will lease these levels, less those that somebody else holds, in the order given.

    The values must be read in the same transaction, after this: a change that is not seen then has not raised the
    version yet, and will.
    """
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH due AS (
                SELECT id FROM marketplaces_debt
                 WHERE id = ANY(%(ids)s) AND parked = '' AND (leased_until IS NULL OR leased_until < %(now)s)
                 ORDER BY id FOR UPDATE SKIP LOCKED
            )
            UPDATE marketplaces_debt d SET leased_until = %(until)s FROM due WHERE d.id = due.id
            RETURNING d.id, d.channel_warehouse_id, d.listing_id, d.version, d.urgency, d.owed_since, d.attempts,
                      d.token
            """,
            {"ids": list(ids), "now": now, "until": now + timedelta(seconds=LEASE_S)},
        )
        rows = {row[0]: Owed(*row) for row in cursor.fetchall()}
    return [rows[pk] for pk in ids if pk in rows]


def mine(rows: Sequence[Owed]) -> tuple[list[Owed], list[Owed]]:
    """
    This function will lock those of the rows that nobody else holds; gives them, and the others.

    A drain never waits for a row while it holds another: the transaction that holds it may want ours.  The others are
    settled one by one, each in a transaction of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM marketplaces_debt WHERE id = ANY(%s) ORDER BY id FOR UPDATE SKIP LOCKED",
            [[row.id for row in rows]],
        )
        locked = {row[0] for row in cursor.fetchall()}
    return [row for row in rows if row.id in locked], [row for row in rows if row.id not in locked]


def paid(rows: Sequence[Owed], *, sent_at: datetime, not_before: datetime) -> None:
    """This function will delete what was sent; what changed meanwhile stays owed, due at `not_before`."""
    if not rows:
        return
    with connection.cursor() as cursor:
        values: dict[str, Any] = {
            "ids": [row.id for row in rows],
            "versions": [row.version for row in rows],
            "sent_at": sent_at,
            "not_before": not_before,
        }
        cursor.execute(
            """
            DELETE FROM marketplaces_debt d USING unnest(%(ids)s::bigint[], %(versions)s::bigint[]) AS sent(id, version)
             WHERE d.id = sent.id AND d.version = sent.version
            """,
            values,
        )
        if cursor.rowcount < len(rows):
            cursor.execute(
                """
                UPDATE marketplaces_debt
                   SET leased_until = NULL, attempts = 0, owed_since = greatest(owed_since, %(sent_at)s), token = '',
                       not_before = %(not_before)s
                 WHERE id = ANY(%(ids)s)
                """,
                values,
            )


def put_off(rows: Iterable[Owed], *, until: datetime, token: str | None = None, failed: bool = True) -> None:
    """This function will release rows to be tried again at `until`."""
    # The version moves with the lease: who sent for longer than a lease and comes back now must not pay for what
    # changed since, and a change raises the version of leased rows only.
    changes: dict[str, object] = {"leased_until": None, "not_before": until, "version": F("version") + 1}
    if failed:
        changes["attempts"] = F("attempts") + 1
    if token is not None:
        changes["token"] = token
    Debt.objects.filter(pk__in=[row.id for row in rows]).update(**changes)


def park_levels(rows: Iterable[Owed], *, reason: str, text: str) -> None:
    """This function will take rows out of the queue until a person retries them or the level changes."""
    for row in rows:
        # A version that moved while we were sending deserves a try of its own.
        Debt.objects.filter(pk=row.id, version=row.version).update(
            leased_until=None, parked=reason[:30], parked_text=text[:500], token="", version=F("version") + 1
        )
        Debt.objects.filter(pk=row.id).exclude(version=row.version).update(leased_until=None)


def put_off_or_park(rows: Iterable[Owed], error: Exception, *, now: datetime, window_s: float = 0) -> None:
    """
    This function will do with rows what follows from an error.

    window_s: for how long a level that may have arrived is not written again.
    """
    for row in rows:
        verdict = judge(error, attempts=row.attempts)
        if verdict.park:
            park_levels([row], reason=verdict.park, text=verdict.text)
        else:
            wait_s = max(verdict.pause_s, window_s if verdict.sent else 0)
            put_off([row], until=now + timedelta(seconds=wait_s), failed=not verdict.pause_channel)


# -- commands


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """
    A command comes back at `not_before`.

    sent: something left that must be looked up first.  failed: it counts as a failure, so that the pauses grow.
    """

    not_before: datetime
    token: str = ""
    sent: bool = False
    failed: bool = False


@dataclass(slots=True)
class Outcome:
    """
    What became of leased commands, to be written in one transaction.

    done: delete.  again: id → when and how it comes back.  parked: id → (reason, text, judged).
    """

    done: set[int] = field(default_factory=set)
    again: dict[int, Again] = field(default_factory=dict)
    parked: dict[int, tuple[str, str, bool]] = field(default_factory=dict)


def lease_commands(*, merchant_id: int, channel_id: int, limits: Mapping[str, int], now: datetime) -> list[Told]:
    """
    This function will lease commands that are due: of one kind, the kind others wait for first.

    limits: how many of each kind go together.  Commands with a token are leased with those that share it.
    """
    due = Command.objects.filter(merchant_id=merchant_id, channel_id=channel_id, parked="", not_before__lte=now)
    due = due.exclude(leased_until__gte=now)
    waiting = set(due.order_by().values_list("op", flat=True).distinct())
    op = next((op for op in OPS if op in waiting), None)
    if op is None:
        return []
    rows = due.filter(op=op).order_by("not_before", "id").select_for_update(skip_locked=True)
    first = rows.first()
    if first is None:
        return []
    taken = list(rows.filter(token=first.token)[: limits.get(op, 1)])
    Command.objects.filter(pk__in=[row.pk for row in taken]).update(
        leased_until=now + timedelta(seconds=LEASE_S), attempts=F("attempts") + 1
    )
    killers = [row for row in taken if row.leased_until is not None and row.attempts >= KILLED_TOO_OFTEN]
    for row in killers:
        Command.objects.filter(pk=row.pk).update(
            leased_until=None, parked="killer", parked_text="the worker died each time it was tried"
        )
    return [
        Told(
            id=row.pk,
            op=row.op,
            subject=row.subject,
            key=str(row.key),
            payload=row.payload,
            owed_since=row.owed_since,
            sent_at=row.sent_at,
            attempts=row.attempts,
            token=row.token,
        )
        for row in taken
        if row not in killers
    ]


def leaving(commands: Iterable[Told], *, now: datetime) -> None:
    """This function will note, before the request goes, that one goes: a crash from here on leads to a look-up."""
    going = list(commands)
    Command.objects.filter(pk__in=[command.id for command in going]).update(
        sent_at=now, leased_until=now + timedelta(seconds=LEASE_S)
    )
    for command in going:
        command.sent_at = now


def settle(outcome: Outcome, pk: int) -> None:
    """This function will write what became of one leased command, in the open scope."""
    row = Command.objects.filter(pk=pk)
    changes: dict[str, object] = {"leased_until": None}
    if pk in outcome.done:
        # A lease counts a try, who owes a command anew counts from nothing: it has not been told as it is now.
        if not row.filter(attempts__gt=0).delete()[0]:
            row.update(**changes, sent_at=None)
        return
    if pk in outcome.again:
        again = outcome.again[pk]
        changes |= {"not_before": again.not_before, "token": again.token}
        if not again.sent:
            changes["sent_at"] = None
        if not again.failed:
            changes["attempts"] = 0
    elif pk in outcome.parked:
        reason, text, judged = outcome.parked[pk]
        changes |= {"parked": reason[:30], "parked_text": text[:500], "token": ""}
        if judged:
            # They have said no: who retries it sends it.  Otherwise who retries it looks first.
            changes["sent_at"] = None
    row.update(**changes)


def retry(*, merchant_id: int, debt_ids: Iterable[int] = (), command_ids: Iterable[int] = (), now: datetime) -> int:
    """This function will put parked rows back into the queue; gives how many there were."""
    fresh = {"parked": "", "parked_text": "", "not_before": now, "attempts": 0, "leased_until": None}
    debts = Debt.objects.filter(merchant_id=merchant_id, pk__in=debt_ids).exclude(parked="").update(**fresh)
    commands = Command.objects.filter(merchant_id=merchant_id, pk__in=command_ids).exclude(parked="").update(**fresh)
    return debts + commands


def retry_channels(*, merchant_id: int, channel_ids: Iterable[int], now: datetime) -> int:
    """This function will put everything parked of these channels back into the queue; gives how many rows."""
    ids = list(channel_ids)
    fresh = {"parked": "", "parked_text": "", "not_before": now, "attempts": 0, "leased_until": None}
    debts = Debt.objects.filter(merchant_id=merchant_id, channel_id__in=ids).exclude(parked__in=["", "price_drop"])
    commands = Command.objects.filter(merchant_id=merchant_id, channel_id__in=ids).exclude(parked="")
    return debts.update(**fresh) + commands.update(**fresh)


# Urgency of a price that a person has released from the car park in spite of its fall.
CONFIRMED = 2


def confirm_price(*, merchant_id: int, debt_id: int, now: datetime) -> bool:
    """This function will let a price fall that was parked for falling too much; False: there is none."""
    rows = Debt.objects.filter(merchant_id=merchant_id, pk=debt_id, op="price", parked="price_drop")
    return bool(
        rows.update(parked="", parked_text="", not_before=now, attempts=0, leased_until=None, urgency=CONFIRMED)
    )
