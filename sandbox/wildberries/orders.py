"""Assembly orders: one unit each."""

import uuid
from typing import Any

from sandbox.clock import iso
from sandbox.exchange import Answer, Call
from sandbox.goods import Good
from sandbox.wildberries import returns
from sandbox.wildberries.cabinet import ALIVE, Cabinet
from sandbox.wildberries.reading import numbers, path_number, query_number
from sandbox.wildberries.refusals import refused
from sandbox.wildberries.registry import MARKETPLACE, route
from sandbox.wildberries.state import Order
from sandbox.world import World

Json = dict[str, Any]
DAY = 86_400
RUB = 643
CARGO_NAMES = {1: "mgt", 2: "sgt", 3: "kgtPlus"}


def plan(world: World, cabinets: dict[str, Cabinet]) -> None:
    """This function will tell the agenda that Wildberries cancels what is not handed over in time."""

    def too_late(sid: str, order: int) -> None:
        cabinet = cabinets[sid]
        late = cabinet.orders[order]
        if late.wb_status == "waiting" and late.supplier_status in ALIVE:
            leave_supply(cabinet, late)
            cabinet.move(late, wb="canceled")

    world.agenda.on("wb.too_late", too_late)


@route("GET", MARKETPLACE, "/api/v3/orders/new", group="fbs")
def new(cabinet: Cabinet, call: Call) -> Json:
    return {"orders": [_new(cabinet, cabinet.orders[number]) for number in sorted(cabinet.new)]}


@route("GET", MARKETPLACE, "/api/v3/orders", group="fbs")
def listed(cabinet: Cabinet, call: Call) -> Json:
    limit, after = query_number(call, "limit", low=1, high=1000), query_number(call, "next")
    now = int(cabinet.clock.now()) + 1
    end = query_number(call, "dateTo", default=now)
    start = query_number(call, "dateFrom", default=end - 30 * DAY)
    if end - start > 30 * DAY + 1 or start > end or start < now - 93 * DAY:
        raise refused("IncorrectParameter")
    page: list[Order] = []
    for number in cabinet.orders_after(after):
        order = cabinet.orders[number]
        if start <= order.created <= end:
            page.append(order)
            if len(page) == limit:
                break
    return {"next": page[-1].order_id if page else after, "orders": [_listed(cabinet, order) for order in page]}


@route("POST", MARKETPLACE, "/api/v3/orders/status", group="fbs", writes=False)
def statuses(cabinet: Cabinet, call: Call) -> Json:
    wanted = numbers(call, "orders", high=1000)
    # An order that is not the seller's own is left out.
    return {"orders": [_status(cabinet.orders[number]) for number in wanted if number in cabinet.orders]}


def _status(order: Order) -> Json:
    return {
        "id": order.order_id,
        "supplierStatus": order.supplier_status,
        "wbStatus": order.wb_status,
        "isCancellable": cancellable(order),
    }


def cancellable(order: Order) -> bool:
    return order.wb_status == "waiting" and order.supplier_status in (*ALIVE, "complete") and order.scan_price is None


def named(cabinet: Cabinet, call: Call) -> Order:
    order = cabinet.orders.get(path_number(call, "orderId"))
    if order is None:
        raise refused("NotFound")
    return order


@route("PATCH", MARKETPLACE, "/api/v3/orders/{orderId}/cancel", group="fbs-cancel")
def cancel(cabinet: Cabinet, call: Call) -> Answer:
    order = named(cabinet, call)
    if order.supplier_status == "cancel" or order.wb_status not in ("waiting", "sorted"):
        raise refused("StatusMismatch")
    if not cancellable(order):
        raise refused("StatusChangeNotAllowed")
    if not call.silent:
        leave_supply(cabinet, order)
        cabinet.move(order, supplier="cancel", wb="canceled")
    return Answer(204)


def by_buyer(cabinet: Cabinet, order: Order) -> bool:
    """This function will let the buyer decline; it says whether it was not too late."""
    if order.wb_status != "waiting" or order.supplier_status not in ALIVE:
        return False
    # Before `confirm` it is a decline, later a cancellation that leaves the seller's state as it was.
    declined = order.supplier_status == "new"
    leave_supply(cabinet, order)
    cabinet.move(order, wb="declined_by_client" if declined else "canceled")
    return True


def at_the_point(cabinet: Cabinet, order: Order) -> bool:
    """This function will let the buyer leave what was brought: it comes back; False: it is not there."""
    if order.wb_status != "ready_for_pickup":
        return False
    returns.comes_back(cabinet, order, kind="Отказ покупателя", reason="Не подошёл размер")
    cabinet.move(order, wb="canceled_by_client")
    return True


def leave_supply(cabinet: Cabinet, order: Order) -> None:
    """A cancelled order leaves its open supply by itself."""
    supply = cabinet.supplies.get(order.supply_id)
    if supply is not None and not supply.done:
        supply.orders = [number for number in supply.orders if number != order.order_id]
        if not supply.orders:
            supply.cargo, supply.cross_border, supply.b2b, supply.warehouse_id = 0, None, None, 0
        cabinet.supplies.touch(supply.supply_id)
        order.supply_id = ""


