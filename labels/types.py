"""Words and rows of labels."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _


class LabelState(models.TextChoices):
    """Whether a file can be printed."""

    READY = "ready", _("ready")
    UNREADABLE = "unreadable", _("cannot be read")
    REPLACED = "replaced", _("replaced by a newer one")


class LabelSource(models.TextChoices):
    """Who drew it."""

    MARKETPLACE = "marketplace", _("marketplace")
    OWN = "own", _("ours")


class PrintState(models.TextChoices):
    """Where a sticker stands between us and the parcel."""

    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent to the printer")
    CONFIRMED = "confirmed", _("scanned on the parcel")
    FAILED = "failed", _("did not come out")


class Reason(models.TextChoices):
    """Why a sticker is printed again."""

    DAMAGED = "damaged", _("damaged or dirty")
    LOST = "lost", _("lost")
    JAM = "jam", _("did not come out of the printer")
    WRONG_MEDIA = "wrong_media", _("came out on the wrong roll")
    OTHER = "other", _("another reason")


class PrinterLanguage(models.TextChoices):
    """What the printer is given."""

    PDF = "pdf", "PDF"
    ZPL = "zpl", "ZPL"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyLabel:
    """
    The sticker of an order.

    part_a, part_b: text that the marketplace prints large (Wildberries: part_b are the last four digits).
    printed_at: when it last went to a printer; None before the first time.
    """

    label_id: int
    order_id: int
    content_type: str
    barcode: str
    part_a: str
    part_b: str
    stored_at: datetime
    printed_at: datetime | None
    times_printed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """A sticker on its way to a printer."""

    item_id: int
    order_id: int
    again: bool
