"""Where stickers come out, and each one's way there."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from labels.render.geometry import MEDIA, RESOLUTIONS
from labels.types import PrinterLanguage, PrintState, Reason

_OFFSET = [MinValueValidator(-20), MaxValueValidator(20)]


class PrinterProfile(models.Model):
    """
    A printer as it is loaded and adjusted; offsets in millimetres to the right and down.

    It belongs to the installation and is seen through its warehouse.
    """

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    media = models.CharField(
        _("roll, mm"),
        max_length=20,
        choices=[(code, media.title) for code, media in MEDIA.items()],
        default="58x40",
    )
    dpi = models.PositiveSmallIntegerField(
        _("resolution"), choices=[(code, f"{code} dpi") for code in RESOLUTIONS], default=203
    )
    offset_x_mm = models.DecimalField(
        _("shift to the right, mm"), max_digits=4, decimal_places=1, default=0, validators=_OFFSET
    )
    offset_y_mm = models.DecimalField(
        _("shift down, mm"), max_digits=4, decimal_places=1, default=0, validators=_OFFSET
    )
    language = models.CharField(
        _("language"), max_length=5, choices=PrinterLanguage.choices, default=PrinterLanguage.PDF
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["warehouse", "name"], name="printer_name_once")]

    def __str__(self) -> str:
        return self.name


class Station(models.Model):
    """A table with a browser; `printer` takes its stickers of orders."""

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    printer = models.ForeignKey(
        PrinterProfile,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="stations",
        verbose_name=_("printer"),
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["warehouse", "name"], name="station_name_once")]

    def __str__(self) -> str:
        return self.name


class PrintItem(OfMerchant):
    """One sticker on its way; reason: why it is printed again, empty the first time."""

    label = models.ForeignKey("labels.LabelFile", on_delete=models.PROTECT, db_index=False, related_name="prints")
    station = models.ForeignKey(Station, on_delete=models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(
        "merchants.Person", on_delete=models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    state = models.CharField(max_length=10, choices=PrintState.choices, default=PrintState.QUEUED)
    copies = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["merchant", "label", "-id"], name="print_by_label"),
            models.Index(fields=["merchant", "-id"], name="print_by_time"),
            models.Index(fields=["merchant", "state", "-id"], name="print_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.label_id} {self.state}"
