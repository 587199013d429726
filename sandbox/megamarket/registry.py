"""Which function answers which method."""

from collections.abc import Callable
from typing import Any

from sandbox.exchange import Answer, Call
from sandbox.megamarket.cabinet import Cabinet

Handler = Callable[[Cabinet, dict[str, Any], Call], Answer | Any]
ORDER = "/api/market/v1/orderService"
OFFER = "/api/merchantIntegration/v1/offerService"
CARD = "/api/merchantIntegration/assortment/v1"
METHODS: dict[str, Handler] = {}


def method(path: str) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        METHODS[path] = handler
        return handler

    return register
