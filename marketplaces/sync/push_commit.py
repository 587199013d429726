"""Commits of parcels, and their moving into another handover."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from marketplaces import dto
from marketplaces.errors import Rejected, RemoteError
from marketplaces.ports import Can
from marketplaces.sync import commands, decide, outbox
from marketplaces.sync.drain import Drain
from marketplaces.sync.outbox import Told
from marketplaces.sync.push_commands import Result
from orders.selectors import outbound
from orders.services import ask_marks
from orders.services import commit as commitment
from orders.services.ingest import take_in
from orders.types import BEFORE_HANDOVER, CommitState
from shipping.selectors.outbound import HandoverView, handover_of

LOOK_AGAIN_S = 3.0
WAIT_FOR_HANDOVER_S = 1.0
# Longer than any marketplace takes to pack; then a person should know.
PENDING_TOO_LONG_S = 1800


def commit(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will tell the marketplace that these parcels will be so, or look up what became of it."""
    result = Result()
    with drain.scope():
        parcels = {parcel.order_id: parcel for parcel in outbound.parcels(order_ids=[row.order_id for row in told])}
        handovers = handover_of(order_ids=list(parcels))
    fresh: list[tuple[Told, dto.Parcel]] = []
    for command in told:
        view = parcels.get(command.order_id)
        if view is None or view.state not in BEFORE_HANDOVER or view.commit_state == CommitState.DONE:
            result.done(command)
            continue
        parcel = replace(parcel_of(view, handovers.get(command.order_id)), anew=bool(command.payload.get("anew")))
        if command.sent_at is not None:
            _look_up(drain, command, parcel, result, fresh)
        elif Can.HANDOVER_BEFORE_COMMIT in drain.adapter.can and not parcel.handover_id:
            _wait_for_handover(drain, command, handovers.get(command.order_id), result)
        else:
            fresh.append((command, parcel))
    _send(drain, fresh, result)
    return result


def move(drain: Drain, told: Sequence[Told]) -> Result:
    """
    This function will tell the marketplace that committed parcels leave with another handover than the first.

    Nothing has to be looked up: a commit into the handover that an order is in already changes nothing.
    """
    result = Result()
    with drain.scope():
        parcels = {parcel.order_id: parcel for parcel in outbound.parcels(order_ids=[row.order_id for row in told])}
        handovers = handover_of(order_ids=list(parcels))
    moving: list[tuple[Told, dto.Parcel]] = []
    for command in told:
        view, handover = parcels.get(command.order_id), handovers.get(command.order_id)
        if view is None or handover is None or view.commit_state != CommitState.DONE:
            # What is not committed yet will be committed into the handover that it stands in then.
            result.done(command)
        elif view.state not in BEFORE_HANDOVER:
            result.done(command)
        elif not handover.external_id:
            _wait_for_handover(drain, command, handover, result)
        else:
            moving.append((command, parcel_of(view, handover)))
    for start in range(0, len(moving), drain.adapter.commit_batch):
        batch = moving[start : start + drain.adapter.commit_batch]
        answers = {answer.number: answer for answer in drain.adapter.commit([parcel for _, parcel in batch])}
        for command, parcel in batch:
            _moved(drain, command, answers.get(parcel.number), result)
    return result


def _moved(drain: Drain, command: Told, answer: dto.Committed | None, result: Result) -> None:
    if answer is not None and (answer.state == dto.CommitState.DONE or answer.code == dto.Code.CANCELLED):
        result.done(command)
    elif answer is not None and answer.state == dto.CommitState.FAILED and answer.code != dto.Code.NOT_READY:
        result.park(command, reason=str(answer.code or dto.Code.OTHER), text=answer.text)
    else:
        result.again(command, drain, after_s=outbox.backoff_s(command.attempts), failed=True)


