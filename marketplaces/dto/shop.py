"""The seller's account there: its rights, its warehouses, its cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from marketplaces.dto.words import MarkKind, Scheme


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One thing the key may or may not do; `methods` names what fails without it."""

    name: str
    granted: bool
    needed: bool = True
    methods: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose cabinet the key opens.  external_id: stable key of the seller's account there."""

    external_id: str
    name: str
    inn: str = ""
    currency: str = "RUB"
    key_expires_at: datetime | None = None
    permissions: Sequence[Permission] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteWarehouse:
    """A warehouse of the seller as the marketplace knows it."""

    external_id: str
    name: str
    scheme: Scheme
    active: bool = True
    cargo_type: str = ""
    label_format: str = ""
    ours: bool = True  # False: the marketplace's own (FBO)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteListing:
    """
    A card as the marketplace knows it, one row per thing that has a stock of its own.

    offer_id: the seller's article.  product_id: the card.  stock_id: what stock is written by (Ozon sku, WB chrtId).
    price: what is in force; complaints: what the marketplace says is wrong, in its own words.  marks: what a unit of
    it must carry, None: it is not told.
    """

    offer_id: str
    product_id: str
    stock_id: str
    title: str
    barcodes: Sequence[str] = ()
    size: str = ""
    archived: bool = False
    sellable: bool = True
    price: Decimal | None = None
    currency: str = "RUB"
    complaints: Sequence[str] = ()
    marks: Sequence[MarkKind] | None = ()
