"""The state machine, the words of orders, and what an edge hands in."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an order stands."""

    NEW = "new", _("New")
    CONFIRMED = "confirmed", _("In work")
    PICKING = "picking", _("Picking")
    PACKED = "packed", _("Packed")
    HANDED_OVER = "handed_over", _("Handed over")
    DELIVERING = "delivering", _("On the way")
    READY_FOR_PICKUP = "ready_for_pickup", _("Waits for the buyer")
    DELIVERED = "delivered", _("Delivered")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNING = "returning", _("Coming back")
    RETURNED = "returned", _("Returned")
    DISPUTED = "disputed", _("Disputed")


# What may follow what.  A marketplace may skip states, never go back: see `may_follow`.
TRANSITIONS: Mapping[State, frozenset[State]] = {
    State.NEW: frozenset({State.CONFIRMED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.PICKING, State.PACKED, State.CANCELLED, State.NEW}),
    State.PICKING: frozenset({State.PACKED, State.CONFIRMED, State.CANCELLED}),
    State.PACKED: frozenset({State.HANDED_OVER, State.READY_FOR_PICKUP, State.CANCELLED, State.PICKING}),
    State.HANDED_OVER: frozenset(
        {State.DELIVERING, State.DELIVERED, State.READY_FOR_PICKUP, State.CANCELLED, State.RETURNING, State.DISPUTED}
    ),
    State.DELIVERING: frozenset(
        {State.DELIVERED, State.READY_FOR_PICKUP, State.CANCELLED, State.RETURNING, State.DISPUTED}
    ),
    State.READY_FOR_PICKUP: frozenset({State.DELIVERED, State.CANCELLED, State.RETURNING, State.DISPUTED}),
    State.DELIVERED: frozenset({State.RETURNING, State.RETURNED, State.DISPUTED}),
    State.CANCELLED: frozenset({State.RETURNING, State.RETURNED}),
    State.RETURNING: frozenset({State.RETURNED, State.DISPUTED}),
    State.RETURNED: frozenset(),
    State.DISPUTED: frozenset({State.DELIVERED, State.CANCELLED, State.RETURNING, State.RETURNED}),
}

# Goods are still here: a reservation is held and a cancellation frees or puts back.
BEFORE_HANDOVER = frozenset({State.NEW, State.CONFIRMED, State.PICKING, State.PACKED})
# People pick and pack these.
IN_HANDS = frozenset({State.CONFIRMED, State.PICKING})
# The marketplace moves these by itself; before handover it can only cancel.
FINAL = frozenset({State.DELIVERED, State.CANCELLED, State.RETURNED})


def may_follow(now: State, then: State) -> bool:
    """Whether one step of the table leads from `now` to `then`."""
    return then in TRANSITIONS[now]


def in_sql(states: Collection[State]) -> str:
    """These states as the inside of a list of SQL, always in the same order, for statements that judge by the table."""
    return ", ".join(f"'{state}'" for state in State if state in states)


# The way of an order that goes well; a marketplace may skip stations of it.
_MAIN_LINE = (
    State.NEW,
    State.CONFIRMED,
    State.PICKING,
    State.PACKED,
    State.HANDED_OVER,
    State.DELIVERING,
    State.READY_FOR_PICKUP,
    State.DELIVERED,
)


def may_be_told(now: State, then: State) -> bool:
    """Whether a marketplace's word may lead from `now` to `then`: by the table, or onwards on the main line."""
    if then in TRANSITIONS[now]:
        return then != State.NEW and (now, then) != (State.PACKED, State.PICKING)
    if now not in _MAIN_LINE:
        return False
    if then in _MAIN_LINE:
        return _MAIN_LINE.index(then) > _MAIN_LINE.index(now)
    return then in {State.CANCELLED, State.RETURNING, State.RETURNED, State.DISPUTED}


# The verbatim status of an order that people enter: nobody else speaks for it, its pickup code is ours.
ENTERED_BY_HAND = "entered by hand"

