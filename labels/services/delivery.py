"""Bytes for the printer: read and placed outside of any transaction."""

from dataclasses import dataclass

from django.utils import timezone

from labels.errors import UnknownFile, WrongMedia
from labels.models import LabelFile, PrinterProfile
from labels.render.place import place
from labels.selectors.printing import label_of_item, station
from labels.services import order_label, printing, raw
from labels.services.setup import placing_at
from labels.types import Reason, Way
from merchants.scope import scope
from orders.selectors import brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """
    way: how the sticker gets to paper; content: PDF or ZPL, empty where an agent fetches it by itself.
    number: of the order.
    """

    way: Way
    number: str
    content: bytes = b""


def order_sticker(
    *,
    merchant_ids: frozenset[int],
    order_id: int,
    person_id: int,
    station_id: str | None,
    reason: Reason | None,
) -> Out:
    """
    Let the sticker of an order out, the way of the station and at the size of its printer.

    One short transaction, then the stored file alone: the packer waits for it.
    :raises NoSticker, NotReleased, AlreadyPrinted: see `printing.print_order_label`
    :raises WrongMedia: the station's roll is too small for it
    :raises UnknownFile: the stored file is damaged; the order then waits for a person
    """
    with scope(merchant_ids, person_id=person_id):
        at = station(station_id)
        item = printing.print_order_label(
            order_id=order_id, person_id=person_id, now=timezone.now(), station=at, reason=reason
        )
        label, _found = label_of_item(item.item_id)
        number = brief.number_of([order_id])[order_id]
        if item.way != Way.AGENT:
            # Said before the file is read; what then does not come out is taken back below.
            printing.sent(item_id=item.item_id, now=timezone.now())
    if item.way == Way.AGENT:
        return Out(way=item.way, number=number)
    profile = at.printer if at is not None else None
    try:
        if item.way == Way.FILE and profile is not None:
            content = raw.sticker(label, profile=profile)
        else:
            content = place([raw.stored(label)], placing_at(at))
    except (WrongMedia, UnknownFile) as why:
        did_not_come_out(item_id=item.item_id, label=label, why=why, merchant_ids=merchant_ids)
        raise
    return Out(way=item.way, number=number, content=content)


def for_agent(
    *, item_id: int, label: LabelFile, profile: PrinterProfile, copies: int, merchant_ids: frozenset[int]
) -> bytes:
    """
    ZPL of a sticker that an agent has taken; empty where it cannot be drawn: then it has not come out.

    Opens short scopes of its own.
    """
    try:
        return raw.sticker(label, profile=profile, copies=copies)
    except (WrongMedia, UnknownFile) as why:
        did_not_come_out(item_id=item_id, label=label, why=why, merchant_ids=merchant_ids)
        return b""


def did_not_come_out(
    *, item_id: int, label: LabelFile, why: WrongMedia | UnknownFile, merchant_ids: frozenset[int]
) -> None:
    """Say so in the queue; a damaged file is withdrawn and its order asks for a person."""
    with scope(merchant_ids):
        printing.failed(item_id=item_id, problem=str(why))
        if isinstance(why, UnknownFile):
            order_label.mark_unreadable(
                merchant_id=label.merchant_id, label_id=label.pk, text=str(why), now=timezone.now()
            )
