"""The world lives: buyers come and go, stock falls by itself, a restart forgets nothing."""

import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from sandbox.drawing import pdf, stickers
from sandbox.goods import ean13
from sandbox.ozon.state import Posting
from tests.sandbox.playing import Player

ARTICLE, OTHER = "KM-RUKI-75", "ML-DEGT-140"


@pytest.fixture
def player():
    return Player(judged=False)


def test_nothing_is_ordered_before_stock_is_there(player):
    player.admin("POST", "/tempo", {"orders_per_minute": 600})
    player.skip(60)
    assert player.admin("GET", "/orders")["ozon"] == []


def test_buyers_come_as_often_as_told_and_lower_the_stock(player):
    goods = player.goods.on_ozon
    player.stocked(*(good.article for good in goods), pieces=1_000)
    player.admin("POST", "/tempo", {"orders_per_minute": 60})
    player.skip(600)
    known = player.admin("GET", "/orders")
    assert 450 < len(known["ozon"]) < 750
    assert 450 < len({row["basket"] for row in known["wildberries"]}) < 750
    assert len(known["wildberries"]) > len({row["basket"] for row in known["wildberries"]})
    assert any(len(row["lines"]) > 1 for row in known["ozon"])
    sold = sum(line["quantity"] for row in known["ozon"] for line in row["lines"])
    state = player.admin("GET", "/state")["sellers"][0]
    assert (state["ozon"]["reserved"], state["ozon"]["free"]) == (sold, 1_000 * len(goods) - sold)
    stocked = sum(good.on_wildberries for good in goods)
    assert state["wildberries"]["amount"] == 1_000 * stocked - len(known["wildberries"])


def test_stock_never_falls_below_zero():
    player = Player(judged=False, orders_per_minute=600)
    player.stocked(ARTICLE, OTHER, pieces=3)
    player.skip(600)
    state = player.admin("GET", "/state")["sellers"][0]
    assert (state["ozon"]["free"], state["ozon"]["reserved"]) == (0, 6)
    assert state["wildberries"]["amount"] == 0
    assert sum(state["wildberries"]["orders"].values()) == 6


def test_buyers_change_their_mind_and_ozon_frees_the_reserve():
    player = Player(judged=False, buyer_cancels=1.0, cancel_after=1.0, orders_per_minute=60)
    player.stocked(ARTICLE, pieces=100)
    player.skip(60)
    player.admin("POST", "/tempo", {"orders_per_minute": 0})
    player.skip(600)
    state = player.admin("GET", "/state")["sellers"][0]
    assert set(state["ozon"]["postings"]) == {"cancelled"}
    assert (state["ozon"]["free"], state["ozon"]["reserved"]) == (100, 0)
    assert set(state["wildberries"]["orders"]) == {"new/declined_by_client"}


def test_last_unit_is_sold_on_both_marketplaces_at_once(player):
    player.stocked(ARTICLE, pieces=1)
    placed = player.admin("POST", "/orders", {"items": [{"article": ARTICLE}]})
    assert (len(placed["ozon"]), len(placed["wildberries"])) == (1, 1)
    again = player.client.post("/admin/orders", json={"items": [{"article": ARTICLE}]})
    assert (again.status_code, again.json()) == (400, {"error": "not enough stock on Ozon"})
    forced = player.admin("POST", "/orders", {"items": [{"article": ARTICLE}], "force": True, "times": 2})
    assert (len(forced["ozon"]), len(forced["wildberries"])) == (2, 2)
    new = player.wb("GET", "marketplace-api", "/api/v3/orders/new").json()["orders"]
    assert [order["isZeroOrder"] for order in new] == [False, True, True]


def test_refused_order_leaves_the_other_marketplace_untouched(player):
    player.stocked(ARTICLE, pieces=5)
    account = player.app.state.wildberries.cabinets[player.sid]
    account.stocks.clear()
    refused = player.client.post(
        "/admin/orders", json={"items": [{"article": ARTICLE}], "marketplaces": ["ozon", "wildberries"]}
    )
    assert refused.json() == {"error": "not enough stock on Wildberries"}
    assert player.admin("GET", "/orders")["ozon"] == []


def test_buyers_come_at_once_when_called(player):
    player.stocked(ARTICLE, OTHER, pieces=500)
    assert player.admin("POST", "/arrivals", {"ozon": 20, "wildberries": 30}) == {
        "came": {"ozon": 20, "wildberries": 30}
    }
    known = player.admin("GET", "/orders")
    assert (len(known["ozon"]), len({row["basket"] for row in known["wildberries"]})) == (20, 30)


