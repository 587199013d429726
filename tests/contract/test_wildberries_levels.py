"""Stock and prices of Wildberries."""

from decimal import Decimal

import pytest

from marketplaces import dto
from marketplaces.adapters.wildberries import build
from marketplaces.dto import Code, PriceLevel, StockLevel
from marketplaces.errors import OutcomeUnknown, Rejected, Unavailable
from tests.contract import specs
from tests.contract.wildberries_server import Server, adapter

STOCKS = "/api/v3/stocks/658434"


def level(stock_id: str, pieces: int, *, offer_id: str = "MUG-1") -> StockLevel:
    return StockLevel(warehouse_id="658434", offer_id=offer_id, stock_id=stock_id, pieces=pieces)


# -- stock


def test_stock_is_put_by_size_and_an_empty_204_is_success() -> None:
    server = Server().on("PUT", STOCKS, (204, None))
    receipt = adapter(server).push_stock([level("11", 3), level("12", 0)])
    assert receipt == dto.Receipt(accepted=["658434:11", "658434:12"], refused=[])
    (asked,) = server.asked
    assert asked.body == {"stocks": [{"chrtId": 11, "amount": 3}, {"chrtId": 12, "amount": 0}]}
    assert (asked.write, asked.limits[0].cost_4xx) == (True, 10)


def test_a_misspelt_field_is_caught_by_the_specification_because_the_marketplace_says_204(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    specs.specs_dir()
    monkeypatch.setattr(
        build,
        "stocks",
        lambda levels: {"stocks": [{"chrtID": int(one.stock_id), "amount": one.pieces} for one in levels]},
    )
    with pytest.raises(specs.SpecMismatch, match="chrtID"):
        adapter(Server().on("PUT", STOCKS, (204, None))).push_stock([level("11", 3)])


def test_rows_named_in_a_refusal_are_dropped_and_the_rest_is_sent_again() -> None:
    body = [
        {
            "code": "NotFound",
            "message": "Not found",
            "data": [{"sku": "", "chrtId": 12, "amount": 4}],
        },
        {
            "code": "CargoWarehouseRestrictionSGT",
            "message": "unsuitable",
            "data": [{"sku": "", "chrtId": 13, "amount": 5}],
        },
    ]
    server = Server().on("PUT", STOCKS, (409, body), (204, None))
    receipt = adapter(server).push_stock([level("11", 3), level("12", 4), level("13", 5)])
    assert receipt.accepted == ["658434:11"]
    assert receipt.refused == [
        dto.Refused(key="658434:12", code=Code.NOT_FOUND, text="Not found"),
        dto.Refused(key="658434:13", code=Code.WAREHOUSE, text="unsuitable"),
    ]
    assert [len(asked.body["stocks"]) for asked in server.asked] == [3, 1]


def test_a_refusal_that_names_a_barcode_only_is_told_by_its_amount() -> None:
    body = [{"code": "UploadDataLimit", "message": "limit", "data": [{"sku": "4600000000017", "amount": 100001}]}]
    server = Server().on("PUT", STOCKS, (409, body), (204, None))
    receipt = adapter(server).push_stock([level("11", 3), level("12", 100000)])
    assert [one.key for one in receipt.refused] == ["658434:11", "658434:12"]
    server = Server(validate=False).on("PUT", STOCKS, (409, body), (204, None))
    receipt = adapter(server).push_stock([level("11", 3), level("12", 100001)])
    assert receipt.accepted == ["658434:11"]
    assert [(one.key, one.code) for one in receipt.refused] == [("658434:12", Code.WRONG_QUANTITY)]


def test_a_refusal_that_names_nobody_refuses_all_and_is_not_probed() -> None:
    body = [{"code": "ProductPropertyConflict", "message": "wholesale"}]
    server = Server().on("PUT", STOCKS, (409, body))
    receipt = adapter(server).push_stock([level("11", 3), level("12", 4)])
    assert receipt.accepted == []
    assert [(one.key, one.code) for one in receipt.refused] == [
        ("658434:11", Code.WAREHOUSE),
        ("658434:12", Code.WAREHOUSE),
    ]
    assert len(server.asked) == 1


def test_endless_refusals_are_left_for_later() -> None:
    def one_more(asked):
        row = asked.body["stocks"][0]
        return 409, [{"code": "NotFound", "message": "no", "data": [row]}]

    server = Server().on("PUT", STOCKS, one_more)
    receipt = adapter(server).push_stock([level(str(number), number) for number in range(11, 21)])
    assert len(server.asked) == 5
    assert [one.code for one in receipt.refused] == [Code.NOT_FOUND] * 5 + [Code.TOO_OFTEN] * 5
    assert {one.retry_after_s for one in receipt.refused[5:]} == {15}


@pytest.mark.parametrize("trouble", [Unavailable("limited"), OutcomeUnknown("no answer")])
def test_who_was_refused_is_not_forgotten_when_the_repeat_fails(trouble: Exception) -> None:
    body = [{"code": "NotFound", "message": "Not found", "data": [{"sku": "", "chrtId": 12, "amount": 4}]}]
    receipt = adapter(Server().on("PUT", STOCKS, (409, body), trouble)).push_stock([level("11", 3), level("12", 4)])
    assert [(one.key, one.code, one.retry_after_s) for one in receipt.refused] == [
        ("658434:12", Code.NOT_FOUND, None),
        ("658434:11", Code.TOO_OFTEN, 15),
    ]
    assert receipt.accepted == []


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (409, [{"code": "StoreIsProcessing", "message": "The store is processing"}]),
        (406, {"code": "WarehouseStocksUpdateBlock", "message": "The warehouse is processing"}),
    ],
)
def test_a_busy_warehouse_is_asked_again_later(status: int, body: object) -> None:
    server = Server().on("PUT", STOCKS, (status, body))
    with pytest.raises(Unavailable) as busy:
        adapter(server).push_stock([level("11", 3)])
    assert (busy.value.retry_after_s or 0) > 0
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (406, {"code": "StatusNotAcceptable", "message": "бан поставщика"}, Code.WRONG_STATE),
        (404, {"code": "NotFound", "message": "Не найдено"}, Code.NOT_FOUND),
        (400, {"code": "IncorrectRequest", "message": "Переданы некорректные данные"}, Code.INVALID),
    ],
)
def test_a_refusal_of_the_whole_is_told_of_every_row_so_that_nobody_halves_it(
    status: int, body: dict[str, object], code: Code
) -> None:
    server = Server().on("PUT", STOCKS, (status, body))
    receipt = adapter(server).push_stock([level("11", 3), level("12", 4)])
    assert (receipt.accepted, [(one.key, one.code) for one in receipt.refused]) == (
        [],
        [("658434:11", code), ("658434:12", code)],
    )
    assert len(server.asked) == 1


