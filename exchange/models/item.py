"""Whose is whose: goods and dictionaries of 1C beside ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, OfParent
from exchange.types import ItemState, WordKind


class Item(OfParent):
    """
    A good of 1C (char empty) or one of its characteristics, and what it is here.

    good, char: ids as 1C writes them.  offered: an offer without characteristic was told, so the plain SKU is meant.
    candidate: the SKU that it may be.  seen: began_at of the session that told of it last in a full package.
    """

    connection = models.ForeignKey(
        "exchange.Connection", on_delete=models.CASCADE, db_index=False, db_constraint=False, related_name="+"
    )
    good = models.CharField(max_length=80)
    char = models.CharField(max_length=80, blank=True)
    catalogue = models.CharField(max_length=80, blank=True)
    name = models.CharField(_("name"), max_length=500, blank=True)
    article = models.CharField(_("article"), max_length=100, blank=True)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.LINKED)
    why = models.CharField(max_length=300, blank=True)
    product = models.ForeignKey(
        "catalog.Product", on_delete=models.SET_NULL, null=True, db_constraint=False, related_name="+"
    )
    sku = models.ForeignKey("catalog.Sku", on_delete=models.SET_NULL, null=True, db_constraint=False, related_name="+")
    candidate = models.ForeignKey(
        "catalog.Sku", on_delete=models.SET_NULL, null=True, db_constraint=False, related_name="+"
    )
    offered = models.BooleanField(default=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "good", "char"], name="exchange_item_once")]
        indexes = [
            models.Index(fields=["merchant", "id"], name="exchange_item_waiting", condition=models.Q(state="waiting")),
        ]


class Pending(OfMerchant):
    """What was told of a good that is not ours yet; applied when it becomes one.  data: the row of the stage."""

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    good = models.CharField(max_length=80)
    char = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=10)  # good, offer, price, rest
    key = models.CharField(max_length=80, blank=True)  # price type or warehouse
    data = models.JSONField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "good", "char", "kind", "key"], name="exchange_pending_once")
        ]


class Word(OfMerchant):
    """
    An entry of a dictionary of 1C, and what it is here: a category, a price type or a warehouse.

    parent: the group or property that it belongs to.  extra: currency of a price type, code of a unit.
    """

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    kind = models.CharField(max_length=12, choices=WordKind.choices)
    external_id = models.CharField(max_length=80)
    name = models.CharField(_("name"), max_length=500)
    parent = models.CharField(max_length=80, blank=True)
    extra = models.CharField(max_length=80, blank=True)
    deleted = models.BooleanField(default=False)
    category = models.ForeignKey("catalog.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    price_type = models.ForeignKey("catalog.PriceType", on_delete=models.SET_NULL, null=True, related_name="+")
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "kind", "external_id"], name="exchange_word_once")]


class Picture(OfMerchant):
    """A picture that 1C told of; its bytes come as a file of their own, before or after.  photo null: not come yet."""

    connection = models.ForeignKey("exchange.Connection", on_delete=models.CASCADE, db_index=False, related_name="+")
    good = models.CharField(max_length=80)
    path = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    photo = models.ForeignKey("catalog.Photo", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "good", "path"], name="exchange_picture_once")]
        indexes = [models.Index(fields=["merchant", "connection", "path"], name="exchange_picture_by_path")]
