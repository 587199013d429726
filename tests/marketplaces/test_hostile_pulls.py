"""
Whatever a marketplace answers, from the wire to the tables: nothing is unhandled, the bad item stands apart, the rest
is applied.  Answers are made from the official specifications and bent.  HOSTILE_EXAMPLES sets how many are tried.
"""

import dataclasses
import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import pytest
from django.db import transaction

from catalog.models import ChannelWarehouse, Listing
from marketplaces.http.keys import key_of
from marketplaces.models import Cursor, Quarantine
from marketplaces.sync import streams
from orders.models import Order, OrderLine
from tests.contract import hostile, specs
from tests.contract.recorded import Exchange, changed
from tests.contract.specs import Spec
from tests.marketplaces.stall import CONTRACTS, STREAMS, Stall, played, stall_of, unhandled
from tests.trade import Trade


def pulls(*, by_row: bool) -> list[tuple[str, str]]:
    """Those whose bad rows stand apart; and those that are read as a whole, with one of the others."""
    return [
        (code, stream)
        for code, contract in CONTRACTS.items()
        for stream, name in STREAMS.items()
        for one in contract.operations
        if one.name == name and stream in streams.streams_of(contract.marketplace)
        if bool(one.rows) == by_row or (stream == "orders" and not by_row)
    ]


@pytest.fixture
def stall(trade: Trade, code: str) -> Stall:
    return stall_of(trade, code)


def spec_of(code: str, path: str) -> Spec:
    if code == "wildberries":
        name = {"/content": "02-items", "/api/analytics": "11-analytics", "/api/v2": "02-items"}
        name["/api/v1/analytics"] = "12-reports"
        chosen = next((file for start, file in name.items() if path.startswith(start)), None)
        if path.startswith(("/api/v3/stocks", "/api/v3/warehouses", "/api/v3/offices")):
            chosen = "02-items"
        if path in ("/ping", "/api/v1/seller-info"):
            chosen = "01-general"
        return specs.load_wildberries(chosen or "03-orders-fbs")
    if code in ("megamarket", "aliexpress"):
        return specs.load_reconstructed(code)
    return specs.load_ozon() if code == "ozon" else specs.load_yandex_market()


def said(exchange: Exchange, body: Any) -> Exchange:
    return dataclasses.replace(
        exchange,
        content=json.dumps(body).encode("utf-8", "surrogatepass"),
        headers={**exchange.headers, "Content-Type": "application/json"},
    )


@pytest.mark.parametrize(("code", "stream"), pulls(by_row=True))
def test_hostile_rows_stand_apart_and_the_rest_is_applied(
    stall: Stall, code: str, stream: str, caplog: pytest.LogCaptureFixture
) -> None:
    rows = stall.operation(stream).rows
    assert rows is not None
    path, keys = rows
    recorded = stall.recorded(stream)
    method = next(exchange.method for exchange in recorded if exchange.path == path)
    spec = spec_of(code, path)
    schema = hostile.row_schema(spec, hostile.answer_schema(spec, method, path), keys)
    if stream == "statuses":
        stall.read("orders", stall.recorded("orders"))
    point = transaction.savepoint()
    stall.read(stream, recorded)
    good = stall.known()
    assert good
    assert Cursor.objects.get(channel=stall.place.channel_id, stream=stream).failures == 0
    transaction.savepoint_rollback(point)

    set_apart = []

    def play(draw: Random) -> None:
        caplog.clear()
        bad = [hostile.value(spec, schema, draw) for _ in range(4)]

        def among(exchange: Exchange) -> Exchange:
            if exchange.path != path or exchange.content is not None:
                return exchange
            body = json.loads(json.dumps(exchange.body))
            found = body
            for key in keys:
                found = found[key]
            if found:
                for row in bad:
                    found.insert(draw.randrange(len(found) + 1), row)
            return said(exchange, body)

        stall.read(stream, [among(exchange) for exchange in recorded])

        cursor = Cursor.objects.get(channel=stall.place.channel_id, stream=stream)
        assert (unhandled(caplog), cursor.failures, cursor.error) == ([], 0, "")
        assert good <= stall.known()
        set_apart.append(Quarantine.objects.filter(channel=stall.place.channel_id, stream=stream).count())

    played(play)
    assert any(set_apart)


