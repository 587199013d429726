"""Row locks of handovers: taken after a wave's, before those of orders."""

from backoffice.kernel.locks import Subject, take
from shipping.models import Handover, Supply


def handover_for_change(handover_id: int) -> Handover:
    """
    Lock one handover, and before it the choice of the open one of its channel warehouse.

    Who puts an order into the open handover has chosen it without its lock: one that is closed meanwhile would leave
    without that order, which stands in it for ever.
    """
    handovers = Handover.objects.filter(pk=handover_id)
    take(Subject.HANDOVER, handovers.values_list("channel_warehouse_id", flat=True).get())
    return handovers.select_for_update().get()


def supply_for_change(supply_id: int) -> Supply:
    """Lock one supply; of two who change it the second waits."""
    return Supply.objects.select_for_update(of=("self",)).select_related("channel").get(pk=supply_id)
