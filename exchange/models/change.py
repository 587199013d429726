"""What another program has not got yet: the semantics of an exchange plan of 1C."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant


class Node(OfMerchant):
    """
    One receiver of changes behind a connection.

    born: the database's snapshot when it was asked for; seen: the one of the last collection, empty: none yet.
    cluster: which database server these snapshots are of.  sent_no, taken_no: the last message told and acknowledged.
    """

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    code = models.CharField(_("node"), max_length=40)
    born = models.TextField()
    seen = models.TextField(blank=True)
    cluster = models.CharField(max_length=30)
    sent_no = models.BigIntegerField(default=0)
    taken_no = models.BigIntegerField(default=0)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "code"], name="exchange_node_once")]
        indexes = [models.Index(fields=["merchant"], name="exchange_node_by_merchant")]


class Change(OfMerchant):
    """
    A transaction changed an object; written by triggers, only while the merchant has a node, never from here.

    xid: the writing transaction.  Only the database knows in which order transactions became visible: neither a
    sequence nor a clock does, because both are read before the commit.
    """

    kind = models.CharField(max_length=20)
    key = models.BigIntegerField()
    xid = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["merchant", "xid"], name="exchange_change_by_xid")]


class Registration(OfMerchant):
    """
    A node is owed an object.

    rank: what others refer to goes first.  message_no: the last message it went out with; null: none since it changed.
    rejected: the receiver would not have it; it waits for its next change or for a resend.
    """

    node = models.ForeignKey(Node, on_delete=models.CASCADE, db_index=False, related_name="registrations")
    rank = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20)
    key = models.BigIntegerField()
    message_no = models.BigIntegerField(null=True)
    rejected = models.BooleanField(default=False)
    why = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["node", "kind", "key"], name="exchange_registration_once")]
        indexes = [
            models.Index(
                fields=["node", "rank", "key"], name="exchange_registration_owed", condition=models.Q(rejected=False)
            )
        ]
