"""Which function answers which method."""

from collections.abc import Callable
from typing import Any

from sandbox.aliexpress.cabinet import Cabinet
from sandbox.exchange import Answer, Call

Handler = Callable[[Cabinet, dict[str, Any], Call], Answer | Any]
METHODS: dict[tuple[str, str], Handler] = {}


def method(path: str, *, verb: str = "POST") -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        METHODS[verb, path] = handler
        return handler

    return register
