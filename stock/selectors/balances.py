"""Stock as lists: what lies where, promised to whom, and how it came there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, QuerySet, Sum

from catalog.models import Barcode, Sku
from catalog.selectors.sku import components
from merchants.selectors.first_rows import first_rows
from stock.models import Balance, Location, Move, Reservation, StockRow, Warehouse
from stock.types import GOODS_LIE, LocationKind

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAsked:
    """What the list shows: of one warehouse or all, found by article, barcode or the beginning of the name."""

    query: str = ""
    warehouse_id: int | None = None
    only: str = ""  # "short": more promised than there is; "free": something to sell; "none": nothing there
    after: str = ""
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    """A SKU with its sums over the asked warehouses."""

    sku: Sku
    on_hand: int
    reserved: int

    @property
    def free(self) -> int:
        return self.on_hand - self.reserved


@dataclass(slots=True)
class KeyPage:
    """A page by article, with the keys of its neighbours."""

    rows: Sequence[StockLine]
    next_key: str = ""
    previous_key: str = ""

    def __iter__(self) -> Iterator[StockLine]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def stock_page(asked: StockAsked) -> KeyPage:
    """One page of SKUs by article, with sums; a constant number of queries."""
    found = _found(asked)
    backwards = bool(asked.before)
    if asked.after:
        found = found.filter(code_key__gt=asked.after)
    if asked.before:
        found = found.filter(code_key__lt=asked.before)
    first = first_rows(found, "-code_key" if backwards else "code_key", limit=PAGE + 1)
    skus = list(first.select_related("product"))
    more, skus = len(skus) > PAGE, skus[:PAGE]
    if backwards:
        skus.reverse()
    sums = _sums([sku.pk for sku in skus], asked.warehouse_id)
    rows = [
        StockLine(sku=sku, on_hand=sums.get(sku.pk, (0, 0))[0], reserved=sums.get(sku.pk, (0, 0))[1]) for sku in skus
    ]
    return KeyPage(
        rows=rows,
        next_key=skus[-1].code_key if skus and (more or backwards) else "",
        previous_key=skus[0].code_key if skus and ((backwards and more) or (not backwards and asked.after)) else "",
    )


def _found(asked: StockAsked) -> QuerySet[Sku]:
    found = Sku.objects.filter(archived=False)
    if asked.query:
        # One set from three indexes: the same three as one condition would be tried on every row.
        hits = Sku.objects.filter(code_key__begins=asked.query.lower()).values("pk")
        by_barcode = Barcode.objects.filter(value=asked.query).values("sku_id")
        by_name = Sku.objects.filter(product__name__begins=asked.query).values("pk")
        found = found.filter(pk__in=hits.union(by_barcode, by_name))
    rows = StockRow.objects.all()
    if asked.warehouse_id:
        rows = rows.filter(warehouse_id=asked.warehouse_id)
    if asked.only == "short":
        found = found.filter(pk__in=rows.filter(reserved__gt=F("on_hand")).values("sku_id"))
    elif asked.only == "free":
        found = found.filter(pk__in=rows.filter(on_hand__gt=F("reserved")).values("sku_id"))
    elif asked.only == "none":
        found = found.exclude(pk__in=rows.filter(on_hand__gt=0).values("sku_id"))
    return found


def _sums(sku_ids: Sequence[int], warehouse_id: int | None) -> Mapping[int, tuple[int, int]]:
    rows = StockRow.objects.filter(sku_id__in=sku_ids)
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    sums = rows.values_list("sku_id").annotate(on_hand=Sum("on_hand"), reserved=Sum("reserved"))
    return {sku_id: (on_hand, reserved) for sku_id, on_hand, reserved in sums}


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuStock:
    """A SKU in stock: by warehouse, by cell, promised, and its last moves."""

    sku: Sku
    warehouses: Sequence[tuple[Warehouse, StockRow]]
    places: Sequence[tuple[Location, int]]
    reservations: Sequence[Reservation]
    moves: Sequence[Move]
    barcodes: Sequence[str]


def sku_stock(pk: int) -> SkuStock | None:
    """Everything that the stock page of a SKU shows, or None when it is not seen."""
    sku = Sku.objects.select_related("product").filter(pk=pk).first()
    if sku is None:
        return None
    rows = StockRow.objects.filter(sku=sku).select_related("warehouse").order_by("warehouse__name")
    balances = (
        Balance.objects.filter(sku=sku, location__kind__in=[*GOODS_LIE, LocationKind.COMMISSIONER])
        .exclude(pieces=0)
        .select_related("location__warehouse")
        .order_by("location__warehouse__name", "location__code")
    )
    return SkuStock(
        sku=sku,
        warehouses=[(row.warehouse, row) for row in rows],
        places=[(balance.location, balance.pieces) for balance in balances[:200]],
        reservations=list(
            # The merchant leads every index: named, it lets the rows be read in their order.
            Reservation.objects.filter(merchant_id=sku.merchant_id, sku=sku, state="held")
            .select_related("warehouse")
            .order_by("made_at")[:100]
        ),
        moves=list(
            Move.objects.filter(merchant_id=sku.merchant_id, sku=sku)
            .select_related("from_location", "to_location", "person")
            .order_by("-pk")[:100]
        ),
        barcodes=list(Barcode.objects.filter(sku=sku).values_list("value", flat=True)),
    )


def promised_to(reservation: Reservation) -> str:
    """For whom pieces are held, as the ledger writes it."""
    if reservation.supply_ref:
        return f"supply:{reservation.supply_ref}"
    return f"order:{reservation.order_ref}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KitPart:
    """A component: pieces in one kit, free over all warehouses, and how many kits that makes."""

    sku: Sku
    pieces: int
    free: int

    @property
    def kits(self) -> int:
        return max(0, self.free) // self.pieces


def kit_parts(sku_id: int) -> list[KitPart]:
    """Components of a kit, the scarcest first."""
    pieces = components([sku_id]).get(sku_id, {})
    sums = _sums(list(pieces), None)
    parts = []
    for sku in Sku.objects.filter(pk__in=pieces):
        on_hand, reserved = sums.get(sku.pk, (0, 0))
        parts.append(KitPart(sku=sku, pieces=pieces[sku.pk], free=on_hand - reserved))
    return sorted(parts, key=lambda part: (part.kits, part.sku.code))


def resolve_sku(text: str) -> Sku | None:
    """The SKU of this article or barcode; None when there is none or more than one."""
    words = text.strip()
    found = {
        *Sku.objects.filter(code_key=words.lower(), archived=False),
        *(barcode.sku for barcode in Barcode.objects.filter(value=words).select_related("sku")),
    }
    return found.pop() if len(found) == 1 else None


def places_of(warehouse_id: int, *, query: str = "", limit: int = 500) -> list[Location]:
    """Cells and docks of a warehouse by address."""
    rows = Location.objects.filter(
        warehouse_id=warehouse_id, kind__in=[LocationKind.CELL, LocationKind.DOCK, LocationKind.QUARANTINE]
    )
    if query:
        rows = rows.filter(code__istartswith=query)
    return list(rows.order_by("code")[:limit])
