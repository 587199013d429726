"""AliExpress' shapes, as little of them as we use; nearly everything may be null, numbers come as texts and back."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WrapValidator

from marketplaces.http.fields import Amount, Flag, Id, IdOrNone, Moment, Paid, Text, Texts, listed, objects, soft, whole


def _count(value: object) -> object:
    """Pieces come as 1.0."""
    return int(value) if isinstance(value, float) and value.is_integer() else whole(value)


Count = Annotated[int, BeforeValidator(_count), Field(gt=0, le=10**6)]
Kopecks = Annotated[int, BeforeValidator(_count), Field(ge=0, le=10**14)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Failure(Wire):
    code: Text = ""
    message: Text = ""


class TaskResult(Wire):
    ok: Flag = False
    errors: Annotated[Failure | None, WrapValidator(soft)] = None


class TaskGroup(Wire):
    group_id: Text = ""
    results: list[Any] = []


class Task(Wire):
    status: int
    product_id: Id
    sku_codes: Texts = []
    error: Annotated[Failure | None, WrapValidator(soft)] = None


class Sku(Wire):
    sku_id: IdOrNone = ""
    code: Text = ""
    price: Paid = None
    discount_price: Paid = None


class Product(Wire):
    """A row of the list: {"id": "1005", "subject": "…", "sku": [{"sku_id": "12", "code": "A-1", "price": "990"}]}."""

    id: Id
    subject: Text = ""
    currency_code: Text = ""
    owner_member_id: Text = ""
    owner_member_seq: Text = ""
    sku: Annotated[list[Any], BeforeValidator(listed)] = []


class SkuStock(Wire):
    sku: Id
    max_sellable_quantity: Annotated[int, BeforeValidator(_count), Field(ge=0, le=10**9)]


class Line(Wire):
    id: Id
    item_id: IdOrNone = ""
    sku_id: IdOrNone = ""
    sku_code: Text = ""
    name: Text = ""
    item_price: Kopecks
    quantity: Count
    total_amount: Annotated[int | None, WrapValidator(soft)] = None
    weight: Amount = None
    length: Amount = None
    width: Amount = None
    height: Amount = None


class PreSplit(Wire):
    logistics_type: Text = ""


class ShipmentLine(Wire):
    sku_id: Id
    quantity: Count


class Shipment(Wire):
    """A logistic order; `creation_error` may be an object of nulls."""

    id: Id
    track_number: Text = ""
    status: Text = ""
    creation_error: Annotated["CreationError | None", WrapValidator(soft)] = None
    lines: Annotated[list[ShipmentLine], BeforeValidator(listed)] = []
    handover_list_id: IdOrNone = ""


class CreationError(Wire):
    code: Text = ""
    description: Text = ""


class Receiver(Wire):
    name: Text = ""
    phone: Text = ""


class DeliveryInfo(Wire):
    region: Text = ""
    city: Text = ""
    receiver: Annotated[Receiver | None, WrapValidator(soft)] = None


class Commission(Wire):
    platform_fee: Kopecks


class Order(Wire):
    id: Id
    created_at: Moment
    status: Text
    order_display_status: Text = ""
    finish_reason: Text = ""
    delivery_address: Text = ""
    delivery_info: Annotated[DeliveryInfo | None, WrapValidator(soft)] = None
    buyer_name: Text = ""
    buyer_phone: Text = ""
    cut_off_date: Moment = None
    shipping_deadline: Moment = None
    order_lines: Annotated[list[Line], BeforeValidator(listed)] = []
    pre_split_postings: Annotated[list[PreSplit], BeforeValidator(objects)] = []
    logistic_orders: Annotated[list[Shipment], BeforeValidator(listed)] = []
    commission: Annotated[Commission | None, WrapValidator(soft)] = None


class CreatedOrder(Wire):
    trade_order_id: Id
    logistic_orders: Annotated[list[Shipment], BeforeValidator(listed)] = []


class CreatedList(Wire):
    handover_list_id: Id


class HandoverList(Wire):
    handover_list_id: Id
    status: Text = ""
    logistic_order_ids: Annotated[list[Id], BeforeValidator(listed)] = []


class LabelUrl(Wire):
    label_url: str = Field(min_length=1)
