"""What Megamarket keeps about a seller.  Moments are seconds since 1970."""

import msgspec


class Lot(msgspec.Struct, kw_only=True):
    """
    One unit.

    status: as told; after: what it becomes when its pending time is over.  cancel_wanted: the buyer waits for the
    seller's answer.
    """

    index: int
    article: str
    name: str
    price: int
    final_price: int
    marked: bool = False
    status: str = "NEW"
    sub_status: str | None = None
    after: str = ""
    boxes: list[int] = []
    mark: str = ""
    cancel_wanted: bool = False


class Shipment(msgspec.Struct, kw_only=True):
    number: str
    customer_order: str
    created: float
    confirm_until: float
    pack_until: float
    ship_until: float
    visible_at: float
    lots: list[Lot]
    order_code: str = ""
    city: str = ""
    person: str = ""
    shipped_at: float | None = None
