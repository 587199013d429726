"""Messages in: each once, in order, item by item; and what they acknowledge by the way."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from catalog.models import Category, Price, Product, Sku
from exchange.models import Incoming, Registration
from exchange.types import Scope
from stock.models import Move
from tests.exchange.program import READ, WRITE, let_in
from tests.trade import open_trade


def guid(number: int) -> str:
    return str(uuid.UUID(int=number))


GOODS = [
    {
        "kind": "price",
        "data": {"price_type_guid": guid(5), "product_guid": guid(2), "guid": None, "amount": "10.00"},
    },
    {"kind": "sku", "data": {"product_guid": guid(2), "guid": None, "article": "M-1", "name": "Кружка"}},
    {"kind": "product", "data": {"guid": guid(2), "name": "Кружка", "category_guid": guid(1)}},
    {"kind": "category", "data": {"guid": guid(1), "name": "Посуда"}},
    {"kind": "price_type", "data": {"guid": guid(5), "name": "Розница"}},
]


@pytest.fixture
def trade(transactional_db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant, scopes=[*READ, *WRITE])


def send(program, number, items, **fields):
    return program.post("messages", {"node": "main", "message_no": number, "items": items, **fields})


def test_a_message_is_applied_in_the_order_of_what_refers_to_what_and_once(trade, program):
    first = send(program, 1, GOODS)
    assert first.status_code == 200, first.content.decode()
    told = first.json()
    assert (told["message_no"], told["received_no"], told["missing"], told["applied"]) == (1, 1, 0, 5)
    assert [(row["line"], row["kind"], row["status"]) for row in told["results"]] == [
        (1, "price", "applied"),
        (2, "sku", "applied"),
        (3, "product", "applied"),
        (4, "category", "applied"),
        (5, "price_type", "applied"),
    ]
    with trade.scope():
        Category.objects.update(name="Переименована здесь")
    assert send(program, 1, GOODS).json() == told
    with trade.scope():
        assert Category.objects.get().name == "Переименована здесь"
        assert (Product.objects.count(), Sku.objects.count(), Price.objects.count()) == (1, 1, 1)


def test_another_message_under_a_used_number_and_one_that_is_too_late_are_refused(trade, program):
    send(program, 5, GOODS[3:4])
    other = send(program, 5, GOODS[4:])
    late = send(program, 4, GOODS[4:])
    assert (other.status_code, late.status_code) == (409, 409)
    assert "5" in late.json()["message"]
    told = send(program, 8, GOODS[4:]).json()
    assert (told["missing"], told["received_no"]) == (2, 8)
    with trade.scope():
        assert Incoming.objects.count() == 2


def test_what_is_wrong_with_an_item_is_said_of_it_and_the_rest_goes_on(trade, program):
    told = send(
        program,
        1,
        [
            {"kind": "category", "data": {"guid": guid(1), "nam": "А"}},
            {"kind": "category", "data": "текст"},
            {"kind": "category", "data": {"guid": guid(1), "name": "Посуда"}},
            {"kind": "barcode", "data": {"sku_id": 2**40, "barcode": "1"}},
        ],
    ).json()
    assert [(row["status"], row["code"], row["field"]) for row in told["results"]] == [
        ("rejected", "unknown_field", "nam"),
        ("rejected", "invalid", "non_field_errors"),
        ("applied", None, None),
        ("rejected", "unknown", "sku_id"),
    ]
    assert send(program, 2, [{"kind": "nothing", "data": {}}]).status_code == 400


def test_a_right_that_is_missing_rejects_the_items_that_need_it(trade):
    program = let_in(trade.merchant, scopes=[Scope.ORDERS_WRITE.value])
    told = send(program, 1, GOODS[3:4]).json()
    assert [(row["status"], row["code"]) for row in told["results"]] == [("rejected", "permission_denied")]
    with trade.scope():
        assert Category.objects.count() == 0


def test_an_empty_message_is_a_pure_acknowledgement(trade, program):
    with trade.scope():
        trade.sku("mug")
    program.get("changes")
    number = program.get("changes").json()["message_no"]
    assert send(program, 1, [], received_no=number).json()["results"] == []
    with trade.scope():
        assert Registration.objects.count() == 0
    assert send(program, 2, [], received_no=number + 1).status_code == 400
    with trade.scope():
        assert list(Incoming.objects.values_list("number", flat=True)) == [1]


def test_the_same_message_twice_at_once_is_applied_once(trade, program):
    with trade.scope():
        mug = trade.sku("mug", pieces=1)
    document = {"guid": guid(9), "warehouse_id": trade.warehouse.pk, "lines": [{"sku_id": mug.pk, "pieces": 3}]}

    def once(_number):
        try:
            return send(program, 1, [{"kind": "receipt", "data": document}]).json()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(once, range(4)))
    assert [answer["results"][0]["status"] for answer in answers] == ["applied"] * 4
    with trade.scope():
        assert trade.row("mug") == (4, 0)
        assert Move.objects.filter(reference__startswith="document:").count() == 1
