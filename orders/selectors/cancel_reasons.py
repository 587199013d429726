"""Why orders fell away, in words: the codes of marketplaces, and the sentences of those that have no codes."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_CODES: tuple[tuple[str | Promise, str], ...] = (
    (
        _("the buyer changed their mind"),
        "USER_CHANGED_MIND BuyerDoesNotWantOrder BuyerOtherReasons declined_by_client CUSTOMER_CANCELED",
    ),
    (_("the buyer found it cheaper"), "USER_BOUGHT_CHEAPER"),
    (_("the buyer placed another order"), "USER_PLACED_OTHER_ORDER REPLACING_ORDER BuyerChangeCoupon"),
    (_("the buyer refused it on receipt"), "USER_REFUSED_DELIVERY canceled_by_client reject"),
    (_("the goods did not suit the buyer"), "USER_REFUSED_PRODUCT BuyerWantChangeProduct"),
    (_("the quality did not suit the buyer"), "USER_REFUSED_QUALITY"),
    (
        _("the buyer could not be reached"),
        "USER_UNREACHABLE canceled_by_missed_call cancel_missed_call BuyerCannotContactSeller",
    ),
    (
        _("the buyer did not fetch it"),
        "PICKUP_EXPIRED FULL_NOT_RANSOM USER_HAS_NO_TIME_TO_PICKUP_ORDER cancel_shelf_life BuyerNotPickUpPosting",
    ),
    (
        _("the buyer wanted another address, day or carrier"),
        "USER_WANTS_TO_CHANGE_ADDRESS USER_WANTS_TO_CHANGE_DELIVERY_DATE BuyerChangeMailAddress BuyerChangeLogistic",
    ),
    (_("the buyer wanted to pay in another way"), "USER_WANTED_ANOTHER_PAYMENT_METHOD"),
    (_("not paid"), "USER_NOT_PAID RESERVATION_EXPIRED RESERVATION_FAILED BuyerCannotPayment PaymentTimeout"),
    (
        _("the seller could not fulfil it"),
        "SHOP_FAILED cancel CancelledBySeller CONFIRMATION_REJECT LATE_REJECT MERCHANT_CANCELED",
    ),
    (_("out of stock"), "MISSING_ITEM ProductNotEnough"),
    (_("not handled in time"), "PENDING_EXPIRED PROCESSING_EXPIRED CONFIRMATION_EXPIRED PACKING_EXPIRED"),
    (_("not handed over in time"), "WAREHOUSE_FAILED_TO_SHIP SHIPPING_EXPIRED ShippingTimeout"),
    (_("damaged"), "BROKEN_ITEM DAMAGED_BOX defect"),
    (_("wrong goods were packed"), "WRONG_ITEM WRONG_ITEM_DELIVERED"),
    (_("lost on the way"), "LOST DELIVERY_SERVICE_LOST SORTING_CENTER_LOST DROPOFF_LOST"),
    (
        _("the carrier did not deliver"),
        "DELIVERY_SERVICE_FAILED DELIVERY_SERVICE_UNDELIVERED DELIVERY_PROBLEMS "
        "COURIER_NOT_DELIVER_ORDER COURIER_RETURNED_ORDER COURIER_RETURNS_ORDER canceled_by_carrier "
        "cancel_carrier",
    ),
    (_("delivery took too long"), "TOO_LONG_DELIVERY"),
    (_("suspected fraud"), "ANTIFRAUD USER_FRAUD SecurityClose"),
)
_SENTENCES = {
    "Покупатель передумал": "USER_CHANGED_MIND",
    "Покупатель не забрал заказ": "PICKUP_EXPIRED",
    "Товар закончился на складе продавца": "MISSING_ITEM",
    "Остался только бракованный товар": "BROKEN_ITEM",
    "Другое (вина продавца)": "SHOP_FAILED",
}
_UNTOLD = frozenset({"CancelledByBuyer", "posting_canceled"})  # say that it was cancelled, and not why
_ALIKE: Mapping[str, tuple[str, ...]] = {
    code: (*codes.split(), *(sentence for sentence, same in _SENTENCES.items() if same in codes.split()))
    for _word, codes in _CODES
    for code in codes.split()
}
_WORDS: Mapping[str, str | Promise] = {code: word for word, codes in _CODES for code in codes.split()}


def alike(reason: str) -> tuple[str, ...]:
    """Every reason that is shown by the same words."""
    if not reason or reason in _UNTOLD:
        return ("", *sorted(_UNTOLD))
    return _ALIKE.get(_SENTENCES.get(reason, reason), (reason,))


def words(reason: str) -> str | Promise:
    """A reason as the marketplace said it (`Order.cancel_reason`) in our words, if it is one that we know."""
    if not reason or reason in _UNTOLD:
        return _("reason not told")
    return _WORDS.get(_SENTENCES.get(reason, reason), reason)
