"""Wildberries' whole working day; `Player` compares each request and each answer with the official specification."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract import specs
from tests.sandbox.playing import Player

MARKET, CONTENT, PRICES = "marketplace-api", "content-api", "discounts-prices-api"
GOODS_RETURN = "/api/v1/analytics/goods-return"
ARTICLE, OTHER, MARKED, LARGE = "KM-RUKI-75", "ML-DEGT-140", "KR-TREK-39", "KVR-PUH-160"
ORDINARY, OVERSIZE = 700101, 700103
CARDS = {
    "settings": {"sort": {"ascending": True}, "cursor": {"limit": 100}, "filter": {"withPhoto": -1}},
}
GOOD_CODE = "010460000000001721abcdefgh12345\u001d91EE11\u001d92abcdef=="


def ordered(player: Player, article: str, times: int = 1) -> list[int]:
    player.stocked(article)
    body = {"items": [{"article": article, "quantity": times}], "marketplaces": ["wildberries"]}
    return list(player.admin("POST", "/orders", body)["wildberries"])


def supply_of(player: Player, orders: list[int]) -> str:
    supply = str(player.wb("POST", MARKET, "/api/v3/supplies", {"name": "волна 1"}).json()["id"])
    answer = player.wb("PATCH", MARKET, f"/api/marketplace/v3/supplies/{supply}/orders", {"orders": orders})
    assert (answer.status_code, answer.content) == (204, b"")
    return supply


def state(player: Player, order: int) -> tuple[str, str]:
    row = player.wb("POST", MARKET, "/api/v3/orders/status", {"orders": [order]}).json()["orders"][0]
    return row["supplierStatus"], row["wbStatus"]


def choose_shipping(player: Player, supply: str, point: int = 50001) -> dict[str, object]:
    row = {"supplyId": supply, "shippingDt": "2026-11-25", "shippingPointId": point, "shippingType": "selfShipping"}
    path = "/api/marketplace/v3/fbs/supplies/shipping-method"
    result: dict[str, object] = player.wb("PATCH", MARKET, path, {"data": [row]}).json()["results"][0]
    return result


@pytest.mark.parametrize(
    ("method", "host", "path", "body"),
    [
        ("GET", "common-api", "/ping", None),
        ("GET", "common-api", "/api/v1/seller-info", None),
        ("GET", MARKET, "/api/v3/warehouses", None),
        ("GET", MARKET, "/api/v3/offices", None),
        ("POST", CONTENT, "/content/v2/get/cards/list", CARDS),
        ("POST", CONTENT, "/content/v2/get/cards/trash", {"settings": {"cursor": {"limit": 100}}}),
        ("POST", CONTENT, "/content/v2/cards/error/list", {"cursor": {"limit": 100}}),
        ("GET", PRICES, "/api/v2/list/goods/filter?limit=1000&offset=0", None),
        ("POST", PRICES, "/api/v2/list/goods/filter", {"nmList": [210000000]}),
        ("GET", PRICES, "/api/v2/list/goods/size/nm?limit=10&nmID=210000000", None),
        ("GET", PRICES, "/api/v2/quarantine/goods?limit=10", None),
        ("GET", MARKET, "/api/v3/orders/new", None),
        ("GET", MARKET, "/api/v3/orders?limit=1000&next=0", None),
        ("GET", MARKET, "/api/v3/supplies?limit=1000&next=0", None),
        ("GET", MARKET, "/api/v3/supplies/orders/reshipment", None),
        ("GET", MARKET, "/api/marketplace/v3/fbs/orders/archive?year=2026&month=1&next=0&limit=100", None),
        ("GET", MARKET, "/api/v3/passes/offices", None),
        ("GET", MARKET, "/api/marketplace/v3/fbs/shipping-points?city=Казань&cargoType=1", None),
        ("POST", "seller-analytics-api", "/api/analytics/v1/stocks-report/wb-warehouses", {"limit": 10, "offset": 0}),
        ("GET", "seller-analytics-api", f"{GOODS_RETURN}?dateFrom=2026-11-01&dateTo=2026-12-02", None),
    ],
)
def test_reading_method_answers_as_documented(
    player: Player, method: str, host: str, path: str, body: dict[str, object] | None
) -> None:
    ordered(player, ARTICLE, 2)
    assert player.wb(method, host, path, body).status_code == 200


def test_basket_is_assembled_stickered_delivered_and_sold(player: Player) -> None:
    orders = ordered(player, ARTICLE, 2)
    rows = player.wb("GET", MARKET, "/api/v3/orders/new").json()["orders"]
    assert [row["id"] for row in rows] == orders
    assert len({row["orderUid"] for row in rows}) == 1
    assert "supplyId" not in rows[0]
    early = player.wb("POST", MARKET, "/api/v3/orders/stickers?type=png&width=58&height=40", {"orders": orders})
    assert early.json() == {"stickers": []}
    supply = supply_of(player, orders)
    assert [state(player, order) for order in orders] == [("confirm", "waiting")] * 2
    assert player.wb("GET", MARKET, "/api/v3/orders/new").json() == {"orders": []}
    listed = player.wb("GET", MARKET, "/api/v3/orders?limit=1000&next=0").json()["orders"]
    assert {row["supplyId"] for row in listed} == {supply}
    path = f"/api/marketplace/v3/supplies/{supply}/order-ids"
    assert player.wb("GET", MARKET, path).json() == {"orderIds": orders}
    _stickers(player, orders)
    _delivered(player, supply, orders)
    player.skip(301)
    assert state(player, orders[0]) == ("complete", "sorted")
    player.skip(301)
    assert state(player, orders[0]) == ("complete", "ready_for_pickup")
    player.skip(3601)
    assert [state(player, order) for order in orders] == [("complete", "sold")] * 2
    assert player.wb("GET", MARKET, f"/api/v3/supplies/{supply}").json()["scanDt"] is not None


def _stickers(player: Player, orders: list[int]) -> None:
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<svg "), ("zplv", b"^XA"), ("zplh", b"^XA")):
        path = f"/api/v3/orders/stickers?type={kind}&width=58&height=40"
        stickers = player.wb("POST", MARKET, path, {"orders": [*orders, 1]}).json()["stickers"]
        assert [sticker["orderId"] for sticker in stickers] == orders
        assert base64.b64decode(stickers[0]["file"]).startswith(start)
        assert len(stickers[0]["partB"]) == 4


def _delivered(player: Player, supply: str, orders: list[int]) -> None:
    deliver, barcode = f"/api/v3/supplies/{supply}/deliver", f"/api/v3/supplies/{supply}/barcode?type=png"
    refusal = player.wb("GET", MARKET, barcode)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "SupplyNotClosed")
    refusal = player.wb("PATCH", MARKET, deliver)
    assert (refusal.status_code, refusal.json()["code"]) == (409, "SupplyShippingRequired")
    assert choose_shipping(player, "WB-GI-1")["error"] == {"code": 404, "detail": "NotFound"}
    assert choose_shipping(player, supply, 50003)["error"] == {"code": 409, "detail": "CargoTypeMismatch"}
    assert choose_shipping(player, supply) == {"supplyId": supply, "success": True}
    assert player.wb("PATCH", MARKET, deliver).status_code == 204
    assert [state(player, order) for order in orders] == [("complete", "waiting")] * 2
    shown = player.wb("GET", MARKET, f"/api/v3/supplies/{supply}").json()
    assert (shown["done"], shown["shippingType"], shown["cargoType"]) == (True, "selfShipping", 1)
    sheet = player.wb("GET", MARKET, barcode).json()
    assert sheet["barcode"] == supply
    assert base64.b64decode(sheet["file"]).startswith(b"\x89PNG")


def test_marking_code_is_judged_later_and_blocks_delivery(player: Player) -> None:
    order = ordered(player, MARKED)[0]
    assert player.wb("GET", MARKET, "/api/v3/orders/new").json()["orders"][0]["requiredMeta"] == ["sgtin"]
    path = f"/api/v3/orders/{order}/meta/sgtin"
    early = player.wb("PUT", MARKET, path, {"sgtins": [GOOD_CODE]})
    assert early.json()["code"] == "FailedToUpdateMeta"
    supply = supply_of(player, [order])
    choose_shipping(player, supply)
    deliver = f"/api/v3/supplies/{supply}/deliver"
    assert _blocked(player, deliver, order) == "required"
    player.wb("PUT", MARKET, path, {"sgtins": [GOOD_CODE.replace("abcdefgh", "RETIREDx")]})
    assert _blocked(player, deliver, order) == "pending"
    player.skip(6)
    assert _blocked(player, deliver, order) == "sgtinRetired"
    assert player.wb("DELETE", MARKET, f"/api/v3/orders/{order}/meta?key=sgtin").status_code == 204
    player.wb("PUT", MARKET, path, {"sgtins": [GOOD_CODE]})
    player.skip(60)
    meta = player.wb("POST", MARKET, "/api/marketplace/v3/orders/meta", {"orders": [order]}).json()["orders"]
    row = {"key": "sgtin", "value": GOOD_CODE, "decision": "sgtinIntroduced"}
    assert meta == [{"id": order, "metaDetails": [row]}]
    assert player.wb("PATCH", MARKET, deliver).status_code == 204
    other = player.wb("PUT", MARKET, f"/api/v3/orders/{order}/meta/uin", {"uin": "1" * 16})
    assert other.json()["code"] == "MetaKeyNotRequired"


def _blocked(player: Player, deliver: str, order: int) -> str:
    player.skip(4)
    refusal = player.wb("PATCH", MARKET, deliver).json()
    assert refusal["code"] == "MetaValidationFail"
    assert [row["id"] for row in refusal["data"]["orders"]] == [order]
    return str(refusal["data"]["orders"][0]["metaDetails"][0]["decision"])


def test_supply_takes_only_orders_of_its_kind(player: Player) -> None:
    small, large = ordered(player, ARTICLE)[0], ordered(player, LARGE)[0]
    supply = supply_of(player, [small])
    path = f"/api/marketplace/v3/supplies/{supply}/orders"
    refusal = player.wb("PATCH", MARKET, path, {"orders": [large]})
    assert (refusal.status_code, refusal.json()["code"]) == (409, "FailedToAddSupplyOrder")
    assert player.wb("DELETE", MARKET, f"/api/v3/supplies/{supply}").json()["code"] == "SupplyHasOrders"
    second = supply_of(player, [small])
    assert player.wb("GET", MARKET, f"/api/v3/supplies/{supply}").json()["cargoType"] == 1
    assert player.wb("DELETE", MARKET, f"/api/v3/supplies/{supply}").status_code == 204
    assert player.wb("GET", MARKET, f"/api/v3/supplies/{supply}").status_code == 404
    assert player.wb("PATCH", MARKET, f"/api/v3/orders/{small}/cancel").status_code == 204
    assert state(player, small) == ("cancel", "canceled")
    assert player.wb("PATCH", MARKET, f"/api/v3/supplies/{second}/deliver").json()["code"] == "SupplyHasZeroOrders"
    player.skip(30)
    assert player.wb("PATCH", MARKET, f"/api/v3/orders/{small}/cancel").json()["code"] == "StatusMismatch"


def test_boxes_belong_to_an_open_supply(player: Player) -> None:
    supply = supply_of(player, ordered(player, ARTICLE, 4))
    path = f"/api/v3/supplies/{supply}/trbx"
    boxes = player.wb("POST", MARKET, path, {"amount": 2}).json()["trbxIds"]
    assert player.wb("GET", MARKET, path).json() == {"trbxes": [{"id": box} for box in boxes]}
    assert player.wb("POST", MARKET, path, {"amount": 1}).status_code == 400
    stickers = player.wb("POST", MARKET, f"{path}/stickers?type=svg", {"trbxIds": boxes}).json()["stickers"]
    assert len({sticker["barcode"] for sticker in stickers}) == 2
    assert player.wb("DELETE", MARKET, path, {"trbxIds": boxes[:1]}).status_code == 204
    assert player.wb("GET", MARKET, path).json() == {"trbxes": [{"id": boxes[1]}]}


def test_stock_is_absolute_and_unknown_names_are_silent(player: Player) -> None:
    good, large = player.goods.by_article[ARTICLE], player.goods.by_article[LARGE]
    path = f"/api/v3/stocks/{ORDINARY}"
    assert player.wb("PUT", MARKET, path, {"stocks": [{"chrtId": good.chrt_id, "amount": 5}]}).status_code == 204
    misspelt = {"stocks": [{"chrtID": good.chrt_id, "amount": 9}]}
    assert player.wb("PUT", MARKET, path, misspelt, judged=False).status_code == 204
    assert _amounts(player, good.chrt_id, 1) == {"stocks": [{"chrtId": good.chrt_id, "amount": 5}]}
    sku = player.wb("PUT", MARKET, path, {"stocks": [{"sku": good.barcode, "amount": 9}]}, judged=False)
    assert (sku.status_code, sku.json()["code"]) == (400, "SKUUploadDisabled")
    rows = [{"chrtId": good.chrt_id, "amount": 8}, {"chrtId": large.chrt_id, "amount": 1}, {"chrtId": 1, "amount": 1}]
    refusal = player.wb("PUT", MARKET, path, {"stocks": rows})
    assert refusal.status_code == 409
    assert [(part["code"], [row["chrtId"] for row in part["data"]]) for part in refusal.json()] == [
        ("CargoWarehouseRestrictionKGTPlus", [large.chrt_id]),
        ("NotFound", [1]),
    ]
    assert _amounts(player, good.chrt_id)["stocks"][0]["amount"] == 5
    assert player.wb("DELETE", MARKET, path, {"chrtIds": [good.chrt_id]}).status_code == 204
    assert _amounts(player, good.chrt_id) == {"stocks": []}


def _amounts(player: Player, *sizes: int) -> dict[str, list[dict[str, int]]]:
    rows: dict[str, list[dict[str, int]]] = player.wb(
        "POST", MARKET, f"/api/v3/stocks/{ORDINARY}", {"chrtIds": list(sizes)}
    ).json()
    return rows


def test_price_is_applied_later_and_a_deep_fall_goes_to_quarantine(player: Player) -> None:
    good, other = player.goods.by_article[ARTICLE], player.goods.by_article[OTHER]
    rows = [{"nmID": good.nm_id, "price": 300, "discount": 10}, {"nmID": other.nm_id, "price": 10, "discount": 0}]
    upload = player.wb("POST", PRICES, "/api/v2/upload/task", {"data": rows}).json()["data"]["id"]
    again = player.wb("POST", PRICES, "/api/v2/upload/task", {"data": rows})
    assert (again.status_code, again.json()["data"]) == (208, {"id": upload, "alreadyExists": True})
    history = f"/api/v2/history/tasks?uploadID={upload}"
    assert player.wb("GET", PRICES, history, judged=False).json()["data"] is None
    assert player.wb("GET", PRICES, f"/api/v2/buffer/tasks?uploadID={upload}").json()["data"]["status"] == 1
    player.wb("GET", PRICES, f"/api/v2/buffer/goods/task?uploadID={upload}&limit=10")
    player.skip(10)
    assert player.wb("GET", PRICES, history).json()["data"]["status"] == 5
    goods = player.wb("GET", PRICES, f"/api/v2/history/goods/task?uploadID={upload}&limit=10").json()["data"]
    assert [row["status"] for row in goods["historyGoods"]] == [2, 3]
    held = player.wb("GET", PRICES, "/api/v2/quarantine/goods?limit=10").json()["data"]["quarantineGoods"]
    assert [row["nmID"] for row in held] == [other.nm_id]
    player.skip(10)
    same = player.wb("POST", PRICES, "/api/v2/upload/task", {"data": rows[:1]})
    assert (same.status_code, same.json()["errorText"]) == (400, "The specified prices and discounts are already set")
    path = f"/api/v2/list/goods/filter?limit=1&filterNmID={good.nm_id}"
    sizes = player.wb("GET", PRICES, path).json()["data"]["listGoods"][0]["sizes"]
    assert (sizes[0]["price"], sizes[0]["discountedPrice"]) == (300, 270.0)


def test_pass_lives_two_days(player: Player) -> None:
    driver = {"firstName": "Иван", "lastName": "Водителев", "carModel": "ГАЗель", "carNumber": "А000АА77"}
    number = player.wb("POST", MARKET, "/api/v3/passes", {**driver, "officeId": 507}).json()["id"]
    row = player.wb("GET", MARKET, "/api/v3/passes").json()[0]
    ends = datetime.strptime(row["dateEnd"], "%Y-%m-%d %H:%M:%S%z")
    assert timedelta(hours=47) < ends - datetime.now(UTC) <= timedelta(hours=48)
    second = player.wb("POST", MARKET, "/api/v3/passes", {**driver, "officeId": 507})
    assert second.status_code == 429
    path = f"/api/v3/passes/{number}"
    assert player.wb("PUT", MARKET, path, {**driver, "carModel": "Соболь", "officeId": 507}).status_code == 204
    assert player.wb("DELETE", MARKET, path).status_code == 204
    assert player.wb("GET", MARKET, "/api/v3/passes").json() == []


def test_cards_are_read_by_cursor_to_the_end(player: Player) -> None:
    cursor: dict[str, object] = {"limit": 20}
    seen: list[int] = []
    while True:
        body = {"settings": {"sort": {"ascending": True}, "cursor": cursor, "filter": {"withPhoto": -1}}}
        said = player.wb("POST", CONTENT, "/content/v2/get/cards/list", body).json()
        seen += [card["nmID"] for card in said["cards"]]
        if said["cursor"]["total"] < 20:
            break
        cursor = {"limit": 20, "updatedAt": said["cursor"]["updatedAt"], "nmID": said["cursor"]["nmID"]}
    assert len(seen) == len(set(seen)) == 48
    forgotten = player.wb("POST", CONTENT, "/content/v2/get/cards/list", {"settings": {"cursor": {"limit": 20}}})
    assert forgotten.json()["cards"] == []


def test_token_is_judged_as_documented(player: Player) -> None:
    tokens = player.keys[0]["wildberries"]["other_tokens"]
    bare = player.client.get("/wildberries/common-api/ping")
    assert (bare.status_code, bare.json()["title"]) == (401, "unauthorized")
    expired = player.wb("GET", MARKET, "/api/v3/orders/new", token=tokens["expired"])
    assert (expired.status_code, expired.json()["detail"]) == (401, "token problem; token is expired")
    closed = player.wb("GET", MARKET, "/api/v3/orders/new", token=tokens["without_marketplace"])
    assert (closed.status_code, closed.json()["code"]) == (403, "AccessDenied")
    assert player.wb("GET", CONTENT, "/ping", token=tokens["without_marketplace"]).status_code == 200
    assert player.wb("GET", MARKET, "/ping", token=tokens["without_marketplace"]).status_code == 401
    prices = player.wb("GET", PRICES, "/api/v2/quarantine/goods?limit=1", token=tokens["without_prices"])
    assert (prices.status_code, prices.json()["errorText"]) == (403, "Access denied")
    player.skip(30)
    assert player.wb("GET", MARKET, "/api/v3/orders/new", token=tokens["read_only"]).status_code == 200
    written = player.wb("POST", MARKET, "/api/v3/supplies", {"name": "x"}, token=tokens["read_only"])
    assert written.status_code == 403


def test_misspelt_request_does_not_pass_the_contract(player: Player) -> None:
    with pytest.raises(specs.SpecMismatch, match="unknown property"):
        player.wb("PUT", MARKET, f"/api/v3/stocks/{ORDINARY}", {"stocks": [{"chrtID": 1, "amount": 9}]})
