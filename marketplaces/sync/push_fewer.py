"""Pieces that cannot be sent are taken off an order; an outcome nobody heard of is read from the order itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplaces import dto
from marketplaces.errors import Rejected
from marketplaces.sync import outbox
from marketplaces.sync.drain import Drain
from marketplaces.sync.outbox import Told
from marketplaces.sync.push_commands import Result
from orders.services import give_up

REASON = "out_of_stock"


def cancel_lines(drain: Drain, told: Sequence[Told]) -> Result:
    """This function will ask the marketplace to take pieces off orders, once each."""
    result = Result()
    for command in told:
        text = ""
        try:
            if command.sent_at is None or not _is_without(drain, command):
                with drain.scope():
                    outbox.leaving([command], now=drain.clock())
                drain.adapter.cancel_lines(command.number, _lines(command), reason=REASON, text="")
        except Rejected as refusal:
            text = refusal.text or str(refusal.code)
        result.then(
            command,
            give_up.answered,
            merchant_id=drain.channel.merchant_id,
            order_id=command.order_id,
            accepted=not text,
            text=text,
            now=drain.clock(),
        )
        result.done(command)
    return result


def _is_without(drain: Drain, command: Told) -> bool:
    page = drain.adapter.orders_by_number([command.number], now=drain.clock())
    held = {_name(line.external_id, line.stock_id): line.pieces for order in page.items for line in order.lines}
    return all(held.get(_name(row["external_id"], row["stock_id"]), 0) == row["left"] for row in _rows(command))


def _lines(command: Told) -> list[dto.PackLine]:
    return [
        dto.PackLine(external_id=row["external_id"], stock_id=row["stock_id"], pieces=row["pieces"])
        for row in _rows(command)
    ]


def _rows(command: Told) -> Sequence[Mapping[str, Any]]:
    rows = command.payload.get("lines")
    return rows if isinstance(rows, list) else []


def _name(external_id: object, stock_id: object) -> str:
    return str(external_id or stock_id)
