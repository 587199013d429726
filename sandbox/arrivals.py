"""Buyers: orders by a Poisson process on each marketplace, and some who change their mind."""

from functools import partial
from typing import Any, TypeVar

from sandbox.goods import Good
from sandbox.ozon import cancellations
from sandbox.ozon.cabinet import Cabinet as OzonCabinet
from sandbox.ozon.postings import order as order_on_ozon
from sandbox.ozon.routes import Ozon
from sandbox.store import Table
from sandbox.wildberries.cabinet import Cabinet as WildberriesCabinet
from sandbox.wildberries.orders import by_buyer, place_basket
from sandbox.wildberries.routes import Wildberries
from sandbox.world import World

NEXT = {"ozon": "buyers.ozon", "wildberries": "buyers.wildberries"}
TRIES = 30
Wanted = list[tuple[Good, int]]
Stock = TypeVar("Stock")


class Buyers:
    def __init__(self, world: World, ozon: Ozon, wildberries: Wildberries) -> None:
        self.world, self.ozon, self.wildberries = world, ozon, wildberries
        self._keys: dict[str, list[Any]] = {}
        self._begin()
        world.reopened.append(self._begin)

    def _begin(self) -> None:
        agenda = self.world.agenda
        agenda.on(NEXT["ozon"], partial(self._next, "ozon"))
        agenda.on(NEXT["wildberries"], partial(self._next, "wildberries"))
        agenda.on("buyers.leave_ozon", self._leave_ozon)
        agenda.on("buyers.leave_wildberries", self._leave_wildberries)
        self.restart()

    def restart(self) -> None:
        """This function will plan the next buyer of each marketplace anew, after the rate was changed."""
        for name in NEXT.values():
            self.world.agenda.forget(name)
            self._plan(name)

    def _plan(self, name: str) -> None:
        if (rate := self.world.tempo.orders_per_minute) > 0:
            self.world.agenda.later(self.world.draw.expovariate(rate / 60), name)

    def _next(self, marketplace: str) -> None:
        self._plan(NEXT[marketplace])
        self.come(marketplace)

    def come(self, marketplace: str) -> None:
        """This function will let one buyer come, who buys if there is something in stock."""
        if marketplace == "ozon":
            self._come_to_ozon()
        else:
            self._come_to_wildberries()

    def _come_to_ozon(self) -> None:
        stocked = [cabinet for cabinet in self.ozon.cabinets.values() if cabinet.stocks]
        if not stocked:
            return
        cabinet = self.world.draw.choice(stocked)
        if not (found := self._chosen_on_ozon(cabinet)):
            return
        place, goods = found
        approved = not self.world.happens(self.world.tempo.awaiting_approve)
        posting = order_on_ozon(cabinet, warehouse_id=place, goods=goods, approved=approved)
        if not approved:
            later = self.world.agenda.later
            later(self.world.tempo.approval, "ozon.approved", client=cabinet.client_id, number=posting.number)
        self._may_leave("buyers.leave_ozon", client=cabinet.client_id, number=posting.number)

    def _come_to_wildberries(self) -> None:
        stocked = [cabinet for cabinet in self.wildberries.cabinets.values() if cabinet.stocks]
        if not stocked:
            return
        cabinet = self.world.draw.choice(stocked)
        if not (found := self._chosen_on_wildberries(cabinet)):
            return
        place, goods = found
        for order in place_basket(cabinet, warehouse_id=place, goods=goods, b2b=self.world.happens(0.02)):
            self._may_leave("buyers.leave_wildberries", sid=cabinet.seller.sid, order=order.order_id)

    def _may_leave(self, name: str, **args: object) -> None:
        if self.world.happens(self.world.tempo.buyer_cancels):
            self.world.agenda.later(self.world.draw.expovariate(1 / self.world.tempo.cancel_after), name, **args)

    def _chosen_on_ozon(self, cabinet: OzonCabinet) -> tuple[int, list[tuple[Good, int]]] | None:
        free = {key: stock.free for key, stock in self._some(cabinet.stocks) if stock.free > 0}
        if not free:
            return None
        place = next(iter(free))[0]
        goods = [(cabinet.catalogue.by_product[product], n) for (where, product), n in free.items() if where == place]
        return place, [(good, min(n, self.world.draw.choice((1, 1, 1, 2, 3)))) for good, n in self._first(goods)]

    def _chosen_on_wildberries(self, cabinet: WildberriesCabinet) -> tuple[int, list[Good]] | None:
        free = {key: amount for key, amount in self._some(cabinet.stocks) if amount > 0}
        if not free:
            return None
        place, first = next(iter(free))
        cargo = cabinet.catalogue.by_chrt[first].cargo
        goods = [(cabinet.catalogue.by_chrt[chrt], n) for (where, chrt), n in free.items() if where == place]
        # The same size twice in a basket is two orders.
        return place, [
            good
            for good, n in self._first([pair for pair in goods if pair[0].cargo == cargo])
            for _ in range(min(n, self.world.draw.choice((1, 1, 1, 1, 2))))
        ]

    def _first(self, goods: list[tuple[Good, int]]) -> list[tuple[Good, int]]:
        return goods[: self.world.draw.choices((1, 2, 3), (70, 22, 8))[0]]

    def _some(self, stocks: Table[Stock]) -> list[tuple[tuple[int, int], Stock]]:
        """A few rows at random; most of them may be empty."""
        keys = self._keys.get(stocks.kind)
        if keys is None or len(keys) != len(stocks):
            keys = self._keys[stocks.kind] = list(stocks)
        drawn = self.world.draw.choices(keys, k=TRIES)
        return [(key, stocks[key]) for key in dict.fromkeys(drawn) if key in stocks]

    def _leave_ozon(self, client: str, number: str) -> None:
        posting = self.ozon.cabinets[client].postings[number]
        if not posting.packing:
            cancellations.by_buyer(self.ozon.cabinets[client], posting)

    def _leave_wildberries(self, sid: str, order: int) -> None:
        cabinet = self.wildberries.cabinets[sid]
        by_buyer(cabinet, cabinet.orders[order])


def place_on_ozon(cabinet: OzonCabinet, *, wanted: Wanted, warehouse: int | None, force: bool) -> int:
    """
    This function will choose the warehouse for an order.

    warehouse: None = the first where all of it is free; force: sell also what is not there.
    :raises LookupError: no warehouse has all of it, or the goods are not sold there
    """
    if any(not good.on_ozon for good, _ in wanted):
        raise LookupError("not sold on Ozon")
    for place in [warehouse] if warehouse else list(cabinet.warehouses):
        if all(cabinet.stock(place, good.product_id).free >= count for good, count in wanted):
            return place
    if not force:
        raise LookupError("not enough stock on Ozon")
    return warehouse or next(iter(cabinet.warehouses))


def place_on_wildberries(cabinet: WildberriesCabinet, *, wanted: Wanted, warehouse: int | None, force: bool) -> int:
    """
    This function will choose the warehouse for a basket.

    :raises LookupError: no warehouse has all of it, or the goods are not sold there
    """
    if any(not good.on_wildberries for good, _ in wanted):
        raise LookupError("not sold on Wildberries")
    for place in [warehouse] if warehouse else list(cabinet.warehouses):
        if all(cabinet.amount(place, good.chrt_id) >= count for good, count in wanted):
            return place
    if not force:
        raise LookupError("not enough stock on Wildberries")
    fitting = [place.warehouse_id for place in cabinet.warehouses.values() if place.cargo == wanted[0][0].cargo]
    return warehouse or fitting[0]