def parcel_of(view: outbound.ParcelView, handover: HandoverView | None) -> dto.Parcel:
    """A parcel as it stands here; handover: the one that it leaves with."""
    boxes = [
        [
            dto.PackLine(external_id=line.external_id, stock_id=line.stock_external_id, pieces=line.pieces)
            for line in box
            if line.pieces > 0
        ]
        for box in view.boxes
    ]
    return dto.Parcel(
        number=view.number,
        warehouse_id=view.warehouse_external_id,
        boxes=boxes,
        handover_id=handover.external_id if handover else "",
        fewer=view.fewer,
        marks=[
            dto.Mark(
                external_id=mark.external_id,
                stock_id=mark.stock_external_id,
                unit=mark.unit,
                kind=dto.MarkKind(mark.kind),
                value=mark.value,
            )
            for mark in view.marks
        ],
    )


def _look_up(
    drain: Drain, command: Told, parcel: dto.Parcel, result: Result, fresh: list[tuple[Told, dto.Parcel]]
) -> None:
    try:
        found = drain.adapter.look_up_commit(parcel)
    except RemoteError as error:
        verdict = outbox.judge(error, attempts=command.attempts)
        if verdict.pause_channel:
            result.refusal = error
        if verdict.park:
            _give_up(drain, command, result, verdict.text, reason=verdict.park, judged=isinstance(error, Rejected))
        else:
            # Nothing was learnt: it still must be looked up before anything is sent.
            result.again(command, drain, after_s=verdict.pause_s, sent=True, failed=True)
        return
    if found.state == dto.CommitState.NOT_STARTED:
        fresh.append((command, parcel))
    else:
        _answer(drain, command, found, result)


def _wait_for_handover(drain: Drain, command: Told, handover: HandoverView | None, result: Result) -> None:
    """The order joins a handover that the marketplace has not named yet: its making is owed, in case it is not."""
    if handover is not None:
        result.then(
            command,
            commands.owe_of_handovers,
            merchant_id=drain.channel.merchant_id,
            op="open_handover",
            handover_ids=[handover.handover_id],
            now=drain.clock(),
            unpark=False,
        )
    result.again(command, drain, after_s=WAIT_FOR_HANDOVER_S)


def _send(drain: Drain, fresh: list[tuple[Told, dto.Parcel]], result: Result) -> None:
    fresh.sort(key=lambda pair: (pair[1].warehouse_id, pair[1].handover_id))
    for _, group in groupby(fresh, key=lambda pair: (pair[1].warehouse_id, pair[1].handover_id)):
        members = list(group)
        for start in range(0, len(members), drain.adapter.commit_batch):
            _send_batch(drain, members[start : start + drain.adapter.commit_batch], result)


def _send_batch(drain: Drain, batch: list[tuple[Told, dto.Parcel]], result: Result) -> None:
    if result.refusal is not None:
        for command, _ in batch:
            result.again(command, drain, after_s=LOOK_AGAIN_S, sent=command.sent_at is not None)
        return
    with drain.scope():
        outbox.leaving([command for command, _ in batch], now=drain.clock())
    try:
        answers = {answer.number: answer for answer in drain.adapter.commit([parcel for _, parcel in batch])}
    except RemoteError as error:
        for command, _ in batch:
            verdict = outbox.judge(error, attempts=command.attempts)
            if verdict.park:
                _give_up(drain, command, result, verdict.text, reason=verdict.park, judged=isinstance(error, Rejected))
            else:
                result.again(command, drain, after_s=verdict.pause_s, sent=verdict.sent, failed=True)
            if verdict.pause_channel:
                result.refusal = error
        return
    for command, parcel in batch:
        answer = answers.get(parcel.number)
        if answer is None:
            result.again(command, drain, after_s=LOOK_AGAIN_S, sent=True)
        else:
            _answer(drain, command, answer, result)


