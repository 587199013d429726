"""Megamarket's working day; `Player` compares each request and answer with the reconstructed specification."""

from typing import Any

import pytest

from sandbox.megamarket.keys import token_of
from tests.contract import specs
from tests.sandbox.playing import Player

ORDER = "/api/market/v1/orderService"
OFFER = "/api/merchantIntegration/v1/offerService"
CARD = "/api/merchantIntegration/assortment/v1"
ARTICLE, OTHER, MARKED = "KM-RUKI-75", "ML-DEGT-140", "KR-TREK-39"
URL = "http://seller.example/sync/in/1-secret"


def merchant(player: Player, scheme: str = "fbs") -> int:
    keys = player.keys[0]["megamarket"]
    return int((keys if scheme == "fbs" else keys["other_cabinets"][scheme])["merchant_id"])


def ordered(player: Player, *articles: str, scheme: str = "fbs") -> str:
    items = [{"article": article} for article in articles]
    where = {"megamarket": merchant(player, scheme)}
    body = {"items": items, "marketplaces": ["megamarket"], "warehouse": where, "force": True}
    number = str(player.admin("POST", "/orders", body)["megamarket"][0])
    player.world.clock.shift += 1  # it is shown a little after it was made
    return number


def lots(player: Player, number: str, scheme: str = "fbs") -> list[dict[str, Any]]:
    told = player.megamarket(f"{ORDER}/order/get", {"shipments": [number]}, scheme=scheme).json()
    items: list[dict[str, Any]] = told["data"]["shipments"][0]["items"]
    return items


def states(player: Player, number: str, scheme: str = "fbs") -> list[str]:
    return [lot["status"] for lot in lots(player, number, scheme)]


def act(player: Player, action: str, number: str, items: list[Any], scheme: str = "fbs", **more: Any) -> dict[str, Any]:
    row = {"shipmentId": number, "items": items, **({"orderCode": number} if action != "close" else {})}
    data = {"shipments": [{**row, **more}]}
    told: dict[str, Any] = player.megamarket(f"{ORDER}/order/{action}", data, scheme=scheme).json()
    return told


def refs(player: Player, number: str) -> list[dict[str, Any]]:
    return [{"itemIndex": int(lot["itemIndex"]), "offerId": lot["offerId"]} for lot in lots(player, number)]


def boxed(player: Player, number: str, index: int, box: int = 1, **more: Any) -> dict[str, Any]:
    return {"itemIndex": index, "boxes": [box_of(player, number, box)], **more}


def box_of(player: Player, number: str, box: int = 1) -> dict[str, Any]:
    return {"boxIndex": box, "boxCode": f"{merchant(player)}*{number}*{box}"}


def packed(player: Player, *articles: str) -> str:
    number = ordered(player, *articles)
    act(player, "confirm", number, refs(player, number))
    player.skip(4)
    act(player, "packing", number, [boxed(player, number, place) for place in range(1, len(articles) + 1)])
    player.skip(4)
    return number


def test_a_shipment_is_confirmed_packed_stickered_shipped_and_delivered(player: Player):
    number = ordered(player, ARTICLE, ARTICLE, OTHER)
    found = player.megamarket(f"{ORDER}/order/search", {"statuses": ["NEW"], "count": 10}).json()
    assert found["data"]["shipments"] == [number]
    assert [lot["offerId"] for lot in lots(player, number)] == [ARTICLE, ARTICLE, OTHER]
    assert act(player, "confirm", number, refs(player, number))["success"] == 1
    assert states(player, number) == ["PENDING_CONFIRMATION"] * 3
    early = act(player, "packing", number, [boxed(player, number, 1)])
    assert (early["success"], early["error"][0]["itemIndex"]) == (0, "1")
    assert "PENDING_CONFIRMATION" in early["error"][0]["message"]
    player.skip(4)
    assert states(player, number) == ["CONFIRMED"] * 3
    act(player, "packing", number, [boxed(player, number, 1)])
    act(player, "packing", number, [boxed(player, number, 2), boxed(player, number, 3, box=2)])
    assert states(player, number) == ["PENDING_PACKING"] * 3
    player.skip(4)
    assert states(player, number) == ["PACKED"] * 3
    assert [lot["boxIndex"] for lot in lots(player, number)] == [1, "1", 2]
    codes = [box_of(player, number, box)["boxCode"] for box in (1, 2)]
    row = {"shipmentId": number, "boxCodes": codes, "items": [boxed(player, number, 1, quantity=1)]}
    paper = player.megamarket(f"{ORDER}/sticker/print", {"printAsPdf": True, "shipments": [row]})
    assert paper.content.startswith(b"%PDF")
    page = player.megamarket(f"{ORDER}/sticker/print", {"shipments": [row]}).json()["data"]
    assert [code in page for code in codes] == [True, True]
    shipped = player.megamarket(f"{ORDER}/order/shipping", shipping(player, number, 1, 2)).json()
    assert shipped["success"] == 1
    assert states(player, number) == ["PENDING_SHIPPING"] * 3
    player.skip(4)
    assert states(player, number) == ["SHIPPED"] * 3
    player.skip(3601)
    assert states(player, number) == ["DELIVERED"] * 3


