"""Words of shipping."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class HandoverState(models.TextChoices):
    """
    A handover gathers orders, is closed by a person, and is closed when the marketplace has said so.

    FAILED: the marketplace refused to close it; the reason stands on it and it may be closed again.
    """

    OPEN = "open", _("open")
    CLOSING = "closing", _("being closed")
    CLOSED = "closed", _("handed over")
    FAILED = "failed", _("refused")
    CANCELLED = "cancelled", _("cancelled")


class DocumentKind(models.TextChoices):
    """Papers of a handover."""

    ACT = "act", _("act")
    WAYBILL = "waybill", _("waybill")
    SHIPPING_LIST = "shipping_list", _("shipping list")
    BARCODE = "barcode", _("barcode")
    CONTAINER_LABELS = "container_labels", _("container labels")
