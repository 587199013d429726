"""Faults on demand: what shows, and what has happened nevertheless."""

import json

import pytest

from tests.sandbox.playing import Player

ARTICLE = "KM-RUKI-75"
STOCKS, PLACE = "/v2/products/stocks", 1_020_005_010_000_101


@pytest.fixture
def player():
    return Player(judged=False)


def fault(player, **words):
    return player.admin("POST", "/faults", words)


def pieces(player):
    rows = player.admin("GET", "/stocks")["ozon"].get(str(PLACE), {})
    return rows.get(ARTICLE, {}).get("free")


def push(player, stock=5):
    return player.ozon(STOCKS, {"stocks": [{"offer_id": ARTICLE, "stock": stock, "warehouse_id": PLACE}]})


@pytest.mark.parametrize(("done", "left"), [(False, None), (True, 5)])
def test_failure_comes_before_or_after_the_effect(player, done, left):
    fault(player, mode="500", pattern="POST " + STOCKS, count=1, done=done)
    answer = push(player)
    assert (answer.status_code, answer.json()["code"]) == (500, 13)
    assert pieces(player) == left
    player.skip(31)
    assert push(player, 6).json()["result"][0]["updated"] is True
    assert pieces(player) == 6
    assert player.admin("GET", "/counters")["faults"] == {"500": 1}


def test_ignored_write_is_answered_well_and_does_nothing(player):
    fault(player, mode="ignore", pattern="*stocks*")
    assert push(player).json()["result"][0]["updated"] is True
    chrt = player.goods.by_article[ARTICLE].chrt_id
    body = {"stocks": [{"chrtId": chrt, "amount": 5}]}
    assert player.wb("PUT", "marketplace-api", "/api/v3/stocks/700101", body).status_code == 204
    assert not any(player.admin("GET", "/stocks").values())


def test_ignored_ship_and_deliver_leave_the_orders_alone(player):
    player.stocked(ARTICLE)
    placed = player.admin("POST", "/orders", {"items": [{"article": ARTICLE}]})
    number, order = placed["ozon"][0], placed["wildberries"][0]
    fault(player, mode="ignore")
    products = [{"product_id": player.goods.by_article[ARTICLE].sku, "quantity": 1}]
    body = {"posting_number": number, "packages": [{"products": products}]}
    assert player.ozon("/v4/posting/fbs/ship", body).json() == {"result": [number]}
    assert player.wb("PATCH", "marketplace-api", f"/api/v3/orders/{order}/cancel").status_code == 204
    player.skip(60)
    known = player.admin("GET", "/orders")
    assert [row["status"] for row in known["ozon"]] == ["awaiting_packaging"]
    assert [row["supplier_status"] for row in known["wildberries"]] == ["new"]


def test_too_many_requests_with_and_without_the_header(player):
    fault(player, mode="429", count=1)
    assert "retry-after" not in push(player).headers
    fault(player, mode="429", count=1, retry_after=7)
    assert push(player).headers["retry-after"] == "7"
    fault(player, mode="429", count=1, retry_after=7)
    answer = player.wb("GET", "marketplace-api", "/api/v3/orders/new")
    assert (answer.status_code, answer.headers["x-ratelimit-retry"]) == (429, "7")


def test_gateway_page_is_no_json(player):
    fault(player, mode="502", marketplace="wildberries", count=1)
    assert push(player).status_code == 200
    answer = player.wb("GET", "marketplace-api", "/api/v3/orders/new")
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")


@pytest.mark.parametrize("mode", ["truncated", "reset", "hang"])
def test_cut_answer_does_not_parse(player, mode):
    fault(player, mode=mode, pattern="*" + STOCKS, count=1, seconds=0)
    with pytest.raises(json.JSONDecodeError):
        push(player).json()
    assert pieces(player) == (None if mode == "hang" else 5)


def test_rows_come_twice_or_in_another_order(player):
    body = {"limit": 100, "filter": {"visibility": "ALL"}}
    known = [row["offer_id"] for row in player.ozon("/v3/product/list", body).json()["result"]["items"]]
    fault(player, mode="duplicate", count=1)
    doubled = [row["offer_id"] for row in player.ozon("/v3/product/list", body).json()["result"]["items"]]
    assert (len(doubled), set(doubled)) == (len(known) + 1, set(known))
    fault(player, mode="reorder", count=1)
    shuffled = [row["offer_id"] for row in player.ozon("/v3/product/list", body).json()["result"]["items"]]
    assert shuffled != known
    assert sorted(shuffled) == sorted(known)


def test_strange_values_and_new_keys_appear(player):
    body = {"limit": 100, "filter": {"visibility": "ALL"}}
    known = player.ozon("/v3/product/list", body).json()
    fault(player, mode="mutate", count=1)
    assert player.ozon("/v3/product/list", body).json() != known
    fault(player, mode="extra", count=1)
    assert "new_key" in player.ozon("/v3/product/list", body).json()["result"]["items"][0]


def test_answer_may_be_huge(player):
    fault(player, mode="huge", count=1)
    assert len(player.ozon("/v1/seller/info").content) > 50_000_000


def test_refused_key_is_said_in_the_words_of_the_marketplace(player):
    fault(player, mode="unauthorized", count=2)
    assert push(player).json()["code"] == 7
    assert player.wb("GET", "marketplace-api", "/api/v3/orders/new").status_code == 401


def test_fault_strikes_as_often_as_it_was_told_and_can_be_removed(player):
    number = fault(player, mode="500", pattern="*/v1/roles", probability=0.5)["id"]
    statuses = [player.ozon("/v1/roles").status_code for _ in range(40)]
    assert 5 < statuses.count(500) < 35
    assert player.admin("DELETE", f"/faults/{number}") == {"active": []}
    assert player.ozon("/v1/seller/info").status_code == 200
    answer = player.client.post("/admin/faults", json={"mode": "nonsense"})
    assert (answer.status_code, "unknown mode" in answer.json()["error"]) == (400, True)
