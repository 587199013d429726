"""AliExpress as buyers and the tester see it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sandbox import picking
from sandbox.aliexpress.cabinet import Cabinet
from sandbox.aliexpress.orders import by_buyer, order
from sandbox.aliexpress.routes import AliExpress
from sandbox.aliexpress.state import Order
from sandbox.clock import iso
from sandbox.goods import Good
from sandbox.sellers import Seller
from sandbox.stall import Json, Wanted, counted
from sandbox.world import World

LEAVE = "buyers.leave_aliexpress"


class AliExpressStall:
    code, title = "aliexpress", "AliExpress"

    def __init__(self, world: World, aliexpress: AliExpress) -> None:
        self.world, self.aliexpress = world, aliexpress
        world.agenda.on(LEAVE, self._leave)
        world.reopened.append(lambda: world.agenda.on(LEAVE, self._leave))

    def cabinet(self, seller: Seller) -> Cabinet:
        return self.aliexpress.cabinets[seller.code]

    def sells(self, seller: Seller) -> bool:
        return bool(self.cabinet(seller).stocks)

    def fill(self, seller: Seller, pieces: int, goods: list[Good] | None = None) -> None:
        cabinet = self.cabinet(seller)
        for good in cabinet.goods() if goods is None else goods:
            if cabinet.sells(good):
                cabinet.stocks.put(good.article, pieces)

    def order(self, seller: Seller, wanted: Wanted, *, warehouse: Any, force: bool) -> Callable[[], list[Any]]:
        """warehouse: "dbs" = the seller brings it himself."""
        cabinet = self.cabinet(seller)
        if any(not cabinet.sells(good) for good, _ in wanted):
            raise LookupError("not sold on AliExpress")
        if not force and any(cabinet.amount(good) < count for good, count in wanted):
            raise LookupError("not enough stock on AliExpress")
        return lambda: [str(order(cabinet, wanted, own_delivery=warehouse == "dbs").order_id)]

    def come(self) -> None:
        stocked = [cabinet for cabinet in self.aliexpress.cabinets.values() if cabinet.stocks]
        if not stocked:
            return
        cabinet = self.world.draw.choice(stocked)
        free = [(cabinet.catalogue.by_article[key], n) for key, n in picking.some(self.world, cabinet.stocks) if n > 0]
        if not free:
            return
        chosen = [(good, min(n, self.world.draw.choice((1, 1, 1, 2)))) for good, n in picking.first(self.world, free)]
        it = order(cabinet, chosen)
        picking.may_leave(self.world, LEAVE, seller=cabinet.seller.code, number=it.order_id)

    def _leave(self, seller: str, number: int) -> None:
        cabinet = self.aliexpress.cabinets[seller]
        by_buyer(cabinet, cabinet.orders[number])

    def _find(self, number: Any) -> tuple[Cabinet, Order] | None:
        for cabinet in self.aliexpress.cabinets.values():
            if str(number).isdigit() and (it := cabinet.orders.get(int(number))):
                return cabinet, it
        return None

    def cancel(self, number: Any) -> bool | None:
        found = self._find(number)
        return by_buyer(*found) if found else None

    def finish(self, number: Any) -> None:
        if found := self._find(number):
            found[1].delivery = "Delivered"
            ended = {"status": "Finish", "order_status": "Finished", "finish_reason": "ConfirmedByLogistic"}
            self.set_state(number, ended)

    def set_state(self, number: Any, given: Json) -> Json | None:
        found = self._find(number)
        if found is None:
            return None
        cabinet, it = found
        it.display, it.status = str(given["status"]), str(given.get("order_status", it.status))
        it.finish_reason = str(given.get("finish_reason", it.finish_reason))
        cabinet.touch(it)
        return {"aliexpress": str(it.order_id), "status": it.display}

    def figures(self, seller: Seller) -> Json:
        cabinet = self.cabinet(seller)
        return {
            "orders": dict(Counter(it.display for it in cabinet.orders.values())),
            "lists": dict(Counter(it.status for it in cabinet.lists.values())),
            "stock_rows": len(cabinet.stocks),
            "amount": sum(cabinet.stocks.values()),
        }

    def lines(self, figures: Json) -> dict[str, str]:
        return {
            "заказы": counted(figures["orders"]),
            "листы передачи": counted(figures["lists"]),
            "остаток": str(figures["amount"]),
        }

    def stocks(self, seller: Seller) -> Json:
        cabinet = self.cabinet(seller)
        return {"shop": dict(cabinet.stocks)} if cabinet.stocks else {}

    def orders(self, seller: Seller) -> Json:
        return {
            "aliexpress": [
                {
                    "number": str(it.order_id),
                    "status": it.display,
                    "created_at": iso(it.created),
                    "shipments": [{"id": one.shipment_id, "status": one.status} for one in it.shipments],
                    "lines": [{"article": line.article, "quantity": line.quantity} for line in it.lines],
                }
                for it in self.cabinet(seller).orders.values()
            ]
        }

    def forget_usage(self) -> None:
        self.aliexpress.forget_usage()
