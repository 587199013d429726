"""What stands on our own sticker of a parcel."""

from dataclasses import dataclass
from datetime import datetime

from catalog.types import Scheme
from orders.models import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelWords:
    """An order in the words of its sticker; no buyer stands on it.  zone: of its channel warehouse."""

    order_id: int
    merchant_id: int
    number: str
    scheme: Scheme
    channel: str
    legal_entity: str
    ship_by: datetime | None
    zone: str
    barcode: str


def parcel_words(order_id: int) -> ParcelWords | None:
    """This order, or None when the open scope does not see it."""
    found = Order.objects.select_related("channel__legal_entity", "channel_warehouse").filter(pk=order_id).first()
    if found is None:
        return None
    return ParcelWords(
        order_id=found.pk,
        merchant_id=found.merchant_id,
        number=found.external_number,
        scheme=Scheme(found.scheme),
        channel=found.channel.name,
        legal_entity=found.channel.legal_entity.name,
        ship_by=found.ship_by,
        zone=found.channel_warehouse.zone if found.channel_warehouse else "Europe/Moscow",
        barcode=found.barcode,
    )
