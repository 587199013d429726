"""The changes feed: nothing lost, nothing told after it was acknowledged; writers and sessions on real connections."""

import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import connection

from catalog.models import Barcode, Category, Product, Sku
from exchange.api.shapes import SHAPES
from exchange.models import Change, Connection, Node, Registration
from exchange.types import Scope
from merchants.scope import scope
from tests.exchange.program import let_in
from tests.trade import NOON, open_trade


@pytest.fixture
def trade(transactional_db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant)


def told(program, **query):
    """The next message when there is one; a transaction of the test's own fixtures may still be ending."""
    for _time in range(200):
        answer = program.get("changes", **query)
        assert answer.status_code == 200, answer.content
        if answer.json()["ready"]:
            return answer.json()
    raise AssertionError("never ready")


def drain(program, node="main", **query):
    """Take and acknowledge everything; returns (kind, id) in the order told."""
    seen = []
    while (message := told(program, node=node, **query))["items"]:
        seen += [(item["kind"], item["id"]) for item in message["items"]]
        assert program.post("changes/ack", {"node": node, "message_no": message["message_no"]}).status_code == 200
    return seen


def test_the_first_messages_tell_everything_with_dependencies_first(trade, program):
    with trade.scope():
        trade.sku("mug")
        trade.receive(trade.skus["mug"], 5)
        trade.order(("mug", 2))
        Connection.objects.update(orders_from=NOON)
    seen = drain(program, limit=3)
    assert len(seen) == len(set(seen))
    kinds = [kind for kind, _id in seen]
    assert {"warehouse", "channel", "product", "sku", "listing", "stock", "order"} <= set(kinds)
    assert kinds.index("product") < kinds.index("sku") < kinds.index("listing") < kinds.index("order")
    assert told(program)["message_no"] == 0


def test_what_is_told_has_the_fields_that_the_document_names(trade, program):
    with trade.scope():
        trade.sku("mug")
        trade.receive(trade.skus["mug"], 5)
        trade.order(("mug", 2))
        Connection.objects.update(orders_from=NOON)
    told_fields = {item["kind"]: set(item["data"]) for item in told(program, limit=1000)["items"]}
    assert {"product", "sku", "listing", "stock", "order"} <= set(told_fields)
    assert told_fields == {kind: set(SHAPES[kind]().fields) for kind in told_fields}


def test_a_message_comes_again_under_a_new_number_until_it_is_acknowledged(trade, program):
    drain(program)
    with trade.scope():
        sku = trade.sku("mug")
    first, second = told(program), told(program)
    assert second["message_no"] == first["message_no"] + 1
    assert second["items"] == first["items"]
    assert ("sku", sku.pk) in [(item["kind"], item["id"]) for item in first["items"]]
    acknowledged = program.get("changes", received_no=second["message_no"]).json()
    assert acknowledged["items"] == []
    assert acknowledged["received_no"] == second["message_no"]
    assert program.post("changes/ack", {"message_no": second["message_no"]}).json() == {"settled": 0}


def test_a_change_meanwhile_survives_the_acknowledgement(trade, program):
    with trade.scope():
        sku = trade.sku("mug")
    drain(program)
    with trade.scope():
        Sku.objects.filter(pk=sku.pk).update(variant="синяя")
    message = told(program)
    with trade.scope():
        Sku.objects.filter(pk=sku.pk).update(variant="красная")
    program.post("changes/ack", {"message_no": message["message_no"]})
    again = told(program)
    assert [(item["kind"], item["id"], item["data"]["variant"]) for item in again["items"]] == [
        ("sku", sku.pk, "красная")
    ]


def test_what_is_removed_is_told_as_deleted(trade, program):
    with trade.scope():
        gone = Category.objects.create(merchant=trade.merchant, name="Посуда")
    drain(program)
    with trade.scope():
        pk = gone.pk
        gone.delete()
    assert told(program)["items"] == [{"kind": "category", "id": pk, "deleted": True, "data": None}]


def test_a_rejected_object_waits_and_an_unlisted_one_comes_again(trade, program):
    drain(program)
    with trade.scope():
        first, second, third = (Category.objects.create(merchant=trade.merchant, name=name) for name in "абв")
    message = told(program)
    results = [
        {"kind": "category", "id": first.pk, "status": "applied"},
        {"kind": "category", "id": second.pk, "status": "rejected", "message": "Нет такой группы"},
    ]
    answer = program.post("changes/ack", {"message_no": message["message_no"], "results": results})
    assert answer.json() == {"settled": 2}
    assert [item["id"] for item in told(program)["items"]] == [third.pk]
    with trade.scope():
        assert Registration.objects.get(key=second.pk, kind="category").why == "Нет такой группы"
        Category.objects.filter(pk=second.pk).update(name="г")
    assert [item["id"] for item in told(program)["items"]] == [second.pk, third.pk]


