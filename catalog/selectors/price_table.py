"""Prices as a table: SKU × price type."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from catalog.models import Price, PriceType, Sku
from catalog.selectors.paging import KeyPage, key_page
from catalog.selectors.product import ProductsAsked, filtered


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """A SKU with its amount for each price type of the table, None where there is none or it is another merchant's."""

    sku: Sku
    amounts: Sequence[tuple[PriceType, Decimal | None, bool]]  # (type, amount, whether it is of the same merchant)


def price_types() -> list[PriceType]:
    """Price types of the open scope, by name."""
    return list(PriceType.objects.order_by("name", "pk"))


def price_page(asked: ProductsAsked, kinds: Sequence[PriceType]) -> KeyPage[PriceLine]:
    """One page of the table by article; a constant number of queries."""
    page = key_page(filtered(asked), sort="code_key", place=asked.place, related=["product"])
    amounts = amounts_of([sku.pk for sku in page.rows], [kind.pk for kind in kinds])
    rows = [
        PriceLine(
            sku=sku,
            amounts=[(kind, amounts.get((sku.pk, kind.pk)), kind.merchant_id == sku.merchant_id) for kind in kinds],
        )
        for sku in page.rows
    ]
    return KeyPage(rows=rows, next_key=page.next_key, previous_key=page.previous_key)


def amounts_of(sku_ids: Sequence[int], price_type_ids: Sequence[int]) -> Mapping[tuple[int, int], Decimal]:
    """(SKU id, price type id) → amount."""
    rows = Price.objects.filter(sku_id__in=sku_ids, price_type_id__in=price_type_ids)
    return {(sku, kind): amount for sku, kind, amount in rows.values_list("sku_id", "price_type_id", "amount")}


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAsked:
    """A change of many prices: of `target`, from `source` (a price type, or None: the cost)."""

    target: PriceType
    source: PriceType | None
    percent: Decimal
    step: Decimal
    goods: ProductsAsked


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLine:
    """What the change makes of one SKU; below_minimum: the channels will publish the minimum price instead."""

    sku_id: int
    code: str
    name: str
    old: Decimal | None
    new: Decimal
    below_minimum: bool

    @property
    def percent(self) -> Decimal | None:
        """By how many percent it changes, None for a first price."""
        return (self.new / self.old - 1) * 100 if self.old else None


def bulk_lines(asked: BulkAsked, *, most: int) -> list[BulkLine]:
    """
    SKUs of the filter whose price would change, by article; one more than `most` tells that there are too many.

    Rounded half up to `step`, never below one step.
    """
    skus = filtered(asked.goods).filter(merchant_id=asked.target.merchant_id).order_by("code_key", "pk")
    rows = list(skus.values_list("pk", "code", "product__name", "cost", "min_price")[: most + 1])
    kinds = [asked.target.pk, *([asked.source.pk] if asked.source else [])]
    amounts = amounts_of([row[0] for row in rows], kinds)
    found = []
    for pk, code, name, cost, least in rows:
        base = amounts.get((pk, asked.source.pk)) if asked.source else cost
        if not base:
            continue
        new = rounded(base * (100 + asked.percent) / 100, asked.step)
        old = amounts.get((pk, asked.target.pk))
        if new != old:
            below = least is not None and new < least
            found.append(BulkLine(sku_id=pk, code=code, name=name, old=old, new=new, below_minimum=below))
    return found


def rounded(amount: Decimal, step: Decimal) -> Decimal:
    """The multiple of `step` nearest to `amount`, half up, and at least one step."""
    return max((amount / step).to_integral_value(ROUND_HALF_UP), Decimal(1)) * step
