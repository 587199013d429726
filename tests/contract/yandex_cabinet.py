"""The Yandex Market adapter and the sandbox, hand in hand, each held to the specification while they talk."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from marketplaces import dto
from marketplaces.adapters.yandex_market.adapter import YandexMarket
from marketplaces.adapters.yandex_market.cabinet import MEMORY
from marketplaces.dto import MarkKind
from marketplaces.http.breaker import Breaker
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle
from sandbox.app import create
from sandbox.world import Tempo, World
from sandbox.yandex_market import orders
from tests.contract import specs
from tests.sandbox.playing import InProcess

BASE = "http://sandbox.example/yandex_market"
GROUPED = "second"


@dataclass
class Exchange:
    method: str
    path: str
    query: str
    status: int
    request: Any
    answer: Any
    content: bytes


@dataclass
class Day:
    """A cabinet in the sandbox, and the adapter that speaks for it; `asked` tells every exchange."""

    world: World
    app: Any
    seller: str = "demo"
    adapter: Any = None
    asked: list[Exchange] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path, query = request.url.path.removeprefix("/yandex_market"), request.url.query.decode()
        spec = specs.load_yandex_market()
        body = json.loads(request.content) if request.content else None
        specs.validate_request(spec, request.method, path, body, query)
        response = InProcess(self.app).handle_request(request)
        told = None
        if response.headers.get("content-type", "").startswith("application/json"):
            told = json.loads(response.content) if response.content else None
            specs.validate_response(spec, request.method, path, response.status_code, told, strict=True)
        self.asked.append(Exchange(request.method, path, query, response.status_code, body, told, response.content))
        return response

    def connect(self, key: str = "everything", *, label_format: str = "") -> Any:
        send = Client(
            resolve=addresses(BASE, YandexMarket.production_url),
            throttle=NoThrottle(),
            key="sandbox",
            http=httpx.Client(transport=httpx.MockTransport(self.answer)),
            breaker=Breaker(),
        )
        token = f"ACMA:sandbox-{self.seller}:{key}"
        return YandexMarket(credentials={"api_key": token, "label_format": label_format}, send=send)

    @property
    def cabinet(self) -> Any:
        return self.app.state.yandex_market.cabinets[self.seller]

    @property
    def goods(self) -> Any:
        return self.cabinet.catalogue.goods

    def plain(self, count: int = 1) -> list[Any]:
        return [good for good in self.goods if not good.marking][:count]

    def marked(self) -> Any:
        return next(good for good in self.goods if good.marking == "required")

    def place(self, program: str) -> int:
        stores = {one.campaign_id: one.program for one in self.cabinet.campaigns.values()}
        places = self.cabinet.warehouses.values()
        return int(next(one.warehouse_id for one in places if stores[one.campaign_id] == program))

    def buy(self, *wanted: tuple[Any, int], program: str = "FBS", to_point: bool = False) -> str:
        place = self.place(program)
        return str(orders.buy(self.cabinet, warehouse_id=place, goods=list(wanted), to_point=to_point).order_id)

    def order(self, number: str) -> Any:
        return self.cabinet.orders[int(number)]

    def later(self, seconds: float) -> None:
        self.world.clock.skip(seconds)
        self.world.advance()

    def told(self, number: str) -> dto.RemoteOrder:
        (found,) = self.adapter.orders_by_number([number], now=now()).items
        return found  # type: ignore[no-any-return]

    def pack(self, number: str, *, boxes: int = 1) -> dto.Committed:
        parcel = parcel_of(self.told(number), boxes=boxes)
        (found,) = self.adapter.commit([parcel])
        if found.state is dto.CommitState.PENDING:
            self.later(10)
            (found,) = self.adapter.commit([parcel])
        return found  # type: ignore[no-any-return]

    def paths(self, name: str) -> list[Exchange]:
        return [one for one in self.asked if one.path.endswith(name)]


def day(seller: str = "demo", *, path: str | None = None) -> Day:
    specs.load_yandex_market()
    MEMORY.forget()
    calm = Tempo(ship_failed=0.0, buyer_cancels=0.0, left_at_gate=0.0, orders_per_minute=0.0)
    world = World(seed=7, tempo=calm, path=path)
    made = Day(world, create(world), seller)
    made.adapter = made.connect()
    return made


def now() -> datetime:
    return datetime.now(UTC)


def parcel_of(told: dto.RemoteOrder, *, boxes: int = 1, code: str = "0104600000000015215") -> dto.Parcel:
    marks = [
        dto.Mark(
            external_id=line.external_id,
            stock_id=line.stock_id,
            unit=unit,
            kind=MarkKind.SGTIN,
            value=f"{code}{line.external_id[-5:]}{unit:04d}\x1d93abcd",
        )
        for line in told.lines
        if MarkKind.SGTIN in (line.marks or ())
        for unit in range(line.pieces)
    ]
    lines = [
        dto.PackLine(external_id=line.external_id, stock_id=line.stock_id, pieces=line.pieces // boxes)
        for line in told.lines
    ]
    return dto.Parcel(number=told.number, warehouse_id=told.warehouse_id, boxes=[lines] * boxes, marks=marks)


def plan_of(numbers: list[str], warehouse: str, **more: Any) -> dto.HandoverPlan:
    made = dto.HandoverPlan(
        external_id="", our_key="H-1", warehouse_id=warehouse, departure_date=now().date(), numbers=numbers
    )
    return replace(made, **more)


def levels(warehouse: str, articles: list[str], pieces: int) -> list[dto.StockLevel]:
    return [
        dto.StockLevel(warehouse_id=warehouse, offer_id=article, stock_id=article, pieces=pieces)
        for article in articles
    ]


def yesterday() -> datetime:
    return now() - timedelta(days=1)
