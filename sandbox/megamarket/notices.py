"""What Megamarket tells the seller by itself: order/new and order/cancel, again until `success` 1."""

from typing import Any

from sandbox.megamarket.cabinet import Cabinet
from sandbox.megamarket.keys import FBS
from sandbox.megamarket.shapes import moscow, pushed_lot, scheme
from sandbox.megamarket.state import Lot, Shipment
from sandbox.post import Manner

Json = dict[str, Any]
CODE = "megamarket"


def manner() -> Manner:
    return Manner(taken=_taken)


def _taken(status: int, body: Any) -> bool:
    return status == 200 and isinstance(body, dict) and body.get("success") == 1


def arrived(cabinet: Cabinet, it: Shipment) -> None:
    """This function will tell of a new shipment."""
    _tell(cabinet, "order/new", _fbs(cabinet, it) if cabinet.scheme == FBS else _own(cabinet, it))


def cancelled(cabinet: Cabinet, it: Shipment, lots: list[Lot]) -> None:
    """This function will tell which lots the buyer cancels."""
    items = [{"itemIndex": str(lot.index), "offerId": lot.article} for lot in lots]
    _tell(cabinet, "order/cancel", {"shipmentId": it.number, "items": items})


def _tell(cabinet: Cabinet, path: str, shipment: Json) -> None:
    body = {"meta": {"source": "OMS"}, "data": {"merchantId": cabinet.merchant_id, "shipments": [shipment]}}
    cabinet.world.post.tell(CODE, cabinet.name, path, body)


def _fbs(cabinet: Cabinet, it: Shipment) -> Json:
    return {
        "shipmentId": it.number,
        "shipmentDate": moscow(it.created),
        "confirmationDate": moscow(it.confirm_until),
        "packingDate": moscow(it.pack_until),
        "customerOrderId": it.customer_order,
        "items": [pushed_lot(cabinet, lot) for lot in it.lots],
        "label": {
            "deliveryId": str(900_000_000 + int(it.number) % 100_000_000),
            "region": it.city,
            "city": it.city,
            "address": "ул Примерная, д 1",
            "fullName": it.person,
            "merchantName": cabinet.seller.trade_mark,
            "merchantId": cabinet.merchant_id,
            # In samples it is another number than the shipment's.
            "shipmentId": str(int(it.number) + 1),
            "shippingDate": moscow(it.ship_until),
            "deliveryType": "Доставка курьером",
            "labelText": "<html><body>Отправление</body></html>",
        },
        "shipping": {
            "shippingDate": moscow(it.ship_until),
            "shippingPoint": int(cabinet.shipping_point),
            "shippingInterval": {"dateFrom": moscow(it.ship_until - 4 * 3600), "dateTo": moscow(it.ship_until)},
        },
        "delivery": {
            "deliveryDate": moscow(it.ship_until + 2 * 86_400),
            "deliveryInterval": {
                "dateFrom": moscow(it.ship_until + 2 * 86_400),
                "dateTo": moscow(it.ship_until + 2 * 86_400 + 4 * 3600),
            },
        },
        "fulfillmentMethod": "FULFILLMENT_BY_MERCHANT",
    }


def _own(cabinet: Cabinet, it: Shipment) -> Json:
    delivers = scheme(cabinet) == "DELIVERY_BY_MERCHANT"
    interval = {"dateFrom": moscow(it.ship_until), "dateTo": moscow(it.ship_until + 4 * 3600)}
    return {
        "shipmentId": it.number,
        "shipmentDate": moscow(it.created),
        "items": [pushed_lot(cabinet, lot) for lot in it.lots],
        "handover": {
            "packingDate": moscow(it.pack_until),
            "reserveExpirationDate": moscow(it.pack_until + 3 * 86_400),
            "outletId": "" if delivers else cabinet.shipping_point,
            "serviceScheme": scheme(cabinet),
            "depositedAmount": sum(lot.final_price for lot in it.lots),
            "deliveryInterval": interval if delivers else None,
            "deliveryId": 900_000_000 + int(it.number) % 100_000_000,
        },
        "customer": {
            "customerFullName": it.person,
            "phone": "79000000000",
            "email": "buyer@example.ru",
            "address": {"source": f"г {it.city}, ул Примерная, д 1", "postalCode": "300000"},
        },
        "flags": None,
    }
