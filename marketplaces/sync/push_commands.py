"""
Commands out: leased by kind, looked up when an earlier try left without an answer, settled with what follows.

A handler speaks to the marketplace and gives a `Result`: rows of the domain to write and what becomes of the commands,
both in one transaction.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from django.db import OperationalError

from marketplaces.errors import Rejected, RemoteError
from marketplaces.sync import outbox
from marketplaces.sync.drain import ChannelPaused, Drain
from marketplaces.sync.outbox import Outcome, Told

log = logging.getLogger(__name__)

TURNS = 3


@dataclass(slots=True)
class Result:
    """
    effects: rows of the domain to write for a command, in order.  outcome: what becomes of the commands.

    refusal: the key was refused meanwhile; what had been done until then stands.
    """

    outcome: Outcome = field(default_factory=Outcome)
    effects: dict[int, list[Callable[[], object]]] = field(default_factory=dict)
    refusal: Exception | None = None

    def then(self, told: Told, effect: Callable[..., object], **how: object) -> None:
        """This will be written in the transaction that settles the command."""
        self.effects.setdefault(told.id, []).append(partial(effect, **how))

    def done(self, *told: Told) -> None:
        """These commands are fulfilled."""
        self.outcome.done |= {command.id for command in told}

    def again(
        self, told: Told, drain: Drain, *, after_s: float, token: str = "", sent: bool = False, failed: bool = False
    ) -> None:
        """This command is tried again later; sent, failed: as `outbox.Again` says."""
        at = drain.clock() + timedelta(seconds=after_s)
        self.outcome.again[told.id] = outbox.Again(not_before=at, token=token, sent=sent, failed=failed)

    def park(self, told: Told, *, reason: str, text: str, judged: bool = True) -> None:
        """This command waits for a person; judged: the marketplace has said no, so a retry sends it anew."""
        self.outcome.parked[told.id] = (reason, text, judged)

    def fail(self, told: Told, drain: Drain, error: Exception) -> outbox.Verdict:
        """This function will do with a command what follows from an error; gives the verdict."""
        verdict = outbox.judge(error, attempts=told.attempts)
        if verdict.park:
            self.park(told, reason=verdict.park, text=verdict.text, judged=isinstance(error, Rejected))
        else:
            # An earlier try that nobody heard of is not forgotten because the look-up failed too.
            sent = verdict.sent or told.sent_at is not None
            self.again(told, drain, after_s=verdict.pause_s, token=told.token, sent=sent, failed=True)
        return verdict


Handler = Callable[[Drain, Sequence[Told]], Result]


def step(drain: Drain, handlers: dict[str, Handler]) -> int:
    """This function will lease and fulfil one group of commands; gives how many it dealt with."""
    now = drain.clock()
    with drain.scope():
        told = outbox.lease_commands(
            merchant_id=drain.channel.merchant_id, channel_id=drain.channel.id, limits=_limits(drain), now=now
        )
    if not told:
        return 0
    op = told[0].op
    try:
        result = handlers[op](drain, told)
    except Exception as error:  # noqa: BLE001, the end of the queue: every row ends put off or parked
        _log(drain, op, error)
        result = Result()
        for command in told:
            if result.fail(command, drain, error).pause_channel:
                result.refusal = error
    _settle(drain, op, told, result)
    if result.refusal is not None:
        raise ChannelPaused
    return len(told)


def _limits(drain: Drain) -> dict[str, int]:
    return {
        "confirm": drain.adapter.commit_batch,
        "commit": max(drain.adapter.commit_batch, 10),
        "move": max(drain.adapter.commit_batch, 10),
        "label": drain.adapter.label_batch,
        "verdicts": 100,
        "marks": 10,
    }


def _settle(drain: Drain, op: str, told: Sequence[Told], result: Result) -> None:
    """Each command in a transaction of its own: locks are held for one order at a time, a bad one spoils no other."""
    for command in told:
        try:
            _settle_one(drain, command, result)
        except Exception as error:
            # What was done there stands; here it is not written, so the next try looks it up.
            log.exception("channel %s: the outcome of %s %s was not stored", drain.channel.id, op, command.subject)
            again = Result()
            again.fail(command, drain, error)
            with drain.scope():
                outbox.settle(again.outcome, command.id)
    with drain.scope():
        drain.keep_attempts(op, {command.subject for command in told})
        if result.refusal is not None:
            drain.refused(result.refusal)


def _settle_one(drain: Drain, command: Told, result: Result) -> None:
    for turn in range(TURNS):
        try:
            with drain.scope():
                for effect in result.effects.get(command.id, ()):
                    effect()
                outbox.settle(result.outcome, command.id)
            return
        except OperationalError:
            # A deadlock ends one of its parties; here nothing is lost by trying again.
            if turn == TURNS - 1:
                raise


def _log(drain: Drain, op: str, error: Exception) -> None:
    if not isinstance(error, RemoteError):
        log.error("channel %s: %s failed", drain.channel.id, op, exc_info=error)
