"""Ozon's shapes, as little of them as we use; pydantic, because its errors name the field that is wrong."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, WrapValidator

from marketplaces.http.fields import (
    Amount,
    Article,
    Currency,
    Flag,
    Id,
    IdOrNone,
    Ids,
    Moment,
    Name,
    Paid,
    Pieces,
    Positive,
    Text,
    Texts,
    Whole,
    Word,
    Words,
    listed,
    objects,
    soft,
    whole,
)


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Role(Wire):
    name: Text = ""
    methods: Texts = []


class Roles(Wire):
    expires_at: Moment = None
    roles: Annotated[list[Role], BeforeValidator(listed)] = []


class Company(Wire):
    name: Text = ""
    legal_name: Text = ""
    inn: Text = ""
    currency: Currency = "RUB"


class Seller(Wire):
    company: Company | None = None


class Warehouse(Wire):
    """{"warehouse_id": 22142605386000, "name": "Main", "is_rfbs": false, "status": "created"}."""

    warehouse_id: Id
    name: Text = ""
    is_rfbs: Flag = False
    is_express: Flag = False
    is_kgt: Flag = False
    status: Word = ""
    pause_at: Moment = None
    carriage_label_type: Word = ""


class DeliveryMethod(Wire):
    id: Id
    warehouse_id: Id
    status: Word = ""
    tpl_integration_type: Word = ""


class ListedProduct(Wire):
    product_id: Id
    offer_id: Text = ""
    sku: IdOrNone = ""
    archived: Flag = False


class Texted(Wire):
    attribute_name: Text = ""
    message: Text = ""
    short_description: Text = ""
    description: Text = ""


class Complaint(Wire):
    code: Text = ""
    field: Text = ""
    level: Word = ""
    texts: Texted | None = None


class Source(Wire):
    sku: IdOrNone = ""
    source: Word = ""


class Statuses(Wire):
    status: Word = ""
    status_failed: Word = ""
    status_description: Text = ""


class Product(Wire):
    id: Id
    offer_id: Article
    name: Text = ""
    sku: IdOrNone = ""
    sources: Annotated[list[Source], BeforeValidator(objects)] = []
    barcodes: Texts = []
    price: Paid = None
    currency_code: Currency = "RUB"
    is_archived: Flag = False
    is_autoarchived: Flag = False
    statuses: Statuses | None = None
    errors: Annotated[list[Complaint], BeforeValidator(objects)] = []


class Cancellation(Wire):
    cancellation_type: Word = ""
    cancellation_initiator: Word = ""
    cancel_reason: Text = ""


class DeliveryOf(Wire):
    id: IdOrNone = ""
    warehouse_id: IdOrNone = ""


class Address(Wire):
    address_tail: Text = ""
    city: Text = ""
    comment: Text = ""
    region: Text = ""
    zip_code: Text = ""


class Customer(Wire):
    name: Text = ""
    phone: Text = ""
    address: Address | None = None


class Analytics(Wire):
    region: Text = ""
    city: Text = ""
    is_legal: Flag = False
    warehouse_id: IdOrNone = ""


class Barcodes(Wire):
    scanit: Text = ""
    upper_barcode: Text = ""


class Legal(Wire):
    inn: Text = ""


class Requirements(Wire):
    """Lists of SKUs: texts in the specification, numbers in real answers."""

    products_requiring_mandatory_mark: Ids = []
    products_requiring_gtd: Ids = []
    products_requiring_country: Ids = []
    products_requiring_change_country: Ids = []
    products_requiring_rnpt: Ids = []
    products_requiring_jw_uin: Ids = []
    products_requiring_imei: Ids = []
    products_requiring_weight: Ids = []


class Possible(Wire):
    products_with_possible_mandatory_mark: Ids = []


class Related(Wire):
    related_posting_numbers: Texts = []


class Commission(Wire):
    amount: Amount = None
    currency: Currency = "RUB"


def _bare(value: object) -> object:
    return value.get("amount") if isinstance(value, dict) else value


class Sold(Wire):
    """/v4: commission {"amount": 90, "currency": "RUB"}; /v3: commission_amount 90.0 and a currency code."""

    product_id: IdOrNone = ""
    price: Annotated[Amount, BeforeValidator(_bare)] = None
    payout: Annotated[Amount, BeforeValidator(_bare)] = None
    commission: Annotated[Commission | None, WrapValidator(soft)] = None
    commission_amount: Amount = None
    commissions_currency_code: Currency = "RUB"


class Finance(Wire):
    cluster_to: Text = ""
    products: Annotated[list[Sold], BeforeValidator(objects)] = []


class Posting(Wire):
    """What both versions of a posting have in common."""

    posting_number: Name
    order_number: Text = ""
    parent_posting_number: Text = ""
    status: Word
    substatus: Word = ""
    in_process_at: Moment = None
    shipment_date: Moment = None
    delivering_date: Moment = None
    delivery_method: DeliveryOf | None = None
    integration_type_flow: Word = ""
    tpl_integration_type: Word = ""
    is_express: Flag = False
    is_click_and_collect: Flag = False
    require_blr_traceable_attrs: Flag = False
    available_actions: Words = []
    cancellation: Annotated[Cancellation | None, WrapValidator(soft)] = None
    customer: Annotated[Customer | None, WrapValidator(soft)] = None
    addressee: Annotated[Customer | None, WrapValidator(soft)] = None
    analytics_data: Annotated[Analytics | None, WrapValidator(soft)] = None
    legal_info: Annotated[Legal | None, WrapValidator(soft)] = None
    barcodes: Annotated[Barcodes | None, WrapValidator(soft)] = None
    requirements: Requirements | None = None
    optional: Possible | None = None
    related_postings: Annotated[Related | None, WrapValidator(soft)] = None
    financial_data: Annotated[Finance | None, WrapValidator(soft)] = None


class Money(Wire):
    amount: Paid = None
    currency: Currency = "RUB"


def _money(value: object) -> object:
    """Recorded answers of older versions have the bare amount where an object is documented."""
    return {"amount": value} if isinstance(value, str | int | float) and not isinstance(value, bool) else value


class Line(Wire):
    """What both versions of a product in a posting have in common; `sku` is called product_id elsewhere."""

    sku: Id
    offer_id: Article
    name: Text = ""
    quantity: Pieces


class LineOfList(Line):
    """/v4: price {"amount": "300", "currency": "RUB"}."""

    price: Annotated[Money | None, BeforeValidator(_money)] = None


class LineOfGet(Line):
    """/v3: price "1530.0000" beside currency_code."""

    price: Paid = None
    currency_code: Currency = "RUB"


class StockError(Wire):
    code: Text = ""
    message: Text = ""


class RowAnswer(Wire):
    """A row of the answer to stocks and prices: HTTP 200 does not mean that it was taken."""

    offer_id: Text = ""
    product_id: IdOrNone = ""
    warehouse_id: IdOrNone = ""
    updated: Flag = False
    errors: Annotated[list[StockError], BeforeValidator(listed)] = []


class StockRow(Wire):
    offer_id: Text = ""
    sku: IdOrNone = ""
    warehouse_id: Id
    present: Whole = 0
    reserved: Whole = 0
    free_stock: Whole | None = None


class PriceOf(Wire):
    price: Paid = None
    old_price: Paid = None
    min_price: Positive = None
    currency_code: Currency = "RUB"


class PriceRow(Wire):
    product_id: Id
    offer_id: Text = ""
    price: PriceOf


class OwnRow(Wire):
    offer_id: Text = ""
    sku: IdOrNone = ""
    warehouse_id: Id
    present: Whole = 0
    reserved: Whole = 0


class ReturnPlace(Wire):
    name: Text = ""
    address: Text = ""


class ReturnStorage(Wire):
    utilization_forecast_date: Moment = None


class ReturnedProduct(Wire):
    sku: IdOrNone = ""
    offer_id: Text = ""
    quantity: Pieces = 1
    price: PriceOf | None = None


class ReturnLogistic(Wire):
    return_date: Moment = None
    technical_return_moment: Moment = None
    final_moment: Moment = None


class VisualStatus(Wire):
    sys_name: Text = ""


class Visual(Wire):
    status: VisualStatus | None = None
    change_moment: Moment = None


class Return(Wire):
    """{"id": "1000015552", "type": "FullReturn", "posting_number": "58544282-0057-1", "product": {…}, …}."""

    id: Id
    posting_number: Name
    type: Word = ""
    return_reason_name: Text = ""
    product: ReturnedProduct
    target_place: Annotated[ReturnPlace | None, WrapValidator(soft)] = None
    storage: Annotated[ReturnStorage | None, WrapValidator(soft)] = None
    logistic: ReturnLogistic | None = None
    visual: Visual | None = None


class OwnWarehouse(Wire):
    warehouse_id: Id
    name: Text = ""


class MarkOf(Wire):
    mark: Text = ""
    mark_type: Word = ""
    check_status: Word = ""
    error_codes: Texts = []


class Exemplar(Wire):
    exemplar_id: Id
    marks: Annotated[list[MarkOf], BeforeValidator(listed)] = []
    gtd: Text = ""
    is_gtd_absent: Flag = False
    rnpt: Text = ""
    is_rnpt_absent: Flag = False
    weight: Positive = None
    gtd_check_status: Word = ""
    gtd_error_codes: Texts = []
    rnpt_check_status: Word = ""
    rnpt_error_codes: Texts = []
    weight_check_status: Word = ""
    weight_error_codes: Texts = []


class ExemplarsOf(Wire):
    product_id: Id
    exemplars: Annotated[list[Exemplar], BeforeValidator(listed)] = []
    is_gtd_needed: Flag = False
    is_rnpt_needed: Flag = False
    is_mandatory_mark_needed: Flag = False
    is_jw_uin_needed: Flag = False
    is_weight_needed: Flag = False


class Exemplars(Wire):
    """The answers of create-or-get and of status."""

    status: Word = ""
    multi_box_qty: Annotated[int | None, BeforeValidator(whole)] = None
    products: Annotated[list[ExemplarsOf], BeforeValidator(listed)] = []


class Shipped(Wire):
    result: Annotated[list[Name], BeforeValidator(listed)] = []


class LabelTask(Wire):
    task_id: Id
    task_type: Word = ""


class LabelTasks(Wire):
    tasks: Annotated[list[LabelTask], BeforeValidator(listed)] = []


class Unprinted(Wire):
    posting_number: Text = ""
    message: Text = ""


class LabelStatus(Wire):
    code: Word = ""
    unprinted_postings: Annotated[list[Unprinted], BeforeValidator(listed)] = []


class LabelError(Wire):
    code: Text = ""
    message: Text = ""


class LabelFile(Wire):
    file_url: Text = ""
    status: LabelStatus
    error: LabelError | None = None


class Carriage(Wire):
    id: IdOrNone = ""
    status: Word = ""


class MethodError(Wire):
    code: Word = ""
    description: Text = ""


class DeliveryDay(Wire):
    """A delivery method on a day, with the carriages made for it; id 0 is one that may be made."""

    delivery_method_id: Id
    warehouse_id: IdOrNone = ""
    carriages: Annotated[list[Carriage], BeforeValidator(listed)] = []
    errors: Annotated[list[MethodError], BeforeValidator(listed)] = []


class CarriageMade(Wire):
    carriage_id: Id


class CarriageOf(Wire):
    carriage_id: Id
    status: Word
    available_actions: Words = []
    containers_count: Annotated[int | None, BeforeValidator(whole)] = None


class Act(Wire):
    status: Word
    added_to_act: Texts = []
    removed_from_act: Texts = []


class PostingSet(Wire):
    posting_number: Name
    result: Flag = True
    error: Text = ""


class ActPosting(Wire):
    posting_number: Name


class ActAnswer(Wire):
    result: Act


class TextAnswer(Wire):
    result: Text = ""


class Reason(Wire):
    id: Whole
    title: Text = ""


class ReasonsOf(Wire):
    posting_number: Text = ""
    reasons: Annotated[list[Reason], BeforeValidator(listed)] = []
