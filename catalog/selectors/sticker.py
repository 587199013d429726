"""What stands on the sticker of a SKU."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from catalog.models import Barcode, Price, PriceType, Sku
from merchants.selectors.first_rows import first_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A SKU in the words of its sticker; barcode: the one that scanners outside know, else our own, else empty."""

    sku_id: int
    merchant_id: int
    article: str
    name: str
    variant: str
    barcodes: tuple[str, ...]
    barcode: str


def goods(sku_ids: Iterable[int]) -> list[Goods]:
    """These SKUs in the order asked; those outside of the open scope are absent."""
    asked = list(dict.fromkeys(sku_ids))
    found = {row.sku_id: row for row in _goods(Sku.objects.filter(pk__in=asked))}
    return [found[pk] for pk in asked if pk in found]


def find_goods(search: str, *, limit: int = 50) -> list[Goods]:
    """SKUs whose article or product name begins with the words, or whose barcode is exactly that; by article."""
    rows = Sku.objects.filter(archived=False)
    words = search.strip()
    if words:
        low = words.lower()
        # Comparisons instead of LIKE: under row-level security only these keep their index.
        begins = Q(code_key__gte=low, code_key__lt=low + "\uffff")
        named = Q(product__name__gte=words, product__name__lt=words + "\uffff")
        by_code = Q(pk__in=Barcode.objects.filter(value=words).values("sku_id"))
        rows = rows.filter(begins | named | by_code)
    return _goods(first_rows(rows, "code_key", "pk", limit=limit))


def price_types() -> list[tuple[int, str]]:
    """Price types of the open scope as (id, name), by name."""
    return list(PriceType.objects.order_by("name", "pk").values_list("pk", "name"))


def prices(sku_ids: Iterable[int], *, price_type_id: int) -> dict[int, tuple[Decimal, str]]:
    """SKU id → (amount, currency); SKUs without a price are absent."""
    rows = Price.objects.filter(sku_id__in=set(sku_ids), price_type_id=price_type_id)
    return {
        sku: (amount, currency)
        for sku, amount, currency in rows.values_list("sku_id", "amount", "price_type__currency")
    }


def _goods(rows: QuerySet[Sku]) -> list[Goods]:
    skus = list(rows.select_related("product"))
    codes: dict[int, list[Barcode]] = {}
    for barcode in Barcode.objects.filter(sku_id__in=[sku.pk for sku in skus]).order_by("pk"):
        codes.setdefault(barcode.sku_id, []).append(barcode)
    return [_row(sku, codes.get(sku.pk, [])) for sku in skus]


def _row(sku: Sku, codes: list[Barcode]) -> Goods:
    outside = sorted(codes, key=lambda code: (code.kind == "internal", code.pk))
    return Goods(
        sku_id=sku.pk,
        merchant_id=sku.merchant_id,
        article=sku.code,
        name=sku.product.name,
        variant=sku.variant,
        barcodes=tuple(code.value for code in outside),
        barcode=outside[0].value if outside else "",
    )
