"""What marketplaces tell us by themselves, stored before it is answered."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class InboxAddress(OfMerchant):
    """
    The secret address at which a channel's marketplace calls us.

    digest: of the secret, by which a request finds its channel.  sealed: the secret itself and the name and password of
    HTTP Basic, to be shown to who sets the channel up.  heard_at: the first genuine request, since when it is expected
    to tell us of everything.  refused_*: the last request that bore the secret and was not genuine.
    """

    channel = models.OneToOneField("catalog.Channel", on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_from = models.CharField(max_length=45, blank=True)
    refused_because = models.CharField(max_length=20, blank=True)


class InboxItem(OfMerchant):
    """
    One notice.

    key: of the event, equal for its repeats.  sealed: path and body as received, encrypted.  status, answer: what was
    answered, given again to repeats.  handled_at None: it waits, not before not_before.  outcome: read, stored, asked,
    nothing, unreadable, not_found or refused.
    """

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, db_index=False, related_name="+")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    sealed = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    happened_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    repeats = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "key"], name="inbox_item_once")]
        indexes = [
            models.Index(
                fields=["merchant", "channel", "not_before", "id"],
                name="inbox_waiting",
                condition=models.Q(handled_at__isnull=True),
            ),
            models.Index(fields=["merchant", "channel", "-received_at"], name="inbox_by_channel"),
        ]


class SweepFind(OfMerchant):
    """
    An order that polling found new or changed although its marketplace tells us of such things.

    It goes when a notice about the order comes after all; what stays longer than a moment is a notice that was lost.
    """

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, db_index=False, related_name="+")
    number = models.CharField(max_length=100)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "number"], name="sweep_find_once")]
        indexes = [models.Index(fields=["merchant", "channel", "found_at"], name="sweep_find_by_time")]
