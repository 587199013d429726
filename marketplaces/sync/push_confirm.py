"""Told that orders will be worked on, before the deadline for that; their wave may come as late as it likes."""

from collections.abc import Sequence

from marketplaces import dto
from marketplaces.errors import Rejected
from marketplaces.sync import outbox
from marketplaces.sync.drain import Drain
from marketplaces.sync.outbox import Told
from marketplaces.sync.push_commands import Result
from marketplaces.sync.push_commit import LOOK_AGAIN_S
from orders.selectors import outbound
from orders.services import confirm as confirmation

# About half an hour of looking for an order that is not there yet; then a person should know.
ABSENT_TOO_OFTEN = 12


def confirm(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will confirm orders; a repeat tells how it stands, so nothing is looked up apart."""
    result = Result()
    with drain.scope():
        ready = set(outbound.to_be_confirmed(order_ids=[command.order_id for command in told]))
    for command in told:
        if command.order_id not in ready and command.sent_at is None:
            # It fell away, or is being packed, which confirms it; what it lacks now it will be owed for again.
            result.done(command)
    due = [command for command in told if command.id not in result.outcome.done]
    for start in range(0, len(due), drain.adapter.commit_batch):
        _send(drain, due[start : start + drain.adapter.commit_batch], result)
    return result


def _send(drain: Drain, batch: Sequence[Told], result: Result) -> None:
    # What was all right before anything was sent, others confirmed, or needs no confirmation: there is nothing to tell.
    earlier = {command.id for command in batch if command.sent_at is not None}
    with drain.scope():
        outbox.leaving(batch, now=drain.clock())
    try:
        answers = {answer.number: answer for answer in drain.adapter.confirm([command.number for command in batch])}
    except Rejected as refusal:
        for command in batch:
            _refused(drain, command, refusal.code, refusal.text, result)
        return
    for command in batch:
        answer = answers.get(command.number)
        if answer is None:
            result.again(command, drain, after_s=LOOK_AGAIN_S, sent=True)
        else:
            _answer(drain, command, answer, result, ours=command.id in earlier)


def _answer(drain: Drain, command: Told, answer: dto.Committed, result: Result, *, ours: bool) -> None:
    waited_s = (drain.clock() - command.owed_since).total_seconds()
    if answer.state is dto.CommitState.DONE:
        if ours:
            _told(drain, command, result, taken=True, text="")
        result.done(command)
    elif answer.state is not dto.CommitState.FAILED:
        # However long it takes: when the deadline passes over there, the status says so.
        pause_s = min(LOOK_AGAIN_S + waited_s / 100, outbox.LONGEST_PAUSE_S)
        result.again(command, drain, after_s=pause_s, sent=True)
    elif answer.code is dto.Code.CANCELLED:
        # The status tells who cancelled; nothing is left to promise.
        result.done(command)
    elif answer.code is dto.Code.NOT_READY and command.attempts < ABSENT_TOO_OFTEN:
        result.again(command, drain, after_s=outbox.backoff_s(command.attempts), sent=True, failed=True)
    else:
        _refused(drain, command, str(answer.code or dto.Code.OTHER), answer.text, result)


def _refused(drain: Drain, command: Told, code: str, text: str, result: Result) -> None:
    _told(drain, command, result, taken=False, text=text or code)
    result.park(command, reason=code or dto.Code.OTHER, text=text)


def _told(drain: Drain, command: Told, result: Result, *, taken: bool, text: str) -> None:
    result.then(
        command,
        confirmation.told,
        merchant_id=drain.channel.merchant_id,
        order_id=command.order_id,
        taken=taken,
        text=text,
        now=drain.clock(),
    )
