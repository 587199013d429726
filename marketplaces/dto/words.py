"""The words of the product for what marketplaces call by many names."""

from enum import StrEnum


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


class ReturnReason(StrEnum):
    """Why goods came back; `orders.types.ReturnReason` has the same values."""

    UNREDEEMED = "unredeemed"
    FAULTY = "faulty"
    DOES_NOT_FIT = "does_not_fit"
    WRONG_GOODS = "wrong_goods"
    DAMAGED = "damaged"
    COURTESY = "courtesy"
    CARD = "card"
    NOT_DELIVERED = "not_delivered"
    UNTOLD = ""


class CancelReason(StrEnum):
    """Why an order fell away; `orders.types.CancelReason` has the same values."""

    CHANGED_MIND = "changed_mind"
    CHEAPER = "cheaper"
    OTHER_ORDER = "other_order"
    REFUSED = "refused"
    NOT_SUITED = "not_suited"
    QUALITY = "quality"
    UNREACHABLE = "unreachable"
    NOT_FETCHED = "not_fetched"
    OTHER_TERMS = "other_terms"
    OTHER_PAYMENT = "other_payment"
    NOT_PAID = "not_paid"
    SELLER = "seller"
    OUT_OF_STOCK = "out_of_stock"
    NOT_HANDLED = "not_handled"
    NOT_HANDED_OVER = "not_handed_over"
    DAMAGED = "damaged"
    WRONG_GOODS = "wrong_goods"
    LOST = "lost"
    NOT_DELIVERED = "not_delivered"
    TOO_LONG = "too_long"
    FRAUD = "fraud"
    UNTOLD = ""


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
