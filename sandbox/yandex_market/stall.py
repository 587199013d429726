"""Yandex Market as buyers and the tester see it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sandbox import picking
from sandbox.clock import iso
from sandbox.goods import Good
from sandbox.sellers import Seller
from sandbox.stall import Json, Wanted, counted
from sandbox.world import World
from sandbox.yandex_market import orders
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.routes import YandexMarket
from sandbox.yandex_market.state import Order

TO_POINT = 0.3


class YandexMarketStall:
    code, title = "yandex_market", "Яндекс Маркет"

    def __init__(self, world: World, market: YandexMarket) -> None:
        self.world, self.market = world, market
        world.agenda.on("buyers.leave_yandex", self._leave)
        world.reopened.append(lambda: world.agenda.on("buyers.leave_yandex", self._leave))

    def cabinet(self, seller: Seller) -> Cabinet:
        return self.market.cabinets[seller.code]

    def sells(self, seller: Seller) -> bool:
        return bool(self.cabinet(seller).stocks)

    def fill(self, seller: Seller, pieces: int, goods: list[Good] | None = None) -> None:
        cabinet = self.cabinet(seller)
        place = next(iter(cabinet.warehouses))
        for good in cabinet.catalogue.goods if goods is None else goods:
            stock = cabinet.stock(place, good.article)
            stock.free = pieces
            cabinet.keep_stock(place, good.article, stock)

    def order(self, seller: Seller, wanted: Wanted, *, warehouse: Any, force: bool) -> Callable[[], list[Any]]:
        cabinet = self.cabinet(seller)
        places = [int(warehouse)] if warehouse else list(cabinet.warehouses)
        if any(place not in cabinet.warehouses for place in places):
            raise LookupError("no such warehouse on Yandex Market")
        place = next((place for place in places if _has(cabinet, place, wanted)), None)
        if place is None and not force:
            raise LookupError("not enough stock on Yandex Market")
        where = place or places[0]
        return lambda: [orders.buy(cabinet, warehouse_id=where, goods=wanted).order_id]

    def come(self) -> None:
        stocked = [cabinet for cabinet in self.market.cabinets.values() if cabinet.stocks]
        if not stocked:
            return
        cabinet = self.world.draw.choice(stocked)
        free = {key: stock.free for key, stock in picking.some(self.world, cabinet.stocks) if stock.free > 0}
        if not free:
            return
        shelf = next(iter(free))[0]
        place = self.world.draw.choice([one for one in cabinet.warehouses if cabinet.shelf(one) == shelf])
        goods = [(cabinet.catalogue.by_article[sku], count) for (where, sku), count in free.items() if where == shelf]
        chosen = [
            (good, min(count, self.world.draw.choice((1, 1, 1, 2, 3))))
            for good, count in picking.first(self.world, goods)
        ]
        order = orders.buy(cabinet, warehouse_id=place, goods=chosen, to_point=self.world.happens(TO_POINT))
        picking.may_leave(self.world, "buyers.leave_yandex", seller=cabinet.seller.code, order=order.order_id)

    def _leave(self, seller: str, order: int) -> None:
        cabinet = self.market.cabinets[seller]
        orders.by_buyer(cabinet, cabinet.orders[order])

    def cancel(self, number: Any) -> bool | None:
        found = self._found(number)
        return orders.by_buyer(*found) if found else None

    def finish(self, number: Any) -> None:
        if found := self._found(number):
            cabinet, order = found
            cabinet.release(order, sold=True)
            cabinet.move(order, "DELIVERED", "DELIVERY_SERVICE_DELIVERED")

    def set_state(self, number: Any, given: Json) -> Json | None:
        found = self._found(number)
        if found is None:
            return None
        cabinet, order = found
        cabinet.move(order, str(given["status"]), str(given.get("substatus", order.substatus)))
        return {"yandex_market": order.order_id, "status": order.status, "substatus": order.substatus}

    def _found(self, number: Any) -> tuple[Cabinet, Order] | None:
        for cabinet in self.market.cabinets.values():
            if str(number).isdecimal() and (order := cabinet.orders.get(int(number))):
                return cabinet, order
        return None

    def figures(self, seller: Seller) -> Json:
        cabinet = self.cabinet(seller)
        return {
            "business_id": cabinet.business_id,
            "orders": dict(Counter(f"{order.status}/{order.substatus}" for order in cabinet.orders.values())),
            "shipments": dict(Counter(one.status for one in cabinet.shipments.values())),
            "returns": dict(Counter(one.shipment_status for one in cabinet.returns.values())),
            "quarantined_prices": len(cabinet.quarantine),
            "stock_rows": len(cabinet.stocks),
            "free": sum(stock.free for stock in cabinet.stocks.values()),
            "reserved": sum(stock.reserved for stock in cabinet.stocks.values()),
        }

    def lines(self, figures: Json) -> dict[str, str]:
        return {
            "заказы": counted(figures["orders"]),
            "отгрузки": counted(figures["shipments"]),
            "возвраты": counted(figures["returns"]),
            "цены в карантине": str(figures["quarantined_prices"]),
            "остаток свободный / в резерве": f"{figures['free']} / {figures['reserved']}",
        }

    def stocks(self, seller: Seller) -> Json:
        rows: dict[str, Json] = {}
        for (place, sku), stock in self.cabinet(seller).stocks.items():
            rows.setdefault(str(place), {})[sku] = {"free": stock.free, "reserved": stock.reserved}
        return rows

    def orders(self, seller: Seller) -> Json:
        cabinet = self.cabinet(seller)
        return {
            "yandex_market": [
                {
                    "id": order.order_id,
                    "campaign_id": order.campaign_id,
                    "program": order.program,
                    "status": order.status,
                    "substatus": order.substatus,
                    "created_at": iso(order.created),
                    "warehouse_id": order.warehouse_id,
                    "shipment_id": order.shipment_id,
                    "cancel_requested": order.cancel_requested,
                    "lines": [{"article": item.offer_id, "quantity": item.count} for item in order.items],
                }
                for order in cabinet.orders.values()
            ],
            "shipments": [
                {"id": one.shipment_id, "status": one.status, "day": one.day, "orders": one.orders}
                for one in cabinet.shipments.values()
            ],
            "returns": [
                {"id": one.return_id, "order": one.order_id, "kind": one.kind, "status": one.shipment_status}
                for one in cabinet.returns.values()
            ],
        }

    def forget_usage(self) -> None:
        self.market.forget_usage()


def _has(cabinet: Cabinet, place: int, wanted: Wanted) -> bool:
    return all(cabinet.stock(place, good.article).free >= count for good, count in wanted)
