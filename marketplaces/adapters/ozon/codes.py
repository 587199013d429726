"""Ozon's words in tables: limits, statuses, refusals, reasons, marks, what the key must permit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from marketplaces.dto import (
    Actor,
    CancelReason,
    Code,
    HandoverState,
    MarkKind,
    ReturnKind,
    ReturnReason,
    ReturnStage,
    Scheme,
    Stage,
)
from marketplaces.ports import Limit

# All methods together, per Client-Id.  Order polling keeps a fifth of it while it is asked.
ORDERS: Sequence[Limit] = (Limit(group="ozon:account", requests=50, period_s=1),)
OTHERS: Sequence[Limit] = (Limit(group="ozon:account", requests=50, period_s=1, reserve=0.2),)
STOCKS: Sequence[Limit] = (*OTHERS, Limit(group="ozon:stocks", requests=80, period_s=60))
FILES: Sequence[Limit] = ()  # the file store is not the API

# Why a posting was cancelled, by their sentences.
WHY: Mapping[str, CancelReason] = {
    "Покупатель передумал": CancelReason.CHANGED_MIND,
    "Покупатель не забрал заказ": CancelReason.NOT_FETCHED,
    "Товар закончился на складе продавца": CancelReason.OUT_OF_STOCK,
    "Остался только бракованный товар": CancelReason.DAMAGED,
    "Другое (вина продавца)": CancelReason.SELLER,
    "": CancelReason.UNTOLD,
}

RETURN_KINDS: Mapping[str, ReturnKind] = {
    "cancellation": ReturnKind.UNREDEEMED,  # before it was handed out
    "fullreturn": ReturnKind.UNREDEEMED,  # refused when it was handed out, whole or in part
    "partialreturn": ReturnKind.UNREDEEMED,
    "clientreturn": ReturnKind.RETURN,
}
# Where the goods are, by the name that Ozon's system has for it.
RETURN_STAGES: Mapping[str, ReturnStage] = {
    "DisputeOpened": ReturnStage.ASKED,
    "OnSellerApproval": ReturnStage.ASKED,
    "OnSellerClarification": ReturnStage.ASKED,
    "OnSellerClarificationAfterPartialCompensation": ReturnStage.ASKED,
    "OfferedPartialCompensation": ReturnStage.ASKED,
    "ReturnMoneyApproved": ReturnStage.ASKED,
    "Approved": ReturnStage.ASKED,
    "ApprovedByOzon": ReturnStage.ASKED,
    "DisputeYouOpened": ReturnStage.ASKED,
    "DisputeOpening": ReturnStage.ASKED,
    "SendingError": ReturnStage.ASKED,
    "WaitingShipment": ReturnStage.ASKED,
    "MovingToSeller": ReturnStage.COMING,
    "ReturningToSellerByCourier": ReturnStage.COMING,
    "ArrivedAtReturnPlace": ReturnStage.READY_FOR_PICKUP,
    "ReceivedBySeller": ReturnStage.RECEIVED,
    "MovingToOzon": ReturnStage.KEPT,
    "ReturnedToOzon": ReturnStage.KEPT,
    "MoneyReturned": ReturnStage.KEPT,
    "MoneyReturnedBySystem": ReturnStage.KEPT,
    "PartialCompensationInProcess": ReturnStage.KEPT,
    "PartialCompensationReturned": ReturnStage.KEPT,
    # What Ozon pays the seller for does not come back.
    "WaitingCompensation": ReturnStage.KEPT,
    "CompensationOffered": ReturnStage.KEPT,
    "CompensationRejected": ReturnStage.KEPT,
    "CompensationRejectedBySla": ReturnStage.KEPT,
    "CompensationRejectedBySeller": ReturnStage.KEPT,
    "Utilizing": ReturnStage.DISPOSED,
    "Utilized": ReturnStage.DISPOSED,
    "CancelledDisputeNotOpen": ReturnStage.CANCELLED,
    "Rejected": ReturnStage.CANCELLED,
    "CrmRejected": ReturnStage.CANCELLED,
    "Cancelled": ReturnStage.CANCELLED,
}
# The end of the way is the seller's hands or Ozon's own warehouse: where the goods stay or are disposed of, not his.
RETURN_OVER = frozenset({ReturnStage.KEPT, ReturnStage.DISPOSED, ReturnStage.CANCELLED})
DECISION_WANTED = frozenset(
    {
        "OnSellerApproval",
        "OnSellerClarification",
        "OnSellerClarificationAfterPartialCompensation",
        "CompensationOffered",
    }
)
# Why goods come back, by what their sentences contain, in this order; there is no list of them.
RETURN_WHY: Sequence[tuple[str, ReturnReason]] = (
    ("не тот товар", ReturnReason.WRONG_GOODS),
    ("другой товар", ReturnReason.WRONG_GOODS),
    ("не соответствует описанию", ReturnReason.CARD),
    ("не соответствует фото", ReturnReason.CARD),
    ("поврежд", ReturnReason.DAMAGED),
    ("брак", ReturnReason.FAULTY),
    ("качеств", ReturnReason.FAULTY),
    ("не подош", ReturnReason.DOES_NOT_FIT),
    ("размер", ReturnReason.DOES_NOT_FIT),
    ("не забрал", ReturnReason.UNREDEEMED),
    ("не достав", ReturnReason.NOT_DELIVERED),
)

SAME_PAIR_S = 30.0  # the same article in the same warehouse once in this window
CIRCLE_OPEN_S = 180.0
PRICE_AGAIN_S = 3600.0  # ten times an hour for an article


def gettext_noop(text: str) -> str:
    """This function will mark a text for translation; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a status means to us; see `dto.RemoteStatus`."""

    stage: Stage
    problem: str = ""
    handed: bool = False
    hidden: bool = False
    actor: Actor | None = None


UNKNOWN_STATUS = gettext_noop("Ozon has a status that is new to us")
UNKNOWN_SUBSTATUS = gettext_noop("Ozon has a substatus that is new to us")
NO_PRICE = gettext_noop("Ozon gave no price")
SET_CUTOFF = gettext_noop("Choose the shipping date in the Ozon cabinet, else the parcel cannot be packed later")

STATUSES: Mapping[str, Meaning] = {
    "awaiting_verification": Meaning(stage=Stage.NEW),
    "awaiting_approve": Meaning(stage=Stage.NEW),
    "awaiting_packaging": Meaning(stage=Stage.NEW),
    "awaiting_registration": Meaning(stage=Stage.PACKED),
    "awaiting_deliver": Meaning(stage=Stage.PACKED),
    "acceptance_in_progress": Meaning(stage=Stage.HANDED_OVER, handed=True),
    "not_accepted": Meaning(stage=Stage.PACKED, problem=gettext_noop("Not accepted at the sorting centre")),
    "sent_by_seller": Meaning(stage=Stage.DELIVERING, handed=True),
    "delivering": Meaning(stage=Stage.DELIVERING, handed=True),
    "driver_pickup": Meaning(stage=Stage.DELIVERING, handed=True),
    "arbitration": Meaning(
        stage=Stage.DELIVERING, handed=True, problem=gettext_noop("Sent but not scanned by Ozon: dispute")
    ),
    "client_arbitration": Meaning(
        stage=Stage.DELIVERING, handed=True, problem=gettext_noop("The buyer disputes the delivery")
    ),
    "delivered": Meaning(stage=Stage.DELIVERED, handed=True),
    "cancelled": Meaning(stage=Stage.CANCELLED),
    # The parent after a split; its children replace it.
    "cancelled_from_split_pending": Meaning(stage=Stage.CANCELLED, hidden=True, actor=Actor.MARKETPLACE),
}

# Substatus → a problem to show ("" = an ordinary one).
SUBSTATUSES: Mapping[str, str] = {
    "": "",
    "posting_acceptance_in_progress": "",
    "posting_in_arbitration": "",
    "posting_created": "",
    "posting_packing": "",
    "posting_in_carriage": "",
    "posting_not_in_carriage": "",
    "posting_registered": "",
    "posting_transferring_to_delivery": "",
    "posting_awaiting_passport_data": gettext_noop("Ozon waits for the buyer's passport data"),
    "posting_awaiting_registration": "",
    "posting_registration_error": gettext_noop("The carrier could not register the parcel"),
    "posting_split_pending": "",
    "posting_canceled": "",
    "posting_cancelled": "",
    "posting_in_client_arbitration": "",
    "posting_delivered": "",
    "posting_received": "",
    "posting_conditionally_delivered": "",
    "posting_in_courier_service": "",
    "posting_in_pickup_point": "",
    "posting_on_way_to_city": "",
    "posting_on_way_to_pickup_point": "",
    "posting_returned_to_warehouse": gettext_noop("Returned to the warehouse"),
    "posting_transferred_to_courier_service": "",
    "posting_driver_pick_up": "",
    "posting_not_in_sort_center": "",
    "ship_failed": gettext_noop("Ozon could not pack the parcel: try again"),
}
SHIP_FAILED = "ship_failed"
# Asked for by the quick poll: what waits for us.
NEW_STATUSES = ("awaiting_approve", "awaiting_packaging")
NOT_YET = frozenset({"awaiting_verification", "awaiting_approve"})
TO_PACK = "awaiting_packaging"
SPLIT_PARENT = "cancelled_from_split_pending"

# Why a posting was cancelled, by cancellation_type, else by the Russian word of cancellation_initiator.
ACTORS: Mapping[str, Actor] = {
    "seller": Actor.SELLER,
    "client": Actor.BUYER,
    "customer": Actor.BUYER,
    "buyer": Actor.BUYER,
    "ozon": Actor.MARKETPLACE,
    "system": Actor.MARKETPLACE,
    "delivery": Actor.CARRIER,
    "продавец": Actor.SELLER,
    "клиент": Actor.BUYER,
    "покупатель": Actor.BUYER,
    "система": Actor.MARKETPLACE,
    "служба доставки": Actor.CARRIER,
}

FLOWS: Mapping[str, Scheme] = {
    "ozon": Scheme.FBS,
    "fbp": Scheme.FBO,  # lies in a partner's warehouse of Ozon: nothing to pack for us
    "click_and_collect": Scheme.PICKUP,
    "aggregator": Scheme.DBS,
    "3pl_tracking": Scheme.DBS,
    "non_integrated": Scheme.DBS,
    "hybrid": Scheme.DBS,
    "hybryd": Scheme.DBS,  # so in tpl_integration_type
    "hybrid_aggregator": Scheme.DBS,
    "hybrid_non_integrated": Scheme.DBS,
    "hybrid_3pl_tracking": Scheme.DBS,
}

WAREHOUSE_ACTIVE = frozenset({"", "created", "active"})
METHOD_ACTIVE = frozenset({"", "active"})
SELLABLE = "price_sent"  # stock is refused until a card has come so far

# Field of `requirements` → what each unit must carry.
REQUIREMENTS: Mapping[str, MarkKind] = {
    "products_requiring_mandatory_mark": MarkKind.SGTIN,
    "products_requiring_jw_uin": MarkKind.UIN,
    "products_requiring_imei": MarkKind.IMEI,
    "products_requiring_gtd": MarkKind.CUSTOMS,
    "products_requiring_rnpt": MarkKind.RNPT,
    "products_requiring_country": MarkKind.COUNTRY,
    "products_requiring_change_country": MarkKind.COUNTRY,
    "products_requiring_weight": MarkKind.WEIGHT,
}
MARK_TYPES: Mapping[MarkKind, str] = {
    MarkKind.SGTIN: "mandatory_mark",
    MarkKind.UIN: "jw_uin",
    MarkKind.IMEI: "imei",
}
MARK_KINDS: Mapping[str, MarkKind] = {name: kind for kind, name in MARK_TYPES.items()}
MARKS_READY = frozenset({"ship_available", "update_available"})
MARKS_CHECKING = "validation_in_process"
MARK_CHECKING = frozenset({"processing", "in_process", "validation_in_process"})
MARK_PASSED = frozenset({"passed", ""})

# Beginnings of their error words → ours.  Texts are sentences as often as codes, so they are compared by what they
# contain, in this order.
REFUSALS: Sequence[tuple[str, Code]] = (
    ("posting_already_shipped", Code.ALREADY_DONE),
    ("exemplar_info_already_defined", Code.ALREADY_DONE),
    ("already_cancelled", Code.CANCELLED),
    ("already_canceled", Code.CANCELLED),
    ("exemplar_info_not_filled", Code.MARKS_NEEDED),
    ("gtd_must_be_specified", Code.MARKS_NEEDED),
    ("mandatory_mark", Code.MARK_REFUSED),
    ("gtd_is_required_only", Code.MARK_REFUSED),
    ("exemplar_id", Code.MARK_REFUSED),
    ("the next postings aren't ready", Code.NOT_READY),
    ("the next postings are not ready", Code.NOT_READY),
    ("posting_statuses_not_ready", Code.NOT_READY),
    ("package_time_not_passed", Code.NOT_READY),
    ("not_registered", Code.NOT_READY),
    ("no_postings_for_batch_download", Code.WRONG_STATE),
    ("label not allowed", Code.WRONG_STATE),
    ("posting_numbers_is_incorrect", Code.NOT_FOUND),
    ("no_postings", Code.EMPTY),
    ("product_is_not_created", Code.CARD_INCOMPLETE),
    ("product_has_not_been_tagged", Code.CARD_INCOMPLETE),
    ("source_type_not_found", Code.CARD_INCOMPLETE),
    ("product_is_archived", Code.CARD_INCOMPLETE),
    ("size_required", Code.INVALID),
    ("stock_too_big", Code.WRONG_QUANTITY),
    ("too_many_requests", Code.TOO_OFTEN),
    ("too frequently", Code.TOO_OFTEN),
    ("limit exceeded", Code.TOO_OFTEN),
    ("warehouse", Code.WAREHOUSE),
    ("over_max_ovh", Code.WAREHOUSE),
    ("multibox_not_allowed", Code.WAREHOUSE),
    ("cb_delivery_only_fbp", Code.WAREHOUSE),
    ("flammable_only", Code.WAREHOUSE),
    ("mp_delivery_only", Code.WAREHOUSE),
    ("has_incorrect_product_quantity", Code.WRONG_QUANTITY),
    ("unknow_product", Code.WRONG_QUANTITY),
    ("unknown_product", Code.WRONG_QUANTITY),
    ("discount_", Code.PRICE_REFUSED),
    ("price", Code.PRICE_REFUSED),
    ("invalid_cat", Code.PRICE_REFUSED),
    ("has_incorrect_status", Code.WRONG_STATE),
    ("has_incorrect_tpl", Code.WRONG_STATE),
    ("transition_is_not_possible", Code.WRONG_STATE),
    ("incorrect_carriage_status", Code.WRONG_STATE),
    ("incorrect_status", Code.WRONG_STATE),
    ("forbidden", Code.WRONG_STATE),
    ("not_found", Code.NOT_FOUND),
    ("not found", Code.NOT_FOUND),
    ("invalid_argument", Code.INVALID),
    ("validation error", Code.INVALID),
)
GRPC: Mapping[object, Code] = {3: Code.INVALID, 5: Code.NOT_FOUND, 6: Code.ALREADY_DONE, 9: Code.WRONG_STATE}
HTTP: Mapping[int, Code] = {400: Code.INVALID, 404: Code.NOT_FOUND, 409: Code.WRONG_STATE}

# Our reason → (their reason, whether it always needs words).
CANCEL_REASONS: Mapping[str, int] = {"out_of_stock": 352, "defective": 400, "other": 402}
OTHER_REASON = 402
CANCEL_TEXTS: Mapping[str, str] = {
    "out_of_stock": "Товар закончился",
    "defective": "Остался только бракованный товар",
    "other": "Отмена продавцом",
}

CARRIAGES: Mapping[str, HandoverState] = {
    "new": HandoverState.OPEN,
    "pending": HandoverState.CLOSING,
    "awaiting_retry": HandoverState.CLOSING,
    "in_process": HandoverState.CLOSING,
    "success": HandoverState.CLOSED,
    "formed": HandoverState.CLOSED,
    "sended": HandoverState.CLOSED,
    "received": HandoverState.CLOSED,
    "closed": HandoverState.CLOSED,
    "completed": HandoverState.CLOSED,
    "completion_enqueued": HandoverState.CLOSED,
    "completion_processing": HandoverState.CLOSED,
    "completion_failed": HandoverState.CLOSED,
    "error": HandoverState.FAILED,
    "cancelation_enqueued": HandoverState.CANCELLED,
    "cancelation_processing": HandoverState.CANCELLED,
    "cancelation_failed": HandoverState.CLOSED,
    "cancelled": HandoverState.CANCELLED,
    "canceled": HandoverState.CANCELLED,
}
ACT_READY = "ready"
ACT_FAILED = frozenset({"error", "cancelled"})
NOT_CANCELLED = gettext_noop("Ozon did not cancel the order and gave no reason")
REMOVED = gettext_noop("Ozon left the parcel out of the handover")

LABEL_DONE = "completed"
LABEL_WAITING = frozenset({"pending", "in_progress"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What the key must permit for one part of the work."""

    name: str
    methods: Sequence[str]
    needed: bool = True


