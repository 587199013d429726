"""The lists and searches of the catalog stay on indexes for the application's role, some thousands of rows on."""

import re
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from catalog.models import Product, Sku
from catalog.selectors import found, listing_page, product
from catalog.selectors.listing_page import ListingsAsked
from catalog.selectors.product import ProductsAsked
from merchants.scope import scope
from tests import make

ROWS = 3000
# The others are of some rows: reading these whole may be the right plan.
LARGE = {"catalog_product", "catalog_sku", "catalog_barcode", "catalog_listing", "catalog_productword"}
FILL = """
INSERT INTO catalog_product (merchant_id, name, brand, description, attributes, archived, created_at, changed_at)
    SELECT %(merchant)s, 'Товар ' || md5(n::text) || ' слово' || n, 'Бренд ' || n %% 500, '', '{}', false, now(), now()
    FROM generate_series(1, %(rows)s) n;
INSERT INTO catalog_sku
    (merchant_id, product_id, code, variant, is_kit, is_marked, archived, created_at, changed_at)
    SELECT %(merchant)s, id, 'A-' || id, '', false, false, false, now(), now() - id * interval '1 second'
    FROM catalog_product WHERE merchant_id = %(merchant)s;
INSERT INTO catalog_barcode (merchant_id, sku_id, value, kind)
    SELECT merchant_id, id, 'S' || id, 'internal' FROM catalog_sku WHERE merchant_id = %(merchant)s;
INSERT INTO catalog_listing (merchant_id, channel_id, sku_id, offer_id, product_external_id, stock_external_id, title,
    size, barcodes, pieces_per_pack, archived, sellable, complaints, marks, price_currency, matched_by,
    created_at, changed_at)
    SELECT merchant_id, %(channel)s, id, code, '', id::text, '', '', '{}', 1, false, true, '{}', '{}', 'RUB', '',
           now(), now()
    FROM catalog_sku WHERE merchant_id = %(merchant)s;
"""


@pytest.fixture
def merchant(superuser: "psycopg.Connection[Any]") -> Any:
    """Two merchants with thousands of products each; the second is looked at."""
    made = None
    for _number in range(2):
        made = make.merchant()
        channel = make.channel(made)
        for statement in FILL.split(";\n")[:-1]:
            superuser.execute(statement, {"merchant": made.pk, "rows": ROWS, "channel": channel.pk})
    superuser.execute(f"ANALYZE {', '.join(sorted(LARGE))}")
    return made


def whole_reads(found: QuerySet[Any]) -> list[str]:
    """Large tables that the plan reads from end to end."""
    return [table for table in re.findall(r"Seq Scan on (\w+)", found.explain()) if table in LARGE]


def test_searches_and_lists_read_no_table_whole(merchant: Any) -> None:
    with scope([merchant.pk]):
        sku = Sku.objects.order_by("-pk")[0]
        word = Product.objects.get(pk=sku.product_id).name.split()[-1]
        for text in (sku.code.lower(), f"S{sku.pk}", word):
            skus = product.filtered(ProductsAsked(query=text))
            assert list(skus) == [sku], text
            assert whole_reads(skus.order_by("code_key", "pk")[:51]) == [], text
        for asked, order in (
            (ProductsAsked(), "code_key"),
            (ProductsAsked(), "-changed_at"),
            (ProductsAsked(brand="Бренд 77"), "code_key"),
            (ProductsAsked(only=frozenset(["no_barcode"])), "code_key"),
        ):
            sign = "-" if order.startswith("-") else ""
            assert whole_reads(product.filtered(asked).order_by(order, f"{sign}pk")[:51]) == [], (asked, order)
        for listing_asked in (ListingsAsked(), ListingsAsked(query=sku.code), ListingsAsked(state="unmatched")):
            cards = listing_page._filtered(listing_asked)
            assert whole_reads(cards.order_by("offer_key", "pk")[:51]) == [], listing_asked


def test_the_field_at_the_top_reads_no_table_whole(merchant: Any) -> None:
    with scope([merchant.pk]):
        sku = Sku.objects.select_related("product").order_by("-pk")[0]
        for text in (sku.code.lower(), sku.code[:-1], f"S{sku.pk}", sku.product.name.split()[-1], "46-000123-1"):
            with CaptureQueriesContext(connection) as asked:
                found.find(text, 8)
            with connection.cursor() as cursor:
                for query in asked.captured_queries:
                    cursor.execute(f"EXPLAIN {query['sql']}")
                    plan = "\n".join(row[0] for row in cursor.fetchall())
                    assert "Seq Scan" not in plan, (text, plan)


def test_the_check_sees_a_table_read_whole(merchant: Any) -> None:
    with scope([merchant.pk]):
        assert whole_reads(Sku.objects.filter(variant__contains="x")[:51]) == ["catalog_sku"]
