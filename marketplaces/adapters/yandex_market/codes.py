"""Yandex Market's words in tables: statuses, cancel reasons, refusals, marks, returns, what the key must permit."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplaces.dto import (
    Actor,
    CancelReason,
    Code,
    Decline,
    HandoverState,
    MarkKind,
    ReturnKind,
    ReturnReason,
    ReturnStage,
    Scheme,
    Stage,
)


def gettext_noop(text: str) -> str:
    """This function will mark a text for translation; it is translated where it is shown."""
    return text


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# -- orders
SCHEMES: Mapping[str, Scheme] = {
    "FBS": Scheme.FBS,
    "DBS": Scheme.DBS,
    "EXPRESS": Scheme.EXPRESS,
    "FBY": Scheme.FBO,
}
# What we pack: orders from the market's warehouses (FBY) and those it only delivers (LAAS) take nothing from our stock.
OURS = ("FBS", "DBS", "EXPRESS")
IN_WORK = ("PENDING", "PROCESSING")


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a pair of status and substatus means to us; see `dto.RemoteStatus`."""

    stage: Stage | None
    actor: Actor | None = None
    problem: str = ""
    handed: bool = False


UNKNOWN_STATUS = gettext_noop("Yandex Market has a status that is new to us")
DISPUTED = gettext_noop("The buyer says that the order has not come: Yandex Market is deciding")
NO_PRICE = gettext_noop("Yandex Market gave no price")
UNKNOWN_MARKING = gettext_noop("Yandex Market requires a marking that is new to us")

# The buyer has not paid, the bank thinks, stock is being reserved: it is held for the buyer, but not packed yet.
WAITING = frozenset({"PLACING", "RESERVED", "UNPAID", "PENDING"})
WAITING_WORDS = _words(
    """
    ASYNC_PROCESSING AWAIT_AUTO_DELIVERY_DATES AWAIT_CASHIER AWAIT_CONFIRMATION AWAIT_CUSTOM_PRICE_CONFIRMATION
    AWAIT_DELIVERY_DATES AWAIT_DELIVERY_DATES_CONFIRMATION AWAIT_LAVKA_RESERVATION AWAIT_PAYMENT
    AWAIT_PAYMENT_AFTER_DELIVERY AWAIT_SERVICEABLE_CONFIRMATION AWAIT_USER_PERSONAL_DATA AWAIT_USER_STEAM_FAST_URL
    AS_PART_OF_MULTI_ORDER DEFERRED_PAYMENT PREORDER STARTED WAITING_BANK_DECISION WAITING_FOR_STOCKS
    WAITING_POSTPAID_BUDGET_RESERVATION WAITING_TINKOFF_DECISION WAITING_USER_DELIVERY_INPUT WAITING_USER_INPUT
    """
)
TO_PACK_WORDS = frozenset({"STARTED", "PACKAGING", "ASYNC_PROCESSING"})
# Express: the courier is on the way to us; whether it is packed is known here, not there.
COURIER_WORDS = frozenset(
    {
        "COURIER_SEARCH", "COURIER_FOUND", "COURIER_IN_TRANSIT_TO_SENDER", "COURIER_ARRIVED_TO_SENDER",
        "COURIER_SEARCH_NOT_STARTED", "COURIER_NOT_FOUND", "COURIER_NOT_COME_FOR_ORDER",
    }
)  # fmt: skip
ON_THE_WAY_WORDS = _words(
    """
    COURIER_FOUND COURIER_IN_TRANSIT_TO_SENDER COURIER_NOT_DELIVER_ORDER COURIER_RECEIVED COURIER_RETURNED_ORDER
    COURIER_RETURNS_ORDER COURIER_SEARCH DELIVERY_CUSTOMS_ARRIVED DELIVERY_CUSTOMS_CLEARED DELIVERY_PROBLEMS
    DELIVERY_SERVICE_NOT_RECEIVED DELIVERY_SERVICE_RECEIVED DELIVERY_SERVICE_UNDELIVERED DELIVERY_TO_STORE_STARTED
    FIRST_MILE_DELIVERY_SERVICE_RECEIVED LAST_MILE_COURIER_SEARCH LAST_MILE_STARTED READY_FOR_LAST_MILE
    USER_WANTS_TO_CHANGE_ADDRESS USER_WANTS_TO_CHANGE_DELIVERY_DATE SHIPPED STARTED
    """
)
AT_THE_POINT_WORDS = frozenset(
    {
        "PICKUP_SERVICE_RECEIVED",
        "READY_FOR_PICKUP",
        "DELIVERY_SERVICE_RECEIVED",
        "DROPOFF_CLOSED",
        "PICKUP_POINT_CLOSED",
    }
)
DONE_WORDS = frozenset(
    {"DELIVERY_SERVICE_DELIVERED", "DELIVERED_USER_RECEIVED", "USER_RECEIVED", "PICKUP_USER_RECEIVED"}
)

