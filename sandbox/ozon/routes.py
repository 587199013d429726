"""Ozon's gateway: keys, limits, methods, files."""

from dataclasses import dataclass

import msgspec

from sandbox.exchange import Answer, Call, Refused
from sandbox.limits import Window
from sandbox.ozon import (  # noqa: F401 - each registers its methods
    account,
    cancellations,
    carriages,
    documents,
    exemplars,
    labels,
    notices,
    packing,
    passes,
    postings,
    prices,
    products,
    returns,
    splitting,
    stocks,
)
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import EXHAUSTED, FORBIDDEN, INTERNAL, UNAUTHENTICATED, answer, invalid, not_found, refused
from sandbox.ozon.registry import METHODS, Method
from sandbox.sellers import OzonKey
from sandbox.world import World

RATE = 50
ROLE_FREE = ("/v1/roles",)


@dataclass
class Ozon:
    world: World
    code: str = "ozon"

    def __post_init__(self) -> None:
        self.world.post.manners[self.code] = notices.manner(self.world)
        self.open()
        self.world.reopened.append(self.open)

    def open(self) -> None:
        """This function will take the state of the store."""
        self.cabinets = {str(seller.ozon_id): Cabinet(self.world, seller) for seller in self.world.sellers}
        self.keys = {(key.client_id, key.api_key): key for seller in self.world.sellers for key in seller.keys}
        self._windows: dict[tuple[str, str], Window] = {}
        packing.plan(self.world, self.cabinets)
        exemplars.plan(self.world, self.cabinets)
        carriages.plan(self.world, self.cabinets)

    def forget_usage(self) -> None:
        """This function will forget how much of each limit was used."""
        self._windows.clear()

    def account_of(self, call: Call) -> str:
        return call.headers.get("client-id", "")

    def answer(self, call: Call) -> Answer:
        try:
            if call.method == "GET" and call.path.startswith("/files/"):
                return labels.file(self.cabinets, call.path.removeprefix("/files/"))
            return self._method(call)
        except Refused as refusal:
            return refusal.answer

    def _method(self, call: Call) -> Answer:
        key = self._key(call)
        found = METHODS.get(call.path)
        if found is None or call.method != "POST":
            raise not_found("method is not allowed")
        self._within_limits(key.client_id, call.path, found)
        if call.path not in ROLE_FREE and not call.path.startswith(key.methods):
            raise refused(FORBIDDEN, "Api-Key is missing a required role for a method")
        result = found.handler(self.cabinets[key.client_id], _fields(call), call)
        return result if isinstance(result, Answer) else Answer(200, result)

    def _key(self, call: Call) -> OzonKey:
        client, secret = call.headers.get("client-id", ""), call.headers.get("api-key", "")
        if not client or not secret:
            raise refused(UNAUTHENTICATED, "Client-Id and Api-Key headers are required")
        key = self.keys.get((client, secret))
        if key is None:
            raise refused(FORBIDDEN, "Invalid Api-Key, please check the key and try again")
        if key.state != "good":
            raise refused(FORBIDDEN, "Api-key is deactivated, use another one or generate a new one")
        return key

    def _within_limits(self, client: str, path: str, found: Method) -> None:
        self._take(client, "all", 1.0, RATE, "You have reached request rate limit per second")
        if found.per_minute is not None:
            self._take(client, path, 60.0, found.per_minute, "You have reached request rate limit per minute")

    def _take(self, client: str, name: str, period: float, limit: int, message: str) -> None:
        clock = self.world.clock
        window = self._windows.get((client, name))
        if window is None:
            window = self._windows[client, name] = Window(period, limit, clock.seconds, lambda: clock.speed)
        if not window.take():
            self.world.counters.violated(marketplace=self.code, limit=name, account=client)
            refusal = answer(EXHAUSTED, message)
            refusal.headers = {
                "Retry-After": str(max(1, round(window.retry_after() + 0.5))),
                "Ratelimit-Remaining": "0",
            }
            raise Refused(refusal)

    def failing(self, mode: str, retry_after: float | None) -> Answer:
        if mode == "429":
            refusal = answer(EXHAUSTED, "You have reached request rate limit per second")
            if retry_after is not None:
                refusal.headers = {"Retry-After": f"{retry_after:g}", "Ratelimit-Remaining": "0"}
            return refusal
        if mode == "unauthorized":
            return answer(FORBIDDEN, "Api-key is deactivated, use another one or generate a new one")
        return answer(INTERNAL, "Internal error")


def _fields(call: Call) -> Fields:
    if not call.body.strip():
        return Fields({})
    try:
        return Fields(call.json())
    except msgspec.DecodeError as reason:
        raise invalid(f"proto: syntax error: {reason}") from None
