"""What stands on the sticker of a cell."""

from collections.abc import Iterable
from dataclasses import dataclass

from stock.models import Location, WarehouseMerchant
from stock.types import LocationKind

_STUCK = (LocationKind.CELL, LocationKind.DOCK, LocationKind.TABLE, LocationKind.QUARANTINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellWords:
    """A place where goods lie; code is both read and scanned."""

    location_id: int
    code: str
    warehouse: str


def cells(location_ids: Iterable[int]) -> list[CellWords]:
    """These places, as far as the open scope is served in their warehouses."""
    served = WarehouseMerchant.objects.values("warehouse_id")
    rows = Location.objects.filter(pk__in=set(location_ids), warehouse_id__in=served)
    return [_row(place) for place in rows.select_related("warehouse").order_by("code")]


def find_cells(*, warehouse_id: int, begins: str = "", limit: int = 2000) -> list[CellWords]:
    """Active places of a warehouse that the open scope sees, by address; `begins` is the start of the address."""
    served = WarehouseMerchant.objects.values("warehouse_id")
    rows = Location.objects.filter(
        warehouse_id=warehouse_id, warehouse_id__in=served, kind__in=_STUCK, active=True, code__istartswith=begins
    )
    return [_row(place) for place in rows.select_related("warehouse").order_by("code")[:limit]]


def _row(place: Location) -> CellWords:
    return CellWords(location_id=place.pk, code=place.code, warehouse=place.warehouse.name)
