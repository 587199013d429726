"""Megamarket's words in tables: limits, statuses of lots, refusals, reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplaces.dto import Actor, CancelReason, Code, Scheme, Stage
from marketplaces.ports import Limit

# All methods together, per seller.  Order polling keeps a fifth of it while it is asked.
ORDERS: Sequence[Limit] = (Limit(group="megamarket:account", requests=5, period_s=1),)
OTHERS: Sequence[Limit] = (Limit(group="megamarket:account", requests=5, period_s=1, reserve=0.2),)

ORDER = "/api/market/v1/orderService"
OFFER = "/api/merchantIntegration/v1/offerService"
CARD = "/api/merchantIntegration/assortment/v1"


def gettext_noop(text: str) -> str:
    """This function will mark a text for translation; it is translated where it is shown."""
    return text


DELIVERY = "delivery"  # the lot that is no goods but the seller's own delivery
SCHEMES: Mapping[str, Scheme] = {"fbs": Scheme.FBS, "dbs": Scheme.DBS, "cnc": Scheme.PICKUP}
SERVICE_SCHEMES: Mapping[str, Scheme] = {
    "FULFILLMENT_BY_MERCHANT": Scheme.FBS,
    "DELIVERY_BY_MERCHANT": Scheme.DBS,
    "COLLECT_BY_CUSTOMER": Scheme.PICKUP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """
    What the status of a lot means to us; see `dto.RemoteStatus`.

    rank: how far it is, the least advanced lot tells the shipment's.  A lot confirmed over there is still to be packed
    by us, which is our commit: so it stays new until it is packed.
    """

    stage: Stage
    rank: int
    problem: str = ""
    handed: bool = False
    actor: Actor | None = None
    pending: bool = False


UNKNOWN_STATUS = gettext_noop("Megamarket has a status that is new to us")
PART_CANCELLED = gettext_noop("Part of the order was cancelled: pack only the rest")
LATE_PACKING = gettext_noop("The packing deadline of Megamarket has passed")
LATE_SHIPPING = gettext_noop("The handover deadline of Megamarket has passed")

STATUSES: Mapping[str, Meaning] = {
    "NEW": Meaning(stage=Stage.NEW, rank=0),
    "PENDING": Meaning(stage=Stage.NEW, rank=0, pending=True),
    "PENDING_CONFIRMATION": Meaning(stage=Stage.NEW, rank=1, pending=True),
    "CONFIRMED": Meaning(stage=Stage.NEW, rank=2),
    "PACKING_EXPIRED": Meaning(stage=Stage.NEW, rank=2, problem=LATE_PACKING),
    "PENDING_PACKING": Meaning(stage=Stage.NEW, rank=3, pending=True),
    "PACKED": Meaning(stage=Stage.PACKED, rank=4),
    "SHIPPING_EXPIRED": Meaning(stage=Stage.PACKED, rank=4, problem=LATE_SHIPPING),
    "PENDING_SHIPPING": Meaning(stage=Stage.PACKED, rank=5, pending=True),
    "SHIPPED": Meaning(stage=Stage.DELIVERING, rank=6, handed=True),
    "DELIVERED": Meaning(stage=Stage.DELIVERED, rank=7, handed=True),
    "MERCHANT_CANCELED": Meaning(stage=Stage.CANCELLED, rank=9, actor=Actor.SELLER),
    "CUSTOMER_CANCELED": Meaning(stage=Stage.CANCELLED, rank=9, actor=Actor.BUYER),
}
PACKED_RANK = STATUSES["PACKED"].rank
SHIPPED_RANK = STATUSES["SHIPPED"].rank

# What a card's status says when it is not for sale.
CARD_SELLABLE = frozenset({"ACTIVE"})
CARD_WRONG = frozenset({"ERROR", "CHANGES_REJECTED", "BLOCKED"})
CARD_STATES: Mapping[str, str] = {
    "CHANGES_REJECTED": gettext_noop("Megamarket rejected the changes of the card"),
    "BLOCKED": gettext_noop("Megamarket blocked the card"),
    "ERROR": gettext_noop("Megamarket found an error in the card"),
}
# Why a lot was cancelled: its `subStatus`, else who cancelled it.
WHY: Mapping[str, CancelReason] = {
    "CONFIRMATION_REJECT": CancelReason.SELLER,
    "LATE_REJECT": CancelReason.SELLER,
    "CONFIRMATION_EXPIRED": CancelReason.NOT_HANDLED,
    "PACKING_EXPIRED": CancelReason.NOT_HANDLED,
    "SHIPPING_EXPIRED": CancelReason.NOT_HANDED_OVER,
    "MERCHANT_CANCELED": CancelReason.SELLER,
    "CUSTOMER_CANCELED": CancelReason.CHANGED_MIND,
}
NAME_ATTRIBUTE, BARCODE_ATTRIBUTE = 17, 39

BAD_TOKEN = "авторизационный токен"  # noqa: S105, the beginning of their refusal
# Parts of what they say → our standard reason; the first that fits.
REFUSALS: Sequence[tuple[str, Code]] = (
    ("digitalmark", Code.MARKS_NEEDED),
    ("маркировк", Code.MARKS_NEEDED),
    ("pending", Code.NOT_READY),
    ("обрабатыва", Code.NOT_READY),
    ("не найден", Code.NOT_FOUND),
    ("not found", Code.NOT_FOUND),
    ("отмен", Code.CANCELLED),
    ("статус", Code.WRONG_STATE),
    ("status", Code.WRONG_STATE),
    ("boxcode", Code.INVALID),
    ("ordercode", Code.INVALID),
)
HTTP: Mapping[int, Code] = {400: Code.INVALID, 404: Code.NOT_FOUND, 409: Code.WRONG_STATE, 422: Code.INVALID}

# `reason` of the product → theirs, for FBS and for what the seller brings or gives out.
REJECT_FBS: Mapping[str, str] = {"out_of_stock": "OUT_OF_STOCK", "defective": "INCORRECT_PRODUCT"}
REJECT_OWN: Mapping[str, str] = {"out_of_stock": "OUT_OF_STOCK", "defective": "NOT_ACCEPTABLE"}
REJECT_OTHER: Mapping[Scheme, str] = {Scheme.FBS: "OUT_OF_STOCK"}
REJECT_OTHER_OWN = "NOT_ACCEPTABLE"

# What we say ourselves, beside what Megamarket says.
WHOLE_ROUBLES = gettext_noop("Megamarket takes whole roubles: round the prices of this channel up to 1")
ONE_STOCK = gettext_noop("Megamarket keeps one stock for the whole cabinet: publish it in one warehouse only")
NOT_SAVED = gettext_noop("Megamarket did not save all prices of the request and did not say which")
NOT_THERE_YET = gettext_noop("Megamarket does not show the order yet")
UNKNOWN_ORDER = gettext_noop("Megamarket does not know this order")
TOO_MANY_PIECES = gettext_noop("Megamarket has fewer pieces of it left in the order")
BOXES_STAND = gettext_noop(
    "Megamarket takes no other boxes for this order any more: pack it as it was told. Its sticker comes again."
)
NOT_PACKED = gettext_noop("Not packed at Megamarket")
