"""First mile: a shipment of a store for each day, made by the market; confirmed by the seller, taken away, papered."""

from datetime import date, datetime, timedelta
from typing import Any

from sandbox.drawing import pdf, sheet
from sandbox.exchange import Answer
from sandbox.world import World
from sandbox.yandex_market import shapes
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.reading import Asked, day, page, text, texts, wholes
from sandbox.yandex_market.refusals import invalid, refused
from sandbox.yandex_market.registry import route
from sandbox.yandex_market.state import Order, Shipment

Json = dict[str, Any]
OPEN = ("OUTBOUND_CREATED", "OUTBOUND_READY_FOR_CONFIRMATION")
WORDS = {"OUTBOUND_CREATED": "Формируется", "OUTBOUND_CONFIRMED": "Подтверждена", "ACCEPTED": "Принята"}
EXCEL = "application/vnd.ms-excel"
DELIVERY_WAY = (
    ("DELIVERY", "DELIVERY_SERVICE_RECEIVED"),
    ("DELIVERY", "LAST_MILE_STARTED"),
    ("DELIVERED", "DELIVERY_SERVICE_DELIVERED"),
)


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    """This function will tell the agenda when shipments are taken away and how orders go on from there."""

    def taken(seller: str, shipment: int) -> None:
        _taken(cabinets[seller], cabinets[seller].shipments[shipment])

    def moved(seller: str, order: int, step: int) -> None:
        _moved(cabinets[seller], cabinets[seller].orders[order], step)

    world.agenda.on("yandex.taken", taken)
    world.agenda.on("yandex.moved", moved)


def join(cabinet: Cabinet, order: Order) -> Shipment:
    """This function will put a packed order into the first open shipment of its store, made if there is none."""
    open_ones = (
        one for one in cabinet.shipments.values() if one.campaign_id == order.campaign_id and one.status in OPEN
    )
    found = next(open_ones, None) or _made(cabinet, order)
    found.orders.append(order.order_id)
    found.updated = cabinet.clock.now()
    cabinet.shipments.touch(found.shipment_id)
    order.shipment_id, order.ship_on = found.shipment_id, found.day
    cabinet.orders.touch(order.order_id)
    return found


def _made(cabinet: Cabinet, order: Order) -> Shipment:
    number = cabinet.next("shipment", start=31_000_001)
    taken = {one.day for one in cabinet.shipments.values() if one.campaign_id == order.campaign_id}
    which = date.fromisoformat(shapes.stamp(cabinet.clock.now())[:10])
    while which.isoformat() in taken:
        which += timedelta(days=1)
    made = Shipment(
        shipment_id=number,
        campaign_id=order.campaign_id,
        day=which.isoformat(),
        status=OPEN[0],
        orders=[],
        updated=cabinet.clock.now(),
    )
    return cabinet.shipments.put(number, made)


@route("PUT", "/v2/campaigns/{campaignId}/first-mile/shipments", name="searchShipments", amount=200, reads=True)
def search(cabinet: Cabinet, asked: Asked) -> Json:
    since, until = day(asked.body.get("dateFrom"), "dateFrom"), day(asked.body.get("dateTo"), "dateTo")
    if until < since:
        raise invalid("dateTo must not be before dateFrom")
    statuses, numbers = set(texts(asked.body, "statuses", high=20)), set(wholes(asked.body, "orderIds", high=5000))
    found = [
        one
        for one in cabinet.shipments.values()
        if one.campaign_id == asked.ids["campaignId"]
        and since.isoformat() <= one.day <= until.isoformat()
        and (not statuses or one.status in statuses)
        and (not numbers or numbers & set(one.orders))
    ]
    shown, paging = page(asked, found, default=15, most=30)
    rows = [
        {
            **_base(cabinet, one),
            "status": one.status,
            "statusDescription": WORDS.get(one.status, one.status),
            "statusUpdateTime": shapes.stamp(one.updated),
        }
        for one in shown
    ]
    return {"status": "OK", "result": {"shipments": rows, "paging": paging}}


@route(
    "GET", "/v2/campaigns/{campaignId}/first-mile/shipments/{shipmentId}", name="getShipment", amount=200, reads=True
)
def get(cabinet: Cabinet, asked: Asked) -> Json:
    one = named(cabinet, asked)
    current = {"status": one.status, "updateTime": shapes.stamp(one.updated)}
    return {
        "status": "OK",
        "result": {**_base(cabinet, one), "currentStatus": current, "availableActions": _actions(one)},
    }


def _actions(one: Shipment) -> list[str]:
    if one.status in OPEN:
        return ["CONFIRM", "CHANGE_PALLETS_COUNT"]
    return ["DOWNLOAD_ACT", "DOWNLOAD_TRANSPORTATION_WAYBILL"]


