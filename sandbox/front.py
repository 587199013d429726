"""The way of a request through the sandbox: time, faults, the marketplace, counting, the answer."""

import time
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from sandbox import faults
from sandbox.clock import iso
from sandbox.exchange import Answer, Call
from sandbox.world import World


class Marketplace(Protocol):
    code: str

    def account_of(self, call: Call) -> str:
        """This function will name the account of a call for counting, also when its key is wrong."""

    def answer(self, call: Call) -> Answer: ...

    def failing(self, mode: str, retry_after: float | None) -> Answer:
        """This function will give the marketplace's own form of 429, 500 and a refused key."""


class Front:
    """An ASGI program in front of one marketplace."""

    def __init__(self, world: World, marketplace: Marketplace, *, hosts: bool) -> None:
        self.world, self.marketplace, self.hosts = world, marketplace, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        call = self._call(scope, await _body(receive))
        self.world.advance()
        account = self.marketplace.account_of(call)
        fault = self.world.faults.struck_by(self.marketplace.code, account, call)
        answer = await self._struck(fault, call) if fault else self.marketplace.answer(call)
        self.world.store.flush()
        self._count(call, account, answer, fault, started)
        body = answer.encoded()
        if fault is not None and fault.mode in ("reset", "hang"):
            await faults.send_half(send, answer, body)
        else:
            await _send(send, answer, body)

    async def _struck(self, fault: faults.Fault, call: Call) -> Answer:
        call.silent = fault.mode == "ignore"
        real = None
        if fault.mode in faults.REAL_ANSWER or fault.done:
            real = self.marketplace.answer(call)
            self.world.store.flush()
        if fault.mode in ("hang", "slow"):
            await faults.hang(fault)
        if fault.mode == "hang":
            return real or self.marketplace.failing("500", None)
        if real is not None and fault.mode in faults.REAL_ANSWER:
            return self.world.faults.bent(fault, real)
        if fault.mode == "502":
            return Answer(502, GATEWAY_PAGE, content_type="text/html")
        return self.marketplace.failing(fault.mode, fault.retry_after)

    def _call(self, scope: Scope, body: bytes) -> Call:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path, host = scope["path"].removeprefix(scope.get("root_path", "")), ""
        if self.hosts:
            host, _, rest = path.removeprefix("/").partition("/")
            path = f"/{rest}"
        base = f"{scope.get('scheme', 'http')}://{headers.get('host', 'localhost')}{scope.get('root_path', '')}"
        query = dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))
        return Call(scope["method"], path, host, query, headers, body, base)

    def _count(self, call: Call, account: str, answer: Answer, fault: Any, started: float) -> None:
        name = f"{call.method} {getattr(self.marketplace, 'name_of', lambda c: c.path)(call)}"
        if fault is not None:
            self.world.counters.faults[fault.mode] += 1
        self.world.counters.called(
            marketplace=self.marketplace.code,
            method=name,
            account=account,
            status=answer.status,
            at=iso(self.world.clock.now()),
            took_ms=(time.perf_counter() - started) * 1000,
        )


GATEWAY_PAGE = b"""<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body>
</html>
"""


async def _body(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, answer: Answer, body: bytes) -> None:
    headers = [(name.encode(), value.encode("latin-1")) for name, value in answer.headers.items()]
    if body or answer.status not in (204, 304):
        headers.append((b"content-type", answer.content_type.encode()))
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