def test_what_is_no_size_is_refused_without_a_request() -> None:
    server = Server()
    receipt = adapter(server).push_stock([level("", 3), level("9" * 19, 3)])
    assert [(one.key, one.code) for one in receipt.refused] == [
        ("658434:MUG-1", Code.INVALID),
        ("658434:9999999999999999999", Code.INVALID),
    ]
    assert server.asked == []


def test_a_row_they_do_not_name_is_zero() -> None:
    server = Server().on("POST", STOCKS, (200, {"stocks": [{"chrtId": 11, "amount": 3}]}))
    held = adapter(server).read_stock([level("11", 9), level("12", 9)]).items
    assert [(one.stock_id, one.pieces) for one in held] == [("11", 3), ("12", 0)]
    assert server.asked[0].body == {"chrtIds": [11, 12]}


def test_an_unreadable_row_does_not_become_a_zero() -> None:
    rows = [{"chrtId": 11, "amount": 3}, {"chrtId": 12, "amount": "много"}]
    server = Server(validate_answers=False).on("POST", STOCKS, (200, {"stocks": rows}))
    held = adapter(server).read_stock([level("11", 9), level("12", 9)]).items
    assert [(one.stock_id, one.pieces) for one in held] == [("11", 3)]


def test_their_own_stock_is_paged_by_offset() -> None:
    row = {
        "nmId": 1, "chrtId": 11, "warehouseId": 507, "warehouseName": "Склад WB РФ", "regionName": "Центральный",
        "quantity": 43, "inWayToClient": 14, "inWayFromClient": 11,
    }  # fmt: skip
    server = Server(validate_answers=False).on(
        "POST",
        "/api/analytics/v1/stocks-report/wb-warehouses",
        (200, {"data": {"items": [row] * 50_000}}),
        (200, {"data": {"items": [row]}}),
    )
    pages = [*adapter(server).own_stock()]
    assert [len(page.items) for page in pages] == [50_000, 1]
    assert pages[1].items[0] == dto.OwnStock(
        warehouse_id="507",
        warehouse_name="Склад WB РФ",
        offer_id="",
        stock_id="11",
        pieces=43,
        to_customer=14,
        from_customer=11,
    )
    assert [asked.body["offset"] for asked in server.asked] == [0, 50_000]


