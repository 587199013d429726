"""How far each stream of each channel has been read."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class Cursor(OfMerchant):
    """
    One stream of one channel.

    at: everything before is applied.  leased_until: one worker at a time reads it.  failures: in a row.
    """

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, related_name="+")
    stream = models.CharField(max_length=20)
    at = models.DateTimeField(null=True)
    last_success_at = models.DateTimeField(null=True)
    last_attempt_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    items = models.PositiveBigIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "stream"], name="cursor_once")]
