"""The shelf as it stood a few minutes ago: what is counted over all articles of a merchant at once."""

from decimal import Decimal

from django.db import models

from analytics.models.facts import OfFacts, reference
from backoffice.kernel.models import OfMerchant


class Shelved(OfFacts):
    """
    An article that lies somewhere or is expected to sell, as `analytics.selectors.shelves` judged it.

    money: pieces at the cost of then, null while that was not known.  standing: of `shelves.Standing`.
    """

    sku = reference("catalog.Sku")
    code = models.CharField(max_length=100)
    on_hand = models.IntegerField()
    money = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    standing = models.CharField(max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "sku"], name="shelved_once")]
        indexes = [
            models.Index(
                fields=["merchant", "standing", "code", "sku"], include=["on_hand", "money"], name="shelved_by_standing"
            ),
            models.Index(fields=["merchant", "code", "sku"], name="shelved_by_code"),
        ]


class ShelfLook(OfMerchant):
    """
    When all articles of a merchant were last judged.

    stood, gone: of `Article`, at cost, as far as costs are known.
    """

    at = models.DateTimeField()
    stood = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))
    gone = models.DecimalField(max_digits=18, decimal_places=2, default=Decimal(0))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant"], name="shelf_look_once")]
