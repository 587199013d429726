"""Wildberries' words in tables: limits, statuses, marking keys and decisions, refusals, token categories."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from marketplaces.dto import Actor, CancelReason, Code, MarkKind, ReturnKind, ReturnReason, Scheme, Stage
from marketplaces.ports import Limit


def gettext_noop(text: str) -> str:
    """This function will mark a text for translation; it is translated where it is shown."""
    return text


COMMON = "common-api"
CONTENT = "content-api"
PRICES = "discounts-prices-api"
MARKETPLACE = "marketplace-api"
ANALYTICS = "seller-analytics-api"

# Every answer 4xx of the marketplace host counts as ten requests, so nothing there may be probed.
FBS = Limit(group="wb:fbs", requests=300, period_s=60, interval_s=0.2, burst=20, cost_4xx=10)
# Polling of orders keeps a fifth of the bucket for itself, whatever else is asked.
FBS_WORK = replace(FBS, reserve=0.2)
FBS_CANCEL = Limit(group="wb:fbs-cancel", requests=100, period_s=60, interval_s=0.6, burst=20, cost_4xx=10)
MARKS_READ = Limit(group="wb:fbs-marks-read", requests=300, period_s=60, interval_s=0.2, burst=20, cost_4xx=10)
MARKS_WRITE = Limit(group="wb:fbs-marks-write", requests=1000, period_s=60, interval_s=0.06, burst=20, cost_4xx=10)
WAREHOUSES = Limit(group="wb:warehouses", requests=300, period_s=60, interval_s=0.2, burst=20, cost_4xx=10)
STOCKS = Limit(group="wb:stocks", requests=300, period_s=60, interval_s=0.2, burst=20, cost_4xx=10)
CARDS = Limit(group="wb:content", requests=100, period_s=60, interval_s=0.6, burst=5)
CARD_ERRORS = Limit(group="wb:content-errors", requests=10, period_s=60, interval_s=6, burst=5)
PRICE = Limit(group="wb:prices", requests=10, period_s=6, interval_s=0.6, burst=5)
OWN_STOCK = Limit(group="wb:wb-warehouses", requests=3, period_s=60, interval_s=20, burst=1)
RETURNS = Limit(group="wb:goods-return", requests=1, period_s=60, interval_s=60, burst=10)
SELLER_INFO = Limit(group="wb:seller-info", requests=1, period_s=60, interval_s=60, burst=10)

# The basic token is held much shorter where the specification has a row for it.
BASIC = {
    PRICE.group: Limit(group=PRICE.group, requests=4, period_s=3600, interval_s=900, burst=1),
    RETURNS.group: Limit(group=RETURNS.group, requests=2, period_s=3600, interval_s=1800, burst=1),
    SELLER_INFO.group: Limit(group=SELLER_INFO.group, requests=1, period_s=86400, interval_s=86400, burst=1),
}
# The marketplace host of Wildberries' own sandbox takes one request a second in all.
TEST = Limit(group="wb:test-contour", requests=60, period_s=60, interval_s=1, burst=1, cost_4xx=10)


def ping(host: str) -> Limit:
    """The limit of the key check, counted per host; automated use of it gets blocked."""
    return Limit(group=f"wb:ping:{host}", requests=3, period_s=30, burst=3)


class Kind:
    """Kinds of a token: claim `acc`."""

    BASIC = 1
    TEST = 2


def limits(limit: Limit, *, host: str, kind: int | None) -> Sequence[Limit]:
    """The limits that hold for a token of this kind, the broadest first."""
    if kind == Kind.BASIC:
        return (BASIC.get(limit.group, limit),)
    if kind == Kind.TEST and host == MARKETPLACE:
        return (TEST, limit)
    return (limit,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of the token: its bit in the claim `s`, and what fails without it."""

    bit: int
    name: str
    host: str
    methods: Sequence[str]
    needed: bool = True


