"""Ozon's postings, statuses and reference data in our words, with the pitfalls of the brief (section 20)."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from marketplaces import dto
from marketplaces.adapters.ozon import build, codes, parse, postings
from marketplaces.adapters.ozon.adapter import Ozon
from marketplaces.dto import Actor, MarkKind, Scheme, Stage
from marketplaces.errors import ContractBroken, CredentialsRejected, Rejected
from marketplaces.http import reading
from tests.contract.ozon_operations import CREDENTIALS, NOW, UNFULFILLED
from tests.contract.recorded import Exchange, Recorded, changed, recording, speaking_to


def adapter_on(server: Recorded) -> Any:
    return speaking_to(Ozon, server, credentials=CREDENTIALS)


def posting(**fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = recording("ozon", "orders_new")[0].body["postings"][0]
    return {**body, **fields}


def order(**fields: Any) -> dto.RemoteOrder:
    (told,) = postings.order_of_list(posting(**fields), now=NOW)
    return told


def status(name: str, substatus: str = "", **fields: Any) -> dto.RemoteStatus:
    return order(status=name, substatus=substatus, **fields).status


def test_an_order_is_told_whole():
    told = order()
    assert (told.number, told.basket, told.scheme, told.warehouse_id) == (
        "41517061-0214-1",
        "41517061-0214",
        Scheme.FBS,
        "22142605386000",
    )
    assert told.ordered_at == datetime(2026, 11, 20, 6, 44, 37, tzinfo=UTC)
    assert told.ship_by == datetime(2026, 11, 21, 6, 44, 37, tzinfo=UTC)
    assert told.barcode == "%101%6700001"
    assert told.buyer is None
    assert told.lines == [
        dto.RemoteLine(
            external_id="5001",
            offer_id="A-1",
            stock_id="5001",
            title="Товар A-1",
            pieces=2,
            price=Decimal(300),
            currency="RUB",
            marks=[],
            optional_marks=[],
        )
    ]
    assert told.raw["posting_number"] == "41517061-0214-1"


def test_marks_are_found_whether_skus_are_texts_or_numbers():
    pages = list(adapter_on(Recorded(recording("ozon", "orders_new"))).orders_new(now=NOW))
    first, second = pages[0].items[1].lines
    assert (first.marks, second.marks, second.optional_marks) == (
        [MarkKind.SGTIN],
        [MarkKind.CUSTOMS],
        [MarkKind.SGTIN],
    )
    numbers = posting(requirements={"products_requiring_imei": [5001]}, optional={})
    (told,) = postings.order_of_list(numbers, now=NOW)
    assert told.lines[0].marks == [MarkKind.IMEI]


def test_a_posting_on_two_pages_is_told_once():
    pages = list(adapter_on(Recorded(recording("ozon", "orders_new"))).orders_new(now=NOW))
    assert [[item.number for item in page.items] for page in pages] == [
        ["41517061-0214-1", "41517061-0215-1"],
        ["41517061-0216-1"],
    ]


def test_the_buyer_of_an_rfbs_order_is_kept_apart():
    told = list(adapter_on(Recorded(recording("ozon", "orders_new"))).orders_new(now=NOW))[1].items[0]
    assert told.scheme is Scheme.DBS
    assert told.cargo == "900001"
    assert told.buyer == dto.Buyer(
        name="Покупатель", phone="+70000000000", address="101000, Москва, Москва, д. 1", comment="Позвонить"
    )


@pytest.mark.parametrize(
    ("price", "amount", "currency"),
    [
        ({"amount": "300", "currency": "RUB"}, "300", "RUB"),
        ({"amount": "1530.0000", "currency": "RUR"}, "1530.0000", "RUB"),
        ({"amount": 12.5, "currency": "BYN"}, "12.5", "BYN"),
        ({"amount": "7000", "currency": "kzt"}, "7000", "KZT"),
        ({"amount": "5", "currency": ""}, "5", "RUB"),
        ("99.90", "99.90", "RUB"),
    ],
)
def test_a_price_may_be_written_in_any_of_their_ways(price: Any, amount: str, currency: str):
    (line,) = order(products=[{**posting()["products"][0], "price": price}]).lines
    assert (line.price, line.currency) == (Decimal(amount), currency)


def test_an_order_without_a_price_is_taken_in_and_shown():
    told = order(products=[{**posting()["products"][0], "price": None}])
    assert (told.lines[0].price, told.status.problem) == (Decimal(0), codes.NO_PRICE)


def test_the_second_mapper_reads_flat_prices():
    page = adapter_on(Recorded(recording("ozon", "orders_by_number"))).orders_by_number(["a", "b"], now=NOW)
    assert [(one.lines[0].price, one.lines[0].currency, one.barcode) for one in page.items] == [
        (Decimal("1530.0000"), "RUB", "")
    ] * 2


def test_an_order_that_is_not_found_is_absent():
    server = Recorded(recording("ozon", "orders_by_number", "not_found"))
    assert adapter_on(server).orders_by_number(["x-1"], now=NOW) == dto.Page(items=[], broken=[])


def test_a_late_payment_has_no_time_of_its_own_yet():
    assert order(in_process_at=None).ordered_at == NOW
    assert order(in_process_at="").ordered_at == NOW
    assert order(shipment_date="0001-01-01T00:00:00Z").ship_by is None


def test_ids_longer_than_sixty_four_bits_are_kept():
    line = {**posting()["products"][0], "sku": 12345678901234567890123}
    assert order(products=[line]).lines[0].stock_id == "12345678901234567890123"


@pytest.mark.parametrize("bad", [1e20, "abc", None, True, [], -5])
def test_an_id_that_is_none_breaks_only_its_order(bad: Any):
    wrong = posting(posting_number="9-9-9", products=[{**posting()["products"][0], "sku": bad}])
    server = Recorded([Exchange("POST", UNFULFILLED, body={"postings": [wrong, posting()], "has_next": False})])
    (page,) = adapter_on(server).orders_new(now=NOW)
    assert [item.number for item in page.items] == ["41517061-0214-1"]
    assert [(one.key, "sku" in one.reason) for one in page.broken] == [("9-9-9", True)]


def test_the_payload_of_a_broken_order_is_masked():
    wrong = posting(products=None, customer={"name": "Иван", "phone": "+7900"})
    _, (broken,) = reading.each([wrong], lambda row: postings.order_of_list(row, now=NOW), "posting_number")
    assert "+7900" not in json.dumps(broken.payload, ensure_ascii=False)
    assert "Иван" not in json.dumps(broken.payload, ensure_ascii=False)


@pytest.mark.parametrize("block", ["analytics_data", "legal_info", "barcodes", "customer", "addressee", "cancellation"])
@pytest.mark.parametrize("junk", [5, "x", [], {"name": {}, "region": [], "inn": [], "scanit": {}, "address": 5}])
def test_an_order_is_taken_in_without_what_it_can_do_without(block: str, junk: Any):
    assert order(**{block: junk}).number == "41517061-0214-1"


@pytest.mark.parametrize(
    "answer",
    [{"body": {"result": "later"}}, {"body": {"result": {}}}, {"body": {}}, {"content": b"<html>"}],
    ids=["word", "hollow", "empty", "html"],
)
def test_one_unreadable_answer_does_not_hold_the_other_orders(answer: dict[str, Any]):
    good = recording("ozon", "orders_by_number")[0]
    bad = Exchange("POST", "/v3/posting/fbs/get", **answer)
    page = adapter_on(Recorded([bad, good])).orders_by_number(["a-1-1", "b-1-1"], now=NOW)
    assert (len(page.items), [one.key for one in page.broken]) == (1, ["a-1-1"])


def test_letters_no_database_stores_are_replaced():
    line = {**posting()["products"][0], "name": "a\x00b\ud800c"}
    server = Recorded([])
    body = json.dumps({"postings": [posting(products=[line])], "has_next": False}).encode()
    server.exchanges = [Exchange("POST", UNFULFILLED, content=body)]
    (page,) = adapter_on(server).orders_new(now=NOW)
    assert page.items[0].lines[0].title == "a\ufffdb?c"


def test_the_same_sku_twice_keeps_both_lines():
    line = posting()["products"][0]
    told = order(products=[line, {**line, "quantity": 3}])
    assert [(one.external_id, one.stock_id, one.pieces) for one in told.lines] == [
        ("5001", "5001", 2),
        ("5001#2", "5001", 3),
    ]


# -- statuses: the table of the brief, section 10
BRIEF = {
    "awaiting_registration": Stage.PACKED,
    "acceptance_in_progress": Stage.HANDED_OVER,
    "awaiting_approve": Stage.NEW,
    "awaiting_verification": Stage.NEW,
    "awaiting_packaging": Stage.NEW,
    "awaiting_deliver": Stage.PACKED,
    "arbitration": Stage.DELIVERING,
    "client_arbitration": Stage.DELIVERING,
    "sent_by_seller": Stage.DELIVERING,
    "delivering": Stage.DELIVERING,
    "driver_pickup": Stage.DELIVERING,
    "delivered": Stage.DELIVERED,
    "cancelled": Stage.CANCELLED,
    "not_accepted": Stage.PACKED,
}
WITH_PROBLEM = {"arbitration", "client_arbitration", "not_accepted"}
HANDED = {
    "acceptance_in_progress",
    "arbitration",
    "client_arbitration",
    "sent_by_seller",
    "delivering",
    "driver_pickup",
    "delivered",
}


@pytest.mark.parametrize(("name", "stage"), BRIEF.items())
def test_every_status_of_the_brief_has_its_stage(name: str, stage: Stage):
    told = status(name)
    assert told.stage is stage
    assert bool(told.problem) is (name in WITH_PROBLEM)
    assert told.handed is (name in HANDED)
    assert not told.hidden


def test_the_table_of_statuses_has_nothing_else():
    assert set(codes.STATUSES) == {*BRIEF, "cancelled_from_split_pending"}


def test_the_parent_of_a_split_is_hidden_and_its_child_names_it():
    pages = list(
        adapter_on(Recorded(recording("ozon", "orders_changed"))).orders_changed(since=NOW - timedelta(days=1), now=NOW)
    )
    parent, child, _ = pages[1].items
    assert (parent.status.hidden, child.status.hidden, child.replaces) == (True, False, "41517061-0218-1")


@pytest.mark.parametrize("substatus", [name for name in codes.SUBSTATUSES if name])
def test_every_substatus_is_known(substatus: str):
    assert codes.UNKNOWN_SUBSTATUS not in status("awaiting_packaging", substatus).problem


def test_failed_packing_is_a_problem_to_see():
    assert status("awaiting_packaging", "ship_failed").problem == codes.SUBSTATUSES["ship_failed"]


def test_a_status_from_tomorrow_has_no_stage_and_is_shown():
    told = status("Awaiting_Drone")
    assert (told.stage, told.status, told.problem) == (
        None,
        "awaiting_drone",
        f"{codes.UNKNOWN_STATUS}: awaiting_drone",
    )


def test_a_substatus_from_tomorrow_keeps_the_stage_and_is_shown():
    told = status("delivering", "posting_on_the_moon")
    assert (told.stage, told.problem) == (Stage.DELIVERING, f"{codes.UNKNOWN_SUBSTATUS}: posting_on_the_moon")


def test_the_letter_case_of_words_does_not_matter():
    assert status("AWAITING_DELIVER", "Posting_In_Carriage").stage is Stage.PACKED


@pytest.mark.parametrize(
    ("kind", "initiator", "actor"),
    [
        ("seller", "Продавец", Actor.SELLER),
        ("client", "", Actor.BUYER),
        ("customer", "", Actor.BUYER),
        ("ozon", "", Actor.MARKETPLACE),
        ("system", "", Actor.MARKETPLACE),
        ("delivery", "", Actor.CARRIER),
        ("", "Служба доставки", Actor.CARRIER),
        ("", "Покупатель", Actor.BUYER),
        ("martian", "", Actor.UNKNOWN),
    ],
)
def test_who_cancelled(kind: str, initiator: str, actor: Actor):
    cancellation = {"cancellation_type": kind, "cancellation_initiator": initiator}
    assert status("cancelled", "posting_canceled", cancellation=cancellation).actor is actor


def test_a_cancellation_after_handover_sends_goods_back():
    assert status("cancelled", delivering_date="2026-11-21T10:00:00Z").handed
    assert not status("cancelled", delivering_date=None, cancellation={"cancelled_after_ship": True}).handed


def test_an_order_that_needs_a_shipping_date_says_so():
    assert status("awaiting_packaging", available_actions=["set_cutoff"]).problem == codes.SET_CUTOFF


@pytest.mark.parametrize(
    ("fields", "scheme"),
    [
        ({"integration_type_flow": "ozon"}, Scheme.FBS),
        ({"integration_type_flow": "FBP"}, Scheme.FBO),
        ({"integration_type_flow": "aggregator"}, Scheme.DBS),
        ({"integration_type_flow": "3pl_tracking"}, Scheme.DBS),
        ({"integration_type_flow": "hybrid_non_integrated"}, Scheme.DBS),
        ({"integration_type_flow": "click_and_collect"}, Scheme.PICKUP),
        ({"is_click_and_collect": True}, Scheme.PICKUP),
        ({"is_express": True}, Scheme.EXPRESS),
        ({"integration_type_flow": "", "tpl_integration_type": "non_integrated"}, Scheme.DBS),
    ],
)
def test_schemes(fields: dict[str, Any], scheme: Scheme):
    assert order(**fields).scheme is scheme


# -- how it is asked
def test_the_quick_poll_asks_by_cutoff_alone():
    server = Recorded(recording("ozon", "orders_new"))
    list(adapter_on(server).orders_new(now=NOW))
    first, second = server.bodies(UNFULFILLED)
    assert set(first["filter"]) == {"cutoff_from", "cutoff_to", "statuses"}
    assert (first["cursor"], second["cursor"]) == ("", "c1")


def test_the_sweep_covers_up_to_now_after_its_last_page():
    server = Recorded(recording("ozon", "orders_changed"))
    pages = list(adapter_on(server).orders_changed(since=NOW - timedelta(hours=1), now=NOW))
    assert [page.upto for page in pages] == [None, None, NOW]
    asked = server.bodies("/v4/posting/fbs/list")[0]["filter"]
    assert asked["last_changed_status_date"] == {"from": "2026-11-24T10:58:00.000Z", "to": "2026-11-24T12:00:00.000Z"}
    assert asked["since"] == "2025-11-25T12:00:00.000Z"


def test_a_first_pull_of_years_is_cut_into_windows_of_less_than_a_year():
    cut = build.windows(NOW - timedelta(days=800), NOW)
    assert cut[0][0] == NOW - timedelta(days=800)
    assert cut[-1][1] == NOW
    assert all(before[1] >= after[0] for before, after in pairwise(cut))
    assert all(made_to - made_from <= timedelta(days=364) for made_from, made_to, _ in cut)


def test_a_cursor_that_comes_again_is_not_followed_for_ever():
    again = changed(
        recording("ozon", "orders_new"), UNFULFILLED, lambda body: {**body, "has_next": True, "cursor": "c1"}
    )
    with pytest.raises(ContractBroken, match="same page"):
        list(adapter_on(Recorded(again)).orders_new(now=NOW))


def test_a_promise_of_more_without_a_cursor_is_not_taken_for_the_end():
    cut = changed(recording("ozon", "orders_new"), UNFULFILLED, lambda body: {**body, "has_next": True, "cursor": ""})
    pages = adapter_on(Recorded(cut)).orders_new(now=NOW)
    assert len(next(pages).items) == 2
    with pytest.raises(ContractBroken):
        next(pages)


def test_an_empty_page_with_more_behind_it_is_not_the_end():
    last = recording("ozon", "orders_new")[-1]
    empty = {"postings": [], "has_next": True, "cursor": "c1", "count": 0}
    server = Recorded([Exchange("POST", UNFULFILLED, body=empty), last])
    pages = list(adapter_on(server).orders_new(now=NOW))
    assert [len(page.items) for page in pages] == [0, len(last.body["postings"])]
    assert server.bodies(UNFULFILLED)[1]["cursor"] == "c1"


# -- account and reference data
def test_the_account_names_what_the_key_may_not_do():
    told = adapter_on(Recorded(recording("ozon", "account"))).account()
    assert (told.external_id, told.name, told.inn, told.currency) == ("123456", "Пример", "7700000000", "RUB")
    assert told.key_expires_at == datetime(2027, 1, 15, 10, 0, tzinfo=UTC)
    assert {one.name: one.granted for one in told.permissions} == {
        "Warehouses": True,
        "Products": True,
        "Orders": True,
        "Packing": True,
        "Stickers": True,
        "Handover": True,
        "Cancellation": True,
        "Stock": True,
        "Prices": False,
        "Stock in Ozon's warehouses": False,
        "Returns": False,
    }
    assert [one.name for one in told.permissions if not one.needed] == ["Stock in Ozon's warehouses", "Returns"]
    prices = next(one for one in told.permissions if one.name == "Prices")
    assert prices.methods == ["/v1/product/import/prices", "/v5/product/info/prices"]


def test_a_key_that_may_not_read_the_company_still_opens_the_account():
    answers = [
        recording("ozon", "account")[0],
        Exchange("POST", "/v1/seller/info", 403, {"code": 7, "message": "no role"}),
    ]
    assert adapter_on(Recorded(answers)).account().name == ""


@pytest.mark.parametrize("key", ["", "ключ", "a\nb", "a b\x7f"])
def test_a_key_that_cannot_be_sent_is_refused_before_it_is_sent(key: str):
    server = Recorded([])
    adapter = speaking_to(Ozon, server, credentials={"client_id": "1", "api_key": key})
    with pytest.raises(CredentialsRejected):
        adapter.account()
    assert server.requests == []


def test_warehouses_of_all_schemes():
    told = adapter_on(Recorded(recording("ozon", "warehouses"))).warehouses().items
    assert [(one.external_id[-1], one.scheme, one.active, one.cargo_type, one.label_format) for one in told] == [
        ("0", Scheme.FBS, True, "", "small"),
        ("1", Scheme.FBS, False, "kgt", "big"),
        ("2", Scheme.DBS, True, "", "small"),
        ("3", Scheme.EXPRESS, False, "", "small"),
    ]


def test_listings_with_archived_ones_and_complaints():
    server = Recorded(recording("ozon", "listings"))
    pages = list(adapter_on(server).listings())
    told = [item for page in pages for item in page.items]
    assert [(one.offer_id, one.product_id, one.stock_id, one.archived, one.sellable) for one in told] == [
        ("A-1", "1001", "5001", False, True),
        ("A-2", "1002", "5002", False, True),
        ("A-3", "1003", "", False, False),
        ("OLD-1", "1004", "5004", True, False),
    ]
    assert [one.complaints for one in told] == [[], [], ["Бренд: Бренд закрыт", "Не прошёл модерацию"], []]
    assert (told[1].price, told[1].currency, told[1].barcodes) == (
        Decimal("99.9"),
        "RUB",
        ["4600000000022", "4600000000039"],
    )
    asked = [(body["filter"]["visibility"], body["last_id"]) for body in server.bodies("/v3/product/list")]
    assert asked == [("ALL", ""), ("ALL", "L1"), ("ARCHIVED", "")]


@pytest.mark.parametrize(
    ("analytics", "finance", "region"),
    [
        ({"region": "Тульская область", "city": "Тула"}, {"cluster_to": "Москва, МО"}, "Тульская область, Тула"),
        ({"region": "", "city": ""}, {"cluster_to": "Воронеж", "products": []}, "Воронеж"),
        (None, {"cluster_to": "Воронеж"}, "Воронеж"),
        (None, {"cluster_to": []}, ""),
        (None, None, ""),
    ],
)
def test_where_an_order_goes_is_told_by_its_region_or_by_the_cluster_of_its_delivery(
    analytics: dict[str, str] | None, finance: dict[str, Any] | None, region: str
) -> None:
    assert order(analytics_data=analytics, financial_data=finance).region == region


def fee_of(pieces: int, **sold: Any) -> Decimal | None:
    product = {"sku": 5001, "offer_id": "A-1", "quantity": pieces, "price": {"amount": "300", "currency": "RUB"}}
    finance = {"products": [{"product_id": 5001, "quantity": pieces, "price": 300, **sold}]}
    (line,) = order(products=[product], financial_data=finance).lines
    return line.fee


@pytest.mark.parametrize(
    ("pieces", "sold", "fee"),
    [
        (1, {"commission": {"amount": 45.5, "currency": "RUB"}, "payout": 254.5}, Decimal("45.5")),
        (1, {"commission": {"amount": 0, "currency": "RUB"}, "payout": 0}, None),
        (1, {"commission": {"amount": 0, "currency": "RUB"}, "payout": 300}, Decimal(0)),
        (1, {"commission": {"amount": 45.5, "currency": "KZT"}, "payout": 254.5}, None),
        (1, {"commission": {"amount": -1, "currency": "RUB"}, "payout": 254.5}, None),
        (2, {"commission": {"amount": 45.5, "currency": "RUB"}, "payout": 254.5}, Decimal(91)),
        (2, {"commission": {"amount": 91, "currency": "RUB"}, "payout": 509}, Decimal(91)),
        (2, {"commission": {"amount": 91, "currency": "RUB"}, "payout": 500}, None),
        (2, {"commission": "nonsense", "payout": []}, None),
        (1, {"commission_amount": 45.5, "commissions_currency_code": "RUB", "payout": 254.5}, Decimal("45.5")),
        (1, {}, None),
    ],
)
def test_the_fee_is_what_ozon_says_of_the_line_and_nothing_else(
    pieces: int, sold: dict[str, Any], fee: Decimal | None
) -> None:
    assert fee_of(pieces, **sold) == fee


def test_a_cancelled_posting_says_why():
    told = status("cancelled", cancellation={"cancel_reason": "Покупатель передумал", "cancellation_type": "client"})
    assert (told.reason, told.actor) == ("Покупатель передумал", Actor.BUYER)
    assert status("awaiting_deliver", cancellation={"cancel_reason": "Покупатель передумал"}).reason == ""


def test_their_error_with_200_is_no_empty_list():
    """Taken for one, it would move the cursor past what was not told."""
    answer = {"code": 3, "message": "validation error", "details": []}
    server = Recorded([Exchange("POST", "/v4/posting/fbs/list", body=answer)])
    with pytest.raises(Rejected, match="validation error"):
        list(adapter_on(server).orders_changed(since=NOW, now=NOW))


def test_a_cancellation_that_was_not_done_is_no_success():
    server = Recorded(changed(recording("ozon", "cancel"), "/v2/posting/fbs/cancel", lambda _: {"result": False}))
    with pytest.raises(Rejected):
        adapter_on(server).cancel("41517061-0214-1", reason="other")


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        ("ReceivedBySeller", dto.ReturnStage.RECEIVED),
        ("MovingToSeller", dto.ReturnStage.RECEIVED),
        ("ReturnedToOzon", dto.ReturnStage.KEPT),
        ("Utilized", dto.ReturnStage.DISPOSED),
    ],
)
def test_a_return_that_is_over_is_not_always_in_our_hands(state: str, stage: dto.ReturnStage):
    row = recording("ozon", "returns")[0].body["returns"][0]
    over = {"visual": {"status": {"sys_name": state}}, "logistic": {"final_moment": "2026-11-24T07:00:00Z"}}
    (told,) = parse.goods_return({**row, **over})
    assert told.stage is stage
