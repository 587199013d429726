"""A whole exchange, goods and orders, cut at every request, repeated, and run twice at once: one final state."""

import threading
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from lxml import etree

from catalog.models import Barcode, Category, Price, Product, Sku
from exchange.models import Connection, Item, Message, Pending, Problem
from exchange.selectors.orders import waiting_count
from exchange.services import credentials, imports
from exchange.types import MessageState
from merchants.scope import scope
from orders.models import Order, OrderEvent
from stock.selectors import proof
from tests.exchange.onec import OneC, document, guid
from tests.exchange.test_catalog import GOODS as MUG_AND_BOOTS
from tests.exchange.test_catalog import OFFERS, prices, stock
from tests.exchange.test_orders import line, order_document
from tests.trade import open_trade

# The order is for an article "mug", which is here already.
GOODS = MUG_AND_BOOTS.replace(b"MUG", b"CUP")
Step = Callable[[], object]


def whole(onec: OneC, number: str, done: Callable[[str, str], object]) -> list[Step]:
    """Every request of a run; `done` asks for an import until it has ended."""
    told = document(
        order_document(number, lines=line(2), Статус_заказа="Отгружен", Номер_по_1С="УТ-7", Отменен="true"),
        version="3.1",
        namespace="",
    )

    def say(*asked: object, **query: str) -> Step:
        return lambda: onec.ask(*asked, **query)  # type: ignore[arg-type]

    def parts(name: str, content: bytes, kind: str = "catalog") -> list[Step]:
        middle = len(content) // 2
        sent = [say(kind, "file", part, filename=name) for part in (content[:middle], content[middle:])]
        return [*sent, say(kind, "import", filename=name), lambda: done(kind, name)]

    return [
        lambda: onec.begin("catalog", version="2.09"),
        *parts("import.xml", GOODS),
        *parts("offers.xml", OFFERS),
        say("catalog", "complete"),
        lambda: onec.begin("sale", version="2.09"),
        say("sale", "query"),
        say("sale", "success"),
        *parts("documents___1.xml", told, "sale"),
    ]


STEPS = 17


def state(source: Connection, order: Order) -> dict[str, object]:
    """All that the run is about, in words and numbers that do not depend on how often it was begun."""
    order.refresh_from_db()
    return {
        "goods": sorted(Product.objects.values_list("name", "archived", "category__name", "attributes")),
        "articles": sorted(Sku.objects.values_list("code", "variant", "weight_g", "archived")),
        "categories": sorted(Category.objects.values_list("name", "parent__name")),
        "barcodes": sorted(Barcode.objects.values_list("value", "sku__code")),
        "prices": sorted((code, str(amount)) for code, amount in prices().items()),
        "price rows": Price.objects.count(),
        "stock": sorted((pair, pieces) for pair, pieces in stock().items() if pair[0] != "mug"),
        "items": sorted(Item.objects.values_list("good", "char", "state", "sku__code")),
        "owed": (Pending.objects.count(), Problem.objects.count(), waiting_count(source)),
        "order": (order.state, order.attention, order.cancel_asked_at is not None),
        "timeline": sorted(OrderEvent.objects.filter(order=order).values_list("kind", "text")),
        "unfinished": Message.objects.filter(direction="in").exclude(state=MessageState.DONE).count(),
    }


# What one run that nothing disturbs leaves, and every other one too.
EXPECTED = {
    "goods": [("Ботинки", False, "Ботинки", {}), ("Кружка", False, "Обувь", {}), ("Товар mug", False, None, {})],
    "articles": [
        ("BOOT/38", "38", None, False),
        ("BOOT/39", "39", None, False),
        ("CUP", "", 350, False),
        ("mug", "", None, False),
    ],
    "categories": [("Ботинки", "Обувь"), ("Обувь", None)],
    "barcodes": [("4600000000015", "CUP"), ("INT-mug", "mug")],
    "prices": [("BOOT/38", "5000.00"), ("BOOT/39", "5100.00"), ("CUP", "100.50")],
    "price rows": 3,
    "stock": [
        (("BOOT/38", "Главный склад"), 1),
        (("BOOT/39", "Магазин"), 4),
        (("CUP", "Главный склад"), 3),
        (("CUP", "Магазин"), 2),
    ],
    "items": [
        (guid(1), "", "linked", "CUP"),
        (guid(2), "", "linked", None),
        (guid(2), guid(38, "f"), "linked", "BOOT/38"),
        (guid(2), guid(39, "f"), "linked", "BOOT/39"),
        ("good-1", "", "linked", "mug"),
    ],
    "owed": (0, 0, 0),
    "order": ("new", [], True),
    "timeline": [
        ("cancel", "Запрошена отмена: Отменён в 1C"),
        ("note", "1С: заказ УТ-7 от —"),
        ("note", "1С: статус «Отгружен»"),
        ("received", "awaiting_packaging"),
    ],
    "unfinished": 0,
}


