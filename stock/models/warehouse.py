"""Where stock lies.  Warehouses and locations belong to the installation and are seen through who is served there."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from stock.types import LocationKind, WarehouseKind, zone_name


class Warehouse(models.Model):
    """A roof."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=WarehouseKind.choices, default=WarehouseKind.OWN)
    zone = models.CharField(_("time zone"), max_length=50, default="Europe/Moscow")
    address = models.CharField(_("address"), max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class WarehouseMerchant(OfMerchant):
    """This merchant's goods are served in this warehouse, so its people see it."""

    warehouse = models.ForeignKey(Warehouse, on_delete=models.CASCADE, related_name="served")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "warehouse"], name="warehouse_serves_once")]


class Location(models.Model):
    """
    A place in a warehouse, or an end of its ledger.

    code: the address people read and scan (A-01-03-2).  x, y in metres from the packing table, level from the floor.
    zone: what is picked apart from the rest; empty: the part of the address before the first hyphen.
    """

    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="locations")
    kind = models.CharField(max_length=12, choices=LocationKind.choices, default=LocationKind.CELL)
    code = models.CharField(
        _("address"), max_length=40, validators=[RegexValidator(r"^[\w.\-/]+$", _("Letters, digits, . - / only."))]
    )
    zone = models.CharField(
        _("zone"),
        max_length=20,
        blank=True,
        default="",
        db_default="",
        validators=[RegexValidator(r"^[\w.\- ]+$", _("Letters, digits, . - only."))],
    )
    x = models.FloatField(default=0)
    y = models.FloatField(default=0)
    level = models.SmallIntegerField(_("level"), default=0)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["warehouse", "code"], name="location_code_once")]
        # Scanned in whatever case the keyboard layout makes of it.
        indexes = [models.Index("warehouse", Upper("code"), name="location_by_address")]

    def __str__(self) -> str:
        return self.code

    @property
    def zone_name(self) -> str:
        """The zone that people speak of."""
        return zone_name(self.zone, self.code)
