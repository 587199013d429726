"""Orders by the sticker in a person's hand."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from labels.selectors.printing import sticker_of
from orders.selectors import brief
from workspace.types import Found


def stickers(typed: str, most: int) -> Sequence[Found]:
    """By the whole barcode of a sticker, also of a further box."""
    sticker = sticker_of(typed)
    if sticker is None or not most:
        return []
    order_id, box, boxes = sticker.order_id, sticker.box, sticker.boxes
    words = _("Sticker of box %(box)d of %(boxes)d") % {"box": box, "boxes": boxes} if boxes > 1 else _("Its sticker")
    number = brief.number_of([order_id]).get(order_id, "")
    return [Found(title=number, url=reverse("orders:detail", args=[order_id]), hint=words, exact=True)]
