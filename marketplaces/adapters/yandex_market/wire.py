"""Yandex Market's shapes, as little of them as we use; pydantic, because its errors name the field that is wrong."""

from datetime import date, time
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, WrapValidator

from marketplaces.http.fields import (
    Article,
    Currency,
    Flag,
    Id,
    IdOrNone,
    Ids,
    Moment,
    Paid,
    Pieces,
    Text,
    Texts,
    Whole,
    listed,
    soft,
)


def _clock(value: object) -> object:
    """HH:MM is promised, HH:MM:SS is sent."""
    return None if value in (None, "") else value


Day = Annotated[date | None, BeforeValidator(_clock)]
Clock = Annotated[time | None, BeforeValidator(_clock)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


# -- account
class ApiKey(Wire):
    name: Text = ""
    authScopes: Texts = []


class Token(Wire):
    apiKey: ApiKey


class Business(Wire):
    id: Id
    name: Text = ""


class Campaign(Wire):
    """{"id": 7210, "business": {"id": 33, "name": "…"}, "placementType": "FBS"}."""

    id: Id
    business: Business | None = None
    placementType: Text = ""
    apiAvailability: Text = "AVAILABLE"


class SettingsOf(Wire):
    currency: Currency = "RUB"


class Settings(Wire):
    info: Annotated[Business | None, WrapValidator(soft)] = None
    settings: Annotated[SettingsOf | None, WrapValidator(soft)] = None


# -- warehouses
class Group(Wire):
    id: Id
    name: Text = ""


class StatusOf(Wire):
    status: Text = ""


class Warehouse(Wire):
    """{"id": 118, "name": "…", "campaignId": 7210, "express": false, "groupInfo": {"id": 4, "name": "…"}}."""

    id: Id
    name: Text = ""
    campaignId: Id
    express: Flag = False
    groupInfo: Group | None = None
    status: Annotated[StatusOf | None, WrapValidator(soft)] = None


class Model(Wire):
    placementType: Text = ""
    apiAvailability: Text = "AVAILABLE"


class WarehouseV3(Wire):
    id: Id
    name: Text = ""
    models: Annotated[list[Model], BeforeValidator(listed)] = []


class MarketWarehouse(Wire):
    id: Id
    name: Text = ""


# -- goods
class Price(Wire):
    value: Paid = None
    currencyId: Currency = "RUB"
    discountBase: Paid = None


class InCampaign(Wire):
    campaignId: Id
    status: Text = ""


class Offer(Wire):
    offerId: Article
    name: Text = ""
    barcodes: Texts = []
    archived: Flag = False
    cardStatus: Text = ""
    basicPrice: Annotated[Price | None, WrapValidator(soft)] = None
    campaigns: Annotated[list[InCampaign], BeforeValidator(listed)] = []


class Card(Wire):
    marketSku: IdOrNone = ""
    marketSkuName: Text = ""


class OfferMapping(Wire):
    """{"offer": {"offerId": "T-1", "name": "…", "barcodes": ["…"]}, "mapping": {"marketSku": 100500}}."""

    offer: Offer
    mapping: Annotated[Card | None, WrapValidator(soft)] = None


# -- levels
class StockCount(Wire):
    type: Text = ""
    count: Whole


class OfferStock(Wire):
    offerId: Article
    stocks: Annotated[list[StockCount], BeforeValidator(listed)] = []


class StockPlace(Wire):
    """{"warehouseId": 172, "offers": [{"offerId": "T-1", "stocks": […]}]}; what is in it is read one by one."""

    warehouseId: Id
    offers: Annotated[list[object], BeforeValidator(listed)] = []


class OfferPrice(Wire):
    offerId: Article
    price: Price | None = None


class Verdict(Wire):
    type: Text = ""


class Quarantined(Wire):
    offerId: Article
    verdicts: Annotated[list[Verdict], BeforeValidator(listed)] = []


# -- orders
class Money(Wire):
    value: Paid = None
    currencyId: Currency = "RUB"


class ItemPrices(Wire):
    """Each is the sum over all units."""

    payment: Money | None = None
    cashback: Money | None = None


class Item(Wire):
    id: Id
    offerId: Article
    offerName: Text = ""
    count: Pieces
    prices: Annotated[ItemPrices | None, WrapValidator(soft)] = None
    requiredInstanceTypes: Texts = []


class Shipment(Wire):
    id: IdOrNone = ""
    shipmentDate: Day = None
    shipmentTime: Annotated[Clock, WrapValidator(soft)] = None


class Region(Wire):
    name: Text = ""
    type: Text = ""
    parent: Annotated["Region | None", WrapValidator(soft)] = None


class Address(Wire):
    country: Text = ""
    postcode: Text = ""
    city: Text = ""
    district: Text = ""
    street: Text = ""
    house: Text = ""
    block: Text = ""
    entrance: Text = ""
    entryphone: Text = ""
    floor: Text = ""
    apartment: Text = ""


class Place(Wire):
    address: Annotated[Address | None, WrapValidator(soft)] = None
    region: Annotated[Region | None, WrapValidator(soft)] = None


class InBox(Wire):
    id: Id
    fullCount: Whole = 0


class Box(Wire):
    boxId: IdOrNone = ""
    barcode: Text = ""
    items: Annotated[list[InBox], BeforeValidator(listed)] = []


class Delivery(Wire):
    type: Text = ""
    dispatchType: Text = ""
    warehouseId: Text = ""
    shipment: Annotated[Shipment | None, WrapValidator(soft)] = None
    courier: Annotated[Place | None, WrapValidator(soft)] = None
    pickup: Annotated[Place | None, WrapValidator(soft)] = None
    boxesLayout: Annotated[list[Box] | None, WrapValidator(soft)] = None


class Order(Wire):
    """
    An order of the business list.

    {"orderId": 41, "campaignId": 7210, "programType": "FBS", "status": "PROCESSING", "substatus": "STARTED",
     "creationDate": "2026-11-20T10:00:00+03:00", "items": [{"id": 5, "offerId": "T-1", "count": 2}],
     "delivery": {"warehouseId": "118", "shipment": {"id": 9, "shipmentDate": "2026-11-21"}}}
    """

    orderId: Id
    campaignId: Id
    programType: Text = ""
    status: Text
    substatus: Text = ""
    creationDate: Moment = None
    updateDate: Moment = None
    items: Annotated[list[Item], BeforeValidator(listed)] = []
    delivery: Delivery | None = None
    buyerType: Text = ""
    notes: Text = ""
    cancelRequested: Annotated[bool | None, WrapValidator(soft)] = None


class Buyer(Wire):
    lastName: Text = ""
    firstName: Text = ""
    middleName: Text = ""
    phone: Text = ""


class CodeChecked(Wire):
    verificationResult: Text = ""
    attemptsLeft: Whole | None = None


class Checked(Wire):
    value: Text = ""
    status: Text = ""
    substatus: Text = ""


class ItemChecked(Wire):
    id: Id
    cis: Annotated[list[Checked], BeforeValidator(listed)] = []
    uin: Annotated[list[Checked], BeforeValidator(listed)] = []


class BoxLabel(Wire):
    boxId: Id
    fulfilmentId: Text = ""
    place: Text = ""
    recipientName: Text = ""
    deliveryAddress: Text = ""
    deliveryServiceId: Text = ""
    deliveryServiceName: Text = ""
    supplierName: Text = ""
    shipmentDate: Text = ""
    weight: Text = ""


# -- shipments
class ShipmentStatus(Wire):
    status: Text = ""


class FirstMile(Wire):
    """{"id": 9, "orderIds": [41], "status": "OUTBOUND_CREATED"}; alone: "currentStatus", "availableActions"."""

    id: Id
    externalId: Text = ""
    orderIds: Ids = []
    status: Text = ""
    statusDescription: Text = ""
    currentStatus: ShipmentStatus | None = None
    availableActions: Texts = []

    @property
    def word(self) -> str:
        return self.status or (self.currentStatus.status if self.currentStatus else "")


# -- returns
class Decision(Wire):
    decisionType: Text = ""
    reasonType: Text = ""
    comment: Text = ""


class ReturnItem(Wire):
    shopSku: Article
    count: Whole
    decisions: Annotated[list[Decision], BeforeValidator(listed)] = []


class PickupPoint(Wire):
    name: Text = ""
    address: Annotated[Address | None, WrapValidator(soft)] = None


class Return(Wire):
    id: Id
    orderId: Id
    returnType: Text
    refundStatus: Text = ""
    shipmentStatus: Text = ""
    creationDate: Moment = None
    updateDate: Moment = None
    items: list[ReturnItem]
    amount: Annotated[Money | None, WrapValidator(soft)] = None
    logisticPickupPoint: Annotated[PickupPoint | None, WrapValidator(soft)] = None
    pickupTillDate: Moment = None
    fastReturn: Flag = False
