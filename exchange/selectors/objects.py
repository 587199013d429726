"""
Objects as other programs get them: one table of kinds, read one by one, in pages, and in messages of changes.

Keys never change with the data, so that 1C reads every object into a structure: null where there is no value, arrays of
pairs instead of free keys.  Money is a text with two places, times are ISO 8601 in the merchant's zone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from catalog.models import Barcode, Category, Channel, KitItem, Listing, Price, PriceType, Product, ProductVat, Sku
from exchange.selectors import papers, stock_papers
from exchange.selectors.values import guid, money
from exchange.types import DocumentKind, Scope
from floor.selectors import accounting as floor_accounting
from orders.selectors import accounting as orders_accounting
from settlements.selectors import accounting as settled
from shipping.selectors import accounting as shipped
from stock.selectors import accounting as stock_accounting

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which objects, and for whom: zone is the merchant's, today its date."""

    merchant_id: int
    ids: Sequence[int]
    zone: ZoneInfo
    today: date

    def moment(self, at: datetime | None) -> str | None:
        return at.astimezone(self.zone).isoformat(timespec="seconds") if at else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectKind:
    """
    A kind of object.  rank: in a message, what others refer to goes first.

    ids: a page of keys beyond one; read: the objects that are still there, each with its `id`.
    """

    name: str
    path: str
    rank: int
    scope: Scope
    ids: Callable[..., list[int]]
    read: Callable[[Asked], Iterable[Data]]


def _ids_of(model: type[Model]) -> Callable[..., list[int]]:
    def ids(*, merchant_id: int, after: int, limit: int) -> list[int]:
        rows = model._default_manager.filter(merchant_id=merchant_id, pk__gt=after).order_by("pk")
        return list(rows.values_list("pk", flat=True)[:limit])

    return ids


