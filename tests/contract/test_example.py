"""A marketplace from outside the tree: found by its entry point, held to the same contract as the built-in ones."""

import json
import sys
import threading
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest

from marketplaces import dto, registry
from marketplaces.errors import CredentialsRejected, Rejected
from marketplaces.http.client import Client, addresses
from marketplaces.http.throttle import NoThrottle
from marketplaces.ports import Can, Marketplace
from tests.contract.adapter_contract import AdapterContract, Operation
from tests.contract.recorded import Exchange

PACKAGE = Path(__file__).resolve().parents[2] / "examples" / "marketplace-example"
sys.path.insert(0, str(PACKAGE))
server = import_module("backoffice_example.server")
Example: Any = import_module("backoffice_example.adapter").Example
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
LEVELS = [
    dto.StockLevel(warehouse_id="1", offer_id=sku, stock_id=sku, pieces=pieces)
    for sku, pieces in (("A-1", 5), ("A-2", 0))
]
PARCEL = dto.Parcel(number="E-1", warehouse_id="1", boxes=[[dto.PackLine(external_id="1", stock_id="A-1", pieces=2)]])


class TestExample(AdapterContract):
    marketplace = Example
    credentials = {"token": server.TOKEN}
    operations = (
        Operation("account", lambda it: it.account(), Can.ACCOUNT),
        Operation("warehouses", lambda it: it.warehouses(), Can.WAREHOUSES),
        Operation("listings", lambda it: it.listings(), Can.LISTINGS, rows=("/goods", ("goods",))),
        Operation("orders_new", lambda it: it.orders_new(now=NOW), Can.ORDERS, rows=("/orders", ("orders",))),
        Operation(
            "orders_changed",
            lambda it: it.orders_changed(since=NOW - timedelta(days=1), now=NOW),
            Can.ORDERS,
            rows=("/orders", ("orders",)),
        ),
        Operation("orders_by_number", lambda it: it.orders_by_number(["E-1", "E-9"], now=NOW), Can.ORDERS),
        Operation("statuses", lambda it: it.statuses(["E-1"]), Can.STATUSES),
        Operation("push_stock", lambda it: it.push_stock(LEVELS), Can.STOCK_WRITE, writes=frozenset({"/stock"})),
        Operation("read_stock", lambda it: it.read_stock(LEVELS), Can.STOCK_READ),
        Operation("commit", lambda it: it.commit([PARCEL]), Can.COMMIT, writes=frozenset({"/orders/E-1/pack"})),
        Operation("look_up_commit", lambda it: it.look_up_commit(PARCEL), Can.COMMIT),
        Operation("labels", lambda it: it.labels(["E-2", "E-1"]), Can.LABELS),
        Operation(
            "cancel",
            lambda it: it.cancel("E-1", reason="other", text="x"),
            Can.CANCEL,
            writes=frozenset({"/orders/E-1/cancel"}),
        ),
    )

    def exchanges(self, operation: Operation) -> list[Exchange]:
        """What its own server answers is the recording."""
        shop, kept = open_shop(), []

        def respond(request: httpx.Request) -> httpx.Response:
            query, body = dict(request.url.params), json.loads(request.content or b"{}")
            token = request.headers["Authorization"]
            status, answer = shop.answer(request.method, request.url.path, query, body, token)
            kept.append(Exchange(request.method, request.url.path, status, answer))
            return httpx.Response(status, json=answer)

        self.ask(operation, respond)
        return kept


def open_shop() -> Any:
    """A shop with one new order and one that is packed."""
    shop = server.opened()
    shop.buy("A-1", 2)
    packed = shop.buy("A-2")
    shop.orders[packed]["state"] = "packed"
    return shop


def test_nothing_that_the_issue_names_is_unsupported() -> None:
    wanted = {
        Can.ORDERS: "orders_new",
        Can.STOCK_WRITE: "push_stock",
        Can.COMMIT: "commit",
        Can.LABELS: "labels",
        Can.CANCEL: "cancel",
    }
    for can, method in wanted.items():
        assert can in Example.can
        assert getattr(Example, method) is not getattr(Marketplace, method)


@pytest.fixture
def address() -> Iterator[tuple[str, Any]]:
    """Its own server, on a port of this machine."""
    shop = open_shop()
    running = server.serve(shop, 0)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{running.server_address[1]}", shop
    running.shutdown()
    running.server_close()
    thread.join()


def connected(address: str, token: str) -> Any:
    client = Client(resolve=addresses(address, Example.production_url), throttle=NoThrottle(), key="example")
    return Example(credentials={"token": token}, send=client)


def test_a_day_at_its_own_server(address: tuple[str, Any]) -> None:
    url, shop = address
    adapter = connected(url, server.TOKEN)

    assert adapter.account().external_id == "shop-1"
    unknown = dto.StockLevel(warehouse_id="1", offer_id="X", stock_id="X", pieces=1)
    receipt = adapter.push_stock([*LEVELS, unknown])
    assert (receipt.accepted, [one.code for one in receipt.refused]) == (["1:A-1", "1:A-2"], [dto.Code.NOT_FOUND])
    assert [level.pieces for level in adapter.read_stock(LEVELS).items] == [5, 0]
    (page,) = adapter.orders_new(now=NOW)
    assert [(order.number, order.lines[0].pieces) for order in page.items] == [("E-1", 2)]
    assert adapter.look_up_commit(PARCEL).state == dto.CommitState.NOT_STARTED
    assert [one.state for one in adapter.commit([PARCEL])] == [dto.CommitState.DONE]
    assert [one.state for one in adapter.commit([PARCEL])] == [dto.CommitState.DONE]
    assert adapter.look_up_commit(PARCEL).state == dto.CommitState.DONE
    stickers = adapter.labels(["E-1", "E-2", "E-9"])
    assert ([label.number for label in stickers.ready], stickers.pending) == (["E-1", "E-2"], ["E-9"])
    assert stickers.ready[0].content.startswith(b"%PDF")
    adapter.cancel("E-1", reason="out_of_stock")
    with pytest.raises(Rejected) as refused:
        adapter.cancel("E-1", reason="out_of_stock")
    assert refused.value.code == dto.Code.CANCELLED
    (told,) = adapter.statuses(["E-1"]).items
    assert (told.status, told.actor, told.why) == ("cancelled", dto.Actor.SELLER, dto.CancelReason.OUT_OF_STOCK)
    assert shop.orders["E-1"]["state"] == "cancelled"
    with pytest.raises(CredentialsRejected):
        connected(url, "wrong").account()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package as an installer leaves it: its metadata on the path, with the entry points of its pyproject."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    metadata = tmp_path / f"backoffice_marketplace_example-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    lines = [f"[{registry.GROUP}]", *(f"{k} = {v}" for k, v in project["entry-points"][registry.GROUP].items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    registry._brought.cache_clear()
    registry.adapter_class.cache_clear()


def test_it_is_found_by_its_entry_point(installed: None) -> None:
    assert "example" in registry.codes()
    assert registry.adapter_class("example") is Example
    assert registry.label("example") == "Example"
    assert registry.can("example", Can.ORDERS, Can.LABELS)


def test_nothing_of_it_is_there_without_being_installed() -> None:
    assert "example" not in registry.codes()