def place_basket(cabinet: Cabinet, *, warehouse_id: int, goods: list[Good], b2b: bool = False) -> list[Order]:
    """
    This function will let a buyer order: an order per unit, one basket.

    A good without stock makes an order sold at zero.
    """
    world, now = cabinet.world, cabinet.clock.now()
    basket = f"{world.draw.randrange(10**8, 10**9)}_{uuid.UUID(int=world.draw.getrandbits(128)).hex}"
    placed: list[Order] = []
    for good in goods:
        left = cabinet.amount(warehouse_id, good.chrt_id)
        if left:
            cabinet.stocks.put((warehouse_id, good.chrt_id), left - 1)
        placed.append(
            cabinet.enter(
                Order(
                    order_id=world.sequences.next("wb/order", start=3_914_200_117),
                    rid=uuid.UUID(int=world.draw.getrandbits(128)).hex,
                    order_uid=basket,
                    chrt_id=good.chrt_id,
                    warehouse_id=warehouse_id,
                    office_id=cabinet.warehouses[warehouse_id].office_id,
                    price=_paid(cabinet, good),
                    created=now,
                    changed=now,
                    cargo=good.cargo,
                    required=["sgtin"] if good.marked else [],
                    optional=["sgtin"] if good.marking == "possible" else [],
                    comment="Упакуйте в плёнку, пожалуйста" if world.happens(0.03) else "",
                    b2b=b2b,
                    zero=left == 0,
                )
            )
        )
        later = world.agenda.later
        later(cabinet.tempo.too_late, "wb.too_late", sid=cabinet.seller.sid, order=placed[-1].order_id)
    return placed


def _paid(cabinet: Cabinet, good: Good) -> int:
    """What the buyer pays, in kopecks."""
    price = cabinet.price(good)
    return round(price.price * (100 - price.discount))


def _common(cabinet: Cabinet, order: Order) -> Json:
    good = cabinet.good(order)
    return {
        "address": None,
        "id": order.order_id,
        "rid": order.rid,
        "orderUid": order.order_uid,
        "article": good.model,
        "colorCode": "",
        "createdAt": iso(order.created),
        # Sometimes not known.
        "offices": [cabinet.offices[order.office_id].city] if order.order_id % 10 else None,
        "skus": [good.barcode],
        "warehouseId": order.warehouse_id,
        "officeId": order.office_id,
        "nmId": good.nm_id,
        "chrtId": good.chrt_id,
        "price": order.price,
        "convertedPrice": order.price,
        "currencyCode": RUB,
        "convertedCurrencyCode": RUB,
        "cargoType": order.cargo,
        "crossBorderType": 0,
        "comment": order.comment,
        "isZeroOrder": order.zero,
        "scanPrice": order.scan_price,
        "deliveryType": "fbs",
        "options": {"isB2B": order.b2b},
    }


def _new(cabinet: Cabinet, order: Order) -> Json:
    discounted = round(order.price * 0.95)
    extra: Json = {
        "salePrice": order.price,
        "finalPrice": discounted,
        "convertedFinalPrice": discounted,
        "requiredMeta": order.required or None,
        "optionalMeta": order.optional or None,
        "isPickupPointShipmentAllowed": order.cargo == 1,
    }
    if order.cargo == 3:
        extra["ddate"] = _dotted(order.created + 3 * DAY)
        extra["sellerDate"] = _dotted(order.created + 2 * DAY)
    return {**_common(cabinet, order), **extra}


def _listed(cabinet: Cabinet, order: Order) -> Json:
    shown = _common(cabinet, order)
    return {**shown, "supplyId": order.supply_id} if order.supply_id else shown


def _dotted(stamp: float) -> str:
    year, month, day = iso(stamp)[:10].split("-")
    return f"{day}.{month}.{year}"


@route("GET", MARKETPLACE, "/api/marketplace/v3/fbs/orders/archive", group="fbs")
def archive(cabinet: Cabinet, call: Call) -> Json:
    limit, after = query_number(call, "limit", low=100, high=1000), query_number(call, "next")
    month = f"{query_number(call, 'year', low=2000, high=2999):04d}-{query_number(call, 'month', low=1, high=12):02d}"
    old = cabinet.clock.now() - 90 * DAY
    found = [
        order
        for order in map(cabinet.orders.__getitem__, cabinet.orders_after(after))
        if order.created < old and iso(order.created).startswith(month)
    ]
    page = found[:limit]
    return {
        "next": page[-1].order_id if len(found) > limit else None,
        "orders": [_archived(cabinet, order) for order in page],
    }


def _archived(cabinet: Cabinet, order: Order) -> Json:
    good = cabinet.good(order)
    return {
        "cargoType": CARGO_NAMES[order.cargo],
        "colorCode": None,
        "createdAt": iso(order.created)[:10],
        "crossBorder": {"parcel": ""},
        "crossBorderType": "domestic",
        "id": order.order_id,
        "isZeroOrder": order.zero,
        "metaDetails": [
            {"key": key, "value": mark["value"], "decision": mark["decision"]} for key, mark in order.marks.items()
        ],
        "options": {"isB2B": order.b2b},
        "orderUid": order.order_uid,
        "priceInfo": {
            "convertedCurrencyCode": RUB,
            "convertedPrice": order.price,
            "currencyCode": RUB,
            "price": order.price,
        },
        "product": {
            "article": good.model,
            "chrtId": good.chrt_id,
            "nmId": good.nm_id,
            "skus": [good.barcode],
        },
        "rid": order.rid,
        "scanPrice": order.scan_price,
        "status": {"supplierStatus": order.supplier_status, "wbStatus": order.wb_status},
        "stickerId": order.order_id * 10 + 2,
        "supplyId": order.supply_id or None,
        "warehouseId": order.warehouse_id,
    }
