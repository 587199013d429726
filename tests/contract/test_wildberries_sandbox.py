"""A working day of the Wildberries adapter against the sandbox: both sides held against the specification."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from marketplaces import dto
from marketplaces.adapters.wildberries.adapter import Wildberries
from marketplaces.dto import Code, CommitState, HandoverState, MarkKind, Stage
from marketplaces.errors import Rejected
from marketplaces.http.breaker import Breaker
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle
from sandbox.wildberries import returns as sandbox_returns
from tests.contract import specs
from tests.contract.wildberries_server import at_hand, spec_of
from tests.sandbox.playing import InProcess, Player

# The sandbox does not play these: the adapter lives without them.
NOT_PLAYED = ("/content/v2/cards/error/list", "/content/v2/get/cards/trash")
HERE, OTHER = "700101", "700102"


class Judged(httpx.BaseTransport):
    """Passes requests to the sandbox, and compares each and its answer with the specification."""

    def __init__(self, sandbox: InProcess) -> None:
        self.sandbox = sandbox

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        host, _, path = request.url.path.removeprefix("/wildberries/").partition("/")
        answer = self.sandbox.handle_request(request)
        if at_hand() and f"/{path}" not in NOT_PLAYED:
            spec, body = spec_of(host, f"/{path}"), json.loads(request.content) if request.content else None
            specs.validate_request(spec, request.method, f"/{path}", body, dict(request.url.params))
            told = json.loads(answer.content) if answer.content else None
            specs.validate_response(spec, request.method, f"/{path}", answer.status_code, told)
        return answer


class Day:
    """A sandbox whose time is ours, and the adapter of its seller."""

    def __init__(self) -> None:
        self.player = Player(judged=False)
        self.world = self.player.world
        send = Client(
            resolve=addresses("http://sandbox/wildberries", Wildberries.production_url),
            throttle=NoThrottle(),
            key="day",
            http=httpx.Client(transport=Judged(InProcess(self.player.app))),
            breaker=Breaker(failures=1_000_000),
        )
        keys = next(row for row in self.player.keys if row["seller"] == "demo")
        self.adapter = Wildberries(credentials={"token": keys["wildberries"]["token"]}, send=send)

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.clock.now(), tz=UTC)

    def wait(self, seconds: float) -> None:
        self.player.skip(seconds)

    def admin(self, method: str, path: str, body: object = None) -> Any:
        answer = self.player.client.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def buys(self, *listings: dto.RemoteListing) -> list[str]:
        items = [{"barcode": listing.barcodes[0]} for listing in listings]
        order = {"items": items, "marketplaces": ["wildberries"], "warehouse": {"wildberries": int(HERE)}}
        return [str(number) for number in self.admin("POST", "/admin/orders", order)["wildberries"]]

    def new_orders(self) -> dict[str, dto.RemoteOrder]:
        (page,) = self.adapter.orders_new(now=self.now)
        assert page.broken == []
        return {order.number: order for order in page.items}


@pytest.fixture
def day() -> Day:
    return Day()


def levels(listings: Sequence[dto.RemoteListing], pieces: int, warehouse: str = HERE) -> list[dto.StockLevel]:
    return [
        dto.StockLevel(warehouse_id=warehouse, offer_id=one.offer_id, stock_id=one.stock_id, pieces=pieces)
        for one in listings
    ]


def parcel(order: dto.RemoteOrder, supply: str, *marks: dto.Mark) -> dto.Parcel:
    line = dto.PackLine(external_id=order.lines[0].external_id, stock_id=order.lines[0].stock_id, pieces=1)
    return dto.Parcel(
        number=order.number, warehouse_id=order.warehouse_id, boxes=((line,),), handover_id=supply, marks=marks
    )


def catalogue(day: Day) -> list[dto.RemoteListing]:
    pages = [*day.adapter.listings()]
    assert [bad for page in pages for bad in page.broken] == []
    return [item for page in pages for item in page.items if not item.archived]


def small(day: Day, listings: Sequence[dto.RemoteListing]) -> list[dto.RemoteListing]:
    """The listings that lie in the warehouse of small goods: those it takes."""
    receipt = day.adapter.push_stock(levels(listings, 5))
    taken = set(receipt.accepted)
    assert {one.code for one in receipt.refused} <= {Code.WAREHOUSE}
    day.wait(10)
    return [one for one in listings if f"{HERE}:{one.stock_id}" in taken]


def test_the_key_the_warehouses_and_the_cards_are_read(day: Day) -> None:
    account = day.adapter.account()
    assert [one.name for one in account.permissions if not one.granted] == []
    places = day.adapter.warehouses().items
    assert {HERE, OTHER} <= {place.external_id for place in places}
    listings = catalogue(day)
    assert len({one.stock_id for one in listings}) == len(listings) > 10
    assert any(one.marks == (MarkKind.SGTIN,) for one in listings)


def test_stock_is_held_as_pushed_and_falls_by_itself_on_a_sale(day: Day) -> None:
    goods = small(day, catalogue(day))
    assert {one.pieces for one in day.adapter.read_stock(levels(goods, 0)).items} == {5}
    day.buys(goods[0])
    held = {one.stock_id: one.pieces for one in day.adapter.read_stock(levels(goods, 0)).items}
    assert held.pop(goods[0].stock_id) == 4
    assert set(held.values()) == {5}


def test_one_wrong_row_does_not_keep_the_others_from_the_shelf(day: Day) -> None:
    good = small(day, catalogue(day))[0]
    stranger = dto.StockLevel(warehouse_id=HERE, offer_id="?", stock_id="999999999999", pieces=1)
    receipt = day.adapter.push_stock([*levels([good], 7), stranger])
    assert receipt.accepted == [f"{HERE}:{good.stock_id}"]
    assert [(one.key, one.code) for one in receipt.refused] == [(stranger.key, Code.NOT_FOUND)]
    assert [one.pieces for one in day.adapter.read_stock(levels([good], 0)).items] == [7]


def test_a_price_is_uploaded_judged_and_in_force_and_a_steep_fall_is_held(day: Day) -> None:
    product, listing = {one.product_id: one for one in catalogue(day)}.popitem()
    asked = dto.PriceLevel(offer_id=listing.offer_id, product_id=product, price=Decimal(1500), old_price=Decimal(2000))
    first = day.adapter.push_prices([asked])
    assert first.pending == [product]
    day.wait(30)
    assert day.adapter.price_verdict(first.token).accepted == [product]
    day.wait(10)
    (held,) = day.adapter.read_prices([asked]).items
    assert (held.price, held.old_price) == (Decimal(1500), Decimal(2000))
    assert day.adapter.push_prices([asked]).accepted == [product]
    day.wait(10)
    steep = day.adapter.push_prices([replace(asked, price=Decimal(100), old_price=Decimal(0))])
    day.wait(30)
    verdict = day.adapter.price_verdict(steep.token)
    assert [(one.key, one.code) for one in verdict.refused] == [(product, Code.PRICE_REFUSED)]
    day.wait(10)
    assert day.adapter.read_prices([asked]).items[0].price == Decimal(1500)


def test_the_working_day_from_the_order_to_the_papers(day: Day) -> None:
    goods = small(day, catalogue(day))
    marked = next(one for one in goods if one.marks)
    plain = [one for one in goods if not one.marks][:2]
    numbers = day.buys(marked, *plain)
    orders = day.new_orders()
    assert orders.keys() == set(numbers)
    assert len({order.basket for order in orders.values()}) == 1
    assert day.adapter.labels(numbers).pending == numbers

    plan = dto.HandoverPlan(
        external_id="",
        our_key="HO-1",
        warehouse_id=HERE,
        departure_date=(day.now + timedelta(days=1)).date(),
        numbers=tuple(numbers),
    )
    supply = day.adapter.open_handover(plan).external_id
    found = day.adapter.find_handover(plan)
    assert found is not None
    assert (found.external_id, found.numbers) == (supply, [])
    plan = replace(plan, external_id=supply)

    outcomes = day.adapter.commit([parcel(orders[number], supply) for number in numbers])
    assert {outcome.state for outcome in outcomes} == {CommitState.DONE}
    assert day.adapter.look_up_commit(parcel(orders[numbers[0]], supply)).state is CommitState.DONE
    day.wait(60)
    ready = day.adapter.labels(numbers).ready
    assert [label.number for label in ready] == numbers
    assert all(label.content.startswith(b"\x89PNG") and label.barcode and label.part_b for label in ready)

    with pytest.raises(Rejected) as early:
        day.adapter.handover_documents(plan)
    assert early.value.code == Code.NOT_READY
    day.wait(10)
    bare = day.adapter.close_handover(plan)
    assert (bare.state, [(one.key, one.code) for one in bare.missing]) == (
        HandoverState.OPEN,
        [(numbers[0], Code.MARKS_NEEDED)],
    )
    day.wait(10)

    code = "0104630568317423215EirD_orEif7X\x1d91EE12\x1d92VygELprJ87wrc/qF/Vq/KEFUVpZm4vDPQt2kqUw308Y="
    mark = dto.Mark(external_id="", stock_id=marked.stock_id, unit=0, kind=MarkKind.SGTIN, value=code)
    day.adapter.send_marks(parcel(orders[numbers[0]], supply, mark))
    (checked,) = [one for one in day.adapter.mark_verdicts(numbers) if one.number == numbers[0]]
    assert (checked.value, checked.pending) == (code, True)
    day.wait(60)
    day.adapter.cancel(numbers[2], reason="out_of_stock")

    with pytest.raises(Rejected) as unsaid:
        day.adapter.close_handover(plan)
    assert unsaid.value.code == Code.SHIPPING_METHOD_NEEDED
    day.wait(10)
    (point, *_) = day.adapter.shipping_points(city="Подольск", cargo=orders[numbers[0]].cargo)
    plan = replace(plan, shipping_point_id=point.external_id, shipping_type="self", containers=1)
    closed = day.adapter.close_handover(plan)
    assert (closed.state, set(closed.numbers or ())) == (HandoverState.CLOSED, set(numbers[:2]))
    assert [(one.key, one.code) for one in closed.missing] == [(numbers[2], Code.CANCELLED)]
    assert day.adapter.close_handover(plan).state is HandoverState.CLOSED
    assert [paper.kind for paper in day.adapter.handover_documents(plan)] == [
        dto.DocumentKind.BARCODE,
        dto.DocumentKind.CONTAINER_LABELS,
    ]
    stages = {one.number: one.stage for one in day.adapter.statuses(numbers).items}
    assert stages == {
        numbers[0]: Stage.HANDED_OVER,
        numbers[1]: Stage.HANDED_OVER,
        numbers[2]: Stage.CANCELLED,
    }


def test_an_order_that_its_buyer_declined_cannot_be_committed_and_the_other_can(day: Day) -> None:
    goods = small(day, catalogue(day))
    first, second = day.buys(goods[0], goods[1])
    orders = day.new_orders()
    plan = dto.HandoverPlan(
        external_id="", our_key="HO-2", warehouse_id=HERE, departure_date=day.now.date(), numbers=(first, second)
    )
    supply = day.adapter.open_handover(plan).external_id
    assert day.admin("POST", "/admin/cancel", {"wildberries": int(first)}) == {"cancelled": {"wildberries": True}}
    day.wait(10)
    outcomes = day.adapter.commit([parcel(orders[number], supply) for number in (first, second)])
    assert [(one.number, one.state, one.code) for one in outcomes] == [
        (first, CommitState.FAILED, Code.CANCELLED),
        (second, CommitState.DONE, None),
    ]
    by_number = {one.number: one for one in day.adapter.orders_by_number([first, second], now=day.now).items}
    assert (by_number[first].status.stage, by_number[second].status.stage) == (Stage.CANCELLED, Stage.CONFIRMED)


def test_what_the_quick_poll_missed_is_in_the_sweep(day: Day) -> None:
    numbers = day.buys(small(day, catalogue(day))[0])
    pages = [*day.adapter.orders_changed(since=day.now - timedelta(days=1), now=day.now)]
    assert [order.number for page in pages for order in page.items] == numbers
    assert pages[-1].upto is not None


def test_goods_in_their_own_warehouses_are_read(day: Day) -> None:
    rows = [item for page in day.adapter.own_stock() for item in page.items]
    assert rows
    assert {type(row.pieces) for row in rows} == {int}


def test_what_comes_back_is_read_with_its_reason(day: Day) -> None:
    good = small(day, catalogue(day))[0]
    (number,) = day.buys(good)
    cabinet = day.player.app.state.wildberries.cabinets[day.player.sid]
    cabinet.move(cabinet.orders[int(number)], supplier="complete", wb="ready_for_pickup")
    assert day.admin("POST", "/admin/cancel", {"wildberries": int(number)}) == {"cancelled": {"wildberries": True}}

    def read() -> dto.RemoteReturn:
        now = day.now
        (page,) = day.adapter.returns(since=now - timedelta(hours=1), now=now)
        (found,) = page.items
        assert page.upto == now
        return found

    told = read()
    assert (told.number, told.kind, told.stage) == (number, dto.ReturnKind.UNREDEEMED, dto.ReturnStage.COMING)
    assert [(line.offer_id, line.pieces) for line in told.lines] == [(good.barcodes[0], 1)]
    assert (told.why, told.place, told.keep_until) == (dto.ReturnReason.DOES_NOT_FIT, "", None)
    (one,) = cabinet.returns.values()
    at = day.world.clock.now() // 1
    sandbox_returns.move(cabinet, one, ready=at)
    told = read()
    assert (told.stage, told.place) == (dto.ReturnStage.READY_FOR_PICKUP, "Подольск, Возвратная улица, 1")
    assert told.changed_at == datetime.fromtimestamp(at, UTC)
    assert told.keep_until == told.changed_at + timedelta(days=14)
    sandbox_returns.move(cabinet, one, completed=at)
    assert read().stage is dto.ReturnStage.RECEIVED


def test_returns_of_a_long_silence_are_asked_for_by_months(day: Day) -> None:
    now = day.now
    since = now - timedelta(days=75)
    ends = [page.upto for page in day.adapter.returns(since=since, now=now)]
    assert ends == [since + timedelta(days=30), since + timedelta(days=60), now]