def shipping(player: Player, number: str, *boxes: int) -> dict[str, Any]:
    when = {"shippingDate": "2026-11-25T18:00:00+03:00"}
    return {
        "shipments": [{"shipmentId": number, "boxes": [box_of(player, number, box) for box in boxes], "shipping": when}]
    }


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"boxes": [{"boxIndex": 1, "boxCode": "1*1*1"}]}, "boxCode"),
        ({"boxes": []}, "boxes"),
        ({"itemIndex": 7}, "Лот не найден"),
    ],
)
def test_packing_is_judged_as_a_whole(player: Player, change: dict[str, Any], word: str):
    number = ordered(player, ARTICLE, OTHER)
    act(player, "confirm", number, refs(player, number))
    player.skip(4)
    told = act(player, "packing", number, [boxed(player, number, 1), {**boxed(player, number, 2), **change}])
    assert word in told["error"][0]["message"]
    assert states(player, number) == ["CONFIRMED", "CONFIRMED"]


def test_an_order_code_with_letters_of_ours_fails(player: Player):
    number = ordered(player, ARTICLE)
    row = {"shipmentId": number, "orderCode": "Заказ-1", "items": refs(player, number)}
    told = player.megamarket(f"{ORDER}/order/confirm", {"shipments": [row]}, judged=False).json()
    # The refusal of this method is one object.
    assert told["error"]["message"] == "Некорректный orderCode"


def test_marked_goods_are_not_packed_without_their_code(player: Player):
    number = ordered(player, MARKED)
    act(player, "confirm", number, refs(player, number))
    player.skip(4)
    assert "digitalMark" in act(player, "packing", number, [boxed(player, number, 1)])["error"][0]["message"]
    assert act(player, "packing", number, [boxed(player, number, 1, digitalMark="0104600000000015")])["success"] == 1


def test_deadlines_cancel_by_themselves(player: Player):
    number = ordered(player, ARTICLE)
    player.skip(6 * 3600 + 1)
    (lot,) = lots(player, number)
    assert (lot["status"], lot["subStatus"]) == ("MERCHANT_CANCELED", "CONFIRMATION_EXPIRED")


def test_refused_lots_are_the_sellers(player: Player):
    number = ordered(player, ARTICLE, OTHER)
    row = {"shipmentId": number, "items": refs(player, number)[:1]}
    data = {"shipments": [row], "reason": {"type": "OUT_OF_STOCK"}}
    assert player.megamarket(f"{ORDER}/order/reject", data).json()["success"] == 1
    assert [(lot["status"], lot["subStatus"]) for lot in lots(player, number)] == [
        ("MERCHANT_CANCELED", "CONFIRMATION_REJECT"),
        ("NEW", None),
    ]
    wrong = player.megamarket(f"{ORDER}/order/reject", {**data, "reason": {"type": "NOT_ACCEPTABLE"}}).json()
    assert wrong["success"] == 0


@pytest.mark.parametrize("scheme", ["dbs", "cnc"])
def test_what_the_seller_brings_or_gives_out_is_packed_at_once_and_closed(player: Player, scheme: str):
    number = ordered(player, ARTICLE, scheme=scheme)
    goods = [lot for lot in lots(player, number, scheme) if lot["offerId"] != "delivery"]
    assert len(lots(player, number, scheme)) - len(goods) == (1 if scheme == "dbs" else 0)
    packing = [{"itemIndex": 1, "quantity": 1}]
    assert act(player, "packing", number, packing, scheme)["success"] == 1
    player.skip(4)
    everything = [{"itemIndex": int(lot["itemIndex"]), "handoverResult": True} for lot in lots(player, number, scheme)]
    told = act(player, "close", number, everything, scheme, closeDate="2026-11-25T12:00:00+03:00")
    assert told["success"] == 1
    assert set(states(player, number, scheme)) == {"DELIVERED"}


