"""Price types and prices."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, OfParent, Stamped


class PriceType(OfMerchant):
    """A kind of price, such as retail; `guid` is its key in 1C."""

    name = models.CharField(_("name"), max_length=100)
    currency = models.CharField(_("currency"), max_length=3, default="RUB")
    guid = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "name"], name="price_type_name_once"),
            models.UniqueConstraint(fields=["merchant", "guid"], name="price_type_guid_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Price(OfParent, Stamped):
    """(SKU, price type) → amount."""

    price_type = models.ForeignKey(
        PriceType, on_delete=models.CASCADE, related_name="prices", db_index=False, db_constraint=False
    )
    sku = models.ForeignKey("catalog.Sku", on_delete=models.CASCADE, db_constraint=False, related_name="prices")
    amount = models.DecimalField(_("price"), max_digits=14, decimal_places=2, validators=[MinValueValidator(0)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["price_type", "sku"], name="price_once"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="price_not_negative"),
        ]