# Who cancelled, by the reason: ours, from names and descriptions; the raw value is kept and shown.
REASONS: Mapping[Actor, frozenset[str]] = {
    Actor.BUYER: _words(
        """
        CUSTOMER_REJECT_CREDIT_OFFER CUSTOMS_FAILED_USER_ADDITIONAL_DATA_NOT_PROVIDED
        CUSTOMS_FAILED_USER_COMMERCIAL_ITEMS CUSTOMS_FAILED_USER_DUTY_NOT_PAID
        CUSTOMS_FAILED_USER_INVALID_PERSONAL_DATA FULL_NOT_RANSOM INCORRECT_PERSONAL_DATA NO_PERSONAL_DATA_EXPIRED
        PICKUP_EXPIRED REPLACING_ORDER USER_BOUGHT_CHEAPER USER_CHANGED_MIND USER_FORGOT_TO_USE_BONUS
        USER_HAS_NO_TIME_TO_PICKUP_ORDER USER_IDENTIFICATION_MISMATCH USER_PLACED_OTHER_ORDER USER_REFUSED_DELIVERY
        USER_REFUSED_PRODUCT USER_REFUSED_QUALITY USER_UNREACHABLE USER_WANTED_ANOTHER_PAYMENT_METHOD
        USER_WANTS_TO_CHANGE_ADDRESS USER_WANTS_TO_CHANGE_DELIVERY_DATE USER_RECEIVED_TECHNICAL_ERROR
        PRESCRIPTION_MISMATCH LEGAL_INFO_CHANGED
        """
    ),
    Actor.SELLER: _words(
        """
        BROKEN_ITEM INCOMPLETE_CONTACT_INFORMATION LATE_CONTACT MISSING_ITEM PENDING_EXPIRED PROCESSING_EXPIRED
        SHOP_FAILED SHOP_PENDING_CANCELLED WAREHOUSE_FAILED_TO_SHIP WRONG_ITEM WRONG_ITEM_DELIVERED
        INAPPROPRIATE_WEIGHT_SIZE SHIPPED_TO_WRONG_DELIVERY_SERVICE
        """
    ),
    Actor.CARRIER: _words(
        """
        CANCELLED_COURIER_NOT_FOUND COURIER_NOT_COME_FOR_ORDER COURIER_NOT_DELIVER_ORDER COURIER_NOT_FOUND
        COURIER_RETURNED_ORDER COURIER_RETURNS_ORDER COURIER_SEARCH_NOT_STARTED DAMAGED_BOX DELIVERY_NOT_MANAGED_REGION
        DELIVERY_PROBLEMS DELIVERY_SERVICE_FAILED DELIVERY_SERVICE_LOST DELIVERY_SERVICE_NOT_RECEIVED
        DELIVERY_SERVICE_UNDELIVERED DROPOFF_CLOSED DROPOFF_LOST LOST PICKUP_POINT_CLOSED SORTING_CENTER_LOST
        """
    ),
    Actor.MARKETPLACE: _words(
        """
        ANTIFRAUD BANK_REJECT_CREDIT_OFFER CREDIT_OFFER_FAILED CUSTOM CUSTOMS_FAILED_MARKET CUSTOMS_PROBLEMS
        DELIVERY_USER_NOT_RECEIVED DELIVERED_USER_NOT_RECEIVED INCOMPLETE_MULTI_ORDER PENDING_CANCELLED
        POSTPAID_BUDGET_RESERVATION_FAILED POSTPAID_FAILED PURCHASE_GROUP_THRESHOLD_NOT_REACHED_CANCELLED
        RESERVATION_EXPIRED RESERVATION_FAILED SERVICE_FAULT TECHNICAL_ERROR TOO_LONG_DELIVERY
        TOO_MANY_DELIVERY_DATE_CHANGES USER_FRAUD USER_NOT_PAID
        """
    ),
}
ACTORS: Mapping[str, Actor] = {word: actor for actor, words in REASONS.items() for word in words}
RETURN_WHY: Mapping[str, ReturnReason] = {
    "BAD_QUALITY": ReturnReason.FAULTY,
    "DOES_NOT_FIT": ReturnReason.DOES_NOT_FIT,
    "WRONG_ITEM": ReturnReason.WRONG_GOODS,
    "DAMAGE_DELIVERY": ReturnReason.DAMAGED,
    "LOYALTY_FAIL": ReturnReason.COURTESY,
    "CONTENT_FAIL": ReturnReason.CARD,
    "DELIVERY_FAIL": ReturnReason.NOT_DELIVERED,
    "UNKNOWN": ReturnReason.UNTOLD,
}

