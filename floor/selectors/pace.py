"""Whether the day will be made: what waits for each cut-off, against how fast orders are packed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min

from catalog.models import Channel
from floor.models import Scan
from floor.types import Outcome
from orders.selectors import brief
from stock.selectors import place

PACE_OVER = timedelta(hours=1)
_SHORTEST = timedelta(minutes=10)  # a pace over less says nothing
_AHEAD = timedelta(hours=36)
_SHOWN = 40  # cut-offs: more than a lead can look at


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff:
    """
    One cut-off of one channel: orders that are not packed yet, how many of them are in work, and the forecast.

    at: the first one of its hour, or of all that are missed already.  misses: orders that will not be packed by then, 0
    when all will; None when nothing has been packed yet, so that nothing can be said.
    """

    channel: Channel
    at: datetime
    zone: str
    waiting: int
    in_work: int
    misses: int | None

    @property
    def makes_it(self) -> bool:
        return self.misses == 0


def orders_per_hour(*, warehouse_id: int, now: datetime) -> float:
    """How many orders an hour the tables of a warehouse pack: over the last hour, or since the first of it."""
    packed = Scan.objects.filter(
        warehouse_id=warehouse_id, step="pack", outcome=Outcome.ACCEPTED, packed=True, at__gt=now - PACE_OVER
    ).aggregate(orders=Count("pk"), first=Min("at"))
    if packed["first"] is None:
        return 0.0
    return float(packed["orders"] * (timedelta(hours=1) / max(now - packed["first"], _SHORTEST)))


def cut_offs(*, warehouse_id: int, pace: float, now: datetime) -> Sequence[CutOff]:
    """
    The cut-offs ahead and those already missed, the nearest first; at most forty.

    pace: orders an hour that the floor packs.  Orders are packed the most urgent first, so a cut-off has the whole pace
    for all that must leave by then.
    """
    places = place.fed_by(warehouse_id)
    rows = brief.unpacked_by_cut_off(channel_warehouse_ids=places, now=now, until=now + _AHEAD)
    channels = Channel.objects.in_bulk({row.channel_id for row in rows})
    found, before = [], 0
    for row in sorted(rows, key=lambda row: (row.ship_by, row.channel_id))[:_SHOWN]:
        before += row.orders
        hours = max((row.ship_by - now) / timedelta(hours=1), 0.0)
        late = row.ship_by <= now
        misses = row.orders if late else None if not pace else min(max(round(before - pace * hours), 0), row.orders)
        found.append(
            CutOff(
                channel=channels[row.channel_id],
                at=row.ship_by,
                zone=row.zone,
                waiting=row.orders,
                in_work=row.in_work,
                misses=misses,
            )
        )
    return found
