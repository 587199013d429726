"""Yandex Market in the sandbox: rubbish is answered in its own words, trade loses no piece, limits count elements."""

import random
import re
from typing import Any

import pytest

from sandbox.yandex_market import orders
from sandbox.yandex_market.keys import keys_of
from sandbox.yandex_market.registry import ROUTES, Route
from tests.contract import specs
from tests.sandbox.playing import Player

from tests.sandbox.test_hostile_requests import RUBBISH, keys_of as names_of, nested  # isort: skip

QUERIES = ("", "?limit=10", "?limit=x", "?limit=0", "?pageToken=x", "?format=A5", "?fromDate=x", "?limit=99999")


def ask(player: Player, method: str, path: str, body: Any = None) -> Any:
    key = keys_of(player.world.seller("demo"))[0].token
    return player.client.request(method, f"/yandex_market{path}", headers={"Api-Key": key}, json=body)


def market(player: Player) -> Any:
    return player.app.state.yandex_market


def filled(player: Player, pieces: int = 500) -> Any:
    player.app.state.stalls["yandex_market"].fill(player.world.seller("demo"), pieces)
    return market(player).cabinets["demo"]


@pytest.fixture(scope="module")
def busy() -> tuple[Player, dict[str, str], dict[str, Any]]:
    player = Player(judged=False)
    cabinet = filled(player)
    placed = player.admin("POST", "/orders", {"items": [{"article": "KM-RUKI-75"}], "marketplaces": ["yandex_market"]})
    order = cabinet.orders[placed["yandex_market"][0]]
    ids = {
        "businessId": str(cabinet.business_id),
        "campaignId": str(order.campaign_id),
        "orderId": str(order.order_id),
        "shipmentId": "31000001",
    }
    good = {
        "orderIds": [order.order_id],
        "offerIds": ["KM-RUKI-75"],
        "partnerWarehouseId": order.warehouse_id,
        "sku": "KM-RUKI-75",
        "count": 1,
        "id": order.items[0].item_id,
        "fullCount": 1,
        "dateFrom": "2026-11-25",
        "dateTo": "2026-11-26",
    }
    return player, ids, good


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_rubbish_is_answered_as_documented(busy: tuple[Player, dict[str, str], dict[str, Any]], route: Route) -> None:
    player, ids, good = busy
    template = re.sub(r"\(\?P<(\w+)>\[\^/\]\+\)", r"{\1}", route.pattern.pattern)
    spec, draw = specs.load_yandex_market(), random.Random(route.name)
    names = names_of(spec, route.method.lower(), template)
    bodies = [*RUBBISH, *(nested(draw, names, good) for _ in range(25 if names else 0))]
    for body in bodies:
        market(player).forget_usage()
        values = {**ids, draw.choice(list(ids)): draw.choice(["1", "x", "9" * 30])} if draw.random() < 0.2 else ids
        path = template.format(**values)
        answer = ask(player, route.method, path + draw.choice(QUERIES), body)
        assert answer.status_code in (200, 400, 403, 404), (path, body, answer.text)
        if answer.status_code != 200:
            assert answer.json()["status"] == "ERROR"
            assert answer.json()["errors"][0]["message"]


def test_no_piece_is_lost_or_made_in_two_hours_of_trade() -> None:
    player = Player(judged=False, orders_per_minute=20, buyer_cancels=0.1)
    cabinet = filled(player, 500)
    whole = sum(stock.free for stock in cabinet.stocks.values())
    for step in range(120):
        player.skip(60)
        for number in sorted(cabinet.open):
            order = cabinet.orders[number]
            if order.substatus == "STARTED":
                market(player).forget_usage()
                path = f"/v2/campaigns/{order.campaign_id}/orders/{number}/status"
                ask(player, "PUT", path, {"order": {"status": "PROCESSING", "substatus": "READY_TO_SHIP"}})
        if step % 10 == 9:
            for shipment in list(cabinet.shipments.values()):
                path = f"/v2/campaigns/{shipment.campaign_id}/first-mile/shipments/{shipment.shipment_id}/confirm"
                market(player).forget_usage()
                ask(player, "POST", path, {})
    held = gone = 0
    for order in cabinet.orders.values():
        pieces = sum(item.count for item in order.items)
        away = order.status in ("DELIVERY", "DELIVERED") or order.substatus == "SHIPPED"
        gone += pieces if away else 0
        held += pieces if order.status == "PROCESSING" and not away else 0
    free = sum(stock.free for stock in cabinet.stocks.values())
    assert sum(stock.reserved for stock in cabinet.stocks.values()) == held > 0
    assert (gone > 0, free + held + gone) == (True, whole)
    assert {"CANCELLED", "DELIVERED", "PROCESSING"} <= {order.status for order in cabinet.orders.values()}


def test_prices_are_counted_by_the_offer() -> None:
    player = Player(judged=False)
    business = market(player).cabinets["demo"].business_id
    offers = [{"offerId": f"A-{n}", "price": {"value": 100, "currencyId": "RUR"}} for n in range(500)]
    path = f"/v2/businesses/{business}/offer-prices/updates"
    answers = [ask(player, "POST", path, {"offers": offers}).status_code for _ in range(21)]
    assert answers == [200] * 20 + [420]
    refused = ask(player, "POST", path, {"offers": offers[:1]})
    assert refused.headers["x-ratelimit-resource-remaining"] == "0"
    player.skip(61)
    assert ask(player, "POST", path, {"offers": offers}).status_code == 200


def test_the_state_outlives_a_restart(tmp_path: Any) -> None:
    file = str(tmp_path / "state.sqlite3")
    first = Player(judged=False, path=file)
    cabinet = filled(first)
    number = orders.buy(
        cabinet, warehouse_id=cabinet.shelf(next(iter(cabinet.warehouses))), goods=[(first.goods.goods[0], 2)]
    ).order_id
    first.world.store.flush()
    again = market(Player(judged=False, path=file)).cabinets["demo"]
    assert again.orders[number].items[0].count == 2
    assert number in again.open
