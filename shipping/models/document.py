"""Papers."""

from django.db import models

from backoffice.kernel.models import OfMerchant
from shipping.types import DocumentKind


class Document(OfMerchant):
    """A paper of a handover; the newest of a kind counts."""

    handover = models.ForeignKey("shipping.Handover", on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    number = models.CharField(max_length=100, blank=True)
    content_type = models.CharField(max_length=60)
    file = models.FileField(upload_to="documents/%Y/%m", max_length=300)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["handover", "kind", "number"], name="document_once")]
