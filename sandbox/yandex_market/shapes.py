"""An order as the list of the cabinet tells it, and as the older methods still answer it."""

from datetime import datetime, timedelta, timezone
from typing import Any

from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.state import Box, Item, Order

Json = dict[str, Any]
MOSCOW = timezone(timedelta(hours=3))
SHOP, MARKET = "SHOP", "YANDEX_MARKET"


def stamp(moment: float) -> str:
    """2026-11-20T10:00:00.123+03:00: milliseconds, Moscow's offset."""
    return datetime.fromtimestamp(moment, MOSCOW).isoformat(timespec="milliseconds")


def order(cabinet: Cabinet, it: Order) -> Json:
    told: Json = {
        "orderId": it.order_id,
        "campaignId": it.campaign_id,
        "programType": it.program,
        "status": it.status,
        "substatus": it.substatus,
        "creationDate": stamp(it.created),
        "updateDate": stamp(it.updated),
        "paymentType": "PREPAID",
        "paymentMethod": "YANDEX",
        "fake": False,
        "items": [_item(one) for one in it.items],
        "delivery": _delivery(it),
        "buyerType": "BUSINESS" if it.business else "PERSON",
        "sourcePlatform": "MARKET",
    }
    if it.program == "DBS":
        told["cancelRequested"] = it.cancel_requested
    return told


def _item(one: Item) -> Json:
    # A tenth is paid with points; each figure is the sum over all units.
    points = one.price * one.count // 10
    row: Json = {
        "id": one.item_id,
        "offerId": one.offer_id,
        "offerName": one.name,
        "count": one.count,
        "prices": {
            "payment": _money(one.price * one.count - points),
            "subsidy": _money(0),
            "cashback": _money(points),
            "vat": "VAT_22",
        },
    }
    if one.marks:
        row["requiredInstanceTypes"] = one.marks
    return row


def _money(value: float) -> Json:
    return {"value": value, "currencyId": "RUR"}


def _delivery(it: Order) -> Json:
    own = it.program == "DBS"
    told: Json = {
        "type": "PICKUP" if it.to_point else "DELIVERY",
        "serviceName": "Собственная служба" if own else "Яндекс Доставка",
        "deliveryServiceId": 99 if own else 1_005_557,
        "deliveryPartnerType": SHOP if own else MARKET,
        "dispatchType": ("SHOP_OUTLET" if own else "MARKET_BRANDED_OUTLET") if it.to_point else "BUYER",
        "warehouseId": str(it.warehouse_id),
        "dates": {"fromDate": it.ship_on, "toDate": it.ship_on, "fromTime": "10:00:00", "toTime": "22:00:00"},
        "shipment": {"shipmentDate": it.ship_on},
        "courier": {"region": _region(it), **({"address": _address(it)} if own and not it.to_point else {})},
    }
    if it.shipment_id:
        told["shipment"]["id"] = it.shipment_id
    if it.ship_at:
        told["shipment"]["shipmentTime"] = it.ship_at
    if it.delivered_on:
        told["dates"]["realDeliveryDate"] = it.delivered_on
    if it.to_point:
        told["pickup"] = {"region": _region(it), "address": _address(it), "outletCode": "point-1"}
        del told["courier"]
    if it.boxes:
        told["boxesLayout"] = [_box(it, box) for box in it.boxes]
    if it.tracks:
        told["tracks"] = it.tracks
    return told


def _box(it: Order, box: Box) -> Json:
    return {"boxId": box.box_id, "barcode": barcode(it, box), "items": box.items}


def barcode(it: Order, box: Box) -> str:
    """What stands on the sticker: the order's number and that of the box in it."""
    place = next(number for number, one in enumerate(it.boxes, 1) if one.box_id == box.box_id)
    return f"{it.order_id}-{place}"


def _region(it: Order) -> Json:
    country = {"id": 225, "name": "Россия", "type": "COUNTRY"}
    return {"id": 213, "name": it.city, "type": "CITY", "parent": country}


def _address(it: Order) -> Json:
    return {"country": "Россия", "city": it.city, "street": "Песочная улица", "house": "7", "apartment": "12"}


def older(cabinet: Cabinet, it: Order) -> Json:
    """The shape that changes of status still answer: DD-MM-YYYY, other names."""
    created = datetime.fromtimestamp(it.created, MOSCOW).strftime("%d-%m-%Y %H:%M:%S")
    total = sum(one.price * one.count for one in it.items)
    return {
        "id": it.order_id,
        "status": it.status,
        "substatus": it.substatus,
        "creationDate": created,
        "currency": "RUR",
        "itemsTotal": total,
        "deliveryTotal": 0,
        "buyerItemsTotalBeforeDiscount": total,
        "paymentType": "PREPAID",
        "paymentMethod": "YANDEX",
        "fake": False,
        "taxSystem": "OSN",
        "items": [
            {
                "id": one.item_id,
                "offerId": one.offer_id,
                "offerName": one.name,
                "price": one.price,
                "buyerPrice": one.price,
                "buyerPriceBeforeDiscount": one.price,
                "count": one.count,
            }
            for one in it.items
        ],
        "delivery": {
            "type": "PICKUP" if it.to_point else "DELIVERY",
            "serviceName": "Доставка",
            "deliveryPartnerType": SHOP if it.program == "DBS" else MARKET,
            "dates": {"fromDate": created[:10], "toDate": created[:10]},
            "deliveryServiceId": 99,
        },
        "buyer": {"type": "PERSON"},
    }
