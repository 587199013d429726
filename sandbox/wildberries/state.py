"""What Wildberries keeps about a seller.  Moments are seconds since 1970."""

from typing import Any

import msgspec


class Warehouse(msgspec.Struct, frozen=True):
    warehouse_id: int
    name: str
    office_id: int
    cargo: int


class Office(msgspec.Struct, frozen=True):
    office_id: int
    name: str
    city: str
    address: str
    district: str
    cargo: int
    needs_pass: bool


class Price(msgspec.Struct):
    price: int
    discount: int


class Upload(msgspec.Struct, kw_only=True):
    upload_id: int
    goods: list[dict[str, Any]]
    created: float
    status: int = 1
    done_at: float | None = None


class Order(msgspec.Struct, kw_only=True):
    order_id: int
    rid: str
    order_uid: str
    chrt_id: int
    warehouse_id: int
    office_id: int
    price: int
    created: float
    cargo: int
    supplier_status: str = "new"
    wb_status: str = "waiting"
    supply_id: str = ""
    required: list[str] = []
    optional: list[str] = []
    marks: dict[str, dict[str, Any]] = {}
    comment: str = ""
    b2b: bool = False
    zero: bool = False
    scan_price: int | None = None
    to_reship: bool = False
    changed: float = 0.0


class Return(msgspec.Struct, kw_only=True):
    order_id: int
    kind: str
    reason: str
    created: float
    ready: float | None = None
    completed: float | None = None


class Supply(msgspec.Struct, kw_only=True):
    number: int
    supply_id: str
    name: str
    created: float
    orders: list[int] = []
    cargo: int = 0
    cross_border: int | None = None
    warehouse_id: int = 0
    b2b: bool | None = None
    office_id: int | None = None
    done: bool = False
    closed: float | None = None
    scanned: float | None = None
    boxes: list[str] = []
    shipping_date: str | None = None
    shipping_point: int | None = None
    shipping_type: str | None = None
    waybill: str | None = None


class Pass(msgspec.Struct):
    pass_id: int
    first_name: str
    last_name: str
    car_model: str
    car_number: str
    office_id: int
    ends: float
