"""
Ozon's shapes, as little of them as we use; pydantic, because its errors name the field that is wrong.

Tolerant where the documents and real answers differ (null objects, ids as texts or numbers, prices as texts, numbers
or objects), strict where a wrong value would do harm: an id is never a float, which has lost digits already.
"""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

LONGEST_ID = 40
EARLIEST_YEAR, LATEST_YEAR = 2000, 2200


def _id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("is not an id")
    text = str(value).strip()
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_ID:
        raise ValueError("is not an id")
    return text


def _id_or_none(value: object) -> str:
    """0 and "" stand for "there is none" in Ozon's answers."""
    return "" if value is None or value in (0, "", "0") else _id(value)


def _name(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > 200:
        raise ValueError("is not a name")
    return value.strip()


def _article(value: object) -> str:
    """A seller's article; some recorded answers have numbers for articles made of digits."""
    return _name(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is not a text")
    return str(value)


def _flag(value: object) -> bool:
    """A yes of theirs; the specification's own examples have texts where a boolean is declared."""
    return value is True or (isinstance(value, str) and value.lower() == "true")


def _list(value: object) -> object:
    return [] if value is None else value


def _whole(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("is not a number")
    return value.strip() if isinstance(value, str) else value


def _moment(value: object) -> datetime | None:
    """null, "" and the zero time of their language mean "not yet"."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError("is not a time")
    told = datetime.fromisoformat(value.strip())
    aware = told.replace(tzinfo=UTC) if told.tzinfo is None else told
    if aware.year < EARLIEST_YEAR:
        return None
    if aware.year > LATEST_YEAR:
        raise ValueError("is not a time of ours")
    return aware.astimezone(UTC)


def _amount(value: object) -> Decimal | None:
    """A price as "1530.0000" or 1530.5; "" and null are none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("is not an amount")
    try:
        amount = Decimal(str(value).strip().replace(",", "."))
    except InvalidOperation:
        raise ValueError("is not an amount") from None
    if not amount.is_finite() or abs(amount) > Decimal(10) ** 12:
        raise ValueError("is not an amount of ours")
    return amount


def _currency(value: object) -> str:
    """RUR is the old name of RUB; "" and null mean the account's currency, which is RUB unless said otherwise."""
    if value is not None and not isinstance(value, str):
        raise ValueError("is not a currency")
    text = (value or "").strip().upper()
    if text in ("", "RUR"):
        return "RUB"
    if len(text) != 3 or not text.isascii() or not text.isalpha():
        raise ValueError("is not a currency")
    return text


def _word(value: object) -> str:
    """An enum value; its letter case differs between documents and answers."""
    return _text(value).strip().lower()


Id = Annotated[str, BeforeValidator(_id)]
IdOrNone = Annotated[str, BeforeValidator(_id_or_none)]
Ids = Annotated[list[Id], BeforeValidator(_list)]
Name = Annotated[str, BeforeValidator(_name)]
Article = Annotated[str, BeforeValidator(_article)]
Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[list[Text], BeforeValidator(_list)]
Word = Annotated[str, BeforeValidator(_word)]
Words = Annotated[list[Word], BeforeValidator(_list)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Whole = Annotated[int, BeforeValidator(_whole), Field(ge=-(10**12), le=10**12)]
Pieces = Annotated[int, BeforeValidator(_whole), Field(gt=0, le=10**6)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Amount = Annotated[Decimal | None, BeforeValidator(_amount)]
Currency = Annotated[str, BeforeValidator(_currency)]
Positive = Annotated[Decimal | None, BeforeValidator(_amount), AfterValidator(lambda it: it if it else None)]


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Role(Wire):
    name: Text = ""
    methods: Texts = []


class Roles(Wire):
    expires_at: Moment = None
    roles: Annotated[list[Role], BeforeValidator(_list)] = []


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
    status_tooltip: Text = ""


class Product(Wire):
    id: Id
    offer_id: Article
    name: Text = ""
    sku: IdOrNone = ""
    sources: Annotated[list[Source], BeforeValidator(_list)] = []
    barcodes: Texts = []
    price: Amount = None
    currency_code: Currency = "RUB"
    is_archived: Flag = False
    is_autoarchived: Flag = False
    statuses: Statuses | None = None
    errors: Annotated[list[Complaint], BeforeValidator(_list)] = []


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
    cancellation: Cancellation | None = None
    customer: Customer | None = None
    addressee: Customer | None = None
    analytics_data: Analytics | None = None
    legal_info: Legal | None = None
    barcodes: Barcodes | None = None
    requirements: Requirements | None = None
    optional: Possible | None = None
    related_postings: Related | None = None


class Money(Wire):
    amount: Amount = None
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

    price: Amount = None
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
    errors: Annotated[list[StockError], BeforeValidator(_list)] = []


class StockRow(Wire):
    offer_id: Text = ""
    sku: IdOrNone = ""
    warehouse_id: Id
    present: Whole = 0
    reserved: Whole = 0
    free_stock: Annotated[int | None, BeforeValidator(_whole)] = None


class PriceOf(Wire):
    price: Amount = None
    old_price: Amount = None
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
    marks: Annotated[list[MarkOf], BeforeValidator(_list)] = []
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
    exemplars: Annotated[list[Exemplar], BeforeValidator(_list)] = []
    is_gtd_needed: Flag = False
    is_rnpt_needed: Flag = False
    is_mandatory_mark_needed: Flag = False
    is_jw_uin_needed: Flag = False
    is_weight_needed: Flag = False
    has_imei: Flag = False


class Exemplars(Wire):
    """The answers of create-or-get and of status."""

    status: Word = ""
    products: Annotated[list[ExemplarsOf], BeforeValidator(_list)] = []


class Shipped(Wire):
    result: Annotated[list[Name], BeforeValidator(_list)] = []


class LabelTask(Wire):
    task_id: Id
    task_type: Word = ""


class LabelTasks(Wire):
    tasks: Annotated[list[LabelTask], BeforeValidator(_list)] = []


class Unprinted(Wire):
    posting_number: Text = ""
    message: Text = ""


class LabelStatus(Wire):
    code: Word = ""
    unprinted_postings: Annotated[list[Unprinted], BeforeValidator(_list)] = []


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
    carriages: Annotated[list[Carriage], BeforeValidator(_list)] = []
    errors: Annotated[list[MethodError], BeforeValidator(_list)] = []


class CarriageMade(Wire):
    carriage_id: Id


class CarriageOf(Wire):
    carriage_id: Id
    status: Word
    available_actions: Words = []
    containers_count: Annotated[int | None, BeforeValidator(_whole)] = None
    has_postings_for_next_carriage: Flag = False


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
    type_id: Word = ""


class ReasonsOf(Wire):
    posting_number: Text = ""
    reasons: Annotated[list[Reason], BeforeValidator(_list)] = []
