"""An order in two boxes, from the buyer to the last sticker on its box, with the simulated marketplace judging each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pikepdf
import pytest
from django.db import connection

from backoffice.kernel import seal
from catalog.models import ChannelWarehouse
from floor.models import PutBack
from floor.services import pack, wave
from floor.types import Answer, ScanIn, WaveMode
from labels.models import BoxLabel, LabelFile
from marketplaces.adapters.aliexpress.parse import alive
from marketplaces.models import Command, Credential
from marketplaces.sync import drain, lanes, pull, streams
from marketplaces.sync.connection import Connection
from orders.models import Order
from orders.services import commit, give_up
from orders.types import CommitState, State
from shipping.models import HandoverOrder
from stock.selectors import proof
from tests import make
from tests.contract import yandex_cabinet
from tests.contract.test_aliexpress_sandbox import begin as aliexpress
from tests.contract.test_aliexpress_sandbox import buys as aliexpress_buys
from tests.contract.test_megamarket_sandbox import begin as megamarket
from tests.contract.test_ozon_sandbox import CLIENT
from tests.contract.test_ozon_sandbox import cabinet as ozon_cabinet  # noqa: F401  a fixture
from tests.trade import Trade

NEXT = "BO-NEXT-BOX"


@dataclass
class Market:
    """A channel of ours on a cabinet of the sandbox; `waits` lets the sandbox's time pass."""

    trade: Trade
    place: ChannelWarehouse
    adapter: Any
    waits: Callable[[float], object]
    now: datetime

    def pulls(self) -> None:
        pull.run(
            merchant_id=self.trade.merchant.pk,
            channel_id=self.place.channel_id,
            stream="orders",
            kinds=streams.STREAMS,
            connect=lambda *_: Connection(self.adapter),
            clock=lambda: self.now,
        )

    def settles(self) -> None:
        """What is owed is told until nothing is."""
        for _round in range(20):
            drain.run(
                merchant_id=self.trade.merchant.pk,
                channel_id=self.place.channel_id,
                lane="commands",
                steps=lanes.STEPS,
                connect=lambda *_: Connection(self.adapter),
                clock=lambda: self.now,
            )
            if not Command.objects.filter(channel_id=self.place.channel_id).exclude(op="open_handover").exists():
                return
            self.waits(15)
            self.now += timedelta(seconds=15)
        raise AssertionError(list(Command.objects.values("op", "subject", "parked", "parked_text")))

    def packs(self, *codes: str) -> list[Answer]:
        person = make.person()
        return [
            pack.scan(
                warehouse_id=self.trade.warehouse.pk,
                scan=ScanIn(code=code, nonce=uuid4(), scanned_at=self.now, person_id=person.pk),
                now=self.now,
            )
            for code in codes
        ]

    def takes_into_work(self) -> Order:
        self.pulls()
        order = Order.objects.get(channel_id=self.place.channel_id)
        wave.release(
            warehouse_id=self.trade.warehouse.pk,
            order_ids=[order.pk],
            now=self.now,
            person_id=make.person().pk,
            mode=WaveMode.SINGLE,
        )
        self.settles()
        return order


@pytest.fixture
def opens(trade: Trade) -> Iterator[Callable[..., Market]]:
    """Connect a cabinet of the sandbox, with two articles that it sells lying on our shelf."""
    connection.transactions_of_tests = len(connection.savepoint_ids) + 1  # type: ignore[attr-defined]

    def opened(code: str, adapter: Any, warehouse: str, waits: Callable[[float], object], **channel: str) -> Market:
        place = trade.place(code)
        place.external_id = warehouse
        place.save()
        for name, value in channel.items():
            setattr(place.channel, name, value)
        place.channel.save()
        sealed = seal.seal({"key": "hush-hush"})
        Credential.objects.create(merchant=trade.merchant, channel=place.channel, sealed=sealed)
        return Market(trade, place, adapter, waits, datetime.now(UTC))

    yield opened
    connection.transactions_of_tests = 0  # type: ignore[attr-defined]


def shelved(market: Market, *articles: str) -> None:
    cards = {card.offer_id: card for page in market.adapter.listings() for card in page.items}
    for name, article in zip(("mug", "fork"), articles, strict=True):
        sku = market.trade.sku(name, pieces=9)
        market.trade.listing(market.place, cards[article].stock_id, sku, offer_id=article)


