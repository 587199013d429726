"""Stickers that come later than the last scan: they come out by themselves at the table where the parcel was packed."""

from datetime import datetime

import structlog
from django.db import transaction

from backoffice.kernel.errors import Refusal
from labels.events import LabelStored
from labels.models import PrintWish, Station
from labels.services import printing
from labels.types import Printing, Way
from orders.events import OrderDivided

log = structlog.get_logger(__name__)


@transaction.atomic
def print_packed(
    *, order_id: int, merchant_id: int, ready: bool, station: Station, person_id: int, key: str, now: datetime
) -> Printing | None:
    """
    Print the sticker of an order just packed at a station with an agent, or remember that it is wanted there.

    ready: it is here.  key: the same one prints once, however often it is said.
    """
    if station.way != Way.AGENT:
        return None
    if not ready:
        wish = {"merchant_id": merchant_id, "station": station, "person_id": person_id, "at": now}
        PrintWish.objects.update_or_create(order_id=order_id, defaults=wish)
        return None
    return _print(order_id, station, person_id, key, now)


def fulfil(fact: LabelStored) -> None:
    """The sticker has come: where a table waits for it, it comes out there."""
    wish = PrintWish.objects.select_related("station__printer").filter(order_id=fact.order_id).first()
    if wish is None:
        return
    _print(fact.order_id, wish.station, wish.person_id, f"wish-{wish.pk}", fact.at)
    wish.delete()


def hand_on(fact: OrderDivided) -> None:
    """Boxes that became orders of their own: their stickers come out where the others do."""
    wish = PrintWish.objects.filter(order_id=fact.order_id).first()
    if wish is None:
        return
    PrintWish.objects.bulk_create(
        [
            PrintWish(
                merchant_id=fact.merchant_id, order_id=pk, station=wish.station, person_id=wish.person_id, at=wish.at
            )
            for pk in fact.part_ids
        ],
        ignore_conflicts=True,
    )
    if not fact.goes_on:
        wish.delete()


def _print(order_id: int, station: Station, person_id: int, key: str, now: datetime) -> Printing | None:
    try:
        return printing.print_order_label(order_id=order_id, person_id=person_id, now=now, station=station, key=key)
    except Refusal as refusal:
        # Cancelled meanwhile, or printed by hand: what a person did counts more than what a table waits for.
        log.info("print.not_at_once", order_id=order_id, because=str(refusal))
        return None
