"""
Money and rounding.

Amounts are Decimal roubles with two places, unit costs with four.  One rule everywhere: half up, to the kopeck, once,
at the place that states the amount; sums are of rounded amounts.
"""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

KOPECK = Decimal("0.01")


def kopecks(amount: Decimal) -> Decimal:
    """Round to two places, half away from zero."""
    return amount.quantize(KOPECK, ROUND_HALF_UP)


def round_up_to(amount: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of `step` that is not below `amount`; `step` 0 rounds to the kopeck."""
    if step <= 0:
        return kopecks(amount)
    return (amount / step).to_integral_value(ROUND_CEILING) * step


def vat_included(amount: Decimal, *, percent: Decimal) -> Decimal:
    """The VAT part of an amount that includes it, in kopecks."""
    return kopecks(amount * percent / (100 + percent))
