"""Ozon's whole working day; `Player` compares each request and each answer with the official specification."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.contract import specs
from tests.sandbox.playing import Player

ARTICLE, OTHER, MARKED = "KM-RUKI-75", "ML-DEGT-140", "KR-TREK-39"
WAREHOUSE = 1_020_005_010_000_101 + 0
EVERYTHING = {"analytics_data": True, "barcodes": True, "financial_data": True, "legal_info": True}


def period() -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "since": f"{now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
        "to": f"{now + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
    }


def cutoffs() -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "cutoff_from": f"{now - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}",
        "cutoff_to": f"{now + timedelta(days=9):%Y-%m-%dT%H:%M:%SZ}",
    }


def ordered(player: Player, *articles: str, quantity: int = 1) -> str:
    player.stocked(*articles)
    items = [{"article": article, "quantity": quantity} for article in articles]
    return str(player.admin("POST", "/orders", {"items": items, "marketplaces": ["ozon"]})["ozon"][0])


def ship(player: Player, number: str) -> None:
    posting = player.ozon("/v3/posting/fbs/get", {"posting_number": number}).json()["result"]
    products = [{"product_id": line["sku"], "quantity": line["quantity"]} for line in posting["products"]]
    answer = player.ozon("/v4/posting/fbs/ship", {"posting_number": number, "packages": [{"products": products}]})
    assert answer.json()["result"] == [number]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/roles", None),
        ("/v1/seller/info", None),
        ("/v2/warehouse/list", {"limit": 200}),
        ("/v2/delivery-method/list", {"limit": 100}),
        ("/v3/product/list", {"filter": {"visibility": "ALL"}, "limit": 1000}),
        ("/v3/product/info/list", {"offer_id": [ARTICLE, MARKED]}),
        ("/v4/product/info/attributes", {"filter": {"offer_id": [ARTICLE]}, "limit": 10}),
        ("/v4/product/info/stocks", {"filter": {"visibility": "ALL"}, "limit": 1000}),
        ("/v2/product/info/stocks-by-warehouse/fbs", {"offer_id": [ARTICLE], "limit": 100}),
        ("/v1/product/info/stocks-by-warehouse/fbo", {"limit": 100}),
        ("/v1/analytics/stocks", {"skus": ["1610000000", "1610000009"]}),
        ("/v5/product/info/prices", {"filter": {"visibility": "ALL"}, "limit": 1000}),
        ("/v4/posting/fbs/list", {"filter": period(), "limit": 100, "with": EVERYTHING}),
        ("/v4/posting/fbs/unfulfilled/list", {"filter": cutoffs(), "limit": 100, "with": EVERYTHING}),
        ("/v1/posting/fbs/cancel-reason", {"related_posting_numbers": ["1-1-1"]}),
        ("/v2/carriage/delivery/list", {"limit": 100}),
        ("/v1/warehouse/ozon/list", {}),
        ("/v1/pass/list", {"limit": 100}),
        ("/v1/returns/list", {"filter": {"return_schema": "FBS"}, "limit": 500}),
        ("/v2/posting/fbs/product/country/list", {}),
        ("/v2/posting/fbs/act/list", {"limit": 50, "filter": {"date_from": "2026-01-01", "date_to": "2027-01-01"}}),
    ],
)
def test_reading_method_answers_as_documented(player: Player, path: str, body: dict[str, object] | None) -> None:
    ordered(player, ARTICLE, OTHER)
    assert player.ozon(path, body).status_code == 200


def test_posting_is_packed_labelled_handed_over_and_delivered(player: Player) -> None:
    number = ordered(player, ARTICLE, OTHER, quantity=2)
    listed = player.ozon("/v4/posting/fbs/unfulfilled/list", {"filter": cutoffs(), "limit": 100}).json()
    assert [(row["posting_number"], row["status"]) for row in listed["postings"]] == [(number, "awaiting_packaging")]
    ship(player, number)
    assert _state(player, number) == ("awaiting_packaging", "posting_created")
    player.skip(10)
    assert _state(player, number) == ("awaiting_deliver", "posting_not_in_carriage")
    _label(player, number)
    carriage = _handed_over(player, number)
    player.skip(301)
    assert _state(player, number)[0] == "acceptance_in_progress"
    player.skip(301)
    assert _state(player, number)[0] == "delivering"
    player.skip(3601)
    assert _state(player, number)[0] == "delivered"
    assert player.ozon("/v1/carriage/get", {"carriage_id": carriage}).json()["status"] == "closed"


def _state(player: Player, number: str) -> tuple[str, str]:
    result = player.ozon("/v3/posting/fbs/get", {"posting_number": number, "with": EVERYTHING}).json()["result"]
    return result["status"], result["substatus"]


def _label(player: Player, number: str) -> None:
    early = player.ozon("/v3/posting/fbs/package-label/create", {"posting_numbers": [number]}).json()["tasks"][0]
    player.skip(61)
    said = player.ozon("/v2/posting/fbs/package-label/get", {"task_id": early["task_id"]}).json()
    assert said["file_url"] == ""
    assert said["status"]["unprinted_postings"] == [
        {"posting_number": number, "message": "The next postings aren't ready"}
    ]
    task = player.ozon("/v3/posting/fbs/package-label/create", {"posting_numbers": [number]}).json()["tasks"][0]
    waiting = player.ozon("/v2/posting/fbs/package-label/get", {"task_id": task["task_id"]}).json()
    assert (waiting["status"]["code"], waiting["file_url"]) == ("pending", "")
    player.skip(4)
    said = player.ozon("/v2/posting/fbs/package-label/get", {"task_id": task["task_id"]}).json()
    assert (said["status"]["code"], said["status"]["printed_postings_count"]) == ("completed", 1)
    file = player.client.get(said["file_url"])
    assert (file.status_code, file.headers["content-type"], file.content[:5]) == (200, "application/pdf", b"%PDF-")


def _handed_over(player: Player, number: str) -> int:
    place = player.ozon("/v2/carriage/delivery/list", {"limit": 10}).json()["methods"][0]
    assert [row["id"] for row in place["carriages"]] == [0]
    created = player.ozon("/v1/carriage/create", {"delivery_method_id": place["delivery_method_id"]}).json()
    carriage = int(created["carriage_id"])
    rows = player.ozon("/v1/carriage/set-postings", {"carriage_id": carriage, "posting_numbers": [number]}).json()
    assert rows == {"result": [{"posting_number": number, "result": True, "error": ""}]}
    driver = {"driver_name": "Водитель", "driver_phone": "+79990000000", "vehicle_license_plate": "А000АА77"}
    passes = [{**driver, "vehicle_model": "ГАЗель"}]
    given = player.ozon("/v1/carriage/pass/create", {"carriage_id": carriage, "arrival_passes": passes})
    numbers = given.json()["arrival_pass_ids"]
    assert len(numbers) == 1
    changed = [{**passes[0], "id": int(numbers[0]), "vehicle_model": "Соболь"}]
    player.ozon("/v1/carriage/pass/update", {"carriage_id": carriage, "arrival_passes": changed})
    assert player.ozon("/v1/pass/list", {"limit": 9}).json()["arrival_passes"][0]["vehicle_model"] == "Соболь"
    player.ozon("/v1/carriage/pass/delete", {"carriage_id": carriage, "arrival_pass_ids": numbers})
    player.ozon("/v1/carriage/approve", {"carriage_id": carriage})
    said = player.ozon("/v2/posting/fbs/act/check-status", {"id": carriage}).json()["result"]
    assert said["status"] == "in_process"
    player.skip(11)
    said = player.ozon("/v2/posting/fbs/act/check-status", {"id": carriage}).json()["result"]
    assert (said["status"], said["added_to_act"]) == ("ready", [number])
    assert player.ozon("/v2/posting/fbs/act/get-pdf", {"id": carriage}).content.startswith(b"%PDF-")
    assert player.ozon("/v2/posting/fbs/act/get-barcode", {"id": carriage}).content.startswith(b"\x89PNG")
    text = player.ozon("/v2/posting/fbs/act/get-barcode/text", {"id": carriage}).json()
    assert text == {"result": f"%303%{carriage}"}
    player.ozon("/v2/posting/fbs/act/get-postings", {"id": carriage})
    player.ozon("/v2/posting/fbs/act/get-container-labels", {"id": carriage})
    return carriage


def test_marked_goods_are_not_packed_without_a_passed_code(player: Player) -> None:
    number = ordered(player, MARKED)
    posting = player.ozon("/v3/posting/fbs/get", {"posting_number": number}).json()["result"]
    sku = posting["products"][0]["sku"]
    assert posting["requirements"]["products_requiring_mandatory_mark"] == [str(sku)]
    packages = [{"products": [{"product_id": sku, "quantity": 1}]}]
    refusal = player.ozon("/v4/posting/fbs/ship", {"posting_number": number, "packages": packages})
    assert (refusal.status_code, refusal.json()["message"]) == (400, "EXEMPLAR_INFO_NOT_FILLED_COMPLETELY")
    made = player.ozon("/v6/fbs/posting/product/exemplar/create-or-get", {"posting_number": number}).json()
    exemplar = made["products"][0]["exemplars"][0]["exemplar_id"]
    mark = {"mark": "010460000000001721abcdefgh12345\u001d91EE11\u001d92abcdef==", "mark_type": "mandatory_mark"}
    filled = [{"product_id": sku, "exemplars": [{"exemplar_id": exemplar, "is_gtd_absent": True, "marks": [mark]}]}]
    checked = [{"product_id": sku, "exemplars": [{"marks": [mark]}]}]
    said = player.ozon("/v5/fbs/posting/product/exemplar/validate", {"posting_number": number, "products": checked})
    assert said.json()["products"][0]["valid"] is True
    assert player.ozon("/v6/fbs/posting/product/exemplar/set", {"posting_number": number, "products": filled})
    assert _check(player, number) == "validation_in_process"
    player.skip(5)
    assert _check(player, number) == "ship_available"
    ship(player, number)


def _check(player: Player, number: str) -> str:
    return str(player.ozon("/v5/fbs/posting/product/exemplar/status", {"posting_number": number}).json()["status"])


def test_posting_is_split_into_two_packages(player: Player) -> None:
    number = ordered(player, ARTICLE, quantity=2)
    sku = player.goods.by_article[ARTICLE].sku
    packages = [{"products": [{"product_id": sku, "quantity": 1}]}] * 2
    body = {"posting_number": number, "packages": packages, "with": {"additional_data": True}}
    second = number[:-1] + "2"
    assert player.ozon("/v4/posting/fbs/ship", body).json()["result"] == [number, second]
    player.skip(10)
    for part, parent in ((number, ""), (second, number)):
        result = player.ozon("/v3/posting/fbs/get", {"posting_number": part}).json()["result"]
        assert (result["status"], result["parent_posting_number"]) == ("awaiting_deliver", parent)
        assert [line["quantity"] for line in result["products"]] == [1]


def test_split_without_packing_sets_the_parent_aside(player):
    number = ordered(player, ARTICLE, OTHER)
    skus = [player.goods.by_article[article].sku for article in (ARTICLE, OTHER)]
    postings = [{"products": [{"product_id": sku, "quantity": 1}]} for sku in skus]
    said = player.ozon("/v1/posting/fbs/split", {"posting_number": number, "postings": postings}).json()
    children = [row["posting_number"] for row in said["postings"]]
    assert children == [number[:-1] + "2", number[:-1] + "3"]
    listed = player.ozon("/v4/posting/fbs/unfulfilled/list", {"filter": cutoffs(), "limit": 100}).json()["postings"]
    assert [(row["posting_number"], row["parent_posting_number"]) for row in listed] == [
        (child, number) for child in children
    ]
    assert _state(player, number) == ("cancelled_from_split_pending", "posting_split_pending")
    player.ozon("/v1/posting/fbs/restrictions", {"posting_number": number})
    ship(player, children[0])
    player.skip(10)
    assert _state(player, children[0])[0] == "awaiting_deliver"
    codes = player.ozon("/v3/posting/fbs/get", {"posting_number": children[0], "with": EVERYTHING}).json()
    upper = codes["result"]["barcodes"]["upper_barcode"]
    found = player.ozon("/v2/posting/fbs/get-by-barcode", {"barcode": upper}).json()["result"]
    assert found["posting_number"] == children[0]


def test_seller_cancels_a_part_and_then_the_rest(player: Player) -> None:
    number = ordered(player, ARTICLE, OTHER, quantity=2)
    good = player.goods.by_article[ARTICLE]
    part = {"posting_number": number, "cancel_reason_id": 352, "cancel_reason_message": "нет на складе"}
    said = player.ozon("/v2/posting/fbs/product/cancel", {**part, "items": [{"sku": good.sku, "quantity": 1}]})
    assert said.json() == {"result": number}
    lines = player.ozon("/v3/posting/fbs/get", {"posting_number": number}).json()["result"]["products"]
    assert [(line["offer_id"], line["quantity"]) for line in lines] == [(ARTICLE, 1), (OTHER, 2)]
    refusal = player.ozon("/v2/posting/fbs/cancel", {"posting_number": number, "cancel_reason_id": 1})
    assert refusal.json()["message"] == "HAS_INCORRECT_CANCEL_REASON"
    assert player.ozon("/v2/posting/fbs/cancel", {"posting_number": number, "cancel_reason_id": 352}).json() == {
        "result": True
    }
    result = player.ozon("/v3/posting/fbs/get", {"posting_number": number}).json()["result"]
    assert (result["status"], result["cancellation"]["cancellation_type"]) == ("cancelled", "seller")


def test_stock_and_price_are_written_row_by_row(player: Player) -> None:
    place = player.ozon("/v2/warehouse/list", {"limit": 10}).json()["warehouses"][0]["warehouse_id"]
    rows = [
        {"offer_id": ARTICLE, "stock": 7, "warehouse_id": place},
        {"offer_id": "NO-SUCH", "stock": 7, "warehouse_id": place},
        {"offer_id": OTHER, "stock": 7, "warehouse_id": 1},
        {"offer_id": OTHER, "stock": 1_000_000, "warehouse_id": place},
    ]
    result = player.ozon("/v2/products/stocks", {"stocks": rows}).json()["result"]
    assert [[error["code"] for error in row["errors"]] for row in result] == [
        [],
        ["offer_id_not_found"],
        ["WAREHOUSE_NOT_FOUND"],
        ["STOCK_TOO_BIG"],
    ]
    again = player.ozon("/v2/products/stocks", {"stocks": rows[:1]}).json()["result"][0]
    assert (again["updated"], again["errors"][0]["code"]) == (False, "TOO_MANY_REQUESTS")
    player.skip(31)
    assert player.ozon("/v2/products/stocks", {"stocks": rows[:1]}).json()["result"][0]["updated"] is True
    prices = [
        {"offer_id": ARTICLE, "price": "200", "old_price": "250", "currency_code": "RUB"},
        {"offer_id": OTHER, "price": "100", "old_price": "110"},
    ]
    result = player.ozon("/v1/product/import/prices", {"prices": prices}).json()["result"]
    assert [[error["code"] for error in row["errors"]] for row in result] == [
        [],
        ["discount_for_low_price_is_too_small"],
    ]
    shown = player.ozon("/v5/product/info/prices", {"filter": {"offer_id": [ARTICLE]}, "limit": 1}).json()["items"][0]
    assert (shown["price"]["price"], shown["price"]["old_price"]) == (200.0, 250.0)


@pytest.mark.parametrize(
    "path",
    [
        "/v3/posting/fbs/unfulfilled/list",
        "/v2/posting/fbs/package-label",
        "/v2/posting/fbs/package-label/create",
        "/v1/posting/fbs/package-label/get",
        "/v2/posting/fbs/act/create",
        "/v1/warehouse/list",
    ],
)
def test_method_that_was_shut_down_is_not_there(player: Player, path: str) -> None:
    assert player.ozon(path, {}, judged=False).status_code == 404
    with pytest.raises(specs.SpecMismatch, match="no operation"):
        specs.operation(specs.load_ozon(), "post", path)


def test_key_is_judged_as_documented(player: Player) -> None:
    bare = player.client.post("/ozon/v1/roles", json={})
    assert (bare.status_code, bare.json()["code"]) == (401, 16)
    for key, message in (
        ("wrong", "Invalid Api-Key, please check the key and try again"),
        ("sandbox-ozon-key-expired", "Api-key is deactivated, use another one or generate a new one"),
    ):
        refusal = player.ozon("/v1/roles", key=key)
        assert (refusal.status_code, refusal.json()["code"], refusal.json()["message"]) == (403, 7, message)
    body = {"filter": cutoffs()}
    refusal = player.ozon("/v4/posting/fbs/unfulfilled/list", body, key="sandbox-ozon-key-products")
    assert refusal.json()["message"] == "Api-Key is missing a required role for a method"
    assert player.ozon("/v1/roles", key="sandbox-ozon-key-products").json()["roles"][0]["name"] == "Product"


def test_misspelt_request_does_not_pass_the_contract(player: Player) -> None:
    with pytest.raises(specs.SpecMismatch, match="unknown property"):
        player.ozon(
            "/v2/products/stocks", {"stocks": [{"offer_id": ARTICLE, "stok": 1, "stock": 1, "warehouse_id": 1}]}
        )
