"""Facts of labels."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelStored:
    """The sticker of an order is here and may be printed once the order is packed."""

    merchant_id: int
    order_id: int
    at: datetime
