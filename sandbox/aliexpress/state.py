"""What AliExpress keeps about a shop.  Moments are seconds since 1970; money is in kopecks."""

import msgspec


class Line(msgspec.Struct, kw_only=True):
    line_id: int
    article: str
    name: str
    price: int
    quantity: int


class Shipment(msgspec.Struct, kw_only=True):
    shipment_id: int
    items: dict[str, int]
    track: str = ""
    status: str = "New"
    error: str = ""
    list_id: int = 0


class Order(msgspec.Struct, kw_only=True):
    order_id: int
    created: float
    changed: float
    lines: list[Line]
    city: str
    person: str
    own_delivery: bool = False
    status: str = "InProgress"
    display: str = "WaitSendGoods"
    delivery: str = "Init"
    finish_reason: str = ""
    shipments: list[Shipment] = []


class HandoverList(msgspec.Struct, kw_only=True):
    list_id: int
    created: float
    shipments: list[int]
    status: str = "Created"


class Task(msgspec.Struct, kw_only=True):
    """action: 3 stock, 4 price; it ends when its moment has come."""

    task_id: int
    group: int
    action: int
    product: int
    values: dict[str, str]
    due: float
    failure: str = ""
