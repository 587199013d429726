"""
What happened to order lines, by the merchant's own days: made from orders, never written by hand, rebuilt at will.

A measure stands on the day of its own event: an order of Monday that is cancelled on Friday is Monday's sale and
Friday's cancellation.  Foreign keys carry no constraint, since the rows say nothing that their source does not.
The cost of goods is not here: it is read from the catalog when asked.  Category and brand of an article are followed by
the sums that are laid out by them, at the next refresh.
"""

from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant


def reference(to: str, *, null: bool = False) -> "models.ForeignKey[Any, Any]":
    """A key without constraint and index."""
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
    can be counted; only it knows the pace.  pace_hours: from the order to our handover, rounded up; late: 1 handed over
    after the time it was due, 0 in time, null when there was none.  Days are null until the event came.

    fee … other: what accepted reports of the commissioner withheld for the line; settled_day: where these stand, null
    while nothing was reported: the day of delivery, or the last thing that is known of the line.  estimated_fee: what
    the marketplace itself said in the order that it will take, null while it said nothing.  cancel_reason,
    return_reason: as there.
    """

    line_ref = models.BigIntegerField(primary_key=True)
    order = reference("orders.Order")
    channel = reference("catalog.Channel")
    scheme = models.CharField(max_length=10)
    channel_warehouse = reference("catalog.ChannelWarehouse", null=True)
    sku = reference("catalog.Sku", null=True)
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
    pace_hours = models.SmallIntegerField(null=True)
    late = models.SmallIntegerField(null=True)
    fee = _money()
    logistics = _money()
    storage = _money()
    ads = _money()
    other = _money()
    estimated_fee = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    cancel_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    return_reason = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "order"], name="line_fact_by_order"),
            # With the hour, so that lines of an hour are found without reading those of the whole day.
            models.Index(fields=["merchant", "ordered_day", "line_ref", "ordered_hour"], name="line_fact_by_day"),
            # With what lists are narrowed by: an article's lines lie in as many pages as there are of them.
            models.Index(
                fields=["merchant", "sku", "ordered_day", "line_ref"],
                include=["channel", "scheme", "currency"],
                name="line_fact_by_sku",
            ),
            *(
                models.Index(
                    fields=["merchant", f"{event}_day", "line_ref"],
                    name=f"line_fact_{event}",
                    condition=models.Q(**{f"{event}_day__isnull": False}),
                )
                for event in ("cancelled", "shipped", "delivered", "returned")
            ),
            # What is reported of a delivered line stands on the day of its delivery, and is found by that.
            models.Index(
                fields=["merchant", "settled_day"],
                name="line_fact_settled",
                condition=models.Q(settled_day__isnull=False, delivered_day__isnull=True),
            ),
            models.Index(
                fields=["merchant", "shipped_day", "line_ref"], name="line_fact_late", condition=models.Q(late=1)
            ),
            # Few marketplaces tell why goods came back, so their lines are few as well.
            models.Index(
                fields=["merchant", "returned_day"],
                name="line_fact_return_told",
                condition=models.Q(returned_day__isnull=False) & ~models.Q(return_reason=""),
            ),
        ]


class Refreshed(OfMerchant):
    """
    Up to when the facts of a merchant hold every change of its orders, and by which zone their days are cut.

    week: the last Monday that there are readings of.
    """

    upto = models.DateTimeField()
    zone = models.CharField(max_length=64)
    week = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant"], name="refreshed_once")]


class Rebuild(OfMerchant):
    """
    All facts of a merchant are being stated from its orders: how far that is.  The row goes when it is done.

    Each step is committed with this bookmark, so a rebuild that was killed goes on where it stood.  stage: what is
    being stated; position: the last order id, or day as its ordinal, that is done; first, last: between which it goes.
    """

    class Stage(models.TextChoices):
        LINES = "lines", _("order lines")
        DAYS = "days", _("sums of days")
        READINGS = "readings", _("readings of Mondays")

    began_at = models.DateTimeField()
    upto = models.DateTimeField()
    zone = models.CharField(max_length=64)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.LINES)
    first = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    last = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant"], name="rebuild_once")]

    @property
    def percent(self) -> int:
        """About how much is done; the stages take about as long as each other."""
        stages = list(self.Stage)
        length = max(self.last - self.first, 1)
        done = min(max(self.position - self.first, 0) / length, 1)
        return int(100 * (stages.index(self.Stage(self.stage)) + done) / len(stages))


class PricedBy(OfFacts):
    """
    By which tariffs and VAT rates the facts of a channel, or of a SKU, are priced.

    said: a digest of them; when it is another now, the facts are priced anew.
    """

    subject = models.CharField(max_length=7)  # channel, sku
    ref = models.BigIntegerField()
    said = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "subject", "ref"], name="priced_by_once")]


class GroupedBy(OfFacts):
    """
    By which brand and category the sums count an article; sku_ref 0: lines of no article.

    When the catalog says another, the article's sums move there.
    """

    sku_ref = models.BigIntegerField()
    brand = models.CharField(max_length=200, blank=True)
    category = models.CharField(max_length=20, blank=True)  # its key

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "sku_ref"], name="grouped_by_once")]
