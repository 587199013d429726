"""Orders by what people type or scan into the search, and what pages of lower apps call them."""

from collections.abc import Collection, Mapping, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from orders.models import Order
from workspace.types import Found, Name


def find(typed: str, most: int) -> Sequence[Found]:
    """By the number whole, by its beginning or end, by the sticker's barcode, by the basket; the newest first."""
    ways = (
        Q(external_number=typed),
        Q(barcode=typed),
        Q(basket=typed),
        Q(external_number__begins=typed),
        Q(number_reversed__begins=typed[::-1]),
    )
    pks: dict[int, None] = {}
    for way in ways:  # each by its own index; united, the planner would read orders by time until it has enough
        if len(pks) < most:
            pks |= dict.fromkeys(Order.objects.filter(way).order_by().values_list("pk", flat=True)[:most])
    orders = Order.objects.filter(pk__in=list(pks)[:most]).select_related("channel").order_by("-ordered_at", "-pk")
    return [
        Found(
            title=order.external_number,
            url=reverse("orders:detail", args=[order.pk]),
            hint=f"{order.channel.name} · {order.get_state_display()}",
            exact=typed in {order.external_number, order.barcode},
        )
        for order in orders
    ]


def names(pks: Collection[int]) -> Mapping[int, Name]:
    """As people call orders: by the marketplace's number."""
    numbers = Order.objects.filter(pk__in=pks).values_list("pk", "external_number")
    return {pk: Name(_("Order %(number)s") % {"number": number}, "orders:detail", pk) for pk, number in numbers}
