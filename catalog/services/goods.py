"""
Goods of another program in bulk: products, SKUs, barcodes and VAT from a temporary table, set-based.

The table is the caller's, of the open transaction, and has the columns: n, product_id, sku_id, guid, char_guid,
name, code, variant, description, brand, category_id, vat, weight_g, attributes, archived.  A null product_id or sku_id
is made and filled in.  Empty text and null mean "not told" and never erase anything.  owned: the fields that the
program may change.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import connection

from backoffice.kernel import events as bus
from backoffice.kernel import live
from catalog.events import ArchiveChanged
from catalog.models import Barcode, Price, Sku

# field → (column, value told, told at all)
_PRODUCT = {
    "name": ("name", "t.name", "t.name <> ''"),
    "description": ("description", "t.description", "t.description <> ''"),
    "category": ("category_id", "t.category_id", "t.category_id IS NOT NULL"),
    "brand": ("brand", "t.brand", "t.brand <> ''"),
    "attributes": ("attributes", "p.attributes || t.attributes", "t.attributes <> '{}'"),
    "archive": ("archived", "t.archived", "t.archived IS NOT NULL"),
}
_SKU = {
    "article": ("code", "t.code", "t.code <> ''"),
    "variant": ("variant", "t.variant", "t.variant <> ''"),
    "weight": ("weight_g", "t.weight_g", "t.weight_g IS NOT NULL"),
    "archive": ("archived", "t.archived", "t.archived IS NOT NULL"),
}


def write_products(*, merchant_id: int, table: str, owned: Collection[str], now: datetime) -> tuple[int, int]:
    """Make products that are missing and change owned fields of the others; returns (made, changed)."""
    with connection.cursor() as cursor:
        moved = _archived_or_back(cursor, table, owned, "s.product_id = t.product_id", "p.archived")
        changed = _update(cursor, "catalog_product", "p", "product_id", table, _PRODUCT, owned, now)
        fresh = _number(cursor, table, "catalog_product", "product_id", "true")
        cursor.execute(
            f"""
            INSERT INTO catalog_product (id, merchant_id, name, category_id, brand, description, attributes, guid,
                                         archived, created_at, changed_at)
            SELECT product_id, %s, name, category_id, brand, description, attributes, guid, false, %s, %s
              FROM {table} WHERE product_id >= %s ORDER BY n
            """,  # noqa: S608
            [merchant_id, now, now, fresh],
        )
        made = cursor.rowcount
    _tell(merchant_id, moved, now)
    if made or changed:
        live.touch("products", merchant_id)
    return made, changed


def write_skus(
    *, merchant_id: int, table: str, owned: Collection[str], now: datetime, which: str = "true"
) -> tuple[int, int]:
    """
    Make SKUs that their products lack and change owned fields of the others; returns (made, changed).

    which: a condition of ours on the rows of which SKUs are made.
    """
    with connection.cursor() as cursor:
        moved = _archived_or_back(cursor, table, owned, "s.id = t.sku_id", "s.archived")
        changed = _update(cursor, "catalog_sku", "p", "sku_id", table, _SKU, owned, now)
        fresh = _number(cursor, table, "catalog_sku", "sku_id", f"product_id IS NOT NULL AND {which}")
        cursor.execute(
            f"""
            INSERT INTO catalog_sku (id, merchant_id, product_id, code, variant, guid, weight_g, is_kit, is_marked,
                                     archived, created_at, changed_at)
            SELECT sku_id, %s, product_id, code, variant, char_guid, weight_g, false, false,
                   coalesce(archived, false), %s, %s
              FROM {table} WHERE sku_id >= %s ORDER BY n
            """,  # noqa: S608
            [merchant_id, now, now, fresh],
        )
        made = cursor.rowcount
    _tell(merchant_id, moved, now)
    return made, changed


def _archived_or_back(cursor: object, table: str, owned: Collection[str], which: str, archived: str) -> frozenset[int]:
    """SKUs that the table is about to archive or to bring back, alone or with their product.  All texts are ours."""
    if "archive" not in owned:
        return frozenset()
    cursor.execute(  # type: ignore[attr-defined]
        f"SELECT s.id FROM {table} t JOIN catalog_sku s ON {which} JOIN catalog_product p ON p.id = s.product_id"  # noqa: S608
        f" WHERE t.archived <> {archived}"
    )
    return frozenset(pk for (pk,) in cursor.fetchall())  # type: ignore[attr-defined]


def _tell(merchant_id: int, sku_ids: frozenset[int], now: datetime) -> None:
    if sku_ids:
        bus.publish(ArchiveChanged(merchant_id=merchant_id, sku_ids=sku_ids, at=now))


def _number(cursor: object, table: str, target: str, column: str, which: str) -> int:
    """Give the table's new rows their ids beforehand; every id from the returned one on is a new row's."""
    cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [target])  # type: ignore[attr-defined]
    fresh = int(cursor.fetchone()[0])  # type: ignore[attr-defined]
    # The sequence is looked up once, not for every row.
    cursor.execute(  # type: ignore[attr-defined]
        f"UPDATE {table} SET {column} = nextval((SELECT pg_get_serial_sequence('{target}', 'id'))::regclass)"  # noqa: S608
        f" WHERE {column} IS NULL AND {which}"
    )
    return fresh


def _update(
    cursor: object,
    target: str,
    alias: str,
    key: str,
    table: str,
    fields: dict[str, tuple[str, str, str]],
    owned: Collection[str],
    now: datetime,
) -> int:
    """Set owned columns where they are told and differ; returns how many rows changed.  All texts are ours."""
    told = [fields[name] for name in fields if name in owned]
    if not told:
        return 0
    sets = ", ".join(
        f"{column} = CASE WHEN {given} THEN {value} ELSE {alias}.{column} END" for column, value, given in told
    )
    differs = " OR ".join(f"({given} AND {alias}.{column} IS DISTINCT FROM {value})" for column, value, given in told)
    cursor.execute(  # type: ignore[attr-defined]
        f"UPDATE {target} {alias} SET {sets}, changed_at = %s FROM {table} t"  # noqa: S608
        f" WHERE {alias}.id = t.{key} AND ({differs})",
        [now],
    )
    return int(cursor.rowcount)  # type: ignore[attr-defined]


def write_barcodes(*, merchant_id: int, table: str) -> int:
    """Give SKUs the barcodes they lack; table: (sku_id, value), no value of another SKU.  Returns how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO catalog_barcode (merchant_id, sku_id, value, kind)
            SELECT DISTINCT ON (t.value) %s, t.sku_id, t.value,
                   CASE WHEN t.value !~ '^[0-9]+$' THEN 'code128' ELSE
                        CASE length(t.value) WHEN 13 THEN 'ean13' WHEN 8 THEN 'ean8' WHEN 12 THEN 'upca'
                                             WHEN 14 THEN 'itf14' ELSE 'code128' END END
              FROM {table} t
             WHERE NOT EXISTS (SELECT FROM catalog_barcode b WHERE b.merchant_id = %s AND b.value = t.value)
             ORDER BY t.value, t.sku_id
            """,  # noqa: S608
            [merchant_id, merchant_id],
        )
        return int(cursor.rowcount)


def write_vat(*, merchant_id: int, table: str, today: date) -> int:
    """Note the VAT rate of products from today on where it is another one than now; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO catalog_productvat AS v (merchant_id, product_id, vat_code, valid_from)
            SELECT DISTINCT ON (t.product_id) %s, t.product_id, t.vat, %s
              FROM {table} t JOIN catalog_vatrate r ON r.code = t.vat
             WHERE t.product_id IS NOT NULL AND t.vat IS DISTINCT FROM (
                   SELECT o.vat_code FROM catalog_productvat o
                    WHERE o.product_id = t.product_id AND o.valid_from <= %s ORDER BY o.valid_from DESC LIMIT 1)
             ORDER BY t.product_id, t.n DESC
            ON CONFLICT (product_id, valid_from) DO UPDATE SET vat_code = excluded.vat_code
            """,  # noqa: S608
            [merchant_id, today, today],
        )
        return int(cursor.rowcount)


def drop_unused(*, sku_ids: Iterable[int]) -> None:
    """Remove SKUs that nothing but their own prices and barcodes names; the caller has made sure of it."""
    ids = list(sku_ids)
    if not ids:
        return
    Price.objects.filter(sku_id__in=ids)._raw_delete("default")
    Barcode.objects.filter(sku_id__in=ids)._raw_delete("default")
    Sku.objects.filter(pk__in=ids)._raw_delete("default")


def set_archived(*, merchant_id: int, product_ids: Iterable[int], archived: bool, now: datetime) -> int:
    """Archive products with all their SKUs, or bring them back; returns how many products changed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_sku SET archived = %s, changed_at = %s WHERE product_id = ANY(%s) AND archived <> %s"
            " RETURNING id",
            [archived, now, (ids := list(product_ids)), archived],
        )
        sku_ids = frozenset(pk for (pk,) in cursor.fetchall())
        cursor.execute(
            "UPDATE catalog_product SET archived = %s, changed_at = %s WHERE id = ANY(%s) AND archived <> %s",
            [archived, now, ids, archived],
        )
        changed = int(cursor.rowcount)
    _tell(merchant_id, sku_ids, now)
    if changed:
        live.touch("products", merchant_id)
    return changed
