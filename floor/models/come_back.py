"""Goods that came back, and what was decided about each piece."""

from uuid import uuid4

from django.db import models

from backoffice.kernel.models import OfMerchant
from floor.types import Condition


def photo_path(row: "CameBack", name: str) -> str:
    """Where a photo lies: a name that nobody can guess, under its merchant."""
    return f"returns/{row.merchant_id}/{uuid4().hex}.jpg"


class CameBack(OfMerchant):
    """
    One piece at the returns desk.  order, unit null: nobody knows whose it was.

    person null: the accounting program decided.
    """

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, db_index=False, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    unit = models.OneToOneField("orders.Unit", on_delete=models.PROTECT, null=True, related_name="+")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, db_index=False, related_name="+")
    condition = models.CharField(max_length=10, choices=Condition.choices)
    photo = models.FileField(upload_to=photo_path, max_length=200, blank=True)
    person = models.ForeignKey(
        "merchants.Person", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "-id"], name="came_back_by_time"),
            models.Index(fields=["merchant", "order"], name="came_back_by_order"),
        ]
