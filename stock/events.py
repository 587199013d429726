"""Facts of stock."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AvailabilityChanged:
    """What is free of these SKUs changed; kits made of them are named too."""

    merchant_id: int
    sku_ids: frozenset[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SharingChanged:
    """Rules or feeds of these channel warehouses changed, so everything in them must be offered anew."""

    merchant_id: int
    channel_warehouse_ids: frozenset[int]
    at: datetime