# -- prices


def price(product: str, amount: str, old: str = "0") -> PriceLevel:
    return PriceLevel(offer_id=f"A-{product}", product_id=product, price=Decimal(amount), old_price=Decimal(old))


@pytest.mark.parametrize(
    ("amount", "old", "before", "discount"),
    [
        ("500", "0", 500, 0),
        ("499.01", "0", 500, 0),
        ("500", "1000", 1000, 50),
        ("799", "1000", 999, 20),
        ("333", "1000", 980, 66),
        ("1", "1000", 100, 99),
        ("500", "400", 500, 0),
        ("0", "1000", 0, 0),
        ("12345", "12399", 12345, 0),
    ],
)
def test_a_price_is_never_sold_cheaper_than_asked(amount: str, old: str, before: int, discount: int) -> None:
    row = build.price(price("1", amount, old))
    assert (row["price"], row["discount"]) == (before, discount)
    sold_for = Decimal(before * (100 - discount)) / 100
    assert Decimal(amount) <= sold_for < Decimal(amount) + 1


UPLOAD = "/api/v2/upload/task"
HISTORY = "/api/v2/history/tasks"
GOODS = "/api/v2/history/goods/task"
QUARANTINE = "/api/v2/quarantine/goods"


def created(number: int) -> tuple[int, object]:
    return 200, {"data": {"id": number, "alreadyExists": False}, "error": False, "errorText": ""}


def error(text: str) -> dict[str, object]:
    return {"data": None, "error": True, "errorText": text}


def test_prices_are_uploaded_and_judged_later() -> None:
    server = Server().on("POST", UPLOAD, created(146567))
    receipt = adapter(server).push_prices([price("10", "500", "1000"), price("11", "700"), price("11", "700")])
    assert receipt == dto.Receipt(pending=["10", "11"], refused=[], token="146567")
    assert server.asked[0].body == {
        "data": [{"nmID": 10, "price": 1000, "discount": 50}, {"nmID": 11, "price": 700, "discount": 0}]
    }


def test_two_prices_of_one_card_cannot_be_expressed() -> None:
    server = Server().on("POST", UPLOAD, created(1))
    receipt = adapter(server).push_prices([price("10", "500"), price("10", "600"), price("11", "700"), price("x", "1")])
    assert receipt.pending == ["11"]
    assert [(one.key, one.code) for one in receipt.refused] == [("10", Code.PRICE_REFUSED), ("x", Code.INVALID)]


def test_an_upload_that_exists_already_is_awaited() -> None:
    body = {"data": {"id": 1111111, "alreadyExists": True}, "error": False, "errorText": "This task already exists"}
    receipt = adapter(Server().on("POST", UPLOAD, (208, body))).push_prices([price("10", "500")])
    assert (receipt.pending, receipt.token) == (["10"], "1111111")


def test_the_same_price_is_what_we_wanted() -> None:
    body = error("The specified prices and discounts are already set")
    receipt = adapter(Server().on("POST", UPLOAD, (400, body))).push_prices([price("10", "500")])
    assert receipt == dto.Receipt(accepted=["10"], refused=[])


def test_the_refusal_of_two_meanings_is_told_apart_by_what_they_hold() -> None:
    text = "All item Nos. are specified incorrectly, or the specified prices and discounts are already set"
    server = (
        Server()
        .on("POST", UPLOAD, (400, error(text)))
        .on("POST", "/api/v2/list/goods/filter", (200, listed(goods(10, (500, 500)))))
    )
    receipt = adapter(server).push_prices([price("10", "500"), price("11", "500")])
    assert receipt.accepted == ["10"]
    assert [(one.key, one.code) for one in receipt.refused] == [("11", Code.NOT_FOUND)]


