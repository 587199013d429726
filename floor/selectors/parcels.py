"""Parcels just packed at a table, with their stickers."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.models import Channel
from floor.models import Scan
from floor.types import Outcome
from labels.selectors.printing import missing_labels
from labels.selectors.station_queue import printing_of
from labels.types import PrintState, Way
from orders.selectors import brief
from orders.types import CommitState, State

_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRow:
    """
    A packed order; ready: its sticker can be printed; refused: the marketplace did not accept the parcel.

    printing: how far its sticker is on its way to paper, "" before; unsure: only the page that sent it to its print
    window knows whether it came out.
    """

    order_id: int
    number: str
    channel: Channel
    ready: bool
    refused: bool
    cancelled: bool
    printing: str
    unsure: bool


def recent(*, person_id: int, owed: Sequence[int] = ()) -> Sequence[ParcelRow]:
    """The parcels that this person packed last, the newest first, then those whose stickers the table owes."""
    scans = Scan.objects.filter(
        person_id=person_id, step="pack", outcome=Outcome.ACCEPTED, answer__data__packed=True
    ).order_by("-pk")
    last = [pk for pk in scans.values_list("order_id", flat=True)[:_SHOWN] if pk]
    order_ids = brief.with_parts(list(dict.fromkeys([*last, *owed])))
    orders = {order.order_id: order for order in brief.by_ids(order_ids)}
    channels = Channel.objects.in_bulk({order.channel_id for order in orders.values()})
    missing = missing_labels(order_ids)
    printing = printing_of(order_ids)
    return [
        ParcelRow(
            order_id=pk,
            number=orders[pk].number,
            channel=channels[orders[pk].channel_id],
            ready=pk not in missing,
            refused=orders[pk].commit_state == CommitState.FAILED,
            cancelled=orders[pk].state == State.CANCELLED,
            printing=printing[pk][0] if pk in printing else "",
            unsure=printing.get(pk) == (PrintState.SENT, Way.BROWSER),
        )
        for pk in order_ids
        if pk in orders
    ]
