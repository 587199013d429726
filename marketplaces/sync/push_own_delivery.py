"""Told of orders that we deliver ourselves: answers to buyers who ask to cancel, and how far the orders are."""

from collections.abc import Sequence
from datetime import datetime

from marketplaces import dto
from marketplaces.errors import Rejected
from marketplaces.sync import outbox
from marketplaces.sync.drain import Drain
from marketplaces.sync.outbox import Told
from marketplaces.sync.push_commands import Result
from orders.services import cancel_wish, own_delivery
from orders.types import State


def answer_cancel(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will answer buyers who ask to cancel; an answer may be told twice, so none is looked up."""
    result = Result()
    for command in told:
        accept = bool(command.payload.get("accept"))
        why = None if accept else dto.Decline(str(command.payload.get("why") or dto.Decline.IN_DELIVERY))
        parts, text = _texts(command.payload.get("parts")), ""
        _leaving(drain, command)
        try:
            drain.adapter.answer_cancel_request(command.number, accept=accept, why=why, parts=parts)
        except Rejected as refusal:
            text = refusal.text or refusal.code
        result.then(
            command,
            cancel_wish.told,
            merchant_id=drain.channel.merchant_id,
            order_id=command.order_id,
            taken=not text,
            text=text,
            now=drain.clock(),
        )
        result.done(command)
    return result


def report(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will say how far orders are; what stands there already is no error, so none is looked up."""
    result = Result()
    for command in told:
        state, text = State(str(command.payload["state"])), ""
        progress = dto.Progress(
            number=command.number,
            stage=dto.Stage(state.value),
            at=datetime.fromisoformat(str(command.payload["at"])),
            code=str(command.payload.get("code") or ""),
        )
        _leaving(drain, command)
        try:
            drain.adapter.report(progress, now=drain.clock())
        except Rejected as refusal:
            text = refusal.text or refusal.code
        result.then(
            command,
            own_delivery.told,
            merchant_id=drain.channel.merchant_id,
            order_id=command.order_id,
            state=state,
            taken=not text,
            text=text,
            now=drain.clock(),
        )
        result.done(command)
    return result


def _texts(value: object) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


def _leaving(drain: Drain, command: Told) -> None:
    with drain.scope():
        outbox.leaving([command], now=drain.clock())
