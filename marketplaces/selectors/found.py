"""Returns by what people type or scan into the search."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from catalog.models import Channel
from marketplaces.models import ReturnRow
from workspace.types import Found


def find(typed: str, most: int) -> Sequence[Found]:
    """By the whole number of the return, or of the order that comes back."""
    channels = dict(Channel.objects.values_list("pk", "name"))
    rows = ReturnRow.objects.filter(Q(external_id=typed) | Q(number=typed), channel_id__in=channels)
    return [
        Found(
            title=row.external_id,
            url=f"{reverse('marketplaces:returns')}?{urlencode({'q': row.external_id})}",
            hint=f"{channels[row.channel_id]} · {row.number}",
        )
        for row in rows.order_by("-pk")[:most]
    ]
