"""
Goods and prices of a program of the API: upserts by GUID, set-based, with a result for each item.

An item is applied whole or rejected whole.  What a connection does not own is filled at creation only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from backoffice.kernel import bulk, locks
from catalog.models import Barcode, Category, PriceType, Sku, VatRate
from catalog.services import goods as catalog_goods
from catalog.services import price_levels
from exchange.models import Connection
from exchange.types import Field

_GOOD_COLUMNS = [
    ("n", "int"), ("product_id", "bigint"), ("sku_id", "bigint"), ("guid", "uuid"), ("char_guid", "uuid"),
    ("name", "text"), ("code", "text"), ("variant", "text"), ("description", "text"), ("brand", "text"),
    ("category_id", "bigint"), ("vat", "text"), ("weight_g", "int"), ("attributes", "jsonb"), ("archived", "bool"),
]  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What became of an item.  status: created, updated, unchanged, rejected; id: of the object here."""

    line: int
    status: str = ""
    id: int | None = None
    code: str | None = None
    field: str | None = None
    message: str | None = None

    def reject(self, code: str, name: str, message: str) -> None:
        if not self.status:
            self.status, self.code, self.field, self.message = "rejected", code, name, message


@dataclass(slots=True)
class _Batch:
    items: Sequence[Mapping[str, Any]]
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.outcomes = [Outcome(line) for line in range(1, len(self.items) + 1)]

    def open(self) -> Iterable[tuple[Mapping[str, Any], Outcome]]:
        """Items that are not rejected so far."""
        return [
            (item, outcome)
            for item, outcome in zip(self.items, self.outcomes, strict=True)
            if outcome.status != "rejected"
        ]


@transaction.atomic
def put_skus(*, source: Connection, items: Sequence[Mapping[str, Any]], now: datetime, today: date) -> list[Outcome]:
    """
    Make or change SKUs with their products, found by the pair of GUIDs (the SKU's own may be null).

    Absent fields erase nothing; barcodes are added.  An article or a barcode of another SKU rejects the item.
    """
    batch = _Batch(items)
    # Others that write goods of this merchant from outside wait: what was looked up must still hold when it is written.
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    _refuse_twins(batch)
    known = _known(source.merchant_id, batch)
    _refuse_taken(source.merchant_id, batch, known)
    categories = _by_guid(Category, source.merchant_id, (item.get("category_guid") for item in items))
    rates = set(VatRate.objects.values_list("code", flat=True))
    for item, outcome in batch.open():
        if item.get("category_guid") and item["category_guid"] not in categories:
            outcome.reject("unknown", "category_guid", _("There is no category with this GUID."))
        if item.get("vat") and item["vat"] not in rates:
            outcome.reject("unknown", "vat", _("There is no such VAT rate."))
    _write_goods(source, batch, known, categories, now, today)
    return batch.outcomes


def _refuse_twins(batch: _Batch) -> None:
    pairs: set[Any] = set()
    articles: set[str] = set()
    barcodes: set[str] = set()
    for item, outcome in batch.open():
        pair, article = (item["product_guid"], item.get("guid")), item["article"].lower()
        if pair in pairs or article in articles or barcodes & set(item.get("barcodes") or ()):
            outcome.reject("twice", "article", _("The request names this article, barcode or pair of GUIDs twice."))
            continue
        pairs.add(pair)
        articles.add(article)
        barcodes |= set(item.get("barcodes") or ())


def _known(merchant_id: int, batch: _Batch) -> dict[tuple[Any, Any], Sku]:
    guids = [item["product_guid"] for item, _outcome in batch.open()]
    rows = Sku.objects.filter(merchant_id=merchant_id, product__guid__in=guids).select_related("product")
    return {(row.product.guid, row.guid): row for row in rows}


def _refuse_taken(merchant_id: int, batch: _Batch, known: Mapping[tuple[Any, Any], Sku]) -> None:
    items = [item for item, _outcome in batch.open()]
    articles = dict(
        Sku.objects.filter(
            merchant_id=merchant_id, code_key__in=[item["article"].lower() for item in items]
        ).values_list("code_key", "pk")
    )
    told = [value for item in items for value in item.get("barcodes") or ()]
    barcodes = dict(Barcode.objects.filter(merchant_id=merchant_id, value__in=told).values_list("value", "sku_id"))
    for item, outcome in batch.open():
        sku = known.get((item["product_guid"], item.get("guid")))
        own = sku.pk if sku else None
        if articles.get(item["article"].lower(), own) != own:
            outcome.reject("taken", "article", _("Another SKU has this article."))
        if any(barcodes.get(value, own) != own for value in item.get("barcodes") or ()):
            outcome.reject("taken", "barcodes", _("Another SKU has this barcode."))


def _by_guid(model: Any, merchant_id: int, guids: Iterable[Any]) -> dict[Any, int]:
    wanted = {guid for guid in guids if guid}
    return dict(model.objects.filter(merchant_id=merchant_id, guid__in=wanted).values_list("guid", "pk"))


