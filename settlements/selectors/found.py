"""Commissioner reports by what people type into the search, and what pages of lower apps call them."""

from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from settlements.models import Report
from workspace.types import Found, Name


def find(typed: str, most: int) -> Sequence[Found]:
    """By the whole number."""
    rows = Report.objects.filter(number=typed).select_related("agreement__channel").order_by("-pk")
    return [
        Found(
            title=row.number,
            url=reverse("settlements:report", args=[row.pk]),
            hint=f"{row.agreement.channel.name} · {row.period_from:%d.%m.%Y}–{row.period_to:%d.%m.%Y}",
            exact=True,
        )
        for row in rows[:most]
    ]


def names(pks: Collection[int]) -> Mapping[int, Name]:
    """As the accountant calls reports."""
    rows = Report.objects.filter(pk__in=pks).values_list("pk", "number")
    return {
        pk: Name(_("Commissioner report %(number)s") % {"number": number}, "settlements:report", pk)
        for pk, number in rows
    }
