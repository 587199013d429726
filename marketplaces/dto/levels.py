"""Stock and prices, ours to write and theirs to read."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """`pieces` of one listing in one channel warehouse: absolute, free to sell.  product_id: the card, if known."""

    warehouse_id: str
    offer_id: str
    stock_id: str
    pieces: int
    product_id: str = ""

    @property
    def key(self) -> str:
        return f"{self.warehouse_id}:{self.stock_id or self.offer_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLevel:
    """The price to set for one listing; `old_price` 0 clears the crossed-out price."""

    offer_id: str
    product_id: str
    price: Decimal
    old_price: Decimal = Decimal(0)
    min_price: Decimal | None = None
    currency: str = "RUB"

    @property
    def key(self) -> str:
        return self.product_id or self.offer_id


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStock:
    """What lies in the marketplace's own warehouse (FBO)."""

    warehouse_id: str
    warehouse_name: str
    offer_id: str
    stock_id: str
    pieces: int
    reserved: int = 0
    to_customer: int = 0
    from_customer: int = 0
