"""Who packs what right now."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class PackSession(OfMerchant):
    """
    An order open at somebody's table; one person has one, an order is at one table.

    leased_until: moved on by every scan; after it another person may take the order.
    """

    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, db_index=False, related_name="+")
    person = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    opened_at = models.DateTimeField()
    leased_until = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(closed_at__isnull=True), name="pack_order_at_one_table"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(closed_at__isnull=True), name="pack_person_has_one"
            ),
        ]
