"""What was said over HTTP: sessions, their requests, and the files that came."""

from django.db import models

from backoffice.kernel.models import OfMerchant
from exchange.types import Subject


class Session(OfMerchant):
    """
    One round of requests, from `checkauth`.

    key_hash, form_hash: keyed hashes of the cookie and of `sessid`.  version: asked at `init`; empty: the old way.
    """

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    subject = models.CharField(max_length=10, choices=Subject.choices)
    key_hash = models.CharField(max_length=64)
    form_hash = models.CharField(max_length=64)
    version = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=50, blank=True)
    agent = models.CharField(max_length=200, blank=True)
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    complete = models.BooleanField(default=False)
    sent_message = models.ForeignKey("exchange.Message", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "connection", "-began_at"], name="exchange_session_by_time"),
            models.Index(fields=["merchant", "key_hash"], name="exchange_session_by_key"),
        ]


class Request(OfMerchant):
    """One request and the first words of its answer; equal ones in a row (`progress`) are counted, not repeated."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, db_index=False, related_name="requests")
    mode = models.CharField(max_length=20)
    filename = models.CharField(max_length=300, blank=True)
    size = models.BigIntegerField(default=0)
    answer = models.CharField(max_length=500)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["session", "id"], name="exchange_request_by_session")]


class Upload(OfMerchant):
    """
    A file as it came, appended part by part.

    name: normalised, in small letters.  path: under FILES_DIR.  last_digest: of the part appended last, so that one
    that is sent again after a lost answer is known.  closed: handed to `import`; the next part of its name begins anew.
    """

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, db_index=False, related_name="uploads")
    name = models.CharField(max_length=300)
    path = models.CharField(max_length=300)
    size = models.BigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)
    last_digest = models.CharField(max_length=64, blank=True)
    closed = models.BooleanField(default=False)
    began_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "connection", "name", "-id"], name="exchange_upload_by_name"),
            models.Index(fields=["session", "name"], name="exchange_upload_by_session"),
        ]
