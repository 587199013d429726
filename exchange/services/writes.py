"""
Goods and prices of a program of the API: upserts by GUID, set-based, with a result for each item.

An item is applied whole or rejected whole.  What a connection does not own is filled at creation only.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from backoffice.kernel import bulk, locks
from catalog.models import Barcode, Category, PriceType, Sku, VatRate
from catalog.services import goods as catalog_goods
from catalog.services import price_levels
from exchange.models import Connection
from exchange.services.outcomes import Batch, KnownSkus, Outcome, by_guid
from exchange.types import Field

_GOOD_COLUMNS = [
    ("n", "int"), ("product_id", "bigint"), ("sku_id", "bigint"), ("guid", "uuid"), ("char_guid", "uuid"),
    ("name", "text"), ("code", "text"), ("variant", "text"), ("description", "text"), ("brand", "text"),
    ("category_id", "bigint"), ("vat", "text"), ("weight_g", "int"), ("attributes", "jsonb"), ("archived", "bool"),
]  # fmt: skip


@transaction.atomic
def put_skus(*, source: Connection, items: Sequence[Mapping[str, Any]], now: datetime, today: date) -> list[Outcome]:
    """
    Make or change SKUs with their products, found by `id` or by the pair of GUIDs (the SKU's own may be null).

    Absent fields erase nothing; barcodes are added.  An article or a barcode of another SKU rejects the item.
    """
    batch = Batch(items)
    # Others that write goods of this merchant from outside wait: what was looked up must still hold when it is written.
    locks.take(locks.Subject.IMPORT, source.merchant_id)
    known = _known(source.merchant_id, batch)
    _refuse_twins(batch, known)
    _refuse_taken(source.merchant_id, batch, known)
    categories = by_guid(Category, source.merchant_id, (item.get("category_guid") for item in items))
    rates = set(VatRate.objects.values_list("code", flat=True))
    for item, outcome in batch.open():
        if item.get("category_guid") and item["category_guid"] not in categories:
            outcome.reject("unknown", "category_guid", _("There is no category with this GUID."))
        if item.get("vat") and item["vat"] not in rates:
            outcome.reject("unknown", "vat", _("There is no such VAT rate."))
    _write_goods(source, batch, known, categories, now, today)
    return batch.outcomes


def _known(merchant_id: int, batch: Batch) -> dict[int, Sku]:
    """Line of the item → its SKU; items that can neither be found nor made are rejected."""
    rows = Sku.objects.filter(merchant_id=merchant_id).select_related("product")
    ids = {row.pk: row for row in rows.filter(pk__in={item["id"] for item in batch.items if item.get("id")})}
    guids = {item["product_guid"] for item in batch.items if item.get("product_guid")}
    pairs = {(row.product.guid, row.guid): row for row in rows.filter(product__guid__in=guids)}
    found = {}
    for item, outcome in batch.open():
        pair = (item.get("product_guid"), item.get("guid"))
        sku = ids.get(item["id"]) if item.get("id") else pairs.get(pair)
        if sku is not None:
            found[outcome.line] = sku
        elif item.get("id"):
            outcome.reject("unknown", "id", _("There is no object with this id."))
        else:
            for name in ("product_guid", "article", "name"):
                if not item.get(name):
                    outcome.reject("required", name, _("A new SKU needs this field."))
    return found


def _refuse_twins(batch: Batch, known: Mapping[int, Sku]) -> None:
    keys: set[Any] = set()
    articles: set[str] = set()
    barcodes: set[str] = set()
    for item, outcome in batch.open():
        sku, article = known.get(outcome.line), (item.get("article") or "").lower()
        key = sku.pk if sku else (item["product_guid"], item.get("guid"))
        if key in keys or (article and article in articles) or barcodes & set(item.get("barcodes") or ()):
            outcome.reject("twice", "article", _("The request names this article, barcode or pair of GUIDs twice."))
            continue
        keys.add(key)
        articles.add(article)
        barcodes |= set(item.get("barcodes") or ())


def _refuse_taken(merchant_id: int, batch: Batch, known: Mapping[int, Sku]) -> None:
    items = [item for item, _outcome in batch.open()]
    articles = dict(
        Sku.objects.filter(
            merchant_id=merchant_id, code_key__in=[item["article"].lower() for item in items if item.get("article")]
        ).values_list("code_key", "pk")
    )
    told = [value for item in items for value in item.get("barcodes") or ()]
    barcodes = dict(Barcode.objects.filter(merchant_id=merchant_id, value__in=told).values_list("value", "sku_id"))
    for item, outcome in batch.open():
        own = known[outcome.line].pk if outcome.line in known else None
        if articles.get((item.get("article") or "").lower(), own) != own:
            outcome.reject("taken", "article", _("Another SKU has this article."))
        if any(barcodes.get(value, own) != own for value in item.get("barcodes") or ()):
            outcome.reject("taken", "barcodes", _("Another SKU has this barcode."))


def _write_goods(
    source: Connection,
    batch: Batch,
    known: Mapping[int, Sku],
    categories: Mapping[Any, int],
    now: datetime,
    today: date,
) -> None:
    merchant = source.merchant_id
    owned = {name.value for name in Field if source.onec_owns(name)} | {"variant"}
    rows, products = [], []
    seen: set[Any] = set()
    for item, outcome in batch.open():
        sku = known.get(outcome.line)
        product_guid = sku.product.guid if sku else item["product_guid"]
        row = (
            outcome.line, sku.product_id if sku else None, sku.pk if sku else None, product_guid, item.get("guid"),
            item.get("name") or "", item.get("article") or "", item.get("variant") or "",
            item.get("description") or "", item.get("brand") or "",
            categories.get(item.get("category_guid")), item.get("vat") or "", item.get("weight_g"), "{}",
            item.get("archived"),
        )  # fmt: skip
        rows.append(row)
        product = sku.product_id if sku else product_guid
        if not {product, product_guid} & seen:
            seen |= {product, product_guid} - {None}
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


def _write_barcodes(merchant_id: int, batch: Batch, *, may_change: bool) -> None:
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
    """Set prices, found by price type and SKU, each by id or GUIDs."""
    batch = Batch(items)
    if not source.onec_owns(Field.PRICE):
        return batch.refuse_all("not_owned", "amount", _("The back office keeps prices for this connection."))
    types = by_guid(PriceType, source.merchant_id, (item.get("price_type_guid") for item in items))
    own = set(PriceType.objects.filter(merchant_id=source.merchant_id).values_list("pk", flat=True))
    find = KnownSkus(source.merchant_id, items)
    rows: dict[tuple[int, int], tuple[Any, Outcome]] = {}
    for item, outcome in batch.open():
        told = item.get("price_type_id")
        kind = told if told in own else None if told else types.get(item.get("price_type_guid"))
        if kind is None:
            name = "price_type_id" if told else "price_type_guid"
            outcome.reject("unknown", name, _("There is no such price type: name it by price_type_guid or _id."))
        elif (sku := find(item, outcome)) is not None:
            if (kind, sku.pk) in rows:
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
