"""Megamarket as buyers and the tester see it."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from sandbox import picking
from sandbox.clock import iso
from sandbox.goods import Good
from sandbox.megamarket.cabinet import Cabinet
from sandbox.megamarket.orders import by_buyer, order
from sandbox.megamarket.routes import Megamarket
from sandbox.megamarket.shapes import status
from sandbox.megamarket.state import Shipment
from sandbox.sellers import Seller
from sandbox.stall import Json, Wanted, counted
from sandbox.world import World

LEAVE = "buyers.leave_megamarket"


class MegamarketStall:
    code, title = "megamarket", "Мегамаркет"

    def __init__(self, world: World, megamarket: Megamarket) -> None:
        self.world, self.megamarket = world, megamarket
        world.agenda.on(LEAVE, self._leave)
        world.reopened.append(lambda: world.agenda.on(LEAVE, self._leave))

    def cabinet(self, seller: Seller) -> Cabinet:
        return self.megamarket.of(seller.code)

    def _all(self, seller: Seller) -> list[Cabinet]:
        return [cabinet for cabinet in self.megamarket.cabinets.values() if cabinet.seller is seller]

    def sells(self, seller: Seller) -> bool:
        return bool(self.cabinet(seller).stocks)

    def fill(self, seller: Seller, pieces: int, goods: list[Good] | None = None) -> None:
        cabinet = self.cabinet(seller)
        for good in cabinet.catalogue.goods if goods is None else goods:
            if cabinet.sells(good):
                cabinet.stocks.put(good.article, pieces)

    def order(self, seller: Seller, wanted: Wanted, *, warehouse: Any, force: bool) -> Callable[[], list[Any]]:
        """warehouse: the merchant id of the cabinet, which is where its scheme is chosen too."""
        cabinet = self.megamarket.cabinets[int(warehouse)] if warehouse else self.cabinet(seller)
        if any(not cabinet.sells(good) for good, _ in wanted):
            raise LookupError("not sold on Megamarket")
        if not force and any(cabinet.amount(good) < count for good, count in wanted):
            raise LookupError("not enough stock on Megamarket")
        return lambda: [order(cabinet, wanted).number]

    def come(self) -> None:
        stocked = [cabinet for cabinet in self.megamarket.cabinets.values() if cabinet.stocks]
        if not stocked:
            return
        cabinet = self.world.draw.choice(stocked)
        free = [(cabinet.catalogue.by_article[key], n) for key, n in picking.some(self.world, cabinet.stocks) if n > 0]
        if not free:
            return
        chosen = [
            (good, min(n, self.world.draw.choice((1, 1, 1, 2, 3)))) for good, n in picking.first(self.world, free)
        ]
        it = order(cabinet, chosen)
        picking.may_leave(self.world, LEAVE, merchant=cabinet.merchant_id, number=it.number)

    def _leave(self, merchant: int, number: str) -> None:
        cabinet = self.megamarket.cabinets[merchant]
        by_buyer(cabinet, cabinet.shipments[number])

    def _find(self, number: Any) -> tuple[Cabinet, Shipment] | None:
        for cabinet in self.megamarket.cabinets.values():
            if it := cabinet.shipments.get(str(number)):
                return cabinet, it
        return None

    def cancel(self, number: Any) -> bool | None:
        """number: a shipment, or [shipment, [lots]] for some of its lots."""
        name, lots = number if isinstance(number, list) else (number, None)
        found = self._find(name)
        return by_buyer(*found, lots) if found else None

    def finish(self, number: Any) -> None:
        self.set_state(number, {"status": "DELIVERED"})

    def set_state(self, number: Any, given: Json) -> Json | None:
        found = self._find(number)
        if found is None:
            return None
        cabinet, it = found
        for lot in it.lots:
            if given.get("lot") in (None, lot.index):
                lot.status, lot.sub_status, lot.after = str(given["status"]), given.get("substatus"), ""
        cabinet.keep(it)
        return {"megamarket": it.number, "status": [lot.status for lot in it.lots]}

    def figures(self, seller: Seller) -> Json:
        cabinets = self._all(seller)
        rows = [it for cabinet in cabinets for it in cabinet.shipments.values()]
        return {
            "merchant_ids": {cabinet.scheme: cabinet.merchant_id for cabinet in cabinets},
            "shipments": dict(Counter(status(it) for it in rows)),
            "stock_rows": sum(len(cabinet.stocks) for cabinet in cabinets),
            "amount": sum(sum(cabinet.stocks.values()) for cabinet in cabinets),
        }

    def lines(self, figures: Json) -> dict[str, str]:
        return {"отправления": counted(figures["shipments"]), "остаток": str(figures["amount"])}

    def stocks(self, seller: Seller) -> Json:
        return {str(cabinet.merchant_id): dict(cabinet.stocks) for cabinet in self._all(seller) if cabinet.stocks}

    def orders(self, seller: Seller) -> Json:
        return {
            "megamarket": [
                {
                    "number": it.number,
                    "status": status(it),
                    "merchant_id": cabinet.merchant_id,
                    "created_at": iso(it.created),
                    "lots": [
                        {"index": lot.index, "article": lot.article, "status": lot.status, "boxes": lot.boxes}
                        for lot in it.lots
                    ],
                }
                for cabinet in self._all(seller)
                for it in cabinet.shipments.values()
            ]
        }

    def forget_usage(self) -> None:
        self.megamarket.forget_usage()
