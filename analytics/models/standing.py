"""What an article is to the merchant, judged every night."""

from decimal import Decimal

from django.db import models

from analytics.models.facts import OfFacts
from analytics.types import Demand, Trend, Worth


class StockDay(OfFacts):
    """Pieces of a SKU that lay in all warehouses when a day of the merchant ended; none: it was out of stock."""

    day = models.DateField()
    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+"
    )
    pieces = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "sku", "day"], name="stock_day_once")]
        indexes = [models.Index(fields=["merchant", "day"], name="stock_day_by_day")]


class Article(OfFacts):
    """
    A SKU over the weeks up to `last_day`.

    revenue: ordered in the merchant's main currency over 26 weeks, `share` of all up to and with this one, in percent.
    swing: standard deviation of the weeks' pieces to their mean, null without sales.  recent, former: pieces of the
    last 28 days and of those before; days_out: of the last 28, days that ended without a piece; p: how likely noise
    alone changes sales as much.  lost: pieces that would have been sold on the days out, at the pace of the others.
    stood: pieces that lay at the end of a day, on average of the last 28; gone: those that went to buyers and
    marketplaces in these days, less those that came back.
    """

    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.DO_NOTHING, db_index=False, db_constraint=False, related_name="+"
    )
    last_day = models.DateField()
    worth = models.CharField(max_length=1, choices=Worth.choices)
    demand = models.CharField(max_length=1, choices=Demand.choices)
    trend = models.CharField(max_length=8, choices=Trend.choices)
    revenue = models.DecimalField(max_digits=18, decimal_places=2)
    share = models.FloatField()
    swing = models.FloatField(null=True)
    recent = models.IntegerField()
    former = models.IntegerField()
    days_out = models.SmallIntegerField()
    lost = models.FloatField()
    lost_amount = models.DecimalField(max_digits=18, decimal_places=2)
    p = models.FloatField()
    stood = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    gone = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "sku"], name="article_once")]
        indexes = [
            models.Index(fields=["merchant", "worth", "demand", "-revenue"], name="article_by_class"),
            models.Index(fields=["merchant", "trend", "-revenue"], name="article_by_trend"),
        ]
