"""Keeping the stickers of orders, and letting them out once each."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

import structlog
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.kernel import events, live
from labels.errors import UnknownFile
from labels.events import LabelStored
from labels.models import BoxLabel, LabelFile
from labels.render.place import whole
from labels.types import LabelSource, LabelState
from orders.events import BoxesChanged
from orders.services import attention, timeline
from orders.types import Attention, EventKind

log = structlog.get_logger(__name__)

TOPIC = "labels"


@transaction.atomic
def store_label(
    *,
    merchant_id: int,
    order_id: int,
    content: bytes,
    content_type: str,
    now: datetime,
    barcode: str = "",
    part_a: str = "",
    part_b: str = "",
    boxes: Sequence[str] = (),
    source: LabelSource = LabelSource.MARKETPLACE,
) -> int | None:
    """
    Keep the sticker of an order; a newer one replaces it, the same one again changes nothing.

    boxes: what a scanner reads on each page, where the order goes in several boxes.
    content_type: what the marketplace says it is; the bytes decide.  A file that is no sticker puts the order into the
    attention queue instead of failing its neighbours.
    Returns the label's id, or None when the file cannot be read.
    """
    try:
        found_type = whole(content)
    except UnknownFile as refusal:
        log.warning("label.unreadable", order_id=order_id, content_type=content_type, bytes=len(content))
        _flag(merchant_id, order_id, str(refusal), now)
        return None
    digest = sha256(content).hexdigest()
    current = LabelFile.objects.select_for_update().filter(order_id=order_id, state=LabelState.READY).first()
    if current is not None and current.digest == digest:
        return current.pk
    if current is not None:
        LabelFile.objects.filter(pk=current.pk).update(state=LabelState.REPLACED)
    label = LabelFile(
        merchant_id=merchant_id,
        order_id=order_id,
        source=source,
        content_type=found_type,
        digest=digest,
        barcode=barcode[:120],
        part_a=part_a[:40],
        part_b=part_b[:40],
        boxes=max(len(boxes), 1),
        stored_at=now,
    )
    keep_file(label, content)
    label.save()
    BoxLabel.objects.bulk_create(
        BoxLabel(merchant_id=merchant_id, label=label, number=number, barcode=barcode[:120])
        for number, barcode in enumerate(boxes, start=1)
        if len(boxes) > 1
    )
    attention.clear_flags(merchant_id=merchant_id, order_ids=[order_id], reasons=[Attention.LABEL_FAILED], now=now)
    timeline.note(merchant_id=merchant_id, order_id=order_id, kind=EventKind.LABEL, text=_("Sticker stored"), now=now)
    events.publish(LabelStored(merchant_id=merchant_id, order_id=order_id, at=now))
    live.touch(TOPIC, merchant_id)
    live.touch("orders", merchant_id)
    return label.pk


def withdraw(fact: BoxesChanged) -> None:
    """The sticker of other boxes than the parcel goes in is let out no more; the new one comes from the marketplace."""
    LabelFile.objects.filter(order_id=fact.order_id, state=LabelState.READY).update(state=LabelState.REPLACED)
    live.touch(TOPIC, fact.merchant_id)


@transaction.atomic
def mark_unreadable(*, merchant_id: int, label_id: int, text: str, now: datetime) -> None:
    """Withdraw a sticker that turned out to be damaged when it was to be printed; its order asks for a person."""
    label = LabelFile.objects.get(pk=label_id)
    changed = LabelFile.objects.filter(pk=label_id, state=LabelState.READY).update(state=LabelState.UNREADABLE)
    if changed and label.order_id is not None:
        _flag(merchant_id, label.order_id, text, now)
        live.touch(TOPIC, merchant_id)


def _flag(merchant_id: int, order_id: int, text: str, now: datetime) -> None:
    attention.raise_flags(
        merchant_id=merchant_id, order_ids=[order_id], reason=Attention.LABEL_FAILED, now=now, text=text
    )


def keep_file(label: LabelFile, content: bytes) -> None:
    """Store the bytes of a label that is about to be saved."""
    # Written before the row and named by content: a transaction that rolls back leaves a file that the repeat finds.
    name = label.file.field.generate_filename(label, "")
    if not default_storage.exists(name):
        name = default_storage.save(name, ContentFile(content))
    label.file.name = name
