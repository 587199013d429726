"""Finding SKUs."""

from collections.abc import Iterable, Mapping

from django.db import connection

from catalog.models import Barcode, Sku


def codes(sku_ids: Iterable[int]) -> Mapping[int, str]:
    """Articles by SKU id."""
    return dict(Sku.objects.filter(pk__in=set(sku_ids)).values_list("pk", "code"))


def kits_of(*, component_ids: Iterable[int]) -> frozenset[int]:
    """Kits in which any of these SKUs is a component."""
    rows = _kit_items("component_id = ANY(%s)", component_ids)
    return frozenset(kit for kit, _, _ in rows)


def components(kit_ids: Iterable[int]) -> Mapping[int, Mapping[int, int]]:
    """Kit id → component id → pieces in one kit; SKUs that are no kits are absent."""
    found: dict[int, dict[int, int]] = {}
    for kit, component, pieces in _kit_items("kit_id = ANY(%s)", kit_ids):
        found.setdefault(kit, {})[component] = pieces
    return found


def _kit_items(condition: str, sku_ids: Iterable[int]) -> list[tuple[int, int, int]]:
    # Asked of all SKUs of a page of orders: a list as one value costs a tenth of what one value for each does.
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT kit_id, component_id, pieces FROM catalog_kititem WHERE {condition}",  # noqa: S608  our own words
            [list(set(sku_ids))],
        )
        return list(cursor.fetchall())


def by_barcode(value: str) -> list[Sku]:
    """SKUs with this barcode in the open scope: at most one of each merchant."""
    return [
        barcode.sku for barcode in Barcode.objects.filter(value=value).select_related("sku__product").order_by("pk")
    ]


def by_code(code: str) -> list[Sku]:
    """SKUs with this article in the open scope, whatever its letters' case."""
    return list(Sku.objects.filter(code_key=code.lower(), archived=False).select_related("product"))


def barcodes(sku_id: int) -> list[str]:
    """Barcodes of a SKU."""
    return list(Barcode.objects.filter(sku_id=sku_id).values_list("value", flat=True))


def codes_read_from(sku_ids: Iterable[int]) -> Mapping[int, list[str]]:
    """SKU id → everything that a scanner may read from its goods: barcodes, and the article in small letters."""
    asked = set(sku_ids)
    found: dict[int, list[str]] = {}
    for sku_id, code in Sku.objects.filter(pk__in=asked).values_list("pk", "code_key"):
        found[sku_id] = [code]
    for sku_id, value in Barcode.objects.filter(sku_id__in=asked).values_list("sku_id", "value"):
        found[sku_id].append(value)
    return found
