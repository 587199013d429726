"""AliExpress' working day; `Player` compares each request and answer with the reconstructed specification."""

from typing import Any

import pytest

from sandbox.aliexpress.cabinet import product_id, sku_id
from tests.contract import specs
from tests.sandbox.playing import Player

PRODUCTS, SELLER, OWN = "/api/v1/product", "/seller-api/v1", "/api/v1/offline-ship"
ARTICLE, OTHER = "KM-RUKI-75", "ML-DEGT-140"


def card(player: Player, article: str) -> str:
    return str(product_id(player.goods.by_article[article]))


def sku(player: Player, article: str) -> int:
    return sku_id(player.goods.by_article[article])


def data(answer: Any) -> Any:
    told = answer.json()
    assert told["error"] is None
    return told["data"]


def code(answer: Any) -> str:
    return str(answer.json()["error"]["code"])


def ordered(player: Player, *articles: str, how: str = "") -> int:
    items = [{"article": article} for article in articles]
    body = {"items": items, "marketplaces": ["aliexpress"], "force": True, "warehouse": {"aliexpress": how}}
    return int(player.admin("POST", "/orders", body)["aliexpress"][0])


def order(player: Player, number: int, **more: Any) -> dict[str, Any]:
    body = {"page": 1, "page_size": 20, "order_ids": [number], "trade_order_info": "LogisticInfo", **more}
    (found,) = data(player.aliexpress(f"{SELLER}/order/get-order-list", body))["orders"]
    told: dict[str, Any] = found
    return told


def shipped(player: Player, number: int, *articles: str, **more: Any) -> Any:
    items = [{"sku_id": sku(player, article), "quantity": 1} for article in articles]
    sizes = {"total_length": 20, "total_width": 15, "total_height": 10, "total_weight": 0.6}
    body = {"orders": [{"trade_order_id": number, **sizes, "items": items, **more}]}
    return player.aliexpress(f"{SELLER}/logistic-order/create", body)


def shipment(player: Player, *articles: str) -> tuple[int, int]:
    """Numbers of an order and of its shipment, whose track has been given."""
    number = ordered(player, *articles)
    (made,) = data(shipped(player, number, *articles))["orders"]
    player.skip(7)
    return number, int(made["logistic_orders"][0]["id"])


def test_cards_are_scrolled_through_and_found_by_article(player: Player) -> None:
    seen, last = [], "0"
    while rows := data(
        player.aliexpress("/api/v1/scroll-short-product-by-filter", {"limit": "20", "last_product_id": last})
    ):
        seen += [row["sku"][0]["code"] for row in rows]
        last = rows[-1]["id"]
    assert (len(seen), len(set(seen))) == (56, 56)

    wanted = {"search_content": {"content_type": "SKU_SELLER_SKU", "content_values": [OTHER]}}
    (found,) = data(player.aliexpress("/api/v1/scroll-short-product-by-filter", {"limit": "50", "filter": wanted}))
    assert (found["id"], found["sku"][0]["code"]) == (card(player, OTHER), OTHER)


def test_stock_is_a_task_with_an_effect(player: Player) -> None:
    def asked(article: str, pieces: str) -> dict[str, Any]:
        return {"product_id": card(player, article), "skus": [{"sku_code": article, "inventory": pieces}]}

    body = {"products": [asked(ARTICLE, "7"), {"product_id": "5", "skus": [{"sku_code": ARTICLE, "inventory": "1"}]}]}
    told = player.aliexpress(f"{PRODUCTS}/update-sku-stock", body).json()
    assert [row["ok"] for row in told["results"]] == [True, False]
    player.skip(1)

    (task,) = data(player.aliexpress("/api/v1/tasks", method="GET", query={"group_id": told["group_id"]}))
    assert (task["sku_codes"], task["action"]) == ([ARTICLE], 3)
    held = data(player.aliexpress("/api/v1/stocks", {"stocks": [{"sku": str(sku(player, ARTICLE))}, {"sku": "1"}]}))
    assert held["skus_info"] == [{"sku": str(sku(player, ARTICLE)), "max_sellable_quantity": 7}]


def test_a_price_is_judged_later(player: Player) -> None:
    prices = [(ARTICLE, "250.50"), (OTHER, "0.50")]
    body = {"products": [{"product_id": card(player, a), "skus": [{"sku_code": a, "price": p}]} for a, p in prices]}
    group = player.aliexpress(f"{PRODUCTS}/update-sku-price", body).json()["group_id"]

    def states() -> list[int]:
        rows = data(player.aliexpress("/api/v1/tasks", method="GET", query={"group_id": group}))
        return [row["status"] for row in rows]

    assert states() == [2, 2]
    player.skip(5)
    assert states() == [3, 4]


