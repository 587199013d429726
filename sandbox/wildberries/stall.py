"""Wildberries as buyers and the tester see it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sandbox import picking
from sandbox.clock import iso
from sandbox.goods import Good
from sandbox.sellers import Seller
from sandbox.stall import Json, Wanted, counted
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.orders import at_the_point, by_buyer, place_basket
from sandbox.wildberries.routes import Wildberries
from sandbox.world import World


class WildberriesStall:
    code, title = "wildberries", "Wildberries"

    def __init__(self, world: World, wildberries: Wildberries) -> None:
        self.world, self.wildberries = world, wildberries
        world.agenda.on("buyers.leave_wildberries", self._leave)
        world.reopened.append(lambda: world.agenda.on("buyers.leave_wildberries", self._leave))

    def cabinet(self, seller: Seller) -> Cabinet:
        return self.wildberries.cabinets[seller.sid]

    def sells(self, seller: Seller) -> bool:
        return bool(self.cabinet(seller).stocks)

    def fill(self, seller: Seller, pieces: int, goods: list[Good] | None = None) -> None:
        cabinet = self.cabinet(seller)
        for good in cabinet.catalogue.on_wildberries if goods is None else goods:
            fitting = next((place for place in cabinet.warehouses.values() if place.cargo == good.cargo), None)
            if fitting is not None:
                cabinet.stocks.put((fitting.warehouse_id, good.chrt_id), pieces)

    def order(self, seller: Seller, wanted: Wanted, *, warehouse: Any, force: bool) -> Callable[[], list[Any]]:
        cabinet = self.cabinet(seller)
        if any(not good.on_wildberries for good, _ in wanted):
            raise LookupError("not sold on Wildberries")
        places = [warehouse] if warehouse else list(cabinet.warehouses)
        place = next((place for place in places if _has(cabinet, place, wanted)), None)
        if place is None and not force:
            raise LookupError("not enough stock on Wildberries")
        fitting = [where.warehouse_id for where in cabinet.warehouses.values() if where.cargo == wanted[0][0].cargo]
        there = place or warehouse or fitting[0]
        units = [good for good, count in wanted for _ in range(count)]
        return lambda: [order.order_id for order in place_basket(cabinet, warehouse_id=there, goods=units)]

    def come(self) -> None:
        stocked = [cabinet for cabinet in self.wildberries.cabinets.values() if cabinet.stocks]
        if not stocked:
            return
        cabinet = self.world.draw.choice(stocked)
        free = {key: amount for key, amount in picking.some(self.world, cabinet.stocks) if amount > 0}
        if not free:
            return
        place, first = next(iter(free))
        cargo = cabinet.catalogue.by_chrt[first].cargo
        goods = [(cabinet.catalogue.by_chrt[chrt], n) for (where, chrt), n in free.items() if where == place]
        # The same size twice in a basket is two orders.
        chosen = [
            good
            for good, n in picking.first(self.world, [pair for pair in goods if pair[0].cargo == cargo])
            for _ in range(min(n, self.world.draw.choice((1, 1, 1, 1, 2))))
        ]
        for order in place_basket(cabinet, warehouse_id=place, goods=chosen, b2b=self.world.happens(0.02)):
            picking.may_leave(self.world, "buyers.leave_wildberries", sid=cabinet.seller.sid, order=order.order_id)

    def _leave(self, sid: str, order: int) -> None:
        cabinet = self.wildberries.cabinets[sid]
        by_buyer(cabinet, cabinet.orders[order])

    def cancel(self, number: Any) -> bool | None:
        for cabinet in self.wildberries.cabinets.values():
            if order := cabinet.orders.get(number):
                return by_buyer(cabinet, order) or at_the_point(cabinet, order)
        return None

    def finish(self, number: Any) -> None:
        for cabinet in self.wildberries.cabinets.values():
            if order := cabinet.orders.get(number):
                cabinet.move(order, supplier="complete", wb="sold")

    def set_state(self, number: Any, given: Json) -> Json | None:
        for cabinet in self.wildberries.cabinets.values():
            if order := cabinet.orders.get(number):
                cabinet.move(order, supplier=given.get("supplier_status"), wb=given.get("wb_status"))
                return {"wildberries": order.order_id, "status": [order.supplier_status, order.wb_status]}
        return None

    def figures(self, seller: Seller) -> Json:
        cabinet = self.cabinet(seller)
        return {
            "sid": cabinet.seller.sid,
            "orders": dict(Counter(f"{order.supplier_status}/{order.wb_status}" for order in cabinet.orders.values())),
            "returns": len(cabinet.returns),
            "supplies": dict(Counter("closed" if supply.done else "open" for supply in cabinet.supplies.values())),
            "stock_rows": len(cabinet.stocks),
            "amount": sum(cabinet.stocks.values()),
        }

    def lines(self, figures: Json) -> dict[str, str]:
        return {
            "задания": counted(figures["orders"]),
            "поставки": counted(figures["supplies"]),
            "возвраты": str(figures["returns"]),
            "остаток": str(figures["amount"]),
        }

    def stocks(self, seller: Seller) -> Json:
        cabinet, rows = self.cabinet(seller), dict[str, Json]()
        for (place, chrt), amount in cabinet.stocks.items():
            rows.setdefault(str(place), {})[cabinet.catalogue.by_chrt[chrt].article] = amount
        return rows

    def orders(self, seller: Seller) -> Json:
        cabinet = self.cabinet(seller)
        return {
            "wildberries": [
                {
                    "id": order.order_id,
                    "supplier_status": order.supplier_status,
                    "wb_status": order.wb_status,
                    "created_at": iso(order.created),
                    "warehouse_id": order.warehouse_id,
                    "supply_id": order.supply_id,
                    "basket": order.order_uid,
                    "article": cabinet.good(order).article,
                }
                for order in cabinet.orders.values()
            ],
            "supplies": [
                {"id": s.supply_id, "name": s.name, "done": s.done, "orders": s.orders}
                for s in cabinet.supplies.values()
            ],
        }

    def forget_usage(self) -> None:
        self.wildberries.forget_usage()


def _has(cabinet: Cabinet, place: int, wanted: Wanted) -> bool:
    return all(cabinet.amount(place, good.chrt_id) >= count for good, count in wanted)