def pages(order: Order) -> int:
    with (
        LabelFile.objects.get(order=order, state="ready").file.open() as file,
        pikepdf.open(BytesIO(file.read())) as it,
    ):
        return len(it.pages)


def closes(market: Market, order: Order, barcodes: list[str]) -> None:
    assert list(BoxLabel.objects.filter(label__order=order).values_list("barcode", flat=True)) == barcodes
    assert pages(order) == len(barcodes) == 2
    first, last = market.packs(barcodes[1], barcodes[0])
    assert (first.data["boxes_left"], last.data["confirmed"]) == ([1], True)
    order.refresh_from_db()
    assert (order.state, order.commit_state, order.attention) == (State.PACKED, CommitState.DONE, [])
    assert proof.differences() == []


def test_yandex_market_hears_of_both_boxes(opens: Callable[..., Market]) -> None:
    day = yandex_cabinet.day()
    mug, fork = day.plain(2)
    market = opens("yandex_market", day.adapter, str(day.place("FBS")), day.later, boxes="told")
    shelved(market, mug.article, fork.article)
    number = day.buy((mug, 2), (fork, 1))
    order = market.takes_into_work()
    assert (order.external_number, day.order(number).boxes) == (number, [])
    market.packs(number, "INT-mug", NEXT, "INT-fork", "INT-mug")
    market.settles()
    theirs = day.order(number)
    ids = {item.offer_id: item.item_id for item in theirs.items}
    told = [{item["id"]: item["fullCount"] for item in box.items} for box in theirs.boxes]
    assert told == [{ids[mug.article]: 1}, {ids[mug.article]: 1, ids[fork.article]: 1}]
    assert (theirs.status, theirs.substatus) == ("PROCESSING", "READY_TO_SHIP")
    closes(market, order, list(BoxLabel.objects.values_list("barcode", flat=True)))


def test_megamarket_hears_of_the_box_of_each_lot(opens: Callable[..., Market]) -> None:
    day = megamarket()
    day.world.tempo.sticker_as_html = 0.0
    merchant_id = day.adapter.place.merchant_id
    market = opens("megamarket", day.adapter, day.adapter.warehouses().items[0].external_id, day.wait, boxes="told")
    shelved(market, "KM-RUKI-75", "ML-DEGT-140")
    items = [{"article": article} for article in ("KM-RUKI-75", "KM-RUKI-75", "ML-DEGT-140")]
    where = {"megamarket": merchant_id}
    body = {"items": items, "marketplaces": ["megamarket"], "warehouse": where, "force": True}
    (number,) = day.player.admin("POST", "/orders", body)["megamarket"]
    day.later(1)
    market.now = day.now
    order = market.takes_into_work()
    market.packs(number, "INT-mug", "INT-mug", NEXT, "INT-fork")
    market.settles()
    (lots,) = (row["lots"] for row in day.player.admin("GET", "/orders")["megamarket"] if row["number"] == number)
    assert sorted((lot["article"], lot["boxes"], lot["status"]) for lot in lots if lot["boxes"]) == [
        ("KM-RUKI-75", [1], "PACKED"),
        ("KM-RUKI-75", [1], "PACKED"),
        ("ML-DEGT-140", [2], "PACKED"),
    ]
    closes(market, order, [f"{merchant_id}*{number}*1", f"{merchant_id}*{number}*2"])


def told_before_packing(market: Market) -> Order:
    """Taken into work, and told as one box before anything lies in it."""
    order = market.takes_into_work()
    commit.commit_orders(merchant_id=order.merchant_id, order_ids=[order.pk], now=market.now)
    market.settles()
    order.refresh_from_db()
    assert (order.commit_state, pages(order)) == (CommitState.DONE, 1)
    return order


