"""What is expected to be sold."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from backoffice.kernel.models import OfMerchant


class Forecast(OfMerchant):
    """
    Pieces of a SKU over the next `horizon` days after `last_day`; channel null: all channels together.

    quantiles: at `analytics.forecast.levels.LEVELS`.  sold: pieces of the last 28 days.
    """

    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, db_index=False, related_name="+")
    channel = models.ForeignKey(
        "catalog.Channel", on_delete=models.CASCADE, null=True, db_index=False, related_name="+"
    )
    last_day = models.DateField()
    horizon = models.PositiveSmallIntegerField()
    total = models.FloatField()
    quantiles = ArrayField(models.FloatField())
    kind = models.CharField(max_length=15)
    method = models.CharField(max_length=15)
    sold = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "sku", "channel"], name="forecast_once", nulls_distinct=False)
        ]


class Backtest(OfMerchant):
    """How a method did on a kind of demand when it forecast days that are known by now; the best has rank 1."""

    kind = models.CharField(max_length=15)
    rank = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=15)
    wape = models.FloatField()
    bias = models.FloatField()
    series = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "kind", "rank"], name="backtest_once")]
