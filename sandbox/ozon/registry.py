"""Which function answers which method of Ozon."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.exchange import Answer, Call
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.reading import Fields

Handler = Callable[[Cabinet, Fields, Call], Answer | dict[str, Any]]


@dataclass(frozen=True)
class Method:
    """`per_minute`: a limit of its own, beside the fifty a second of all methods."""

    handler: Handler
    per_minute: int | None = None


METHODS: dict[str, Method] = {}


def method(path: str, *, per_minute: int | None = None) -> Callable[[Handler], Handler]:
    def register(handler: Handler) -> Handler:
        METHODS[path] = Method(handler, per_minute)
        return handler

    return register