def _write_goods(
    source: Connection,
    batch: _Batch,
    known: Mapping[tuple[Any, Any], Sku],
    categories: Mapping[Any, int],
    now: datetime,
    today: date,
) -> None:
    merchant = source.merchant_id
    owned = {name.value for name in Field if source.onec_owns(name)} | {"variant"}
    rows, products = [], []
    seen: set[Any] = set()
    for item, outcome in batch.open():
        sku = known.get((item["product_guid"], item.get("guid")))
        row = (
            outcome.line, None, sku.pk if sku else None, item["product_guid"], item.get("guid"), item["name"],
            item["article"], item.get("variant") or "", item.get("description") or "", item.get("brand") or "",
            categories.get(item.get("category_guid")), item.get("vat") or "", item.get("weight_g"), "{}",
            item.get("archived"),
        )  # fmt: skip
        rows.append(row)
        if item["product_guid"] not in seen:
            seen.add(item["product_guid"])
            # An archived SKU does not archive its product.
            products.append((*row[:-1], None))
    bulk.copy_to_temp("api_product", _GOOD_COLUMNS, products)
    bulk.copy_to_temp("api_good", _GOOD_COLUMNS, rows)
    with connection.cursor() as cursor:
        find = "UPDATE {} t SET product_id = p.id FROM catalog_product p WHERE p.merchant_id = %s AND p.guid = t.guid"
        cursor.execute(find.format("api_product"), [merchant])
        catalog_goods.write_products(merchant_id=merchant, table="api_product", owned=owned, now=now)
        cursor.execute(find.format("api_good"), [merchant])
        catalog_goods.write_skus(merchant_id=merchant, table="api_good", owned=owned, now=now)
        catalog_goods.write_vat(merchant_id=merchant, table="api_product", today=today) if "vat" in owned else None
        cursor.execute(
            """
            SELECT t.n, s.id, CASE WHEN s.created_at = %(now)s THEN 'created'
                                   WHEN s.changed_at = %(now)s OR p.changed_at = %(now)s THEN 'updated'
                                   ELSE 'unchanged' END
              FROM api_good t JOIN catalog_sku s ON s.id = t.sku_id JOIN catalog_product p ON p.id = s.product_id
            """,
            {"now": now},
        )
        for line, sku_id, status in cursor.fetchall():
            batch.outcomes[line - 1].status, batch.outcomes[line - 1].id = status, sku_id
    _write_barcodes(merchant, batch, may_change="barcodes" in owned)


def _write_barcodes(merchant_id: int, batch: _Batch, *, may_change: bool) -> None:
    rows = [
        (outcome.id, value)
        for item, outcome in batch.open()
        for value in item.get("barcodes") or ()
        if may_change or outcome.status == "created"
    ]
    had = set(Barcode.objects.filter(sku_id__in=[sku for sku, _value in rows]).values_list("sku_id", "value"))
    bulk.copy_to_temp("api_barcode", [("sku_id", "bigint"), ("value", "text")], rows)
    catalog_goods.write_barcodes(merchant_id=merchant_id, table="api_barcode")
    for item, outcome in batch.open():
        fresh = may_change and any((outcome.id, value) not in had for value in item.get("barcodes") or ())
        if fresh and outcome.status == "unchanged":
            outcome.status = "updated"


@transaction.atomic
def put_prices(*, source: Connection, items: Sequence[Mapping[str, Any]], now: datetime) -> list[Outcome]:
    """Set prices, found by the GUID of the price type and the SKU's pair of GUIDs."""
    batch = _Batch(items)
    if not source.onec_owns(Field.PRICE):
        for outcome in batch.outcomes:
            outcome.reject("not_owned", "amount", _("The back office keeps prices for this connection."))
        return batch.outcomes
    types = _by_guid(PriceType, source.merchant_id, (item["price_type_guid"] for item in items))
    known = _known(source.merchant_id, batch)
    rows: dict[tuple[int, int], tuple[Any, Outcome]] = {}
    for item, outcome in batch.open():
        kind, sku = types.get(item["price_type_guid"]), known.get((item["product_guid"], item.get("guid")))
        if kind is None:
            outcome.reject("unknown", "price_type_guid", _("There is no price type with this GUID."))
        elif sku is None:
            outcome.reject("unknown", "product_guid", _("There is no SKU with this pair of GUIDs."))
        elif (kind, sku.pk) in rows:
            outcome.reject("twice", "amount", _("The request names this price twice."))
        else:
            rows[kind, sku.pk] = item["amount"], outcome
    _write_prices(source.merchant_id, rows, now)
    return batch.outcomes


def _write_prices(merchant_id: int, rows: Mapping[tuple[int, int], tuple[Any, Outcome]], now: datetime) -> None:
    bulk.copy_to_temp(
        "api_price",
        [("price_type_id", "bigint"), ("sku_id", "bigint"), ("amount", "numeric(14,2)")],
        [(kind, sku, amount) for (kind, sku), (amount, _outcome) in sorted(rows.items(), key=lambda row: row[0])],
    )
    price_levels.set_levels(merchant_id=merchant_id, table="api_price", now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.price_type_id, p.sku_id, p.id, CASE WHEN p.created_at = %(now)s THEN 'created'
                   WHEN p.changed_at = %(now)s THEN 'updated' ELSE 'unchanged' END
              FROM api_price t JOIN catalog_price p ON p.price_type_id = t.price_type_id AND p.sku_id = t.sku_id
            """,
            {"now": now},
        )
        for kind, sku, pk, status in cursor.fetchall():
            outcome = rows[kind, sku][1]
            outcome.status, outcome.id = status, pk