def _answer(drain: Drain, command: Told, answer: dto.Committed, result: Result) -> None:
    now = drain.clock()
    if answer.state == dto.CommitState.DONE:
        _answered(drain, command, CommitState.DONE, "", result)
        _replace_split(drain, command, answer, result)
        if not _was_split(command, answer):
            _owe_sticker(drain, command, result)
        result.done(command)
    elif answer.state == dto.CommitState.PENDING:
        _answered(drain, command, CommitState.PENDING, answer.text, result)
        waited_s = (now - command.owed_since).total_seconds()
        if waited_s > PENDING_TOO_LONG_S:
            text = answer.text or "still being packed there"
            _give_up(drain, command, result, text, reason="pending_too_long", judged=False)
        else:
            result.again(command, drain, after_s=LOOK_AGAIN_S, sent=True)
    elif answer.state == dto.CommitState.NOT_STARTED:
        result.again(command, drain, after_s=LOOK_AGAIN_S)
    elif answer.code == dto.Code.CANCELLED:
        # The status tells who cancelled; nothing is left to promise.
        result.done(command)
    elif answer.code == dto.Code.NOT_READY:
        result.again(command, drain, after_s=outbox.backoff_s(command.attempts), sent=True, failed=True)
    elif command.payload.get("anew") and answer.code == dto.Code.ALREADY_DONE:
        result.then(
            command,
            commitment.boxes_refused,
            merchant_id=drain.channel.merchant_id,
            order_id=command.order_id,
            text=answer.text,
            now=now,
        )
        _owe_sticker(drain, command, result)
        result.done(command)
    else:
        _answered(drain, command, CommitState.FAILED, answer.text or str(answer.code), result)
        if answer.unmarked:
            _ask_marks(drain, command, answer, result)
        result.park(command, reason=str(answer.code or dto.Code.OTHER), text=answer.text)


def _owe_sticker(drain: Drain, command: Told, result: Result) -> None:
    if Can.LABELS not in drain.adapter.can:
        return
    result.then(
        command,
        commands.owe_of_orders,
        merchant_id=drain.channel.merchant_id,
        op="label",
        order_ids=[command.order_id],
        now=drain.clock(),
        delay_s=drain.adapter.label_delay_s,
    )


def _ask_marks(drain: Drain, command: Told, answer: dto.Committed, result: Result) -> None:
    """Codes are wanted that nobody spoke of before: people are asked to scan them, and the parcel is told again."""
    result.then(
        command,
        ask_marks.ask,
        merchant_id=drain.channel.merchant_id,
        order_id=command.order_id,
        external_ids=answer.unmarked,
        kind=dto.MarkKind.SGTIN.value,
        now=drain.clock(),
    )


def _give_up(drain: Drain, command: Told, result: Result, text: str, *, reason: str, judged: bool) -> None:
    _answered(drain, command, CommitState.FAILED, text, result, outcome_unknown=not judged)
    result.park(command, reason=reason, text=text, judged=judged)


def _answered(
    drain: Drain, command: Told, state: CommitState, text: str, result: Result, *, outcome_unknown: bool = False
) -> None:
    result.then(
        command,
        commitment.answered,
        merchant_id=drain.channel.merchant_id,
        order_id=command.order_id,
        state=state,
        text=text,
        now=drain.clock(),
        outcome_unknown=outcome_unknown,
    )


def _was_split(command: Told, answer: dto.Committed) -> bool:
    return bool(answer.numbers) and set(answer.numbers) != {command.number}


def _replace_split(drain: Drain, command: Told, answer: dto.Committed, result: Result) -> None:
    """The order lives on as several parcels: they are read now, and take the parent's place."""
    if not _was_split(command, answer):
        return
    page = drain.adapter.orders_by_number(answer.numbers, now=drain.clock())
    drafts = decide.order_drafts(page.items)
    result.then(
        command,
        take_in,
        merchant_id=drain.channel.merchant_id,
        channel_id=drain.channel.id,
        drafts=drafts,
        now=drain.clock(),
    )
