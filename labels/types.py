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
    """
    Where a sticker stands between us and the parcel.

    TAKEN: an agent has it, and nobody but the agent knows how far it has come.
    """

    QUEUED = "queued", _("queued")
    TAKEN = "taken", _("on its way to the printer")
    SENT = "sent", _("sent to the printer")
    CONFIRMED = "confirmed", _("scanned on the parcel")
    FAILED = "failed", _("did not come out")
    REPLACED = "replaced", _("printed anew")


# Printings that count: the sticker is, or will be, on paper.
STANDING = (PrintState.QUEUED, PrintState.TAKEN, PrintState.SENT, PrintState.CONFIRMED)


class Reason(models.TextChoices):
    """Why a sticker is printed again."""

    DAMAGED = "damaged", _("damaged or dirty")
    LOST = "lost", _("lost")
    JAM = "jam", _("did not come out of the printer")
    WRONG_MEDIA = "wrong_media", _("came out on the wrong roll")
    OTHER = "other", _("another reason")


class Way(models.TextChoices):
    """How a sticker reaches the printer."""

    BROWSER = "browser", _("print window of the browser (PDF)")
    AGENT = "agent", _("print agent beside the printer (ZPL)")
    FILE = "file", _("file for another program (ZPL)")


class Halt(models.TextChoices):
    """Why nothing more goes to a printer until a person has said what came out of it."""

    JAM = "jam", _("The printer stopped taking stickers in the middle of one.")
    LOST = "lost", _("The print agent broke off in the middle of its work.")
    PERSON = "person", _("Stopped by a person.")


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
    """A sticker on its way to a printer; `way`: the one of its station when it was asked for."""

    item_id: int
    order_id: int
    again: bool
    way: Way = Way.BROWSER


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a scan page is told; outcome: accepted, wrong, already, stop."""

    outcome: str
    word: str
    text: str
