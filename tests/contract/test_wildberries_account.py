"""The key, warehouses and cards of Wildberries."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from marketplaces import dto
from marketplaces.adapters.wildberries.adapter import Wildberries
from marketplaces.dto import MarkKind, Scheme
from marketplaces.errors import ContractBroken, CredentialsRejected, Rejected, Unavailable
from tests.contract.wildberries_server import SELLER, Asked, Server, adapter

INFO = {"name": "ИП Тестов Т. Т.", "sid": SELLER, "tin": "1234567890", "tradeMark": "Flax Store"}
PONG = (200, {"TS": "2024-08-16T11:19:05+03:00", "Status": "OK"})
UNAUTHORIZED = {
    "title": "unauthorized",
    "detail": "token scope not allowed",
    "requestId": "7b80742415072fe8b6b7f7761f1d1211",
    "origin": "s2s-api-auth-catalog",
    "status": 401,
    "statusText": "Unauthorized",
    "timestamp": "2024-09-30T06:52:38Z",
}


def ready() -> Server:
    return Server().on("GET", "/api/v1/seller-info", (200, INFO)).on("GET", "/ping", PONG)


def test_the_account_is_named_with_its_expiry_and_permissions() -> None:
    server = ready()
    account = adapter(server).account()
    assert (account.external_id, account.name, account.inn) == (SELLER, "Flax Store", "1234567890")
    assert account.key_expires_at == datetime.fromtimestamp(1_800_000_000, tz=UTC)
    assert {one.name: one.granted for one in account.permissions} == {
        "Content": True,
        "Prices and discounts": True,
        "Marketplace": True,
        "Analytics": True,
        "Write access": True,
    }
    assert sorted(asked.host for asked in server.of("GET", "/ping")) == [
        "content-api",
        "discounts-prices-api",
        "marketplace-api",
        "seller-analytics-api",
    ]
    assert server.asked[0].headers["Authorization"].count(".") == 2


def test_a_category_that_the_token_does_not_name_is_missing_without_a_ping() -> None:
    server = ready()
    account = adapter(server, s=1 << 1 | 1 << 4 | 1 << 30).account()
    missing = {one.name: (one.needed, one.methods) for one in account.permissions if not one.granted}
    assert missing.keys() == {"Prices and discounts", "Analytics", "Write access"}
    assert missing["Prices and discounts"] == (True, ("prices",))
    assert missing["Analytics"][0] is False
    assert [asked.host for asked in server.of("GET", "/ping")] == ["content-api", "marketplace-api"]


def test_a_host_that_refuses_the_key_is_a_missing_permission_though_another_pings() -> None:
    def ping(asked: Asked) -> object:
        return (401, UNAUTHORIZED) if asked.host == "marketplace-api" else PONG

    account = adapter(ready().on("GET", "/ping", ping)).account()
    assert [one.name for one in account.permissions if not one.granted] == ["Marketplace"]


def test_a_silent_host_says_nothing_of_the_key() -> None:
    account = adapter(ready().on("GET", "/ping", Unavailable("no answer"))).account()
    assert all(one.granted for one in account.permissions)


def test_a_token_that_cannot_be_read_is_judged_by_the_marketplace_alone() -> None:
    server = ready()
    account = Wildberries(credentials={"token": " opaque "}, send=server).account()
    assert account.external_id == SELLER
    assert account.key_expires_at is None
    assert [one.name for one in account.permissions] == ["Content", "Prices and discounts", "Marketplace", "Analytics"]
    assert server.asked[0].headers == {"Authorization": "opaque"}


@pytest.mark.parametrize("status", [401, 402, 403])
def test_a_refused_key_is_said_so(status: int) -> None:
    server = Server(validate_answers=False).on("GET", "/api/v1/seller-info", (status, UNAUTHORIZED))
    with pytest.raises(CredentialsRejected, match="token scope not allowed"):
        adapter(server).account()


def test_a_gate_in_html_is_not_taken_for_a_refused_key() -> None:
    server = Server(validate_answers=False).on("GET", "/api/v3/orders/new", (403, b"<html>Forbidden</html>"))
    with pytest.raises(Unavailable):
        [*adapter(server).orders_new(now=datetime(2026, 11, 24, tzinfo=UTC))]


@pytest.mark.parametrize("status", [408, 429, 461, 500, 502, 503])
def test_passing_trouble_is_unavailable(status: int) -> None:
    with pytest.raises(Unavailable):
        adapter(Server(validate_answers=False).on("GET", "/api/v3/warehouses", (status, b""))).warehouses()


@pytest.mark.parametrize("body", [b"<html>", b'{"id": 1', b"\xff\xfe\x00", b"[" * 100_000, b"1" * 10_000])
def test_garbage_breaks_the_contract_and_nothing_else(body: bytes) -> None:
    with pytest.raises(ContractBroken):
        adapter(Server(validate_answers=False).on("GET", "/api/v3/warehouses", (200, body))).warehouses()


@pytest.mark.parametrize("body", [b"<html>", b""])
def test_an_unexplained_refusal_breaks_the_contract(body: bytes) -> None:
    with pytest.raises(ContractBroken, match="404"):
        adapter(Server(validate_answers=False).on("GET", "/api/v3/warehouses", (404, body))).warehouses()


def test_a_base_token_is_held_shorter_and_a_test_token_slower() -> None:
    goods = {"data": {"listGoods": []}, "error": False, "errorText": ""}
    server = (
        Server()
        .on("POST", "/api/v2/list/goods/filter", (200, goods))
        .on("GET", "/api/v3/orders/new", (200, {"orders": []}))
    )
    adapter(server, acc=1).read_prices([dto.PriceLevel(offer_id="A", product_id="1", price=Decimal(1))])
    assert [(limit.requests, limit.period_s) for limit in server.asked[0].limits] == [(4, 3600)]
    [*adapter(server, acc=2).orders_new(now=datetime(2026, 11, 24, tzinfo=UTC))]
    assert [(limit.requests, limit.interval_s) for limit in server.asked[1].limits] == [(60, 1), (300, 0.2)]


# -- warehouses


def test_warehouses_have_one_scheme_and_one_size_each() -> None:
    rows = [
        {"id": 1, "name": "Основной", "officeId": 15, "cargoType": 1, "deliveryType": 1, "isDeleting": False},
        {"id": 2, "name": "Витрина", "officeId": 16, "cargoType": 2, "deliveryType": 5, "isDeleting": True},
    ]
    first, second = adapter(Server().on("GET", "/api/v3/warehouses", (200, rows))).warehouses().items
    assert first == dto.RemoteWarehouse(
        external_id="1", name="Основной", scheme=Scheme.FBS, cargo_type="1", label_format="58x40"
    )
    assert (second.scheme, second.active) == (Scheme.PICKUP, False)


def test_a_warehouse_of_an_unknown_kind_does_not_hide_the_others() -> None:
    rows = [{"id": 1, "name": "Основной", "deliveryType": 1}, {"id": 2, "name": "?", "deliveryType": 77}]
    server = Server(validate_answers=False).on("GET", "/api/v3/warehouses", (200, rows))
    page = adapter(server).warehouses()
    assert [one.external_id for one in page.items] == ["1"]
    assert [(bad.key, bad.reason) for bad in page.broken] == [("2", "deliveryType: unknown 77")]


# -- cards


LIST = "/content/v2/get/cards/list"
TRASH = "/content/v2/get/cards/trash"
ERRORS = "/content/v2/cards/error/list"


def catalogue(*, validate_answers: bool = True) -> Server:
    """Without failed uploads and with an empty bin."""
    return (
        Server(validate_answers=validate_answers)
        .on("POST", ERRORS, errors())
        .on("POST", TRASH, cards(moment="trashedAt"))
    )


def errors(*batches: dict[str, list[str]], more: bool = False) -> object:
    items = [
        {
            "batchUUID": "b15fecaf-57fd-4b63-ab6f-18d630b8793e",
            "subjects": {},
            "brands": {},
            "vendorCodes": [*batch],
            "errors": batch,
            "updatedAt": "2025-12-19T23:59:59Z",
        }
        for batch in batches
    ]
    cursor = {"next": more, "updatedAt": "2025-12-20T23:59:59Z", "batchUUID": "1cd79751-de1f-46c8-a444-a941d35dde56"}
    return 200, {"data": {"items": items, "cursor": cursor}, "error": False, "errorText": "", "additionalErrors": {}}


def card(number: int, **more: object) -> dict[str, object]:
    return {
        "nmID": number,
        "imtID": 1,
        "subjectName": "Кружки",
        "vendorCode": f"MUG-{number}",
        "title": "Кружка",
        "needKiz": False,
        "kizMarked": False,
        "dimensions": {"length": 55, "width": 40, "height": 15, "weightBrutto": 6.24, "isValid": True},
        "sizes": [{"chrtID": number * 10, "techSize": "0", "wbSize": "", "skus": ["4600000000017"]}],
        "createdAt": "2023-12-06T11:17:00.96577Z",
        "updatedAt": "2023-12-06T11:17:00.96577Z",
        **more,
    }


def cards(*rows: dict[str, object], moment: str = "updatedAt", last: int = 1, total: int | None = None) -> object:
    cursor = {moment: "2023-12-06T11:17:00.96577Z", "nmID": last, "total": len(rows) if total is None else total}
    return 200, {"cards": [*rows], "cursor": cursor}


def test_each_size_is_a_listing_and_marking_is_told() -> None:
    sizes = [
        {"chrtID": 11, "techSize": "S", "wbSize": "42", "skus": ["4600000000017", "4600000000024"]},
        {"chrtID": 12, "techSize": "M", "wbSize": "44", "skus": []},
    ]
    wrong = {"length": 0, "width": 0, "height": 0, "weightBrutto": 0, "isValid": False}
    server = (
        catalogue()
        .on("POST", LIST, cards(card(1, sizes=sizes, needKiz=True, dimensions=wrong)))
        .on("POST", TRASH, cards(card(2), moment="trashedAt"))
    )
    listings = [item for page in adapter(server).listings() for item in page.items]
    assert listings[0] == dto.RemoteListing(
        offer_id="MUG-1",
        product_id="1",
        stock_id="11",
        title="Кружка",
        barcodes=("4600000000017", "4600000000024"),
        size="S",
        complaints=("Wildberries doubts the dimensions of the card",),
        marks=(MarkKind.SGTIN,),
    )
    assert [(one.stock_id, one.size, one.archived, one.sellable) for one in listings[1:]] == [
        ("12", "M", False, True),
        ("20", "", True, False),
    ]


def test_cards_are_walked_by_their_cursor_as_it_came() -> None:
    page = [card(number) for number in range(1, 101)]
    server = catalogue().on("POST", LIST, cards(*page, last=100), cards(card(101), last=101))
    pages = [*adapter(server).listings()]
    assert [len(one.items) for one in pages] == [100, 1, 0]
    first, second = (asked.body["settings"] for asked in server.of("POST", LIST))
    assert first == {"sort": {"ascending": True}, "cursor": {"limit": 100}, "filter": {"withPhoto": -1}}
    assert second["cursor"] == {"limit": 100, "updatedAt": "2023-12-06T11:17:00.96577Z", "nmID": 100}
    assert server.of("POST", LIST)[0].limits[0].requests == 100


def test_a_bad_card_is_quarantined_and_the_others_stand() -> None:
    rows = [card(1), card(2, sizes=[]), card(3, sizes=[{"chrtID": "x"}]), card(4)]
    server = catalogue(validate_answers=False).on("POST", LIST, cards(*rows))
    page = next(adapter(server).listings())
    assert [item.product_id for item in page.items] == ["1", "4"]
    assert [(bad.key, bad.reason.split(":")[0]) for bad in page.broken] == [("2", "sizes"), ("3", "chrtID")]


def test_a_refused_list_of_cards_says_why() -> None:
    words = "Invalid request format"
    body: dict[str, object] = {"data": None, "error": True, "errorText": words, "additionalErrors": {}}
    with pytest.raises(Rejected, match="Invalid request format"):
        [*adapter(catalogue().on("POST", LIST, (400, body))).listings()]


def test_what_was_wrong_with_the_last_uploads_stands_on_the_card() -> None:
    words = "Поле Наименование не должно содержать запрещенные символы"
    server = (
        catalogue()
        .on("POST", ERRORS, errors({"MUG-1": [words]}, more=True), errors({"MUG-9": ["x"]}))
        .on("POST", LIST, cards(card(1), card(2)))
    )
    page = next(adapter(server).listings())
    assert [item.complaints for item in page.items] == [(words,), ()]
    assert server.of("POST", ERRORS)[1].body["cursor"]["batchUUID"] == "1cd79751-de1f-46c8-a444-a941d35dde56"


def test_cards_are_listed_also_when_failed_uploads_cannot_be_read() -> None:
    server = catalogue(validate_answers=False).on("POST", LIST, cards(card(1))).on("POST", ERRORS, (404, b"no"))
    assert [item.product_id for page in adapter(server).listings() for item in page.items] == ["1"]
