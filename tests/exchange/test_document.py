"""
The OpenAPI document against the server: every operation, valid and invalid bodies, tokens of two merchants mixed.

No answer is a 5xx or undocumented, each has the documented shape, and nothing of the other merchant is seen or moved.
FUZZ_EXAMPLES makes it longer (`run.py torture`).
"""

import hashlib
import os
import re

import pytest
import schemathesis
from django.conf import settings as settings_of_django
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from catalog.models import Barcode, Category, Price, PriceType, Product, Sku
from exchange.types import Scope
from orders.models import Order, OrderEvent
from settlements.models import Report
from stock.models import Move, StockRow
from tests.exchange.program import let_in
from tests.trade import open_trade

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "4"))
SECRET = "Тайна-соседа"
WATCHED = (Category, Product, Sku, Barcode, PriceType, Price, StockRow, Move, Order, OrderEvent, Report)
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
ALL = [right.value for right in Scope]


@pytest.fixture
def shops(db):
    """Two merchants with the same kinds of things; what the second has is never the first's to see."""
    mine, other = open_trade(), open_trade()
    for trade, name in ((mine, "Кружка"), (other, SECRET)):
        with trade.scope():
            sku = trade.sku(name, pieces=5)
            Category.objects.create(merchant=trade.merchant, name=name)
            kind = PriceType.objects.create(merchant=trade.merchant, name=name)
            Price.objects.create(merchant=trade.merchant, price_type=kind, sku=sku, amount=10)
            trade.order((name, 1), number=f"{name}-1")
    return mine, other


@pytest.fixture
def server(db):
    """The whole server, every request of which works in the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield WSGIHandler()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def digest(trade):
    with trade.scope():
        rows = [list(model.objects.order_by("pk").values()) for model in WATCHED]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def ids_of(trade):
    with trade.scope():
        return [row.pk for model in (Category, Sku, Order, Price) for row in model.objects.all()]


def token(trade, scopes):
    program = let_in(trade.merchant, name=f"{len(scopes)} прав", scopes=scopes, per_minute=60_000)
    return program.headers


def interrogate(operations, *, mode, tokens, ids):
    """Ask every operation EXAMPLES times; returns (method, path, status) of all answers, and what is wrong."""
    asked, problems = set(), []
    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(
            case=operation.as_strategy(generation_mode=mode),
            headers=st.sampled_from(tokens),
            known=st.sampled_from(ids),
            aimed=st.booleans(),
        )
        def ask(case, headers, known, aimed):
            if aimed and "id" in (case.path_parameters or {}):
                case.path_parameters["id"] = known
            answer = case.call(headers=headers)
            asked.add((case.method, case.operation.path, answer.status_code))
            case.validate_response(answer, checks=CHECKS)
            assert SECRET not in answer.text

        try:
            ask()
        except (AssertionError, FailureGroup) as problem:
            problems.append(f"{operation.label}: {problem}"[:1500])
    return asked, problems


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [(GenerationMode.POSITIVE, {200, 401, 403, 404}), (GenerationMode.NEGATIVE, {400, 401, 403})],
    ids=["valid", "invalid"],
)
def test_every_operation_answers_as_documented_and_shows_nothing_of_the_other_merchant(shops, server, mode, wanted):
    mine, other = shops
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", server)
    operations = [found.ok() for found in schema.get_all_operations()]
    full, part, none = token(mine, ALL), token(mine, [Scope.STOCK_READ.value]), {"Authorization": "Bearer x.y"}
    before = digest(other)
    asked, problems = interrogate(
        operations, mode=mode, tokens=[full, full, full, part, none], ids=ids_of(mine) + ids_of(other)
    )
    assert "\n\n".join(problems) == ""
    assert digest(other) == before
    assert {(method, path) for method, path, _status in asked} == {(one.method.upper(), one.path) for one in operations}
    assert wanted <= {status for _method, _path, status in asked}


ROW = re.compile(r"^\| [^|]+ \| [^|]+ \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def test_the_table_for_developers_of_1c_names_addresses_and_fields_that_are_there(client):
    document = client.get("/api/v1/openapi.json").json()
    guide = (settings_of_django.BASE_DIR / "docs" / "1c.md").read_text()
    rows = [[re.findall(r"`([^`]+)`", cell) for cell in row] for row in ROW.findall(guide)]
    rows = [row for row in rows if any(row)]
    wrong = []
    for reads, shown, writes, told in rows:
        for address, names, verb in (*((one, shown, "get") for one in reads), *((one, told, "post") for one in writes)):
            operation = document["paths"].get(f"/api/v1/{address}", {}).get(verb)
            known = names_of(operation, document, verb) if operation else set()
            wrong += [(address, name) for name in names if name not in known]
            wrong += [] if operation else [(address, verb)]
    assert wrong == []
    bulk = {path.removeprefix("/api/v1/") for path in document["paths"] if path.endswith(("/bulk", "/new"))}
    assert {address for row in rows for address in row[2]} == bulk


def names_of(operation, document, verb):
    """Fields of an item that is read or written."""
    content = (operation["responses"]["200"] if verb == "get" else operation["requestBody"])["content"]
    schema = resolved(content["application/json"]["schema"], document)
    if "items" in schema["properties"]:
        schema = resolved(schema["properties"]["items"]["items"], document)
    return set(schema["properties"])


def resolved(schema, document):
    return document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema


def test_a_defect_and_a_shape_that_is_not_documented_are_seen(shops, server, monkeypatch):
    """The control: what the test above looks for, it finds."""

    def broken(**_fields):
        raise RuntimeError("defect")

    monkeypatch.setattr("exchange.services.write_words.put_categories", broken)
    monkeypatch.setattr("exchange.api.changes.changes.resend", lambda **_fields: SECRET)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", server)
    operations = [schema["/api/v1/categories/bulk"]["POST"], schema["/api/v1/changes/resend"]["POST"]]
    _asked, problems = interrogate(
        operations, mode=GenerationMode.POSITIVE, tokens=[token(shops[0], ALL)], ids=ids_of(shops[0])
    )
    assert len(problems) == 2
    assert "Server error" in problems[0]
