"""Where stickers come out, and each one's way there."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from labels.render.geometry import MEDIA, RESOLUTIONS
from labels.types import Halt, PrintState, Reason, Way

_OFFSET = [MinValueValidator(-20), MaxValueValidator(20)]


class PrinterProfile(models.Model):
    """
    A printer as it is loaded and adjusted; offsets in millimetres to the right and down.

    darkness: 0 to 30 (ZPL ~SD); speed: inches a second (ZPL ^PR); None leaves what the printer is set to.  It belongs
    to the installation and is seen through its warehouse.
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
    way = models.CharField(_("how stickers get there"), max_length=7, choices=Way.choices, default=Way.BROWSER)
    darkness = models.PositiveSmallIntegerField(
        _("darkness, 0 to 30 (ZPL)"), null=True, blank=True, validators=[MaxValueValidator(30)]
    )
    speed = models.PositiveSmallIntegerField(
        _("speed, inches a second (ZPL)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(14)],
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

    @property
    def way(self) -> Way:
        """How its stickers get to paper; without a printer of its own, through the browser."""
        return Way(self.printer.way) if self.printer is not None else Way.BROWSER


class StationQueue(models.Model):
    """
    Where the printing of a station stands; locked by whoever moves its stickers.

    taken: how many it has ever been given, which numbers them in the order of the paper.  halted_at: nothing more is
    given out until a person has said which sticker was the last good one.
    """

    station = models.OneToOneField(Station, on_delete=models.CASCADE, primary_key=True, related_name="queue")
    taken = models.PositiveBigIntegerField(default=0)
    halted_at = models.DateTimeField(null=True)
    halt = models.CharField(max_length=7, choices=Halt.choices, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.station_id}: {self.halt or self.taken}"


class StationKey(models.Model):
    """
    What a print agent shows to get the stickers of its station; the secret itself is kept nowhere.

    It opens the stickers of those merchants whose printers its maker may set up, and dies with that right.
    """

    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="keys")
    made_by = models.ForeignKey("merchants.Person", on_delete=models.CASCADE, related_name="+")
    begins = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.begins


class PrintItem(OfMerchant):
    """
    One sticker on its way; reason: why it is printed again, empty the first time.

    key: the same key asks for the same printing.  place_at: its turn among those that wait.  claim: which turn of the
    agent has it, until leased_until; number: the how-manieth of its station.  problem: why it did not come out.
    """

    label = models.ForeignKey("labels.LabelFile", on_delete=models.PROTECT, db_index=False, related_name="prints")
    station = models.ForeignKey(Station, on_delete=models.SET_NULL, null=True, related_name="+")
    person = models.ForeignKey(
        "merchants.Person", on_delete=models.SET_NULL, null=True, db_index=False, related_name="+"
    )
    state = models.CharField(max_length=10, choices=PrintState.choices, default=PrintState.QUEUED)
    way = models.CharField(max_length=7, choices=Way.choices, default=Way.BROWSER)
    copies = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    key = models.CharField(max_length=60, null=True)
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    place_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    number = models.PositiveBigIntegerField(null=True)
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "key"], name="print_key_once")]
        indexes = [
            models.Index(fields=["merchant", "label", "-id"], name="print_by_label"),
            models.Index(fields=["merchant", "-id"], name="print_by_time"),
            models.Index(fields=["merchant", "state", "-id"], name="print_by_state"),
            models.Index(
                fields=["merchant", "station", "state"],
                name="print_in_work",
                condition=models.Q(way=Way.AGENT, state__in=["queued", "taken", "sent"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label_id} {self.state}"


class PrintWish(OfMerchant):
    """A parcel packed at a station before its sticker had come: it is to come out there by itself."""

    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, related_name="+")
    station = models.ForeignKey(Station, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("merchants.Person", on_delete=models.CASCADE, db_index=False, related_name="+")
    at = models.DateTimeField()
