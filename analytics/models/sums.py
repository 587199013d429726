"""
Sums over line facts, each for the questions that read it.

facts: how many events of lines are in a row; at none it goes.  Sums by article are sparse: a measure in which nothing
happened is null and takes no room, and adding passes over it.
"""

from django.db import models

from analytics.models.facts import OfFacts, reference
from analytics.models.kopecks import Kopecks


def _count() -> "models.IntegerField[int, int]":
    return models.IntegerField(default=0)


def _money() -> Kopecks:
    return Kopecks(default=0)


def _sparse_count() -> "models.IntegerField[int | None, int | None]":
    return models.IntegerField(null=True)


def _sparse_money() -> Kopecks:
    return Kopecks(null=True)


class OfArticle(OfFacts):
    """
    What happened to an article, and what it cost.

    fee … other: withheld by commissioners for lines that they reported.  fee_estimated: for other lines, what the
    marketplace said in the order.  …_assumed: for the rest, by the tariff and the VAT rate of the day, rounded half up
    to the kopeck for each row of a day; …_missing: rows of days for which nobody said the rate.
    """

    facts = models.IntegerField()
    ordered_pieces = _sparse_count()
    ordered_amount = _sparse_money()
    cancelled_pieces = _sparse_count()
    cancelled_amount = _sparse_money()
    shipped_pieces = _sparse_count()
    shipped_amount = _sparse_money()
    delivered_pieces = _sparse_count()
    delivered_amount = _sparse_money()
    returned_pieces = _sparse_count()
    returned_amount = _sparse_money()
    fee = _sparse_money()
    logistics = _sparse_money()
    storage = _sparse_money()
    ads = _sparse_money()
    other = _sparse_money()
    fee_assumed = _sparse_money()
    logistics_assumed = _sparse_money()
    storage_assumed = _sparse_money()
    ads_assumed = _sparse_money()
    acquiring_assumed = _sparse_money()
    tax_assumed = _sparse_money()
    vat_assumed = _sparse_money()
    fee_missing = _sparse_count()
    logistics_missing = _sparse_count()
    storage_missing = _sparse_count()
    ads_missing = _sparse_count()
    acquiring_missing = _sparse_count()
    tax_missing = _sparse_count()
    vat_missing = _sparse_count()
    fee_estimated = _sparse_money()

    class Meta:
        abstract = True


class DailyFact(OfArticle):
    """
    One article on one day.

    covered, back: of what was delivered, and of what was returned, the part that a commissioner has reported; for the
    rest costs can only be assumed.  estimated_amount: of that rest, delivered less returned, what has an estimated fee.
    """

    day = models.DateField()
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    channel_warehouse = reference("catalog.ChannelWarehouse", null=True)
    sku = reference("catalog.Sku", null=True)
    currency = models.CharField(max_length=3)
    covered_pieces = _sparse_count()
    covered_amount = _sparse_money()
    back_pieces = _sparse_count()
    back_amount = _sparse_money()
    estimated_amount = _sparse_money()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "sku", "channel", "scheme", "channel_warehouse", "currency"],
                name="daily_fact_once",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["merchant", "sku"], name="daily_fact_of_sku")]


class Reading(OfArticle):
    """
    Everything that happened to an article before the Monday `week`, or (`SO_FAR`) ever, as a meter is read.

    What happened in between is the difference of two readings (`analytics.selectors.meter`), however long that is.
    channel_ref 0: all channels together, so that the usual question reads one row for an article; sku_ref 0: lines of
    no article.
    """

    pk = models.CompositePrimaryKey("merchant_id", "channel_ref", "week", "sku_ref", "scheme", "currency")
    channel_ref = models.BigIntegerField()
    week = models.DateField()
    sku_ref = models.BigIntegerField()
    scheme = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)


class Happened(OfFacts):
    """Without SKU: what happened to lines, in pieces and money."""

    facts = _count()
    ordered_pieces = _count()
    ordered_amount = _money()
    cancelled_pieces = _count()
    cancelled_amount = _money()
    shipped_pieces = _count()
    shipped_amount = _money()
    delivered_pieces = _count()
    delivered_amount = _money()
    returned_pieces = _count()
    returned_amount = _money()

    class Meta:
        abstract = True


