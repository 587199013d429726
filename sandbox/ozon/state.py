"""What Ozon keeps about a seller.  Moments are seconds since 1970; `*_due` are the sandbox's seconds."""

from typing import Any

import msgspec


class Warehouse(msgspec.Struct, frozen=True):
    warehouse_id: int
    name: str
    city: str
    label: str
    cutoff_hour_utc: int


class Stock(msgspec.Struct):
    free: int = 0
    reserved: int = 0
    set_at: float = -1e9


class Price(msgspec.Struct):
    price: str
    old_price: str
    min_price: str = "0"
    net_price: str = "0"
    vat: str = "0.22"
    auto_action: str = "DISABLED"
    changes: list[float] = []


class Line(msgspec.Struct):
    sku: int
    offer_id: str
    name: str
    quantity: int
    price: str
    colour: str
    weight: float


class Exemplar(msgspec.Struct):
    exemplar_id: int
    sku: int
    marks: list[dict[str, Any]] = []
    gtd: str = ""
    is_gtd_absent: bool = True
    rnpt: str = ""
    is_rnpt_absent: bool = True
    weight: float = 0.0


class Posting(msgspec.Struct, kw_only=True):
    number: str
    posting_id: int
    order_id: int
    order_number: str
    status: str
    substatus: str
    warehouse_id: int
    created: float
    changed: float
    shipment: float
    lines: list[Line]
    city: str
    previous_substatus: str = ""
    packing: bool = False
    packages: list[list[Line]] = []
    numbers: list[str] = []
    packed: bool = False
    label_due: float = 0.0
    delivering_at: float | None = None
    delivered_at: float | None = None
    carriage_id: int = 0
    parent: str = ""
    related: list[str] = []
    cancellation: dict[str, Any] | None = None
    exemplars: list[Exemplar] = []
    exemplar_check: str = ""


class Return(msgspec.Struct, kw_only=True):
    return_id: int
    number: str
    kind: str
    reason: str
    state: str
    line: Line
    created: float
    changed: float


class LabelTask(msgspec.Struct):
    task_id: int
    kind: str
    numbers: list[str]
    ready_due: float
    created_due: float
    printed: list[str] | None = None
    unprinted: dict[str, str] = {}


class Carriage(msgspec.Struct, kw_only=True):
    carriage_id: int
    warehouse_id: int
    departure: str
    status: str
    numbers: list[str]
    created: float
    updated: float
    documents_due: float | None = None
    containers: int = 0
    passes: list[int] = []


class Pass(msgspec.Struct):
    pass_id: int
    carriage_id: int
    driver_name: str
    driver_phone: str
    plate: str
    model: str
    with_returns: bool
