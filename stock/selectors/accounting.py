"""Stock as an accounting program wants it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from stock.models import CountLine, ExpectedReceipt, Move, StockCount, StockRow, Warehouse, WarehouseMerchant
from stock.types import CountState


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountedMove:
    """Pieces that went from one place to another; places are warehouse id, kind and address."""

    move_id: int
    sku_id: int
    pieces: int
    reason: str
    reference: str
    note: str
    at: datetime
    source: tuple[int, str, str]
    target: tuple[int, str, str]


def warehouse_ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
    """Ids of the merchant's warehouses beyond `after`."""
    served = WarehouseMerchant.objects.filter(merchant_id=merchant_id, warehouse_id__gt=after)
    return list(served.order_by("warehouse_id").values_list("warehouse_id", flat=True)[:limit])


def warehouses(*, merchant_id: int, ids: Collection[int]) -> Sequence[Warehouse]:
    """These of the merchant's warehouses."""
    served = WarehouseMerchant.objects.filter(merchant_id=merchant_id, warehouse_id__in=ids).values("warehouse_id")
    return list(Warehouse.objects.filter(pk__in=served).order_by("pk"))


def stock_ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
    rows = StockRow.objects.filter(merchant_id=merchant_id, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def stocks(*, merchant_id: int, ids: Collection[int]) -> Sequence[StockRow]:
    """What lies and is promised in each warehouse, by these ids."""
    return list(StockRow.objects.filter(merchant_id=merchant_id, pk__among=ids).order_by("pk"))


def on_hand(*, merchant_id: int, keys: Iterable[tuple[int, int]]) -> Mapping[tuple[int, int], tuple[int, int]]:
    """(warehouse id, SKU id) → (id of the stock row, pieces that lie there); pairs that never met are absent."""
    wanted = set(keys)
    rows = StockRow.objects.filter(
        merchant_id=merchant_id, warehouse_id__in={pair[0] for pair in wanted}, sku_id__in={pair[1] for pair in wanted}
    )
    return {pair: (row.pk, row.on_hand) for row in rows if (pair := (row.warehouse_id, row.sku_id)) in wanted}


def move_ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
    rows = Move.objects.filter(merchant_id=merchant_id, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def moves(*, merchant_id: int, ids: Collection[int]) -> Sequence[AccountedMove]:
    """These moves with both their places."""
    rows = Move.objects.filter(merchant_id=merchant_id, pk__among=ids).select_related("from_location", "to_location")
    return [
        AccountedMove(
            move_id=move.pk,
            sku_id=move.sku_id,
            pieces=move.pieces,
            reason=move.reason,
            reference=move.reference,
            note=move.note,
            at=move.at,
            source=(move.from_location.warehouse_id, move.from_location.kind, move.from_location.code),
            target=(move.to_location.warehouse_id, move.to_location.kind, move.to_location.code),
        )
        for move in rows.order_by("pk")
    ]


def delivery_ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
    rows = ExpectedReceipt.objects.filter(merchant_id=merchant_id, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def deliveries(*, merchant_id: int, ids: Collection[int]) -> Sequence[ExpectedReceipt]:
    """What suppliers bring, with suppliers and lines."""
    rows = ExpectedReceipt.objects.filter(merchant_id=merchant_id, pk__in=ids)
    return list(rows.select_related("supplier").prefetch_related("lines").order_by("pk"))


def count_ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
    """Rounds of counting that changed something of the merchant's."""
    rows = CountLine.objects.filter(merchant_id=merchant_id, state=CountState.POSTED, cell__count_id__gt=after)
    return list(rows.order_by("cell__count_id").values_list("cell__count_id", flat=True).distinct()[:limit])


def counts(*, merchant_id: int, ids: Collection[int]) -> Mapping[StockCount, Sequence[CountLine]]:
    """Rounds of counting → the merchant's lines that were posted, each with its cell."""
    lines = CountLine.objects.filter(merchant_id=merchant_id, state=CountState.POSTED, cell__count_id__in=ids)
    found: dict[StockCount, list[CountLine]] = {}
    rounds = {row.pk: row for row in StockCount.objects.filter(pk__in=ids)}
    for line in lines.select_related("cell__location").order_by("cell__count_id", "pk"):
        found.setdefault(rounds[line.cell.count_id], []).append(line)
    return found