def test_an_order_is_shipped_stickered_listed_and_delivered(player: Player) -> None:
    number = ordered(player, ARTICLE, OTHER)
    fresh = order(player, number)
    assert (fresh["status"], fresh["order_display_status"], fresh["logistic_orders"]) == (
        "InProgress",
        "WaitSendGoods",
        [],
    )
    assert order(player, number, trade_order_info="Common")["logistic_orders"] is None

    (made,) = data(shipped(player, number, ARTICLE, OTHER))["orders"]
    (one,) = made["logistic_orders"]
    ids = {"logistic_order_ids": [one["id"]]}
    early = player.aliexpress(f"{SELLER}/labels/orders/get", ids)
    assert code(early) == "LogisticProviderNotFound"
    player.skip(7)
    (state,) = data(player.aliexpress(f"{SELLER}/logistic-order/get", {"page": 1, "page_size": 20, **ids}))[
        "logistic_orders"
    ]
    assert (state["status"], state["platform_tracking_code"][:3]) == ("AwaitingHandoverList", "TRK")
    assert data(player.aliexpress(f"{SELLER}/labels/orders/get", ids))["label_url"].endswith(f"/{one['id']}.pdf")

    listed = data(player.aliexpress(f"{SELLER}/handover-list/create", ids))["handover_list_id"]
    paper = data(player.aliexpress(f"{SELLER}/labels/handover-lists/get", {"handover_list_id": listed}))
    assert paper["label_url"].endswith(f"/{listed}.pdf")
    found = data(player.aliexpress(f"{SELLER}/handover-list/get-by-filter", {"page_number": 1, "page_size": 20, **ids}))
    assert [row["handover_list_id"] for row in found["data_source"]] == [listed]
    data(player.aliexpress(f"{SELLER}/handover-list/transfer", {"handover_list_id": listed}))
    again = player.aliexpress(f"{SELLER}/handover-list/transfer", {"handover_list_id": listed})
    assert code(again) == "WrongStatus"

    player.skip(301)
    assert order(player, number)["delivery_status"] == "Shipped"
    player.skip(3601)
    done = order(player, number)
    assert (done["status"], done["finish_reason"]) == ("Finished", "ConfirmedByLogistic")


def test_a_shipment_is_refused_by_row_and_taken_back(player: Player) -> None:
    number = ordered(player, ARTICLE)
    for more, said in (
        ({"total_weight": 701}, "weight is in kilograms"),
        ({"total_length": 0}, "sizes are wrong"),
        ({"items": [{"sku_id": 1, "quantity": 1}]}, "items are wrong"),
    ):
        told = data(shipped(player, number, ARTICLE, **more))
        assert (told["orders"], [row["message"] for row in told["errors"]]) == ([], [said])
    number, made = shipment(player, ARTICLE)
    again = data(shipped(player, number, ARTICLE))
    assert [row["message"] for row in again["errors"]] == ["shipment already exists"]

    data(player.aliexpress(f"{SELLER}/logistic-order/delete", {"logistic_order_ids": [made]}))
    assert order(player, number)["logistic_orders"][0]["status"] == "Cancelled"
    late = player.aliexpress(f"{SELLER}/logistic-order/delete", {"logistic_order_ids": [made]})
    assert code(late) == "WrongStatus"


def test_an_order_of_own_delivery_is_brought_by_the_seller(player: Player) -> None:
    number = ordered(player, ARTICLE, how="dbs")
    assert order(player, number)["pre_split_postings"][0]["logistics_type"] == "DBS"
    refused = data(shipped(player, number, ARTICLE))
    assert [row["message"] for row in refused["errors"]] == ["order status does not allow it"]
    early = player.aliexpress(f"{OWN}/to-delivered", {"trade_order_id": number})
    assert code(early) == "WrongStatus"

    way = {"trade_order_id": number, "tracking_number": "1", "provider_name": "own"}
    data(player.aliexpress(f"{OWN}/to-in-transit", way))
    data(player.aliexpress(f"{OWN}/to-ready-for-pickup", {"trade_order_id": number}))
    data(player.aliexpress(f"{OWN}/to-delivered", {"trade_order_id": number}))
    assert order(player, number)["status"] == "Finished"


def test_a_buyer_leaves(player: Player) -> None:
    number = ordered(player, ARTICLE)
    player.admin("POST", "/cancel", {"aliexpress": str(number)})
    gone = order(player, number)
    assert (gone["status"], gone["order_display_status"], gone["finish_reason"]) == (
        "Cancelled",
        "Close",
        "CancelledByBuyer",
    )


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{SELLER}/order/get-order-list", {"page": 0, "page_size": 20}),
        (f"{SELLER}/order/get-order-list", {"page": 1, "page_size": 20, "date_start": "yesterday"}),
        ("/api/v1/scroll-short-product-by-filter", {"limit": "51"}),
        (f"{PRODUCTS}/update-sku-stock", {"products": []}),
        (f"{SELLER}/logistic-order/create", {"orders": []}),
        (f"{SELLER}/labels/orders/get", {"logistic_order_ids": []}),
        (f"{SELLER}/handover-list/get-by-filter", {"page_number": None, "page_size": 20}),
        (f"{OWN}/to-in-transit", {"trade_order_id": 1, "tracking_number": "", "provider_name": ""}),
    ],
)
def test_a_refusal_has_the_form_of_the_specification(player: Player, path: str, body: dict[str, Any]) -> None:
    answer = player.aliexpress(path, body, judged=False)
    spec = specs.load_reconstructed("aliexpress")
    specs.validate_response(spec, "POST", path, answer.status_code, answer.json(), strict=True)
    assert (answer.status_code, code(answer)) == (400, "InvalidArgument")


def test_an_unknown_token_is_refused_in_the_form_of_the_specification(player: Player) -> None:
    body = {"page": 1, "page_size": 20}
    refused = player.aliexpress(f"{SELLER}/order/get-order-list", body, token="sandbox.aliexpress.nobody")
    assert (refused.status_code, code(refused)) == (401, "Unauthenticated")


def test_what_the_specification_does_not_know_is_found_out(player: Player) -> None:
    spec = specs.load_reconstructed("aliexpress")
    path = f"{SELLER}/handover-list/create"
    told = {"data": {"handover_list_id": 1, "surprise": 1}, "error": None}
    with pytest.raises(specs.SpecMismatch, match="surprise"):
        specs.validate_response(spec, "POST", path, 200, told, strict=True)
