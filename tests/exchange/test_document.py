"""
The OpenAPI document against the server: every operation, valid and invalid bodies, tokens of two merchants mixed.

No answer is a 5xx or undocumented, each has the documented shape, and nothing of the other merchant is seen or moved.
FUZZ_EXAMPLES makes it longer (`run.py torture`).
"""

import os
import re
from types import SimpleNamespace

import pytest
import schemathesis
from django.conf import settings as settings_of_django
from django.db import connection
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

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
MINE, THEIRS = "Кружка-моя", "Тайна-соседа"  # names that stand on everything of the one and of the other merchant
WATCHED = (Category, Product, Sku, Barcode, PriceType, Price, StockRow, Move, Order, OrderEvent, Report)
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
ALL = [right.value for right in Scope]


@pytest.fixture
def shops(db):
    """Two merchants with the same kinds of things; what one has is never the other's to see."""
    mine, other = open_trade(), open_trade()
    for trade, name in ((mine, MINE), (other, THEIRS)):
        with trade.scope():
            sku = trade.sku(name, pieces=5)
            Category.objects.create(merchant=trade.merchant, name=name)
            kind = PriceType.objects.create(merchant=trade.merchant, name=name)
            Price.objects.create(merchant=trade.merchant, price_type=kind, sku=sku, amount=10)
            trade.order((name, 1), number=f"{name}-1")
    return mine, other


TABLES = [model._meta.db_table for model in WATCHED]
PRINTS = " UNION ALL ".join(
    f"SELECT '{one}', count(*), sum(hashtextextended(t::text, 0)) FROM {one} t" for one in TABLES
)


def digest(trade):
    """Table → number and hash of its rows, as their merchant sees them."""
    with trade.scope(), connection.cursor() as cursor:
        cursor.execute(PRINTS)
        return {name: rest for name, *rest in cursor.fetchall()}


def ids_of(trade):
    with trade.scope():
        return [row.pk for model in (Category, Sku, Order, Price) for row in model.objects.all()]


def token(trade, scopes):
    program = let_in(trade.merchant, name=f"{len(scopes)} прав", scopes=scopes, per_minute=60_000)
    return program.headers


class Bystander:
    """What a merchant has while others speak: looked at anew only after it has spoken itself."""

    def __init__(self, trade, word):
        self.trade, self.word, self.seen = trade, word, None

    def speaks(self):
        self.seen = None

    def look(self):
        self.seen = self.seen or digest(self.trade)

    def must_be_untouched(self, method, answer):
        assert self.word not in answer.text
        assert method == "GET" or digest(self.trade) == self.seen


def interrogate(operations, *, mode, tokens, ids):
    """
    Ask every operation EXAMPLES times; returns (method, path, status) of all answers, and what is wrong.

    tokens: (who speaks, headers); everybody else among them must neither be moved nor be seen by it.
    """
    asked, problems = set(), []
    everybody = {speaker for speaker, _headers in tokens}
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
            who=st.sampled_from(tokens),
            known=st.sampled_from(ids),
            aimed=st.booleans(),
        )
        def ask(case, who, known, aimed):
            speaker, headers = who
            if aimed and "id" in (case.path_parameters or {}):
                case.path_parameters["id"] = known
            others = everybody - {speaker}
            if case.method.upper() != "GET":
                for other in others:
                    other.look()
            speaker.speaks()
            answer = case.call(headers=headers)
            asked.add((case.method, case.operation.path, answer.status_code))
            case.validate_response(answer, checks=CHECKS)
            for other in others:
                other.must_be_untouched(case.method.upper(), answer)

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
    one, two, nobody = Bystander(mine, MINE), Bystander(other, THEIRS), Bystander(open_trade(), "Ничья")
    full, part = (one, token(mine, ALL)), (one, token(mine, [Scope.STOCK_READ.value]))
    neighbour, forged = (two, token(other, ALL)), (nobody, {"Authorization": "Bearer x.y"})
    asked, problems = interrogate(
        operations,
        mode=mode,
        tokens=[full, full, neighbour, neighbour, part, forged],
        ids=ids_of(mine) + ids_of(other),
    )
    assert "\n\n".join(problems) == ""
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


def test_the_example_for_1c_is_short_and_asks_addresses_with_fields_that_are_there(client):
    document = client.get("/api/v1/openapi.json").json()
    guide = (settings_of_django.BASE_DIR / "docs" / "1c.md").read_text()
    example = re.findall(r"^```bsl\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)[0]
    assert len(example.splitlines()) <= 80
    asked = dict(re.findall(r'Запросить\("([a-z/]+)[^"]*"(?:, Новый Структура\("([a-z_, ]+)")?', example))
    assert asked == {"changes": "", "changes/ack": "node, message_no, results", "messages": "node, message_no, items"}
    for address, fields in asked.items():
        operation = document["paths"][f"/api/v1/{address}"]["post" if fields else "get"]
        if fields:
            shape = resolved(operation["requestBody"]["content"]["application/json"]["schema"], document)
            assert set(fields.split(", ")) <= set(shape["properties"])


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
    monkeypatch.setattr("exchange.api.changes.changes.resend", lambda **_fields: THEIRS)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", server)
    operations = [schema["/api/v1/categories/bulk"]["POST"], schema["/api/v1/changes/resend"]["POST"]]
    _asked, problems = interrogate(
        operations,
        mode=GenerationMode.POSITIVE,
        tokens=[(Bystander(shops[0], MINE), token(shops[0], ALL))],
        ids=ids_of(shops[0]),
    )
    assert len(problems) == 2
    assert "Server error" in problems[0]


def test_a_neighbour_who_is_seen_or_moved_is_noticed(shops):
    """The control of the other half."""
    _mine, other = shops
    neighbour = Bystander(other, THEIRS)
    neighbour.look()
    neighbour.must_be_untouched("POST", SimpleNamespace(text="{}"))
    with pytest.raises(AssertionError):
        neighbour.must_be_untouched("GET", SimpleNamespace(text=f'{{"name": "{THEIRS}"}}'))
    with other.scope():
        Category.objects.filter(name=THEIRS).update(name="тронуто")
    with pytest.raises(AssertionError):
        neighbour.must_be_untouched("POST", SimpleNamespace(text="{}"))
