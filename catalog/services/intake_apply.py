"""The good rows of a checked file into the catalog, set-based, in the one transaction of the caller."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Protocol

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.kernel import events as bus
from backoffice.kernel import live
from backoffice.kernel.locks import Subject, take
from catalog.errors import ImportStale
from catalog.events import ArchiveChanged, PriceChanged
from catalog.formats.columns import ATTRIBUTE, PRICE
from catalog.formats.goods import GoodsRow
from catalog.locks import categories as lock_categories
from catalog.locks import skus as lock_skus
from catalog.models import Category, ImportRow, ProductImport
from catalog.selectors import category as categories
from catalog.selectors.intake import Judge
from catalog.types import BarcodeKind, Verdict

_BATCH = 2000
_GOOD = (Verdict.NEW, Verdict.CHANGED)


class Progress(Protocol):
    def __call__(self, done: int, total: int | None = None) -> None: ...


class Stale(Protocol):
    def __call__(self, *, row: int, field: str = "", message: str) -> None: ...


def apply(batch: ProductImport, *, now: datetime, progress: Progress, stale: Stale) -> str:
    """
    Write every good row; returns the sentence for the person.

    :raises ImportStale: a row would now do something else than the preview said; nothing is written
    """
    take(Subject.IMPORT, batch.merchant_id)
    rows = ImportRow.objects.filter(batch=batch, verdict__in=_GOOD)
    total = rows.count()
    lock_skus(rows.exclude(sku_id=None).values("sku_id"))
    _same_as_previewed(batch, total, progress, stale)
    try:
        with transaction.atomic():
            changed = _write(batch, now)
    except IntegrityError as reason:
        raise ImportStale(
            _("Somebody changed the same articles or barcodes meanwhile. Check the file again.")
        ) from reason
    progress(total, total)
    if changed:
        bus.publish(PriceChanged(merchant_id=batch.merchant_id, sku_ids=changed, at=now))
    live.touch("catalog", batch.merchant_id)
    return ngettext("%(n)d row applied.", "%(n)d rows applied.", total) % {"n": total}


def _same_as_previewed(batch: ProductImport, total: int, progress: Progress, stale: Stale) -> None:
    judge = Judge(merchant_id=batch.merchant_id, today=timezone.localdate())
    done = wrong = 0
    rows = _kept(batch)
    while part := list(islice(rows, _BATCH)):
        again = judge.judge([GoodsRow(kept.number, dict(kept.values)) for kept in part])
        for kept, one in zip(part, again, strict=True):
            if (kept.verdict, kept.sku_id, kept.changes) != (one.verdict, one.sku_id, [list(c) for c in one.changes]):
                wrong += 1
                for field, message in one.row.problems or [("", _("The catalog has changed since the preview."))]:
                    stale(row=kept.number, field=field, message=message)
        done += len(part)
        progress(done, total)
    if wrong:
        raise ImportStale(
            ngettext(
                "%(n)d row would do something else than in the preview. Nothing was applied; check the file anew.",
                "%(n)d rows would do something else than in the preview. Nothing was applied; check the file anew.",
                wrong,
            )
            % {"n": wrong}
        )


def _kept(batch: ProductImport) -> Iterator[ImportRow]:
    last = 0
    while True:
        rows = list(
            ImportRow.objects.filter(batch=batch, verdict__in=_GOOD, number__gt=last).order_by("number")[:_BATCH]
        )
        if not rows:
            return
        yield from rows
        last = rows[-1].number


def _write(batch: ProductImport, now: datetime) -> frozenset[int]:
    """SKUs whose price or minimum price is another now."""
    names: dict[str, Any] = {
        "batch": batch.pk,
        "merchant": batch.merchant_id,
        "now": now,
        "today": timezone.localdate(now),
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS coming, repriced")
        cursor.execute(_COMING, names)
        _grow_categories(batch.merchant_id, _categories(cursor))
        cursor.execute(_ARCHIVED_OR_BACK)
        moved = frozenset(row[0] for row in cursor.fetchall())
        for statement in _STEPS:
            cursor.execute(statement, names)
        if moved:
            bus.publish(ArchiveChanged(merchant_id=batch.merchant_id, sku_ids=moved, at=now))
        cursor.execute(_REPRICED, names)
        return frozenset(row[0] for row in cursor.fetchall())


def _categories(cursor: Any) -> list[str]:
    cursor.execute("SELECT DISTINCT v ->> 'category' FROM coming WHERE v ? 'category' ORDER BY 1")
    return [row[0] for row in cursor.fetchall()]


def _grow_categories(merchant_id: int, paths: list[str]) -> None:
    """Make the categories that are named and not there, and tell the statements the id of each path."""
    lock_categories(merchant_id)
    known = {path: pk for pk, path in categories.paths().items() if paths}
    for path in paths:
        above, parent = "", None
        for name in path.split(categories.SEPARATOR):
            here = f"{above}{name}"
            if here not in known:
                known[here] = Category.objects.create(merchant_id=merchant_id, name=name, parent_id=parent).pk
            parent, above = known[here], here + categories.SEPARATOR
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE coming SET category_id = told.id FROM unnest(%s::text[], %s::bigint[]) AS told(path, id)"
            " WHERE v ->> 'category' = told.path",
            [paths, [known[path] for path in paths]],
        )


# The rows to apply, each with the product that it belongs to: its SKU's, that of the first variant, or one to be made.
_COMING = """
CREATE TEMPORARY TABLE coming ON COMMIT DROP AS
SELECT r.number, r.sku_id, r.article, r."values" AS v, lower(coalesce(r."values" ->> 'main', r.article)) AS grp,
       coalesce(s.product_id, m.product_id) AS product_id, NULL::bigint AS category_id, false AS fresh_product
