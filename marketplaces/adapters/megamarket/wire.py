"""Megamarket's shapes, as little of them as we use: ids come as texts or numbers, errors as an object or a list."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, WrapValidator

from marketplaces.http.fields import Article, Flag, Id, Moment, Paid, Text, Texts, listed, objects, soft


def _status(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > 60:
        raise ValueError("is not a status")
    return value.strip().upper()


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, dict) else objects(value)


Status = Annotated[str, BeforeValidator(_status)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Error(Wire):
    """{"code": "7", "message": "…", "shipmentId": "842818431", "itemIndex": "1"}; any of them may be absent."""

    code: Text = ""
    message: Text = ""
    errorText: Text = ""
    description: Text = ""
    shipmentId: Text = ""
    itemIndex: Text = ""


class OfferWarning(Wire):
    offerId: Text = ""
    warning: Text = ""


class Envelope(Wire):
    """{"success": 1, "meta": {}, "data": {…}}."""

    success: int
    data: Any = None
    error: Annotated[list[Error], BeforeValidator(_one_or_many)] = []


class Saved(Wire):
    savedPrices: Annotated[int | None, WrapValidator(soft)] = None
    warnings: Annotated[list[OfferWarning], BeforeValidator(objects)] = []


class GoodsData(Wire):
    name: Text = ""


class Box(Wire):
    boxIndex: Text = ""
    boxCode: Text = ""


class Event(Wire):
    eventName: Text = ""
    eventValue: Text = ""


class Lot(Wire):
    """One unit: {"itemIndex": "1", "status": "NEW", "offerId": "A-1", "finalPrice": 990, "quantity": 1}."""

    itemIndex: Id
    offerId: Article
    goodsId: Text = ""
    status: Status = ""
    subStatus: Text = ""
    price: Paid = None
    finalPrice: Paid = None
    quantity: Annotated[int | None, WrapValidator(soft)] = None
    itemName: Text = ""
    goodsData: Annotated[GoodsData | None, WrapValidator(soft)] = None
    boxIndex: Text = ""
    boxes: Annotated[list[Box], BeforeValidator(objects)] = []
    events: Annotated[list[Event], BeforeValidator(objects)] = []
    isDigitalMarkRequired: Flag = False

    @property
    def name(self) -> str:
        return self.itemName or (self.goodsData.name if self.goodsData else "")


class Contact(Wire):
    phone: Text = ""
    comment: Text = ""


class Interval(Wire):
    dateTo: Moment = None


class Shipment(Wire):
    """A shipment of order/get: {"shipmentId": "9324005526611", "creationDate": "…", "items": [lot, …]}."""

    shipmentId: Id
    status: Status = ""
    creationDate: Moment = None
    packingTimeLimit: Moment = None
    shippingTimeLimit: Moment = None
    shipmentDateTo: Moment = None
    deliveryDateTo: Moment = None
    customerOrderId: Text = ""
    customerFullName: Text = ""
    customerAddress: Text = ""
    shippingPoint: Text = ""
    serviceScheme: Text = ""
    customer: Annotated[Contact | None, WrapValidator(soft)] = None
    shipmentIsChangeable: bool | None = None
    items: Annotated[list[Lot], BeforeValidator(listed)] = []


class PushLabel(Wire):
    region: Text = ""
    city: Text = ""
    address: Text = ""
    fullName: Text = ""


class PushShipping(Wire):
    shippingDate: Moment = None
    shippingPoint: Text = ""
    shippingInterval: Annotated[Interval | None, WrapValidator(soft)] = None


class PushHandover(Wire):
    packingDate: Moment = None
    outletId: Text = ""
    serviceScheme: Text = ""


class PushAccess(Wire):
    comment: Text = ""


class PushAddress(Wire):
    source: Text = ""
    regionWithType: Text = ""
    cityWithType: Text = ""
    access: Annotated[PushAccess | None, WrapValidator(soft)] = None


class PushCustomer(Wire):
    customerFullName: Text = ""
    phone: Text = ""
    address: Annotated[PushAddress | None, WrapValidator(soft)] = None


class PushShipment(Wire):
    """A shipment of the push order/new; `handover` is there when the seller delivers or gives out."""

    shipmentId: Id
    shipmentDate: Moment = None
    packingDate: Moment = None
    customerOrderId: Text = ""
    fulfillmentMethod: Text = ""
    label: Annotated[PushLabel | None, WrapValidator(soft)] = None
    shipping: Annotated[PushShipping | None, WrapValidator(soft)] = None
    handover: PushHandover | None = None
    customer: Annotated[PushCustomer | None, WrapValidator(soft)] = None
    items: Annotated[list[Lot], BeforeValidator(listed)] = []


class CancelledLot(Wire):
    itemIndex: Id
    offerId: Text = ""


class PushCancel(Wire):
    shipmentId: Id
    items: Annotated[list[CancelledLot], BeforeValidator(listed)] = []


class CardInfo(Wire):
    offerId: Article
    status: Status = ""
    goodsId: Text = ""


class Attribute(Wire):
    attributeId: Annotated[int | None, WrapValidator(soft)] = None
    values: Texts = []


class CardAttributes(Wire):
    offerId: Article
    masterAttributes: Annotated[list[Attribute], BeforeValidator(objects)] = []


class CardFault(Wire):
    attributeName: Text = ""
    message: Text = ""
    description: Text = ""


class CardFaults(Wire):
    offerId: Article
    attributesErrors: Annotated[list[CardFault], BeforeValidator(objects)] = []
    exportError: Annotated[list[CardFault], BeforeValidator(objects)] = []
