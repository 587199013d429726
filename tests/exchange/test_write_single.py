"""One object at a time: by id or GUID, against the ETag that was read, with POST where a client cannot do better."""

import logging
import uuid

import pytest

from catalog.models import Category, Product, Sku
from tests.exchange.program import READ, WRITE, let_in
from tests.trade import open_trade

GUID, OTHER = (str(uuid.UUID(int=number)) for number in (1, 2))
EMPTY = str(uuid.UUID(int=0))


@pytest.fixture
def trade(db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant, scopes=[*READ, *WRITE])


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_an_object_is_made_and_changed_under_its_own_guid(program, method):
    address = f"products/by-guid/{GUID}"
    assert program.get(address).status_code == 404
    made = program.send(method, address, {"name": "Кружка"})
    assert (made.status_code, made.json()["guid"], made.json()["name"]) == (201, GUID, "Кружка")
    changed = program.send(method, address.upper().replace("PRODUCTS/BY-GUID", "products/by-guid"), {"brand": "Завод"})
    assert (changed.status_code, changed.json()["id"], changed.json()["brand"]) == (200, made.json()["id"], "Завод")
    read = program.get(address)
    assert (read["ETag"], read.json()) == (changed["ETag"], changed.json())


def test_a_sku_is_named_by_its_pair_and_the_empty_reference_is_no_characteristic(trade, program):
    made = program.send("PUT", f"skus/by-guid/{GUID}/{EMPTY}", {"article": "M-1", "name": "Кружка"})
    assert (made.status_code, made.json()["product_guid"], made.json()["guid"]) == (201, GUID, None)
    assert program.get(f"skus/by-guid/{GUID}/{EMPTY}").json()["article"] == "M-1"
    short = program.send("PUT", f"skus/by-guid/{GUID}/{OTHER}", {"name": "Кружка"})
    assert (short.status_code, short.json()["code"], short.json()["errors"][0]["field"]) == (409, "required", "article")
    with trade.scope():
        assert Sku.objects.count() == 1


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_a_change_holds_only_against_what_was_read(trade, program, method):
    with trade.scope():
        sku = trade.sku("mug")
    address = f"skus/{sku.pk}"
    read = program.get(address)
    changed = program.send(method, address, {"variant": "синяя"}, If_Match=read["ETag"])
    assert (changed.status_code, changed.json()["variant"]) == (200, "синяя")
    assert changed["ETag"] == program.get(address)["ETag"] != read["ETag"]
    late = program.send(method, address, {"variant": "красная"}, If_Match=read["ETag"])
    assert (late.status_code, late.json()["code"], late.json()["current"]) == (412, "outdated", changed.json())
    assert program.send(method, address, {"variant": "белая"}, If_Match="*").status_code == 200
    with trade.scope():
        assert Sku.objects.get().variant == "белая"


def test_made_only_when_it_is_not_there(program):
    address = f"categories/by-guid/{GUID}"
    assert program.send("PUT", address, {"name": "А"}, If_None_Match="*").status_code == 201
    again = program.send("PUT", address, {"name": "Б"}, If_None_Match="*")
    assert (again.status_code, again.json()["current"]["name"]) == (412, "А")
    gone = program.send("PUT", f"categories/by-guid/{OTHER}", {"name": "В"}, If_Match='"x"')
    assert (gone.status_code, gone.json()["current"]) == (412, None)


@pytest.mark.parametrize(("method", "tail"), [("DELETE", ""), ("POST", "/delete")])
def test_goods_are_archived_categories_go_and_a_used_one_stays(trade, program, method, tail):
    with trade.scope():
        mug = trade.sku("mug")
        used = Category.objects.create(merchant=trade.merchant, name="Посуда")
        empty = Category.objects.create(merchant=trade.merchant, name="Пусто")
        Product.objects.update(category=used)
    tag = program.get(f"categories/{empty.pk}")["ETag"]
    assert program.send(method, f"categories/{empty.pk}{tail}", If_Match='"other"').status_code == 412
    assert program.send(method, f"categories/{empty.pk}{tail}", If_Match=tag).status_code == 204
    assert program.send(method, f"categories/{empty.pk}{tail}").status_code == 404
    assert program.send(method, f"categories/{used.pk}{tail}").status_code == 400
    assert program.send(method, f"skus/{mug.pk}{tail}").status_code == 204
    assert program.get(f"skus/{mug.pk}").json()["archived"] is True
    with trade.scope():
        assert list(Category.objects.values_list("name", flat=True)) == ["Посуда"]


