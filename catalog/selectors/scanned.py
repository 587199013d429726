"""Goods by what a scanner has read."""

from collections.abc import Sequence
from dataclasses import dataclass

from backoffice.kernel import prepared


@dataclass(frozen=True, slots=True)
class Goods:
    """A SKU as far as a scan needs it.  code: the article.  photo_id: the first picture of its product."""

    pk: int
    merchant_id: int
    code: str
    variant: str
    photo_id: int | None


# Named by barcode, at most one of each merchant, else by article in whatever case.  Columns as in Goods, and `rank`.
# Values: those of `barcode_values`; key, the article in small letters, empty where only a barcode will do.
GOODS = """
    SELECT sku.id, sku.merchant_id, sku.code, sku.variant,
           (SELECT photo.id FROM catalog_photo photo WHERE photo.product_id = sku.product_id
             ORDER BY photo.position, photo.id LIMIT 1) AS photo_id,
           named.rank
      FROM (SELECT sku_id, min(id) AS rank FROM catalog_barcode
             WHERE value IN (%(first)s, %(second)s, %(third)s) GROUP BY sku_id
             UNION ALL
            SELECT id, id FROM catalog_sku WHERE code_key = %(key)s AND code_key <> '' AND NOT archived
               AND NOT EXISTS (SELECT FROM catalog_barcode WHERE value IN (%(first)s, %(second)s, %(third)s))) named
      JOIN catalog_sku sku ON sku.id = named.sku_id
"""
_GOODS = f"SELECT * FROM ({GOODS}) goods ORDER BY rank"  # noqa: S608  two texts of ours


def barcode_values(barcodes: Sequence[str]) -> dict[str, str]:
    """
    One to three barcodes as values of GOODS.

    Of a list Postgres does not know the length before it has it, and would make a plan at every scan.
    """
    return dict(zip(("first", "second", "third"), [*barcodes, *barcodes, *barcodes], strict=False))


def goods(*, barcodes: Sequence[str], key: str) -> list[Goods]:
    """SKUs in the open scope that have one of these barcodes (three at most), else those with this article."""
    found = prepared.rows(_GOODS, {**barcode_values(barcodes), "key": key})
    return [Goods(*columns[:5]) for columns in found]
