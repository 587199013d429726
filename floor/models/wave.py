"""Orders picked together.  Waves belong to the installation; what is in them belongs to merchants."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from floor.types import TaskState, WaveMode, WaveState


class Wave(models.Model):
    """
    Orders of one warehouse picked together; seen by whoever is served there.

    paused_at: nobody picks until it goes on; what is picked may be packed.
    """

    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(_("state"), max_length=10, choices=WaveState.choices, default=WaveState.DRAFT)
    mode = models.CharField(_("mode"), max_length=10, choices=WaveMode.choices, default=WaveMode.SINGLE)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, related_name="+")
    released_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["warehouse", "number"], name="wave_number_once")]
        indexes = [models.Index(fields=["state", "warehouse", "-number"], name="wave_by_state")]

    def __str__(self) -> str:
        return str(self.number)


class WaveOrder(OfMerchant):
    """
    An order in a wave; an order is in one wave at a time.

    slot: the place of the wall, or the tote on the cart, where its pieces gather; free again when the order is packed.
    left: cancelled or taken out after release.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, db_index=False, related_name="orders")
    order = models.OneToOneField("orders.Order", on_delete=models.CASCADE, related_name="+")
    slot = models.PositiveIntegerField(null=True)
    left = models.BooleanField(default=False)

    class Meta:
        # With the merchant, so that its rows are known to be seen without asking the policy of each.
        indexes = [models.Index(fields=["wave", "merchant"], name="wave_order_by_wave")]


class PickTask(OfMerchant):
    """
    Pieces of a SKU to take from one cell for a wave, in walking order.

    position: by route.  picked: so far; picked pieces go to the orders of the wave, the most urgent first, or to
    `order` alone in a wave picked order by order.  person: who does it, or did it; others keep off until
    `leased_until`.
    """

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, db_index=False, related_name="tasks")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, null=True, db_index=False, related_name="+")
    location = models.ForeignKey("stock.Location", on_delete=models.PROTECT, db_index=False, related_name="+")
    sku = models.ForeignKey("catalog.Sku", on_delete=models.PROTECT, db_index=False, related_name="+")
    pieces = models.PositiveIntegerField()
    picked = models.PositiveIntegerField(default=0)
    position = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    person = models.ForeignKey(
        "merchants.Person", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    leased_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "location", "sku", "order"], name="pick_task_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["wave", "merchant"], name="pick_task_by_wave")]


class Placed(OfMerchant):
    """A picked unit laid into the place of its order at the wall."""

    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, db_index=False, related_name="+")
    unit = models.OneToOneField("orders.Unit", on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, db_index=False, related_name="+")
    at = models.DateTimeField()
