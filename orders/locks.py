"""Row locks of orders: taken after a wave's or a handover's, before those of stock."""

from collections.abc import Iterable

from django.db.models import QuerySet

from orders.models import Order


def orders_for_change(order_ids: Iterable[int]) -> QuerySet[Order]:
    """Lock these orders in the order of their keys."""
    return Order.objects.select_for_update().filter(pk__in=list(order_ids)).order_by("pk")


def orders_by_number(*, channel_id: int, numbers: Iterable[str]) -> QuerySet[Order]:
    """Lock the channel's orders of these numbers in the order of their keys."""
    found = Order.objects.filter(channel_id=channel_id, external_number__in=list(numbers))
    return orders_for_change(found.values_list("pk", flat=True))