def test_a_buyer_of_own_delivery_asks_and_the_seller_answers(player: Player):
    number = ordered(player, ARTICLE, OTHER, scheme="dbs")
    early = act(player, "cancelResult", number, [{"itemIndex": 1, "canceled": True}], "dbs")
    assert early["error"][0]["message"] == "Отмена не запрошена"
    player.admin("POST", "/cancel", {"megamarket": [number, [1, 2]]})
    assert states(player, number, "dbs") == ["NEW"] * 3
    answers = [{"itemIndex": 1, "canceled": True}, {"itemIndex": 2, "canceled": False}]
    assert act(player, "cancelResult", number, answers, "dbs")["success"] == 1
    assert states(player, number, "dbs") == ["CUSTOMER_CANCELED", "NEW", "NEW"]


def test_stock_and_prices_say_what_they_did_not_take(player: Player):
    rows = [{"offerId": ARTICLE, "quantity": 5}, {"offerId": "нет такого", "quantity": 1}]
    told = player.megamarket(f"{OFFER}/stock/update", {"stocks": rows}).json()
    assert [row["offerId"] for row in told["data"]["warnings"]] == ["нет такого"]
    assert player.admin("GET", "/stocks")["megamarket"] == {str(merchant(player)): {ARTICLE: 5}}
    prices = [{"offerId": ARTICLE, "price": 300, "isDeleted": False}, {"offerId": "нет такого", "price": 1}]
    told = player.megamarket(f"{OFFER}/manualPrice/save", {"prices": prices}).json()
    assert told["data"]["savedPrices"] == 1
    number = ordered(player, ARTICLE)
    assert (lots(player, number)[0]["price"], lots(player, number)[0]["finalPrice"]) == (300, 285)
    assert player.admin("GET", "/stocks")["megamarket"][str(merchant(player))][ARTICLE] == 4


def test_cards_are_told_in_three_answers(player: Player):
    infos = player.megamarket(f"{CARD}/card/get", {"limit": 1000}).json()["data"]["cardsInfo"]
    wrong = [info["offerId"] for info in infos if info["status"] == "ERROR"]
    assert (len(infos), len(wrong)) == (56, 1)
    about = player.megamarket(f"{CARD}/card/getAttributes", {"filter": {"offerId": [ARTICLE]}}).json()["data"]["cards"]
    assert about[0]["offerId"] == ARTICLE
    faults = player.megamarket(f"{CARD}/card/getError", {"filter": {"offerId": wrong}}).json()["data"]["cards"]
    assert faults[0]["attributesErrors"][0]["code"] == 2001


@pytest.mark.parametrize("scheme", ["fbs", "dbs", "cnc"])
def test_orders_and_cancellations_are_told_as_the_specification_says(player: Player, scheme: str):
    name = "demo" if scheme == "fbs" else f"demo-{scheme}"
    player.admin("POST", "/notifications", {"marketplace": "megamarket", "seller": name, "url": URL})
    number = ordered(player, ARTICLE, ARTICLE, scheme=scheme)
    player.admin("POST", "/cancel", {"megamarket": [number, [2]]})
    player.skip(2)
    new, gone = sorted(player.world.post.due(), key=lambda letter: letter.number)
    spec = specs.load_reconstructed("megamarket")
    for letter, path in ((new, "order/new"), (gone, "order/cancel")):
        assert (letter.path, letter.seller) == (path, name)
        specs.validate_request(spec, "post", f"/{path}", letter.body)
    assert new.body["data"]["shipments"][0]["shipmentId"] == number
    assert [item["itemIndex"] for item in gone.body["data"]["shipments"][0]["items"]] == ["2"]


def test_a_push_comes_again_until_success_is_one(player: Player):
    taken = player.world.post.manners["megamarket"].taken
    assert [taken(200, {"success": 1}), taken(200, {"success": 0}), taken(200, None), taken(401, None)] == [
        True,
        False,
        False,
        False,
    ]


def test_tokens_limits_and_bots_are_judged(player: Player):
    strange = token_of(0)
    told = player.megamarket(f"{ORDER}/order/search", {"count": 1}, token=strange)
    assert (told.status_code, told.json()["error"]["message"]) == (200, f"Авторизационный токен: {strange} невалидный.")
    headers = {"User-Agent": "python-requests/2.32"}
    blocked = player.client.post(f"/megamarket{ORDER}/order/search", headers=headers, json={})
    assert (blocked.status_code, blocked.headers["content-type"]) == (403, "text/html")
    player.limited = True
    player.skip(2)
    told_all = [player.megamarket(f"{ORDER}/order/search", {"count": 1}, judged=False) for _ in range(6)]
    assert [answer.status_code for answer in told_all] == [200] * 5 + [429]


def test_a_misspelt_request_does_not_pass_the_contract(player: Player):
    with pytest.raises(specs.SpecMismatch, match="unknown property"):
        player.megamarket(f"{OFFER}/stock/update", {"stocks": [{"offerId": ARTICLE, "quantity": 1, "stock": 2}]})
