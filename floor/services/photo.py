"""Photos of open boxes."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from floor.errors import NotThisPage
from floor.models import PackPhoto, PackSession, Scan
from floor.types import Outcome
from orders.selectors import brief
from orders.services import timeline
from orders.types import EventKind


@transaction.atomic
def keep(*, person_id: int, content: "File[bytes]", now: datetime) -> str:
    """
    Keep a photo with the order on the person's table, or with the one that they packed last; returns its number.

    :raises NotThisPage: the person has had no order on the table.
    """
    order_id = (
        PackSession.objects.filter(person_id=person_id, closed_at=None).values_list("order_id", flat=True).first()
    )
    if order_id is None:
        packed = Scan.objects.filter(person_id=person_id, step="pack", outcome=Outcome.ACCEPTED, order__isnull=False)
        order_id = packed.order_by("-pk").values_list("order_id", flat=True).first()
    order = next(iter(brief.by_ids([order_id] if order_id else [])), None)
    if order is None:
        raise NotThisPage(_("No order is open. Scan an item first, then take the photo."))
    PackPhoto.objects.create(
        merchant_id=order.merchant_id, order_id=order.order_id, person_id=person_id, file=content, at=now
    )
    timeline.note(
        merchant_id=order.merchant_id,
        order_id=order.order_id,
        kind=EventKind.NOTE,
        text=_("Photo of the open box taken"),
        now=now,
        person_id=person_id,
    )
    return order.number


def of_order(order_id: int) -> Sequence[PackPhoto]:
    """The photos of an order, the first first."""
    return list(PackPhoto.objects.filter(order_id=order_id).select_related("person", "order").order_by("pk"))
