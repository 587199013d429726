"""Keys of channels, encrypted at rest."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backoffice.kernel.models import OfMerchant, Stamped


class Credential(OfMerchant, Stamped):
    """
    The channel's key as an encrypted JSON object (Fernet; the first of ENCRYPTION_KEYS seals, all of them open).

    missing: permissions the key lacks, as the marketplace names them.
    """

    channel = models.OneToOneField("catalog.Channel", on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField()
    expires_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    missing = ArrayField(models.CharField(max_length=100), default=list, blank=True)