def test_another_refusal_of_prices_is_passed_on() -> None:
    with pytest.raises(Rejected, match="Duplicate item"):
        adapter(Server().on("POST", UPLOAD, (400, error("Duplicate item Nos.")))).push_prices([price("10", "500")])


def test_two_hundred_with_an_error_is_a_refusal() -> None:
    server = Server().on("POST", UPLOAD, (200, error("You can't change prices") | {"data": {}}))
    with pytest.raises(Rejected, match="You can't change prices"):
        adapter(server).push_prices([price("10", "500")])


def test_an_upload_without_a_readable_id_is_unknown() -> None:
    server = Server(validate_answers=False).on("POST", UPLOAD, (200, {"data": {}, "error": False}))
    with pytest.raises(OutcomeUnknown):
        adapter(server).push_prices([price("10", "500")])


def test_an_upload_in_the_buffer_is_still_pending() -> None:
    server = Server().on("GET", HISTORY, (200, {"data": None, "error": False, "errorText": ""}))
    assert adapter(server).price_verdict("146567") == dto.Receipt(token="146567")
    assert server.asked[0].query == {"uploadID": 146567}


def test_a_processed_upload_is_judged_card_by_card_with_the_quarantine() -> None:
    sale = "You can't change the item price. Item was added to the Sale due to high inventory"
    rows = [
        {"nmID": 10, "status": 2, "errorText": None},
        {"nmID": 11, "status": 3, "errorText": sale},
        {"nmID": 12, "status": 2, "errorText": ""},
    ]
    server = (
        Server()
        .on("GET", HISTORY, (200, {"data": {"uploadID": 1, "status": 5}, "error": False, "errorText": ""}))
        .on("GET", GOODS, (200, {"data": {"uploadID": 1, "historyGoods": rows}}))
        .on("GET", QUARANTINE, (200, {"data": {"quarantineGoods": [{"nmID": 12}, {"nmID": 99}]}, "error": False}))
    )
    receipt = adapter(server).price_verdict("1")
    assert receipt.accepted == ["10"]
    assert [(one.key, one.code) for one in receipt.refused] == [("11", Code.PRICE_REFUSED), ("12", Code.PRICE_REFUSED)]
    assert receipt.refused[0].text == sale
    assert (receipt.pending, receipt.token) == ([], "")


def test_a_cancelled_upload_is_refused() -> None:
    server = (
        Server()
        .on("GET", HISTORY, (200, {"data": {"uploadID": 1, "status": 4}}))
        .on("GET", GOODS, (200, {"data": {"historyGoods": [{"nmID": 10, "status": 2}]}}))
    )
    receipt = adapter(server).price_verdict("1")
    assert receipt.accepted == []
    assert [one.key for one in receipt.refused] == ["10"]


def goods(number: int, *sizes: tuple[float, float]) -> dict[str, object]:
    return {
        "nmID": number,
        "vendorCode": f"A-{number}",
        "sizes": [
            {
                "sizeID": 1,
                "price": before,
                "discountedPrice": after,
                "clubDiscountedPrice": after,
                "techSizeName": "0",
            }
            for before, after in sizes
        ],
        "currencyIsoCode4217": "RUB",
        "discount": 30,
        "editableSizePrice": False,
    }


def listed(*rows: dict[str, object]) -> dict[str, object]:
    return {"data": {"listGoods": [*rows]}, "error": False, "errorText": ""}


def test_the_price_in_force_is_the_cheapest_size() -> None:
    server = Server().on(
        "POST", "/api/v2/list/goods/filter", (200, listed(goods(10, (500, 350.5), (700, 490)), goods(11, (90, 90))))
    )
    prices = adapter(server).read_prices([price("10", "1"), price("11", "1"), price("12", "1")]).items
    assert prices == [
        PriceLevel(offer_id="A-10", product_id="10", price=Decimal("350.5"), old_price=Decimal(500)),
        PriceLevel(offer_id="A-11", product_id="11", price=Decimal(90), old_price=Decimal(0)),
    ]
    assert server.asked[0].body == {"nmList": [10, 11, 12]}
    assert (server.asked[0].limits[0].requests, server.asked[0].limits[0].period_s) == (10, 6)
