"""
What passes between the product and an adapter: plain values, no marketplace's own shapes.

Amounts are Decimal in `currency`; times are aware UTC; pieces are whole; ids are text even where the marketplace has
numbers, because some have nineteen digits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Scheme(StrEnum):
    """How an order reaches the buyer."""

    FBS = "fbs"
    FBO = "fbo"
    DBS = "dbs"
    EXPRESS = "express"
    PICKUP = "pickup"


class Stage(StrEnum):
    """Where an order stands in the words of the product; `orders.types.State` has the same values."""

    NEW = "new"
    CONFIRMED = "confirmed"
    PICKING = "picking"
    PACKED = "packed"
    HANDED_OVER = "handed_over"
    DELIVERING = "delivering"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNING = "returning"
    RETURNED = "returned"
    DISPUTED = "disputed"


class Actor(StrEnum):
    """Who cancelled."""

    BUYER = "buyer"
    SELLER = "seller"
    MARKETPLACE = "marketplace"
    CARRIER = "carrier"
    UNKNOWN = "unknown"


class Code(StrEnum):
    """Our standard reasons for a refusal, whatever the marketplace calls them."""

    NOT_FOUND = "not_found"
    TOO_OFTEN = "too_often"  # the same pair again inside a documented window: send later
    NOT_READY = "not_ready"  # still being made over there: ask later
    WRONG_STATE = "wrong_state"
    ALREADY_DONE = "already_done"
    CANCELLED = "cancelled"
    MARKS_NEEDED = "marks_needed"
    MARK_REFUSED = "mark_refused"
    WRONG_QUANTITY = "wrong_quantity"
    WAREHOUSE = "warehouse"  # this item cannot lie in this warehouse
    PRICE_REFUSED = "price_refused"
    CODE_REFUSED = "code_refused"  # the code that the buyer named when taking the order
    CARD_INCOMPLETE = "card_incomplete"
    SHIPPING_METHOD_NEEDED = "shipping_method_needed"
    EMPTY = "empty"
    INVALID = "invalid"
    OTHER = "other"


class MarkKind(StrEnum):
    """What a unit must carry besides its barcode."""

    SGTIN = "sgtin"  # "Честный знак"
    UIN = "uin"
    IMEI = "imei"
    GTIN = "gtin"
    EXPIRATION = "expiration"
    CUSTOMS = "customs"  # customs declaration number (ГТД)
    RNPT = "rnpt"
    COUNTRY = "country"
    WEIGHT = "weight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One item of an answer that could not be understood; the rest of the page stands."""

    key: str
    reason: str
    payload: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """
    One page of an answer.

    items: what was understood.  broken: what was not.  upto: everything that changed before this time is now covered,
    if the marketplace lets us say so; the cursor moves there after the page is applied.
    """

    items: Sequence[T]
    broken: Sequence[Broken] = ()
    upto: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One thing the key may or may not do; `methods` names what fails without it."""

    name: str
    granted: bool
    needed: bool = True
    methods: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whose cabinet the key opens.  external_id: stable key of the seller's account there."""

    external_id: str
    name: str
    inn: str = ""
    currency: str = "RUB"
    key_expires_at: datetime | None = None
    permissions: Sequence[Permission] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteWarehouse:
    """A warehouse of the seller as the marketplace knows it."""

    external_id: str
    name: str
    scheme: Scheme
    active: bool = True
    cargo_type: str = ""
    label_format: str = ""
    ours: bool = True  # False: the marketplace's own (FBO)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteListing:
    """
    A card as the marketplace knows it, one row per thing that has a stock of its own.

    offer_id: the seller's article.  product_id: the card.  stock_id: what stock is written by (Ozon sku, WB chrtId).
    price: what is in force; complaints: what the marketplace says is wrong, in its own words.
    """

    offer_id: str
    product_id: str
    stock_id: str
    title: str
    barcodes: Sequence[str] = ()
    size: str = ""
    archived: bool = False
    sellable: bool = True
    price: Decimal | None = None
    currency: str = "RUB"
    complaints: Sequence[str] = ()
    marks: Sequence[MarkKind] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteStatus:
    """
    A status verbatim and what it means to us.

    stage None: unknown to us, shown and not guessed.  problem: a visible note for the attention queue ("" = none).
    handed: the marketplace has the goods, so a cancellation sends them back instead of to the shelf.
    cancel_wanted: the buyer asks to cancel and we have to answer; None: the marketplace does not tell.
    """

    number: str
    status: str
    substatus: str = ""
    stage: Stage | None = None
    actor: Actor | None = None
    problem: str = ""
    handed: bool = False
    hidden: bool = False  # technical parent that its children replace
    cancellable: bool | None = None
    cancel_wanted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLine:
    """
    One line; `stock_id` and `offer_id` as in `RemoteListing`, price is what the buyer's price per piece is.

    marks: what each unit must carry; optional_marks: what it may carry.
    """

    external_id: str
    offer_id: str
    stock_id: str
    title: str
    pieces: int
    price: Decimal
    currency: str = "RUB"
    marks: Sequence[MarkKind] = ()
    optional_marks: Sequence[MarkKind] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """Personal data; stored apart, encrypted, and expiring."""

    name: str = ""
    phone: str = ""
    address: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteOrder:
    """
    One order to be packed as one parcel (Ozon posting, WB assembly order).

    number: unique in the channel.  basket: shared by parcels bought together.  ship_by None: not given, we compute it.
    cargo: what must be equal inside one handover (WB cargo type, cross-border, B2B), opaque text.
    replaces: number of the parent that was split into this one.  raw: the payload as received.
    """

    number: str
    scheme: Scheme
    warehouse_id: str
    status: RemoteStatus
    ordered_at: datetime
    lines: Sequence[RemoteLine]
    ship_by: datetime | None = None
    basket: str = ""
    cargo: str = ""
    replaces: str = ""
    region: str = ""
    is_business: bool = False
    barcode: str = ""  # what is printed on the parcel, if known before the sticker
    buyer: Buyer | None = None
    raw: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevel:
    """`pieces` of one listing in one channel warehouse: absolute, free to sell.  product_id: the card, if known."""

    warehouse_id: str
    offer_id: str
    stock_id: str
    pieces: int
    product_id: str = ""

    @property
    def key(self) -> str:
        return f"{self.warehouse_id}:{self.stock_id or self.offer_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLevel:
    """The price to set for one listing; `old_price` 0 clears the crossed-out price."""

    offer_id: str
    product_id: str
    price: Decimal
    old_price: Decimal = Decimal(0)
    min_price: Decimal | None = None
    currency: str = "RUB"

    @property
    def key(self) -> str:
        return self.product_id or self.offer_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """One item of a bulk call that they judged and refused."""

    key: str
    code: Code
    text: str
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Answer to a bulk write: partial success is a value.  Every key sent is in exactly one of the three."""

    accepted: Sequence[str] = ()
    refused: Sequence[Refused] = ()
    pending: Sequence[str] = ()  # taken in, judged later; look up with `token`
    token: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackLine:
    """`pieces` of one line in one parcel."""

    external_id: str
    stock_id: str
    pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A code of one unit; `unit` counts from 0 inside the line."""

    external_id: str
    stock_id: str
    unit: int
    kind: MarkKind
    value: str  # GS separators as U+001D


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """
    An order to be committed; `boxes` split it, each box its lines (one box = whole order as it is).

    fewer: pieces that were ordered are left out on purpose, and are to be taken off the order.
    """

    number: str
    warehouse_id: str
    boxes: Sequence[Sequence[PackLine]]
    handover_id: str = ""  # the open handover it joins, where committing means joining (WB supply)
    marks: Sequence[Mark] = ()
    fewer: bool = False


