"""What we owe the marketplaces: levels, whose value is read at sending, and commands, whose payload is frozen."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class Debt(OfMerchant):
    """
    A level to be sent: `op` is "stock" for (channel warehouse, listing) or "price" for a listing.

    version: raised by every change; a drain deletes only the version it sent.  parked: why it cannot go by itself.
    urgency: 0 a change, 1 a repeat of everything, which stands behind all changes.
    """

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, db_index=False, related_name="+")
    op = models.CharField(max_length=5)
    channel_warehouse = models.ForeignKey(
        "catalog.ChannelWarehouse", on_delete=models.CASCADE, null=True, db_index=False, related_name="+"
    )
    listing = models.ForeignKey("catalog.Listing", on_delete=models.CASCADE, db_index=False, related_name="+")
    version = models.PositiveBigIntegerField(default=1)
    urgency = models.PositiveSmallIntegerField(default=0)
    owed_since = models.DateTimeField()
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    parked = models.CharField(max_length=30, blank=True)
    parked_text = models.CharField(max_length=500, blank=True)
    token = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["op", "channel_warehouse", "listing"], name="debt_once", nulls_distinct=False
            )
        ]
        indexes = [
            # Both with what is counted of debts, so that no other page of a hundred thousand of them is read for it.
            models.Index(
                fields=["merchant", "channel", "op", "urgency", "not_before", "id"],
                include=["owed_since"],
                name="debt_due",
                condition=models.Q(parked=""),
            ),
            models.Index(
                fields=["merchant", "channel"],
                include=["op", "parked"],
                name="debt_parked",
                condition=~models.Q(parked=""),
            ),
            models.Index(fields=["listing"], name="debt_by_listing"),
        ]


class Command(OfMerchant):
    """
    Something to be told once, about one subject.

    op: open_handover, cancel, confirm, marks, commit, move, label, close_handover, documents, verdicts,
    answer_cancel, progress.
    subject: "order:5" or "handover:3"; one open command per (op, subject).  key: our name for it, put where the
    marketplace keeps names.  sent_at: a request has left, so without an answer the outcome is looked up first.
    """

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, db_index=False, related_name="+")
    op = models.CharField(max_length=20)
    subject = models.CharField(max_length=40)
    key = models.UUIDField(unique=True)
    payload = models.JSONField(default=dict)
    owed_since = models.DateTimeField()
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    parked = models.CharField(max_length=30, blank=True)
    parked_text = models.CharField(max_length=500, blank=True)
    token = models.CharField(max_length=8000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "op", "subject"], name="command_once")]
        indexes = [
            models.Index(
                fields=["merchant", "channel", "not_before", "id"],
                include=["owed_since"],
                name="command_due",
                condition=models.Q(parked=""),
            ),
            models.Index(fields=["merchant", "channel"], name="command_parked", condition=~models.Q(parked="")),
            models.Index(fields=["merchant", "subject"], name="command_by_subject"),
        ]
