"""Pieces promised to an order line, or to a supply."""

from django.db import models

from backoffice.kernel.models import OfParent
from stock.types import ReservationState


class Reservation(OfParent):
    """
    `pieces` of a SKU in a warehouse, promised to one line of one order (components of a kit are rows of their own), or
    to a supply that is to leave for a marketplace.

    It hangs on the stock row of both.  order_ref, line_ref, supply_ref: ids of `orders` and `shipping`, which stand
    above and are not known here.
    """

    warehouse = models.ForeignKey(
        "stock.Warehouse", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    order_ref = models.BigIntegerField(null=True)
    line_ref = models.BigIntegerField(null=True)
    supply_ref = models.BigIntegerField(null=True)
    pieces = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ReservationState.choices, default=ReservationState.HELD)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pieces__gt=0), name="reservation_pieces_positive"),
            models.CheckConstraint(
                condition=models.Q(order_ref__isnull=False, line_ref__isnull=False, supply_ref__isnull=True)
                | models.Q(order_ref__isnull=True, line_ref__isnull=True, supply_ref__isnull=False),
                name="reservation_of_one",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "order_ref"], name="reservation_by_order"),
            models.Index(
                fields=["merchant", "supply_ref"],
                name="reservation_by_supply",
                condition=models.Q(supply_ref__isnull=False),
            ),
            models.Index(fields=["merchant", "sku"], name="reservation_held_by_sku", condition=models.Q(state="held")),
        ]
