"""Orders: bought, listed for the whole cabinet, cancelled; how they move by themselves."""

from datetime import date, datetime, timedelta
from typing import Any

from sandbox.goods import Good
from sandbox.yandex_market import notices, shapes
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.reading import Asked, day, flag, moment, page, texts, wholes
from sandbox.yandex_market.refusals import invalid, no_order
from sandbox.yandex_market.registry import route
from sandbox.yandex_market.state import Item, Order, Return

Json = dict[str, Any]
RANGE = timedelta(days=30)
MONTH = 30 * 86_400.0
CANCELLABLE = ("PENDING", "PROCESSING")
CITIES = ("Москва", "Санкт-Петербург", "Казань", "Екатеринбург", "Новосибирск", "Воронеж")


@route("POST", "/v1/businesses/{businessId}/orders", name="getBusinessOrders", amount=10_000, reads=True)
def listed(cabinet: Cabinet, asked: Asked) -> Json:
    numbers = wholes(asked.body, "orderIds", high=50)
    if numbers and (asked.call.query.get("pageToken") or asked.call.query.get("limit")):
        raise invalid("pageToken and limit must not be given together with orderIds")
    found = _filtered(cabinet, asked.body, numbers)
    shown, paging = (found, {}) if numbers else page(asked, found, default=50, most=50, cuts=True)
    return {"orders": [shapes.order(cabinet, one) for one in shown], "paging": paging}


def _filtered(cabinet: Cabinet, body: Json, numbers: list[int]) -> list[Order]:
    if flag(body, "fake"):
        return []
    statuses, substatuses = set(texts(body, "statuses", high=50)), set(texts(body, "substatuses", high=200))
    programs, campaigns = set(texts(body, "programTypes", high=10)), set(wholes(body, "campaignIds", high=50))
    updated, created = _span(body, cabinet)
    wanted = flag(body, "waitingForCancellationApprove")
    if numbers:
        among = cabinet.named(numbers)
    elif statuses and statuses <= {"PENDING", "PROCESSING"}:
        among = [cabinet.orders[number] for number in sorted(cabinet.open)]
    else:
        among = list(cabinet.orders.values())
    return [
        one
        for one in among
        if (not statuses or one.status in statuses)
        and (not substatuses or one.substatus in substatuses)
        and (not programs or one.program in programs)
        and (not campaigns or one.campaign_id in campaigns)
        and updated[0] <= one.updated <= updated[1]
        and (numbers or created[0] <= one.created < created[1])
        and (not wanted or one.cancel_requested)
    ]


def _span(body: Json, cabinet: Cabinet) -> tuple[tuple[float, float], tuple[float, float]]:
    dates = body.get("dates") or {}
    if not isinstance(dates, dict):
        raise invalid("'dates' must be an object")
    now = cabinet.clock.now()
    since, until = moment(dates, "updateDateFrom"), moment(dates, "updateDateTo")
    if since is not None and until is not None and (until < since or until - since > RANGE.total_seconds()):
        raise invalid("The range of dates must not be longer than 30 days")
    created = (now - MONTH, now + 1) if since is None and until is None else (0.0, now + MONTH)
    names = ("creationDateFrom", "creationDateTo")
    if any(dates.get(name) is not None for name in names):
        first = day(dates.get(names[0]) or (date.today() - RANGE).isoformat(), names[0])
        last = day(dates.get(names[1]) or date.today().isoformat(), names[1])
        if not timedelta() <= last - first <= RANGE:
            raise invalid("The range of dates must not be longer than 30 days")
        created = (_midnight(first), _midnight(max(last, first + timedelta(days=1))))
    return (since or 0.0, until if until is not None else now + MONTH), created


def _midnight(which: date) -> float:
    return datetime(which.year, which.month, which.day, tzinfo=shapes.MOSCOW).timestamp()


@route("GET", "/v2/campaigns/{campaignId}/orders/{orderId}/buyer", name="getOrderBuyerInfo", amount=3000, reads=True)
def buyer(cabinet: Cabinet, asked: Asked) -> Json:
    order = named(cabinet, asked)
    if order.program != "DBS":
        raise invalid("Campaign type is not allowed. Allowed campaign types: DBS")
    if order.status not in ("PROCESSING", "DELIVERY", "PICKUP"):
        raise invalid(not_now(order))
    who = {"lastName": "Песочников", "firstName": "Пётр", "middleName": "Песочникович", "phone": "+79000000000"}
    return {"status": "OK", "result": {**who, "type": "PERSON", "trusted": True}}


