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

from sandbox import overview, page
from sandbox.accounts import accounts, good_keys
from sandbox.arrivals import Buyers
from sandbox.board.visits import EVERY_S
from sandbox.faults import MODES, Fault
from sandbox.interventions import Interventions, Wrong
from sandbox.post import Subscription
from sandbox.stall import Stall
from sandbox.wildberries.routes import Wildberries
from sandbox.world import World

Json = Any


class Admin:
    def __init__(self, world: World, stalls: dict[str, Stall], buyers: Buyers, wildberries: Wildberries) -> None:
        self.world, self.stalls, self.buyers = world, stalls, buyers
        self.hand = Interventions(world, stalls, buyers, wildberries)

    def routes(self) -> list[BaseRoute]:
        get, post = ["GET"], ["POST"]
        table: list[tuple[str, list[str], Callable[[Request, Json], Json]]] = [
            ("/admin/accounts", get, self.accounts),
            ("/admin/catalogue", get, self.catalogue),
            ("/admin/state", get, self.state),
            ("/admin/stocks", get, self.stocks),
            ("/admin/orders", get, self.list_orders),
            ("/admin/counters", get, self.counters),
            ("/admin/seed", post, _done(self.hand.seed)),
            ("/admin/orders", post, _done(self.hand.order)),
            ("/admin/arrivals", post, _done(self.hand.arrive)),
            ("/admin/cancel", post, _done(self.hand.cancel)),
            ("/admin/status", post, _done(self.hand.set_state)),
            ("/admin/processing", post, _done(self.hand.processing)),
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
            ("/admin/notifications", get, self.notifications),
            ("/admin/notifications", post, self.subscribe),
            ("/admin/notifications", ["DELETE"], self.unsubscribe),
            ("/admin/feeds", get, self.feeds),
            ("/admin/feeds", post, self.watch),
            ("/admin/feeds", ["DELETE"], self.unwatch),
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
        return HTMLResponse(page.html(overview.overview(self.world, self.stalls), self.stalls))

    def accounts(self, request: Request, given: Json) -> Json:
        return {"accounts": accounts(self.world.sellers)}

    def catalogue(self, request: Request, given: Json) -> Json:
        """`?seller=demo&offset=0&limit=1000`; without a limit all of it.  `keys` are the seller's good ones."""
        seller = self._seller(request.query_params)
        goods, keys = seller.catalogue.goods, good_keys(seller)
        offset = int(request.query_params.get("offset", 0))
        limit = int(request.query_params.get("limit", len(goods) or 1))
        page = [good.as_json() for good in goods[offset : offset + limit]]
        return {"total": len(goods), "goods": page, "keys": keys}

    def state(self, request: Request, given: Json) -> Json:
        return overview.overview(self.world, self.stalls)

    def stocks(self, request: Request, given: Json) -> Json:
        seller = self._seller(request.query_params)
        return {code: stall.stocks(seller) for code, stall in self.stalls.items()}

    def list_orders(self, request: Request, given: Json) -> Json:
        seller = self._seller(request.query_params)
        return {kind: rows for stall in self.stalls.values() for kind, rows in stall.orders(seller).items()}

    def counters(self, request: Request, given: Json) -> Json:
        return {**self.world.counters.as_json(), "recent": list(self.world.counters.recent)[-50:]}

    def reset_counters(self, request: Request, given: Json) -> Json:
        self.world.counters.reset()
        return {}

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
        for stall in self.stalls.values():
            stall.forget_usage()
        return {}

    def notifications(self, request: Request, given: Json) -> Json:
        return self.world.post.state()

    def subscribe(self, request: Request, given: Json) -> Json:
        """`{"marketplace": "ozon", "seller": "demo", "url": "http://…", "login": "", "password": ""}`."""
        # A seller's further cabinets are called by the seller and what tells them apart, such as "demo-dbs".
        marketplace, seller = str(given["marketplace"]), str(given.get("seller", "demo"))
        self.world.seller(seller.partition("-")[0])
        if marketplace not in self.world.post.manners:
            raise Wrong(f"{marketplace} tells nobody anything")
        entered = {name: given[name] for name in ("url", "login", "password") if name in given}
        self.world.post.subscribe(marketplace, seller, msgspec.convert(entered, Subscription))
        return self.world.post.state()

    def unsubscribe(self, request: Request, given: Json) -> Json:
        self.world.post.unsubscribe(str(given["marketplace"]), str(given.get("seller", "demo")))
        return self.world.post.state()

    def feeds(self, request: Request, given: Json) -> Json:
        return {"feeds": self.world.board.state()}

    def watch(self, request: Request, given: Json) -> Json:
        """`{"url": "https://…/feed.xml", "every": 60}`: the site of advertisements fetches it from now on."""
        self.world.board.watch(str(given["url"]), float(given.get("every", EVERY_S)))
        return self.feeds(request, given)

    def unwatch(self, request: Request, given: Json) -> Json:
        self.world.board.forget(str(given["url"]))
        return self.feeds(request, given)

    def reset(self, request: Request, given: Json) -> Json:
        self.world.reset()
        return {}

    def _seller(self, query: Any) -> Any:
        return self.world.seller(query.get("seller", "demo"))


def _done(work: Callable[[Json], Json]) -> Callable[[Request, Json], Json]:
    return lambda request, given: work(given)


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