class CommitState(StrEnum):
    """How a commit stands at the marketplace."""

    DONE = "done"
    PENDING = "pending"
    FAILED = "failed"
    NOT_STARTED = "not_started"


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """Outcome of committing one order; `numbers` lists the resulting parcels (several after a split)."""

    number: str
    state: CommitState
    numbers: Sequence[str] = ()
    code: Code | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLabel:
    """
    A sticker as the marketplace made it.  barcode: what a scanner reads on it; parts: text printed large.

    boxes: what it reads on the sticker of each box, in the order of the pages, where the order has several.
    """

    number: str
    content: bytes
    content_type: str  # application/pdf, image/png, image/svg+xml, text/html
    barcode: str = ""
    part_a: str = ""
    part_b: str = ""
    boxes: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """Stickers that are ready, orders whose stickers are still being made, and refusals."""

    ready: Sequence[RemoteLabel] = ()
    pending: Sequence[str] = ()
    refused: Sequence[Refused] = ()
    token: str = ""  # to go on asking for the pending ones


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelData:
    """
    What must stand on the sticker of one box.

    barcode: what is scanned; place: "2/3"; parcel_number: how the carrier calls it; ship_on: a day as they write it.
    """

    number: str
    box_id: str
    barcode: str
    place: str = ""
    parcel_number: str = ""
    recipient: str = ""
    address: str = ""
    carrier: str = ""
    carrier_id: str = ""
    supplier: str = ""
    ship_on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkVerdict:
    """What the marketplace says of one code; blocking: the handover cannot close with it."""

    number: str
    kind: MarkKind
    value: str
    state: str  # theirs, verbatim
    pending: bool
    blocking: bool
    text: str = ""


