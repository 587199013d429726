"""What lies on the shelf."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, OfParent, Stamped
from catalog.types import BarcodeKind


class Sku(OfParent, Stamped):
    """
    One size, colour or 1C characteristic of a product; the key of stock, barcodes, listings and prices.

    Sizes are in millimetres, weight in grams, cost in roubles with four decimals.
    """

    product = models.ForeignKey("catalog.Product", on_delete=models.PROTECT, db_constraint=False, related_name="skus")
    code = models.CharField(_("article"), max_length=100)
    code_key = models.GeneratedField(
        expression=Lower("code"), output_field=models.CharField(max_length=100), db_persist=True
    )
    variant = models.CharField(_("variant"), max_length=200, blank=True)
    guid = models.UUIDField(null=True, blank=True)
    length_mm = models.PositiveIntegerField(_("length, mm"), null=True, blank=True)
    width_mm = models.PositiveIntegerField(_("width, mm"), null=True, blank=True)
    height_mm = models.PositiveIntegerField(_("height, mm"), null=True, blank=True)
    weight_g = models.PositiveIntegerField(_("weight, g"), null=True, blank=True)
    cost = models.DecimalField(
        _("cost"), max_digits=14, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    min_price = models.DecimalField(
        _("minimum price"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    is_kit = models.BooleanField(_("kit"), default=False)
    is_marked = models.BooleanField(_("needs a marking code"), default=False)
    archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "code"], name="sku_code_once"),
            models.UniqueConstraint(fields=["product", "guid"], name="sku_guid_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="sku_of_merchant"),
        ]
        indexes = [
            models.Index(fields=["merchant", "code_key"], name="sku_by_code_key"),
            models.Index(fields=["merchant", "-changed_at", "-id"], name="sku_by_change"),
        ]

    def __str__(self) -> str:
        return self.code


class KitItem(OfMerchant):
    """`pieces` of a component in one kit; a component is never a kit itself."""

    kit = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="components")
    component = models.ForeignKey(Sku, on_delete=models.PROTECT, related_name="kits")
    pieces = models.PositiveIntegerField(_("pieces"), validators=[MinValueValidator(1)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kit", "component"], name="kit_component_once"),
            models.CheckConstraint(condition=models.Q(pieces__gt=0), name="kit_pieces_positive"),
            models.CheckConstraint(condition=~models.Q(kit=models.F("component")), name="kit_not_of_itself"),
        ]


class Barcode(OfParent):
    """A code that a scanner reads from the goods; one code means one SKU of the merchant."""

    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, db_constraint=False, related_name="barcodes")
    value = models.CharField(_("barcode"), max_length=80)
    kind = models.CharField(max_length=10, choices=BarcodeKind.choices)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["merchant", "value"], name="barcode_once")]

    def __str__(self) -> str:
        return self.value
