"""Warehouses and their cells."""

from collections.abc import Iterable

from django.db import transaction

from stock.models import Location, StockRow, Warehouse, WarehouseMerchant
from stock.types import LocationKind


@transaction.atomic
def make_warehouse(*, name: str, merchant_ids: Iterable[int], zone: str = "Europe/Moscow") -> Warehouse:
    """This function will give the warehouse of this name, made if there is none, serving these merchants."""
    warehouse, _made = Warehouse.objects.get_or_create(name=name, defaults={"zone": zone})
    for merchant_id in merchant_ids:
        WarehouseMerchant.objects.get_or_create(merchant_id=merchant_id, warehouse=warehouse)
    return warehouse


def holds_goods(*, merchant_id: int) -> bool:
    """Whether goods of the merchant were ever received anywhere."""
    return StockRow.objects.filter(merchant_id=merchant_id).exists()


@transaction.atomic
def make_cells(*, warehouse_id: int, cells: Iterable[tuple[str, float, float, int]]) -> dict[str, int]:
    """
    This function will give the ids of these cells by address, making those that are missing.

    cells: (address, x, y, level), metres from the packing table.
    """
    wanted = {code: (x, y, level) for code, x, y, level in cells}
    Location.objects.bulk_create(
        [
            Location(warehouse_id=warehouse_id, kind=LocationKind.CELL, code=code, x=x, y=y, level=level)
            for code, (x, y, level) in wanted.items()
        ],
        ignore_conflicts=True,
    )
    rows = Location.objects.filter(warehouse_id=warehouse_id, code__in=list(wanted))
    return dict(rows.values_list("code", "pk"))
