"""Facts of orders.  All in bulk: subscribers write set-based too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersReceived:
    """New orders of one channel are stored, reserved as far as stock allows."""

    merchant_id: int
    channel_id: int
    order_ids: Sequence[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortagesFilled:
    """Orders that lacked stock, or an article of ours, have all of it reserved now."""

    merchant_id: int
    order_ids: Sequence[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersCommitted:
    """We decided that these parcels will be so: they join a handover, and the marketplace is to be told."""

    merchant_id: int
    order_ids: Sequence[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedElsewhere:
    """Somebody told the marketplace that these parcels will be so, on its own page: they are to be packed here."""

    merchant_id: int
    order_ids: Sequence[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitAnswered:
    """The marketplace answered a commit; accepted False means the order waits for a person."""

    merchant_id: int
    order_id: int
    accepted: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelReopened:
    """A packed order lacks something that the marketplace wants: it is to be packed again."""

    merchant_id: int
    order_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxesChanged:
    """A parcel goes in other boxes than the marketplace was told, and its sticker no longer holds."""

    merchant_id: int
    order_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesGivenUp:
    """Pieces of an order cannot be sent: the marketplace is to be asked to take them off it."""

    merchant_id: int
    order_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesDropped:
    """
    An order goes without some of its pieces, or has gone as it was.

    wanted: SKU → units that nobody has picked and nobody is to; put_back: ids of units in somebody's hands.
    """

    merchant_id: int
    order_id: int
    wanted: Mapping[int, int]
    put_back: Sequence[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDivided:
    """Boxes of a packed order go on as orders of their own; goes_on: so does the order itself, with the rest."""

    merchant_id: int
    order_id: int
    part_ids: Sequence[int]
    goes_on: bool
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPacked:
    """The last unit was scanned."""

    merchant_id: int
    order_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MarksCaptured:
    """All codes that the units of the order need are known."""

    merchant_id: int
    order_id: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAsked:
    """A person wants the order cancelled; the marketplace is to be told."""

    merchant_id: int
    order_id: int
    reason: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelWishAnswered:
    """
    A person answered a buyer who asks to cancel; why: "in_delivery" or "delivered" when declined.

    parts: what the buyer asked for, as the marketplace names it; empty: the whole order.
    """

    merchant_id: int
    order_id: int
    accept: bool
    why: str
    parts: Sequence[str]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressReported:
    """A person said how far an order is that we deliver ourselves; the marketplace is to be told."""

    merchant_id: int
    order_id: int
    state: str
    code: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersCancelled:
    """These orders fell away; picked units of them are in `put_back` state."""

    merchant_id: int
    order_ids: Sequence[int]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersHandedOver:
    """These orders left; their stock has been issued."""

    merchant_id: int
    order_ids: Sequence[int]
    at: datetime
