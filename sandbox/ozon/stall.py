"""Ozon as buyers and the tester see it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sandbox import picking
from sandbox.clock import iso
from sandbox.goods import Good
from sandbox.ozon import cancellations
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.postings import order
from sandbox.ozon.routes import Ozon
from sandbox.sellers import Seller
from sandbox.stall import Json, Wanted, counted
from sandbox.world import World


class OzonStall:
    code, title = "ozon", "Ozon"

    def __init__(self, world: World, ozon: Ozon) -> None:
        self.world, self.ozon = world, ozon
        world.agenda.on("buyers.leave_ozon", self._leave)
        world.reopened.append(lambda: world.agenda.on("buyers.leave_ozon", self._leave))

    def cabinet(self, seller: Seller) -> Cabinet:
        return self.ozon.cabinets[str(seller.ozon_id)]

    def sells(self, seller: Seller) -> bool:
        return bool(self.cabinet(seller).stocks)

    def fill(self, seller: Seller, pieces: int, goods: list[Good] | None = None) -> None:
        cabinet = self.cabinet(seller)
        place = next(iter(cabinet.warehouses))
        for good in cabinet.catalogue.on_ozon if goods is None else goods:
            stock = cabinet.stock(place, good.product_id)
            stock.free = pieces
            cabinet.keep_stock(place, good.product_id, stock)

    def order(self, seller: Seller, wanted: Wanted, *, warehouse: Any, force: bool) -> Callable[[], list[Any]]:
        cabinet = self.cabinet(seller)
        if any(not good.on_ozon for good, _ in wanted):
            raise LookupError("not sold on Ozon")
        place = next((place for place in self._places(cabinet, warehouse) if _has(cabinet, place, wanted)), None)
        if place is None and not force:
            raise LookupError("not enough stock on Ozon")
        where = place or warehouse or next(iter(cabinet.warehouses))
        return lambda: [order(cabinet, warehouse_id=where, goods=wanted).number]

    def _places(self, cabinet: Cabinet, warehouse: int | None) -> list[int]:
        return [warehouse] if warehouse else list(cabinet.warehouses)

    def come(self) -> None:
        stocked = [cabinet for cabinet in self.ozon.cabinets.values() if cabinet.stocks]
        if not stocked:
            return
        cabinet = self.world.draw.choice(stocked)
        rows = picking.some(self.world, cabinet.stocks)
        free = {key: stock.free for key, stock in rows if stock.free > 0}
        if not free:
            return
        place = next(iter(free))[0]
        goods = [(cabinet.catalogue.by_product[product], n) for (where, product), n in free.items() if where == place]
        chosen = [
            (good, min(n, self.world.draw.choice((1, 1, 1, 2, 3)))) for good, n in picking.first(self.world, goods)
        ]
        approved = not self.world.happens(self.world.tempo.awaiting_approve)
        posting = order(cabinet, warehouse_id=place, goods=chosen, approved=approved)
        if not approved:
            later = self.world.agenda.later
            later(self.world.tempo.approval, "ozon.approved", client=cabinet.client_id, number=posting.number)
        picking.may_leave(self.world, "buyers.leave_ozon", client=cabinet.client_id, number=posting.number)

    def _leave(self, client: str, number: str) -> None:
        posting = self.ozon.cabinets[client].postings[number]
        if not posting.packing:
            cancellations.by_buyer(self.ozon.cabinets[client], posting)

    def cancel(self, number: Any) -> bool | None:
        for cabinet in self.ozon.cabinets.values():
            if posting := cabinet.postings.get(number):
                return cancellations.by_buyer(cabinet, posting) or cancellations.at_the_door(cabinet, posting)
        return None

    def finish(self, number: Any) -> None:
        for cabinet in self.ozon.cabinets.values():
            if posting := cabinet.postings.get(number):
                cabinet.release(posting, sold=True)
                cabinet.move(posting, "delivered", "posting_received")

    def set_state(self, number: Any, given: Json) -> Json | None:
        for cabinet in self.ozon.cabinets.values():
            if posting := cabinet.postings.get(number):
                cabinet.move(posting, str(given["status"]), str(given.get("substatus", posting.substatus)))
                return {"ozon": posting.number, "status": posting.status, "substatus": posting.substatus}
        return None

    def figures(self, seller: Seller) -> Json:
        cabinet = self.cabinet(seller)
        return {
            "client_id": cabinet.client_id,
            "postings": dict(Counter(posting.status for posting in cabinet.postings.values())),
            "returns": dict(Counter(one.state for one in cabinet.returns.values())),
            "carriages": dict(Counter(carriage.status for carriage in cabinet.carriages.values())),
            "stock_rows": len(cabinet.stocks),
            "free": sum(stock.free for stock in cabinet.stocks.values()),
            "reserved": sum(stock.reserved for stock in cabinet.stocks.values()),
        }

    def lines(self, figures: Json) -> dict[str, str]:
        return {
            "отправления": counted(figures["postings"]),
            "отгрузки": counted(figures["carriages"]),
            "возвраты": counted(figures["returns"]),
            "остаток свободный / в резерве": f"{figures['free']} / {figures['reserved']}",
        }

    def stocks(self, seller: Seller) -> Json:
        cabinet, rows = self.cabinet(seller), dict[str, Json]()
        for (place, product), stock in cabinet.stocks.items():
            article = cabinet.catalogue.by_product[product].article
            rows.setdefault(str(place), {})[article] = {"free": stock.free, "reserved": stock.reserved}
        return rows

    def orders(self, seller: Seller) -> Json:
        cabinet = self.cabinet(seller)
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
                for posting in cabinet.postings.values()
            ],
            "carriages": [
                {"id": c.carriage_id, "status": c.status, "departure": c.departure, "numbers": c.numbers}
                for c in cabinet.carriages.values()
            ],
        }

    def forget_usage(self) -> None:
        self.ozon.forget_usage()


def _has(cabinet: Cabinet, place: int, wanted: Wanted) -> bool:
    return all(cabinet.stock(place, good.product_id).free >= count for good, count in wanted)
