"""Facts of the catalog."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceChanged:
    """Prices, minimum prices or a channel's price rule changed for these SKUs."""

    merchant_id: int
    sku_ids: frozenset[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingsMatched:
    """These listings were tied to a SKU, or to another one, or let go."""

    merchant_id: int
    listing_ids: frozenset[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChanged:
    """A channel was connected, paused, resumed or its settings changed."""

    merchant_id: int
    channel_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WarehousesSeen:
    """Channel warehouses appeared or changed over there."""

    merchant_id: int
    channel_id: int
    channel_warehouse_ids: frozenset[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KitsChanged:
    """These SKUs became kits, are none any more, or have other components."""

    merchant_id: int
    sku_ids: frozenset[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveChanged:
    """These SKUs went into the archive, or came back."""

    merchant_id: int
    sku_ids: frozenset[int]
    at: datetime
