"""A shipment as order/get and the pushes tell it."""

from datetime import datetime, timedelta, timezone
from typing import Any

from sandbox.megamarket.cabinet import GONE, Cabinet
from sandbox.megamarket.keys import DBS, FBS
from sandbox.megamarket.state import Lot, Shipment

Json = dict[str, Any]
MOSCOW = timezone(timedelta(hours=3))
# `status` of the shipment is empty for a while after it was made.
STATUS_AFTER = 60.0
ORDER = (
    "NEW",
    "PENDING_CONFIRMATION",
    "CONFIRMED",
    "PENDING_PACKING",
    "PACKED",
    "PENDING_SHIPPING",
    "SHIPPED",
    "DELIVERED",
)


def moscow(stamp: float) -> str:
    """This function will give 2026-11-24T10:00:00+03:00."""
    return datetime.fromtimestamp(stamp, MOSCOW).isoformat(timespec="seconds")


def detail(cabinet: Cabinet, it: Shipment) -> Json:
    own = cabinet.scheme != FBS
    told: Json = {
        "shipmentId": it.number,
        "orderCode": it.order_code,
        "confirmedTimeLimit": moscow(it.confirm_until),
        "packingTimeLimit": moscow(it.pack_until),
        "shippingTimeLimit": moscow(it.ship_until),
        "shipmentDateFrom": moscow(it.ship_until - 4 * 3600),
        "shipmentDateTo": moscow(it.ship_until),
        "packingDate": None,
        "reserveExpirationDate": moscow(it.pack_until + 3 * 86_400) if own else None,
        "shippingDate": moscow(it.shipped_at) if it.shipped_at else None,
        "deliveryId": str(900_000_000 + int(it.number) % 100_000_000),
        "shipmentDateShift": False,
        "shipmentIsChangeable": not any(lot.status in ORDER[5:] for lot in it.lots),  # until it is being shipped
        "customerFullName": it.person,
        "customerAddress": f"г {it.city}, ул Примерная, д 1",
        "shippingPoint": cabinet.shipping_point,
        "creationDate": moscow(it.created),
        "deliveryDate": moscow(it.ship_until + 2 * 86_400),
        "deliveryDateFrom": moscow(it.ship_until + 2 * 86_400),
        "deliveryDateTo": moscow(it.ship_until + 2 * 86_400 + 4 * 3600),
        "deliveryMethodId": "2",
        "serviceScheme": scheme(cabinet) if own else None,
        "depositedAmount": sum(lot.final_price for lot in it.lots) if own else None,
        "customer": {"phone": "79000000000", "email": "buyer@example.ru", "comment": None} if own else None,
        "items": [_lot(cabinet, lot) for lot in it.lots],
    }
    if cabinet.clock.now() - it.created >= STATUS_AFTER:
        told["status"] = status(it)
    return told


def scheme(cabinet: Cabinet) -> str:
    return "DELIVERY_BY_MERCHANT" if cabinet.scheme == DBS else "COLLECT_BY_CUSTOMER"


def status(it: Shipment) -> str:
    left = [lot.status for lot in it.lots if lot.status not in GONE]
    if not left:
        return it.lots[0].status
    return min(left, key=lambda word: ORDER.index(word) if word in ORDER else 0)


def _lot(cabinet: Cabinet, lot: Lot) -> Json:
    return {
        "itemIndex": str(lot.index),
        "status": lot.status,
        "subStatus": lot.sub_status,
        "price": lot.price,
        "finalPrice": lot.final_price,
        "discounts": [_discount(lot)] if lot.price > lot.final_price else [],
        "quantity": 1,
        "offerId": lot.article,
        "goodsId": goods_id(cabinet, lot.article),
        "goodsData": {"name": lot.name, "categoryName": "Товары"},
        # A number before noon, a text after: both are met.
        "boxIndex": (lot.boxes[0] if lot.index % 2 else str(lot.boxes[0])) if lot.boxes else None,
        "events": [],
    }


def _discount(lot: Lot) -> Json:
    return {"discountType": "BPG20", "discountDescription": "", "discountAmount": lot.price - lot.final_price}


def goods_id(cabinet: Cabinet, article: str) -> str:
    good = cabinet.catalogue.by_article.get(article)
    return str(100_020_000_000 + good.product_id % 10_000_000) if good else "0"


def pushed_lot(cabinet: Cabinet, lot: Lot) -> Json:
    return {
        "itemIndex": str(lot.index),
        "goodsId": goods_id(cabinet, lot.article),
        "offerId": lot.article,
        "itemName": lot.name,
        "price": lot.price,
        "finalPrice": lot.final_price,
        "discounts": [_discount(lot)] if lot.price > lot.final_price else [],
        "priceAdjustments": [],
        "quantity": 1,
        "taxRate": None if lot.article == "delivery" else "20",
        "reservationPerformed": True,
        "isDigitalMarkRequired": lot.marked,
    }
