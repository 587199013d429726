"""Whatever is sent, the sandbox answers in the marketplace's own words and never breaks."""

import random
import re
from typing import Any

import pytest

from sandbox.ozon.registry import METHODS
from sandbox.wildberries.registry import ROUTES
from tests.contract import specs
from tests.sandbox.playing import Player

RUBBISH: list[Any] = [
    None,
    True,
    -1,
    0,
    1.5,
    10**30,
    "",
    "x",
    "\x00",
    "9" * 40,
    [],
    [None],
    ["x"],
    [{}],
    {},
    {"x": {"y": []}},
]
WB = [(host, route) for (host, _), routes in sorted(ROUTES.items()) for route in routes if host != "*"]


@pytest.fixture(scope="module")
def busy():
    player = Player(judged=False)
    player.stocked("KM-RUKI-75", "KR-TREK-39")
    player.admin("POST", "/orders", {"items": [{"article": "KM-RUKI-75"}, {"article": "KR-TREK-39"}], "times": 3})
    number = player.wb("POST", "marketplace-api", "/api/v3/supplies", {"name": "x"}).json()["id"]
    return player, number


def known(player, supply):
    """Values that exist, so that the rubbish beside them is reached."""
    cabinet = player.app.state.ozon.cabinets["100001"]
    account = player.app.state.wildberries.cabinets[player.sid]
    return {
        "posting_number": next(iter(cabinet.postings)),
        "orders": list(account.orders)[:2],
        "supplyId": supply,
        "product_id": player.goods.goods[0].sku,
        "warehouse_id": next(iter(cabinet.warehouses)),
        "delivery_method_id": next(iter(cabinet.warehouses)),
        "limit": 10,
    }


def keys_of(spec, method, path):
    """Every property name the specification knows for a request, at any depth."""
    try:
        found = specs.operation(spec, method, path).body
    except specs.SpecMismatch:
        return []
    schema = spec.resolve(found.get("requestBody") or {}).get("content", {}).get("application/json", {}).get("schema")
    names, waiting, seen = [], [schema or {}], set()
    while waiting:
        node = spec.resolve(waiting.pop())
        if id(node) in seen or not isinstance(node, dict):
            continue
        seen.add(id(node))
        names += list(node.get("properties") or {})
        waiting += [*(node.get("properties") or {}).values(), node.get("items") or {}]
    return names


def nested(draw, names, good, depth=0):
    body = {}
    for name in names:
        chance = draw.random()
        if chance < 0.4 and name in good:
            body[name] = good[name]
        elif chance < 0.6 and depth < 3:
            inner = nested(draw, draw.sample(names, min(len(names), 6)), good, depth + 1)
            body[name] = [inner] if draw.random() < 0.6 else inner
        elif chance < 0.85:
            body[name] = draw.choice(RUBBISH)
    return body


@pytest.mark.parametrize("path", sorted(METHODS))
def test_ozon_method_survives_rubbish(busy, path):
    player, supply = busy
    draw, names, good = random.Random(path), keys_of(specs.load_ozon(), "post", path), known(player, supply)
    bodies = [*RUBBISH, *(nested(draw, names, good) for _ in range(25))]
    for body in bodies:
        player.app.state.ozon.forget_usage()
        answer = player.ozon(path, body)
        assert answer.status_code in (200, 400, 404), (body, answer.text)


@pytest.mark.parametrize(("host", "route"), WB, ids=[f"{route.method} {route.template}" for _, route in WB])
def test_wildberries_method_survives_rubbish(busy, host, route):
    player, supply = busy
    good = known(player, supply)
    draw = random.Random(route.template)
    names = ["orders", "stocks", "chrtId", "amount", "chrtIds", "settings", "cursor", "filter", "limit", "data", "nmID"]
    names += ["nmList", "sgtins", "uin", "trbxIds", "name", "supplyId", "shippingDt", "price", "discount", "withPhoto"]
    values = {"supplyId": supply, "orderId": str(good["orders"][0]), "warehouseId": "700101", "passId": "1"}
    for body in [*RUBBISH, *(nested(draw, names, good) for _ in range(20))]:
        player.app.state.wildberries.forget_usage()
        path = re.sub(r"\{(\w+)\}", lambda found: values[found[1]], route.template)
        query = draw.choice(["", "?limit=10&next=0", "?limit=x", "?type=png&width=58&height=40", "?uploadID=1&limit=1"])
        answer = player.wb(route.method, host, path + query, body)
        assert answer.status_code < 500, (path, body, answer.text)


@pytest.mark.parametrize(
    "path",
    ["/orders", "/seed", "/speed", "/tempo", "/faults", "/cancel", "/skip", "/status", "/arrivals", "/processing"],
)
def test_admin_survives_rubbish(busy, path):
    player, _ = busy
    for body in [
        *RUBBISH,
        {"items": 1},
        {"items": [1]},
        {"products": "x"},
        {"speed": "x"},
        {"packing": 1},
        {"mode": 1},
    ]:
        answer = player.client.post(f"/admin{path}", json=body)
        assert answer.status_code in (200, 400), (body, answer.text)
