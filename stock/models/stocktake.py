"""Counting cells while selling goes on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from stock.types import CountState


class StockCount(models.Model):
    """
    A round of counting in a warehouse; it belongs to the installation and is seen through its warehouse.

    blind: who counts does not see how many there should be.
    """

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="+")
    blind = models.BooleanField(_("blind: do not show what should be there"), default=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["warehouse", "-id"], name="count_by_warehouse")]

    def __str__(self) -> str:
        return f"{self.warehouse_id} {self.made_at:%Y-%m-%d}"


class CountedCell(models.Model):
    """A cell in a round; while it is open one person counts it."""

    count = models.ForeignKey(StockCount, on_delete=models.CASCADE, related_name="cells")
    location = models.ForeignKey("stock.Location", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    begun_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["count", "location"], name="counted_cell_once")]

    def __str__(self) -> str:
        return str(self.location)


class CountLine(OfMerchant):
    """
    A SKU in a counted cell.

    baseline: what the ledger said when it was first looked at, with `after_move` the last move that it includes.
    difference: what would be, or was, posted.
    """

    cell = models.ForeignKey(CountedCell, on_delete=models.CASCADE, related_name="lines")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, db_index=False, related_name="+")
    counted = models.PositiveIntegerField(default=0)
    baseline = models.IntegerField()
    after_move = models.BigIntegerField()
    state = models.CharField(max_length=10, choices=CountState.choices, default=CountState.COUNTING)
    difference = models.IntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["cell", "sku"], name="count_line_once")]
