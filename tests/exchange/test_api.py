"""The API: who may speak, what it reads, how it refuses."""

import base64
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from catalog.models import Price, PriceType
from exchange.models import Connection, Use
from exchange.services import credentials
from exchange.types import Scope
from merchants.roles import Role
from merchants.scope import scope
from tests import make
from tests.exchange.program import Program, let_in
from tests.trade import open_trade

pytestmark = pytest.mark.django_db


@pytest.fixture
def trade():
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant)


def test_pages_by_key_reach_every_object_once_and_stop(trade, program):
    with trade.scope():
        for code in ("mug", "plate", "spoon"):
            trade.sku(code)
    first = program.get("skus", limit=2).json()
    assert [row["article"] for row in first["items"]] == ["mug", "plate"]
    assert first["next"] == first["items"][1]["id"]
    second = program.get("skus", limit=2, after=first["next"]).json()
    assert [row["article"] for row in second["items"]] == ["spoon"]
    assert second["next"] is None


def test_an_order_shows_its_lines_and_the_zone_of_the_merchant(trade, program):
    with trade.scope():
        trade.sku("mug")
        trade.receive(trade.skus["mug"], 5)
        order = trade.order(("mug", 2))
    told = program.get(f"orders/{order.pk}").json()
    assert told["number"] == order.external_number
    assert told["ordered_at"].endswith("+03:00")
    assert told["state"] == "new"
    assert told["lines"] == [
        {
            "line_no": 1,
            "sku_id": trade.skus["mug"].pk,
            "article": "mug",
            "name": "Товар mug",
            "pieces": 2,
            "price": "100.00",
        }
    ]
    stock = program.get("stocks").json()["items"]
    assert [(row["on_hand"], row["reserved"], row["free"]) for row in stock] == [(5, 2, 3)]
    move = program.get("moves").json()["items"][0]
    assert (move["pieces"], move["from"]["kind"], move["to"]["address"]) == (5, "supplier", "A-01-01")


def test_money_is_exact_text(trade, program):
    with trade.scope():
        kind = PriceType.objects.create(merchant=trade.merchant, name="Розница")
        Price.objects.create(
            merchant=trade.merchant, price_type=kind, sku=trade.sku("mug"), amount=Decimal("12345678901.10")
        )
    assert program.get("prices").json()["items"][0]["amount"] == "12345678901.10"