def test_another_merchants_object_is_not_there(trade, program):
    stranger = open_trade()
    with stranger.scope():
        sku = stranger.sku("mug")
    for method, tail in (("GET", ""), ("PATCH", ""), ("POST", ""), ("DELETE", ""), ("POST", "/delete")):
        assert program.send(method, f"skus/{sku.pk}{tail}", {} if tail == "" else None).status_code == 404
    with stranger.scope():
        assert Sku.objects.get().archived is False


def test_reading_and_writing_are_two_rights(trade):
    with trade.scope():
        sku = trade.sku("mug")
    reader, writer = let_in(trade.merchant, name="Ч"), let_in(trade.merchant, name="П", scopes=WRITE)
    assert reader.get(f"skus/{sku.pk}").status_code == 200
    assert reader.send("PATCH", f"skus/{sku.pk}", {"variant": "х"}).status_code == 403
    assert writer.get(f"skus/{sku.pk}").status_code == 403
    assert writer.send("PATCH", f"skus/{sku.pk}", {"variant": "х"}).status_code == 200


def test_a_key_answers_the_same_also_when_the_object_has_moved_on(trade, program):
    address = f"products/by-guid/{GUID}"
    first = program.send("PUT", address, {"name": "Кружка"}, Idempotency_Key="k", If_None_Match="*")
    program.send("PUT", address, {"name": "Чашка"})
    again = program.send("PUT", address, {"name": "Кружка"}, Idempotency_Key="k", If_None_Match="*")
    assert (again.status_code, again.json()) == (201, first.json())
    assert program.send("PATCH", f"products/{first.json()['id']}", {}, Idempotency_Key="k").status_code == 409
    with trade.scope():
        assert Product.objects.get().name == "Чашка"


@pytest.mark.parametrize(
    "body",
    [
        b"\xff",
        b"{",
        b"[" * 100_000,
        b'{"name": "a", "name": "b"}',
        b'{"weight_g": NaN}',
        b'{"weight_g": 1.5}',
        b'{"weight_g": 1e400}',
        b'{"name": "\\ud800"}',
        b'{"\\ud800": 1}',
        b"null",
        b'{"weight_g": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_exact_json_is_refused(trade, program, body):
    with trade.scope():
        sku = trade.sku("mug")
    answer = program.send("PATCH", f"skus/{sku.pk}", body)
    assert answer.status_code == 400, answer.content
    assert [one["message"] for one in answer.json()["errors"] if one["message"].isascii()] == []


def test_a_byte_order_mark_is_let_pass_and_a_body_without_end_is_not(trade, program, settings):
    with trade.scope():
        sku = trade.sku("mug")
    assert program.send("PATCH", f"skus/{sku.pk}", b'\xef\xbb\xbf{"variant": "x"}').status_code == 200
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for address in (f"skus/{sku.pk}", "changes/ack", "skus/bulk"):
        answer = program.post(address, {"variant": "x" * 2000})
        assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_one_number_of_a_request_stands_in_header_body_and_log(program, caplog, monkeypatch):
    def broken(**_fields):
        raise RuntimeError("defect")

    monkeypatch.setattr("exchange.services.write_words.put_categories", broken)
    with caplog.at_level(logging.ERROR):
        program.client.raise_request_exception = False
        answer = program.post("categories/bulk", {"items": [{"guid": GUID, "name": "А"}]})
    assert answer.status_code == 500
    number = answer.json()["request_id"]
    assert answer["X-Request-Id"] == number
    lines = [record for record in caplog.records if "api request failed" in record.getMessage()]
    assert len(lines) == 1
    assert number in lines[0].getMessage()
