"""Pieces that may be on their way between a cell and a scanner."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F, Sum

from floor.models import PickTask
from floor.types import TaskState


def unscanned(*, warehouse_id: int, now: datetime) -> Mapping[tuple[int, int], int]:
    """(location id, SKU id) → pieces that pickers at work are still to scan there, and may hold already."""
    at_work = PickTask.objects.filter(wave__warehouse_id=warehouse_id, state=TaskState.OPEN, leased_until__gt=now)
    rows = at_work.values_list("location_id", "sku_id").annotate(left=Sum(F("pieces") - F("picked")))
    return {(location_id, sku_id): left for location_id, sku_id, left in rows}