READ_ONLY_BIT = 30
CATEGORIES = (
    Category(bit=1, name=gettext_noop("Content"), host=CONTENT, methods=(gettext_noop("cards"),)),
    Category(bit=3, name=gettext_noop("Prices and discounts"), host=PRICES, methods=(gettext_noop("prices"),)),
    Category(
        bit=4,
        name=gettext_noop("Marketplace"),
        host=MARKETPLACE,
        methods=(
            gettext_noop("warehouses"),
            gettext_noop("stock"),
            gettext_noop("orders and supplies"),
            gettext_noop("stickers"),
            gettext_noop("marking codes"),
        ),
    ),
    Category(
        bit=2,
        name=gettext_noop("Analytics"),
        host=ANALYTICS,
        methods=(gettext_noop("stock in Wildberries warehouses"), gettext_noop("returns")),
        needed=False,
    ),
)
WRITE_ACCESS = gettext_noop("Write access")
WRITE_METHODS = (gettext_noop("everything that changes something at Wildberries"),)

SCHEMES: Mapping[int, Scheme] = {
    1: Scheme.FBS,
    2: Scheme.DBS,
    3: Scheme.EXPRESS,  # DBW: Wildberries' courier collects from the seller
    5: Scheme.PICKUP,
    6: Scheme.EXPRESS,
}
ORDER_SCHEMES: Mapping[str, Scheme] = {
    "": Scheme.FBS,
    "fbs": Scheme.FBS,
    "dbs": Scheme.DBS,
    "edbs": Scheme.EXPRESS,
    "dbw": Scheme.EXPRESS,
}

# ISO 4217 numbers of the countries where Wildberries' sellers and buyers are.
CURRENCIES: Mapping[int, str] = {
    643: "RUB", 933: "BYN", 398: "KZT", 51: "AMD", 417: "KGS", 860: "UZS", 944: "AZN", 981: "GEL", 972: "TJS",
    156: "CNY", 344: "HKD", 840: "USD", 978: "EUR", 949: "TRY", 784: "AED",
}  # fmt: skip


