"""
What a print agent is given, and what it says became of it.

A sticker that an agent has begun may or may not be on paper.  So nothing that an agent has had is ever given out again
by itself: what it has not begun it gives back, what is in doubt halts the station until a person has looked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel import live
from labels import locks
from labels.errors import NotReleased
from labels.models import LabelFile, PrintItem, Station, StationQueue
from labels.services import printing, wake
from labels.services.order_label import TOPIC
from labels.types import Halt, LabelState, PrintState, Way
from orders.selectors import brief

BATCH = 5
# Longer than an agent waits for a printer that takes no data, so that a living agent is never taken for a dead one.
LEASE = timedelta(seconds=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """items: what the agent holds now, in the order of printing.  busy: another agent of the station has work."""

    items: Sequence[PrintItem] = ()
    halted: bool = False
    busy: bool = False


@transaction.atomic
def turn(
    *,
    station: Station,
    claim: UUID,
    now: datetime,
    done: Sequence[int] = (),
    doubt: Sequence[int] = (),
    detail: str = "",
) -> Turn:
    """
    Take an agent's word on what it had, and give it the next stickers of its station.

    claim: made anew by the agent for each batch; the same claim gets the same stickers, so that an answer may be lost.
    done: print items that the printer has taken wholly.  doubt: begun and broken off; those after them were not begun.
    """
    queue = locks.queue_for_change(station.pk)
    mine = PrintItem.objects.filter(station=station, way=Way.AGENT)
    _delivered(mine, done, now)
    held = mine.filter(state=PrintState.TAKEN)
    if doubt:
        _doubt(held, doubt, queue, detail, now)
    if queue.halted_at is not None:
        _give_back(held.filter(claim=claim))  # an agent that speaks is printing nothing
        return Turn(halted=True)
    others = held.exclude(claim=claim)
    if others.exists():
        if others.filter(leased_until__gt=now).exists():
            return Turn(busy=True)
        _halt(held, queue, Halt.LOST, "", now)
        return Turn(halted=True)
    if not held.exists() and station.way == Way.AGENT:
        _take(mine, queue, claim, now)
    held.update(leased_until=now + LEASE)
    return Turn(items=list(held.select_related("label").order_by("number")))


@transaction.atomic
def halt(*, station: Station, now: datetime) -> bool:
    """
    A person stops the printing of a station; returns whether it was running.

    What the agent has in hand it may still print; it says so, or gives it back, when it next speaks.
    """
    queue = locks.queue_for_change(station.pk)
    if queue.halted_at is not None:
        return False
    _halt(PrintItem.objects.none(), queue, Halt.PERSON, "", now)
    return True


def _delivered(mine: QuerySet[PrintItem], done: Sequence[int], now: datetime) -> None:
    rows = mine.filter(pk__in=list(done), state=PrintState.TAKEN)
    merchants = set(rows.values_list("merchant_id", flat=True))
    rows.update(state=PrintState.SENT, sent_at=now)
    for merchant_id in merchants:
        live.touch(TOPIC, merchant_id)


def _doubt(held: QuerySet[PrintItem], doubt: Sequence[int], queue: StationQueue, detail: str, now: datetime) -> None:
    begun = held.filter(pk__in=list(doubt))
    if not begun.exists():
        return  # said again: a person has decided on it meanwhile
    _give_back(held.exclude(pk__in=list(doubt)))
    _halt(begun, queue, Halt.JAM, detail, now)


def _give_back(rows: QuerySet[PrintItem]) -> None:
    """They were not begun, and wait for their turn again."""
    rows.update(state=PrintState.QUEUED, claim=None, number=None, leased_until=None)


def _halt(held: QuerySet[PrintItem], queue: StationQueue, why: Halt, detail: str, now: datetime) -> None:
    """Nothing more goes out; what is in doubt counts as sent, so that a person is asked about it."""
    merchants = set(held.values_list("merchant_id", flat=True))
    held.update(state=PrintState.SENT, sent_at=now)
    queue.halted_at, queue.halt, queue.detail = now, why, detail[:200]
    queue.save()
    wake.wake(queue.station_id)
    for merchant_id in merchants:
        live.touch(TOPIC, merchant_id)


def _take(mine: QuerySet[PrintItem], queue: StationQueue, claim: UUID, now: datetime) -> None:
    """Give the next stickers to this claim; those that must not come out any more fall away."""
    waiting = list(mine.filter(state=PrintState.QUEUED).select_related("label").order_by("place_at", "pk")[:BATCH])
    orders = {order.order_id: order for order in brief.by_ids([row.label.order_id or 0 for row in waiting])}
    for item in waiting:
        order = orders.get(item.label.order_id or 0)
        if order is not None and not _still_wanted(item, order):
            continue
        queue.taken += 1
        item.state, item.claim, item.number = PrintState.TAKEN, claim, queue.taken
        item.save(update_fields=["state", "claim", "number", "label"])
        live.touch(TOPIC, item.merchant_id)
    queue.save()


def _still_wanted(item: PrintItem, order: brief.OrderBrief) -> bool:
    """Whether a sticker that waited may still come out; one that was replaced meanwhile becomes the newer one."""
    try:
        printing.check_released(order)
    except NotReleased as refusal:
        printing.failed(item_id=item.pk, problem=str(refusal))
        return False
    if item.label.state != LabelState.READY:
        newer = LabelFile.objects.filter(order_id=order.order_id, state=LabelState.READY).first()
        if newer is None:
            printing.failed(item_id=item.pk, problem=_("Its sticker was withdrawn."))
            return False
        item.label = newer
    return True
