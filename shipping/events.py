"""Facts of shipping."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOpened:
    """A new handover gathers orders; where the marketplace wants one to commit into, it is to be made there."""

    merchant_id: int
    handover_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersMoved:
    """Orders stand in another handover now; where the marketplace was told of the first one, it is to be told."""

    merchant_id: int
    order_ids: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverClosing:
    """A person closed it: the marketplace is to be told, then its papers fetched."""

    merchant_id: int
    handover_id: int
    at: datetime