def test_a_number_that_was_never_told_is_refused_and_nothing_is_lost(trade, program):
    message = told(program)
    answer = program.post("changes/ack", {"message_no": message["message_no"] + 1})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
    assert told(program)["items"] == message["items"]


def test_nodes_are_apart_and_rights_limit_what_is_told(trade, program):
    with trade.scope():
        trade.sku("mug")
    drain(program)
    assert "sku" in [item["kind"] for item in told(program, node="retail")["items"]]
    narrow = let_in(trade.merchant, name="Склад", scopes=[Scope.STOCK_READ.value])
    assert {kind for kind, _id in drain(narrow)} == {"warehouse"}


def test_resend_owes_a_kind_anew(trade, program):
    with trade.scope():
        sku = trade.sku("mug")
    drain(program)
    assert program.post("changes/resend", {"kinds": ["sku"]}).json() == {"owed": 1}
    assert drain(program) == [("sku", sku.pk)]


def notes(trade):
    with trade.scope():
        return Change.objects.count()


def test_without_a_node_nothing_is_noted_and_notes_are_swept(trade, program):
    with trade.scope():
        trade.sku("mug")
    assert notes(trade) == 0
    drain(program)
    with trade.scope():
        trade.sku("plate")
    assert notes(trade) > 0
    drain(program)
    assert notes(trade) == 0


def test_notes_stay_until_every_node_has_seen_them_and_no_longer(trade, program):
    drain(program)
    drain(program, node="retail")
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"]) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")  # a transaction that stays open
        with trade.scope():
            sku = trade.sku("mug")
        drain(program)
        assert notes(trade) > 0
        assert ("sku", sku.pk) in drain(program, node="retail")
        assert notes(trade) == 0


def test_a_writer_older_than_the_node_is_waited_for(trade, program):
    """It noted nothing, because it began before anybody asked; the first message must hold what it wrote."""
    written, may_end = threading.Event(), threading.Event()

    def write():
        try:
            with scope([trade.merchant.pk]):
                row = Category.objects.create(merchant=trade.merchant, name="Долго")
                written.set()
                may_end.wait(30)
            return row.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(write)
        assert written.wait(30)
        early = program.get("changes").json()
        assert (early["ready"], early["items"], early["more"]) == (False, [], True)
        may_end.set()
        pk = late.result(30)
    assert ("category", pk) in drain(program)


def test_a_transaction_that_commits_late_is_not_lost_and_delays_nobody(trade, program):
    drain(program)
    written, may_end = threading.Event(), threading.Event()

    def write():
        try:
            with scope([trade.merchant.pk]):
                row = Category.objects.create(merchant=trade.merchant, name="Долго")
                written.set()
                may_end.wait(30)
            return row.pk
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(write)
        assert written.wait(30)
        with trade.scope():
            quick = Category.objects.create(merchant=trade.merchant, name="Быстро")
        assert drain(program) == [("category", quick.pk)]
        may_end.set()
        pk = late.result(30)
    assert drain(program) == [("category", pk)]


@pytest.mark.parametrize("seed", [1, 2])
def test_with_many_writers_and_dying_sessions_the_receiver_ends_with_the_truth(trade, program, seed):
    """Receivers take, sometimes die before the acknowledgement, and keep what they took, as 1C does."""
    with trade.scope():
        product = Product.objects.create(merchant=trade.merchant, name="Кружка")
        skus = [Sku.objects.create(merchant=trade.merchant, product=product, code=f"s{n}").pk for n in range(12)]
    copy = {}

    def write(number):
        chance = random.Random(seed * 100 + number)
        try:
            for step in range(15):
                with scope([trade.merchant.pk]):
                    for pk in sorted(chance.sample(skus, 3)):
                        Sku.objects.filter(pk=pk).update(variant=f"{number}-{step}")
                    if chance.random() < 0.3:
                        Barcode.objects.create(
                            merchant=trade.merchant,
                            sku_id=chance.choice(skus),
                            value=f"{number}-{step}",
                            kind="code128",
                        )
        finally:
            connection.close()

    def take(chance):
        message = program.get("changes", limit=chance.randint(1, 20)).json()
        for item in message["items"]:
            copy[item["kind"], item["id"]] = item["data"]
        if message["items"] and chance.random() < 0.6:
            program.post("changes/ack", {"message_no": message["message_no"]})

    chance = random.Random(seed)
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(write, number) for number in range(3)]
        while not all(one.done() for one in running):
            take(chance)
        for one in running:
            one.result()
    while (message := told(program))["items"]:
        for item in message["items"]:
            copy[item["kind"], item["id"]] = item["data"]
        program.post("changes/ack", {"message_no": message["message_no"]})
    page = program.get("skus", limit=1000).json()["items"]
    assert [copy["sku", row["id"]] for row in page] == page


def test_a_restored_database_begins_anew(trade, program):
    drain(program)
    with trade.scope():
        sku = trade.sku("mug")
        Node.objects.update(cluster="another")
    assert ("sku", sku.pk) in drain(program)
