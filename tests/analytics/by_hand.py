"""Profit counted line by line in plain arithmetic, to hold against what the facts say."""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Self

from analytics.models import LineFact, Tariff
from analytics.selectors.profit import Earned
from analytics.types import Asked
from catalog.models import Product, ProductVat, VatRate

D = Decimal
KOPECK = D("0.01")
NOTHING = D(0)


@dataclass
class Costs:
    """Of an article or of all: what is known, and how many days of an article are not (only whether, when told)."""

    pieces: int = 0
    revenue: Decimal = NOTHING
    reported: Decimal = NOTHING
    fee: Decimal = NOTHING
    estimated: Decimal = NOTHING
    tax: Decimal = NOTHING
    logistics: Decimal = NOTHING
    vat: Decimal = NOTHING
    unknown: frozenset[str] = frozenset()

    @classmethod
    def told(cls, row: Earned) -> Self:
        """This function will give what the report says of an article."""
        costs = row.costs
        return cls(
            pieces=row.pieces,
            revenue=row.revenue,
            reported=costs["fee"].reported,
            fee=costs["fee"].assumed,
            estimated=costs["fee"].estimated,
            tax=costs["tax"].assumed,
            logistics=costs["logistics"].assumed,
            vat=costs["vat"].known,
            unknown=frozenset(name for name in ("fee", "tax", "logistics", "vat") if costs[name].missing),
        )

    def __add__(self, other: "Costs") -> "Costs":
        sums = {
            each.name: getattr(self, each.name) + getattr(other, each.name)
            for each in fields(self)
            if each.name != "unknown"
        }
        return Costs(**sums, unknown=self.unknown | other.unknown)


def priced_by_hand(asked: Asked) -> dict[int | None, Costs]:
    """Articles that were delivered, came back, or were reported in the period."""
    days: dict[tuple[object, ...], list[tuple[LineFact, date]]] = defaultdict(list)
    for line in LineFact.objects.filter(currency=asked.currency):
        for day in {line.delivered_day, line.returned_day, line.settled_day}:
            if day is not None and asked.since <= day <= asked.until:
                key = (line.sku_id, line.channel_id, line.scheme, line.channel_warehouse_id, day)
                days[key].append((line, day))
    found: dict[int | None, Costs] = defaultdict(Costs)
    for told in days.values():
        first, day = told[0]
        found[first.sku_id] += _of_day(first.sku_id, first.channel_id, day, [line for line, _ in told])
    return dict(found)


def _of_day(sku: int | None, channel: int, day: date, lines: list[LineFact]) -> Costs:
    delivered = [line for line in lines if line.delivered_day == day]
    returned = [line for line in lines if line.returned_day == day]
    revenue = sum((line.amount for line in delivered), NOTHING) - sum((line.amount for line in returned), NOTHING)
    free = [line for line in delivered if line.settled_day is None]
    back = [line for line in returned if line.settled_day is None]
    open_money = sum((line.amount for line in free), NOTHING) - sum((line.amount for line in back), NOTHING)
    said = [(line, 1) for line in free] + [(line, -1) for line in back]
    said = [(line, sign) for line, sign in said if line.estimated_fee is not None]
    untold = open_money - sum((sign * line.amount for line, sign in said), NOTHING)
    sent = sum(line.pieces for line in free)
    product = Product.objects.filter(skus=sku).first() if sku else None
    unknown = set()

    def cost(name: str, basis: Decimal | int, rate: Decimal | None, parts: Decimal | int = 100) -> Decimal:
        if basis and rate is None:
            unknown.add(name)
        return NOTHING if rate is None else (basis * rate / parts).quantize(KOPECK, ROUND_HALF_UP)

    fee, tax, logistics = (
        _rate(product, channel, day, name) for name in ("fee_percent", "tax_percent", "logistics_a_piece")
    )
    vat = _vat(product, day)
    return Costs(
        pieces=sum(line.pieces for line in delivered) - sum(line.pieces for line in returned),
        revenue=revenue,
        reported=sum((line.fee for line in lines if line.settled_day == day), NOTHING),
        fee=cost("fee", untold, fee),
        estimated=sum((sign * (line.estimated_fee or NOTHING) for line, sign in said), NOTHING),
        tax=cost("tax", revenue, tax),
        logistics=cost("logistics", sent, logistics, 1),
        vat=cost("vat", revenue, vat, 100 + (vat or NOTHING)),
        unknown=frozenset(unknown),
    )


def _rate(product: Product | None, channel: int, day: date, name: str) -> Decimal | None:
    known = Tariff.objects.filter(channel=channel, valid_from__lte=day).order_by("-valid_from")
    own = known.filter(category=product.category_id).first() if product and product.category_id else None
    whole = known.filter(category=None).first()
    said = [getattr(tariff, name) for tariff in (own, whole) if tariff is not None]
    found: Decimal | None = next((rate for rate in said if rate is not None), None)
    return found


def _vat(product: Product | None, day: date) -> Decimal | None:
    if product is None:
        return None
    known = ProductVat.objects.filter(product=product).order_by("valid_from")
    row = known.filter(valid_from__lte=day).last() or known.first()
    if row is None:
        return None
    rates = VatRate.objects.filter(code=row.vat_code, valid_from__lte=day).order_by("-valid_from")
    rate = next((each for each in rates if each.valid_to is None or each.valid_to > day), None)
    return None if rate is None else rate.percent or NOTHING
