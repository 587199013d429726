"""Returns, and orders that were not taken."""

from typing import Any

from sandbox.yandex_market import notices, shapes
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.reading import Asked, day, page
from sandbox.yandex_market.registry import route
from sandbox.yandex_market.state import Return

Json = dict[str, Any]
WAY = ("CREATED", "RECEIVED", "IN_TRANSIT", "READY_FOR_PICKUP", "PICKED")


@route("GET", "/v2/campaigns/{campaignId}/returns", name="getReturns", amount=5000, reads=True)
def listed(cabinet: Cabinet, asked: Asked) -> Json:
    query = asked.call.query
    since = day(query["fromDate"], "fromDate").isoformat() if "fromDate" in query else ""
    until = day(query["toDate"], "toDate").isoformat() if "toDate" in query else "9999"
    found = [
        one
        for one in cabinet.returns.values()
        if one.campaign_id == asked.ids["campaignId"]
        and since <= shapes.stamp(one.updated)[:10] <= until
        and query.get("type", one.kind) == one.kind
    ]
    shown, paging = page(asked, found, default=50, most=100, cuts=True)
    return {"status": "OK", "result": {"returns": [_shape(one) for one in shown], "paging": paging}}


def _shape(one: Return) -> Json:
    row: Json = {
        "id": one.return_id,
        "orderId": one.order_id,
        "returnType": one.kind,
        "creationDate": shapes.stamp(one.created),
        "updateDate": shapes.stamp(one.updated),
        "shipmentRecipientType": "SHOP",
        "shipmentStatus": one.shipment_status,
        "items": [{"shopSku": item.offer_id, "count": item.count} for item in one.items],
        "amount": {"value": sum(item.price * item.count for item in one.items), "currencyId": "RUR"},
    }
    if one.refund_status:
        row["refundStatus"] = one.refund_status
    if one.shipment_status == "READY_FOR_PICKUP":
        address = {"country": "Россия", "city": "Подольск", "street": "Возвратная улица", "house": "1"}
        row["logisticPickupPoint"] = {"id": 10_001, "name": "Пункт возвратов", "address": address}
        row["pickupTillDate"] = shapes.stamp(one.updated + 7 * 86_400)
    return row


def move(cabinet: Cabinet, one: Return, status: str) -> None:
    """This function will bring goods a station further, and tell the seller."""
    one.shipment_status, one.updated = status, cabinet.clock.now()
    cabinet.returns.touch(one.return_id)
    cabinet.tell(notices.return_moved(one))
