"""Words of shipping."""

from collections.abc import Mapping

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


# Boxes of one handover; Wildberries makes as many at once.
MOST_CONTAINERS = 1000


class DocumentKind(models.TextChoices):
    """Papers of a handover."""

    ACT = "act", _("act")
    WAYBILL = "waybill", _("waybill")
    SHIPPING_LIST = "shipping_list", _("shipping list")
    BARCODE = "barcode", _("barcode")
    CONTAINER_LABELS = "container_labels", _("container labels")


class SupplyState(models.TextChoices):
    """Drafted, agreed (its goods are promised to it), picked, shipped, and closed as the marketplace took it."""

    DRAFT = "draft", _("draft")
    AGREED = "agreed", _("agreed")
    PICKING = "picking", _("being picked")
    SHIPPED = "shipped", _("on its way")
    ACCEPTED = "accepted", _("accepted as sent")
    DIFFERS = "differs", _("closed with differences")
    CANCELLED = "cancelled", _("cancelled")


# Where a supply may go from where; nothing else is possible.
SUPPLY_MOVES: Mapping[SupplyState, frozenset[SupplyState]] = {
    SupplyState.DRAFT: frozenset({SupplyState.AGREED, SupplyState.CANCELLED}),
    SupplyState.AGREED: frozenset({SupplyState.PICKING, SupplyState.CANCELLED}),
    SupplyState.PICKING: frozenset({SupplyState.SHIPPED, SupplyState.CANCELLED}),
    SupplyState.SHIPPED: frozenset({SupplyState.ACCEPTED, SupplyState.DIFFERS}),
    SupplyState.ACCEPTED: frozenset(),
    SupplyState.DIFFERS: frozenset(),
    SupplyState.CANCELLED: frozenset(),
}
SUPPLY_OVER = frozenset(state for state, further in SUPPLY_MOVES.items() if not further)


class Difference(models.TextChoices):
    """
    Why less, or more, was accepted than was packed, and what follows for the stock.

    LOST: it is written off.  CAME_BACK: it lies at the dock again.  DISPUTED: it stays ours at the marketplace.
    SURPLUS: more arrived, so our shelf had more than was believed.
    """

    LOST = "lost", _("lost on the way")
    CAME_BACK = "came_back", _("came back to us")
    DISPUTED = "disputed", _("disputed with the marketplace")
    SURPLUS = "surplus", _("more arrived than was packed")