class GroupTotal(Happened):
    """
    Articles of one brand, or of one category, on one day.

    kind: brand, category; name: the brand as it is written, or the key of the category; empty: neither is known.
    """

    day = models.DateField()
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    kind = models.CharField(max_length=8)
    name = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "kind", "day", "name", "channel", "scheme", "currency"], name="group_total_once"
            )
        ]


class GroupReading(Happened):
    """The same, as a meter is read on Mondays and now (`Reading`)."""

    pk = models.CompositePrimaryKey("merchant_id", "kind", "channel_ref", "week", "name", "scheme", "currency")
    kind = models.CharField(max_length=8)
    channel_ref = models.BigIntegerField()
    week = models.DateField()
    name = models.CharField(max_length=200, blank=True)
    scheme = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)


class CostTotal(OfFacts):
    """
    What articles cost on one day, all together: `OfArticle` added up, for the last line of the table of profit.
    """

    day = models.DateField()
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    delivered_pieces = _count()
    delivered_amount = _money()
    returned_pieces = _count()
    returned_amount = _money()
    fee = _money()
    logistics = _money()
    storage = _money()
    ads = _money()
    other = _money()
    fee_estimated = _money()
    fee_assumed = _money()
    logistics_assumed = _money()
    storage_assumed = _money()
    ads_assumed = _money()
    acquiring_assumed = _money()
    tax_assumed = _money()
    vat_assumed = _money()
    fee_missing = _count()
    logistics_missing = _count()
    storage_missing = _count()
    ads_missing = _count()
    acquiring_missing = _count()
    tax_missing = _count()
    vat_missing = _count()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "day", "channel", "scheme", "currency"], name="cost_total_once")
        ]


class DailyTotal(OfFacts):
    """
    Without SKU: what overviews and long periods read.

    `…_orders` count orders by their first line; articles cannot count them, since orders have several.
    """

    day = models.DateField()
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)
    facts = _count()
    ordered_orders = _count()
    ordered_pieces = _count()
    ordered_amount = _money()
    cancelled_orders = _count()
    cancelled_pieces = _count()
    cancelled_amount = _money()
    shipped_orders = _count()
    shipped_pieces = _count()
    shipped_amount = _money()
    delivered_orders = _count()
    delivered_pieces = _count()
    delivered_amount = _money()
    returned_orders = _count()
    returned_pieces = _count()
    returned_amount = _money()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "channel", "scheme", "currency"], name="daily_total_once"
            )
        ]


class Made(OfFacts):
    """Orders made: no other event has an hour or asks where it goes to."""

    facts = _count()
    ordered_orders = _count()
    ordered_pieces = _count()
    ordered_amount = _money()

    class Meta:
        abstract = True


class HourlyFact(Made):
    """By the hour in which they were made and the region they go to."""

    day = models.DateField()
    hour = models.SmallIntegerField()
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    region = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "hour", "channel", "scheme", "region", "currency"], name="hourly_fact_once"
            )
        ]


class HourTotal(Made):
    """By the hour in which they were made, all regions together."""

    day = models.DateField()
    hour = models.SmallIntegerField()
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "hour", "channel", "scheme", "currency"], name="hour_total_once"
            )
        ]


class RegionTotal(Made):
    """By the region they go to, all hours together."""

    day = models.DateField()
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    region = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "channel", "scheme", "region", "currency"], name="region_total_once"
            )
        ]


class CancelTotal(OfFacts):
    """Cancellations by who cancelled, and why, as the order says."""

    day = models.DateField()
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    cancelled_by = models.CharField(max_length=20, blank=True)
    currency = models.CharField(max_length=3)
    facts = _count()
    cancelled_orders = _count()
    cancelled_pieces = _count()
    cancelled_amount = _money()
    reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "channel", "scheme", "cancelled_by", "reason", "currency"],
                name="cancel_total_once",
            )
        ]


class PaceTotal(OfFacts):
    """
    Orders handed over, by the hours that took, rounded up.

    due: those that had a time to keep, late: those that did not.
    """

    day = models.DateField()
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    pace_hours = models.SmallIntegerField()
    facts = _count()
    due = _count()
    late = _count()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "channel", "scheme", "pace_hours"], name="pace_total_once"
            )
        ]
