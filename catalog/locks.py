"""What the catalog locks, always by pk."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from catalog.models import Category, Sku


def categories(merchant_id: int) -> dict[int, Category]:
    """All categories of the merchant: two moves at once could close a ring."""
    return {row.pk: row for row in Category.objects.select_for_update().filter(merchant_id=merchant_id).order_by("pk")}


def skus(sku_ids: Collection[int] | QuerySet[Any]) -> list[Sku]:
    """These SKUs, locked; a query of ids stays in the database."""
    return list(Sku.objects.select_for_update().filter(pk__in=sku_ids).order_by("pk"))
