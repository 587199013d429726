"""Webhooks to other programs: what they are owed is the changes feed, pushed instead of asked for."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, Stamped


class Hook(OfMerchant, Stamped):
    """
    An address to which changes are sent, as far as its program may read them.

    secret: sealed; former_secret signs beside it until former_until.  everything: the first messages hold all objects
    there are, else only what changes from now on.  leased_until: a worker is at it.  failed_since: when it last began
    to fail; why: what it last failed of.
    """

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    url = models.URLField(_("address"), max_length=500)
    active = models.BooleanField(_("works"), default=True)
    everything = models.BooleanField(_("send all objects first"), default=False)
    secret = models.BinaryField()
    former_secret = models.BinaryField(null=True)
    former_until = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    failed_since = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["merchant"], name="exchange_hook_by_merchant")]

    def __str__(self) -> str:
        return self.url

    @property
    def node(self) -> str:
        """Its node of the changes feed."""
        return f"hook-{self.pk}"


class Delivery(OfMerchant):
    """
    One message to a hook, sent until it is taken.

    message_no: of the feed, acknowledged when it is taken; 0: a repeat or a trial, which acknowledges nothing.
    status, answer: of the last attempt, status null: no answer came.
    """

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, db_index=False, related_name="deliveries")
    message_no = models.BigIntegerField()
    body = models.TextField()
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    took_ms = models.PositiveIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.CharField(max_length=500, blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "hook", "-id"], name="exchange_delivery_log"),
            models.Index(fields=["hook", "id"], name="exchange_delivery_owed", condition=models.Q(done_at=None)),
        ]
