"""What kits are made of, where they are made."""

from dataclasses import dataclass

from catalog.models import Sku
from catalog.selectors.sku import components
from stock.models import Location
from stock.selectors import place
from stock.types import LocationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component: pieces in one kit, pieces in the place where kits are made, and cells that hold more of it."""

    sku: Sku
    per_kit: int
    here: int
    cells: str

    @property
    def kits(self) -> int:
        return self.here // self.per_kit


def parts_at(*, kit_id: int, location: Location) -> list[Part]:
    """The components of a kit as they lie in a place of a warehouse, the scarcest first."""
    per_kit = components([kit_id]).get(kit_id, {})
    kinds = [LocationKind.CELL, LocationKind.DOCK]
    shelves = place.shelves(warehouse_id=location.warehouse_id, sku_ids=per_kit, kinds=kinds)
    here = place.pieces_in(location_id=location.pk, sku_ids=per_kit)
    found = [
        Part(
            sku=sku,
            per_kit=per_kit[sku.pk],
            here=here.get(sku.pk, 0),
            cells=", ".join(
                shelf.code for shelf in shelves if shelf.sku_id == sku.pk and shelf.location_id != location.pk
            ),
        )
        for sku in Sku.objects.filter(pk__in=per_kit).select_related("product")
    ]
    return sorted(found, key=lambda part: (part.kits, part.sku.code_key))