# What a return is and why, by what their words contain, in this order; there is no list of them.
RETURN_KINDS: Sequence[tuple[str, ReturnKind]] = (
    ("отказ", ReturnKind.UNREDEEMED),
    ("невыкуп", ReturnKind.UNREDEEMED),
    ("покупател", ReturnKind.RETURN),
)
RETURN_WHY: Sequence[tuple[str, ReturnReason]] = (
    ("не тот", ReturnReason.WRONG_GOODS),
    ("пересорт", ReturnReason.WRONG_GOODS),
    ("не соответствует", ReturnReason.CARD),
    ("цвет", ReturnReason.CARD),
    ("поврежд", ReturnReason.DAMAGED),
    ("брак", ReturnReason.FAULTY),
    ("качеств", ReturnReason.FAULTY),
    ("не подош", ReturnReason.DOES_NOT_FIT),
    ("размер", ReturnReason.DOES_NOT_FIT),
    ("невыкуп", ReturnReason.UNREDEEMED),
    ("не забрал", ReturnReason.UNREDEEMED),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a pair of statuses means to us."""

    stage: Stage | None
    actor: Actor | None = None
    handed: bool = False
    problem: str = ""
    why: CancelReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Holds when wbStatus is in `wb` or supplierStatus is in `supplier`; with `both`, when both are."""

    means: Meaning
    wb: frozenset[str] = frozenset()
    supplier: frozenset[str] = frozenset()
    both: bool = False

    def holds(self, supplier: str, wb: str) -> bool:
        by_wb, by_supplier = wb in self.wb, supplier in self.supplier
        return by_wb and by_supplier if self.both else by_wb or by_supplier


def _rule(means: Meaning, *, wb: str = "", supplier: str = "", both: bool = False) -> Rule:
    return Rule(means=means, wb=frozenset(wb.split()), supplier=frozenset(supplier.split()), both=both)


def _gone(actor: Actor, why: CancelReason, *, wb: str = "", supplier: str = "", handed: bool = False) -> Rule:
    return _rule(Meaning(stage=Stage.CANCELLED, actor=actor, handed=handed, why=why), wb=wb, supplier=supplier)


def _at_work(supplier: str, stage: Stage) -> Rule:
    return Rule(
        means=Meaning(stage=stage),
        wb=frozenset({"waiting", ""}),
        supplier=frozenset({supplier}),
        both=True,
    )


LEFT_US = gettext_noop("Cancelled by Wildberries after delivery began: find out where the goods are")
UNKNOWN_STATUS = gettext_noop("Wildberries has a status that is new to us")
UNKNOWN_MARKING = gettext_noop("Wildberries requires a marking that is new to us")

# In the order of the integration brief, wbStatus first; the first rule that holds decides.
RULES = (
    _rule(Meaning(stage=Stage.DELIVERED, handed=True), wb="sold", supplier="receive"),
    _gone(Actor.BUYER, CancelReason.CHANGED_MIND, wb="declined_by_client"),
    _gone(Actor.BUYER, CancelReason.REFUSED, handed=True, wb="canceled_by_client", supplier="reject"),
    _gone(
        Actor.MARKETPLACE,
        CancelReason.UNREACHABLE,
        wb="canceled_by_missed_call",
        supplier="cancel_missed_call",
    ),
    _gone(Actor.BUYER, CancelReason.NOT_FETCHED, supplier="cancel_shelf_life"),
    _gone(Actor.SELLER, CancelReason.SELLER, supplier="cancel"),
    _gone(
        Actor.CARRIER,
        CancelReason.NOT_DELIVERED,
        handed=True,
        wb="canceled_by_carrier",
        supplier="cancel_carrier",
    ),
    _gone(Actor.MARKETPLACE, CancelReason.DAMAGED, handed=True, wb="defect"),
    _rule(
        Meaning(
            stage=Stage.CANCELLED,
            actor=Actor.MARKETPLACE,
            handed=True,
            problem=LEFT_US,
            why=CancelReason.UNTOLD,
        ),
        wb="canceled",
        supplier="complete deliver",
        both=True,
    ),
    _gone(Actor.MARKETPLACE, CancelReason.UNTOLD, wb="canceled"),
    _rule(Meaning(stage=Stage.DELIVERING, handed=True), wb="ready_for_pickup"),
    _rule(
        Meaning(stage=Stage.DELIVERING, handed=True),
        wb="sorted accepted_by_carrier sent_to_carrier postponed_delivery",
    ),
    _at_work("complete", Stage.HANDED_OVER),
    _at_work("deliver", Stage.DELIVERING),
    _at_work("prepare", Stage.READY_FOR_PICKUP),
    _at_work("confirm", Stage.CONFIRMED),
    _at_work("new", Stage.NEW),
)


def meaning(supplier: str, wb: str) -> Meaning:
    """
    This function will tell what a pair (supplierStatus, wbStatus) means.

    An unknown pair has no stage: it is shown to a person and not guessed.  Both enumerations are open.
    """
    for rule in RULES:
        if rule.holds(supplier, wb):
            return rule.means
    return Meaning(stage=None, problem=f"{UNKNOWN_STATUS}: {supplier or '-'} / {wb or '-'}")


MARK_KEYS: Mapping[MarkKind, str] = {
    MarkKind.SGTIN: "sgtin",
    MarkKind.UIN: "uin",
    MarkKind.IMEI: "imei",
    MarkKind.GTIN: "gtin",
    MarkKind.EXPIRATION: "expiration",
    MarkKind.CUSTOMS: "customsDeclaration",
}
MARK_KINDS: Mapping[str, MarkKind] = {key: kind for kind, key in MARK_KEYS.items()}

# Decisions with which a supply may be delivered; every other one, known or not, blocks it.
MARK_PASSES = frozenset({
    "filled", "optional", "deadlineExceeded", "sgtinIntroduced", "sgtinSoldB2B", "imeiMaySell", "imeiSoldB2B",
    "uinMaySell",
})  # fmt: skip
MARK_PENDING = frozenset({"pending"})
MARK_REQUIRED = "required"

REFUSALS: Mapping[str, Code] = {
    "NotFound": Code.NOT_FOUND,
    "AccessDenied": Code.WRONG_STATE,
    "StatusMismatch": Code.WRONG_STATE,
    "StatusChangeNotAllowed": Code.WRONG_STATE,
    "StatusNotAcceptable": Code.WRONG_STATE,
    "FailedToAddSupplyOrder": Code.WRONG_STATE,
    "SupplyHasOrders": Code.WRONG_STATE,
    "SupplyAlreadyScanned": Code.WRONG_STATE,
    "SupplyHasZeroOrders": Code.EMPTY,
    "SupplyNotClosed": Code.NOT_READY,
    "SupplyShippingRequired": Code.SHIPPING_METHOD_NEEDED,
    "UnsuitableShippingType": Code.SHIPPING_METHOD_NEEDED,
    "InvalidShippingDt": Code.SHIPPING_METHOD_NEEDED,
    "MetaKeyNotRequired": Code.MARK_REFUSED,
    "FailedToUpdateMeta": Code.MARK_REFUSED,
    "LowExpirationDate": Code.MARK_REFUSED,
    "MetaValidationFail": Code.MARKS_NEEDED,
    "CustomsDeclarationIsRequired": Code.MARKS_NEEDED,
    "IncorrectRequestBody": Code.INVALID,
    "IncorrectRequest": Code.INVALID,
    "IncorrectParameter": Code.INVALID,
    "BadRequest": Code.INVALID,
    "SKUUploadDisabled": Code.INVALID,
    "UploadDataLimit": Code.WRONG_QUANTITY,
    "CargoWarehouseRestrictionMGT": Code.WAREHOUSE,
    "CargoWarehouseRestrictionSGT": Code.WAREHOUSE,
    "CargoWarehouseRestrictionSGTKGTPlus": Code.WAREHOUSE,
    "CargoWarehouseRestrictionKGTPlus": Code.WAREHOUSE,
    "ProductPropertyConflict": Code.WAREHOUSE,
    "DeliveryTypeRestriction": Code.WAREHOUSE,
}
# Refusals that pass by themselves, with the pause before the next try in seconds.
PASSING: Mapping[str, float] = {"StoreIsProcessing": 15, "WarehouseStocksUpdateBlock": 60}

# "The same as already set" is what we wanted.
SAME_PRICE = "are already set"
NO_SUCH_CARD = "specified incorrectly"

SHIPPING_TYPES: Mapping[str, str] = {"": "selfShipping", "self": "selfShipping", "carrier": "transportCompany"}

# States of a price upload: 3 done, 4 cancelled, 5 partly refused, 6 refused; items: 2 set, 3 refused.
TASK_DONE = frozenset({3, 4, 5, 6})
TASK_CANCELLED = 4
GOOD_SET = 2
GOOD_REFUSED = 3

# What we say ourselves, beside what Wildberries says.
WRONG_DIMENSIONS = gettext_noop("Wildberries doubts the dimensions of the card")
NOT_AN_ID = gettext_noop("This is no Wildberries id")
UNKNOWN_ORDER = gettext_noop("Wildberries does not know this order")
UNKNOWN_SUPPLY = gettext_noop("Wildberries has no such supply")
NO_OPEN_SUPPLY = gettext_noop("There is no open supply to join")
ONE_UNIT = gettext_noop("A Wildberries order is one unit and is never split")
NO_SUCH_MARK = gettext_noop("Wildberries takes no code of this kind")
ALREADY_CANCELLED = gettext_noop("Already cancelled")
TOO_LATE = gettext_noop("Wildberries does not let it be cancelled any more")
BOXES_REFUSED = gettext_noop(
    "Wildberries takes no such number of boxes: only for goods that pick-up points take, and at most half as many as"
    " parcels. Close the handover again with another number, or with none."
)
EMPTY_SUPPLY = gettext_noop("The supply has no orders")
OTHER_ORDERS = gettext_noop("The supply and the handover hold different orders")
NOT_INSIDE = gettext_noop("The order is not in the supply")
NOT_PLANNED = gettext_noop("The order is in the supply but not in the handover")
CHOOSE_SHIPPING = gettext_noop("Choose the shipping point and method")
REFUSED_OFTEN = gettext_noop("Wildberries refused the batch too many times")
TWO_PRICES = gettext_noop("A card has one price for all its sizes, but two were given")
UPLOAD_CANCELLED = gettext_noop("The price upload was cancelled")
QUARANTINED = gettext_noop("In price quarantine: several times cheaper than before, the old price is kept")
NO_REASON = gettext_noop("Refused without a reason")
