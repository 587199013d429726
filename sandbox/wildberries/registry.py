"""Which function answers which method of which host, with its category and its group of limits."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.exchange import Answer, Call
from sandbox.limits import Rate
from sandbox.wildberries.cabinet import Cabinet

Handler = Callable[[Cabinet, Call], Answer | Any]
MARKETPLACE = "marketplace-api"
CONTENT = "content-api"
PRICES = "discounts-prices-api"
COMMON = "common-api"
ANALYTICS = "seller-analytics-api"
CATEGORY = {
    MARKETPLACE: "marketplace",
    CONTENT: "content",
    PRICES: "prices",
    COMMON: "common",
    ANALYTICS: "analytics",
    "statistics-api": "statistics",
    "feedbacks-api": "feedbacks",
    "supplies-api": "supplies",
    "advert-api": "promotion",
    "buyer-chat-api": "chat",
    "returns-api": "returns",
    "documents-api": "documents",
    "finance-api": "finance",
    "user-management-api": "users",
}
# The hosts whose every 4XX answer counts as ten requests.
DEAR_ERRORS = frozenset({MARKETPLACE})

ORDINARY = Rate(60, 300, 0.2, 20)
RATES = {
    "ping": Rate(30, 3, 10, 3),
    "seller-info": Rate(60, 1, 60, 10),
    "fbs": ORDINARY,
    "fbs-cancel": Rate(60, 100, 0.6, 20),
    "fbs-marks": ORDINARY,
    "fbs-marks-put": Rate(60, 1000, 0.06, 20),
    "fbs-passes-create": Rate(600, 1, 600, 1),
    "warehouses": ORDINARY,
    "stocks": ORDINARY,
    "stocks-delete": Rate(60, 10, 6, 2),
    "content": Rate(60, 100, 0.6, 5),
    "content-errors": Rate(60, 10, 6, 5),
    "prices": Rate(6, 10, 0.6, 5),
    "analytics": Rate(60, 3, 20, 1),
    "goods-return": Rate(60, 1, 60, 10),
}


@dataclass(frozen=True)
class Route:
    """`template` is the path as the specification writes it; `writes`: closed to a read-only token."""

    handler: Handler
    method: str
    template: str
    group: str
    writes: bool
    pattern: re.Pattern[str]


ROUTES: dict[tuple[str, str], list[Route]] = {}


def route(
    method: str, host: str, template: str, *, group: str, writes: bool | None = None
) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        pattern = re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template))
        effect = method != "GET" if writes is None else writes
        found = Route(handler, method, template, group, effect, pattern)
        routes = ROUTES.setdefault((host, method), [])
        routes.append(found)
        # Templates without parameters first.
        routes.sort(key=lambda known: known.template.count("{"))
        return handler

    return register


def find(host: str, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    for known in ROUTES.get((host, method), ()):
        if match := known.pattern.fullmatch(path):
            return known, match.groupdict()
    return None
