"""Plain values of this app: taxpayer numbers and zones, checked without a database."""

import zoneinfo
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from merchants.models import Person
    from merchants.selectors.access import Access

INN_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)


def inn_check_digit(digits: str) -> int:
    """
    Compute the check digit that follows `digits`.

    digits: 9 (organisation), 10 or 11 (person, first and second check digit).
    Source: order of the tax service on the structure of ИНН, weights aligned to the right.
    """
    weights = INN_WEIGHTS[-len(digits) :]
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 % 10


def inn_is_valid(inn: str) -> bool:
    """Tell whether a taxpayer number has 10 or 12 digits and right check digits."""
    if not (inn.isascii() and inn.isdigit()) or set(inn) == {"0"}:
        return False
    if len(inn) == 10:
        return inn_check_digit(inn[:9]) == int(inn[9])
    if len(inn) == 12:
        return inn_check_digit(inn[:10]) == int(inn[10]) and inn_check_digit(inn[:11]) == int(inn[11])
    return False


def zone_is_known(zone: str) -> bool:
    """Tell whether `zone` is a name of the time zone database, such as Europe/Moscow."""
    return zone in zoneinfo.available_timezones()


@dataclass(frozen=True)
class Held:
    """One merchant that a person holds, with the names of their roles there (none for a mere administrator)."""

    merchant_id: int
    name: str
    zone: str
    roles: tuple[str, ...]


class Request(HttpRequest):
    """
    The request that a view with an action gets from `merchants.middleware.ScopeMiddleware`: an annotation, never made.

    scope_merchants: where the person may do what the view does; access: the same for every other action.
    """

    user: "Person"
    access: "Access"
    scope_merchants: frozenset[int]