# Why, where a word of ours says it.
WHY: Mapping[str, CancelReason] = {
    word: why
    for why, words in {
        CancelReason.CHANGED_MIND: "USER_CHANGED_MIND",
        CancelReason.CHEAPER: "USER_BOUGHT_CHEAPER",
        CancelReason.OTHER_ORDER: "USER_PLACED_OTHER_ORDER REPLACING_ORDER",
        CancelReason.REFUSED: "USER_REFUSED_DELIVERY",
        CancelReason.NOT_SUITED: "USER_REFUSED_PRODUCT",
        CancelReason.QUALITY: "USER_REFUSED_QUALITY",
        CancelReason.UNREACHABLE: "USER_UNREACHABLE",
        CancelReason.NOT_FETCHED: "PICKUP_EXPIRED FULL_NOT_RANSOM USER_HAS_NO_TIME_TO_PICKUP_ORDER",
        CancelReason.OTHER_TERMS: "USER_WANTS_TO_CHANGE_ADDRESS USER_WANTS_TO_CHANGE_DELIVERY_DATE",
        CancelReason.OTHER_PAYMENT: "USER_WANTED_ANOTHER_PAYMENT_METHOD",
        CancelReason.NOT_PAID: "USER_NOT_PAID RESERVATION_EXPIRED RESERVATION_FAILED",
        CancelReason.SELLER: "SHOP_FAILED",
        CancelReason.OUT_OF_STOCK: "MISSING_ITEM",
        CancelReason.NOT_HANDLED: "PENDING_EXPIRED PROCESSING_EXPIRED",
        CancelReason.NOT_HANDED_OVER: "WAREHOUSE_FAILED_TO_SHIP",
        CancelReason.DAMAGED: "BROKEN_ITEM DAMAGED_BOX",
        CancelReason.WRONG_GOODS: "WRONG_ITEM WRONG_ITEM_DELIVERED",
        CancelReason.LOST: "LOST DELIVERY_SERVICE_LOST SORTING_CENTER_LOST DROPOFF_LOST",
        CancelReason.NOT_DELIVERED: (
            "DELIVERY_SERVICE_FAILED DELIVERY_SERVICE_UNDELIVERED DELIVERY_PROBLEMS COURIER_NOT_DELIVER_ORDER"
            " COURIER_RETURNED_ORDER COURIER_RETURNS_ORDER"
        ),
        CancelReason.TOO_LONG: "TOO_LONG_DELIVERY",
        CancelReason.FRAUD: "ANTIFRAUD USER_FRAUD",
    }.items()
    for word in words.split()
}
# Reasons that there can only be after the goods have left us.
AWAY = _words(
    """
    COURIER_NOT_DELIVER_ORDER COURIER_RETURNED_ORDER COURIER_RETURNS_ORDER CUSTOMS_FAILED_MARKET DAMAGED_BOX
    DELIVERY_SERVICE_LOST DELIVERY_SERVICE_UNDELIVERED DELIVERED_USER_NOT_RECEIVED DELIVERY_USER_NOT_RECEIVED
    DROPOFF_LOST FULL_NOT_RANSOM LOST PICKUP_EXPIRED SORTING_CENTER_LOST TOO_LONG_DELIVERY
    USER_HAS_NO_TIME_TO_PICKUP_ORDER WRONG_ITEM_DELIVERED
    """
)