def test_nothing_of_another_merchant_is_seen(trade, program):
    other = open_trade()
    with other.scope():
        foreign = other.sku("mug")
    assert program.get("skus").json() == {"items": [], "next": None}
    answer = program.get(f"skus/{foreign.pk}")
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_an_unchanged_answer_is_304_and_a_changed_one_is_not(trade, program):
    with trade.scope():
        sku = trade.sku("mug")
    first = program.get(f"skus/{sku.pk}")
    again = program.get(f"skus/{sku.pk}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with trade.scope():
        sku.variant = "синяя"
        sku.save()
    changed = program.get(f"skus/{sku.pk}", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["variant"] == "синяя"


def test_no_address_redirects(program):
    assert program.get("skus/").status_code == program.get("skus").status_code == 200


def test_a_wrong_value_is_named_in_russian_with_its_field_and_a_request_id(program):
    answer = program.get("skus", limit="много", after="-1")
    told = answer.json()
    assert answer.status_code == 400
    assert {problem["field"] for problem in told["errors"]} == {"limit", "after"}
    assert "число" in told["errors"][0]["message"] + told["errors"][1]["message"]
    assert told["request_id"] == answer["X-Request-Id"]


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x.y", "Basic !!!", "Basic eA==", "Bearer api-999999-aaaaaa.b", "Digest a", "Bearer é.é"],
)
def test_who_proves_nothing_gets_401_with_basic_offered(header):
    headers = {"Authorization": header} if header else {}
    answer = Client().get("/api/v1/skus", headers=headers)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Basic")


def test_basic_works_with_the_line_breaks_that_1c_puts_in(program):
    value = base64.b64encode(f"{program.login}:{program.secret}".encode()).decode()
    header = f"Basic {value[:20]}\r\n {value[20:]}".replace("\r\n", "")
    assert Client().get("/api/v1/skus", headers={"Authorization": header}).status_code == 200


def test_a_connection_of_the_standard_exchange_is_refused(trade):
    with trade.scope():
        made, secret = credentials.connect(merchant_id=trade.merchant.pk, name="УТ", now=timezone.now())
    assert Program(made.login, secret).get("skus").status_code == 401


def test_a_right_that_is_missing_is_named(trade):
    program = let_in(trade.merchant, scopes=[Scope.STOCK_READ.value])
    assert program.get("stocks").status_code == 200
    answer = program.get("skus")
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission_denied"


def test_a_foreign_address_and_a_connection_that_is_off_are_refused(trade, program):
    with trade.scope():
        Connection.objects.update(networks=["10.0.0.0/8"])
    assert program.get("skus").status_code == 401
    with trade.scope():
        Connection.objects.update(networks=["127.0.0.0/8"], active=False)
    assert program.get("skus").status_code == 401
    with trade.scope():
        Connection.objects.update(active=True)
    assert program.get("skus").status_code == 200


def test_one_request_too_many_waits_for_the_next_minute(trade):
    program = let_in(trade.merchant, per_minute=2)
    answers = [program.get("skus") for _one in range(5)]
    late = [answer for answer in answers if answer.status_code == 429]
    assert len(late) in (2, 3)  # the minute may turn meanwhile, once
    assert 1 <= int(late[0]["Retry-After"]) <= 60
    assert f"Продолжайте через {late[0]['Retry-After']} секунд" in late[0].json()["message"]


def test_the_secret_before_works_until_its_time_is_over(trade, program):
    with trade.scope():
        source = Connection.objects.get(login=program.login)
        new = credentials.renew_secret(connection_id=source.pk, now=timezone.now(), overlap=timedelta(hours=24))
    assert Program(program.login, new).get("skus").status_code == 200
    assert program.get("skus").status_code == 200
    with trade.scope():
        Connection.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    assert program.get("skus").status_code == 401
    assert Program(program.login, new).get("skus").status_code == 200


def test_last_use_is_noted(trade, program):
    program.get("skus", headers={"User-Agent": "1C+Enterprise/8.3"})
    with scope([trade.merchant.pk]):
        assert Use.objects.get().agent == "1C+Enterprise/8.3"


def test_the_document_is_served_and_names_every_address_once(client):
    paths = client.get("/api/v1/openapi.json").json()["paths"]
    assert "/api/v1/skus/{id}" in paths
    assert not [path for path in paths if path.endswith("/")]


def test_the_pages_let_a_program_in_change_its_rights_and_renew_its_token(trade):
    owner = make.client(role=Role.OWNER, merchant=trade.merchant)
    page = owner.post("/1c/programs/new/", {"name": "Робот", "merchant": trade.merchant.pk})
    with trade.scope():
        source = Connection.objects.get(name="Робот")
    program = Program(source.login, _token(page, source).partition(".")[2])
    assert program.get("skus").status_code == 200
    told = {"name": "Робот", "active": "on", "scopes": ["stock.read"], "networks": "", "per_minute": 100}
    assert owner.post(f"/1c/programs/{source.pk}/", told).status_code == 302
    assert program.get("skus").status_code == 403
    assert owner.post(f"/1c/programs/{source.pk}/", {**told, "networks": "где-то"}).status_code == 422
    renewed = owner.post(f"/1c/programs/{source.pk}/token/", {"at_once": "1"})
    assert program.get("stocks").status_code == 401
    assert Program(source.login, _token(renewed, source).partition(".")[2]).get("stocks").status_code == 200
    assert source.login in owner.get("/1c/programs/").content.decode()
    assert owner.get(f"/1c/connections/{source.pk}/").status_code == 404


def _token(page, source):
    found = re.search(rf"{source.login}\.[a-z0-9]+", page.content.decode())
    assert found is not None
    return found.group()
