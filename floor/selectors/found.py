"""Waves by what people type into the search."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from floor.models import Wave, WaveOrder
from stock.selectors import place
from workspace.types import Found


def waves(typed: str, most: int) -> Sequence[Found]:
    """By its number, in the warehouses that are seen and with goods of the open scope."""
    if not typed.isdecimal() or len(typed) > 9:
        return []
    seen = {warehouse.pk: warehouse for warehouse in place.seen_warehouses()}
    rows = Wave.objects.filter(warehouse_id__in=seen, number=int(typed)).order_by("-pk")[:most]
    ours = set(WaveOrder.objects.filter(wave__in=list(rows)).values_list("wave_id", flat=True))
    return [
        Found(
            title=_("Wave %(number)s") % {"number": row.number},
            url=reverse("floor:wave", args=[row.pk]),
            hint=f"{seen[row.warehouse_id].name} · {row.get_state_display()}",
            exact=True,
        )
        for row in rows
        if row.pk in ours
    ]
