"""Deliveries and minimums as lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, Sum

from catalog.models import Sku
from stock.models import Balance, ExpectedLine, ExpectedReceipt, Location, Minimum, StockRow, Supplier
from stock.selectors import place
from stock.types import RECEIPT_OPEN, LocationKind, ReceiptState


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRow:
    """A delivery with its sums."""

    receipt: ExpectedReceipt
    pieces: int
    received: int
    late: bool

    @property
    def open(self) -> bool:
        return self.receipt.state in RECEIPT_OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A line of a delivery; difference: what came too much, or less than nothing while some is missing."""

    sku: Sku
    pieces: int
    received: int

    @property
    def difference(self) -> int:
        return self.received - self.pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Low:
    """Less than the minimum lies there.  wanted: pieces up to the refill mark; source: a place that has some."""

    minimum: Minimum
    there: int
    wanted: int
    source: place.Shelf | None = None


def suppliers() -> Sequence[Supplier]:
    """Suppliers of the open scope by name."""
    return list(Supplier.objects.order_by("name", "pk"))


def receipts(*, today: date, warehouse_id: int | None = None, only_open: bool = False) -> list[ReceiptRow]:
    """Deliveries, the open ones by date first; at most 200."""
    rows = ExpectedReceipt.objects.select_related("supplier", "warehouse")
    if warehouse_id:
        rows = rows.filter(warehouse_id=warehouse_id)
    waiting = list(rows.filter(state__in=RECEIPT_OPEN).order_by("expected_on", "pk")[:200])
    over = [] if only_open else list(rows.exclude(state__in=RECEIPT_OPEN).order_by("-closed_at", "-pk")[:50])
    found = waiting + over
    sums = ExpectedLine.objects.filter(receipt__in=found).order_by().values_list("receipt_id")
    of = {pk: (pieces, received) for pk, pieces, received in sums.annotate(Sum("pieces"), Sum("received"))}
    return [
        ReceiptRow(
            receipt=row,
            pieces=of.get(row.pk, (0, 0))[0],
            received=of.get(row.pk, (0, 0))[1],
            late=row.state == ReceiptState.EXPECTED and row.expected_on < today,
        )
        for row in found
    ]


def receipt(pk: int) -> ExpectedReceipt | None:
    """A delivery to a warehouse that the open scope sees."""
    seen = [warehouse.pk for warehouse in place.seen_warehouses()]
    return ExpectedReceipt.objects.select_related("supplier", "warehouse").filter(pk=pk, warehouse_id__in=seen).first()


def lines(receipt_id: int) -> list[LineRow]:
    """The lines of a delivery in their order."""
    rows = ExpectedLine.objects.filter(receipt_id=receipt_id).select_related("sku__product").order_by("pk")
    return [LineRow(sku=row.sku, pieces=row.pieces, received=row.received) for row in rows]


def coming(*, sku_id: int) -> int:
    """Pieces of a SKU on their way from suppliers."""
    rows = ExpectedLine.objects.filter(sku_id=sku_id, receipt__state__in=RECEIPT_OPEN, pieces__gt=F("received"))
    return rows.aggregate(all=Sum(F("pieces") - F("received")))["all"] or 0


def at_dock(warehouse_id: int) -> list[Balance]:
    """What was received and not put away, by article."""
    rows = Balance.objects.filter(
        location__warehouse_id=warehouse_id, location__kind=LocationKind.DOCK, pieces__gt=0
    ).select_related("sku__product", "location")
    return list(rows.order_by("sku__code_key", "pk")[:200])


def suggest_cell(*, warehouse_id: int, sku_id: int) -> Location | None:
    """Where a SKU is put away: the cell where most of it lies already, else the nearest one where nothing lies."""
    cells = Location.objects.filter(warehouse_id=warehouse_id, kind=LocationKind.CELL, active=True)
    fixed = Minimum.objects.filter(warehouse_id=warehouse_id, sku_id=sku_id, location__isnull=False)
    home = cells.filter(pk__in=fixed.values("location_id")).order_by("code").first()
    lies = Balance.objects.filter(sku_id=sku_id, pieces__gt=0, location__in=cells).order_by("-pieces", "location__code")
    if home is not None:
        return home
    if there := lies.select_related("location").first():
        return there.location
    taken = Balance.objects.filter(pieces__gt=0, location__warehouse_id=warehouse_id).values("location_id")
    # Squares are enough to compare distances; a level costs as much as a metre of walking.
    far = F("x") * F("x") + F("y") * F("y") + F("level") * F("level")
    return cells.exclude(pk__in=taken).order_by(far, "code").first()


def low_cells(warehouse_id: int) -> list[Low]:
    """Pick cells below their minimum, each with the place that holds most of the SKU elsewhere."""
    rows = list(
        Minimum.objects.filter(warehouse_id=warehouse_id, location__isnull=False)
        .select_related("sku__product", "location")
        .order_by("location__code", "pk")
    )
    kinds = [LocationKind.CELL, LocationKind.DOCK]
    shelves = place.shelves(warehouse_id=warehouse_id, sku_ids={row.sku_id for row in rows}, kinds=kinds)
    there = {(shelf.location_id, shelf.sku_id): shelf.pieces for shelf in shelves}
    faces = {(row.location_id, row.sku_id) for row in rows}
    found = []
    for row in rows:
        pieces = there.get((row.location_id or 0, row.sku_id), 0)
        if pieces < row.pieces:
            sources = [s for s in shelves if s.sku_id == row.sku_id and (s.location_id, s.sku_id) not in faces]
            source = max(sources, key=lambda shelf: shelf.pieces, default=None)
            found.append(Low(minimum=row, there=pieces, wanted=row.refill_to - pieces, source=source))
    return found


def low_stock() -> list[Low]:
    """SKUs of which less is free in a warehouse than their minimum: to be bought."""
    rows = list(Minimum.objects.filter(location=None).select_related("sku__product", "warehouse").order_by("pk"))
    asked = Q(pk__in=[])
    for warehouse_id in {row.warehouse_id for row in rows}:
        skus = [row.sku_id for row in rows if row.warehouse_id == warehouse_id]
        asked |= Q(warehouse_id=warehouse_id, sku_id__in=skus)
    free = {(row.warehouse_id, row.sku_id): row.free for row in StockRow.objects.filter(asked)}
    return [
        Low(minimum=row, there=there, wanted=row.refill_to - there)
        for row in rows
        if (there := free.get((row.warehouse_id, row.sku_id), 0)) < row.pieces
    ]


def minimums(sku_id: int) -> list[Minimum]:
    """The minimums of a SKU."""
    return list(Minimum.objects.filter(sku_id=sku_id).select_related("warehouse", "location").order_by("pk"))
