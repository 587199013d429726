"""Items of answers that could not be understood or applied."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class Quarantine(OfMerchant):
    """One item, masked, with the reason; replayed by a button, gone when its item has been applied."""

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    reason = models.CharField(max_length=1000)
    payload = models.JSONField(null=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    seen = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "stream", "key"], name="quarantine_once")]
