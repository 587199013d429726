"""Goods sent to a marketplace's own warehouse."""

import uuid

from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from shipping.types import Difference, SupplyState

MOST_BOXES = 2000


class Supply(OfMerchant):
    """
    Pieces that leave a warehouse of ours for one of the marketplace behind a channel.

    guid: its key in 1C.  channel_warehouse, destination: where to, as far as it is known (a warehouse of the cabinet; a
    cluster or warehouse in words).  external_id: how the marketplace calls it.  origin: why it was drafted, "" by hand.
    """

    guid = models.UUIDField(default=uuid.uuid4)
    channel = models.ForeignKey(
        "catalog.Channel", on_delete=models.PROTECT, related_name="+", verbose_name=_("channel")
    )
    channel_warehouse = models.ForeignKey(
        "catalog.ChannelWarehouse",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("warehouse of the marketplace"),
    )
    destination = models.CharField(_("cluster or warehouse"), max_length=200, blank=True)
    warehouse = models.ForeignKey(
        "stock.Warehouse", on_delete=models.PROTECT, related_name="+", verbose_name=_("from our warehouse")
    )
    external_id = models.CharField(_("number at the marketplace"), max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=SupplyState.choices, default=SupplyState.DRAFT)
    planned_on = models.DateField(_("to be there on"), null=True, blank=True)
    boxes = models.PositiveSmallIntegerField(_("boxes"), default=0, validators=[MaxValueValidator(MOST_BOXES)])
    origin = models.CharField(max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        "merchants.Person", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("supply")
        constraints = [models.UniqueConstraint(fields=["merchant", "guid"], name="supply_guid_once")]
        indexes = [models.Index(fields=["merchant", "state", "-id"], name="supply_by_state")]

    def __str__(self) -> str:
        return f"FBO-{self.pk}"


class SupplyLine(OfMerchant):
    """
    Pieces of a SKU in a supply: planned, packed, and accepted by the marketplace (null: it has not said).

    difference, note: why accepted differs from packed, once the supply is closed.
    """

    supply = models.ForeignKey(Supply, on_delete=models.CASCADE, related_name="lines")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, db_index=False, related_name="+")
    planned = models.PositiveIntegerField()
    packed = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(null=True)
    difference = models.CharField(max_length=10, choices=Difference.choices, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["supply", "sku"], name="supply_line_once"),
            models.CheckConstraint(
                condition=models.Q(packed__lte=models.F("planned")), name="supply_packed_as_planned"
            ),
        ]
        indexes = [models.Index(fields=["merchant", "sku"], name="supply_line_by_sku")]