@pytest.mark.parametrize(
    ("code", "path", "keys"),
    [
        ("ozon", "/v2/warehouse/list", ("warehouses",)),
        ("wildberries", "/api/v3/warehouses", ()),
        ("yandex_market", "/v3/businesses/5900001/warehouses", ("result", "warehouses")),
    ],
)
def test_a_warehouse_that_is_not_understood_is_not_taken_for_gone(
    stall: Stall, code: str, path: str, keys: tuple[str, ...]
) -> None:
    def told(change: Callable[[list[Any]], list[Any]]) -> Sequence[Exchange]:
        def rows(body: Any) -> Any:
            if not keys:
                return change(body)
            found = body
            for key in keys[:-1]:
                found = found[key]
            found[keys[-1]] = change(found[keys[-1]])
            return body

        return changed(stall.recorded("warehouses"), path, rows)

    def active() -> set[str]:
        places = ChannelWarehouse.objects.filter(channel=stall.place.channel_id, active=True)
        return set(places.values_list("external_id", flat=True))

    stall.read("warehouses", told(lambda rows: rows))
    before = active()
    assert len(before) > 1

    stall.read("warehouses", told(lambda rows: [{**rows[0], "id": 1.5, "warehouse_id": 1.5}, *rows[1:]]))
    assert active() == before
    set_apart = Quarantine.objects.filter(channel=stall.place.channel_id)
    assert set(set_apart.values_list("stream", flat=True)) == {"warehouses"}

    stall.read("warehouses", told(lambda rows: []))
    assert active() == before

    stall.read("warehouses", told(lambda rows: rows[1:]))
    assert active() < before


@pytest.mark.parametrize("code", ["yandex_market", "megamarket"])
def test_an_article_longer_than_a_key_is_known_by_its_sign(stall: Stall, code: str) -> None:
    point = transaction.savepoint()
    stall.read("orders", stall.recorded("orders"))
    article = OrderLine.objects.filter(order__channel=stall.place.channel_id).earliest("id").offer_id
    transaction.savepoint_rollback(point)
    long = article + "-" * 100

    def told(stream: str) -> list[Exchange]:
        text = [json.dumps(one.body).replace(f'"{article}"', f'"{long}"') for one in stall.recorded(stream)]
        pairs = zip(stall.recorded(stream), text, strict=True)
        return [one if one.content is not None else dataclasses.replace(one, body=json.loads(it)) for one, it in pairs]

    stall.read("listings", told("listings"))
    stall.read("orders", told("orders"))

    assert not Quarantine.objects.filter(channel=stall.place.channel_id).exists()
    line = OrderLine.objects.filter(order__channel=stall.place.channel_id, offer_id=long).earliest("id")
    assert line.stock_external_id == key_of(long)
    assert Listing.objects.filter(
        channel=stall.place.channel_id, stock_external_id=key_of(long), offer_id=long
    ).exists()


@pytest.mark.parametrize("code", CONTRACTS)
def test_an_order_that_stands_twice_in_a_page_is_applied_once(stall: Stall, code: str) -> None:
    path, keys = stall.operation("orders").rows or ("", ())
    recorded = stall.recorded("orders")

    def twice(exchange: Exchange) -> Exchange:
        if exchange.path != path:
            return exchange
        body = json.loads(json.dumps(exchange.body))
        found = body
        for key in keys:
            found = found[key]
        found += found
        return said(exchange, body)

    stall.read("orders", [twice(exchange) for exchange in recorded])

    numbers = {row[1] for row in stall.known() if row[0] == "order"}
    assert numbers
    assert Order.objects.filter(channel=stall.place.channel_id).count() == len(numbers)
    assert not Quarantine.objects.filter(channel=stall.place.channel_id).exists()


@pytest.mark.parametrize(("code", "stream"), pulls(by_row=False))
def test_a_hostile_answer_is_told_in_the_six_words(
    stall: Stall, code: str, stream: str, caplog: pytest.LogCaptureFixture
) -> None:
    recorded = stall.recorded(stream)
    if stream == "statuses":
        stall.read("orders", stall.recorded("orders"))
    own = {(one.method, one.path) for one in stall.contract.exchanges(stall.operation(stream))}

    def play(draw: Random) -> None:
        caplog.clear()

        def bent(exchange: Exchange) -> Exchange:
            if (exchange.method, exchange.path) not in own or exchange.content is not None:
                return exchange
            spec = spec_of(code, exchange.path)
            return said(exchange, hostile.value(spec, hostile.answer_schema(spec, *_named(exchange)), draw))

        stall.read(stream, [bent(exchange) for exchange in recorded])

        assert unhandled(caplog) == []
        cursor = Cursor.objects.get(channel=stall.place.channel_id, stream=stream)
        assert cursor.leased_until is None
        assert (cursor.failures == 0) == (cursor.error == "")

    played(play)


def _named(exchange: Exchange) -> tuple[str, str]:
    return exchange.method, exchange.path


def test_a_pull_that_does_not_handle_something_is_found_out(
    stall: Stall, code: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(adapter: object, **asked: object) -> Any:
        raise KeyError("postings")

    monkeypatch.setattr(stall.contract.marketplace, "orders_new", broken)
    stall.read("orders", stall.recorded("orders"))
    assert unhandled(caplog) == [f"channel {stall.place.channel_id}: stream orders failed"]


@pytest.fixture
def code() -> str:
    return "ozon"
