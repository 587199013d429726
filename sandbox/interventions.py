"""What the tester does to orders, stock and warehouses behind the seller's back."""

from typing import Any

from sandbox import arrivals
from sandbox.arrivals import Buyers
from sandbox.goods import Catalogue, Good
from sandbox.ozon import cancellations
from sandbox.ozon.cabinet import Cabinet as OzonCabinet
from sandbox.ozon.postings import order as order_on_ozon
from sandbox.ozon.routes import Ozon
from sandbox.wildberries.cabinet import Cabinet as WildberriesCabinet
from sandbox.wildberries.orders import by_buyer, place_basket
from sandbox.wildberries.routes import Wildberries
from sandbox.world import World

Json = dict[str, Any]
MARKETPLACES = ("ozon", "wildberries")


class Wrong(Exception):
    """A request of the tester that cannot be done; the text says why."""


class Interventions:
    """Each method takes what the tester sent and answers what happened."""

    def __init__(self, world: World, ozon: Ozon, wildberries: Wildberries, buyers: Buyers) -> None:
        self.world, self.ozon, self.wildberries, self.buyers = world, ozon, wildberries, buyers

    def cabinets(self, code: str) -> tuple[OzonCabinet, WildberriesCabinet]:
        seller = self.world.seller(code)
        return self.ozon.cabinets[str(seller.ozon_id)], self.wildberries.cabinets[seller.sid]

    def seed(self, given: Json) -> Json:
        """`{"products": 100000, "seller": "demo", "stock": 10}`: grow the catalogue, and give each good stock."""
        code = given.get("seller", "demo")
        total = self.world.seed_goods(seller=code, count=int(given["products"]))
        if stock := int(given.get("stock", 0)):
            self._stock(*self.cabinets(code), stock)
        return {"goods": total}

    def _stock(self, ozon: OzonCabinet, wildberries: WildberriesCabinet, pieces: int) -> None:
        place = next(iter(ozon.warehouses))
        for good in ozon.catalogue.on_ozon:
            stock = ozon.stock(place, good.product_id)
            stock.free = pieces
            ozon.keep_stock(place, good.product_id, stock)
        for good in wildberries.catalogue.on_wildberries:
            fitting = next((p for p in wildberries.warehouses.values() if p.cargo == good.cargo), None)
            if fitting is not None:
                wildberries.stocks.put((fitting.warehouse_id, good.chrt_id), pieces)

    def order(self, given: Json) -> Json:
        """
        Place orders now.

        `{"items": [{"article" | "barcode": "…", "quantity": 1}], "marketplaces": ["ozon", "wildberries"],
        "times": 1, "force": false, "seller": "demo", "warehouse": {"ozon": id, "wildberries": id}}`.
        All of them have the same moment.  When one marketplace refuses for lack of stock, none is placed.
        """
        ozon, wildberries = self.cabinets(given.get("seller", "demo"))
        wanted = [(_good(ozon.catalogue, item), int(item.get("quantity", 1))) for item in given["items"]]
        places = given.get("marketplaces", list(MARKETPLACES))
        if not wanted or not places or any(place not in MARKETPLACES for place in places):
            raise Wrong(f"items, and marketplaces: any of {', '.join(MARKETPLACES)}")
        answer: dict[str, list[Any]] = {place: [] for place in places}
        for _ in range(int(given.get("times", 1))):
            for place, numbers in _bought(ozon, wildberries, wanted, places, given).items():
                answer[place] += numbers
        return answer

    def arrive(self, given: Json) -> Json:
        """`{"ozon": 100, "wildberries": 100}`: so many buyers come now, and buy what is in stock."""
        counts = {place: int(given.get(place, 0)) for place in MARKETPLACES}
        for place, count in counts.items():
            for _ in range(count):
                self.buyers.come(place)
        return {"came": counts}

    def cancel(self, given: Json) -> Json:
        """`{"ozon": "number"}` or `{"wildberries": id}`: the buyer cancels now."""
        done: dict[str, bool] = {}
        if "ozon" in given:
            for cabinet in self.ozon.cabinets.values():
                if posting := cabinet.postings.get(given["ozon"]):
                    done["ozon"] = cancellations.by_buyer(cabinet, posting)
        if "wildberries" in given:
            for account in self.wildberries.cabinets.values():
                if order := account.orders.get(given["wildberries"]):
                    done["wildberries"] = by_buyer(account, order)
        if not done:
            raise Wrong("no such order")
        return {"cancelled": done}

    def set_state(self, given: Json) -> Json:
        """
        Put an order into any state, also one that nobody has heard of.

        `{"ozon": "number", "status": "…", "substatus": "…"}` or
        `{"wildberries": id, "supplier_status": "…", "wb_status": "…"}`.
        """
        for cabinet in self.ozon.cabinets.values():
            if posting := cabinet.postings.get(given.get("ozon")):
                cabinet.move(posting, str(given["status"]), str(given.get("substatus", posting.substatus)))
                return {"ozon": posting.number, "status": posting.status, "substatus": posting.substatus}
        for account in self.wildberries.cabinets.values():
            if order := account.orders.get(given.get("wildberries")):
                account.move(order, supplier=given.get("supplier_status"), wb=given.get("wb_status"))
                return {"wildberries": order.order_id, "status": [order.supplier_status, order.wb_status]}
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


def _bought(
    ozon: OzonCabinet, wildberries: WildberriesCabinet, wanted: arrivals.Wanted, places: list[str], given: Json
) -> dict[str, list[Any]]:
    """One order on each marketplace; where it fails on one, none is placed."""
    force, where = bool(given.get("force", False)), given.get("warehouse") or {}
    chosen: dict[str, int] = {}
    if "ozon" in places:
        place = arrivals.place_on_ozon(ozon, wanted=wanted, warehouse=where.get("ozon"), force=force)
        chosen["ozon"] = place
    if "wildberries" in places:
        warehouse = where.get("wildberries")
        place = arrivals.place_on_wildberries(wildberries, wanted=wanted, warehouse=warehouse, force=force)
        chosen["wildberries"] = place
    bought: dict[str, list[Any]] = {}
    if "ozon" in chosen:
        bought["ozon"] = [order_on_ozon(ozon, warehouse_id=chosen["ozon"], goods=wanted).number]
    if "wildberries" in chosen:
        units = [good for good, count in wanted for _ in range(count)]
        basket = place_basket(wildberries, warehouse_id=chosen["wildberries"], goods=units)
        bought["wildberries"] = [order.order_id for order in basket]
    return bought
