"""Who packs what right now, and what the box looked like."""

from uuid import uuid4

from django.db import models

from backoffice.kernel.models import OfMerchant


class PackSession(OfMerchant):
    """
    An order open at somebody's table; one person has one, an order is at one table.

    leased_until: moved on by every scan; after it another person may take the order.  An order that is packed stays
    until its sticker is scanned on the box, or the next item.  box: of the order, the one being filled.
    weight_g: of the piece on the scale, which is to be scanned next.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, db_index=False, related_name="+")
    person = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    opened_at = models.DateTimeField()
    leased_until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    box = models.PositiveSmallIntegerField(default=1, db_default=1)
    weight_g = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(closed_at__isnull=True), name="pack_order_at_one_table"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(closed_at__isnull=True), name="pack_person_has_one"
            ),
        ]


def photo_path(photo: "PackPhoto", name: str) -> str:
    """Where a photo lies: a name that nobody can guess, under its merchant."""
    return f"packing/{photo.merchant_id}/{photo.order_id}-{uuid4().hex}.jpg"


class PackPhoto(OfMerchant):
    """The open box, kept with its order."""

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, db_index=False, related_name="+")
    person = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    file = models.FileField(upload_to=photo_path, max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["merchant", "order"], name="pack_photo_by_order")]
