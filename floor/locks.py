"""Row locks of the floor: a wave is locked before handovers, orders and stock."""

from django.db.models import QuerySet

from floor.models import PickTask


def task_for_change(task_id: int) -> QuerySet[PickTask]:
    """Lock one task of a wave."""
    return PickTask.objects.select_for_update().filter(pk=task_id)
