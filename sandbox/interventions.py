"""What the tester does to orders, stock and warehouses behind the seller's back."""

from typing import Any

from sandbox.arrivals import Buyers
from sandbox.goods import Catalogue, Good
from sandbox.sellers import Seller
from sandbox.stall import Stall, Wanted
from sandbox.wildberries.routes import Wildberries
from sandbox.world import World

Json = dict[str, Any]


class Wrong(Exception):
    """A request of the tester that cannot be done; the text says why."""


class Interventions:
    """Each method takes what the tester sent and answers what happened."""

    def __init__(self, world: World, stalls: dict[str, Stall], buyers: Buyers, wildberries: Wildberries) -> None:
        self.world, self.stalls, self.buyers, self.wildberries = world, stalls, buyers, wildberries

    def seed(self, given: Json) -> Json:
        """`{"products": 100000, "seller": "demo", "stock": 10}`: grow the catalogue, and give each good stock."""
        code = given.get("seller", "demo")
        total = self.world.seed_goods(seller=code, count=int(given["products"]))
        if stock := int(given.get("stock", 0)):
            for stall in self.stalls.values():
                stall.fill(self.world.seller(code), stock)
        return {"goods": total}

    def order(self, given: Json) -> Json:
        """
        Place orders now.

        `{"items": [{"article" | "barcode": "…", "quantity": 1}], "marketplaces": ["ozon", "wildberries"],
        "times": 1, "force": false, "seller": "demo", "warehouse": {"ozon": id, "wildberries": id}}`.
        All of them have the same moment.  When one marketplace refuses for lack of stock, none is placed.  Without
        `marketplaces`: wherever the seller has offered stock, with `force` everywhere.
        """
        seller = self.world.seller(given.get("seller", "demo"))
        wanted = [(_good(seller.catalogue, item), int(item.get("quantity", 1))) for item in given["items"]]
        force = bool(given.get("force", False))
        offering = [code for code, stall in self.stalls.items() if force or stall.sells(seller)]
        places = given.get("marketplaces") or offering
        if not wanted or not places or any(place not in self.stalls for place in places):
            raise Wrong(f"items, and marketplaces: any of {', '.join(self.stalls)}")
        answer: dict[str, list[Any]] = {place: [] for place in places}
        for _ in range(int(given.get("times", 1))):
            for place, numbers in self._bought(seller, wanted, places, given).items():
                answer[place] += numbers
        return answer

    def _bought(self, seller: Seller, wanted: Wanted, places: list[str], given: Json) -> dict[str, list[Any]]:
        """One order on each marketplace; where it fails on one, none is placed."""
        force, where = bool(given.get("force", False)), given.get("warehouse") or {}
        ready = {
            place: self.stalls[place].order(seller, wanted, warehouse=where.get(place), force=force) for place in places
        }
        return {place: buy() for place, buy in ready.items()}

    def arrive(self, given: Json) -> Json:
        """`{"ozon": 100, "wildberries": 100}`: so many buyers come now, and buy what is in stock."""
        counts = {place: int(given[place]) for place in self.stalls if place in given}
        for place, count in counts.items():
            for _ in range(count):
                self.buyers.come(place)
        return {"came": counts}

    def cancel(self, given: Json) -> Json:
        """`{"ozon": "number"}`, `{"wildberries": id}` …: the buyer cancels now."""
        asked = {code: stall.cancel(given[code]) for code, stall in self.stalls.items() if code in given}
        done = {code: told for code, told in asked.items() if told is not None}
        if not done:
            raise Wrong("no such order")
        return {"cancelled": done}

    def set_state(self, given: Json) -> Json:
        """
        Put an order into any state, also one that nobody has heard of.

        `{"ozon": "number", "status": "…", "substatus": "…"}` or
        `{"wildberries": id, "supplier_status": "…", "wb_status": "…"}`, and so on.
        """
        for code, stall in self.stalls.items():
            if code in given and (told := stall.set_state(given[code], given)) is not None:
                return told
        raise Wrong("no such order")

    def processing(self, given: Json) -> Json:
        """`{"warehouse": 700101, "on": true}`: the Wildberries warehouse refuses stock for now."""
        for account in self.wildberries.cabinets.values():
            if (number := given["warehouse"]) in account.warehouses:
                change = account.processing.add if given.get("on", True) else account.processing.discard
                change(number)
                return {"processing": sorted(account.processing)}
        raise Wrong("no such warehouse")


def _good(catalogue: Catalogue, item: Json) -> Good:
    good = catalogue.by_article.get(item.get("article", "")) or catalogue.by_barcode.get(item.get("barcode", ""))
    if good is None:
        raise Wrong(f"no such good: {item}")
    return good