def _grouped(pairs: Iterable[tuple[int, Any]]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return found


def _categories(asked: Asked) -> Iterable[Data]:
    for row in Category.objects.filter(merchant_id=asked.merchant_id, pk__among=asked.ids).order_by("pk"):
        yield {"id": row.pk, "guid": guid(row.guid), "parent_id": row.parent_id, "name": row.name}


def _products(asked: Asked) -> Iterable[Data]:
    rates = ProductVat.objects.filter(product__among=asked.ids, valid_from__lte=asked.today).order_by("valid_from")
    vat = dict(rates.values_list("product_id", "vat_code"))
    for row in Product.objects.filter(merchant_id=asked.merchant_id, pk__among=asked.ids).order_by("pk"):
        yield {
            "id": row.pk,
            "guid": guid(row.guid),
            "name": row.name,
            "category_id": row.category_id,
            "brand": row.brand,
            "description": row.description,
            "attributes": [{"name": str(name), "value": str(value)} for name, value in row.attributes.items()],
            "vat": vat.get(row.pk),
            "archived": row.archived,
            "changed_at": asked.moment(row.changed_at),
        }


def _skus(asked: Asked) -> Iterable[Data]:
    barcodes = _grouped(Barcode.objects.filter(sku__among=asked.ids).order_by("pk").values_list("sku_id", "value"))
    kits = KitItem.objects.filter(kit__among=asked.ids).order_by("pk")
    components = _grouped(
        (kit, {"sku_id": sku, "pieces": pieces})
        for kit, sku, pieces in kits.values_list("kit_id", "component_id", "pieces")
    )
    fields = (
        *("pk", "guid", "product_id", "product__guid", "code", "variant", "length_mm", "width_mm", "height_mm"),
        *("weight_g", "min_price", "is_kit", "is_marked", "archived", "changed_at"),
    )
    rows = Sku.objects.filter(merchant_id=asked.merchant_id, pk__among=asked.ids).order_by("pk")
    for row in rows.values_list(*fields, named=True):
        yield {
            "id": row.pk,
            "guid": guid(row.guid),
            "product_id": row.product_id,
            "product_guid": guid(row.product__guid),
            "article": row.code,
            "variant": row.variant,
            "length_mm": row.length_mm,
            "width_mm": row.width_mm,
            "height_mm": row.height_mm,
            "weight_g": row.weight_g,
            "min_price": money(row.min_price),
            "is_kit": row.is_kit,
            "is_marked": row.is_marked,
            "archived": row.archived,
            "barcodes": barcodes.get(row.pk, []),
            "components": components.get(row.pk, []),
            "changed_at": asked.moment(row.changed_at),
        }


def _price_types(asked: Asked) -> Iterable[Data]:
    for row in PriceType.objects.filter(merchant_id=asked.merchant_id, pk__among=asked.ids).order_by("pk"):
        yield {"id": row.pk, "guid": guid(row.guid), "name": row.name, "currency": row.currency}


def _prices(asked: Asked) -> Iterable[Data]:
    rows = Price.objects.filter(merchant_id=asked.merchant_id, pk__among=asked.ids).order_by("pk")
    fields = ("pk", "price_type_id", "sku_id", "amount", "price_type__currency", "changed_at")
    for row in rows.values_list(*fields, named=True):
        yield {
            "id": row.pk,
            "price_type_id": row.price_type_id,
            "sku_id": row.sku_id,
            "amount": money(row.amount),
            "currency": row.price_type__currency,
            "changed_at": asked.moment(row.changed_at),
        }


def _channels(asked: Asked) -> Iterable[Data]:
    rows = Channel.objects.filter(merchant_id=asked.merchant_id, pk__among=asked.ids).select_related("legal_entity")
    for row in rows.order_by("pk"):
        entity = row.legal_entity
        yield {
            "id": row.pk,
            "marketplace": row.marketplace,
            "name": row.name,
            "state": row.state,
            "legal_entity": {"id": entity.pk, "name": entity.name, "inn": entity.inn, "kpp": entity.kpp or None},
            "price_type_id": row.price_type_id,
        }


def _listings(asked: Asked) -> Iterable[Data]:
    for row in Listing.objects.filter(merchant_id=asked.merchant_id, pk__among=asked.ids).order_by("pk"):
        yield {
            "id": row.pk,
            "channel_id": row.channel_id,
            "sku_id": row.sku_id,
            "article": row.offer_id,
            "product_external_id": row.product_external_id,
            "stock_external_id": row.stock_external_id,
            "name": row.title,
            "size": row.size,
            "barcodes": row.barcodes,
            "pieces_per_pack": row.pieces_per_pack,
            "archived": row.archived,
            "published_price": money(row.published_price),
            "currency": row.price_currency,
        }


def _warehouses(asked: Asked) -> Iterable[Data]:
    for row in stock_accounting.warehouses(merchant_id=asked.merchant_id, ids=asked.ids):
        yield {"id": row.pk, "name": row.name, "kind": row.kind, "zone": row.zone, "address": row.address}


def _stocks(asked: Asked) -> Iterable[Data]:
    for row in stock_accounting.stocks(merchant_id=asked.merchant_id, ids=asked.ids):
        yield {
            "id": row.pk,
            "warehouse_id": row.warehouse_id,
            "sku_id": row.sku_id,
            "on_hand": row.on_hand,
            "reserved": row.reserved,
            "free": row.free,
        }


def _moves(asked: Asked) -> Iterable[Data]:
    for row in stock_accounting.moves(merchant_id=asked.merchant_id, ids=asked.ids):
        yield {
            "id": row.move_id,
            "sku_id": row.sku_id,
            "pieces": row.pieces,
            "reason": row.reason,
            "reference": row.reference,
            "note": row.note,
            "at": asked.moment(row.at),
            "from": dict(zip(("warehouse_id", "kind", "address"), row.source, strict=True)),
            "to": dict(zip(("warehouse_id", "kind", "address"), row.target, strict=True)),
        }


def _orders(asked: Asked) -> Iterable[Data]:
    for row in orders_accounting.orders_for_accounting(asked.ids):
        yield {
            "id": row.order_id,
            "number": row.number,
            "channel_id": row.channel_id,
            "warehouse": row.warehouse,
            "scheme": row.scheme,
            "state": row.state.value,
            "remote_status": row.remote_status,
            "final": row.final,
            "currency": row.currency,
            "total": money(row.total),
            "ordered_at": asked.moment(row.ordered_at),
            "changed_at": asked.moment(row.changed_at),
            "ship_by": asked.moment(row.ship_by),
            "handed_over_at": asked.moment(row.handed_over_at),
            "lines": [
                {
                    "line_no": number,
                    "sku_id": line.sku_id,
                    "article": line.offer_id,
                    "name": line.title,
                    "pieces": line.pieces,
                    "price": money(line.price),
                }
                for number, line in enumerate(row.lines, 1)
            ],
        }


def _kind(
    rank: int,
    name: str,
    path: str,
    scope: Scope,
    ids: Callable[..., list[int]],
    read: Callable[[Asked], Iterable[Data]],
) -> ObjectKind:
    return ObjectKind(name=name, path=path, rank=rank, scope=scope, ids=ids, read=read)


def _documents(kind: DocumentKind) -> tuple[Callable[..., list[int]], Callable[[Asked], Iterable[Data]]]:
    return stock_papers.document_ids(kind), stock_papers.documents(kind)


_GOODS, _STOCK, _PAPERS = Scope.CATALOG_READ, Scope.STOCK_READ, Scope.PAPERS_READ
KINDS: Mapping[str, ObjectKind] = {
    kind.name: kind
    for kind in (
        _kind(1, "category", "categories", _GOODS, _ids_of(Category), _categories),
        _kind(2, "price_type", "price-types", _GOODS, _ids_of(PriceType), _price_types),
        _kind(3, "warehouse", "warehouses", _STOCK, stock_accounting.warehouse_ids, _warehouses),
        _kind(4, "channel", "channels", _GOODS, _ids_of(Channel), _channels),
        _kind(5, "product", "products", _GOODS, _ids_of(Product), _products),
        _kind(6, "sku", "skus", _GOODS, _ids_of(Sku), _skus),
        _kind(7, "listing", "listings", _GOODS, _ids_of(Listing), _listings),
        _kind(8, "price", "prices", _GOODS, _ids_of(Price), _prices),
        _kind(9, "stock", "stocks", _STOCK, stock_accounting.stock_ids, _stocks),
        _kind(10, "order", "orders", Scope.ORDERS_READ, orders_accounting.order_ids, _orders),
        _kind(11, "return", "returns", Scope.ORDERS_READ, floor_accounting.return_ids, stock_papers.returns),
        _kind(12, "delivery", "deliveries", _STOCK, stock_accounting.delivery_ids, stock_papers.deliveries),
        _kind(13, "receipt", "receipts", _STOCK, *_documents(DocumentKind.RECEIPT)),
        _kind(14, "write_off", "write-offs", _STOCK, *_documents(DocumentKind.WRITE_OFF)),
        _kind(15, "transfer", "transfers", _STOCK, *_documents(DocumentKind.TRANSFER)),
        _kind(16, "count", "counts", _STOCK, stock_accounting.count_ids, stock_papers.counts),
        _kind(17, "move", "moves", _STOCK, stock_accounting.move_ids, _moves),
        _kind(18, "agreement", "agreements", _PAPERS, settled.agreement_ids, papers.agreements),
        _kind(19, "handover", "handovers", _PAPERS, shipped.handover_ids, papers.handovers),
        _kind(20, "supply", "supplies", _PAPERS, shipped.supply_ids, papers.supplies),
        _kind(21, "report", "reports", _PAPERS, settled.report_ids, papers.reports),
        _kind(22, "payment", "payments", _PAPERS, settled.payment_ids, papers.payments),
    )
}


def readable(scopes: Collection[str]) -> list[ObjectKind]:
    """Kinds that a connection with these scopes may read."""
    return [kind for kind in KINDS.values() if kind.scope.value in scopes]
