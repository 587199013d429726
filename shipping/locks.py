"""Row locks of handovers: taken after a wave's, before those of orders."""

from django.db.models import QuerySet

from shipping.models import Handover


def handover_for_change(handover_id: int) -> QuerySet[Handover]:
    """Lock one handover."""
    return Handover.objects.select_for_update().filter(pk=handover_id)
