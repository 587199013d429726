"""Documents of stock as other programs get them: what came back, was brought, written off and counted."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from exchange.models import StockDocument
from exchange.selectors.values import guid
from exchange.types import DocumentKind
from floor.selectors import accounting as floor_accounting
from stock.selectors import accounting as stock_accounting

if TYPE_CHECKING:
    from exchange.selectors.objects import Asked


def returns(asked: "Asked") -> Iterable[dict[str, Any]]:
    """One piece each, as it was decided about at the desk or by the program."""
    for row in floor_accounting.returns(merchant_id=asked.merchant_id, ids=asked.ids):
        yield {
            "id": row.pk,
            "order_id": row.order_id,
            "order_number": row.order.external_number if row.order else None,
            "channel_id": row.order.channel_id if row.order else None,
            "warehouse_id": row.warehouse_id,
            "sku_id": row.sku_id,
            "pieces": 1,
            "condition": row.condition,
            "at": asked.moment(row.at),
        }


def document_ids(kind: DocumentKind) -> Callable[..., list[int]]:
    def ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
        rows = StockDocument.objects.filter(merchant_id=merchant_id, kind=kind, pk__gt=after).order_by("pk")
        return list(rows.values_list("pk", flat=True)[:limit])

    return ids


def documents(kind: DocumentKind) -> Callable[["Asked"], Iterable[dict[str, Any]]]:
    """Receipts, write-offs or transfers that programs keep, as they were told last."""

    def read(asked: "Asked") -> Iterable[dict[str, Any]]:
        rows = StockDocument.objects.filter(merchant_id=asked.merchant_id, kind=kind, pk__in=asked.ids)
        for row in rows.order_by("pk"):
            yield {
                "id": row.pk,
                "guid": guid(row.guid),
                "number": row.number,
                "date": asked.moment(row.dated_at),
                "warehouse_id": row.warehouse_id,
                **({"to_warehouse_id": row.to_warehouse_id} if row.to_warehouse_id else {}),
                "note": row.note,
                "deleted": row.deleted,
                "lines": [
                    {"line_no": number, "sku_id": sku_id, "pieces": pieces}
                    for number, (sku_id, pieces) in enumerate(row.lines, 1)
                ],
            }

    return read


def deliveries(asked: "Asked") -> Iterable[dict[str, Any]]:
    for row in stock_accounting.deliveries(merchant_id=asked.merchant_id, ids=asked.ids):
        yield {
            "id": row.pk,
            "number": row.number,
            "supplier": row.supplier.name,
            "warehouse_id": row.warehouse_id,
            "expected_on": row.expected_on.isoformat(),
            "state": row.state,
            "closed_at": asked.moment(row.closed_at),
            "lines": [
                {"line_no": number, "sku_id": line.sku_id, "pieces": line.pieces, "received": line.received}
                for number, line in enumerate(row.lines.all(), 1)
            ],
        }


def counts(asked: "Asked") -> Iterable[dict[str, Any]]:
    found = stock_accounting.counts(merchant_id=asked.merchant_id, ids=asked.ids)
    for row, lines in sorted(found.items(), key=lambda pair: pair[0].pk):
        yield {
            "id": row.pk,
            "warehouse_id": row.warehouse_id,
            "begun_at": asked.moment(row.made_at),
            "done_at": asked.moment(row.done_at),
            "lines": [
                {
                    "line_no": number,
                    "sku_id": line.sku_id,
                    "cell": line.cell.location.code,
                    "counted": line.counted,
                    "difference": line.difference,
                }
                for number, line in enumerate(lines, 1)
            ],
        }