class HandoverState(StrEnum):
    """Where a handover stands at the marketplace."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingPoint:
    """Where parcels may be brought (WB since October 2026)."""

    external_id: str
    name: str
    city: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPlan:
    """What closing a handover needs to be told."""

    external_id: str  # "" until the marketplace has given one
    our_key: str  # our name for it, put where the marketplace keeps names
    warehouse_id: str
    departure_date: date
    numbers: Sequence[str]
    shipping_point_id: str = ""
    shipping_type: str = ""  # "self" | "carrier"
    containers: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteHandover:
    """
    A handover as the marketplace knows it.  numbers None: not told; missing: orders they left out, with reasons.

    external_id "": the marketplace keeps nothing of this handover, so it has no papers of it either.
    """

    external_id: str
    state: HandoverState
    status: str = ""
    numbers: Sequence[str] | None = None
    missing: Sequence[Refused] = ()
    text: str = ""


class DocumentKind(StrEnum):
    """Papers of a handover."""

    ACT = "act"
    WAYBILL = "waybill"
    SHIPPING_LIST = "shipping_list"
    BARCODE = "barcode"
    CONTAINER_LABELS = "container_labels"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteDocument:
    """A paper of a handover; `number` is what it is called or what its barcode says."""

    kind: DocumentKind
    content: bytes
    content_type: str
    number: str = ""


class Decline(StrEnum):
    """Why a buyer's wish to cancel is declined."""

    IN_DELIVERY = "in_delivery"  # it is on its way
    DELIVERED = "delivered"  # the buyer has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """
    How far an order is that we deliver or give out ourselves.

    stage: DELIVERING, READY_FOR_PICKUP or DELIVERED; at: when that came to be.  code: what the buyer named to get it,
    where the marketplace checks one.  track, carrier: number of the parcel and the marketplace's id of who brings it.
    """

    number: str
    stage: Stage
    at: datetime
    code: str = ""
    track: str = ""
    carrier: str = ""


class ReturnKind(StrEnum):
    """Why goods come back."""

    RETURN = "return"  # the buyer had them
    UNREDEEMED = "unredeemed"  # the buyer never took them


class ReturnStage(StrEnum):
    """Where goods that come back are, in the words of the product."""

    ASKED = "asked"  # the buyer asks, nothing moves yet
    COMING = "coming"
    READY_FOR_PICKUP = "ready_for_pickup"  # the seller may fetch them
    RECEIVED = "received"  # the seller has them
    KEPT = "kept"  # they stay with the buyer or at the marketplace: nothing comes
    LOST = "lost"
    DISPOSED = "disposed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """`pieces` that come back; decision: what was decided about them, verbatim; reason: what the buyer says."""

    offer_id: str
    stock_id: str
    pieces: int
    decision: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteReturn:
    """
    Goods that come back; one order may have several.

    stage None: unknown to us, shown and not guessed; status, substatus: verbatim (money, way of the goods).
    place, keep_until: where and until when the seller may fetch them.
    """

    external_id: str
    number: str
    kind: ReturnKind
    status: str
    substatus: str
    stage: ReturnStage | None
    lines: Sequence[ReturnLine]
    created_at: datetime | None = None
    changed_at: datetime | None = None
    amount: Decimal | None = None
    currency: str = "RUB"
    place: str = ""
    keep_until: datetime | None = None
    needs_decision: bool = False
    raw: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStock:
    """What lies in the marketplace's own warehouse (FBO)."""

    warehouse_id: str
    warehouse_name: str
    offer_id: str
    stock_id: str
    pieces: int
    reserved: int = 0
    to_customer: int = 0
    from_customer: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """
    A request that a marketplace makes of us, after its sender was found genuine and before its words are believed.

    path: what followed the secret, without slashes at its ends ("", "notification", "order/new").
    """

    path: str
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWish:
    """
    A buyer asks to cancel an order that we deliver or give out ourselves, and waits for our answer.

    parts: what of it, in the marketplace's own ids, as the answer names them; empty: all of it.  text: the same for
    people.
    """

    number: str
    parts: Sequence[str] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """
    What a marketplace tells us by itself.

    key: equal for repeats of one event and different for different events, at most 200 characters; two kinds that may
    bear the same ids must differ in it.  kind: theirs, verbatim.  at: when it happened, if told.
    numbers: orders to be read anew, in the numbers that `orders_by_number` takes; their truth is what is read then.
    orders: whole orders, where the notice carries them; taken in at once if they are new to us, else read anew.
    streams: what else to read soon (names of `marketplaces.sync.streams`: "changes", "read_back", "listings" …).
    wishes: buyers who ask to cancel, where nothing that can be read tells it; their orders are in `numbers` too.
    None of them: nothing follows from it (a ping, an event that we do not use).
    """

    key: str
    kind: str
    at: datetime | None = None
    numbers: Sequence[str] = ()
    orders: Sequence[RemoteOrder] = ()
    streams: Sequence[str] = ()
    wishes: Sequence[CancelWish] = ()


class Refusal(StrEnum):
    """Why a request from outside is not taken; each marketplace has its own words for the answer."""

    UNREADABLE = "unreadable"  # genuine, but not what is documented: 400
    TOO_LARGE = "too_large"  # 413
    NOT_NOW = "not_now"  # it could not be stored: 503, ask again


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to a marketplace's request; `body` goes out as JSON."""

    status: int
    body: Mapping[str, object] = field(default_factory=dict)
