"""Many products, SKUs and prices at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from backoffice.kernel import events as bus
from catalog.events import PriceChanged
from catalog.models import Barcode, Category, Price, PriceType, Product, Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class SkuDraft:
    """A SKU with what its product is called; SKUs of the same `product_key` share a product."""

    product_key: str
    product_name: str
    code: str
    variant: str = ""
    brand: str = ""
    category: str = ""
    barcodes: Sequence[tuple[str, str]] = ()  # (value, kind)
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    weight_g: int | None = None
    cost: Decimal | None = None
    is_marked: bool = False


@transaction.atomic
def add_skus(*, merchant_id: int, drafts: Sequence[SkuDraft]) -> dict[str, int]:
    """This function will give the SKU ids by article, adding those the merchant does not have; others stay as is."""
    codes = {draft.code: draft for draft in drafts}
    known = dict(Sku.objects.filter(code__in=list(codes)).values_list("code", "pk"))
    fresh = [draft for code, draft in codes.items() if code not in known]
    products = _products(merchant_id, fresh)
    skus = Sku.objects.bulk_create(
        [
            Sku(
                merchant_id=merchant_id,
                product_id=products[draft.product_key],
                code=draft.code,
                variant=draft.variant,
                length_mm=draft.length_mm,
                width_mm=draft.width_mm,
                height_mm=draft.height_mm,
                weight_g=draft.weight_g,
                cost=draft.cost,
                is_marked=draft.is_marked,
            )
            for draft in fresh
        ],
        batch_size=2000,
    )
    by_code = {sku.code: sku.pk for sku in skus}
    Barcode.objects.bulk_create(
        [
            Barcode(merchant_id=merchant_id, sku_id=by_code[draft.code], value=value, kind=kind)
            for draft in fresh
            for value, kind in draft.barcodes
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )
    return known | by_code


def _products(merchant_id: int, drafts: Sequence[SkuDraft]) -> dict[str, int]:
    first = {draft.product_key: draft for draft in reversed(drafts)}
    categories = {
        name: Category.objects.get_or_create(merchant_id=merchant_id, parent=None, name=name)[0].pk
        for name in sorted({draft.category for draft in first.values()} - {""})
    }
    made = Product.objects.bulk_create(
        [
            Product(
                merchant_id=merchant_id,
                name=draft.product_name,
                brand=draft.brand,
                category_id=categories.get(draft.category),
            )
            for draft in first.values()
        ],
        batch_size=2000,
    )
    return {key: product.pk for key, product in zip(first, made, strict=True)}


def price_type(*, merchant_id: int, name: str, currency: str = "RUB") -> PriceType:
    """This function will give the price type of this name, made if there is none."""
    return PriceType.objects.get_or_create(merchant_id=merchant_id, name=name, defaults={"currency": currency})[0]


@transaction.atomic
def set_prices(*, merchant_id: int, price_type_id: int, prices: Mapping[int, Decimal], now: datetime) -> frozenset[int]:
    """This function will set prices by SKU id; gives the SKUs whose price changed."""
    known = dict(
        Price.objects.filter(price_type_id=price_type_id, sku_id__in=list(prices)).values_list("sku_id", "amount")
    )
    changed = {sku_id: amount for sku_id, amount in prices.items() if known.get(sku_id) != amount}
    Price.objects.bulk_create(
        [
            Price(merchant_id=merchant_id, price_type_id=price_type_id, sku_id=sku_id, amount=amount, changed_at=now)
            for sku_id, amount in sorted(changed.items())
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["price_type", "sku"],
        update_fields=["amount", "changed_at"],
    )
    if changed:
        bus.publish(PriceChanged(merchant_id=merchant_id, sku_ids=frozenset(changed), at=now))
    return frozenset(changed)
