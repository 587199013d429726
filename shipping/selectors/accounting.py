"""What was handed over to commissioners, as an accounting program wants it."""

from collections.abc import Collection, Mapping, Sequence

from shipping.models import Handover, HandoverOrder, Supply


def handover_ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
    rows = Handover.objects.filter(merchant_id=merchant_id, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def handovers(*, merchant_id: int, ids: Collection[int]) -> Sequence[Handover]:
    """These handovers with their channel warehouses."""
    rows = Handover.objects.filter(merchant_id=merchant_id, pk__in=ids).select_related("channel_warehouse")
    return list(rows.order_by("pk"))


def orders_of(handover_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """Ids of orders by handover, without those that the marketplace left out."""
    found: dict[int, list[int]] = {}
    rows = HandoverOrder.objects.filter(handover_id__in=handover_ids, missing="").order_by("order_id")
    for handover_id, order_id in rows.values_list("handover_id", "order_id"):
        found.setdefault(handover_id, []).append(order_id)
    return found


def supply_ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
    rows = Supply.objects.filter(merchant_id=merchant_id, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def supplies(*, merchant_id: int, ids: Collection[int]) -> Sequence[Supply]:
    """These supplies; their lines are read already."""
    rows = Supply.objects.filter(merchant_id=merchant_id, pk__in=ids).prefetch_related("lines")
    return list(rows.select_related("channel_warehouse").order_by("pk"))
