"""AliExpress' words in tables: limits, statuses, reasons, refusals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplaces.dto import Actor, CancelReason, Code, Scheme, Stage
from marketplaces.ports import Limit

# Nothing is documented per method: two requests a second for a token, one write at a time.
READS: Sequence[Limit] = (Limit(group="aliexpress:account", requests=2, period_s=1),)
WORK: Sequence[Limit] = (Limit(group="aliexpress:account", requests=2, period_s=1, reserve=0.5),)
WRITES: Sequence[Limit] = (
    *WORK,
    Limit(group="aliexpress:writes", requests=60, period_s=60, interval_s=1, burst=2),
)
FILES: Sequence[Limit] = ()
QUOTA_S = 4 * 3600.0  # a spent quota comes back within four hours


def gettext_noop(text: str) -> str:
    """This function will mark a text for translation; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a status means to us; see `dto.RemoteStatus`."""

    stage: Stage
    problem: str = ""
    handed: bool = False


UNKNOWN_STATUS = gettext_noop("AliExpress has a status that is new to us")
NOT_PAID = gettext_noop("Not paid yet: do not pack")
ASKS_TO_CANCEL = gettext_noop("The buyer asks to cancel: stop packing, answer in the AliExpress cabinet")
FROZEN = gettext_noop("AliExpress has frozen the order")
DISPUTE = gettext_noop("The buyer has opened a dispute")
CREATION_FAILED = gettext_noop("AliExpress could not make the shipment")
NO_ARTICLE = gettext_noop("AliExpress gave no article for a line")

NEW, PACKED, DELIVERING = Stage.NEW, Stage.PACKED, Stage.DELIVERING
DISPLAY: Mapping[str, Meaning] = {
    "PlaceOrderSuccess": Meaning(stage=NEW, problem=NOT_PAID),
    "PaymentPending": Meaning(stage=NEW, problem=NOT_PAID),
    "WaitExamineMoney": Meaning(stage=NEW, problem=NOT_PAID),
    "WaitGroup": Meaning(stage=NEW, problem=NOT_PAID),
    "WaitSendGoods": Meaning(stage=NEW),
    "PartialSendGoods": Meaning(stage=PACKED),
    "WaitAcceptGoods": Meaning(stage=DELIVERING, handed=True),
    "Complete": Meaning(stage=Stage.DELIVERED, handed=True),
    "Finish": Meaning(stage=Stage.DELIVERED, handed=True),
    "Close": Meaning(stage=Stage.CANCELLED),
    "InCancel": Meaning(stage=NEW, problem=ASKS_TO_CANCEL),
    "InFrozen": Meaning(stage=NEW, problem=FROZEN),
    "InIssue": Meaning(stage=NEW, problem=DISPUTE),
    # `status`, which stands in its place where it is not told.
    "Created": Meaning(stage=NEW, problem=NOT_PAID),
    "InProgress": Meaning(stage=NEW),
    "Finished": Meaning(stage=Stage.DELIVERED, handed=True),
    "Cancelled": Meaning(stage=Stage.CANCELLED),
}
# How far these are, the shipments tell.
MOVING = frozenset({"WaitSendGoods", "PartialSendGoods", "WaitAcceptGoods", "InProgress"})
# Those that stand over a state without replacing it: the shipments tell how far the order is.
FLAGS = frozenset({"InCancel", "InFrozen", "InIssue"})

# Shipments, from the least to the most advanced; `rank` decides which of several tells the order's.
SHIPMENTS: Mapping[str, tuple[int, Meaning]] = {
    "New": (1, Meaning(stage=NEW)),
    "AwaitingCreateOrder": (1, Meaning(stage=NEW)),
    "OrderCreationProblems": (1, Meaning(stage=NEW, problem=CREATION_FAILED)),
    "AwaitingHandoverList": (3, Meaning(stage=PACKED)),
    "AddingToHandoverProblems": (3, Meaning(stage=PACKED)),
    "AwaitingConfirmation": (4, Meaning(stage=PACKED)),
    "AwaitingDispatch": (4, Meaning(stage=PACKED)),
    "OrderReceivedFromSeller": (5, Meaning(stage=DELIVERING, handed=True)),
    "CrossDocSorting": (5, Meaning(stage=DELIVERING, handed=True)),
    "CrossDocSent": (5, Meaning(stage=DELIVERING, handed=True)),
    "ProviderPostingReceive": (5, Meaning(stage=DELIVERING, handed=True)),
    "ProviderPostingLeftTheReception": (5, Meaning(stage=DELIVERING, handed=True)),
    "ProviderPostingArrivedAtSorting": (5, Meaning(stage=DELIVERING, handed=True)),
    "ProviderPostingSorting": (5, Meaning(stage=DELIVERING, handed=True)),
    "ProviderPostingLeftTheSorting": (5, Meaning(stage=DELIVERING, handed=True)),
    "ProviderPostingArrived": (5, Meaning(stage=DELIVERING, handed=True)),
    "ProviderPostingUnsuccessfulAttemptOfDelivery": (5, Meaning(stage=DELIVERING, handed=True)),
    "ProviderPostingTemporaryStorage": (5, Meaning(stage=DELIVERING, handed=True)),
    "ProviderPostingDelivered": (6, Meaning(stage=Stage.DELIVERED, handed=True)),
    "ProviderPostingInReturn": (7, Meaning(stage=Stage.RETURNING, handed=True)),
    "ProviderPostingReturned": (8, Meaning(stage=Stage.RETURNED, handed=True)),
}
SHIPMENT_GONE = frozenset({"Rejected", "Cancelled"})
MADE_RANK, LISTED_RANK, TAKEN_RANK = 3, 4, 5

DELIVERED_BECAUSE = frozenset({"ConfirmedByBuyer", "AutoConfirm", "ConfirmedByLogistic"})
CANCELLED_BY: Mapping[str, Actor] = {
    **dict.fromkeys(
        (
            "CancelledByBuyer", "BuyerDoesNotWantOrder", "BuyerWantChangeProduct", "BuyerChangeCoupon",
            "BuyerChangeMailAddress", "BuyerChangeLogistic", "BuyerCannotPayment", "BuyerOtherReasons",
            "BuyerCannotContactSeller", "BuyerNotPickUpPosting",
        ),
        Actor.BUYER,
    ),
    **dict.fromkeys(
        (
            "CancelledBySeller", "ShippingTimeout", "ProductNotEnough", "SellerDidNotUseBuyerLogisticType",
            "SellerRiseOrderAmount", "FreightCommitDayNotMatch",
        ),
        Actor.SELLER,
    ),
    **dict.fromkeys(
        (
            "PaymentTimeout", "SecurityClose", "LogisticOrderToPostingMapFailed", "CancelGroupBuyAfterPay",
            "GroupBuyFailure",
        ),
        Actor.MARKETPLACE,
    ),
}  # fmt: skip
NOT_COLLECTED = "BuyerNotPickUpPosting"
WHY: Mapping[str, CancelReason] = {
    "BuyerDoesNotWantOrder": CancelReason.CHANGED_MIND,
    "BuyerOtherReasons": CancelReason.CHANGED_MIND,
    "BuyerChangeCoupon": CancelReason.OTHER_ORDER,
    "BuyerWantChangeProduct": CancelReason.NOT_SUITED,
    "BuyerCannotContactSeller": CancelReason.UNREACHABLE,
    NOT_COLLECTED: CancelReason.NOT_FETCHED,
    "BuyerChangeMailAddress": CancelReason.OTHER_TERMS,
    "BuyerChangeLogistic": CancelReason.OTHER_TERMS,
    "BuyerCannotPayment": CancelReason.NOT_PAID,
    "PaymentTimeout": CancelReason.NOT_PAID,
    "CancelledBySeller": CancelReason.SELLER,
    "ProductNotEnough": CancelReason.OUT_OF_STOCK,
    "ShippingTimeout": CancelReason.NOT_HANDED_OVER,
    "SecurityClose": CancelReason.FRAUD,
    "CancelledByBuyer": CancelReason.UNTOLD,
}

SCHEMES: Mapping[str, Scheme] = {"fbs": Scheme.FBS, "dbs": Scheme.DBS}
TASK_DONE, TASK_FAILED = 3, 4

TOKEN_REFUSED = ("gettokenbyid", "cannot gettoken")
SPENT = frozenset({"429"})
REFUSALS: Sequence[tuple[str, Code]] = (
    ("logisticprovidernotfound", Code.INVALID),
    ("ordernotfound", Code.NOT_FOUND),
    ("notfound", Code.NOT_FOUND),
    ("not found", Code.NOT_FOUND),
    ("alreadyexist", Code.ALREADY_DONE),
    ("already", Code.ALREADY_DONE),
    ("cancel", Code.CANCELLED),
    ("status", Code.WRONG_STATE),
)
HTTP: Mapping[int, Code] = {400: Code.INVALID, 404: Code.NOT_FOUND, 409: Code.WRONG_STATE, 422: Code.INVALID}

# What we say ourselves, beside what AliExpress says.
ONE_STOCK = gettext_noop("AliExpress keeps one stock for the whole shop: publish it in one warehouse only")
NO_CARD = gettext_noop("AliExpress shows no card with this article")
NOT_ANSWERED = gettext_noop("AliExpress did not answer for this row")
UNKNOWN_ORDER = gettext_noop("AliExpress does not know this order")
BOXES_STAND = gettext_noop(
    "AliExpress takes no other boxes for this order any more: pack it as it was told. Its sticker comes again."
)
NO_SHIPMENT = gettext_noop("AliExpress has not made the shipment yet")
OWN_DELIVERY = gettext_noop("The seller delivers this order himself: there is no sticker and no handover list")
TRACK_NEEDED = gettext_noop("AliExpress wants the track number and the carrier of the parcel")
TRANSFER_OFF = gettext_noop("Close the handover list in the AliExpress cabinet: closing it from here is switched off")
