"""What Yandex Market keeps about a seller.  Moments are seconds since 1970; `*_due` are the sandbox's seconds."""

from typing import Any

import msgspec


class Campaign(msgspec.Struct, frozen=True):
    """A store: one selling model each; Express stores report FBS."""

    campaign_id: int
    name: str
    placement: str
    program: str
    availability: str = "AVAILABLE"


class Warehouse(msgspec.Struct, frozen=True):
    """`group`: warehouses of one group share their stock, which stands under the first one."""

    warehouse_id: int
    name: str
    campaign_id: int
    city: str
    group: int = 0


class Stock(msgspec.Struct):
    free: int = 0
    reserved: int = 0
    updated: float = 0.0


class Price(msgspec.Struct):
    value: float
    base: int = 0
    updated: float = 0.0


class Item(msgspec.Struct):
    item_id: int
    offer_id: str
    name: str
    count: int
    price: int
    marks: list[str] = []


class Box(msgspec.Struct):
    box_id: int
    items: list[dict[str, Any]]


class Order(msgspec.Struct, kw_only=True):
    order_id: int
    campaign_id: int
    program: str
    status: str
    substatus: str
    warehouse_id: int
    created: float
    updated: float
    items: list[Item]
    ship_on: str
    ship_at: str = ""
    city: str = "Москва"
    to_point: bool = False
    business: bool = False
    boxes: list[Box] = []
    checked_due: float = 0.0
    shipment_id: int = 0
    cancel_requested: bool = False
    delivered_on: str = ""
    tracks: list[dict[str, Any]] = []
    code: str = ""
    code_attempts: int = 5


class Shipment(msgspec.Struct, kw_only=True):
    shipment_id: int
    campaign_id: int
    day: str
    status: str
    orders: list[int]
    updated: float
    external_id: str = ""


class Return(msgspec.Struct, kw_only=True):
    return_id: int
    order_id: int
    campaign_id: int
    kind: str
    shipment_status: str
    created: float
    updated: float
    refund_status: str = ""
    items: list[Item] = []
