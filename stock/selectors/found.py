"""Cells and deliveries by what people type or scan into the search."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from stock.models import ExpectedReceipt, Location
from stock.selectors import place
from stock.types import LocationKind
from workspace.types import Found


def cells(typed: str, most: int) -> Sequence[Found]:
    """Cells by the beginning of their address, in whatever case, in the warehouses that are seen."""
    seen = {warehouse.pk: warehouse for warehouse in place.seen_warehouses()}
    rows = Location.objects.filter(warehouse_id__in=seen, kind=LocationKind.CELL, code__istartswith=typed)
    return [
        Found(
            title=row.code,
            url=f"{reverse('stock:warehouse', args=[row.warehouse_id])}?{urlencode({'q': row.code})}",
            hint=seen[row.warehouse_id].name,
            exact=row.code.upper() == typed.upper(),
        )
        for row in rows.order_by("code", "pk")[:most]
    ]


def receipts(typed: str, most: int) -> Sequence[Found]:
    """Deliveries by the number of the supplier's document."""
    rows = ExpectedReceipt.objects.filter(number__begins=typed).select_related("supplier").order_by("-pk")
    return [
        Found(
            title=row.number,
            url=reverse("stock:receipt", args=[row.pk]),
            hint=row.supplier.name,
            exact=row.number == typed,
        )
        for row in rows[:most]
    ]