# What we may say of orders that we bring (dbs) or give out (pickup) ourselves, the nearest first.
_OWN_WAY: Mapping[tuple[str, State], tuple[State, ...]] = {
    ("dbs", State.HANDED_OVER): (State.DELIVERING, State.DELIVERED),
    ("dbs", State.DELIVERING): (State.DELIVERED,),
    ("pickup", State.HANDED_OVER): (State.READY_FOR_PICKUP,),
    ("pickup", State.DELIVERING): (State.READY_FOR_PICKUP,),
    ("pickup", State.READY_FOR_PICKUP): (State.DELIVERED,),
}


def may_be_reported(scheme: str, now: State, *, by_hand: bool = False) -> tuple[State, ...]:
    """
    What a person may say of an order now; nothing of orders that others deliver.

    by_hand: nobody else speaks for it, so its return is ours to say as well.
    """
    if by_hand and now == State.DELIVERED:
        return (State.RETURNED,)
    return _OWN_WAY.get((scheme, now), ())


class CommitState(models.TextChoices):
    """Whether the marketplace knows that the parcel will be so."""

    NONE = "", _("not told")
    OWED = "owed", _("being told")
    PENDING = "pending", _("the marketplace is working on it")
    DONE = "done", _("accepted")
    FAILED = "failed", _("refused")


class ReturnReason(models.TextChoices):
    """Why goods came back; a reason for which there is no word here is kept as the marketplace told it."""

    UNREDEEMED = "unredeemed", _("the buyer never took it")
    FAULTY = "faulty", _("faulty goods")
    DOES_NOT_FIT = "does_not_fit", _("it does not suit the buyer")
    WRONG_GOODS = "wrong_goods", _("other goods came than were ordered")
    DAMAGED = "damaged", _("damaged on the way")
    COURTESY = "courtesy", _("taken back as a courtesy")
    CARD = "card", _("the card describes it wrongly")
    NOT_DELIVERED = "not_delivered", _("delivery failed")
    UNTOLD = "", _("reason not told")


class OwnReason(models.TextChoices):
    """Why we ask for a cancellation; adapters give the marketplace's word for it."""

    OUT_OF_STOCK = "out_of_stock", _("not in stock")
    DEFECTIVE = "defective", _("only defective pieces")
    OTHER = "other", _("another reason")


class CancelReason(models.TextChoices):
    """Why an order fell away; a reason for which there is no word here is kept as the marketplace told it."""

    CHANGED_MIND = "changed_mind", _("the buyer changed their mind")
    CHEAPER = "cheaper", _("the buyer found it cheaper")
    OTHER_ORDER = "other_order", _("the buyer placed another order")
    REFUSED = "refused", _("the buyer refused it on receipt")
    NOT_SUITED = "not_suited", _("the goods did not suit the buyer")
    QUALITY = "quality", _("the quality did not suit the buyer")
    UNREACHABLE = "unreachable", _("the buyer could not be reached")
    NOT_FETCHED = "not_fetched", _("the buyer did not fetch it")
    OTHER_TERMS = "other_terms", _("the buyer wanted another address, day or carrier")
    OTHER_PAYMENT = "other_payment", _("the buyer wanted to pay in another way")
    NOT_PAID = "not_paid", _("not paid")
    SELLER = "seller", _("the seller could not fulfil it")
    OUT_OF_STOCK = "out_of_stock", _("out of stock")
    NOT_HANDLED = "not_handled", _("not handled in time")
    NOT_HANDED_OVER = "not_handed_over", _("not handed over in time")
    DAMAGED = "damaged", _("damaged")
    WRONG_GOODS = "wrong_goods", _("wrong goods were packed")
    LOST = "lost", _("lost on the way")
    NOT_DELIVERED = "not_delivered", _("the carrier did not deliver")
    TOO_LONG = "too_long", _("delivery took too long")
    FRAUD = "fraud", _("suspected fraud")
    UNTOLD = "", _("reason not told")


