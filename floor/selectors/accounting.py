"""Goods that came back, as an accounting program wants them."""

from collections.abc import Collection, Sequence

from floor.models import CameBack


def return_ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
    rows = CameBack.objects.filter(merchant_id=merchant_id, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def returns(*, merchant_id: int, ids: Collection[int]) -> Sequence[CameBack]:
    """These pieces that came back, with their orders."""
    rows = CameBack.objects.filter(merchant_id=merchant_id, pk__in=ids).select_related("order")
    return list(rows.order_by("pk"))
