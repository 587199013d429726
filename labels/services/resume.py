"""
Going on after a halt: a person says which sticker was the last good one.

All before it came out and are left alone; all after it that were not scanned on their parcels are printed anew.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from backoffice.kernel import live
from labels import locks
from labels.errors import NotOfThisStation, StillPrinting
from labels.models import PrintItem, Station, StationQueue
from labels.selectors.printing import order_of_barcode
from labels.services import printing, wake
from labels.services.order_label import TOPIC
from labels.types import PrintState, Reason, Way
from orders.selectors import brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """good: how many were found to have come out; again: how many are printed anew; went_on: it was halted at all."""

    good: int = 0
    again: int = 0
    went_on: bool = True


@transaction.atomic
def after_sticker(*, station: Station, code: str, person_id: int, now: datetime) -> Resumed:
    """
    Go on after the sticker that was scanned: the last good one.

    :raises NotOfThisStation: no sticker, or one that this station has not printed
    :raises StillPrinting: its agent has stickers in hand
    """
    queue = locks.queue_for_change(station.pk)
    if queue.halted_at is None:
        return Resumed(went_on=False)
    last = _printed_here(station, code)
    run = _in_doubt(station, now)
    good = run.filter(number__lte=last.number).update(state=PrintState.CONFIRMED, confirmed_at=now)
    again = _print_anew(run.filter(number__gt=last.number), person_id, now)
    return _go_on(station, queue, Resumed(good=good, again=again))


@transaction.atomic
def with_none(*, station: Station, person_id: int, now: datetime) -> Resumed:
    """
    Go on where nothing came out since the last sticker that was scanned on its parcel.

    :raises StillPrinting: its agent has stickers in hand
    """
    queue = locks.queue_for_change(station.pk)
    if queue.halted_at is None:
        return Resumed(went_on=False)
    confirmed = PrintItem.objects.filter(station=station, way=Way.AGENT, state=PrintState.CONFIRMED)
    last = confirmed.aggregate(last=Max("number"))["last"] or 0
    again = _print_anew(_in_doubt(station, now).filter(number__gt=last), person_id, now)
    return _go_on(station, queue, Resumed(again=again))


@transaction.atomic
def with_all(*, station: Station, now: datetime) -> Resumed:
    """
    Go on where everything came out: nothing is printed anew, the parcels confirm their stickers one by one.

    :raises StillPrinting: its agent has stickers in hand
    """
    queue = locks.queue_for_change(station.pk)
    if queue.halted_at is None:
        return Resumed(went_on=False)
    _in_doubt(station, now)
    return _go_on(station, queue, Resumed())


def _in_doubt(station: Station, now: datetime) -> QuerySet[PrintItem]:
    """
    What was sent and not scanned on its parcel; what a dead agent had counts as sent.

    :raises StillPrinting: a living agent has stickers in hand
    """
    held = PrintItem.objects.filter(station=station, way=Way.AGENT, state=PrintState.TAKEN)
    if held.filter(leased_until__gt=now).exists():
        raise StillPrinting(_("The printer is still at work. Wait until it is quiet, then scan again."))
    held.update(state=PrintState.SENT, sent_at=now)
    return PrintItem.objects.filter(station=station, way=Way.AGENT, state=PrintState.SENT, number__isnull=False)


def _printed_here(station: Station, code: str) -> PrintItem:
    plain = code.strip()
    order_id = order_of_barcode(plain)
    if order_id is None and (order := brief.by_parcel_code(plain)):
        order_id = order.order_id
    if order_id is None:
        raise NotOfThisStation(_("Read: %(code)s. That is no sticker of an order.") % {"code": plain[:60]})
    item = printing.last_of(order_id)
    if item is None or item.station_id != station.pk or item.number is None:
        raise NotOfThisStation(
            _("This sticker was not printed at “%(station)s”. Scan the last good one of this printer.")
            % {"station": station.name}
        )
    return item


def _print_anew(rows: QuerySet[PrintItem], person_id: int, now: datetime) -> int:
    """Each in the place that it had, so that it comes before what was asked for later."""
    lost = list(rows.select_for_update().select_related("label", "station").order_by("number"))
    PrintItem.objects.filter(pk__in=[item.pk for item in lost]).update(state=PrintState.REPLACED)
    for item in lost:
        again = PrintItem.objects.create(
            merchant_id=item.merchant_id,
            label=item.label,
            station=item.station,
            person_id=person_id,
            way=Way.AGENT,
            copies=item.copies,
            reason=Reason.JAM,
            created_at=now,
            place_at=item.place_at,
        )
        printing.note(again, now=now)
    return len(lost)


def _go_on(station: Station, queue: StationQueue, resumed: Resumed) -> Resumed:
    queue.halted_at, queue.halt, queue.detail = None, "", ""
    queue.save()
    for merchant_id in set(PrintItem.objects.filter(station=station).values_list("merchant_id", flat=True)):
        live.touch(TOPIC, merchant_id)
    wake.wake(station.pk)
    return resumed
