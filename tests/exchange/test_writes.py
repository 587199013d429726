"""Writes: upserts by GUID, results for each item, one answer for one idempotency key."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection

from catalog.models import Barcode, Category, Price, PriceType, Product, Sku
from exchange.models import Answered, Connection
from exchange.types import Owner, Scope
from tests.exchange.program import READ, let_in
from tests.trade import open_trade

PRODUCT, FIRST, SECOND = (str(uuid.UUID(int=number)) for number in (1, 2, 3))


@pytest.fixture
def trade(db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant, scopes=[*READ, Scope.CATALOG_WRITE.value])


def sku(guid=FIRST, **fields):
    return {"product_guid": PRODUCT, "guid": guid, "article": f"a-{guid[-1]}", "name": "Кружка", **fields}


def put(program, *items, key=""):
    headers = {**program.headers, "Idempotency-Key": key} if key else program.headers
    return program.client.post(
        "/api/v1/skus/bulk", {"items": list(items)}, content_type="application/json", headers=headers
    )


def statuses(answer):
    assert answer.status_code == 200, answer.content
    return [result["status"] for result in answer.json()["results"]]


def test_skus_are_made_changed_and_left_by_the_pair_of_guids(trade, program):
    with trade.scope():
        category = Category.objects.create(merchant=trade.merchant, name="Посуда", guid=uuid.UUID(int=9))
    told = [
        sku(FIRST, variant="синяя", barcodes=["4600000000017"], category_guid=str(category.guid), weight_g=250),
        sku(SECOND, variant="красная"),
    ]
    assert statuses(put(program, *told)) == ["created", "created"]
    assert statuses(put(program, *told)) == ["unchanged", "unchanged"]
    told[1]["variant"] = "алая"
    assert statuses(put(program, *told)) == ["unchanged", "updated"]
    with trade.scope():
        product = Product.objects.get()
        assert (str(product.guid), product.name, product.category_id) == (PRODUCT, "Кружка", category.pk)
        rows = Sku.objects.order_by("pk").values_list("code", "variant", "weight_g")
        assert list(rows) == [("a-2", "синяя", 250), ("a-3", "алая", None)]
        assert list(Barcode.objects.values_list("sku__code", "value", "kind")) == [("a-2", "4600000000017", "ean13")]


def test_an_item_with_what_another_sku_has_is_rejected_whole_and_the_others_go_on(trade, program):
    with trade.scope():
        mug = trade.sku("mug")
        Barcode.objects.filter(sku=mug).delete()
        Barcode.objects.create(merchant=trade.merchant, sku=mug, value="111", kind="code128")
    answer = put(
        program,
        sku(FIRST, article="MUG"),
        sku(SECOND),
        sku(str(uuid.UUID(int=4)), barcodes=["111"]),
        sku(str(uuid.UUID(int=5)), vat="9999"),
        sku(SECOND, article="other"),
    )
    assert statuses(answer) == ["rejected", "created", "rejected", "rejected", "rejected"]
    results = answer.json()["results"]
    assert [(one["line"], one["code"], one["field"]) for one in results if one["code"]] == [
        (1, "taken", "article"),
        (3, "taken", "barcodes"),
        (4, "unknown", "vat"),
        (5, "twice", "article"),
    ]
    with trade.scope():
        assert set(Sku.objects.values_list("code", flat=True)) == {"mug", "a-3"}


def test_what_the_back_office_owns_is_kept(trade, program):
    put(program, sku(FIRST))
    with trade.scope():
        source = Connection.objects.get(login=program.login)
        source.owners["name"] = Owner.OFFICE.value
        source.save()
    assert statuses(put(program, sku(FIRST, name="Чашка"))) == ["unchanged"]
    with trade.scope():
        assert Product.objects.get().name == "Кружка"


def test_prices_are_exact_and_a_foreign_type_or_sku_is_rejected(trade, program):
    put(program, sku(FIRST))
    kind = uuid.UUID(int=7)
    with trade.scope():
        PriceType.objects.create(merchant=trade.merchant, name="Розница", guid=kind)
    good = {"price_type_guid": str(kind), "product_guid": PRODUCT, "guid": FIRST, "amount": "0.10"}
    items = [good, {**good, "guid": SECOND}, {**good, "price_type_guid": SECOND}, {**good, "amount": "0.20"}]
    assert statuses(program.post("prices/bulk", {"items": items})) == ["created", "rejected", "rejected", "rejected"]
    assert statuses(program.post("prices/bulk", {"items": [good]})) == ["unchanged"]
    with trade.scope():
        assert list(Price.objects.values_list("amount", flat=True)) == [Decimal("0.10")]


def test_another_merchants_guids_are_another_merchants(program, trade):
    other = open_trade()
    stranger = let_in(other.merchant, scopes=[Scope.CATALOG_WRITE.value])
    assert statuses(put(program, sku(FIRST))) == statuses(put(stranger, sku(FIRST))) == ["created"]
    with other.scope():
        assert Sku.objects.count() == 1


def test_without_the_right_nothing_is_written(trade):
    reader = let_in(trade.merchant)
    assert put(reader, sku(FIRST)).status_code == 403
    with trade.scope():
        assert Sku.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": [1]},
        {"items": [{"product_guid": "x"}]},
        {"items": [{**sku(FIRST), "article": "a\x00b"}]},
        {"items": [{**sku(FIRST), "weight_g": 2**40}]},
        {"items": [sku(FIRST)] * 1001},
        [],
        "text",
    ],
)
def test_a_body_that_does_not_fit_is_refused_whole(trade, program, body):
    answer = program.post("skus/bulk", body)
    assert answer.status_code == 400
    assert answer.json()["errors"]
    with trade.scope():
        assert Sku.objects.count() == 0


def test_a_wrong_item_is_named_by_its_line(program):
    told = program.post("skus/bulk", {"items": [sku(FIRST), {**sku(SECOND), "name": ""}]}).json()
    assert [(one["field"], one["line"]) for one in told["errors"]] == [("items.1.name", 2)]


def test_a_key_is_answered_as_the_first_time_and_another_body_is_refused(trade, program):
    first = put(program, sku(FIRST), key="one").json()
    with trade.scope():
        Sku.objects.update(variant="изменена")
    assert put(program, sku(FIRST), key="one").json() == first
    assert put(program, sku(SECOND), key="k" * 101).status_code == 400
    other = put(program, sku(SECOND), key="one")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_used")
    with trade.scope():
        assert Sku.objects.count() == 1


def test_the_same_key_twice_at_once_works_once(transactional_db):
    trade = open_trade()
    program = let_in(trade.merchant, scopes=[Scope.CATALOG_WRITE.value])

    def write(_number):
        try:
            return put(program, sku(FIRST), key="race").json()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(write, range(4)))
    assert [answer["results"][0]["status"] for answer in answers] == ["created"] * 4
    with trade.scope():
        assert (Sku.objects.count(), Answered.objects.count()) == (1, 1)
