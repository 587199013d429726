"""
Sending what is owed: one drain at a time for each lane of a channel, within a bounded time.

A lane is what may wait for itself without holding the others: stock behind its own limit, prices, and commands.
"""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from backoffice.kernel import live
from marketplaces import errors
from marketplaces.ports import Marketplace
from marketplaces.selectors import channels, health
from marketplaces.selectors.channels import ChannelFacts
from marketplaces.sync import attempts, leases, outbox, pause
from marketplaces.sync.connection import Connection, open_channel
from merchants.scope import Scope, scope

log = logging.getLogger(__name__)

# A task that ends soon is given the next turn by the clock; one that ran for ever would hide that it hangs.
BUDGET_S = 30.0

Clock = Callable[[], datetime]


@dataclass(slots=True)
class Drain:
    """One run of one lane."""

    channel: ChannelFacts
    connection: Connection
    lease: leases.Lease
    clock: Clock

    @property
    def adapter(self) -> Marketplace:
        return self.connection.adapter

    def scope(self) -> AbstractContextManager[Scope]:
        """The short transaction of this channel's merchant."""
        return scope([self.channel.merchant_id])

    def keep_attempts(self, op: str, subjects: set[str] | None = None) -> None:
        """This function will store what was said since the last time, in the open scope."""
        attempts.keep(
            merchant_id=self.channel.merchant_id,
            channel_id=self.channel.id,
            op=op,
            attempts=self.connection.taken(),
            subjects=subjects or (),
        )

    def refused(self, error: Exception) -> bool:
        """This function will pause the channel when its key is refused, in the open scope; tells whether it was."""
        verdict = outbox.judge(error, attempts=0)
        if verdict.pause_channel:
            pause.refused(self.channel, text=verdict.text, now=self.clock())
        return verdict.pause_channel


# Sends one lot; gives how many rows it dealt with, 0 when nothing is due.
Step = Callable[[Drain], int]


class ChannelPaused(Exception):
    """The channel was paused while it was being drained."""


def run(
    *,
    merchant_id: int,
    channel_id: int,
    lane: str,
    steps: dict[str, Step],
    connect: Callable[[ChannelFacts], Connection] = open_channel,
    clock: Clock = timezone.now,
    budget_s: float = BUDGET_S,
) -> int:
    """
    This function will send what a lane owes until nothing is due or its time is over; gives the rows dealt with.

    Gives 0 at once when another worker drains the lane or the channel is paused.
    """
    with scope([merchant_id]):
        channel = channels.channel(channel_id)
        if channel is None or not channel.active:
            return 0
        lease = leases.take(merchant_id=merchant_id, channel_id=channel_id, stream=f"drain.{lane}", now=clock())
    if lease is None:
        return 0
    until = time.monotonic() + budget_s
    sent = 0
    trouble = ""
    left_alone_s = 0.0
    try:
        drain = Drain(channel, connect(channel), lease, clock)
        while time.monotonic() < until:
            with drain.scope():
                if not leases.extend(lease, now=clock()):
                    return sent
            if not (dealt := steps[lane](drain)):
                break
            sent += dealt
        left_alone_s = drain.connection.left_alone_s
    except ChannelPaused:
        trouble = "paused"
    except errors.CredentialsRejected as error:
        trouble = error.text
        with scope([merchant_id]):
            pause.refused(channel, text=error.text, now=clock())
    except Exception as error:
        trouble = f"{type(error).__name__}: {error}"
        log.exception("channel %s: lane %s failed", channel_id, lane)
    health.remember_circuit(channel.id, open_s=left_alone_s, now=clock())
    _write_down(channel, lease, trouble, clock())
    return sent


def _write_down(channel: ChannelFacts, lease: leases.Lease, trouble: str, now: datetime) -> None:
    with scope([channel.merchant_id]):
        leases.note(lease, trouble=trouble, now=now)
        leases.release(lease)
        live.touch("sync", channel.merchant_id)
