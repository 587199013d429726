"""Places and what lies in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import CharField, Func, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf

from backoffice.kernel import prepared
from stock.models import Balance, Feed, Location, Warehouse, WarehouseMerchant
from stock.types import LocationKind, zone_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Pieces of a SKU in a place of a warehouse."""

    location_id: int
    code: str
    zone: str
    kind: LocationKind
    x: float
    y: float
    level: int
    sku_id: int
    merchant_id: int
    pieces: int


def seen_warehouses() -> Sequence[Warehouse]:
    """Own warehouses in which a merchant of the open scope is served."""
    served = "WHERE kind = 'own' AND id IN (SELECT warehouse_id FROM stock_warehousemerchant) ORDER BY name"
    return prepared.instances(Warehouse, served, [])


def own_warehouses(merchant_id: int) -> Sequence[Warehouse]:
    """Own warehouses in which this merchant is served."""
    served = WarehouseMerchant.objects.filter(merchant_id=merchant_id).values("warehouse_id")
    return list(Warehouse.objects.filter(pk__in=served, kind="own").order_by("name"))


def warehouse_named(name: str) -> bool:
    """Whether any warehouse of the installation, seen or not, has this name."""
    return Warehouse.objects.filter(name=name).exists()


def fed_by(warehouse_id: int) -> list[int]:
    """Channel warehouses of the open scope that this warehouse feeds."""
    return list(Feed.objects.filter(warehouse_id=warehouse_id).values_list("channel_warehouse_id", flat=True))


def shared_by(warehouse_id: int) -> list[int]:
    """Those of them that another warehouse feeds, too: goods of an order may lie in either."""
    fed = Feed.objects.filter(warehouse_id=warehouse_id).values("channel_warehouse_id")
    others = Feed.objects.filter(channel_warehouse_id__in=fed).exclude(warehouse_id=warehouse_id)
    return list(others.values_list("channel_warehouse_id", flat=True).distinct())


def shelves(*, warehouse_id: int, sku_ids: Iterable[int], kinds: Iterable[LocationKind]) -> list[Shelf]:
    """Where pieces of these SKUs lie, by address."""
    rows = _lying(warehouse_id, sku_ids, kinds).order_by("location__code", "sku_id").select_related("location")
    return [
        Shelf(
            location_id=row.location_id,
            code=row.location.code,
            zone=row.location.zone_name,
            kind=LocationKind(row.location.kind),
            x=row.location.x,
            y=row.location.y,
            level=row.location.level,
            sku_id=row.sku_id,
            merchant_id=row.merchant_id,
            pieces=row.pieces,
        )
        for row in rows
    ]


def zones(*, warehouse_id: int, sku_ids: Iterable[int]) -> Mapping[int, str]:
    """SKU id → zone of the cells where it lies, the first one by name; SKUs that lie in no cell are absent."""
    found: dict[int, str] = {}
    rows = _lying(warehouse_id, sku_ids, [LocationKind.CELL]).order_by()
    for sku_id, zone, code in rows.values_list("sku_id", "location__zone", "location__code"):
        name = zone_name(zone, code)
        found[sku_id] = min(found.get(sku_id, name), name)
    return found


def zone_names(warehouse_id: int) -> list[str]:
    """The zones of a warehouse's cells."""
    cells = Location.objects.filter(warehouse_id=warehouse_id, kind=LocationKind.CELL, active=True)
    # As `zone_name` says: tens of thousands of cells have a few of them.
    name = Coalesce(
        NullIf("zone", Value("")), Func("code", Value("-"), 1, function="split_part", output_field=CharField())
    )
    return list(cells.order_by().annotate(name=name).values_list("name", flat=True).distinct().order_by("name"))


def _lying(warehouse_id: int, sku_ids: Iterable[int], kinds: Iterable[LocationKind]) -> QuerySet[Balance]:
    # By SKU, a few rows each: a warehouse has tens of thousands of cells.
    return Balance.objects.filter(
        sku_id__in=set(sku_ids),
        pieces__gt=0,
        location__warehouse_id=warehouse_id,
        location__kind__in=list(kinds),
        location__active=True,
    )


def coordinates(*, warehouse_id: int) -> list[tuple[float, float]]:
    """Where the cells of a warehouse stand: (x, y) in metres from the packing table, each pair once."""
    cells = Location.objects.filter(warehouse_id=warehouse_id, kind=LocationKind.CELL, active=True)
    return list(cells.order_by().values_list("x", "y").distinct())


def location(pk: int) -> Location:
    """A place by id."""
    return Location.objects.get(pk=pk)


def as_read(*, pk: int, warehouse_id: int, kind: str, code: str) -> Location:
    """A place out of the columns that a join has read."""
    return Location(pk=pk, warehouse_id=warehouse_id, kind=kind, code=code)


def cell_by_code(*, warehouse_id: int, code: str) -> Location | None:
    """The cell or dock of a warehouse whose address is scanned, whatever its letters' case."""
    return _addressed(warehouse_id, code, [LocationKind.CELL, LocationKind.DOCK])


def goods_place(*, warehouse_id: int, code: str) -> Location | None:
    """The cell, dock or quarantine of a warehouse whose address is scanned: where people carry goods from and to."""
    kinds = [LocationKind.CELL, LocationKind.DOCK, LocationKind.QUARANTINE]
    return _addressed(warehouse_id, code, kinds)


def _addressed(warehouse_id: int, code: str, kinds: Iterable[LocationKind]) -> Location | None:
    # Asked for the first one by id, Postgres would read all cells in that order until one has the address.
    found = Location.objects.filter(warehouse_id=warehouse_id, code__iexact=code, kind__in=list(kinds), active=True)
    return min(found.order_by(), key=lambda place: place.pk, default=None)


def pieces_in(*, location_id: int, sku_ids: Iterable[int]) -> Mapping[int, int]:
    """SKU id → pieces of these SKUs that lie in a place."""
    rows = Balance.objects.filter(location_id=location_id, sku_id__in=set(sku_ids), pieces__gt=0)
    return dict(rows.values_list("sku_id", "pieces"))


def codes(location_ids: Iterable[int]) -> Mapping[int, str]:
    """Addresses by location id."""
    return dict(Location.objects.filter(pk__in=set(location_ids)).values_list("pk", "code"))


def warehouses_of(location_ids: Iterable[int]) -> Mapping[int, int]:
    """Warehouse ids by location id."""
    return dict(Location.objects.filter(pk__in=set(location_ids)).values_list("pk", "warehouse_id"))


def any_shelf(*, warehouse_id: int, sku_id: int) -> Location | None:
    """A place that holds the SKU, cells by address before the dock."""
    kinds = [LocationKind.CELL, LocationKind.DOCK]
    found = shelves(warehouse_id=warehouse_id, sku_ids=[sku_id], kinds=kinds)
    return Location.objects.get(pk=found[0].location_id) if found else None
