"""What leaves together to one acceptance point."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.kernel.models import OfMerchant
from shipping.types import HandoverState


class Handover(OfMerchant):
    """
    Orders of one channel warehouse that leave together (WB supply, Ozon carriage).

    key: our name for it, put where the marketplace keeps names.  external_id: theirs, "" until it is made there.
    cargo: equal for all its orders.  containers: in how many boxes they are brought to a pick-up
    point, None where nothing is said of that.
    remote_status, problem: what the marketplace says of it.
    """

    channel_warehouse = models.ForeignKey("catalog.ChannelWarehouse", on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    external_id = models.CharField(max_length=60, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=HandoverState.choices, default=HandoverState.OPEN)
    remote_status = models.CharField(max_length=60, blank=True)
    problem = models.CharField(max_length=1000, blank=True)
    cargo = models.CharField(max_length=60, blank=True)
    departure_date = models.DateField(_("departure"))
    shipping_point_id = models.CharField(_("shipping point"), max_length=60, blank=True)
    shipping_point_name = models.CharField(max_length=300, blank=True)
    shipping_type = models.CharField(_("shipping method"), max_length=20, blank=True)
    containers = models.PositiveSmallIntegerField(_("boxes"), null=True)
    opened_at = models.DateTimeField()
    closing_at = models.DateTimeField(null=True)
    closing_by = models.ForeignKey("merchants.Person", on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    papers_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel_warehouse", "cargo"],
                condition=models.Q(state="open"),
                name="handover_open_once",
            )
        ]
        indexes = [models.Index(fields=["merchant", "state", "-id"], name="handover_by_state")]

    @property
    def their_number(self) -> str:
        """What the marketplace calls it; "" where it knows no handovers and is asked by our key."""
        return "" if self.external_id == str(self.key) else self.external_id


class HandoverOrder(OfMerchant):
    """An order in a handover.  missing: why the marketplace left it out."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="orders")
    order = models.OneToOneField("orders.Order", on_delete=models.PROTECT, related_name="+")
    missing = models.CharField(max_length=500, blank=True)
