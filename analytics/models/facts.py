"""
What happened to order lines, by the merchant's own days: made from orders, never written by hand, rebuilt at will.

A measure stands on the day of its own event: an order of Monday that is cancelled on Friday is Monday's sale and
Friday's cancellation.  Foreign keys carry no constraint, since the rows say nothing that their source does not.
Category, brand and cost are not here: they are read from the catalog when asked, so a correction there is seen at once.
"""

from decimal import Decimal

from django.db import models

from backoffice.kernel.models import OfMerchant


def _reference(to: str, *, null: bool = False) -> "models.ForeignKey[models.Model, models.Model]":
    return models.ForeignKey(
        to, on_delete=models.DO_NOTHING, null=null, db_index=False, db_constraint=False, related_name="+"
    )


def _money() -> "models.DecimalField[Decimal, Decimal]":
    return models.DecimalField(max_digits=18, decimal_places=2, default=0, db_default=0)


class OfFacts(OfMerchant):
    """
    A row of facts.  Its merchant carries no constraint either: it would be asked for every row at the end of a
    rebuild, whose queue of questions grows with the merchant.
    """

    merchant = models.ForeignKey(
        "merchants.Merchant", on_delete=models.PROTECT, db_index=False, db_constraint=False, related_name="+"
    )

    class Meta:
        abstract = True


class LineFact(OfFacts):
    """
    One line of one order: what every number can be taken apart into.

    pieces: of our SKU.  amount: price × sold units, as ordered.  leads: the first line of its order, so that orders
    can be counted.  Days are null until the event came.

    fee … other: what accepted reports of the commissioner withheld for the line; settled_day: where these stand, null
    while nothing was reported: the day of delivery, or the last thing that is known of the line.
    """

    line_ref = models.BigIntegerField(primary_key=True)
    order = _reference("orders.Order")
    channel = _reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    channel_warehouse = _reference("catalog.ChannelWarehouse", null=True)
    sku = _reference("catalog.Sku", null=True)
    region = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)
    pieces = models.IntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    leads = models.SmallIntegerField()
    cancelled_by = models.CharField(max_length=20, blank=True)
    ordered_day = models.DateField()
    ordered_hour = models.SmallIntegerField()
    cancelled_day = models.DateField(null=True)
    shipped_day = models.DateField(null=True)
    delivered_day = models.DateField(null=True)
    returned_day = models.DateField(null=True)
    settled_day = models.DateField(null=True)
    fee = _money()
    logistics = _money()
    storage = _money()
    ads = _money()
    other = _money()

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "order"], name="line_fact_by_order"),
            models.Index(fields=["merchant", "ordered_day", "line_ref"], name="line_fact_by_day"),
            models.Index(fields=["merchant", "sku", "ordered_day", "line_ref"], name="line_fact_by_sku"),
            *(
                models.Index(
                    fields=["merchant", f"{event}_day", "line_ref"],
                    name=f"line_fact_{event}",
                    condition=models.Q(**{f"{event}_day__isnull": False}),
                )
                for event in ("cancelled", "shipped", "delivered", "returned")
            ),
        ]


class Measures(OfFacts):
    """
    Sums over line facts.  facts: how many events of lines are in the row; at none it goes.

    `…_orders` count orders by their first line, so they are right in sums without SKU alone.
    """

    facts = models.IntegerField(default=0)
    ordered_orders = models.IntegerField(default=0)
    ordered_pieces = models.IntegerField(default=0)
    ordered_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    cancelled_orders = models.IntegerField(default=0)
    cancelled_pieces = models.IntegerField(default=0)
    cancelled_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    shipped_orders = models.IntegerField(default=0)
    shipped_pieces = models.IntegerField(default=0)
    shipped_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    delivered_orders = models.IntegerField(default=0)
    delivered_pieces = models.IntegerField(default=0)
    delivered_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    returned_orders = models.IntegerField(default=0)
    returned_pieces = models.IntegerField(default=0)
    returned_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)

    class Meta:
        abstract = True


class DailyFact(Measures):
    """By SKU: what tables of articles, matrices and forecasts read."""

    day = models.DateField()
    channel = _reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    channel_warehouse = _reference("catalog.ChannelWarehouse", null=True)
    sku = _reference("catalog.Sku", null=True)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "sku", "channel", "scheme", "channel_warehouse", "currency"],
                name="daily_fact_once",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["merchant", "sku", "day"], name="daily_fact_by_sku")]


class SpanFact(OfFacts):
    """
    By article over runs of 1, 4, 16, 64 and 256 days (`analytics.selectors.spans`): what tables of articles read.

    channel null: all channels and schemes together, so that the usual question reads one row per article and run.
    covered, back: of what was delivered, and of what was returned, the part that a commissioner has reported; for the
    rest costs can only be assumed.  fee … other: what was withheld for reported lines.
    """

    span = models.IntegerField()
    channel = _reference("catalog.Channel", null=True)
    scheme = models.CharField(max_length=10)
    sku = _reference("catalog.Sku", null=True)
    currency = models.CharField(max_length=3)
    facts = models.IntegerField(default=0)
    ordered_pieces = models.IntegerField(default=0)
    ordered_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    cancelled_pieces = models.IntegerField(default=0)
    cancelled_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    shipped_pieces = models.IntegerField(default=0)
    shipped_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    delivered_pieces = models.IntegerField(default=0)
    delivered_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    returned_pieces = models.IntegerField(default=0)
    returned_amount = models.DecimalField(max_digits=18, decimal_places=2, default=0)

    covered_pieces = models.IntegerField(default=0, db_default=0)
    covered_amount = _money()
    back_pieces = models.IntegerField(default=0, db_default=0)
    back_amount = _money()
    fee = _money()
    logistics = _money()
    storage = _money()
    ads = _money()
    other = _money()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "channel", "span", "sku", "scheme", "currency"],
                name="span_fact_once",
                nulls_distinct=False,
            )
        ]


class DailyTotal(Measures):
    """Without SKU: what overviews and long periods read."""

    day = models.DateField()
    channel = _reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "channel", "scheme", "currency"], name="daily_total_once"
            )
        ]


class HourlyFact(Measures):
    """Orders by the hour in which they were made and the region they go to; only the `ordered…` sums are filled."""

    day = models.DateField()
    hour = models.SmallIntegerField()
    channel = _reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    region = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "hour", "channel", "scheme", "region", "currency"], name="hourly_fact_once"
            )
        ]


class HourTotal(Measures):
    """Orders by the hour in which they were made, all regions together; only the `ordered…` sums are filled."""

    day = models.DateField()
    hour = models.SmallIntegerField()
    channel = _reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "hour", "channel", "scheme", "currency"], name="hour_total_once"
            )
        ]


class RegionTotal(Measures):
    """Orders by the region they go to, all hours together; only the `ordered…` sums are filled."""

    day = models.DateField()
    channel = _reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    region = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "day", "channel", "scheme", "region", "currency"], name="region_total_once"
            )
        ]


class Refreshed(OfMerchant):
    """Up to when the facts of a merchant hold every change of its orders, and by which zone their days are cut."""

    upto = models.DateTimeField()
    zone = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant"], name="refreshed_once")]
