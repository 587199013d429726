"""Orders picked together.  Waves belong to the installation; what is in them belongs to merchants."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from floor.types import TaskState, WaveState


class Wave(models.Model):
    """Orders of one warehouse picked together; seen by whoever is served there."""

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=WaveState.choices, default=WaveState.DRAFT)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["warehouse", "number"], name="wave_number_once")]
        indexes = [models.Index(fields=["state", "warehouse", "-number"], name="wave_by_state")]

    def __str__(self) -> str:
        return str(self.number)


class WaveOrder(OfMerchant):
    """An order in a wave; an order is in one wave at a time."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="orders")
    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, related_name="+")
    left = models.BooleanField(default=False)  # cancelled or taken out after release


class PickTask(OfMerchant):
    """
    Pieces of a SKU to take from one cell for a wave, in walking order.

    position: by route.  picked: so far; picked pieces go to the orders of the wave, the most urgent first.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="tasks")
    location = models.ForeignKey("stock.Location", on_delete=models.PROTECT, db_index=False, related_name="+")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, db_index=False, related_name="+")
    pieces = models.PositiveIntegerField()
    picked = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["wave", "location", "sku"], name="pick_task_once")]
