"""Every request to a marketplace and its answer, masked."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class AttemptLog(OfMerchant):
    """One request; removed after some days."""

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, db_index=False, related_name="+")
    op = models.CharField(max_length=20)
    at = models.DateTimeField()
    seconds = models.FloatField()
    method = models.CharField(max_length=8)
    url = models.CharField(max_length=500)
    status = models.PositiveSmallIntegerField(null=True)
    request = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "channel", "-id"], name="attempt_by_channel"),
            models.Index(fields=["at"], name="attempt_by_time"),
        ]


class AttemptSubject(OfMerchant):
    """Which order or handover an attempt was about: the way from a timeline to its requests."""

    attempt = models.ForeignKey(AttemptLog, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=40)

    class Meta:
        indexes = [models.Index(fields=["merchant", "subject", "-id"], name="attempt_by_subject")]