PERMISSIONS: Sequence[Group] = (
    Group(name=gettext_noop("Warehouses"), methods=("/v2/warehouse/list", "/v2/delivery-method/list")),
    Group(name=gettext_noop("Products"), methods=("/v3/product/list", "/v3/product/info/list")),
    Group(
        name=gettext_noop("Orders"),
        methods=("/v4/posting/fbs/unfulfilled/list", "/v4/posting/fbs/list", "/v3/posting/fbs/get"),
    ),
    Group(
        name=gettext_noop("Packing"),
        methods=(
            "/v4/posting/fbs/ship",
            "/v6/fbs/posting/product/exemplar/create-or-get",
            "/v6/fbs/posting/product/exemplar/set",
            "/v5/fbs/posting/product/exemplar/status",
        ),
    ),
    Group(
        name=gettext_noop("Stickers"),
        methods=("/v3/posting/fbs/package-label/create", "/v2/posting/fbs/package-label/get"),
    ),
    Group(
        name=gettext_noop("Handover"),
        methods=(
            "/v2/carriage/delivery/list",
            "/v1/carriage/create",
            "/v1/carriage/set-postings",
            "/v1/carriage/approve",
            "/v1/carriage/get",
            "/v2/posting/fbs/act/check-status",
            "/v2/posting/fbs/act/get-pdf",
            "/v2/posting/fbs/act/get-barcode",
        ),
    ),
    Group(
        name=gettext_noop("Cancellation"),
        methods=("/v1/posting/fbs/cancel-reason", "/v2/posting/fbs/cancel", "/v2/posting/fbs/product/cancel"),
    ),
    Group(name=gettext_noop("Stock"), methods=("/v2/products/stocks", "/v2/product/info/stocks-by-warehouse/fbs")),
    Group(name=gettext_noop("Prices"), methods=("/v1/product/import/prices", "/v5/product/info/prices")),
    Group(
        name=gettext_noop("Stock in Ozon's warehouses"),
        methods=("/v1/product/info/stocks-by-warehouse/fbo", "/v1/warehouse/ozon/list"),
        needed=False,
    ),
    Group(name=gettext_noop("Returns"), methods=("/v1/returns/list",), needed=False),
)
ALL_METHODS_ROLE = "admin"
