"""Commissioner reports that programs send."""

from dataclasses import asdict
from decimal import Decimal

import pytest

from exchange.types import Scope
from settlements.models import Entry, Report
from tests.exchange.program import READ, let_in
from tests.settlements.make import D, agreement, line, report
from tests.trade import open_trade


@pytest.fixture
def trade(db):
    return open_trade()


@pytest.fixture
def program(trade):
    return let_in(trade.merchant, scopes=[*READ, Scope.PAPERS_WRITE.value])


@pytest.fixture
def body(trade):
    """A report of two sold mugs, as JSON."""
    with trade.scope():
        trade.sku("mug")
        made = report(line(article="mug", pieces=2, price=D(100), fee=D("15.10")), agreement_id=agreement(trade).pk)
    return {
        key: [said(one) for one in value] if key == "lines" else said(value) if key == "totals" else str(value)
        for key, value in asdict(made).items()
        if value not in (None, "")
    }


def said(part):
    return {
        key: str(value) if isinstance(value, Decimal) else value for key, value in part.items() if value is not None
    }


def test_a_report_is_accepted_once_to_the_kopeck(trade, program, body):
    body["agreement_id"] = int(body["agreement_id"])
    first = program.post("reports/new", body)
    assert first.status_code == 201, first.content.decode()
    again = program.post("reports/new", body)
    assert (again.status_code, again.json()["status"], again.json()["id"]) == (200, "unchanged", first.json()["id"])
    with trade.scope():
        assert (Report.objects.get().payable, Entry.objects.count()) == (D("184.90"), 2)


def test_what_is_wrong_is_named_by_line_and_field_and_nothing_is_written(trade, program, body):
    body["lines"][0]["payable"] = "185.00"
    answer = program.post("reports/new", body)
    told = answer.json()
    assert answer.status_code == 409
    assert (told["errors"][0]["line"], told["errors"][0]["field"]) == (1, "payable")
    assert told["request_id"] == answer["X-Request-Id"]
    body["lines"].append({"kind": "sale", "fee": "1.005"})
    shape = program.post("reports/new", body)
    assert (shape.status_code, shape.json()["errors"][0]["field"]) == (400, "lines.1.fee")
    with trade.scope():
        assert Report.objects.count() == 0


def test_another_merchants_agreement_is_not_there_and_the_right_is_asked(trade, program, body):
    other = open_trade()
    stranger = let_in(other.merchant, scopes=[Scope.PAPERS_WRITE.value])
    answer = stranger.post("reports/new", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "agreement")
    assert let_in(trade.merchant, name="Ч").post("reports/new", body).status_code == 403
