"""The timeline: everything that happened to an order, append-only."""

from django.db import models

from backoffice.kernel.models import OfParent
from orders.types import EventKind


class OrderEvent(OfParent):
    """
    One line of the timeline.

    was, became: states or statuses where the kind has them.  data: small facts (sku, cell, nonce), no personal data.
    person null: the system; `actor` then says which part of it or whose word it was.
    """

    order = models.ForeignKey(
        "orders.Order", on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="events"
    )
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    was = models.CharField(max_length=80, blank=True)
    became = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict, blank=True)
    person = models.ForeignKey(
        "merchants.Person", on_delete=models.PROTECT, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    actor = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["order", "id"], name="order_event_by_order")]
