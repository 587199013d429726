"""
Wildberries' shapes, as little of them as we use.

Stricter than others' about times and money: an order always says when it was made, an amount is never below zero.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from backoffice.kernel.zones import MOSCOW
from marketplaces.http.fields import EARLIEST_YEAR, LATEST_YEAR, Id, Name, Text, Texts, Whole, listed, whole


def _moment(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("is not a time")
    return value


def _moscow(value: object) -> datetime | None:
    """A day, or a time without its zone, as reports tell them; null, "" and the zero time mean "not yet"."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("is not a time")
    told = datetime.fromisoformat(value)
    if told.year < EARLIEST_YEAR:
        return None
    return _utc(told if told.tzinfo else told.replace(tzinfo=MOSCOW))


def _utc(value: datetime) -> datetime:
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    if not EARLIEST_YEAR <= aware.year <= LATEST_YEAR:
        raise ValueError("is not a time of ours")
    return aware.astimezone(UTC)


Hundredths = Annotated[int, BeforeValidator(whole), Field(ge=0, le=10**14)]
Amount = Annotated[Decimal, BeforeValidator(whole), Field(ge=0, le=10**12, allow_inf_nan=False)]
Moment = Annotated[datetime, BeforeValidator(_moment), AfterValidator(_utc)]
MoscowTime = Annotated[datetime | None, BeforeValidator(_moscow)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class SellerInfo(Wire):
    name: Text = ""
    sid: Text = ""
    tin: Text = ""
    tradeMark: Text = ""


class Claims(Wire):
    """Open part of the token: seller, kind, categories as bits, expiry in unix seconds."""

    sid: Text = ""
    acc: Whole | None = None
    s: Annotated[int, BeforeValidator(whole), Field(ge=0)] | None = None
    exp: Annotated[int, BeforeValidator(whole), Field(ge=0)] | None = None


class Warehouse(Wire):
    id: Id
    name: Text = ""
    cargoType: Whole | None = None
    deliveryType: Whole
    isDeleting: bool = False


class Size(Wire):
    chrtID: Id
    techSize: Text = ""
    skus: Texts = []


class Dimensions(Wire):
    isValid: bool | None = None


class Card(Wire):
    nmID: Id
    vendorCode: Text = ""
    title: Text = ""
    subjectName: Text = ""
    needKiz: bool | None = None
    dimensions: Dimensions | None = None


class CardCursor(Wire):
    """`updatedAt` (`trashedAt` in the bin) goes back as it came: its fraction of a second decides."""

    nmID: Id
    total: Whole
    updatedAt: Text = ""
    trashedAt: Text = ""


class ErrorBatch(Wire):
    """What was wrong with cards of one upload, by the seller's article."""

    errors: dict[str, object] = {}


class ErrorCursor(Wire):
    next: bool = False
    updatedAt: Text = ""
    batchUUID: Text = ""


class Address(Wire):
    fullAddress: Text = ""


class OrderOptions(Wire):
    isB2B: bool | None = None


class Order(Wire):
    id: Id
    warehouseId: Id
    chrtId: Id
    createdAt: Moment
    nmId: Text = ""
    rid: Text = ""
    orderUid: Text = ""
    article: Text = ""
    deliveryType: Text = ""
    comment: Text = ""
    price: Hundredths | None = None
    currencyCode: Whole | None = None
    convertedPrice: Hundredths | None = None
    convertedCurrencyCode: Whole | None = None
    cargoType: Whole | None = None
    crossBorderType: Whole | None = None
    offices: Texts = []
    requiredMeta: Texts = []
    optionalMeta: Texts = []
    address: Address | None = None
    options: OrderOptions | None = None


class OrderStatus(Wire):
    id: Id
    supplierStatus: Text = ""
    wbStatus: Text = ""
    isCancellable: bool | None = None


class Stock(Wire):
    chrtId: Id
    amount: Whole


class NamedStock(Wire):
    """A row named in a refusal: by size, or by barcode in older answers."""

    chrtId: Text = ""
    sku: Text = ""
    amount: Whole | None = None


class StockRefusal(Wire):
    code: Text = ""
    message: Text = ""
    data: Annotated[list[NamedStock], BeforeValidator(listed)] = []


class UploadTask(Wire):
    id: Id


class TaskState(Wire):
    status: Whole


class TaskGood(Wire):
    nmID: Id
    status: Whole
    errorText: Text = ""


class QuarantineGood(Wire):
    nmID: Id


class PricedSize(Wire):
    price: Amount
    discountedPrice: Amount


class PricedGood(Wire):
    nmID: Id
    vendorCode: Text = ""
    sizes: list[PricedSize] = Field(min_length=1)
    currencyIsoCode4217: Text = "RUB"


class OwnRow(Wire):
    chrtId: Id
    warehouseId: Id
    warehouseName: Text = ""
    quantity: Whole
    inWayToClient: Whole = 0
    inWayFromClient: Whole = 0


class Returned(Wire):
    """One piece that comes back, a row of the report of returns."""

    srid: Text = ""
    shkId: Text = ""
    orderId: Text = ""
    nmId: Text = ""
    barcode: Text = ""
    status: Text = ""
    reason: Text = ""
    returnType: Text = ""
    isStatusActive: Whole | None = None
    dstOfficeAddress: Text = ""
    orderDt: MoscowTime = None
    readyToReturnDt: MoscowTime = None
    expiredDt: MoscowTime = None
    completedDt: MoscowTime = None


class Sticker(Wire):
    orderId: Id
    partA: Text = ""
    partB: Text = ""
    barcode: Text = ""
    file: str = Field(min_length=1)


class Paper(Wire):
    barcode: Text = ""
    file: str = Field(min_length=1)


class MetaDetail(Wire):
    key: Text
    value: Text = ""
    decision: Text = ""


class OrderMeta(Wire):
    id: Id
    metaDetails: Annotated[list[MetaDetail], BeforeValidator(listed)] = []


class Supply(Wire):
    id: Name
    name: Text = ""
    done: bool
    cargoType: Whole | None = None
    shippingDt: Text = ""
    shippingPointId: Text = ""
    shippingType: Text = ""


class Created(Wire):
    id: Name


class Number(Wire):
    id: Id


class Trbx(Wire):
    id: Name


class ShippingPoint(Wire):
    id: Id
    name: Text = ""
    city: Text = ""
    address: Text = ""


class ResultError(Wire):
    code: Text = ""
    detail: Text = ""


class Result(Wire):
    """
    One element of a batch answer, in the two spellings seen.

    {"orderId", "isError", "errors": [...]} and {"supplyId", "success": true} | {"supplyId", "error": {...}}.
    """

    supplyId: Text = ""
    orderId: Text = ""
    isError: bool = False
    success: bool | None = None
    error: ResultError | None = None
    errors: Annotated[list[ResultError], BeforeValidator(listed)] = []
