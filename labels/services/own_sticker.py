"""Our own sticker of a parcel, for the schemes in which no marketplace gives one."""

from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.types import Scheme
from labels.errors import NoSticker, NotReleased
from labels.render import sheet
from labels.render.geometry import MEDIA
from labels.render.place import Placing
from labels.render.sticker import OrderSticker
from labels.selectors.printing import ready_label
from labels.services.order_label import store_label
from labels.types import LabelSource
from merchants.scope import scope
from orders.selectors.sticker import ParcelWords, parcel_words

OWN_SCHEMES = frozenset({Scheme.DBS, Scheme.PICKUP})


def make_own(*, merchant_ids: frozenset[int], order_id: int, placing: Placing | None) -> int:
    """
    Draw our sticker of an order that the marketplace gives none for, and keep it as the order's.

    Opens scopes of its own and draws between them.  Returns the label's id; one that is there already stays.
    :raises NoSticker: no such order
    :raises NotReleased: the marketplace gives the sticker of such orders
    :raises Unprintable: the number cannot be drawn
    """
    with scope(merchant_ids):
        words, present = parcel_words(order_id), ready_label(order_id)
    if words is None:
        raise NoSticker(_("There is no such order."))
    if present is not None:
        return present.label_id
    if words.scheme not in OWN_SCHEMES:
        raise NotReleased(_("The sticker of order %(number)s comes from the marketplace.") % {"number": words.number})
    content = sheet.draw([_sticker(words)], on=placing.media if placing else MEDIA["58x40"])
    with scope(merchant_ids):
        stored = store_label(
            merchant_id=words.merchant_id,
            order_id=order_id,
            content=content,
            content_type="application/pdf",
            now=timezone.now(),
            barcode=words.barcode or words.number,
            source=LabelSource.OWN,
        )
    assert stored is not None
    return stored


def _sticker(words: ParcelWords) -> OrderSticker:
    ship_by = words.ship_by.astimezone(ZoneInfo(words.zone)).strftime("%d.%m") if words.ship_by else ""
    return OrderSticker(
        marketplace=words.channel,
        number=words.number,
        legal_entity=words.legal_entity,
        code=words.barcode,
        ship_by=ship_by,
    )
