"""Yandex Market's gateway: keys and their rights, limits, stores, operations."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from sandbox.exchange import Answer, Call, Refused
from sandbox.world import World
from sandbox.yandex_market import (  # noqa: F401 - each registers its operations
    account,
    labels,
    notices,
    offers,
    orders,
    own_delivery,
    packing,
    prices,
    returns,
    shipments,
    stocks,
)
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.keys import Key, keys_of
from sandbox.yandex_market.quota import Quota
from sandbox.yandex_market.reading import Asked, body_of
from sandbox.yandex_market.refusals import answer, invalid, refused
from sandbox.yandex_market.registry import ROUTES, Route

LARGEST = 2**63 - 1


@dataclass
class YandexMarket:
    world: World
    code: str = "yandex_market"

    def __post_init__(self) -> None:
        self.open()
        self.world.reopened.append(self.open)

    def open(self) -> None:
        """This function will take the state of the store."""
        self.cabinets = {seller.code: Cabinet(self.world, seller) for seller in self.world.sellers}
        self.keys = {key.token: key for seller in self.world.sellers for key in keys_of(seller)}
        self._quotas: dict[tuple[str, str], Quota] = {}
        self.world.post.manners[self.code] = notices.manner(self.world)
        packing.plan(self.world, self.cabinets)
        prices.plan(self.world, self.cabinets)
        shipments.plan(self.world, self.cabinets)

    def forget_usage(self) -> None:
        """This function will forget how much of each limit was used."""
        self._quotas.clear()

    def account_of(self, call: Call) -> str:
        key = self.keys.get(call.headers.get("api-key", ""))
        return str(self.cabinets[key.seller].business_id) if key else ""

    def name_of(self, call: Call) -> str:
        found = _found(call)
        return found[0].name if found else call.path

    def answer(self, call: Call) -> Answer:
        try:
            return self._answered(call)
        except Refused as refusal:
            return refusal.answer

    def _answered(self, call: Call) -> Answer:
        key = self._key(call)
        found = _found(call)
        if found is None:
            raise refused(404, "Resource not found")
        route, ids = found
        cabinet = self.cabinets[key.seller]
        asked = Asked(call, _ids(ids), key)
        if route.counts is None:
            self._count(route, key, 1)
        _permit(route, key)
        _own(cabinet, asked)
        asked.body = body_of(call)
        if route.counts is not None and not route.reads:
            self._count(route, key, route.counts(asked, None))
        result = route.handler(cabinet, asked)
        if route.counts is not None and route.reads:
            self._count(route, key, route.counts(asked, result))
        return result if isinstance(result, Answer) else Answer(200, result)

    def _key(self, call: Call) -> Key:
        token = call.headers.get("api-key", "")
        if not token:
            raise refused(401, "Credentials are not specified")
        key = self.keys.get(token)
        if key is None:
            raise refused(401, "Api-Key token is invalid")
        if key.revoked:
            raise refused(401, "Api-Key token is revoked")
        return key

    def _count(self, route: Route, key: Key, weight: int) -> None:
        """Counted per cabinet and operation; a refused call is charged like any other."""
        clock = self.world.clock
        quota = self._quotas.get((key.seller, route.name))
        if quota is None:
            made = Quota(route.amount, route.period, clock.seconds, lambda: clock.speed)
            quota = self._quotas[key.seller, route.name] = made
        if quota.take(weight):
            return
        whose = str(self.cabinets[key.seller].business_id)
        self.world.counters.violated(marketplace=self.code, limit=route.name, account=whose)
        unit = "hours" if route.period >= 3600 else "minutes"
        raise Refused(
            limited(f"Hit rate limit of {route.amount} requests per 1 {unit} for resource {route.name}", quota)
        )

    def failing(self, mode: str, retry_after: float | None) -> Answer:
        if mode == "429":
            refusal = answer(420, "Hit rate limit of 4 parallel requests for the business")
            if retry_after is not None:
                refusal.headers = {"X-RateLimit-Resource-Until": _date(retry_after)}
            return refusal
        if mode == "unauthorized":
            return answer(401, "Api-Key token is revoked")
        return answer(500, "Internal server error")


def limited(message: str, quota: Quota) -> Answer:
    """420 with the three headers."""
    refusal = answer(420, message)
    refusal.headers = {
        "X-RateLimit-Resource-Limit": str(quota.amount),
        "X-RateLimit-Resource-Remaining": str(max(0, quota.remaining())),
        "X-RateLimit-Resource-Until": _date(quota.until() + 1),
    }
    return refusal


def _date(seconds: float) -> str:
    """So many seconds of the wall clock from now, as RFC 822 has it."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


def _found(call: Call) -> tuple[Route, dict[str, str]] | None:
    for route in ROUTES:
        match = route.pattern.fullmatch(call.path)
        if match and route.method == call.method:
            return route, match.groupdict()
    return None


def _ids(told: dict[str, str]) -> dict[str, int]:
    for name, value in told.items():
        if not value.isascii() or not value.isdigit() or not 0 < int(value[:20]) <= LARGEST:
            raise invalid(f"'{name}' must be a number (rejected value: '{value[:40]}')")
    return {name: int(value) for name, value in told.items()}


def _permit(route: Route, key: Key) -> None:
    allowed = {"ALL_METHODS", route.scope}
    if route.reads:
        allowed |= {"ALL_METHODS_READ_ONLY", f"{route.scope}_READ_ONLY"}
    if route.scope and allowed.isdisjoint(key.scopes):
        raise refused(403, "Token does not have any of the scopes to access the API method")


def _own(cabinet: Cabinet, asked: Asked) -> None:
    business, campaign = asked.ids.get("businessId"), asked.ids.get("campaignId")
    if business is not None and business != cabinet.business_id:
        raise refused(403, "Access denied")
    if campaign is not None and campaign not in cabinet.campaigns:
        raise refused(404, f"Campaign not found: '{campaign}'")
    if campaign is not None and cabinet.campaigns[campaign].availability != "AVAILABLE":
        raise refused(403, f"Access denied for campaign '{campaign}' because it is not active")
