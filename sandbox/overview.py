"""The state of the sandbox in figures, for the admin page and for tests."""

from collections import Counter
from typing import Any

from sandbox.clock import iso
from sandbox.ozon.cabinet import Cabinet as OzonCabinet
from sandbox.ozon.routes import Ozon
from sandbox.wildberries.cabinet import Cabinet as WildberriesCabinet
from sandbox.wildberries.routes import Wildberries
from sandbox.world import World

Json = dict[str, Any]


def overview(world: World, ozon: Ozon, wildberries: Wildberries) -> Json:
    """This function will count everything, per seller."""
    return {
        "now": iso(world.clock.now()),
        "speed": world.clock.speed,
        "seconds": world.clock.seconds(),
        "orders_per_minute": world.tempo.orders_per_minute,
        "coming_events": len(world.agenda),
        "counters": world.counters.as_json(),
        "faults": [
            {"id": f.id, "mode": f.mode, "pattern": f.pattern, "struck": f.struck} for f in world.faults.active.values()
        ],
        "sellers": [
            {
                "code": seller.code,
                "goods": len(seller.catalogue),
                "ozon": _ozon(ozon.cabinets[str(seller.ozon_id)]),
                "wildberries": _wildberries(wildberries.cabinets[seller.sid]),
            }
            for seller in world.sellers
        ],
    }


def _ozon(cabinet: OzonCabinet) -> Json:
    return {
        "client_id": cabinet.client_id,
        "postings": dict(Counter(posting.status for posting in cabinet.postings.values())),
        "carriages": dict(Counter(carriage.status for carriage in cabinet.carriages.values())),
        "stock_rows": len(cabinet.stocks),
        "free": sum(stock.free for stock in cabinet.stocks.values()),
        "reserved": sum(stock.reserved for stock in cabinet.stocks.values()),
    }


def _wildberries(cabinet: WildberriesCabinet) -> Json:
    return {
        "sid": cabinet.seller.sid,
        "orders": dict(Counter(f"{order.supplier_status}/{order.wb_status}" for order in cabinet.orders.values())),
        "supplies": dict(Counter("closed" if supply.done else "open" for supply in cabinet.supplies.values())),
        "stock_rows": len(cabinet.stocks),
        "amount": sum(cabinet.stocks.values()),
    }


def stocks(ozon: OzonCabinet, wildberries: WildberriesCabinet) -> Json:
    """This function will give every stock row, by warehouse and article."""
    on_ozon: dict[str, dict[str, Json]] = {}
    for (place, product), stock in ozon.stocks.items():
        article = ozon.catalogue.by_product[product].article
        on_ozon.setdefault(str(place), {})[article] = {"free": stock.free, "reserved": stock.reserved}
    on_wildberries: dict[str, dict[str, int]] = {}
    for (place, chrt), amount in wildberries.stocks.items():
        on_wildberries.setdefault(str(place), {})[wildberries.catalogue.by_chrt[chrt].article] = amount
    return {"ozon": on_ozon, "wildberries": on_wildberries}


def orders(ozon: OzonCabinet, wildberries: WildberriesCabinet) -> Json:
    """This function will give every order with its states, as the marketplaces keep them."""
    return {
        "ozon": [
            {
                "number": posting.number,
                "status": posting.status,
                "substatus": posting.substatus,
                "created_at": iso(posting.created),
                "warehouse_id": posting.warehouse_id,
                "carriage_id": posting.carriage_id,
                "parent": posting.parent,
                "lines": [{"article": line.offer_id, "quantity": line.quantity} for line in posting.lines],
            }
            for posting in ozon.postings.values()
        ],
        "wildberries": [
            {
                "id": order.order_id,
                "supplier_status": order.supplier_status,
                "wb_status": order.wb_status,
                "created_at": iso(order.created),
                "warehouse_id": order.warehouse_id,
                "supply_id": order.supply_id,
                "basket": order.order_uid,
                "article": wildberries.good(order).article,
            }
            for order in wildberries.orders.values()
        ],
        "carriages": [
            {"id": c.carriage_id, "status": c.status, "departure": c.departure, "numbers": c.numbers}
            for c in ozon.carriages.values()
        ],
        "supplies": [
            {"id": s.supply_id, "name": s.name, "done": s.done, "orders": s.orders}
            for s in wildberries.supplies.values()
        ],
    }
