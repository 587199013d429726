"""Orders as they come in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from marketplaces.dto.words import Actor, CancelReason, MarkKind, Scheme, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteStatus:
    """
    A status verbatim and what it means to us.

    stage None: unknown to us, shown and not guessed.  problem: a visible note for the attention queue ("" = none).
    handed: the marketplace has the goods, so a cancellation sends them back instead of to the shelf.
    cancel_wanted: the buyer asks to cancel and we have to answer; None: the marketplace does not tell.
    why: it was cancelled, in a word of ours; None: for this reason there is none.  reason: in the marketplace's own
    text, if that is not the substatus.
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
    why: CancelReason | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLine:
    """
    One line; `stock_id` and `offer_id` as in `RemoteListing`, price is what the buyer's price per piece is.

    marks: what each unit must carry, None: it is not told; optional_marks: what it may carry.
    fee: what the marketplace says in the order that it will take for the whole line; None: it says nothing.
    """

    external_id: str
    offer_id: str
    stock_id: str
    title: str
    pieces: int
    price: Decimal
    currency: str = "RUB"
    marks: Sequence[MarkKind] | None = ()
    optional_marks: Sequence[MarkKind] = ()
    fee: Decimal | None = None


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