def meaning(status: str, substatus: str) -> Meaning:
    """
    This function will tell what a pair of status and substatus means.

    Both lists are open by contract.  A status that is new to us has no stage; a new substatus is shown, and has no
    stage either where the status alone does not tell one.
    """
    found = _by_status(status, substatus)
    if found is None:
        return Meaning(stage=None, problem=f"{UNKNOWN_STATUS}: {status or '-'} / {substatus or '-'}")
    return found


def _by_status(status: str, word: str) -> Meaning | None:
    odd = f"{UNKNOWN_STATUS}: {status} / {word or '-'}"
    if status in WAITING:
        return Meaning(stage=Stage.NEW, problem="" if word in WAITING_WORDS else odd)
    if status == "PROCESSING":
        return _processing(word)
    if status == "DELIVERY":
        return _delivery(word, odd)
    if status == "PICKUP":
        if word in DONE_WORDS:
            return Meaning(stage=Stage.DELIVERED, handed=True)
        return Meaning(stage=Stage.READY_FOR_PICKUP, handed=True, problem="" if word in AT_THE_POINT_WORDS else odd)
    if status == "DELIVERED":
        if word == "DELIVERED_USER_NOT_RECEIVED":
            return Meaning(stage=Stage.DELIVERING, handed=True, problem=DISPUTED)
        return Meaning(stage=Stage.DELIVERED, handed=True, problem="" if word in DONE_WORDS else odd)
    if status == "CANCELLED":
        actor = ACTORS.get(word, Actor.UNKNOWN)
        return Meaning(stage=Stage.CANCELLED, actor=actor, handed=word in AWAY, problem="" if word in ACTORS else odd)
    # What comes back is told by the returns, after delivery; the substatus repeats the delivery's.
    if status == "PARTIALLY_RETURNED":
        return Meaning(stage=Stage.DELIVERED, handed=True)
    if status == "RETURNED":
        return Meaning(stage=Stage.RETURNED, handed=True)
    return None


def _processing(word: str) -> Meaning | None:
    if word in TO_PACK_WORDS or word in COURIER_WORDS:
        return Meaning(stage=Stage.NEW)
    if word == "READY_TO_SHIP":
        return Meaning(stage=Stage.PACKED)
    if word == "SHIPPED":
        return Meaning(stage=Stage.HANDED_OVER, handed=True)
    return None


def _delivery(word: str, odd: str) -> Meaning:
    if word in DONE_WORDS:
        return Meaning(stage=Stage.DELIVERED, handed=True)
    if word == "DELIVERY_USER_NOT_RECEIVED":
        return Meaning(stage=Stage.DELIVERING, handed=True, problem=DISPUTED)
    return Meaning(stage=Stage.DELIVERING, handed=True, problem="" if word in ON_THE_WAY_WORDS else odd)