def test_order_may_be_put_into_a_state_nobody_has_heard_of(player):
    player.stocked(ARTICLE)
    placed = player.admin("POST", "/orders", {"items": [{"article": ARTICLE}]})
    number, order = placed["ozon"][0], placed["wildberries"][0]
    player.admin("POST", "/status", {"ozon": number, "status": "teleporting", "substatus": "half_way"})
    result = player.ozon("/v3/posting/fbs/get", {"posting_number": number}).json()["result"]
    assert (result["status"], result["substatus"]) == ("teleporting", "half_way")
    player.admin("POST", "/status", {"wildberries": order, "wb_status": "canceled"})
    row = player.wb("POST", "marketplace-api", "/api/v3/orders/status", {"orders": [order]}).json()["orders"][0]
    assert (row["supplierStatus"], row["wbStatus"]) == ("new", "canceled")


def test_wildberries_cancels_what_is_not_handed_over_in_time(player):
    player.stocked(ARTICLE)
    body = {"items": [{"article": ARTICLE, "quantity": 2}], "marketplaces": ["wildberries"]}
    late, assembled = player.admin("POST", "/orders", body)["wildberries"]
    supply = player.wb("POST", "marketplace-api", "/api/v3/supplies", {"name": "x"}).json()["id"]
    path = f"/api/marketplace/v3/supplies/{supply}/orders"
    player.wb("PATCH", "marketplace-api", path, {"orders": [assembled]})
    player.skip(5 * 86_400 + 1)
    known = {
        row["id"]: (row["supplier_status"], row["wb_status"]) for row in player.admin("GET", "/orders")["wildberries"]
    }
    assert known == {late: ("new", "canceled"), assembled: ("confirm", "canceled")}
    assert player.wb("GET", "marketplace-api", "/api/v3/orders/new").json() == {"orders": []}


def test_warehouse_in_processing_refuses_stock(player):
    player.admin("POST", "/processing", {"warehouse": 700101})
    body = {"stocks": [{"chrtId": player.goods.by_article[ARTICLE].chrt_id, "amount": 1}]}
    refused = player.wb("PUT", "marketplace-api", "/api/v3/stocks/700101", body)
    assert (refused.status_code, refused.json()[0]["code"]) == (409, "StoreIsProcessing")
    assert player.wb("GET", "marketplace-api", "/api/v3/warehouses").json()[0]["isProcessing"] is True
    player.admin("POST", "/processing", {"warehouse": 700101, "on": False})
    assert player.wb("PUT", "marketplace-api", "/api/v3/stocks/700101", body).status_code == 204


def test_packing_may_fail_and_is_repeated():
    player = Player(judged=False, ship_failed=1.0)
    player.stocked(ARTICLE)
    number = player.admin("POST", "/orders", {"items": [{"article": ARTICLE}], "marketplaces": ["ozon"]})["ozon"][0]
    products = [{"product_id": player.goods.by_article[ARTICLE].sku, "quantity": 1}]
    body = {"posting_number": number, "packages": [{"products": products}]}
    assert player.ozon("/v4/posting/fbs/ship", body).json() == {"result": [number]}
    assert player.ozon("/v4/posting/fbs/ship", body).json()["message"] == "POSTING_ALREADY_SHIPPED"
    player.skip(10)
    result = player.ozon("/v3/posting/fbs/get", {"posting_number": number}).json()["result"]
    assert (result["status"], result["substatus"]) == ("awaiting_packaging", "ship_failed")
    player.admin("POST", "/tempo", {"ship_failed": 0})
    assert player.ozon("/v4/posting/fbs/ship", body).json() == {"result": [number]}
    player.skip(10)
    result = player.ozon("/v3/posting/fbs/get", {"posting_number": number}).json()["result"]
    assert result["status"] == "awaiting_deliver"


def test_parcels_left_at_the_gate_are_shipped_again():
    player = Player(judged=False, left_at_gate=1.0)
    player.stocked(ARTICLE)
    order = player.admin("POST", "/orders", {"items": [{"article": ARTICLE}], "marketplaces": ["wildberries"]})
    number, host = order["wildberries"][0], "marketplace-api"
    first, second = (player.wb("POST", host, "/api/v3/supplies", {"name": "x"}).json()["id"] for _ in range(2))
    attach = "/api/marketplace/v3/supplies/{}/orders"
    player.wb("PATCH", host, attach.format(first), {"orders": [number]})
    row = {"supplyId": first, "shippingDt": "2026-11-25", "shippingPointId": 50001, "shippingType": "selfShipping"}
    player.wb("PATCH", host, "/api/marketplace/v3/fbs/supplies/shipping-method", {"data": [row]})
    assert player.wb("PATCH", host, f"/api/v3/supplies/{first}/deliver").status_code == 204
    refused = player.wb("PATCH", host, attach.format(second), {"orders": [number]})
    assert refused.json()["code"] == "FailedToAddSupplyOrder"
    player.skip(301)
    left = player.wb("GET", host, "/api/v3/supplies/orders/reshipment").json()
    assert left == {"orders": [{"supplyID": first, "orderID": number}]}
    assert player.wb("PATCH", host, attach.format(second), {"orders": [number]}).status_code == 204
    assert player.wb("GET", host, "/api/v3/supplies/orders/reshipment").json() == {"orders": []}


