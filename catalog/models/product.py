"""The card: what all SKUs of a product share."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, OfParent, Stamped


class VatRate(models.Model):
    """A rate and the time in which it may be used; rows of the installation, never constants in code."""

    code = models.CharField(max_length=8)
    title = models.CharField(max_length=40)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # null: not subject to VAT
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # exclusive

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "valid_from"], name="vat_rate_once_per_day")]

    def __str__(self) -> str:
        return self.title


class Category(OfMerchant):
    """The merchant's own tree of categories."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField(_("name"), max_length=200)
    guid = models.UUIDField(null=True, blank=True)  # 1C

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merchant", "parent", "name"], name="category_name_once", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return self.name


class Product(OfMerchant, Stamped):
    """
    The card.

    attributes: free name → value.  guid: the goods of 1C; with the SKU's guid it is the key of the exchange.
    """

    name = models.CharField(_("name"), max_length=500)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    brand = models.CharField(_("brand"), max_length=200, blank=True)
    description = models.TextField(_("description"), blank=True)
    attributes = models.JSONField(_("attributes"), default=dict, blank=True)
    guid = models.UUIDField(null=True, blank=True)
    archived = models.BooleanField(_("archived"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "guid"], name="product_guid_once"),
            models.UniqueConstraint(fields=["merchant", "id"], name="product_of_merchant"),
        ]
        indexes = [
            models.Index(fields=["merchant", "name", "id"], name="product_by_name"),
            models.Index(fields=["category"], name="product_by_category"),
            models.Index(fields=["merchant", "brand"], name="product_by_brand"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductWord(OfParent):
    """
    A word of a product's name in small letters, ё written as е: the way to find by any word under row security.

    Kept by a trigger on the products, bulk writes included; never written from here.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    word = models.CharField(max_length=100)

    class Meta:
        indexes = [models.Index(fields=["merchant", "word", "product"], name="product_by_word")]


class ProductVat(OfParent):
    """Which rate a product has from a day on."""

    product = models.ForeignKey(
        Product, on_delete=models.CASCADE, db_constraint=False, db_index=False, related_name="vat"
    )
    vat_code = models.CharField(_("VAT"), max_length=8)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "valid_from"], name="product_vat_once_per_day")]


class Photo(OfMerchant):
    """A picture of a product; the first by position is shown in lists and on scan screens."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="photos")
    file = models.ImageField(upload_to="photos/%Y/%m", max_length=300)
    thumb = models.ImageField(upload_to="photos/%Y/%m", max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
