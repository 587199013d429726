"""
The hand of the tester: /admin/… as JSON, and /admin/ as a page.

Everything that happens by itself in reality can be made to happen here at once.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox import arrivals, overview, page
from sandbox.accounts import accounts
from sandbox.arrivals import Buyers
from sandbox.faults import MODES, Fault
from sandbox.goods import Good
from sandbox.ozon import cancellations
from sandbox.ozon.postings import order as order_on_ozon
from sandbox.ozon.routes import Ozon
from sandbox.sellers import Seller
from sandbox.wildberries.orders import by_buyer, place_basket
from sandbox.wildberries.routes import Wildberries
from sandbox.world import World

Json = Any
MARKETPLACES = ("ozon", "wildberries")


class Wrong(Exception):
    """A request of the tester that cannot be done; the text says why."""


class Admin:
    def __init__(self, world: World, ozon: Ozon, wildberries: Wildberries, buyers: Buyers) -> None:
        self.world, self.ozon, self.wildberries, self.buyers = world, ozon, wildberries, buyers

    def routes(self) -> list[BaseRoute]:
        get, post = ["GET"], ["POST"]
        table: list[tuple[str, list[str], Callable[[Request, Json], Json]]] = [
            ("/admin/accounts", get, self.accounts),
            ("/admin/catalogue", get, self.catalogue),
            ("/admin/state", get, self.state),
            ("/admin/stocks", get, self.stocks),
            ("/admin/orders", get, self.list_orders),
            ("/admin/counters", get, self.counters),
            ("/admin/seed", post, self.seed),
            ("/admin/orders", post, self.order),
            ("/admin/cancel", post, self.cancel),
            ("/admin/speed", post, self.speed),
            ("/admin/skip", post, self.skip),
            ("/admin/tempo", get, self.tempo),
            ("/admin/tempo", post, self.set_tempo),
            ("/admin/faults", get, self.faults),
            ("/admin/faults", post, self.add_fault),
            ("/admin/faults", ["DELETE"], self.clear_faults),
            ("/admin/faults/{number:int}", ["DELETE"], self.clear_faults),
            ("/admin/counters", ["DELETE"], self.reset_counters),
            ("/admin/limits", ["DELETE"], self.forget_usage),
            ("/admin/reset", post, self.reset),
        ]
        routes: list[BaseRoute] = [Route(path, self._json(work), methods=methods) for path, methods, work in table]
        return [*routes, Route("/admin/", self._page), Route("/admin", self._page), Route("/healthz", _well)]

    def _json(self, work: Callable[[Request, Json], Json]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            self.world.advance()
            try:
                given = msgspec.json.decode(body) if body else {}
                if not isinstance(given, dict):
                    raise Wrong("an object is expected")
                answer, status = work(request, given), 200
            except (Wrong, LookupError, ValueError, TypeError, AttributeError, msgspec.MsgspecError) as reason:
                answer, status = {"error": str(reason)}, 400
            self.world.store.flush()
            return Response(msgspec.json.encode(answer), status_code=status, media_type="application/json")

        return endpoint

    async def _page(self, request: Request) -> Response:
        self.world.advance()
        return HTMLResponse(page.html(overview.overview(self.world, self.ozon, self.wildberries)))

    def accounts(self, request: Request, given: Json) -> Json:
        return {"accounts": accounts(self.world.sellers)}

    def catalogue(self, request: Request, given: Json) -> Json:
        """`?seller=demo&offset=0&limit=1000`; without a limit all of it.  `keys` are the seller's good ones."""
        seller = self._seller(request.query_params)
        goods, account = seller.catalogue.goods, accounts([seller])[0]
        keys = {
            "ozon": {name: account["ozon"][name] for name in ("client_id", "api_key")},
            "wildberries": {"token": account["wildberries"]["token"]},
        }
        offset = int(request.query_params.get("offset", 0))
        limit = int(request.query_params.get("limit", len(goods) or 1))
        page = [good.as_json() for good in goods[offset : offset + limit]]
        return {"total": len(goods), "goods": page, "keys": keys}

    def state(self, request: Request, given: Json) -> Json:
        return overview.overview(self.world, self.ozon, self.wildberries)

    def stocks(self, request: Request, given: Json) -> Json:
        seller = self._seller(request.query_params)
        return overview.stocks(self.ozon.cabinets[str(seller.ozon_id)], self.wildberries.cabinets[seller.sid])

    def list_orders(self, request: Request, given: Json) -> Json:
        seller = self._seller(request.query_params)
        return overview.orders(self.ozon.cabinets[str(seller.ozon_id)], self.wildberries.cabinets[seller.sid])

    def counters(self, request: Request, given: Json) -> Json:
        return {**self.world.counters.as_json(), "recent": list(self.world.counters.recent)[-50:]}

    def reset_counters(self, request: Request, given: Json) -> Json:
        self.world.counters.reset()
        return {}

    def seed(self, request: Request, given: Json) -> Json:
        """`{"products": 100000, "seller": "demo", "stock": 10}`: grow the catalogue, and give each good stock."""
        code = given.get("seller", "demo")
        total = self.world.seed_goods(seller=code, count=int(given["products"]))
        if stock := int(given.get("stock", 0)):
            self._stock(code, stock)
        return {"goods": total}

    def _stock(self, code: str, pieces: int) -> None:
        seller = self.world.seller(code)
        ozon, wildberries = self.ozon.cabinets[str(seller.ozon_id)], self.wildberries.cabinets[seller.sid]
        place = next(iter(ozon.warehouses))
        for good in seller.catalogue.on_ozon:
            stock = ozon.stock(place, good.product_id)
            stock.free = pieces
            ozon.keep_stock(place, good.product_id, stock)
        for good in seller.catalogue.on_wildberries:
            fitting = next((p for p in wildberries.warehouses.values() if p.cargo == good.cargo), None)
            if fitting is not None:
                wildberries.stocks.put((fitting.warehouse_id, good.chrt_id), pieces)

    def order(self, request: Request, given: Json) -> Json:
        """
        Place orders now.

        `{"items": [{"article" | "barcode": "…", "quantity": 1}], "marketplaces": ["ozon", "wildberries"],
        "times": 1, "force": false, "seller": "demo", "warehouse": {"ozon": id, "wildberries": id}}`.
        All of them have the same moment.  When one marketplace refuses for lack of stock, none is placed.
        """
        seller = self.world.seller(given.get("seller", "demo"))
        wanted = [(self._good(seller.catalogue, item), int(item.get("quantity", 1))) for item in given["items"]]
        places = given.get("marketplaces", list(MARKETPLACES))
        if not places or any(place not in MARKETPLACES for place in places):
            raise Wrong(f"marketplaces: any of {', '.join(MARKETPLACES)}")
        answer: dict[str, list[Any]] = {place: [] for place in places}
        for _ in range(int(given.get("times", 1))):
            for place, numbers in self._bought(seller, wanted, places, given).items():
                answer[place] += numbers
        return answer

    def _bought(self, seller: Seller, wanted: arrivals.Wanted, places: list[str], given: Json) -> dict[str, list[Any]]:
        """One order on each marketplace; where it fails on one, none is placed."""
        force, where = bool(given.get("force", False)), given.get("warehouse") or {}
        ozon, wildberries = self.ozon.cabinets[str(seller.ozon_id)], self.wildberries.cabinets[seller.sid]
        chosen: dict[str, int] = {}
        if "ozon" in places:
            warehouse = where.get("ozon")
            chosen["ozon"] = arrivals.place_on_ozon(ozon, wanted=wanted, warehouse=warehouse, force=force)
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

    def _good(self, catalogue: Any, item: Json) -> Good:
        good = catalogue.by_article.get(item.get("article")) or catalogue.by_barcode.get(item.get("barcode"))
        if good is None:
            raise Wrong(f"no such good: {item}")
        found: Good = good
        return found

    def cancel(self, request: Request, given: Json) -> Json:
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

    def speed(self, request: Request, given: Json) -> Json:
        self.world.set_speed(float(given["speed"]))
        return {"speed": self.world.clock.speed}

    def skip(self, request: Request, given: Json) -> Json:
        """`{"seconds": 60}`: let so much of the sandbox's time pass at once."""
        self.world.clock.skip(float(given["seconds"]))
        self.world.keep_clock()
        self.world.advance()
        return {"seconds": self.world.clock.seconds()}

    def tempo(self, request: Request, given: Json) -> Json:
        return asdict(self.world.tempo)

    def set_tempo(self, request: Request, given: Json) -> Json:
        """Any of the names that GET answers; spans are two numbers."""
        known = asdict(self.world.tempo)
        if unknown := set(given) - set(known):
            raise Wrong(f"unknown: {', '.join(sorted(unknown))}")
        for name, value in given.items():
            setattr(self.world.tempo, name, _like(known[name], value))
        if "orders_per_minute" in given:
            self.buyers.restart()
        return asdict(self.world.tempo)

    def faults(self, request: Request, given: Json) -> Json:
        return {"modes": MODES, "active": list(self.world.faults.active.values())}

    def add_fault(self, request: Request, given: Json) -> Json:
        """`{"mode": "500", "pattern": "POST /v4/posting/fbs/ship", "marketplace": "ozon", "count": 3}`."""
        return self.world.faults.add(msgspec.convert(given, Fault))

    def clear_faults(self, request: Request, given: Json) -> Json:
        self.world.faults.remove(request.path_params.get("number"))
        return {"active": list(self.world.faults.active.values())}

    def forget_usage(self, request: Request, given: Json) -> Json:
        self.ozon.forget_usage()
        self.wildberries.forget_usage()
        return {}

    def reset(self, request: Request, given: Json) -> Json:
        self.world.reset()
        return {}

    def _seller(self, query: Any) -> Any:
        return self.world.seller(query.get("seller", "demo"))


def _like(known: Any, value: Any) -> Any:
    if isinstance(known, tuple):
        low, high = (float(part) for part in value)
        if not 0 <= low <= high:
            raise Wrong("a span is two numbers, the lower first")
        return low, high
    number = float(value)
    if number < 0:
        raise Wrong("not below zero")
    return number


async def _well(request: Request) -> Response:
    return Response(b'{"status":"ok"}', media_type="application/json")
