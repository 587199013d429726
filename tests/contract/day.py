"""A sandbox whose time is ours, and the adapter of one of its sellers; all that is said is held against the spec."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import httpx

from marketplaces import dto
from marketplaces.http.breaker import Breaker
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle
from marketplaces.ports import Marketplace
from tests.contract import specs
from tests.sandbox.playing import InProcess, Player


class Judged(httpx.BaseTransport):
    """Passes requests to the sandbox, and compares each and its answer with a reconstructed specification."""

    def __init__(self, sandbox: InProcess, code: str) -> None:
        self.sandbox, self.code = sandbox, code
        self.paths: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix(f"/{self.code}")
        answer = self.sandbox.handle_request(request)
        self.paths.append(path)
        spec = specs.load_reconstructed(self.code)
        if any(pattern.fullmatch(path) for pattern, _ in spec.routes):
            body = json.loads(request.content) if request.content else None
            specs.validate_request(spec, request.method, path, body, dict(request.url.params))
            if "json" in answer.headers.get("content-type", ""):
                specs.validate_response(spec, request.method, path, answer.status_code, json.loads(answer.content))
        return answer


class Day:
    """limits are not ours to prove here: what was used of them is forgotten before each request."""

    def __init__(self, marketplace: type[Marketplace], credentials: Mapping[str, str], player: Player) -> None:
        self.player, self.world = player, player.world
        stall = player.app.state.stalls[marketplace.code]
        self.wire = Judged(InProcess(player.app), marketplace.code)

        class Unlimited(NoThrottle):
            def wait(self, limits: Any, *, deadline_s: float) -> None:
                stall.forget_usage()

        send = Client(
            resolve=addresses(f"http://sandbox/{marketplace.code}", marketplace.production_url),
            throttle=Unlimited(),
            key="day",
            http=httpx.Client(transport=self.wire),
            breaker=Breaker(failures=1_000_000),
        )
        self.adapter: Any = marketplace(credentials=credentials, send=send)  # type: ignore[call-arg]

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.clock.now(), tz=UTC)

    def wait(self, seconds: float) -> None:
        self.player.skip(seconds)

    def later(self, seconds: float) -> None:
        """This function will let the wall clock of the marketplace go on too."""
        self.world.clock.shift += seconds
        self.player.skip(seconds)

    def new_orders(self) -> dict[str, dto.RemoteOrder]:
        pages = list(self.adapter.orders_new(now=self.now))
        assert [bad for page in pages for bad in page.broken] == []
        return {order.number: order for page in pages for order in page.items}


def parcel(order: dto.RemoteOrder, *, boxes: int = 1, marks: bool = False) -> dto.Parcel:
    """This function will pack an order whole into the first box; a further box gets one piece of the first line."""
    lines = [dto.PackLine(external_id=it.external_id, stock_id=it.stock_id, pieces=it.pieces) for it in order.lines]
    first = lines[0]
    content = [lines]
    if boxes == 2:
        one = dto.PackLine(external_id=first.external_id, stock_id=first.stock_id, pieces=1)
        rest = dto.PackLine(external_id=first.external_id, stock_id=first.stock_id, pieces=first.pieces - 1)
        content = [[one], [*([rest] if rest.pieces else []), *lines[1:]]]
    codes = [
        dto.Mark(
            external_id=it.external_id,
            stock_id=it.stock_id,
            unit=unit,
            kind=dto.MarkKind.SGTIN,
            value=f"010460000000001721{it.stock_id}{unit}",
        )
        for it in order.lines
        for unit in range(it.pieces)
        if marks
    ]
    return dto.Parcel(number=order.number, warehouse_id=order.warehouse_id, boxes=content, marks=codes)
