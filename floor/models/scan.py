"""Every scan, append-only: who, where, when, and what it was answered."""

from django.db import models

from backoffice.kernel.models import OfMerchant


class Scan(OfMerchant):
    """
    One scan of one person.  nonce: made by the page; the same nonce again is answered as the first time.

    outcome: accepted, wrong, already, stop.  answer: what the page was told.  warehouse, station: where it was made;
    location: the cell it speaks of.
    """

    nonce = models.UUIDField()
    person = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    wave = models.ForeignKey("floor.Wave", on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    warehouse = models.ForeignKey(
        "stock.Warehouse", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    station = models.ForeignKey(
        "labels.Station", on_delete=models.DO_NOTHING, null=True, db_index=False, db_constraint=False, related_name="+"
    )
    location = models.ForeignKey(
        "stock.Location", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    step = models.CharField(max_length=10)  # pick, sort, pack, put_back
    code = models.CharField(max_length=250)
    outcome = models.CharField(max_length=10)
    answer = models.JSONField(default=dict)
    scanned_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "nonce"], name="scan_nonce_once")]
        indexes = [
            models.Index(fields=["merchant", "person", "-id"], name="scan_by_person"),
            models.Index(fields=["merchant", "at"], name="scan_by_time"),
        ]
