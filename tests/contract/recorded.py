"""
Recorded exchanges, served instead of a marketplace.

A recording is `tests/recordings/<marketplace>/<operation>/<case>.json`:
{"exchanges": [{"method": "POST", "path": "/v1/roles", "status": 200, "body": {…}}]}; instead of `body` a file has
`base64` and `content_type`; without either the answer is empty.  Exchanges of one path are served in turn, the last
one again and again.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from marketplaces.http.breaker import Breaker
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle
from marketplaces.ports import Attempt, Marketplace

FOLDER = Path(__file__).resolve().parents[1] / "recordings"
Respond = Callable[[httpx.Request], httpx.Response]


@dataclass(frozen=True)
class Exchange:
    """One request as it is known by, and its answer."""

    method: str
    path: str
    status: int = 200
    body: Any = None
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> httpx.Response:
        if self.content is not None or self.body is None:
            return httpx.Response(self.status, headers=dict(self.headers), content=self.content)
        headers = {"Content-Type": "application/json", **self.headers}
        return httpx.Response(self.status, headers=headers, content=self.encoded)

    @cached_property
    def encoded(self) -> bytes:
        """The body as it is sent: a recording answers thousands of times, with one of its parts changed."""
        return json.dumps(self.body, ensure_ascii=False, allow_nan=False).encode("utf-8")


def recording(marketplace: str, operation: str, case: str = "usual") -> Sequence[Exchange]:
    """This function will read one recording."""
    text = (FOLDER / marketplace / operation / f"{case}.json").read_text("utf-8")
    return [_exchange(row) for row in json.loads(text)["exchanges"]]


def _exchange(row: dict[str, Any]) -> Exchange:
    content = base64.b64decode(row["base64"]) if "base64" in row else None if "body" in row else b""
    headers = {**row.get("headers", {}), **({"Content-Type": row["content_type"]} if "content_type" in row else {})}
    return Exchange(row["method"], row["path"], row.get("status", 200), row.get("body"), content, headers)


@dataclass
class Recorded:
    """
    A marketplace that says what was recorded.

    fault: answers instead of the recording, for the paths in `at` (None: for all).  What is not recorded is not found;
    with `strict` it fails the test.
    """

    exchanges: Sequence[Exchange]
    fault: Respond | None = None
    at: frozenset[str] | None = None
    strict: bool = False
    requests: list[httpx.Request] = field(default_factory=list)
    served: dict[tuple[str, str], int] = field(default_factory=dict)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        path = request.url.path
        if self.fault is not None and (self.at is None or path in self.at):
            return self.fault(request)
        key = (request.method, path)
        known = [exchange for exchange in self.exchanges if (exchange.method, exchange.path) == key]
        if not known:
            assert not self.strict, f"not recorded: {request.method} {path}"
            return httpx.Response(404, json={"code": 5, "message": "not recorded"})
        turn = self.served.get(key, 0)
        self.served[key] = turn + 1
        return known[min(turn, len(known) - 1)].response()

    def bodies(self, path: str) -> list[Any]:
        """This function will give the decoded bodies that were sent to a path."""
        return [json.loads(request.content) for request in self.requests if request.url.path == path]

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]


def changed(exchanges: Sequence[Exchange], path: str, change: Callable[[Any], Any]) -> Sequence[Exchange]:
    """This function will copy a recording with the bodies of one path changed."""
    return [
        replace(exchange, body=change(json.loads(json.dumps(exchange.body))))
        if exchange.path == path and exchange.content is None
        else exchange
        for exchange in exchanges
    ]


def speaking_to(
    marketplace: type[Marketplace],
    server: Respond,
    *,
    credentials: Mapping[str, str],
    on_attempt: Callable[[Attempt], None] | None = None,
    throttle: NoThrottle | None = None,
) -> Marketplace:
    """This function will connect an adapter, through the real client, to a function that answers for the other side."""
    client = Client(
        resolve=addresses("", marketplace.production_url),
        throttle=throttle or NoThrottle(),
        key=marketplace.code,
        http=httpx.Client(transport=httpx.MockTransport(server)),
        breaker=Breaker(failures=1_000_000),
        on_attempt=on_attempt,
    )
    return marketplace(credentials=credentials, send=client)  # type: ignore[call-arg]
