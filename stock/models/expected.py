"""What suppliers are to bring, and how little may lie where."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from stock.types import ReceiptState


class Supplier(OfMerchant):
    """Who brings goods.  lead_days: from order to dock; minimum_order: in roubles, nothing smaller is brought."""

    name = models.CharField(_("name"), max_length=120)
    lead_days = models.PositiveSmallIntegerField(_("lead time, days"), default=7)
    minimum_order = models.DecimalField(
        _("minimum order, ₽"),
        max_digits=14,
        decimal_places=2,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
    contact = models.CharField(_("contact"), max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["merchant", "name"], name="supplier_name_once")]

    def __str__(self) -> str:
        return self.name


class ExpectedReceipt(OfMerchant):
    """One delivery that a supplier is to bring to a warehouse; number: the supplier's document."""

    supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+", verbose_name=_("supplier"))
    warehouse = models.ForeignKey(
        "stock.Warehouse", on_delete=models.PROTECT, related_name="+", verbose_name=_("warehouse")
    )
    number = models.CharField(_("supplier's document"), max_length=60)
    expected_on = models.DateField(_("expected on"))
    state = models.CharField(max_length=10, choices=ReceiptState.choices, default=ReceiptState.EXPECTED)
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "supplier", "number"], name="receipt_number_once")]
        indexes = [models.Index(fields=["merchant", "state", "expected_on", "id"], name="receipt_by_date")]

    def __str__(self) -> str:
        return self.number


class ExpectedLine(OfMerchant):
    """Pieces of a SKU in a delivery.  pieces 0: it came though nobody expected it."""

    receipt = models.ForeignKey(ExpectedReceipt, on_delete=models.CASCADE, related_name="lines")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, db_index=False, related_name="+")
    pieces = models.PositiveIntegerField()
    received = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["receipt", "sku"], name="receipt_line_once")]


class Minimum(OfMerchant):
    """
    How little of a SKU may lie somewhere before somebody is told.

    location set: a pick cell, refilled from other cells up to `refill_to`.  location null: the whole warehouse, to be
    bought anew.
    """

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.CASCADE, related_name="+")
    location = models.ForeignKey("stock.Location", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, related_name="+")
    pieces = models.PositiveIntegerField(_("minimum"))
    refill_to = models.PositiveIntegerField(_("refill to"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["warehouse", "location", "sku"], name="minimum_once", nulls_distinct=False),
            models.CheckConstraint(
                condition=models.Q(refill_to__gte=models.F("pieces")), name="minimum_refill_not_below"
            ),
        ]
        indexes = [models.Index(fields=["merchant", "warehouse"], name="minimum_by_warehouse")]
