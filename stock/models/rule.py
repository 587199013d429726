"""Which warehouses feed a channel warehouse, and how much of them it may offer."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant


class Feed(OfMerchant):
    """Orders of the channel warehouse are served from this warehouse; the smallest rank is asked first."""

    channel_warehouse = models.ForeignKey("catalog.ChannelWarehouse", on_delete=models.CASCADE, related_name="feeds")
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="feeds")
    rank = models.PositiveSmallIntegerField(_("order"), default=1)

    class Meta:
        ordering = ["rank", "id"]
        constraints = [models.UniqueConstraint(fields=["channel_warehouse", "warehouse"], name="feed_once")]


class ShareRule(OfMerchant):
    """
    How much of what is free a channel warehouse may offer; `listing` null is the rule for all its listings.

    Applied in this order to the free pieces of the feeding warehouses: `buffer` pieces are taken off; one piece is left
    to each channel warehouse with a better `priority`; `share_percent` of the rest, rounded down; at most `cap`;
    nothing while no more than `keep_at_least` pieces are free.
    """

    channel_warehouse = models.ForeignKey("catalog.ChannelWarehouse", on_delete=models.CASCADE, related_name="rules")
    listing = models.ForeignKey(
        "catalog.Listing", on_delete=models.CASCADE, null=True, blank=True, related_name="rules"
    )
    buffer = models.PositiveIntegerField(_("buffer"), default=0)
    share_percent = models.PositiveSmallIntegerField(
        _("share, %"), default=100, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    cap = models.PositiveIntegerField(_("at most"), null=True, blank=True)
    keep_at_least = models.PositiveIntegerField(_("stop selling at"), default=0)
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel_warehouse", "listing"], name="share_rule_once", nulls_distinct=False
            )
        ]
