"""Scannable pieces of an order, made when it is taken into work."""

from django.db import models

from backoffice.kernel.models import OfMerchant
from orders.types import UnitState


class Unit(OfMerchant):
    """
    One piece to be scanned.  sku: the component where the line is a kit.

    location: the cell it is to be, or was, taken from.  box: of its order, from 1.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, db_index=False, related_name="units")
    line = models.ForeignKey("orders.OrderLine", on_delete=models.CASCADE, related_name="units")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, db_index=False, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=UnitState.choices, default=UnitState.WANTED)
    location = models.ForeignKey(
        "stock.Location", on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    picked_at = models.DateTimeField(null=True)
    packed_at = models.DateTimeField(null=True)
    box = models.PositiveSmallIntegerField(default=1, db_default=1)

    class Meta:
        ordering = ["order", "number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="unit_once")]
        # Which order wants this article: asked by every scan; what is packed or gone is thousands of times more.
        indexes = [
            models.Index(
                fields=["sku"], condition=models.Q(state__in=[UnitState.PICKED, UnitState.WANTED]), name="unit_in_hands"
            )
        ]


class UnitMark(OfMerchant):
    """
    A code of a unit, such as "Честный знак"; the same code never serves two units of the merchant.  Or its weight.

    verdict: what the marketplace said of it, verbatim; blocking: the handover cannot close with it.
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=20)
    value = models.CharField(max_length=250)
    captured_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=60, blank=True)
    verdict_text = models.CharField(max_length=300, blank=True)
    blocking = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind"], name="unit_mark_kind_once"),
            models.UniqueConstraint(
                fields=["merchant", "kind", "value"], condition=~models.Q(kind="weight"), name="mark_value_once"
            ),
        ]