def test_restart_keeps_orders_stock_time_and_what_is_to_come(tmp_path):
    path = str(tmp_path / "state.sqlite3")
    first = Player(judged=False, path=path)
    first.admin("POST", "/seed", {"products": 70})
    first.stocked(ARTICLE)
    number = first.admin("POST", "/orders", {"items": [{"article": ARTICLE}]})["ozon"][0]
    products = [{"product_id": first.goods.by_article[ARTICLE].sku, "quantity": 1}]
    first.ozon("/v4/posting/fbs/ship", {"posting_number": number, "packages": [{"products": products}]})
    before = first.admin("GET", "/orders"), first.admin("GET", "/stocks")
    second = Player(judged=False, path=path)
    assert (second.admin("GET", "/orders"), second.admin("GET", "/stocks")) == before
    assert len(second.goods) == 70
    second.skip(10)
    assert second.admin("GET", "/orders")["ozon"][0]["status"] == "awaiting_deliver"
    later = second.admin("POST", "/orders", {"items": [{"article": ARTICLE}]})
    assert later["ozon"][0] != number
    assert later["wildberries"][0] == before[0]["wildberries"][0]["id"] + 1


def test_reset_begins_anew_with_the_first_goods(player):
    player.admin("POST", "/seed", {"products": 100, "stock": 4})
    before = player.admin("POST", "/orders", {"items": [{"article": ARTICLE}]})["wildberries"][0]
    player.admin("POST", "/faults", {"mode": "500"})
    player.admin("POST", "/reset")
    state = player.admin("GET", "/state")
    assert (state["sellers"][0]["goods"], state["faults"], state["counters"]["calls"]) == (60, [], {})
    assert player.admin("GET", "/stocks") == {code: {} for code in player.app.state.stalls}
    assert player.admin("GET", "/orders")["wildberries"] == []
    body = {"items": [{"article": ARTICLE}], "force": True}
    assert player.admin("POST", "/orders", body)["wildberries"] == [before + 1]


def test_catalogue_tells_what_a_program_needs_to_know_the_goods(player):
    said = player.admin("GET", "/catalogue")
    assert said["total"] == len(said["goods"]) == 60
    assert said["keys"]["ozon"] == {"client_id": "100001", "api_key": "sandbox-ozon-key"}
    for good in said["goods"]:
        assert ean13(good["barcode"][:12]) == good["barcode"]
    both = [good for good in said["goods"] if good["marketplaces"] == ["ozon", "wildberries"]]
    assert (len(both), sum(good["marking"] == "required" for good in said["goods"])) == (56, 3)
    assert len({good["barcode"] for good in said["goods"]}) == 60


def test_page_shows_the_state_without_third_parties(player):
    answer = player.client.get("/admin/")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "Песочница: Ozon, Wildberries" in answer.text
    assert "http://" not in answer.text
    assert player.client.get("/healthz").json() == {"status": "ok"}


def test_hundred_thousand_goods_have_numbers_of_their_own(player):
    assert player.admin("POST", "/seed", {"products": 100_000}) == {"goods": 100_000}
    goods = player.goods.goods
    assert len({good.barcode for good in goods}) == len({good.sku for good in goods}) == 100_000
    assert len({good.chrt_id for good in goods}) == len({good.product_id for good in goods}) == 100_000


@pytest.mark.parametrize("size", [(580, 400), (400, 300)])
@pytest.mark.parametrize("code", ["*2Ab9Xy", "WB-GI-182700311", "$WBMP:1:311:4410001"])
def test_sticker_picture_is_read_by_a_foreign_reader(code, size):
    width, height = size
    png = stickers.draw("png", barcode=code, small="391420", large="1172", width=width, height=height)
    picture = Image.open(io.BytesIO(png))
    assert picture.size == size
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [code]


@pytest.mark.parametrize("size", [(58.0, 40.0), (75.0, 120.0)])
def test_label_at_203_dpi_is_read_by_a_foreign_reader(size):
    width, height = size
    file = pdf.write([pdf.Page(width, height, (f"%101%{4_100_000_017 + n}",), ((f"0{n}-1", 10.0),)) for n in range(3)])
    document = pypdfium2.PdfDocument(file)
    read = []
    for page in document:
        picture = page.render(scale=203.2 / 72, grayscale=True).to_pil()
        read += [found.text for found in zxingcpp.read_barcodes(picture)]
    document.close()
    assert read == ["%101%4100000017", "%101%4100000018", "%101%4100000019"]


def test_posting_row_survives_its_own_encoding(player):
    player.stocked(ARTICLE)
    player.admin("POST", "/orders", {"items": [{"article": ARTICLE}], "marketplaces": ["ozon"]})
    cabinet = player.app.state.ozon.cabinets["100001"]
    posting = next(iter(cabinet.postings.values()))
    assert isinstance(posting, Posting)
    assert cabinet.open == {posting.number}
