"""What programs may write: one table of addresses, each with its body, its right and its service."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from exchange.api import told
from exchange.api.exact import Told
from exchange.models import Connection
from exchange.services import singles, write_orders, write_papers, write_products, write_stock, write_words, writes
from exchange.services.outcomes import Outcome
from exchange.types import DocumentKind, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Who writes, and when: today is the merchant's."""

    source: Connection
    now: datetime
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Writable:
    """
    An address that takes up to 1,000 items.

    name: of the operation.  one: how single objects are found, locked and removed; None: they are written in bulk only.
    """

    name: str
    path: str
    shape: type[Told]
    right: Scope
    put: Callable[[Call, Sequence[Any]], list[Outcome]]
    about: Any
    one: singles.Single | None = None


_GOODS, _ORDERS, _MONEY = Scope.CATALOG_WRITE, Scope.ORDERS_WRITE, Scope.PAPERS_WRITE


def _documents(kind: DocumentKind) -> Callable[[Call, Sequence[Any]], list[Outcome]]:
    return lambda call, items: write_stock.put_documents(source=call.source, kind=kind, items=items, now=call.now)


WRITABLE: Mapping[str, Writable] = {
    row.path: row
    for row in (
        Writable(
            name="category",
            path="categories",
            shape=told.CategoryTold,
            right=_GOODS,
            put=lambda call, items: write_words.put_categories(source=call.source, items=items),
            about=_("Grow and change the tree of categories."),
            one=singles.CATEGORY,
        ),
        Writable(
            name="price_type",
            path="price-types",
            shape=told.PriceTypeTold,
            right=_GOODS,
            put=lambda call, items: write_words.put_price_types(source=call.source, items=items),
            about=_("Make and rename kinds of prices."),
            one=singles.PRICE_TYPE,
        ),
        Writable(
            name="warehouse",
            path="warehouses",
            shape=told.WarehouseTold,
            right=_GOODS,
            put=lambda call, items: write_words.put_warehouses(source=call.source, items=items),
            about=_("Say under which GUIDs this program knows warehouses; those that are not here are made."),
        ),
        Writable(
            name="product",
            path="products",
            shape=told.ProductTold,
            right=_GOODS,
            put=lambda call, items: write_products.put_products(
                source=call.source, items=items, now=call.now, today=call.today
            ),
            about=_("Make or change cards by GUID."),
            one=singles.PRODUCT,
        ),
        Writable(
            name="sku",
            path="skus",
            shape=told.SkuTold,
            right=_GOODS,
            put=lambda call, items: writes.put_skus(source=call.source, items=items, now=call.now, today=call.today),
            about=_("Make or change SKUs and their products by the pair of GUIDs."),
            one=singles.SKU,
        ),
        Writable(
            name="barcode",
            path="barcodes",
            shape=told.BarcodeTold,
            right=_GOODS,
            put=lambda call, items: write_products.put_barcodes(source=call.source, items=items),
            about=_("Let barcodes mean SKUs, or mean them no more."),
        ),
        Writable(
            name="price",
            path="prices",
            shape=told.PriceTold,
            right=_GOODS,
            put=lambda call, items: writes.put_prices(source=call.source, items=items, now=call.now),
            about=_("Set prices by price type and SKU."),
        ),
        Writable(
            name="stock",
            path="stocks",
            shape=told.LevelTold,
            right=_GOODS,
            put=lambda call, items: write_stock.put_levels(source=call.source, items=items, now=call.now),
            about=_("Bring what lies in warehouses to what was counted, with a reason."),
        ),
        Writable(
            name="receipt",
            path="receipts",
            shape=told.DocumentTold,
            right=_GOODS,
            put=_documents(DocumentKind.RECEIPT),
            about=_("Receive goods by documents; a document told again is brought to what it says now."),
        ),
        Writable(
            name="write_off",
            path="write-offs",
            shape=told.DocumentTold,
            right=_GOODS,
            put=_documents(DocumentKind.WRITE_OFF),
            about=_("Write goods off by documents; a document told again is brought to what it says now."),
        ),
        Writable(
            name="transfer",
            path="transfers",
            shape=told.TransferTold,
            right=_GOODS,
            put=_documents(DocumentKind.TRANSFER),
            about=_("Carry goods between own warehouses by documents; one told again is brought to what it says now."),
        ),
        Writable(
            name="order",
            path="orders",
            shape=told.OrderTold,
            right=_ORDERS,
            put=lambda call, items: write_orders.put_told(source=call.source, items=items, now=call.now),
            about=_("Say status, payment, shipment, cancellation and quantities of orders."),
        ),
        Writable(
            name="new_order",
            path="orders/new",
            shape=told.NewOrder,
            right=_ORDERS,
            put=lambda call, items: write_orders.put_new(source=call.source, items=items, now=call.now),
            about=_("Bring orders for channels that no marketplace speaks for."),
        ),
        Writable(
            name="return",
            path="returns",
            shape=told.ReturnTold,
            right=_ORDERS,
            put=lambda call, items: write_orders.put_returns(source=call.source, items=items, now=call.now),
            about=_("Decide about goods that came back."),
        ),
        Writable(
            name="agreement",
            path="agreements",
            shape=told.AgreementTold,
            right=_MONEY,
            put=lambda call, items: write_papers.put_agreements(source=call.source, items=items),
            about=_("Make or change agreements with commissioners by GUID."),
            one=singles.AGREEMENT,
        ),
        Writable(
            name="payment",
            path="payments",
            shape=told.PaymentTold,
            right=_MONEY,
            put=lambda call, items: write_papers.put_payments(source=call.source, items=items, now=call.now),
            about=_("Keep payments by GUID; a payment told again is brought to what it says now."),
            one=singles.PAYMENT,
        ),
    )
}
