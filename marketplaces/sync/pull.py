"""
Reading a stream of a channel: one worker at a time, from where the cursor stands, with its trouble written down.

A stream is a function that takes a `Pull`, speaks through its adapter outside any transaction, applies each page in
one scope, and gives what it read.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import F
from django.utils import timezone

from backoffice.kernel import live
from marketplaces import dto, errors, registry
from marketplaces.models import Cursor
from marketplaces.ports import Can, Marketplace
from marketplaces.selectors import channels, health
from marketplaces.selectors.channels import ChannelFacts
from marketplaces.sync import attempts, leases, outbox, pause, quarantine
from marketplaces.sync.connection import Connection, open_channel
from merchants.scope import Scope, scope

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Open = Callable[[ChannelFacts], Connection]
Clock = Callable[[], datetime]


@dataclass(slots=True)
class Pull:
    """
    One run over one stream.  at: where the cursor stood; a stream moves it, never back.

    owes: to be told when something is owed that may leave before the run ends.
    """

    channel: ChannelFacts
    connection: Connection
    stream: str
    started_at: datetime
    clock: Clock
    lease: leases.Lease
    at: datetime | None = None
    items: int = 0
    broken: int = 0
    subjects: set[str] = field(default_factory=set)
    owes: Callable[[], None] = lambda: None

    @property
    def adapter(self) -> Marketplace:
        return self.connection.adapter

    def scope(self) -> AbstractContextManager[Scope]:
        """The short transaction of this channel's merchant."""
        return scope([self.channel.merchant_id])

    def still_ours(self) -> None:
        """This function will keep the lease between pages; :raises LostLease: another worker has it."""
        with self.scope():
            if not leases.extend(self.lease, now=self.clock()):
                raise LostLease

    def set_apart(self, broken: Sequence[dto.Broken]) -> None:
        """This function will quarantine items, in the open scope."""
        if broken:
            self.broken += len(broken)
            quarantine.put(
                merchant_id=self.channel.merchant_id,
                channel_id=self.channel.id,
                stream=self.stream,
                broken=broken,
                now=self.clock(),
            )

    def apply(
        self,
        page: dto.Page,
        items: Sequence[Item],
        write: Callable[[Sequence[Item]], object],
        *,
        called: Callable[[Item], Sequence[str]],
        told: Callable[[Item], object],
    ) -> Sequence[Item]:
        """
        This function will write a page's items in the open scope; what cannot be read or written stands apart.

        called: by which names an item may have been set apart before, its own first.  told: what is kept of it.
        """
        applied, culprits = quarantine.apply_or_halve(items, write)
        unwritten = [dto.Broken(key=called(item)[0], reason=why_not(why), payload=told(item)) for item, why in culprits]
        self.set_apart([*page.broken, *unwritten])
        # What bears the name of something applied may still be another row of it.
        bad = {broken.key for broken in page.broken}
        quarantine.clear(
            channel_id=self.channel.id,
            streams=[self.stream],
            keys=[name for item in applied for name in called(item) if name not in bad],
        )
        self.items += len(applied)
        return applied


def why_not(reason: Exception) -> str:
    return f"{type(reason).__name__}: {reason}"


class LostLease(Exception):
    """This worker was slower than its lease: another one reads the stream now."""


Stream = Callable[[Pull], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """
    A stream: what a marketplace must be able to do for it, how it is read, how often.

    vital: without it the channel cannot work, so a key that may not read it pauses the channel.
    """

    needs: frozenset[Can]
    read: Stream
    every_s: Callable[[type[Marketplace]], float]
    vital: bool = True


def run(
    *,
    merchant_id: int,
    channel_id: int,
    stream: str,
    kinds: dict[str, Kind],
    connect: Open = open_channel,
    clock: Clock = timezone.now,
    owes: Callable[[], None] = lambda: None,
) -> Pull | None:
    """
    This function will read a stream once, if nobody else does; None: somebody does, or the channel is paused.

    Every trouble ends on the cursor; the next try is put off by it.
    """
    started_at = clock()
    with scope([merchant_id]):
        channel = channels.channel(channel_id)
        if channel is None or not channel.active:
            return None
        lease = leases.take(merchant_id=merchant_id, channel_id=channel_id, stream=stream, now=started_at)
        if lease is None:
            return None
        cursor = Cursor.objects.get(channel_id=channel_id, stream=stream)
    trouble: Exception | None = None
    pull: Pull | None = None
    try:
        pull = Pull(channel, connect(channel), stream, started_at, clock, lease, at=cursor.at, owes=owes)
        kinds[stream].read(pull)
    except LostLease:
        log.warning("channel %s: stream %s took longer than its lease", channel_id, stream)
        return None
    except errors.RemoteError as error:
        trouble = error
    except Exception as error:
        log.exception("channel %s: stream %s failed", channel_id, stream)
        trouble = error
    _write_down(channel, cursor, pull, kinds[stream], lease, trouble, clock())
    return pull


def _write_down(
    channel: ChannelFacts,
    cursor: Cursor,
    pull: Pull | None,
    kind: Kind,
    lease: leases.Lease,
    trouble: Exception | None,
    now: datetime,
) -> None:
    every_s = kind.every_s(registry.adapter_class(channel.marketplace))
    with scope([channel.merchant_id]):
        if pull is not None:
            attempts.keep(
                merchant_id=channel.merchant_id,
                channel_id=channel.id,
                op=cursor.stream,
                attempts=pull.connection.taken(),
                subjects=pull.subjects,
            )
        row = Cursor.objects.filter(pk=cursor.pk)
        if trouble is None:
            assert pull is not None
            row.update(
                at=pull.at,
                last_success_at=pull.started_at,
                # From the start, so that the interval towards the marketplace does not grow by our own work.
                next_at=max(pull.started_at + timedelta(seconds=every_s), now),
                failures=0,
                error="",
                items=F("items") + pull.items,
            )
            quarantine.clear(channel_id=channel.id, streams=[cursor.stream], keys=["answer"])
        else:
            verdict = outbox.judge(trouble, attempts=cursor.failures)
            put_off_s = max(verdict.pause_s, min(every_s, 30)) if verdict.park else verdict.pause_s
            if verdict.pause_channel and not kind.vital:
                put_off_s = every_s
            # Pages applied before the trouble stay read: a limit of a request a minute lets one page through in a run.
            at, items = (pull.at, pull.items) if pull is not None else (cursor.at, 0)
            goes_on = isinstance(trouble, errors.Unavailable) and at != cursor.at
            row.update(
                at=at,
                next_at=now + timedelta(seconds=put_off_s),
                failures=0 if goes_on else F("failures") + 1,
                error="" if goes_on else verdict.text[:500],
                items=F("items") + items,
            )
            if isinstance(trouble, errors.ContractBroken):
                broken = dto.Broken(key="answer", reason=trouble.text, payload=trouble.payload)
                quarantine.put(
                    merchant_id=channel.merchant_id,
                    channel_id=channel.id,
                    stream=cursor.stream,
                    broken=[broken],
                    now=now,
                )
            if verdict.pause_channel and kind.vital:
                pause.refused(channel, text=verdict.text, now=now)
        leases.release(lease)
        if pull is not None:
            health.remember_circuit(channel.id, open_s=pull.connection.left_alone_s, now=now)
        live.touch("sync", channel.merchant_id)
