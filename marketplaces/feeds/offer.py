"""What a feed is made of: plain values, no dialect's own shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A node of the merchant's own tree."""

    id: int
    name: str
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a category of ours belongs at a board: elements in the board's own order, name → value."""

    elements: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """
    What is said once.  url: of the seller's site; least: fewer pieces than this are not offered.
    targets: own category, by its name in small letters, → the board's.  outlet: Megamarket's id of our warehouse.
    """

    name: str
    company: str
    url: str = ""
    address: str = ""
    phone: str = ""
    manager: str = ""
    outlet: str = ""
    ship_days: int = 1
    order_before: int = 15
    least: int = 1
    targets: Mapping[str, Target] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One listing.  pictures: whole addresses.  vat: code of the rate on the day, "" = not known."""

    id: str
    title: str
    price: Decimal | None
    pieces: int
    currency: str = "RUB"
    brand: str = ""
    category: Category | None = None
    description: str = ""
    barcodes: Sequence[str] = ()
    pictures: Sequence[str] = ()
    weight_g: int | None = None
    sides_mm: tuple[int, int, int] | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    vat: str = ""


class LeftOut(Exception):
    """The offer cannot be shown there; reason is one of `REASONS`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands before the offers."""

    shop: Shop
    categories: Sequence[Category]
    now: datetime