def test_megamarket_is_told_of_a_second_box_after_it_knew_of_one(opens: Callable[..., Market]) -> None:
    day = megamarket()
    day.world.tempo.sticker_as_html = 0.0
    merchant_id = day.adapter.place.merchant_id
    market = opens("megamarket", day.adapter, day.adapter.warehouses().items[0].external_id, day.wait, boxes="anew")
    shelved(market, "KM-RUKI-75", "ML-DEGT-140")
    items = [{"article": article} for article in ("KM-RUKI-75", "ML-DEGT-140")]
    body = {"items": items, "marketplaces": ["megamarket"], "warehouse": {"megamarket": merchant_id}, "force": True}
    (number,) = day.player.admin("POST", "/orders", body)["megamarket"]
    day.later(1)
    market.now = day.now
    order = told_before_packing(market)
    *_, last = market.packs(number, "INT-mug", NEXT, "INT-fork")
    # The sticker of one box is let out no more; both come from the marketplace.
    assert (last.data["packed"], last.data["boxes"], last.data["sticker"]) == (True, 2, False)
    assert not LabelFile.objects.filter(order=order, state="ready").exists()
    market.settles()
    (lots,) = (row["lots"] for row in day.player.admin("GET", "/orders")["megamarket"] if row["number"] == number)
    assert sorted((lot["article"], lot["boxes"], lot["status"]) for lot in lots if lot["boxes"]) == [
        ("KM-RUKI-75", [1], "PACKED"),
        ("ML-DEGT-140", [2], "PACKED"),
    ]
    closes(market, order, [f"{merchant_id}*{number}*1", f"{merchant_id}*{number}*2"])
    assert order.events.filter(kind="commit", text__contains="в 2 коробах").count() == 1


def test_aliexpress_takes_back_the_shipment_and_makes_one_of_each_box(opens: Callable[..., Market]) -> None:
    day = aliexpress()
    market = opens("aliexpress", day.adapter, "shop", day.wait, boxes="anew")
    shelved(market, "KM-RUKI-75", "ML-DEGT-140")
    number = aliexpress_buys(day, "KM-RUKI-75", "ML-DEGT-140").number
    market.now = day.now
    order = told_before_packing(market)
    market.packs(number, "INT-mug", NEXT, "INT-fork")
    market.settles()
    (theirs,) = (row for row in day.player.admin("GET", "/orders")["aliexpress"] if row["number"] == number)
    assert [one["status"] for one in theirs["shipments"]] == [
        "Cancelled",
        "AwaitingHandoverList",
        "AwaitingHandoverList",
    ]
    closes(market, order, list(BoxLabel.objects.values_list("barcode", flat=True)))


def test_boxes_that_are_refused_are_packed_as_they_were_told(opens: Callable[..., Market]) -> None:
    """It was handed over on their own page meanwhile: nothing can change any more."""
    day = aliexpress()
    market = opens("aliexpress", day.adapter, "shop", day.wait, boxes="anew")
    shelved(market, "KM-RUKI-75", "ML-DEGT-140")
    number = aliexpress_buys(day, "KM-RUKI-75", "ML-DEGT-140").number
    market.now = day.now
    order = told_before_packing(market)
    (shipment,) = day.adapter.orders.shapes([number])[number].logistic_orders
    day.player.aliexpress("/seller-api/v1/handover-list/create", {"logistic_order_ids": [int(shipment.id)]})
    market.packs(number, "INT-mug", NEXT, "INT-fork")
    market.settles()
    order.refresh_from_db()
    assert (order.commit_state, order.attention, pages(order)) == (CommitState.DONE, ["problem"], 1)
    assert set(order.units.values_list("box", flat=True)) == {1}
    assert order.events.filter(kind="commit", text__contains="AliExpress takes no other boxes").count() == 1
    assert [one.status for one in alive(day.adapter.orders.shapes([number])[number])] == ["AwaitingConfirmation"]


def test_ozon_makes_a_posting_of_each_box(opens: Callable[..., Market], ozon_cabinet: Any) -> None:  # noqa: F811
    warehouse = ozon_cabinet.adapter.warehouses().items[0].external_id
    market = opens("ozon", ozon_cabinet.adapter, warehouse, ozon_cabinet.later, boxes="split")
    market.place.commit_at = "verify"
    market.place.save()
    mug, fork = [good for good in ozon_cabinet.goods if not good.marking][:2]
    shelved(market, mug.article, fork.article)
    number = ozon_cabinet.buy((mug, 2), (fork, 1), warehouse=warehouse)
    order = market.takes_into_work()
    market.packs(number, "INT-mug", NEXT, "INT-fork", "INT-mug")
    market.settles()
    whole, part = Order.objects.filter(channel_id=market.place.channel_id).order_by("pk")
    theirs = {
        one.number: (one.status, {line.offer_id: line.quantity for line in one.lines})
        for one in ozon_cabinet.app.state.ozon.cabinets[CLIENT].postings.values()
        if one.number in {whole.external_number, part.external_number}
    }
    assert theirs == {
        whole.external_number: ("awaiting_deliver", {mug.article: 1}),
        part.external_number: ("awaiting_deliver", {mug.article: 1, fork.article: 1}),
    }
    assert (whole.pk, part.parent_id) == (order.pk, order.pk)
    for one, codes in ((whole, ["mug"]), (part, ["fork", "mug"])):
        assert (one.state, one.commit_state, one.attention) == (State.PACKED, CommitState.DONE, [])
        assert sorted(one.units.values_list("sku__code", flat=True)) == codes
        label = LabelFile.objects.get(order=one, state="ready")
        assert market.packs(label.barcode or one.external_number)[0].data["confirmed"]
    assert HandoverOrder.objects.filter(order__in=[whole, part]).values("handover").distinct().count() == 1
    assert (PutBack.objects.count(), market.trade.row("mug"), market.trade.row("fork")) == (0, (9, 2), (9, 1))
    assert proof.differences() == []