class Attention(models.TextChoices):
    """Why an order waits for a person; each has a cure on the order's page."""

    UNKNOWN_SKU = "unknown_sku", _("An item is not matched to our articles")
    SHORT = "short", _("Not enough stock")
    UNKNOWN_STATUS = "unknown_status", _("The marketplace's status is new to us")
    UNKNOWN_WAREHOUSE = "unknown_warehouse", _("The warehouse is not known")
    COMMIT_FAILED = "commit_failed", _("The marketplace refused the parcel")
    OUTCOME_UNKNOWN = "outcome_unknown", _("It is not known whether the marketplace took it")
    LABEL_FAILED = "label_failed", _("No sticker could be fetched")
    MARKS_REFUSED = "marks_refused", _("A marking code was refused")
    CANCEL_FAILED = "cancel_failed", _("The marketplace refused the cancellation")
    CANCEL_WANTED = "cancel_wanted", _("The buyer asks to cancel: answer")
    CANCELLED_AFTER_HANDOVER = "cancelled_after_handover", _("Cancelled after handover: goods come back")
    GONE_WITHOUT_HANDOVER = "gone_without_handover", _("The marketplace has it, but we did not hand it over")
    PROBLEM = "problem", _("The marketplace reports a problem")
    SHORT_PICK = "short_pick", _("An item was not found while picking")


# What must be cured before a parcel can be promised.
BLOCKING = frozenset({Attention.UNKNOWN_SKU, Attention.SHORT, Attention.UNKNOWN_WAREHOUSE})


class EventKind(models.TextChoices):
    """What a line of the timeline tells."""

    RECEIVED = "received", _("Received")
    STATE = "state", _("State")
    REMOTE = "remote", _("Status at the marketplace")
    RESERVED = "reserved", _("Stock reserved")
    SHORT = "short", _("Not enough stock")
    COMMIT = "commit", _("Commit")
    LABEL = "label", _("Sticker")
    SCAN = "scan", _("Scan")
    MARK = "mark", _("Marking code")
    HANDOVER = "handover", _("Handover")
    CANCEL = "cancel", _("Cancellation")
    ATTENTION = "attention", _("Attention")
    NOTE = "note", _("Note")


class UnitState(models.TextChoices):
    """Where one scannable piece is."""

    WANTED = "wanted", _("to pick")
    PICKED = "picked", _("picked")
    PACKED = "packed", _("packed")
    PUT_BACK = "put_back", _("to put back")
    GONE = "gone", _("gone")
    RETURNED = "returned", _("came back")


# They are to go with their order.
IN_BOX = (UnitState.WANTED, UnitState.PICKED, UnitState.PACKED)


class MarkKind(models.TextChoices):
    """Codes that a unit must carry and that are captured by scan."""

    SGTIN = "sgtin", _("marking code")
    UIN = "uin", _("jewellery number")
    IMEI = "imei", _("IMEI")
    WEIGHT = "weight", _("weight")  # in grams


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """One line of an arriving order; ids as text of the marketplace.  marks None: not told, the card knows them."""

    external_id: str
    offer_id: str
    stock_external_id: str
    title: str
    pieces: int
    price: Decimal
    currency: str = "RUB"
    marks: Sequence[str] | None = ()
    optional_marks: Sequence[str] = ()
    estimated_fee: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusDraft:
    """
    A status from outside: verbatim, and its meaning if it has one.

    cancel_wanted: the buyer asks to cancel and waits for our answer; None: it is not told.
    """

    status: str
    substatus: str = ""
    state: State | None = None
    cancelled_by: str = ""
    cancel_reason: str = ""
    problem: str = ""
    handed: bool = False
    cancel_wanted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft:
    """One arriving order, as an edge hands it in."""

    number: str
    scheme: str
    warehouse_external_id: str
    status: StatusDraft
    ordered_at: datetime
    lines: Sequence[LineDraft]
    ship_by: datetime | None = None
    basket: str = ""
    cargo: str = ""
    replaces: str = ""
    region: str = ""
    is_business: bool = False
    barcode: str = ""
    buyer: Mapping[str, str] | None = None
