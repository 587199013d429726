"""What writes were answered."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class Answered(OfMerchant):
    """The answer (JSON) to the request with this idempotency key; digest: of its address and body."""

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="exchange_answered_once")]
        indexes = [models.Index(fields=["merchant", "at"], name="exchange_answered_by_time")]
