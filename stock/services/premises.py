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
def make_cells(*, warehouse_id: int, cells: Iterable[tuple[str, float, float, int]], zone: str = "") -> dict[str, int]:
    """
    This function will give the ids of these cells by address, making those that are missing.

    cells: (address, x, y, level), metres from the packing table.  zone: of those that are made.
    """
    wanted = {code: (x, y, level) for code, x, y, level in cells}
    Location.objects.bulk_create(
        [
            Location(warehouse_id=warehouse_id, kind=LocationKind.CELL, code=code, zone=zone, x=x, y=y, level=level)
            for code, (x, y, level) in wanted.items()
        ],
        ignore_conflicts=True,
    )
    rows = Location.objects.filter(warehouse_id=warehouse_id, code__in=list(wanted))
    return dict(rows.values_list("code", "pk"))


def set_zone(*, warehouse_id: int, begins: str, zone: str) -> int:
    """Say in which zone the cells lie whose addresses begin so, "" for that of the address; returns how many."""
    cells = Location.objects.filter(warehouse_id=warehouse_id, kind=LocationKind.CELL, code__istartswith=begins)
    return cells.update(zone=zone)
