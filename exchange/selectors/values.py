"""How single values are told to other programs."""

from decimal import Decimal


def money(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def guid(value: object) -> str | None:
    return None if value is None else str(value)
