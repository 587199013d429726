"""Bytes for the printer: read and placed outside of any transaction."""

from django.utils import timezone
from django.utils.translation import gettext as _

from labels.errors import UnknownFile, WrongMedia
from labels.render.place import place
from labels.selectors.printing import label_of_item, station
from labels.services import order_label, printing
from labels.services.setup import placing_at
from labels.types import Reason
from merchants.scope import scope


def order_sticker(
    *,
    merchant_ids: frozenset[int],
    order_id: int,
    person_id: int,
    station_id: str | None,
    reason: Reason | None,
) -> bytes:
    """
    Let the sticker of an order out and give its PDF at the size of the station's printer.

    Opens short scopes of its own.
    :raises NoSticker, NotReleased, AlreadyPrinted: see `printing.print_order_label`
    :raises WrongMedia: the station's roll is too small for it
    :raises UnknownFile: the stored file is damaged; the order then waits for a person
    """
    now = timezone.now()
    with scope(merchant_ids, person_id=person_id):
        at = station(station_id)
        item = printing.print_order_label(
            order_id=order_id, person_id=person_id, now=now, station_id=at.pk if at else None, reason=reason
        )
        label, _found = label_of_item(item.item_id)
    try:
        with label.file.open("rb") as stored:
            content = place([stored.read()], placing_at(at))
    except WrongMedia:
        with scope(merchant_ids, person_id=person_id):
            printing.failed(item_id=item.item_id)
        raise
    except (UnknownFile, OSError) as why:
        refusal = why if isinstance(why, UnknownFile) else UnknownFile(_("The sticker's file is missing."))
        with scope(merchant_ids, person_id=person_id):
            printing.failed(item_id=item.item_id)
            order_label.mark_unreadable(
                merchant_id=label.merchant_id, label_id=label.pk, text=str(refusal), now=timezone.now()
            )
        raise refusal from why
    with scope(merchant_ids, person_id=person_id):
        printing.sent(item_id=item.item_id, now=timezone.now())
    return content