@pytest.fixture
def order(trade, shop):
    return trade.order(("mug", 2))


def steps(shop: OneC, order: Order, **how: bool) -> list[Step]:
    """The requests of a session of its own."""
    onec = OneC(shop.login, shop.secret, **how)  # type: ignore[arg-type]
    return whole(onec, order.external_number, lambda kind, name: onec.have_imported(name, kind=kind))


@pytest.mark.parametrize("cut", range(STEPS + 1))
def test_cut_at_any_request_then_run_again(shop, order, cut):
    for step in steps(shop, order)[:cut]:
        step()
    # Two sessions side by side after some of the cuts: each of them begins anew whatever the cut has left.
    sessions = [steps(shop, order) for _one in range(2 if cut % 3 == 0 else 1)]
    assert {len(one) for one in sessions} == {STEPS}
    for together in zip(*sessions, strict=True):
        for step in together:
            step()
    assert state(Connection.objects.get(), order) == EXPECTED
    assert not proof.differences()


@pytest.mark.parametrize(("with_cookie", "times"), [(True, 1), (True, 2), (False, 2)])
def test_every_request_once_or_twice(shop, order, with_cookie, times):
    for step in steps(shop, order, with_cookie=with_cookie):
        for _time in range(times):
            step()
    assert state(Connection.objects.get(), order) == EXPECTED


def test_two_runs_at_once_over_real_connections(transactional_db, monkeypatch):
    monkeypatch.setattr("exchange.tasks.kick", lambda **_ids: None)
    # The first request of a process registers the names of its metrics, which two at once would do twice.
    Client().get("/healthz")
    trade = open_trade()
    with trade.scope():
        made, secret = credentials.connect(merchant_id=trade.merchant.pk, name="УТ", now=timezone.now())
        mug = trade.sku("mug", pieces=10)
        Item.objects.create(
            merchant=trade.merchant,
            connection=made,
            good="good-1",
            sku=mug,
            product=mug.product,
            told_at=made.created_at,
        )
        order = trade.order(("mug", 2))
    barrier = threading.Barrier(2, timeout=60)
    wrong: list[str] = []

    def run() -> None:
        onec = OneC(made.login, secret, work=False)
        try:
            for step in whole(onec, order.external_number, lambda kind, name: until_done(onec, kind, name)):
                barrier.wait()
                step()
        except Exception as reason:  # noqa: BLE001  told below
            wrong.append(repr(reason))
            barrier.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert wrong == []
    with trade.scope():
        assert state(made, order) == EXPECTED
        assert not proof.differences()


def until_done(onec: OneC, kind: str, name: str) -> None:
    """Ask and work, beside the other session, which may have the package."""
    for _time in range(500):
        answer = onec.say(kind, "import", filename=name)
        if not answer.startswith("progress"):
            assert answer == "success", answer
            return
        for pk, merchant_id in unfinished(onec):
            imports.run(message_id=pk, merchant_id=merchant_id)
    raise AssertionError("no end")


def unfinished(onec: OneC) -> Iterator[tuple[int, int]]:
    with scope([int(onec.login.split("-")[1])]):
        yield from list(Message.objects.filter(state=MessageState.WAITING).values_list("pk", "merchant_id"))


def test_orders_of_a_run_that_died_before_success_are_told_again(trade, shop):
    number = trade.order(("mug", 2)).external_number
    for _run in range(2):
        onec = OneC(shop.login, shop.secret)
        onec.begin("sale", version="2.09")
        root = etree.fromstring(onec.ask("sale", "query").content)
        assert [one.text for one in root.iterfind(".//Номер")] == [number]