def named(cabinet: Cabinet, asked: Asked) -> Order:
    """:raises Refused: this store has no such order"""
    order = cabinet.orders.get(asked.ids["orderId"])
    if order is None or order.campaign_id != asked.ids["campaignId"]:
        raise no_order(asked.ids["orderId"], asked.ids["campaignId"])
    return order


def not_now(order: Order) -> str:
    where = f"with status '{order.status}' and substatus '{order.substatus}'"
    return f"Action is not allowed for order '{order.order_id}' {where}"


# -- buyers
def buy(cabinet: Cabinet, *, warehouse_id: int, goods: list[tuple[Good, int]], to_point: bool = False) -> Order:
    """This function will let a buyer order: one order of the warehouse's store, the stock reserved."""
    place = cabinet.warehouses[warehouse_id]
    program, now = cabinet.campaigns[place.campaign_id].program, cabinet.clock.now()
    for good, count in goods:
        stock = cabinet.stock(warehouse_id, good.article)
        stock.free, stock.reserved = max(0, stock.free - count), stock.reserved + count
        cabinet.keep_stock(warehouse_id, good.article, stock)
    number = cabinet.next("order", start=41_000_000_017)
    at, express = datetime.fromtimestamp(now, shapes.MOSCOW), program == "EXPRESS"
    order = Order(
        order_id=number,
        campaign_id=place.campaign_id,
        program=program,
        status="PROCESSING",
        substatus="STARTED",
        warehouse_id=warehouse_id,
        created=now,
        updated=now,
        items=[_bought(cabinet, good, count) for good, count in goods],
        ship_on=(at + (timedelta(minutes=30) if express else timedelta(days=1))).date().isoformat(),
        # HH:MM is promised, HH:MM:SS is sent.
        ship_at=(at + timedelta(minutes=30)).strftime("%H:%M:00") if express else "",
        city=cabinet.world.draw.choice(CITIES),
        to_point=to_point,
        code=f"{number % 10_000:04d}" if program == "DBS" else "",
    )
    return cabinet.enter(order)


def _bought(cabinet: Cabinet, good: Good, count: int) -> Item:
    marks = {"required": ["CIS"], "possible": ["CIS_OPTIONAL"]}.get(good.marking, [])
    price = round(cabinet.price(good).value)
    return Item(cabinet.next("item", start=61_000_001), good.article, good.name, count, price, marks)


def by_buyer(cabinet: Cabinet, order: Order) -> bool:
    """This function will let the buyer cancel; our own delivery is asked first.  False: too late."""
    if order.program == "DBS" and order.status in ("DELIVERY", "PICKUP") and not order.cancel_requested:
        ask_to_cancel(cabinet, order)
        return True
    if order.status not in CANCELLABLE or order.substatus == "SHIPPED":
        return False
    cancelled(cabinet, order, "USER_CHANGED_MIND")
    return True


def ask_to_cancel(cabinet: Cabinet, order: Order) -> None:
    order.cancel_requested = True
    cabinet.touch(order)
    cabinet.tell(notices.wish_to_cancel(order))
    # Not answered within two days it is cancelled by itself.
    later = cabinet.world.agenda.later
    later(48 * 3600.0, "yandex.unanswered", seller=cabinet.seller.code, order=order.order_id)


def cancelled(cabinet: Cabinet, order: Order, why: str) -> None:
    """This function will end an order; goods that have left come back as not taken."""
    away = order.status in ("DELIVERY", "PICKUP")
    order.cancel_requested = False
    if order.shipment_id and not away:
        shipment = cabinet.shipments[order.shipment_id]
        shipment.orders = [number for number in shipment.orders if number != order.order_id]
        cabinet.shipments.touch(order.shipment_id)
        order.shipment_id = 0
    if not away:
        cabinet.release(order, sold=why == "SHOP_FAILED")
    cabinet.move(order, "CANCELLED", why)
    if away and order.program != "DBS":
        comes_back(cabinet, order, "UNREDEEMED")


def comes_back(cabinet: Cabinet, order: Order, kind: str) -> Return:
    """This function will send goods back: a return, or an order that was not taken."""
    number, now = cabinet.next("return", start=81_000_001), cabinet.clock.now()
    made = Return(
        return_id=number,
        order_id=order.order_id,
        campaign_id=order.campaign_id,
        kind=kind,
        shipment_status="CREATED",
        refund_status="STARTED_BY_USER" if kind == "RETURN" else "",
        created=now,
        updated=now,
        items=order.items,
    )
    cabinet.returns.put(number, made)
    cabinet.tell(notices.comes_back(made))
    return made
