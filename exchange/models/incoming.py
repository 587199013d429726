"""Messages that programs sent, and what each was answered."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class Incoming(OfMerchant):
    """Message `number` of a program's node; digest: of its items, so that a repeat is known from another message."""

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    node = models.CharField(max_length=40)
    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "node", "number"], name="exchange_incoming_once")]
        indexes = [models.Index(fields=["merchant", "at"], name="exchange_incoming_by_time")]
