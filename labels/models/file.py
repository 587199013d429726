"""Stickers as files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from labels.types import LabelSource, LabelState

_SUFFIXES = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


def stored_at(label: "LabelFile", _name: str) -> str:
    """Where a file lies: by merchant and content, so that storing it twice is storing it once."""
    suffix = _SUFFIXES.get(label.content_type, "bin")
    return f"labels/{label.merchant_id}/{label.digest[:2]}/{label.digest}.{suffix}"


class LabelFile(OfMerchant):
    """
    A sticker that was drawn by a marketplace or by us.

    barcode: what a scanner reads on it; part_a, part_b: text printed large; boxes: how many stickers the file has, of
    each box of the order one.  At most one of an order is ready; older ones are kept as replaced, because they may be
    stuck on a parcel.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.PROTECT, null=True, db_index=False, related_name="+", verbose_name=_("order")
    )
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    source = models.CharField(max_length=12, choices=LabelSource.choices, default=LabelSource.MARKETPLACE)
    state = models.CharField(max_length=12, choices=LabelState.choices, default=LabelState.READY)
    content_type = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    file = models.FileField(upload_to=stored_at, max_length=200)
    barcode = models.CharField(max_length=120, blank=True)
    part_a = models.CharField(max_length=40, blank=True)
    part_b = models.CharField(max_length=40, blank=True)
    boxes = models.PositiveSmallIntegerField(default=1, db_default=1)
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "order"],
                condition=models.Q(state=LabelState.READY, order__isnull=False),
                name="label_ready_once",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "order", "-id"], name="label_by_order"),
            models.Index(fields=["merchant", "barcode"], name="label_by_barcode", condition=~models.Q(barcode="")),
        ]

    def __str__(self) -> str:
        return f"{self.order_id or self.sku_id} {self.content_type}"


class BoxLabel(OfMerchant):
    """
    The sticker of one of several boxes of an order, a page of its file; stuck_at: when it was scanned on its box.

    Orders of one box have none.
    """

    label = models.ForeignKey(LabelFile, on_delete=models.CASCADE, related_name="box_labels")
    number = models.PositiveSmallIntegerField()
    barcode = models.CharField(max_length=120)
    stuck_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["label", "number"]
        constraints = [models.UniqueConstraint(fields=["label", "number"], name="box_label_once")]
        indexes = [models.Index(fields=["merchant", "barcode"], name="box_label_by_barcode")]

    def __str__(self) -> str:
        return f"{self.label_id}/{self.number}"