FROM catalog_importrow r
LEFT JOIN catalog_sku s ON s.id = r.sku_id
LEFT JOIN LATERAL (
    SELECT k.product_id FROM catalog_sku k
    WHERE k.merchant_id = r.merchant_id AND k.code_key = lower(r."values" ->> 'main')
    ORDER BY k.code <> (r."values" ->> 'main'), k.id LIMIT 1
) m ON r.sku_id IS NULL
WHERE r.batch_id = %(batch)s AND r.verdict IN ('new', 'changed')
ORDER BY r.number
"""

_ATTRIBUTES = f"""
SELECT c.product_id, jsonb_object_agg(substr(e.key, {len(ATTRIBUTE) + 1}), e.value) AS attributes
FROM coming c CROSS JOIN LATERAL jsonb_each_text(c.v) e WHERE e.key LIKE '{ATTRIBUTE}%%' GROUP BY c.product_id
"""  # noqa: S608, our own words

_STEPS = [
    # Materialized: a nested loop would ask the sequence anew for every row of a group.
    """
    WITH made AS MATERIALIZED (
        SELECT grp, nextval(pg_get_serial_sequence('catalog_product', 'id')) AS id
        FROM (SELECT grp FROM coming WHERE product_id IS NULL GROUP BY grp ORDER BY min(number)) AS groups
    )
    UPDATE coming SET product_id = made.id, fresh_product = true FROM made
    WHERE coming.product_id IS NULL AND coming.grp = made.grp
    """,
    "ANALYZE coming",
    """
    INSERT INTO catalog_product
        (id, merchant_id, name, brand, description, category_id, attributes, archived, created_at, changed_at)
    SELECT c.product_id, %(merchant)s, max(c.v ->> 'name'), coalesce(max(c.v ->> 'brand'), ''),
           coalesce(max(c.v ->> 'description'), ''), max(c.category_id), '{}'::jsonb,
           bool_and(coalesce(c.v ->> 'archived', '0') = '1'), %(now)s, %(now)s
    FROM coming c WHERE c.fresh_product GROUP BY c.product_id ORDER BY c.product_id
    """,
    """
    UPDATE catalog_product p SET name = coalesce(c.name, p.name), brand = coalesce(c.brand, p.brand),
        description = coalesce(c.description, p.description), category_id = coalesce(c.category_id, p.category_id),
        changed_at = %(now)s
    FROM (
        SELECT product_id, max(v ->> 'name') AS name, max(v ->> 'brand') AS brand,
               max(v ->> 'description') AS description, max(category_id) AS category_id
        FROM coming WHERE NOT fresh_product GROUP BY product_id
    ) AS c
    WHERE p.id = c.product_id
      AND (p.name, p.brand, p.description, p.category_id) IS DISTINCT FROM
          (coalesce(c.name, p.name), coalesce(c.brand, p.brand), coalesce(c.description, p.description),
           coalesce(c.category_id, p.category_id))
    """,
    f"""
    UPDATE catalog_product p SET attributes = p.attributes || a.attributes, changed_at = %(now)s
    FROM ({_ATTRIBUTES}) AS a
    WHERE p.id = a.product_id AND p.attributes || a.attributes IS DISTINCT FROM p.attributes
    """,  # noqa: S608
    """
    CREATE TEMPORARY TABLE repriced ON COMMIT DROP AS
    SELECT s.id FROM coming c JOIN catalog_sku s ON s.id = c.sku_id
    WHERE c.v ? 'min_price' AND s.min_price IS DISTINCT FROM (c.v ->> 'min_price')::numeric
    """,
    """
    UPDATE catalog_sku s SET
        variant = coalesce(c.v ->> 'variant', s.variant),
        weight_g = coalesce((c.v ->> 'weight_g')::int, s.weight_g),
        length_mm = coalesce((c.v ->> 'length_mm')::int, s.length_mm),
        width_mm = coalesce((c.v ->> 'width_mm')::int, s.width_mm),
        height_mm = coalesce((c.v ->> 'height_mm')::int, s.height_mm),
        cost = coalesce((c.v ->> 'cost')::numeric, s.cost),
        min_price = coalesce((c.v ->> 'min_price')::numeric, s.min_price),
        is_marked = coalesce(c.v ->> 'is_marked' = '1', s.is_marked),
        archived = coalesce(c.v ->> 'archived' = '1', s.archived),
        changed_at = %(now)s
    FROM coming c WHERE s.id = c.sku_id
    """,
    """
    INSERT INTO catalog_sku
        (merchant_id, product_id, code, variant, weight_g, length_mm, width_mm, height_mm, cost, min_price, is_kit,
         is_marked, archived, created_at, changed_at)
    SELECT %(merchant)s, product_id, article, coalesce(v ->> 'variant', ''), (v ->> 'weight_g')::int,
           (v ->> 'length_mm')::int, (v ->> 'width_mm')::int, (v ->> 'height_mm')::int, (v ->> 'cost')::numeric,
           (v ->> 'min_price')::numeric, false, coalesce(v ->> 'is_marked', '0') = '1',
           coalesce(v ->> 'archived', '0') = '1', %(now)s, %(now)s
    FROM coming WHERE sku_id IS NULL ORDER BY number
    """,
    """
    UPDATE coming SET sku_id = s.id FROM catalog_sku s
    WHERE coming.sku_id IS NULL AND s.merchant_id = %(merchant)s AND s.code = coming.article
    """,
    f"""
    INSERT INTO catalog_barcode (merchant_id, sku_id, value, kind)
    SELECT %(merchant)s, c.sku_id, code, CASE WHEN code !~ '^[0-9]+$' THEN '{BarcodeKind.CODE128}'
           WHEN length(code) = 8 THEN '{BarcodeKind.EAN8}' WHEN length(code) = 12 THEN '{BarcodeKind.UPCA}'
           WHEN length(code) = 13 THEN '{BarcodeKind.EAN13}' WHEN length(code) = 14 THEN '{BarcodeKind.ITF14}'
           ELSE '{BarcodeKind.CODE128}' END
    FROM coming c CROSS JOIN LATERAL jsonb_array_elements_text(c.v -> 'barcodes') WITH ORDINALITY AS codes(code, place)
    WHERE NOT EXISTS (
        SELECT FROM catalog_barcode b
        WHERE b.merchant_id = %(merchant)s AND b.value = codes.code AND b.sku_id = c.sku_id)
    ORDER BY c.number, place
    """,  # noqa: S608
    f"""
    WITH told AS (
        SELECT c.sku_id, substr(e.key, {len(PRICE) + 1})::bigint AS price_type_id, e.value::numeric AS amount
        FROM coming c CROSS JOIN LATERAL jsonb_each_text(c.v) e WHERE e.key LIKE '{PRICE}%%'
    ), put AS (
        INSERT INTO catalog_price (merchant_id, price_type_id, sku_id, amount, created_at, changed_at)
        SELECT %(merchant)s, t.price_type_id, t.sku_id, t.amount, %(now)s, %(now)s
        FROM told t JOIN catalog_pricetype k ON k.id = t.price_type_id AND k.merchant_id = %(merchant)s
        ON CONFLICT (price_type_id, sku_id) DO UPDATE SET amount = excluded.amount, changed_at = excluded.changed_at
        WHERE catalog_price.amount IS DISTINCT FROM excluded.amount
        RETURNING sku_id
    )
    INSERT INTO repriced SELECT DISTINCT sku_id FROM put
    """,  # noqa: S608
    """
    INSERT INTO catalog_productvat (merchant_id, product_id, vat_code, valid_from)
    SELECT %(merchant)s, c.product_id, max(c.v ->> 'vat'), %(today)s FROM coming c
    WHERE c.v ? 'vat' AND c.v ->> 'vat' IS DISTINCT FROM (
        SELECT r.vat_code FROM catalog_productvat r
        WHERE r.product_id = c.product_id AND r.valid_from <= %(today)s ORDER BY r.valid_from DESC LIMIT 1)
    GROUP BY c.product_id
    ON CONFLICT (product_id, valid_from) DO UPDATE SET vat_code = excluded.vat_code
    """,
    # A product follows its SKUs into the archive and back.
    """
    UPDATE catalog_product p SET archived = alive.archived
    FROM (
        SELECT s.product_id, bool_and(s.archived) AS archived FROM catalog_sku s
        WHERE s.product_id IN (SELECT product_id FROM coming WHERE v ? 'archived' OR NOT fresh_product)
        GROUP BY s.product_id
    ) AS alive
    WHERE p.id = alive.product_id AND p.archived <> alive.archived
    """,
]

_ARCHIVED_OR_BACK = """
SELECT s.id FROM coming c JOIN catalog_sku s ON s.id = c.sku_id WHERE (c.v ->> 'archived' = '1') <> s.archived
"""
_REPRICED = "SELECT DISTINCT id FROM repriced"