PACKED_WORDS = frozenset({"READY_TO_SHIP", "SHIPPED"})
CANCEL_SUBSTATUS = "SHOP_FAILED"
DECLINES: Mapping[Decline, str] = {Decline.IN_DELIVERY: "ORDER_IN_DELIVERY", Decline.DELIVERED: "ORDER_DELIVERED"}
PROGRESS: Mapping[Stage, str] = {
    Stage.DELIVERING: "DELIVERY",
    Stage.READY_FOR_PICKUP: "PICKUP",
    Stage.DELIVERED: "DELIVERED",
}
# In this order, none left out.
OWN_WAY = ("PROCESSING", "DELIVERY", "PICKUP", "DELIVERED")
CODE_ACCEPTED = "ACCEPTED"

# -- marks
MARK_TYPES: Mapping[str, MarkKind] = {
    "CIS": MarkKind.SGTIN,
    "CIS_OPTIONAL": MarkKind.SGTIN,
    "UIN": MarkKind.UIN,
    "RNPT": MarkKind.RNPT,
    "GTD": MarkKind.CUSTOMS,
}
OPTIONAL_MARK = "CIS_OPTIONAL"
MARK_FIELDS: Mapping[MarkKind, str] = {
    MarkKind.SGTIN: "cis",
    MarkKind.UIN: "uin",
    MarkKind.RNPT: "rnpt",
    MarkKind.CUSTOMS: "gtd",
    MarkKind.COUNTRY: "countryCode",
}
MARK_PENDING = frozenset({"IN_PROGRESS"})
MARK_PASSED = frozenset({"OK", "NOT_ON_VALIDATION"})
CHECKED = frozenset({MarkKind.SGTIN, MarkKind.UIN})

# -- refusals, by words of their messages; they are examples, not a contract, so the HTTP code comes first
REFUSALS: tuple[tuple[str, Code], ...] = (
    ("incoming cis", Code.MARK_REFUSED),
    ("incoming uin", Code.MARK_REFUSED),
    ("identifiers", Code.MARKS_NEEDED),
    ("after ready_to_ship", Code.ALREADY_DONE),
    ("has been confirmed already", Code.ALREADY_DONE),
    ("wait up to 30 minutes", Code.NOT_READY),
    ("have not been processed yet", Code.NOT_READY),
    ("cutoff time", Code.NOT_READY),
    ("no boxes found", Code.NOT_READY),
    ("order boxes layout", Code.WRONG_QUANTITY),
    ("is not allowed", Code.WRONG_STATE),
    ("no transition found", Code.WRONG_STATE),
    ("not allowed", Code.WRONG_STATE),
    ("no permission to set status", Code.WRONG_STATE),
    ("is not available", Code.WRONG_STATE),
    ("not active", Code.WRONG_STATE),
    ("discountbase", Code.PRICE_REFUSED),
    ("discount value", Code.PRICE_REFUSED),
    ("missing price", Code.PRICE_REFUSED),
    ("not found", Code.NOT_FOUND),
    ("failed to find", Code.NOT_FOUND),
    ("must not be null", Code.INVALID),
    ("must be", Code.INVALID),
)

# -- account
ALL_METHODS = "ALL_METHODS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A right of the key, and what fails without it."""

    code: str
    name: str
    methods: tuple[str, ...]
    needed: bool = True


SCOPES = (
    Scope(
        code="INVENTORY_AND_ORDER_PROCESSING",
        name=gettext_noop("Orders and warehouses"),
        methods=(gettext_noop("orders"), gettext_noop("stickers"), gettext_noop("shipments"), gettext_noop("returns")),
    ),
    Scope(
        code="OFFERS_AND_CARDS_MANAGEMENT",
        name=gettext_noop("Goods and stock"),
        methods=(gettext_noop("cards"), gettext_noop("stock")),
    ),
    Scope(code="PRICING", name=gettext_noop("Prices of goods"), methods=(gettext_noop("prices"),)),
)
AVAILABLE = "AVAILABLE"
SWITCHED_OFF = "DISABLED_MANUALLY"

