"""The double-entry ledger of pieces and what is kept in step with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfParent
from stock.types import MoveReason


class Move(OfParent):
    """
    Pieces went from one location to another.  Append-only: a mistake is cured by the opposite move.

    reference: the document behind it, as "order:15" or "receipt:3".
    """

    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    from_location = models.ForeignKey(
        "stock.Location", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    to_location = models.ForeignKey(
        "stock.Location", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    pieces = models.PositiveIntegerField(_("pieces"))
    reason = models.CharField(max_length=12, choices=MoveReason.choices)
    reference = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    person = models.ForeignKey(
        "merchants.Person", on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pieces__gt=0), name="move_pieces_positive"),
            models.CheckConstraint(
                condition=~models.Q(from_location=models.F("to_location")), name="move_goes_somewhere"
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "sku", "-id"], name="move_by_sku"),
            models.Index(fields=["merchant", "reference"], name="move_by_reference"),
            models.Index(fields=["merchant", "-id"], name="move_found", condition=models.Q(reason="found")),
        ]


class Balance(OfParent):
    """
    Pieces of a SKU in one location: always the sum of its moves.

    bounded: goods lie here, so the number may not fall below zero.
    """

    location = models.ForeignKey(
        "stock.Location", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    pieces = models.IntegerField(default=0)
    bounded = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["location", "sku"], name="balance_once"),
            models.CheckConstraint(
                condition=models.Q(bounded=False) | models.Q(pieces__gte=0), name="balance_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["merchant", "sku"], name="balance_by_sku")]


class StockRow(OfParent):
    """
    A SKU in a warehouse: what lies there and what is promised.  The one row that reservations lock.

    reserved may exceed on_hand after a count: a visible shortage, not an error.
    """

    warehouse = models.ForeignKey(
        "stock.Warehouse", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )
    on_hand = models.IntegerField(default=0)
    reserved = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "sku"], name="stock_row_once"),
            models.UniqueConstraint(fields=["merchant", "sku", "warehouse"], name="stock_row_of_merchant"),
            models.CheckConstraint(condition=models.Q(on_hand__gte=0), name="on_hand_not_negative"),
            models.CheckConstraint(condition=models.Q(reserved__gte=0), name="reserved_not_negative"),
        ]

    @property
    def free(self) -> int:
        """Pieces that nobody has been promised; negative: a visible shortage."""
        return self.on_hand - self.reserved
