"""Picked pieces whose order fell away."""

from django.db import models

from backoffice.kernel.models import OfMerchant
from floor.types import TaskState


class PutBack(OfMerchant):
    """One picked unit to return to a cell; `location` suggests where it came from."""

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="+")
    unit = models.OneToOneField("orders.Unit", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, db_index=False, related_name="+")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, db_index=False, related_name="+")
    location = models.ForeignKey(
        "stock.Location", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["merchant", "state", "id"], name="put_back_by_state")]
