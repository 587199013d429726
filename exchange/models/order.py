"""Which state of which order 1C has."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class OrderSync(OfMerchant):
    """
    An order towards one connection.

    sent_change, taken_change: `changed_at` of the state that was sent and that was acknowledged.
    told: digest of what 1C said of it last, so that a repeat has no effect.
    """

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey("exchange.Message", on_delete=models.SET_NULL, null=True, related_name="+")
    sent_change = models.DateTimeField(null=True)
    taken_change = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    told = models.CharField(max_length=64, blank=True)
    told_number = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "order"], name="exchange_order_once")]
