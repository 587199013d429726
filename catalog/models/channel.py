"""Seller cabinets and the warehouses in them."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant, Stamped
from catalog.types import Boxes, ChannelState, CommitAt, FewerPieces, Scheme


def every_weekday() -> list[int]:
    """Monday to Friday as ISO weekdays."""
    return [1, 2, 3, 4, 5]


class Channel(OfMerchant, Stamped):
    """
    One seller cabinet on one marketplace.

    marketplace: a code of the registry.  external_id: the account's stable key there.  base_url "" means production.
    A price on the channel = price type, rounded up to `price_step`, not below the SKU's minimum, not published
    when it falls by more than `price_max_drop_percent` at once.
    """

    legal_entity = models.ForeignKey("merchants.LegalEntity", on_delete=models.PROTECT, verbose_name=_("legal entity"))
    marketplace = models.CharField(_("marketplace"), max_length=30)
    name = models.CharField(_("name"), max_length=100)
    state = models.CharField(_("state"), max_length=10, choices=ChannelState.choices, default=ChannelState.ACTIVE)
    paused_because = models.CharField(max_length=500, blank=True)
    external_id = models.CharField(max_length=100, blank=True)
    base_url = models.URLField(_("address"), max_length=300, blank=True)
    price_type = models.ForeignKey(
        "catalog.PriceType", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("price type")
    )
    price_step = models.DecimalField(
        _("round prices up to"), max_digits=8, decimal_places=2, default=1, validators=[MinValueValidator(0)]
    )
    price_max_drop_percent = models.PositiveSmallIntegerField(
        _("largest price drop, %"), default=30, validators=[MaxValueValidator(100)]
    )

    # The marketplace wants marking codes before it is told of the parcel, so such orders commit after the last scan.
    marks_before_commit = models.BooleanField(default=False)
    # A sticker comes for every parcel that it was told of, so that none may leave without.
    gives_stickers = models.BooleanField(default=False)
    # Boxes are told together with the parcel; where they are one order, such orders commit after the last scan.
    boxes = models.CharField(max_length=5, choices=Boxes.choices, default=Boxes.ONE, db_default="", blank=True)
    fewer_pieces = models.CharField(
        max_length=5, choices=FewerPieces.choices, default=FewerPieces.NEVER, db_default="", blank=True
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "name"], name="channel_name_once")]

    def __str__(self) -> str:
        return self.name


class ChannelWarehouse(OfMerchant):
    """
    A warehouse or shop as the marketplace knows it, with the calendar by which orders must leave.

    cut_off: local time in `zone`; an order made before it on a working day ships the same day, plus `days_to_ship`.
    working_days: ISO weekdays.  holidays: dates without work.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="warehouses")
    external_id = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=200)
    scheme = models.CharField(_("scheme"), max_length=10, choices=Scheme.choices)
    zone = models.CharField(_("time zone"), max_length=50, default="Europe/Moscow")
    cut_off = models.TimeField(_("cut-off"), default="15:00")
    days_to_ship = models.PositiveSmallIntegerField(_("days to ship"), default=0, validators=[MaxValueValidator(30)])
    working_days = ArrayField(models.PositiveSmallIntegerField(), default=every_weekday)
    holidays = ArrayField(models.DateField(), default=list, blank=True)
    commit_at = models.CharField(
        _("tell the marketplace"), max_length=10, choices=CommitAt.choices, default=CommitAt.WAVE
    )
    cargo_type = models.CharField(max_length=20, blank=True)
    label_format = models.CharField(max_length=20, blank=True)
    active = models.BooleanField(_("active"), default=True)
    push_stock = models.BooleanField(_("publish stock"), default=True)
    shipping_point_id = models.CharField(_("shipping point"), max_length=60, blank=True)
    shipping_point_name = models.CharField(max_length=300, blank=True)
    shipping_type = models.CharField(_("shipping method"), max_length=20, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["merchant", "channel", "external_id"], name="channel_warehouse_once")
        ]

    def __str__(self) -> str:
        return self.name
