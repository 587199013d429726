"""Stock documents of other programs."""

from django.db import models

from backoffice.kernel.models import OfMerchant
from exchange.types import DocumentKind


class StockDocument(OfMerchant):
    """
    A receipt, a write-off or a transfer that another program keeps, as it was told last.

    guid: its key there.  to_warehouse: where a transfer carries its goods.  lines: [[SKU id, pieces], …], what the
    ledger was brought to; empty when it is deleted.
    """

    guid = models.UUIDField()
    kind = models.CharField(max_length=10, choices=DocumentKind.choices)
    number = models.CharField(max_length=60, blank=True)
    dated_at = models.DateTimeField()
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, db_index=False, related_name="+")
    to_warehouse = models.ForeignKey(
        "stock.Warehouse", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)
    lines = models.JSONField(default=list)
    deleted = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "guid"], name="exchange_document_once")]
        indexes = [models.Index(fields=["merchant", "kind", "id"], name="exchange_document_by_kind")]
