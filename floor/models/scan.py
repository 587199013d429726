"""Every scan, append-only: who, where, when, and what it was answered."""

from typing import Any

from django.db import models

from backoffice.kernel.models import OfMerchant


def _told(condition: models.Q) -> models.GeneratedField:
    """Something that the answer says: Postgres writes it down with the row, true or false."""
    return models.GeneratedField(
        expression=models.Case(models.When(condition, then=True), default=False),
        output_field=models.BooleanField(),
        db_persist=True,
    )


def _named(kept: str, *, null: bool = True) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        kept, on_delete=models.PROTECT, null=null, db_index=False, db_constraint=False, related_name="+"
    )


class Scan(OfMerchant):
    """
    One scan of one person.  nonce: made by the page; the same nonce again is answered as the first time.

    outcome: accepted, wrong, already, stop.  answer: what the page was told.  warehouse, station: where it was made;
    location: the cell it speaks of.  piece, packed, undone: whether the answer tells of a piece, of an order packed by
    it, of a step taken back; boards count thousands of answers and cannot open each.

    What it names is read in its own transaction and kept for ever (`backoffice.kernel.rls.Kept`), a station apart.
    """

    merchant = _named("merchants.Merchant", null=False)
    nonce = models.UUIDField()
    person = _named("merchants.Person", null=False)
    wave = _named("floor.Wave")
    order = _named("orders.Order")
    warehouse = _named("stock.Warehouse")
    station = models.ForeignKey(
        "labels.Station", on_delete=models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    location = _named("stock.Location")
    step = models.CharField(max_length=10)  # pick, sort, pack, put_back
    code = models.CharField(max_length=250)
    outcome = models.CharField(max_length=10)
    answer = models.JSONField(default=dict)
    scanned_at = models.DateTimeField()
    at = models.DateTimeField()
    piece = _told(models.Q(answer__data__has_key="unit_id"))
    packed = _told(models.Q(answer__data__packed=True))
    undone = _told(models.Q(answer__data__has_key="undone"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "nonce"], name="scan_nonce_once")]
        indexes = [
            models.Index(fields=["merchant", "person", "-id"], name="scan_by_person"),
            # With all that is counted of a day, so that nothing else of a scan is read for it.
            models.Index(
                fields=["merchant", "at"],
                include=["warehouse", "person", "step", "outcome", "order", "piece", "packed", "undone"],
                name="scan_by_time",
            ),
            models.Index(
                fields=["merchant", "warehouse", "at"], name="scan_that_packed", condition=models.Q(packed=True)
            ),
            models.Index(
                fields=["merchant", "warehouse", "at", "id"],
                name="scan_refused",
                condition=models.Q(outcome__in=["wrong", "stop"]),
            ),
        ]