def named(cabinet: Cabinet, asked: Asked) -> Shipment:
    one = cabinet.shipments.get(asked.ids["shipmentId"])
    if one is None or one.campaign_id != asked.ids["campaignId"]:
        raise refused(404, f"Shipment with ID '{asked.ids['shipmentId']}' not found")
    return one


def _base(cabinet: Cabinet, one: Shipment) -> Json:
    noon = datetime.fromisoformat(f"{one.day}T12:00:00").replace(tzinfo=shapes.MOSCOW).timestamp()
    count = len(one.orders)
    row: Json = {
        "id": one.shipment_id,
        "planIntervalFrom": shapes.stamp(noon),
        "planIntervalTo": shapes.stamp(noon + 4 * 3600),
        "shipmentType": "IMPORT",
        "draftCount": count,
        "plannedCount": count,
        "factCount": count if one.status == "ACCEPTED" else 0,
        "orderIds": one.orders,
        "signature": {"signed": one.status not in OPEN},
    }
    return {**row, "externalId": one.external_id} if one.external_id else row


@route(
    "POST", "/v2/campaigns/{campaignId}/first-mile/shipments/{shipmentId}/confirm", name="confirmShipment", amount=200
)
def confirm(cabinet: Cabinet, asked: Asked) -> Json:
    one = named(cabinet, asked)
    if one.status not in OPEN:
        raise invalid(f"Shipment with ID '{one.shipment_id}' has been confirmed already")
    waiting = [number for number in one.orders if cabinet.orders[number].substatus != "READY_TO_SHIP"]
    if waiting or not one.orders:
        text_ = "Please change the status of orders to READY_TO_SHIP"
        raise invalid(f"Some orders have not been processed yet. {text_}")
    if not asked.silent:
        one.external_id = text(asked.body, "externalShipmentId", required=False)
        one.status, one.updated = "OUTBOUND_CONFIRMED", cabinet.clock.now()
        cabinet.shipments.touch(one.shipment_id)
        later = cabinet.world.agenda.later
        later(cabinet.tempo.acceptance, "yandex.taken", seller=cabinet.seller.code, shipment=one.shipment_id)
    return {"status": "OK"}


def _taken(cabinet: Cabinet, one: Shipment) -> None:
    one.status, one.updated = "ACCEPTED", cabinet.clock.now()
    cabinet.shipments.touch(one.shipment_id)
    for order in cabinet.named(one.orders):
        if order.status == "PROCESSING":
            cabinet.release(order, sold=True)
            cabinet.move(order, "PROCESSING", "SHIPPED")
            _later(cabinet, order, 0)


def _later(cabinet: Cabinet, order: Order, step: int) -> None:
    wait = cabinet.tempo.delivered if step == len(DELIVERY_WAY) - 1 else cabinet.tempo.delivering
    cabinet.world.agenda.later(wait, "yandex.moved", seller=cabinet.seller.code, order=order.order_id, step=step)


def _moved(cabinet: Cabinet, order: Order, step: int) -> None:
    if order.status not in ("PROCESSING", "DELIVERY"):
        return
    cabinet.move(order, *DELIVERY_WAY[step])
    if step + 1 < len(DELIVERY_WAY):
        _later(cabinet, order, step + 1)


@route(
    "GET",
    "/v2/campaigns/{campaignId}/first-mile/shipments/{shipmentId}/act",
    name="downloadShipmentAct",
    amount=200,
    reads=True,
)
def act(cabinet: Cabinet, asked: Asked) -> Answer:
    return _act(_papered(cabinet, asked))


def _act(one: Shipment) -> Answer:
    lines = ((f"Akt {one.shipment_id}", 16.0), (f"{len(one.orders)} zakazov", 10.0))
    return Answer(200, pdf.write([pdf.Page(210, 297, (str(one.shipment_id),), lines)]), content_type="application/pdf")


@route(
    "GET",
    "/v2/campaigns/{campaignId}/first-mile/shipments/{shipmentId}/inbound-act",
    name="downloadShipmentInboundAct",
    amount=200,
    reads=True,
)
def inbound_act(cabinet: Cabinet, asked: Asked) -> Answer:
    return _act(_papered(cabinet, asked))


@route(
    "GET",
    "/v2/campaigns/{campaignId}/first-mile/shipments/{shipmentId}/transportation-waybill",
    name="downloadShipmentTransportationWaybill",
    amount=200,
    reads=True,
)
def waybill(cabinet: Cabinet, asked: Asked) -> Answer:
    one = _papered(cabinet, asked)
    rows: list[list[str | int]] = [["Заказ", "Мест"]]
    rows += [[str(order.order_id), len(order.boxes)] for order in cabinet.named(one.orders)]
    return Answer(200, sheet.write(rows), content_type=EXCEL)


def _papered(cabinet: Cabinet, asked: Asked) -> Shipment:
    one = named(cabinet, asked)
    if one.status in OPEN:
        raise invalid("Cutoff time for shipments has not been reached yet")
    return one
