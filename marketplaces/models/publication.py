"""What a marketplace was told and what it says it holds."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from backoffice.kernel.models import OfMerchant


class Publication(OfMerchant):
    """
    The stock last pushed for a listing in a channel warehouse, and what read-back found.

    pieces: what an "ok" answered; waited_s: how long the change behind it had waited until then.  read_pieces: what
    they held at read_at; compared_at: when that reading was judged; drifted_at: since when they differ by more than
    the orders in between explain.
    """

    channel_warehouse = models.ForeignKey(
        "catalog.ChannelWarehouse", on_delete=models.CASCADE, db_index=False, related_name="+"
    )
    listing = models.ForeignKey("catalog.Listing", on_delete=models.CASCADE, related_name="+")
    pieces = models.IntegerField()
    pushed_at = models.DateTimeField()
    waited_s = models.FloatField(default=0)
    answer = models.CharField(max_length=200, blank=True)
    read_pieces = models.IntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    drifted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel_warehouse", "listing"], name="publication_once")]
        indexes = [
            models.Index(fields=["merchant", "listing"], name="publication_by_listing"),
            models.Index(
                fields=["merchant", "read_at"],
                name="publication_to_judge",
                condition=models.Q(compared_at__isnull=True, read_at__isnull=False),
            ),
            models.Index(
                fields=["merchant", "channel_warehouse"],
                name="publication_drifted",
                condition=models.Q(drifted_at__isnull=False),
            ),
            # Of parts of the table, not of rows: what was pushed lately is found, and a push has no index to tell.
            BrinIndex(fields=["pushed_at"], name="publication_by_push", pages_per_range=16, autosummarize=True),
        ]


class OwnStockRow(OfMerchant):
    """What lies in the marketplace's own warehouse (FBO), as last read."""

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, related_name="+")
    listing = models.ForeignKey("catalog.Listing", on_delete=models.CASCADE, null=True, related_name="+")
    stock_external_id = models.CharField(max_length=60)
    warehouse_external_id = models.CharField(max_length=60)
    warehouse_name = models.CharField(max_length=200)
    pieces = models.IntegerField()
    reserved = models.IntegerField(default=0)
    to_customer = models.IntegerField(default=0)
    from_customer = models.IntegerField(default=0)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "stock_external_id", "warehouse_external_id"], name="own_stock_once"
            )
        ]
