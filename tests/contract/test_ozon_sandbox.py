"""The Ozon adapter and the sandbox, hand in hand, each held to the specification while they talk."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from marketplaces import dto
from marketplaces.adapters.ozon import build
from marketplaces.adapters.ozon.adapter import Ozon
from marketplaces.dto import Actor, Code, CommitState, HandoverState, MarkKind, Stage
from marketplaces.errors import CredentialsRejected, Rejected
from marketplaces.http.breaker import Breaker
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle
from sandbox.app import create
from sandbox.ozon import returns as sandbox_returns
from sandbox.ozon.postings import order
from sandbox.world import Tempo, World
from tests.contract import specs
from tests.loop import finished

BASE = "http://sandbox.example/ozon"
CLIENT, KEY = "100001", "sandbox-ozon-key"


@dataclass
class Cabinet:
    """A cabinet in the sandbox, and the adapter that speaks for it."""

    world: World
    app: Any
    adapter: Any = None
    asked: list[str] = field(default_factory=list)

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/ozon")
        self.asked.append(path)
        spec = specs.load_ozon()
        if path.startswith("/v"):
            specs.validate_request(spec, request.method, path, json.loads(request.content))
        response = finished(self._through(request))
        if response.headers.get("content-type", "").startswith("application/json"):
            body = json.loads(response.content) if response.content else None
            specs.validate_response(spec, request.method, path, response.status_code, body)
        return response

    async def _through(self, request: httpx.Request) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app)) as client:
            answer = await client.request(request.method, request.url, headers=request.headers, content=request.content)
            return httpx.Response(answer.status_code, headers=dict(answer.headers), content=answer.content)

    def connect(self, key: str = KEY) -> Any:
        send = Client(
            resolve=addresses(BASE, Ozon.production_url),
            throttle=NoThrottle(),
            key="sandbox",
            http=httpx.Client(transport=httpx.MockTransport(self.answer)),
            breaker=Breaker(),
        )
        return Ozon(credentials={"client_id": CLIENT, "api_key": key}, send=send)

    @property
    def goods(self) -> Any:
        return self.app.state.ozon.cabinets[CLIENT].seller.catalogue.on_ozon

    def buy(self, *wanted: tuple[Any, int], warehouse: str) -> str:
        posting = order(self.app.state.ozon.cabinets[CLIENT], warehouse_id=int(warehouse), goods=list(wanted))
        return posting.number

    def later(self, seconds: float) -> None:
        self.world.clock.skip(seconds)
        self.world.advance()


@pytest.fixture
def cabinet() -> Cabinet:
    specs.load_ozon()
    world = World(seed=7, tempo=Tempo(ship_failed=0.0, buyer_cancels=0.0, left_at_gate=0.0, orders_per_minute=0.0))
    place = Cabinet(world, create(world))
    place.adapter = place.connect()
    return place


def now() -> datetime:
    return datetime.now(UTC)


def soon() -> datetime:
    """A request tells milliseconds: what came to be in this one is not behind it."""
    return now() + timedelta(seconds=1)


def stocked(cabinet: Cabinet, pieces: int = 9) -> tuple[str, list[dto.RemoteListing]]:
    warehouse = cabinet.adapter.warehouses().items[0].external_id
    listings = [item for page in cabinet.adapter.listings() for item in page.items]
    levels = [
        dto.StockLevel(
            warehouse_id=warehouse,
            offer_id=one.offer_id,
            stock_id=one.stock_id,
            pieces=pieces,
            product_id=one.product_id,
        )
        for one in listings
    ]
    assert len(cabinet.adapter.push_stock(levels[:100]).accepted) == len(levels[:100])
    return warehouse, listings


def parcel_of(told: dto.RemoteOrder, *, boxes: int = 1) -> dto.Parcel:
    marks = [
        dto.Mark(
            external_id=line.external_id,
            stock_id=line.stock_id,
            unit=unit,
            kind=MarkKind.SGTIN,
            value=f"010460000000001521{line.stock_id[-5:]}{unit:04d}\x1d93abcd",
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


def packed(cabinet: Cabinet, number: str, *, boxes: int = 1) -> dto.Committed:
    (told,) = cabinet.adapter.orders_by_number([number], now=now()).items
    parcel = parcel_of(told, boxes=boxes)
    cabinet.adapter.commit([parcel])
    cabinet.later(10)
    found: dto.Committed = cabinet.adapter.look_up_commit(parcel)
    if found.state is CommitState.NOT_STARTED:
        cabinet.adapter.commit([parcel])
        cabinet.later(10)
        found = cabinet.adapter.look_up_commit(parcel)
    return found


def test_the_account_and_its_keys(cabinet: Cabinet):
    account = cabinet.adapter.account()
    assert (account.external_id, account.name, account.inn) == (CLIENT, "Песочница", "7700000016")
    assert all(one.granted for one in account.permissions if one.needed)
    few = cabinet.connect("sandbox-ozon-key-products").account()
    assert {one.name for one in few.permissions if one.granted} >= {"Products", "Prices"}
    assert {one.name for one in few.permissions if not one.granted} >= {"Orders", "Packing", "Handover"}
    with pytest.raises(CredentialsRejected):
        cabinet.connect("sandbox-ozon-key-deactivated").account()


def test_stock_is_written_and_read_back(cabinet: Cabinet):
    warehouse, listings = stocked(cabinet, pieces=4)
    level = dto.StockLevel(
        warehouse_id=warehouse, offer_id=listings[0].offer_id, stock_id=listings[0].stock_id, pieces=5
    )
    again = cabinet.adapter.push_stock([level])
    assert [(one.code, one.retry_after_s) for one in again.refused] == [(Code.TOO_OFTEN, 30.0)]
    assert [one.pieces for one in cabinet.adapter.read_stock([level]).items] == [4]
    cabinet.later(31)
    assert cabinet.adapter.push_stock([level]).accepted == [level.key]
    assert [one.pieces for one in cabinet.adapter.read_stock([level]).items] == [5]


def test_an_order_from_arrival_to_delivery(cabinet: Cabinet):
    warehouse, _ = stocked(cabinet)
    plain = next(good for good in cabinet.goods if not good.marked)
    marked = next(good for good in cabinet.goods if good.marked)
    numbers = [
        cabinet.buy((plain, 2), warehouse=warehouse),
        cabinet.buy((plain, 1), (marked, 2), warehouse=warehouse),
    ]
    told = [item for page in cabinet.adapter.orders_new(now=now()) for item in page.items]
    assert sorted(one.number for one in told) == sorted(numbers)
    assert {one.status.stage for one in told} == {Stage.NEW}

    assert [packed(cabinet, number).state for number in numbers] == [CommitState.DONE] * 2
    stickers = cabinet.adapter.labels(numbers)
    assert (stickers.ready, stickers.pending) == ([], numbers)
    # Asked for too early: that task prints nothing, another one is made when the sticker is due.
    for _ in range(3):
        cabinet.later(30)
        stickers = cabinet.adapter.labels(numbers, token=stickers.token)
        if stickers.ready:
            break
    assert sorted(one.number for one in stickers.ready) == sorted(numbers)
    assert all(one.content.startswith(b"%PDF") and one.barcode for one in stickers.ready)

    plan = dto.HandoverPlan(
        external_id="", our_key="H-1", warehouse_id=warehouse, departure_date=now().date(), numbers=numbers
    )
    assert cabinet.adapter.find_handover(plan) is None
    closed = cabinet.adapter.close_handover(plan)
    assert (closed.state, sorted(closed.numbers), closed.missing) == (HandoverState.CLOSED, sorted(numbers), [])
    assert cabinet.adapter.find_handover(plan).external_id == closed.external_id
    assert cabinet.adapter.close_handover(plan).external_id == closed.external_id
    assert cabinet.asked.count("/v1/carriage/create") == 1

    plan = replace(plan, external_id=closed.external_id)
    with pytest.raises(Rejected) as early:
        cabinet.adapter.handover_documents(plan)
    assert early.value.code == Code.NOT_READY
    cabinet.later(15)
    papers = {one.kind: one for one in cabinet.adapter.handover_documents(plan)}
    assert papers[dto.DocumentKind.SHIPPING_LIST].content.startswith(b"%PDF")
    assert papers[dto.DocumentKind.BARCODE].content.startswith(b"\x89PNG")
    assert papers[dto.DocumentKind.BARCODE].number

    for _ in range(3):
        cabinet.later(5_000)
    assert {one.stage for one in cabinet.adapter.statuses(numbers).items} == {Stage.DELIVERED}
    pages = cabinet.adapter.orders_changed(since=now() - timedelta(minutes=5), now=now() + timedelta(minutes=1))
    swept = [item for page in pages for item in page.items]
    assert {one.number for one in swept} >= set(numbers)


def test_a_parcel_in_two_boxes_becomes_two_postings(cabinet: Cabinet):
    warehouse, _ = stocked(cabinet)
    plain = next(good for good in cabinet.goods if not good.marked)
    number = cabinet.buy((plain, 2), warehouse=warehouse)
    done = packed(cabinet, number, boxes=2)
    assert (done.state, len(done.numbers)) == (CommitState.DONE, 2)
    assert len(cabinet.adapter.orders_by_number(done.numbers, now=now()).items) == 2


def test_packing_that_fails_is_seen_and_tried_again(cabinet: Cabinet):
    warehouse, _ = stocked(cabinet)
    plain = next(good for good in cabinet.goods if not good.marked)
    cabinet.world.tempo.ship_failed = 1.0
    number = cabinet.buy((plain, 1), warehouse=warehouse)
    assert packed(cabinet, number).state is CommitState.FAILED
    (seen,) = cabinet.adapter.statuses([number]).items
    assert (seen.stage, seen.substatus, bool(seen.problem)) == (Stage.NEW, "ship_failed", True)
    cabinet.world.tempo.ship_failed = 0.0
    assert packed(cabinet, number).state is CommitState.DONE


def test_a_cancelled_parcel_is_left_out_of_the_handover(cabinet: Cabinet):
    warehouse, _ = stocked(cabinet)
    plain = next(good for good in cabinet.goods if not good.marked)
    numbers = [cabinet.buy((plain, 1), warehouse=warehouse) for _ in range(2)]
    assert [packed(cabinet, number).state for number in numbers] == [CommitState.DONE] * 2
    cabinet.adapter.cancel(numbers[1], reason="out_of_stock")
    (seen,) = cabinet.adapter.statuses([numbers[1]]).items
    assert (seen.stage, seen.actor) == (Stage.CANCELLED, Actor.SELLER)
    plan = dto.HandoverPlan(
        external_id="", our_key="H-1", warehouse_id=warehouse, departure_date=now().date(), numbers=numbers
    )
    told = cabinet.adapter.close_handover(plan)
    assert (told.state, [one.key for one in told.missing]) == (HandoverState.OPEN, [numbers[1]])
    closed = cabinet.adapter.close_handover(replace(plan, external_id=told.external_id, numbers=numbers[:1]))
    assert (closed.state, closed.numbers) == (HandoverState.CLOSED, numbers[:1])


def test_pieces_can_be_cancelled(cabinet: Cabinet):
    warehouse, _ = stocked(cabinet)
    one, other = [good for good in cabinet.goods if not good.marked][:2]
    number = cabinet.buy((one, 2), (other, 1), warehouse=warehouse)
    line = dto.PackLine(external_id=str(one.sku), stock_id=str(one.sku), pieces=2)
    cabinet.adapter.cancel_lines(number, [line], reason="other", text="Нет на месте")
    (left,) = cabinet.adapter.orders_by_number([number], now=now()).items
    assert [(row.stock_id, row.pieces) for row in left.lines] == [(str(other.sku), 1)]


def test_prices_are_written_and_read_back(cabinet: Cabinet):
    _, listings = stocked(cabinet)
    wanted = [
        dto.PriceLevel(offer_id=one.offer_id, product_id=one.product_id, price=(one.price or Decimal(0)) + 100)
        for one in listings[:3]
    ]
    assert len(cabinet.adapter.push_prices(wanted).accepted) == 3
    assert sorted(one.price for one in cabinet.adapter.read_prices(wanted).items) == sorted(one.price for one in wanted)


def test_own_stock_is_read(cabinet: Cabinet):
    rows = [row for page in cabinet.adapter.own_stock() for row in page.items]
    assert rows
    assert all(row.pieces >= 0 and row.warehouse_id for row in rows)


def test_what_comes_back_is_read_with_its_reason(cabinet: Cabinet):
    warehouse, _ = stocked(cabinet)
    good, other = [good for good in cabinet.goods if not good.marked][:2]
    number = cabinet.buy((good, 2), (other, 1), warehouse=warehouse)
    sandbox = cabinet.app.state.ozon.cabinets[CLIENT]
    sandbox.move(sandbox.postings[number], "delivering", "posting_on_way_to_city")
    assert cabinet.app.state.stalls["ozon"].cancel(number)

    def read(since: datetime) -> list[dto.RemoteReturn]:
        return [item for page in cabinet.adapter.returns(since=since, now=soon()) for item in page.items]

    first, _ = told = read(now() - timedelta(days=1))
    assert [(one.number, one.kind, one.stage) for one in told] == [
        (number, dto.ReturnKind.UNREDEEMED, dto.ReturnStage.ASKED)
    ] * 2
    assert [(line.offer_id, line.pieces) for one in told for line in one.lines] == [
        (good.article, 2),
        (other.article, 1),
    ]
    assert (first.why, first.amount) == (dto.ReturnReason.FAULTY, 2 * good.price)
    assert read(now() + timedelta(hours=1)) == []

    one = next(iter(sandbox.returns.values()))
    stages = []
    for state in sandbox_returns.WAY[1:]:
        sandbox_returns.move(sandbox, one, state)
        stages.append(read(now() - timedelta(days=1))[0])
    assert [told.stage for told in stages] == [
        dto.ReturnStage.COMING,
        dto.ReturnStage.READY_FOR_PICKUP,
        dto.ReturnStage.RECEIVED,
    ]
    assert stages[1].place == "Пункт возвратов, Россия, г. Подольск, Возвратная улица, д. 1"
    assert [told.keep_until is not None for told in stages] == [False, True, False]


def test_returns_are_read_to_the_last_page(cabinet: Cabinet, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build, "RETURNS", 2)
    warehouse, _ = stocked(cabinet)
    good = next(good for good in cabinet.goods if not good.marked)
    sandbox = cabinet.app.state.ozon.cabinets[CLIENT]
    numbers = [cabinet.buy((good, 1), warehouse=warehouse) for _ in range(5)]
    for number in numbers:
        sandbox_returns.comes_back(sandbox, sandbox.postings[number], kind="ClientReturn", reason="")
    pages = list(cabinet.adapter.returns(since=now() - timedelta(days=1), now=soon()))
    assert [one.number for page in pages for one in page.items] == numbers
    assert [len(page.items) for page in pages] == [2, 2, 1, 0]
    assert pages[-1].upto is not None
