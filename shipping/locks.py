"""Row locks of handovers: taken after a wave's, before those of orders."""

from django.db.models import QuerySet

from shipping.models import Handover, Supply


def handover_for_change(handover_id: int) -> QuerySet[Handover]:
    """Lock one handover."""
    return Handover.objects.select_for_update().filter(pk=handover_id)


def supply_for_change(supply_id: int) -> Supply:
    """Lock one supply; of two who change it the second waits."""
    return Supply.objects.select_for_update(of=("self",)).select_related("channel").get(pk=supply_id)
