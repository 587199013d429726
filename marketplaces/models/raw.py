"""Payloads that carry facts, as received."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class RawPayload(OfMerchant):
    """
    The newest payload of one object, compressed and encrypted, so that it can be parsed again.

    digest: of what was received with its status, so that the same answer again costs nothing.
    expires_at: by the marketplace's retention of personal data.
    """

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, db_index=False, related_name="+")
    stream = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField()
    received_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "stream", "key"], name="raw_payload_once")]
