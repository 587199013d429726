"""Wildberries' gateway: hosts, tokens, limits, methods."""

import math
from dataclasses import dataclass

from sandbox.exchange import Answer, Call, Refused
from sandbox.limits import Bucket
from sandbox.wildberries import (  # noqa: F401 - each registers its methods
    account,
    cards,
    marks,
    orders,
    passes,
    prices,
    reports,
    returns,
    shipping,
    stickers,
    stocks,
    supplies,
)
from sandbox.wildberries.cabinet import Cabinet
from sandbox.wildberries.refusals import content_error, data_error, gateway, refused
from sandbox.wildberries.registry import CATEGORY, CONTENT, DEAR_ERRORS, PRICES, RATES, Route, find
from sandbox.wildberries.tokens import Token, TokenWrong, read
from sandbox.world import World

DEAR = 10


@dataclass
class Wildberries:
    world: World
    code: str = "wildberries"

    def __post_init__(self) -> None:
        self.open()
        self.world.reopened.append(self.open)

    def open(self) -> None:
        """This function will take the state of the store."""
        self.cabinets = {seller.sid: Cabinet(self.world, seller) for seller in self.world.sellers}
        self._buckets: dict[tuple[str, str], Bucket] = {}
        prices.plan(self.world, self.cabinets)
        marks.plan(self.world, self.cabinets)
        orders.plan(self.world, self.cabinets)
        supplies.plan(self.world, self.cabinets)

    def forget_usage(self) -> None:
        """This function will fill every bucket again."""
        self._buckets.clear()

    def account_of(self, call: Call) -> str:
        try:
            token = read(call.headers.get("authorization", ""), now=self.world.clock.now())
        except TokenWrong:
            return ""
        return self.cabinets[token.sid].seller.code if token.sid in self.cabinets else ""

    def name_of(self, call: Call) -> str:
        found = find(call.host, call.method, call.path)
        return f"{call.host}{found[0].template if found else call.path}"

    def answer(self, call: Call) -> Answer:
        now = self.world.clock.now()
        host = call.host.removesuffix("-sandbox")
        if host not in CATEGORY:
            return gateway(404, "not found", f"no host {call.host}", now=now)
        try:
            token = read(call.headers.get("authorization", ""), now=now)
        except TokenWrong as reason:
            return gateway(401, "unauthorized", str(reason), now=now)
        if token.sid not in self.cabinets:
            return gateway(401, "unauthorized", "token problem; unknown seller", now=now)
        found = find(host, call.method, call.path) or (
            find("*", call.method, call.path) if call.path == "/ping" else None
        )
        if found is None:
            return gateway(404, "path not found", f"{call.method} {call.path}", now=now)
        return self._limited(host, token, found[0], call, found[1])

    def _limited(self, host: str, token: Token, route: Route, call: Call, params: dict[str, str]) -> Answer:
        group = f"ping {host}" if route.group == "ping" else route.group
        bucket = self._bucket(token.sid, group, route.group)
        if not bucket.take():
            seller = self.cabinets[token.sid].seller.code
            self.world.counters.violated(marketplace=self.code, limit=group, account=seller)
            return self._too_many(bucket)
        call.params = params
        answer = self._handled(host, token, route, call)
        if host in DEAR_ERRORS and 400 <= answer.status < 500:
            bucket.charge(DEAR - 1)
        answer.headers["X-Ratelimit-Remaining"] = str(bucket.remaining())
        return answer

    def _handled(self, host: str, token: Token, route: Route, call: Call) -> Answer:
        try:
            self._permitted(host, token, route)
            result = route.handler(self.cabinets[token.sid], call)
        except Refused as refusal:
            return refusal.answer
        return result if isinstance(result, Answer) else Answer(200, result)

    def _permitted(self, host: str, token: Token, route: Route) -> None:
        if token.allows(CATEGORY[host]) and not (route.writes and token.read_only):
            return
        if route.group == "ping":
            detail = "token scope not allowed"
            raise Refused(gateway(401, "unauthorized", detail, now=self.world.clock.now()))
        if host == PRICES:
            raise data_error(403, "Access denied")
        if host == CONTENT:
            raise content_error(403, "Access denied")
        raise refused("AccessDenied")

    def _bucket(self, sid: str, group: str, rate: str) -> Bucket:
        bucket = self._buckets.get((sid, group))
        if bucket is None:
            clock = self.world.clock
            bucket = self._buckets[sid, group] = Bucket(RATES[rate], clock.seconds, lambda: clock.speed)
        return bucket

    def _too_many(self, bucket: Bucket) -> Answer:
        answer = gateway(429, "too many requests", "limited by the seller's account", now=self.world.clock.now())
        answer.headers = {
            "X-Ratelimit-Retry": str(max(1, math.ceil(bucket.retry_after()))),
            "X-Ratelimit-Limit": str(bucket.rate.burst),
            "X-Ratelimit-Reset": str(max(1, math.ceil(bucket.reset_after()))),
        }
        return answer

    def failing(self, mode: str, retry_after: float | None) -> Answer:
        now = self.world.clock.now()
        if mode == "429":
            answer = gateway(429, "too many requests", "limited by the seller's account", now=now)
            if retry_after is not None:
                answer.headers = {"X-Ratelimit-Retry": f"{retry_after:g}", "X-Ratelimit-Limit": "20"}
            return answer
        if mode == "unauthorized":
            return gateway(401, "unauthorized", "token problem; token is withdrawn", now=now)
        return gateway(500, "internal server error", "something went wrong", now=now)
