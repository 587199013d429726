"""Our SKU on a channel."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, Stamped
from catalog.types import MatchedBy


class Listing(OfMerchant, Stamped):
    """
    A card as the marketplace knows it, one row per thing that has a stock of its own there.

    sku null: not matched yet, orders of it need attention.  pieces_per_pack: how many pieces of the SKU one sold unit
    is.  published_price: the value last accepted by the marketplace, or read from it.
    """

    channel = models.ForeignKey("catalog.Channel", on_delete=models.CASCADE, related_name="listings", db_index=False)
    sku = models.ForeignKey(
        "catalog.Sku", on_delete=models.SET_NULL, null=True, blank=True, related_name="listings", db_index=False
    )
    offer_id = models.CharField(_("article there"), max_length=200)
    offer_key = models.GeneratedField(
        expression=Lower("offer_id"), output_field=models.CharField(max_length=200), db_persist=True
    )
    product_external_id = models.CharField(max_length=60, blank=True)
    stock_external_id = models.CharField(max_length=60)
    title = models.CharField(_("name there"), max_length=500, blank=True)
    size = models.CharField(_("size"), max_length=100, blank=True)
    barcodes = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    pieces_per_pack = models.PositiveIntegerField(_("pieces in a pack"), default=1, validators=[MinValueValidator(1)])
    archived = models.BooleanField(default=False)
    sellable = models.BooleanField(default=True)
    complaints = ArrayField(models.CharField(max_length=1000), default=list, blank=True)
    marks = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    published_price = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    price_currency = models.CharField(max_length=3, default="RUB")
    matched_by = models.CharField(max_length=10, choices=MatchedBy.choices, blank=True)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "channel", "stock_external_id"], name="listing_once"),
            models.CheckConstraint(condition=models.Q(pieces_per_pack__gt=0), name="listing_pack_positive"),
        ]
        indexes = [
            models.Index(fields=["merchant", "sku"], name="listing_by_sku"),
            models.Index(fields=["merchant", "channel", "offer_id"], name="listing_by_offer"),
            models.Index(fields=["merchant", "offer_key"], name="listing_by_offer_key"),
        ]

    def __str__(self) -> str:
        return self.offer_id
