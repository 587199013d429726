"""Handovers and supplies by what people type or scan into the search, and what pages of lower apps call them."""

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from shipping.models import Handover, Supply
from workspace.types import Found, Name

_OWN = "FBO-"  # as `Supply.__str__` has it


def handovers(typed: str, most: int) -> Sequence[Found]:
    """By the marketplace's number of it."""
    rows = Handover.objects.filter(external_id=typed).select_related("channel_warehouse__channel").order_by("-pk")
    return [
        Found(
            title=row.external_id,
            url=reverse("shipping:handover", args=[row.pk]),
            hint=f"{row.channel_warehouse.channel.name} · {row.get_state_display()}",
            exact=True,
        )
        for row in rows[:most]
    ]


def supplies(typed: str, most: int) -> Sequence[Found]:
    """By our number of it, or the marketplace's."""
    number = typed.upper().removeprefix(_OWN)
    ours = int(number) if typed.upper().startswith(_OWN) and number.isdecimal() and len(number) < 19 else 0
    rows = Supply.objects.filter(pk=ours) if ours else Supply.objects.filter(external_id=typed)
    return [
        Found(
            title=str(row),
            url=reverse("shipping:supply", args=[row.pk]),
            hint=" · ".join(filter(None, [row.channel.name, row.external_id, row.get_state_display()])),
            exact=True,
        )
        for row in rows.select_related("channel").order_by("-pk")[:most]
    ]


def supply_names(pks: Collection[int]) -> Mapping[int, Name]:
    """As people call supplies."""
    return {
        row.pk: Name(_("Supply %(number)s") % {"number": row}, "shipping:supply", row.pk)
        for row in Supply.objects.filter(pk__in=pks)
    }
