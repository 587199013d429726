"""Handovers: made where the marketplace wants one first, closed when a person says so, their papers fetched."""

from collections.abc import Sequence

from marketplaces import dto
from marketplaces.errors import Rejected
from marketplaces.ports import Can
from marketplaces.sync import commands, outbox
from marketplaces.sync.drain import Drain
from marketplaces.sync.outbox import Told
from marketplaces.sync.push_commands import Result
from shipping.selectors.outbound import PlanView
from shipping.selectors.outbound import plan as plan_of
from shipping.services import handover as handovers
from shipping.types import HandoverState

LOOK_AGAIN_S = 3.0
PAPERS_TOO_LONG_S = 1800


def open_handover(drain: Drain, told: Sequence[Told]) -> Result:
    """
    This function will make a handover there; after a lost answer the one with our key is looked for first.

    One that is being closed already is made as well: parcels that wait to be moved into it hold up every closing.
    """
    result = Result()
    for command in told:
        view, plan = _plan(drain, command)
        if view.external_id or view.state in (HandoverState.CLOSED, HandoverState.CANCELLED):
            result.done(command)
            continue
        found = drain.adapter.find_handover(plan) if command.sent_at is not None else None
        if found is None:
            with drain.scope():
                outbox.leaving([command], now=drain.clock())
            found = drain.adapter.open_handover(plan)
        result.then(
            command,
            handovers.opened,
            merchant_id=drain.channel.merchant_id,
            handover_id=view.handover_id,
            external_id=found.external_id,
            now=drain.clock(),
        )
        result.done(command)
    return result


def close_handover(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will close a handover there, or ask how far it is with closing."""
    result = Result()
    for command in told:
        view, plan = _plan(drain, command)
        if view.state not in (HandoverState.CLOSING, HandoverState.FAILED):
            result.done(command)
            continue
        try:
            if _waits_for_moves(drain):
                result.again(command, drain, after_s=LOOK_AGAIN_S, sent=command.sent_at is not None)
                continue
            found = _closed_already(drain, command, plan)
            if found is None:
                with drain.scope():
                    outbox.leaving([command], now=drain.clock())
                found = drain.adapter.close_handover(plan)
        except Rejected as refusal:
            _answered(drain, command, view, HandoverState.FAILED, result, problem=refusal.text)
            result.done(command)
            continue
        _take_answer(drain, command, view, found, result)
    return result


def _waits_for_moves(drain: Drain) -> bool:
    """A handover that still holds there what stands in the next one here would be refused."""
    with drain.scope():
        return commands.are_owed(channel_id=drain.channel.id, op="move")


def _closed_already(drain: Drain, command: Told, plan: dto.HandoverPlan) -> dto.RemoteHandover | None:
    """What became of an earlier try; None: nothing, so it is closed now."""
    if command.sent_at is None:
        return None
    found = drain.adapter.find_handover(plan)
    return found if found is not None and found.state != dto.HandoverState.OPEN else None


def _take_answer(drain: Drain, command: Told, view: PlanView, found: dto.RemoteHandover, result: Result) -> None:
    missing = {refusal.key: refusal.text or str(refusal.code) for refusal in found.missing}
    told = {
        "external_id": found.external_id,
        "remote_status": found.status,
        "missing": missing,
        "numbers": found.numbers or (),
    }
    if found.state == dto.HandoverState.CLOSED:
        _answered(drain, command, view, HandoverState.CLOSED, result, **told)
        kept_there = found.external_id or view.external_id
        if kept_there and Can.HANDOVER_DOCUMENTS in drain.adapter.can:
            result.then(
                command,
                commands.owe_of_handovers,
                merchant_id=drain.channel.merchant_id,
                op="documents",
                handover_ids=[view.handover_id],
                now=drain.clock(),
            )
        result.done(command)
    elif found.state == dto.HandoverState.CLOSING:
        _answered(drain, command, view, HandoverState.CLOSING, result, **told)
        result.again(command, drain, after_s=LOOK_AGAIN_S, sent=True)
    else:
        said = "; ".join(f"{number}: {why}" for number, why in missing.items())
        problem = " ".join(filter(None, (found.text, said))) or found.status
        _answered(drain, command, view, HandoverState.FAILED, result, problem=problem, **told)
        result.done(command)


def _answered(
    drain: Drain, command: Told, view: PlanView, state: HandoverState, result: Result, **told: object
) -> None:
    result.then(
        command,
        handovers.closing_answered,
        merchant_id=drain.channel.merchant_id,
        handover_id=view.handover_id,
        state=state,
        now=drain.clock(),
        **told,
    )


def fetch_documents(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will fetch the papers of closed handovers, again while they are being made."""
    result = Result()
    for command in told:
        view, plan = _plan(drain, command)
        try:
            papers = drain.adapter.handover_documents(plan)
        except Rejected as refusal:
            waited_s = (drain.clock() - command.owed_since).total_seconds()
            if refusal.code == dto.Code.NOT_READY and waited_s < PAPERS_TOO_LONG_S:
                result.again(command, drain, after_s=LOOK_AGAIN_S + waited_s / 20)
            else:
                result.park(command, reason=refusal.code or dto.Code.OTHER, text=refusal.text)
            continue
        for paper in papers:
            result.then(
                command,
                handovers.attach_document,
                merchant_id=drain.channel.merchant_id,
                handover_id=view.handover_id,
                kind=paper.kind.value,
                content=paper.content,
                content_type=paper.content_type,
                number=paper.number,
                now=drain.clock(),
            )
        result.done(command)
    return result


def _plan(drain: Drain, command: Told) -> tuple[PlanView, dto.HandoverPlan]:
    with drain.scope():
        view = plan_of(handover_id=command.handover_id)
    return view, dto.HandoverPlan(
        external_id=view.external_id,
        our_key=str(view.key),
        warehouse_id=view.warehouse_external_id,
        departure_date=view.departure_date,
        numbers=view.numbers,
        shipping_point_id=view.shipping_point_id,
        shipping_type=view.shipping_type,
        containers=view.containers,
    )
