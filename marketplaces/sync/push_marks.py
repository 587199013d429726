"""Marking codes of orders that are committed, and what the marketplace says of them."""

from collections.abc import Sequence

from marketplaces import dto
from marketplaces.errors import OutcomeUnknown, Rejected
from marketplaces.sync import commands, outbox
from marketplaces.sync.drain import Drain
from marketplaces.sync.outbox import Told
from marketplaces.sync.push_commands import Result
from marketplaces.sync.push_commit import LOOK_AGAIN_S, parcel_of
from orders.selectors import outbound
from orders.services import mark as marking
from orders.types import BEFORE_HANDOVER, CommitState


def send_marks(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will send the codes of committed orders; a repeat replaces, so it may simply be told again."""
    result = Result()
    with drain.scope():
        parcels = {parcel.order_id: parcel for parcel in outbound.parcels(order_ids=[row.order_id for row in told])}
    for command in told:
        view = parcels.get(command.order_id)
        if view is None or view.state not in BEFORE_HANDOVER or not view.marks:
            result.done(command)
        elif view.commit_state != CommitState.DONE:
            result.again(command, drain, after_s=LOOK_AGAIN_S)
        else:
            _send_marks(drain, command, parcel_of(view, None), result)
    return result


def _send_marks(drain: Drain, command: Told, parcel: dto.Parcel, result: Result) -> None:
    merchant_id, now = drain.channel.merchant_id, drain.clock()
    try:
        drain.adapter.send_marks(parcel)
    except Rejected as error:
        refused = [
            marking.Verdict(
                kind=mark.kind, value=mark.value, state=error.code, pending=False, blocking=True, text=error.text
            )
            for mark in parcel.marks
        ]
        result.then(
            command,
            marking.verdicts,
            merchant_id=merchant_id,
            order_id=command.order_id,
            verdicts=refused,
            now=now,
        )
        result.park(command, reason=error.code or dto.Code.MARK_REFUSED, text=error.text)
        return
    except OutcomeUnknown as error:
        pause_s = outbox.judge(error, attempts=command.attempts).pause_s
        result.again(command, drain, after_s=pause_s, failed=True)
        return
    result.then(command, marking.sent, merchant_id=merchant_id, order_id=command.order_id, now=now)
    result.then(
        command,
        commands.owe_of_orders,
        merchant_id=merchant_id,
        op="verdicts",
        order_ids=[command.order_id],
        now=now,
        delay_s=LOOK_AGAIN_S,
    )
    result.done(command)


def verdicts(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will ask what the marketplace says of codes, until none is being checked."""
    result = Result()
    found = drain.adapter.mark_verdicts([command.number for command in told])
    for command in told:
        own = [verdict for verdict in found if verdict.number == command.number]
        result.then(
            command,
            marking.verdicts,
            merchant_id=drain.channel.merchant_id,
            order_id=command.order_id,
            verdicts=[
                marking.Verdict(
                    kind=verdict.kind,
                    value=verdict.value,
                    state=verdict.state,
                    pending=verdict.pending,
                    blocking=verdict.blocking,
                    text=verdict.text,
                )
                for verdict in own
            ],
            now=drain.clock(),
        )
        if any(verdict.pending for verdict in own):
            waited_s = (drain.clock() - command.owed_since).total_seconds()
            result.again(command, drain, after_s=min(LOOK_AGAIN_S + waited_s / 10, outbox.LONGEST_PAUSE_S))
        else:
            result.done(command)
    return result
