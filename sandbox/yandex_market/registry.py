"""Which function answers which operation of Yandex Market, how often it may be asked, and with which right."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.exchange import Answer
from sandbox.yandex_market.cabinet import Cabinet
from sandbox.yandex_market.reading import Asked

Handler = Callable[[Cabinet, Asked], Answer | dict[str, Any]]
HOUR, MINUTE = 3600.0, 60.0
ORDERS, GOODS, PRICING, ANY = "INVENTORY_AND_ORDER_PROCESSING", "OFFERS_AND_CARDS_MANAGEMENT", "PRICING", ""


@dataclass(frozen=True)
class Route:
    """
    One operation.

    amount: how many per `period` seconds; counts: what is counted in a request or its answer, calls when None.
    """

    name: str
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    amount: int
    period: float
    scope: str
    reads: bool
    counts: Callable[[Asked, Any], int] | None


ROUTES: list[Route] = []


def route(
    method: str,
    path: str,
    *,
    name: str,
    amount: int,
    period: float = HOUR,
    scope: str = ORDERS,
    reads: bool = False,
    counts: Callable[[Asked, Any], int] | None = None,
) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))
        ROUTES.append(Route(name, method, pattern, handler, amount, period, scope, reads, counts))
        return handler

    return register
