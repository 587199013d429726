"""Words of the exchange, and what a file says, as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """How the other program speaks."""

    CML = "cml", _("1C: standard exchange with a site (CommerceML)")
    API = "api", _("Program by REST")


class Scope(models.TextChoices):
    """What a connection may do."""

    CATALOG_READ = "catalog.read", _("read goods, prices, channels and listings")
    CATALOG_WRITE = "catalog.write", _("send goods, prices and stock")
    STOCK_READ = "stock.read", _("read warehouses, stock and moves")
    ORDERS_READ = "orders.read", _("take orders")
    ORDERS_WRITE = "orders.write", _("send changes of orders")
    PAPERS_READ = "papers.read", _("read transfers to commissioners, agreements, reports and payments")
    PAPERS_WRITE = "papers.write", _("send agreements, commissioner reports and payments")


# What the API serves: all of them.
API_SCOPES = tuple(Scope)


class Owner(models.TextChoices):
    """Whose word counts for a field."""

    ONEC = "1c", _("1C")
    OFFICE = "office", _("back office")


class Field(models.TextChoices):
    """What of a good may come from 1C.  A field that the back office owns is filled once, at creation."""

    NAME = "name", _("Name")
    ARTICLE = "article", _("Article")
    DESCRIPTION = "description", _("Description")
    CATEGORY = "category", _("Category")
    BRAND = "brand", _("Brand")
    ATTRIBUTES = "attributes", _("Properties")
    VAT = "vat", _("VAT rate")
    WEIGHT = "weight", _("Weight")
    BARCODES = "barcodes", _("Barcodes")
    PICTURES = "pictures", _("Pictures")
    ARCHIVE = "archive", _("Deletion mark")
    PRICE = "price", _("Prices")
    STOCK = "stock", _("Stock")


class NewGoods(models.TextChoices):
    """What becomes of a good that nobody here knows."""

    CREATE = "create", _("create it")
    ASK = "ask", _("ask a person")


class MatchBy(models.TextChoices):
    """By what a new good of 1C finds an article that is here already."""

    ASK = "ask", _("ask a person")
    ARTICLE = "article", _("by article, if exactly one has it")


class RestsMean(models.TextChoices):
    """What 1C's quantity is."""

    ON_HAND = "on_hand", _("everything that lies in the warehouse")
    FREE = "free", _("what is left after reserves")


class Acknowledge(models.TextChoices):
    """When 1C is believed to have taken orders."""

    SUCCESS = "success", _("when it says so (mode=success)")
    NEXT_QUERY = "next_query", _("also when it asks again in the same session")


class Encoding(models.TextChoices):
    """In which letters orders are written."""

    CP1251 = "windows-1251", "windows-1251"
    UTF8 = "utf-8", "UTF-8"


class Subject(models.TextChoices):
    """`type` of a request."""

    CATALOG = "catalog", _("goods")
    SALE = "sale", _("orders")


class Direction(models.TextChoices):
    IN = "in", _("from 1C")
    OUT = "out", _("to 1C")


class DocumentKind(models.TextChoices):
    """What a stock document of another program does."""

    RECEIPT = "receipt", _("receipt")
    WRITE_OFF = "write_off", _("write-off")
    TRANSFER = "transfer", _("transfer between warehouses")


class MessageState(models.TextChoices):
    """Where a package stands."""

    WAITING = "waiting", _("waits for its turn")
    RUNNING = "running", _("is being read")
    DONE = "done", _("applied")
    REFUSED = "refused", _("refused")
    HELD = "held", _("waits for a person")
    DRY = "dry", _("tried, nothing was changed")
    DROPPED = "dropped", _("set aside")


class ItemState(models.TextChoices):
    """Whether a good of 1C is one of ours."""

    LINKED = "linked", _("matched")
    WAITING = "waiting", _("waits for a person")
    IGNORED = "ignored", _("not wanted")


class WordKind(models.TextChoices):
    """Entries of 1C's dictionaries."""

    GROUP = "group", _("group")
    PROPERTY = "property", _("property")
    VALUE = "value", _("value of a property")
    UNIT = "unit", _("unit")
    PRICE_TYPE = "price_type", _("price type")
    WAREHOUSE = "warehouse", _("warehouse")


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why one object of a file was not applied.  n: which object of the file, 0 for the file itself."""

    n: int
    line: int
    subject: str
    field: str
    text: str


@dataclass(slots=True)
class Head:
    """What the file says of itself; `full` is None where it does not say."""

    version: str = ""
    catalogue: str = ""
    full: bool | None = None
    parts: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Word:
    """An entry of a dictionary: a group, a property, one of its values, a unit, a price type, a warehouse."""

    kind: str
    external_id: str
    name: str
    parent: str = ""
    extra: str = ""
    deleted: bool = False


@dataclass(slots=True)
class Good:
    """A good of a catalogue.  Texts are trimmed; absent is "" or None, which never erases anything."""

    n: int
    line: int
    good: str
    char: str
    name: str
    article: str = ""
    code: str = ""
    variant: str = ""
    barcodes: Sequence[str] = ()
    unit: str = ""
    group: str = ""
    description: str = ""
    brand: str = ""
    vat: str = ""
    weight_g: int | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    pictures: Sequence[str] = ()
    deleted: bool = False


@dataclass(slots=True)
class Offer:
    """
    What is sold: a good or its characteristic, with what the file says of its prices and rests.

    prices: (price type, amount, currency); rests: (warehouse or "", pieces).
    others_zero: warehouses that are not named hold nothing, because the stated total says so.
    """

    n: int
    line: int
    good: str
    char: str
    name: str = ""
    article: str = ""
    variant: str = ""
    barcodes: Sequence[str] = ()
    deleted: bool = False
    prices: Sequence[tuple[str, Decimal, str]] = ()
    rests: Sequence[tuple[str, int]] = ()
    others_zero: bool = False


@dataclass(slots=True)
class DocumentLine:
    """A line of an order: pieces as 1C has them."""

    external_id: str
    article: str
    name: str
    pieces: Decimal


@dataclass(slots=True)
class OrderDocument:
    """
    An order as 1C tells of it, or a payment or shipment of one; requisites by name in small letters without spaces.

    basis: id or number of the order behind a payment or shipment.  container: which one of the package, 0: none.
    """

    n: int
    line: int
    external_id: str
    number: str
    operation: str
    requisites: dict[str, str]
    lines: Sequence[DocumentLine]
    deleted: bool = False
    children: Sequence[tuple[str, str, str, str]] = ()  # (operation, number, date, amount)
    basis: str = ""
    container: int = 0
    told_on: str = ""
    amount: str = ""

    @property
    def is_order(self) -> bool:
        return not self.operation or self.operation.lower().startswith("заказ")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutLine:
    """A line of an order for 1C."""

    external_id: str
    article: str
    name: str
    pieces: int
    price: Decimal
    vat_percent: Decimal | None
    vat_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOrder:
    """An order for 1C."""

    order_id: int
    number: str
    at: datetime
    currency: str
    marketplace: str
    channel_id: int
    channel: str
    organisation: str
    inn: str
    kpp: str
    scheme: str
    state: str
    state_title: str
    remote_status: str
    cancelled: bool
    final: bool
    shipped_at: datetime | None
    ship_by: datetime | None
    changed_at: datetime
    warehouse: str
    delivery: str
    lines: Sequence[OutLine]