# --- what nobody found ------------------------------------------------------------------------------------------------


def goes_without_forks(market: Market, number: str) -> Order:
    """The mug is packed, the forks are nowhere; the lead sends the order without them."""
    order = market.takes_into_work()
    market.packs(number, "INT-mug", "BO-NOT-FOUND")
    order.refresh_from_db()
    assert order.attention == ["short_pick"]
    give_up.ask(merchant_id=order.merchant_id, order_id=order.pk, now=market.now, person_id=None)
    market.settles()
    order.refresh_from_db()
    assert (order.state, order.commit_state, order.attention) == (State.PACKED, CommitState.DONE, [])
    assert (market.trade.row("mug"), market.trade.row("fork")) == ((9, 1), (9, 0))
    assert LabelFile.objects.filter(order=order, state="ready").exists()
    assert proof.differences() == []
    return order


def test_yandex_market_takes_off_what_is_in_no_box(opens: Callable[..., Market]) -> None:
    day = yandex_cabinet.day()
    mug, fork = day.plain(2)
    market = opens("yandex_market", day.adapter, str(day.place("FBS")), day.later, boxes="told", fewer_pieces="told")
    shelved(market, mug.article, fork.article)
    number = day.buy((mug, 1), (fork, 2))
    goes_without_forks(market, number)
    (layout,) = (one.request for one in day.asked if one.path.endswith("/boxes"))
    assert (layout["allowRemove"], [len(box["items"]) for box in layout["boxes"]]) == (True, [1])


def test_megamarket_is_asked_to_take_lots_off(opens: Callable[..., Market]) -> None:
    day = megamarket()
    day.world.tempo.sticker_as_html = 0.0
    market = opens("megamarket", day.adapter, day.adapter.warehouses().items[0].external_id, day.wait, boxes="told")
    shelved(market, "KM-RUKI-75", "ML-DEGT-140")
    items = [{"article": article} for article in ("KM-RUKI-75", "ML-DEGT-140", "ML-DEGT-140")]
    where = {"megamarket": day.adapter.place.merchant_id}
    body = {"items": items, "marketplaces": ["megamarket"], "warehouse": where, "force": True}
    (number,) = day.player.admin("POST", "/orders", body)["megamarket"]
    day.later(1)
    market.now = day.now
    goes_without_forks(market, number)
    (lots,) = (row["lots"] for row in day.player.admin("GET", "/orders")["megamarket"] if row["number"] == number)
    goods = sorted((lot["article"], lot["status"]) for lot in lots if lot["article"] in {"KM-RUKI-75", "ML-DEGT-140"})
    assert goods == [
        ("KM-RUKI-75", "PACKED"),
        ("ML-DEGT-140", "MERCHANT_CANCELED"),
        ("ML-DEGT-140", "MERCHANT_CANCELED"),
    ]


def test_ozon_is_asked_while_the_posting_is_packed(
    opens: Callable[..., Market],
    ozon_cabinet: Any,  # noqa: F811
) -> None:
    warehouse = ozon_cabinet.adapter.warehouses().items[0].external_id
    market = opens("ozon", ozon_cabinet.adapter, warehouse, ozon_cabinet.later, boxes="split")
    market.place.commit_at = "verify"
    market.place.save()
    mug, fork = [good for good in ozon_cabinet.goods if not good.marking][:2]
    shelved(market, mug.article, fork.article)
    number = ozon_cabinet.buy((mug, 1), (fork, 2), warehouse=warehouse)
    goes_without_forks(market, number)
    posting = ozon_cabinet.app.state.ozon.cabinets[CLIENT].postings[number]
    assert (posting.status, {line.offer_id: line.quantity for line in posting.lines}) == (
        "awaiting_deliver",
        {mug.article: 1},
    )
