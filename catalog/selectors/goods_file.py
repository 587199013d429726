"""The catalog as a file that the import takes back unchanged, and the template of such a file."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext as _

from catalog.formats.columns import FIELDS
from catalog.models import Barcode, ProductVat, Sku
from catalog.selectors import category as categories
from catalog.selectors.product import ProductsAsked, all_lines

BATCH = 1000
_PLAIN = ("length_mm", "width_mm", "height_mm")
WIDTHS: Mapping[str, int] = {
    "article": 20,
    "name": 44,
    "main": 20,
    "variant": 18,
    "category": 32,
    "brand": 18,
    "description": 40,
    "barcodes": 30,
    "weight_g": 10,
    "length_mm": 10,
    "width_mm": 10,
    "height_mm": 10,
    "cost": 14,
    "min_price": 14,
    "vat": 10,
    "is_marked": 10,
    "archived": 10,
}
COLUMNS: list[tuple[object, int]] = [(FIELDS[name], width) for name, width in WIDTHS.items()]


def template_rows() -> tuple[list[tuple[object, int]], list[list[Any]]]:
    """Headings and two rows of an example: variants of one product."""
    mug, kitchen = _("Mug “North”, 300 ml"), _("Home / Kitchen / Mugs")
    first = ["MUG-1-BLUE", mug, "", _("blue"), kitchen, _("North"), "", "4006381333931", 350, 110, 90, 100]
    second = ["MUG-1-RED", mug, "MUG-1-BLUE", _("red"), kitchen, _("North"), "", "", 350, 110, 90, 100]
    tail = [Decimal("120.50"), Decimal(199), "22", _("no"), _("no")]
    return COLUMNS, [[*first, *tail], [*second, *tail]]


def rows(asked: ProductsAsked, *, sees_cost: bool, today: date) -> Iterator[Sequence[Any]]:
    """Every SKU of the filter in the columns of the import, read in batches."""
    lines = all_lines(asked)
    paths = categories.paths()
    while batch := list(islice(lines, BATCH)):
        yield from _rows(batch, paths, sees_cost=sees_cost, today=today)


def _rows(batch: Sequence[Sku], paths: Mapping[int, str], *, sees_cost: bool, today: date) -> Iterator[Sequence[Any]]:
    codes: dict[int, list[str]] = {}
    for sku_id, value in Barcode.objects.filter(sku_id__in=[sku.pk for sku in batch]).values_list("sku_id", "value"):
        codes.setdefault(sku_id, []).append(value)
    products = {sku.product_id for sku in batch}
    first = dict(Sku.objects.filter(product_id__in=products).values_list("product_id").annotate(first=Min("pk")))
    mains = dict(Sku.objects.filter(pk__in=first.values()).values_list("pk", "code"))
    rates = ProductVat.objects.filter(product_id__in=products, valid_from__lte=today).order_by("valid_from")
    vat = dict(rates.values_list("product_id", "vat_code"))
    for sku in batch:
        main = first[sku.product_id]
        cells = {
            "article": sku.code,
            "name": sku.product.name,
            "main": mains[main] if main != sku.pk else "",
            "variant": sku.variant,
            "category": paths.get(sku.product.category_id or 0, ""),
            "brand": sku.product.brand,
            "description": sku.product.description,
            "barcodes": " ".join(codes.get(sku.pk, ())),
            "weight_g": sku.weight_g,
            "cost": sku.cost if sees_cost else None,
            "min_price": sku.min_price,
            "vat": vat.get(sku.product_id, ""),
            "is_marked": _("yes") if sku.is_marked else _("no"),
            "archived": _("yes") if sku.archived else _("no"),
            **{name: getattr(sku, name) for name in _PLAIN},
        }
        yield [cells[name] for name in WIDTHS]