# -- goods
SHOWN = frozenset({"PUBLISHED", "READY_FOR_PUBLICATION", "NO_STOCKS", "CHECKING"})
CARD_ERRORS: Mapping[str, str] = {
    "NO_CARD_ERRORS": gettext_noop("The card has errors"),
    "NO_CARD_NEED_CONTENT": gettext_noop("The card wants a description"),
    "HAS_CARD_CAN_UPDATE_ERRORS": gettext_noop("Changes of the card were refused"),
}
REJECTED = gettext_noop("Rejected by Yandex Market")
HIDDEN_BY_MARKET = gettext_noop("Hidden by Yandex Market")
QUARANTINED = gettext_noop("In price quarantine: the price stands when you confirm it in the cabinet")
QUARANTINE_REASONS: Mapping[str, str] = {
    "PRICE_CHANGE": gettext_noop("differs much from the price before"),
    "LOW_PRICE": gettext_noop("is much lower than usual on the marketplace"),
    "LOW_PRICE_PROMO": gettext_noop("is too low after a promotion"),
}

# -- handover
SHIPMENTS: Mapping[str, HandoverState] = {
    "OUTBOUND_CREATED": HandoverState.OPEN,
    "OUTBOUND_READY_FOR_CONFIRMATION": HandoverState.OPEN,
    "OUTBOUND_CONFIRMED": HandoverState.CLOSED,
    "OUTBOUND_SIGNED": HandoverState.CLOSED,
    "ACCEPTED": HandoverState.CLOSED,
    "ACCEPTED_WITH_DISCREPANCIES": HandoverState.CLOSED,
    "FINISHED": HandoverState.CLOSED,
    "ERROR": HandoverState.FAILED,
}
NOT_IN_SHIPMENT = gettext_noop("The order is not in this shipment of Yandex Market")
NO_SHIPMENT = gettext_noop("Yandex Market has no shipment with these orders on this day")
EMPTY_HANDOVER = gettext_noop("The handover has no parcels")

# -- returns
RETURN_KINDS: Mapping[str, ReturnKind] = {"RETURN": ReturnKind.RETURN, "UNREDEEMED": ReturnKind.UNREDEEMED}
RETURN_STAGES: Mapping[str, ReturnStage] = {
    "CREATED": ReturnStage.ASKED,
    "RECEIVED": ReturnStage.COMING,
    "IN_TRANSIT": ReturnStage.COMING,
    "READY_FOR_PICKUP": ReturnStage.READY_FOR_PICKUP,
    "NOT_IN_DEMAND": ReturnStage.READY_FOR_PICKUP,
    "PICKED": ReturnStage.RECEIVED,
    "FULFILMENT_RECEIVED": ReturnStage.KEPT,
    "LOST": ReturnStage.LOST,
    "EXPIRED": ReturnStage.CANCELLED,
    "CANCELLED": ReturnStage.CANCELLED,
    "PREPARED_FOR_UTILIZATION": ReturnStage.DISPOSED,
    "UTILIZED": ReturnStage.DISPOSED,
    "READY_FOR_EXPROPRIATION": ReturnStage.DISPOSED,
    "RECEIVED_FOR_EXPROPRIATION": ReturnStage.DISPOSED,
}
REFUND_ENDED = frozenset({"CANCELLED", "REJECTED", "FAILED"})
DECISION_WANTED = frozenset({"WAITING_FOR_DECISION", "PREMODERATION_DECISION_WAITING"})

# -- what we say ourselves
UNKNOWN_ORDER = gettext_noop("Yandex Market does not know this order")
NOT_AN_ID = gettext_noop("This is no Yandex Market id")
ALREADY_CANCELLED = gettext_noop("Already cancelled")
WAITS_FOR_BUYER = gettext_noop("Not to be packed yet: Yandex Market waits for the payment or a confirmation")
CODE_WRONG = gettext_noop("The buyer's code does not fit")
NO_CABINET = gettext_noop("The key opens no cabinet of Yandex Market")
NO_SUCH_MARK = gettext_noop("Yandex Market takes no code of this kind")
UNKNOWN_PLACE = gettext_noop("Yandex Market has no such warehouse")
