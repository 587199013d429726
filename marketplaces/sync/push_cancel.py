"""Cancellations that we ask for."""

from collections.abc import Sequence

from marketplaces import dto
from marketplaces.errors import Rejected
from marketplaces.sync import outbox
from marketplaces.sync.drain import Drain
from marketplaces.sync.outbox import Told
from marketplaces.sync.push_commands import Result
from orders.services import cancel as cancellation

GONE = frozenset({dto.Code.CANCELLED, dto.Code.ALREADY_DONE})


def cancel(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will ask the marketplace to cancel an order."""
    result = Result()
    for command in told:
        try:
            if command.sent_at is not None and _is_cancelled(drain, command.number):
                _cancelled(drain, command, result, accepted=True, text="")
                continue
            with drain.scope():
                outbox.leaving([command], now=drain.clock())
            reason, text = str(command.payload.get("reason") or "other"), str(command.payload.get("text") or "")
            drain.adapter.cancel(command.number, reason=reason, text=text)
        except Rejected as error:
            if error.code in GONE:
                _cancelled(drain, command, result, accepted=_is_cancelled(drain, command.number), text=error.text)
            else:
                _cancelled(drain, command, result, accepted=False, text=error.text)
            continue
        _cancelled(drain, command, result, accepted=True, text="")
    return result


def _is_cancelled(drain: Drain, number: str) -> bool:
    return any(
        status.number == number and status.stage == dto.Stage.CANCELLED
        for status in drain.adapter.statuses([number]).items
    )


def _cancelled(drain: Drain, command: Told, result: Result, *, accepted: bool, text: str) -> None:
    result.then(
        command,
        cancellation.answered,
        merchant_id=drain.channel.merchant_id,
        order_id=command.order_id,
        accepted=accepted,
        text=text,
        now=drain.clock(),
    )
    result.done(command)
