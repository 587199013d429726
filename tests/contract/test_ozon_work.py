"""Stock, prices, packing, stickers, handover and cancellation at Ozon: what is sent, what the answers become."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from marketplaces import dto
from marketplaces.adapters.ozon.adapter import Ozon
from marketplaces.dto import Code, CommitState, HandoverState
from marketplaces.errors import ContractBroken, CredentialsRejected, OutcomeUnknown, Rejected, RemoteError, Unavailable
from tests.contract.ozon_operations import (
    CREDENTIALS,
    EXEMPLAR_SET,
    LEVELS,
    LINES,
    MARKED,
    NUMBERED,
    PARCEL,
    PLAN,
    PRICES,
    SHIP,
    WAREHOUSE,
)
from tests.contract.recorded import Exchange, Recorded, changed, recording, speaking_to


def adapter_on(server: Any) -> Any:
    return speaking_to(Ozon, server, credentials=CREDENTIALS)


def served(operation: str, case: str = "usual") -> tuple[Any, Recorded]:
    server = Recorded(recording("ozon", operation, case), strict=True)
    return adapter_on(server), server


# -- levels
def test_a_stock_row_refused_inside_200_is_told_apart():
    adapter, server = served("push_stock")
    receipt = adapter.push_stock(LEVELS)
    assert receipt.accepted == [f"{WAREHOUSE}:5001"]
    assert [(one.key, one.code, one.retry_after_s) for one in receipt.refused] == [
        (f"{WAREHOUSE}:5002", Code.TOO_OFTEN, 30.0),
        (f"{WAREHOUSE}:5003", Code.CARD_INCOMPLETE, None),
    ]
    assert server.bodies("/v2/products/stocks")[0]["stocks"][0] == {
        "offer_id": "A-1",
        "product_id": 1001,
        "stock": 1,
        "warehouse_id": 22142605386000,
    }


def test_a_stock_row_without_an_answer_was_not_taken():
    short = changed(recording("ozon", "push_stock"), "/v2/products/stocks", lambda body: {"result": body["result"][:1]})
    receipt = adapter_on(Recorded(short)).push_stock(LEVELS)
    assert [one.code for one in receipt.refused] == [Code.OTHER, Code.OTHER]


def test_a_level_that_does_not_know_its_card_is_looked_up():
    cards = {"items": [{"id": 1001, "offer_id": "A-1", "sku": 5001}]}
    server = Recorded([*recording("ozon", "push_stock"), Exchange("POST", "/v3/product/info/list", body=cards)])
    adapter_on(server).push_stock([replace(LEVELS[0], product_id="")])
    assert server.bodies("/v3/product/info/list") == [{"offer_id": ["A-1"]}]
    assert server.bodies("/v2/products/stocks")[0]["stocks"][0]["product_id"] == 1001


def test_read_stock_is_what_is_free_to_sell_and_a_missing_row_is_nothing():
    adapter, _ = served("read_stock")
    assert [(one.offer_id, one.pieces) for one in adapter.read_stock(LEVELS).items] == [
        ("A-1", 10),
        ("A-2", 0),
        ("A-3", 0),
    ]


def test_prices_are_texts_and_own_the_price():
    adapter, server = served("push_prices")
    receipt = adapter.push_prices(PRICES)
    assert receipt.accepted == ["1001"]
    assert [(one.key, one.code, one.retry_after_s) for one in receipt.refused] == [
        ("1002", Code.PRICE_REFUSED, None),
        ("1003", Code.TOO_OFTEN, 3600.0),
    ]
    assert server.bodies("/v1/product/import/prices")[0]["prices"][0] == {
        "offer_id": "A-1",
        "product_id": 1001,
        "price": "100.50",
        "old_price": "0",
        "min_price": "90",
        "currency_code": "RUB",
        "auto_action_enabled": "DISABLED",
        "price_strategy_enabled": "DISABLED",
    }


def test_prices_are_read_exactly():
    adapter, _ = served("read_prices")
    (told,) = adapter.read_prices(PRICES).items
    assert (told.price, told.old_price, told.min_price) == (Decimal("2999.99"), Decimal("3499.99"), None)


def test_own_stock_names_its_warehouse():
    adapter, _ = served("own_stock")
    (page,) = adapter.own_stock()
    assert page.items == [
        dto.OwnStock(
            warehouse_id="777", warehouse_name="ХОРУГВИНО", offer_id="A-1", stock_id="5001", pieces=9, reserved=4
        )
    ]


# -- packing
def test_packing_says_the_sku_under_the_name_product_id():
    adapter, server = served("commit")
    (told,) = adapter.commit([PARCEL])
    assert (told.state, told.numbers) == (CommitState.PENDING, ["41517061-0214-1"])
    assert server.bodies(SHIP) == [
        {
            "posting_number": "41517061-0214-1",
            "packages": [{"products": [{"product_id": 5001, "quantity": 2}]}],
            "with": {"additional_data": False},
        }
    ]


def test_two_boxes_become_two_postings():
    adapter, server = served("commit", "split")
    one = [replace(LINES[0], pieces=1)]
    (told,) = adapter.commit([replace(PARCEL, boxes=[one, one])])
    assert told.numbers == ["41517061-0214-1", "41517061-0214-2"]
    assert len(server.bodies(SHIP)[0]["packages"]) == 2


def test_what_is_packed_already_is_looked_up_and_not_failed():
    adapter, _ = served("commit", "already_shipped")
    assert adapter.commit([PARCEL])[0].state is CommitState.PENDING


def test_a_cancelled_posting_is_not_packed():
    adapter, _ = served("commit", "cancelled")
    (told,) = adapter.commit([PARCEL])
    assert (told.state, told.code) == (CommitState.FAILED, Code.CANCELLED)


def test_marks_are_set_as_a_whole_before_packing():
    adapter, server = served("commit", "marks")
    assert adapter.commit([MARKED])[0].state is CommitState.PENDING
    assert [path.rsplit("/", 1)[1] for path in server.paths] == ["create-or-get", "set", "status", "ship"]
    (sent,) = server.bodies(EXEMPLAR_SET)
    assert [one["exemplar_id"] for one in sent["products"][0]["exemplars"]] == [81, 82]
    assert sent["products"][0]["exemplars"][0]["marks"] == [
        {"mark": "0104600000000015210\x1d93x", "mark_type": "mandatory_mark"}
    ]
    assert b"\\u001d" in next(one for one in server.requests if one.url.path == EXEMPLAR_SET).content
    assert b"\\\\u001d" not in next(one for one in server.requests if one.url.path == EXEMPLAR_SET).content


def test_the_boxes_of_one_unit_stay_as_they_were():
    path = "/v6/fbs/posting/product/exemplar/create-or-get"
    boxes = changed(recording("ozon", "commit", "marks"), path, lambda body: {**body, "multi_box_qty": 3})
    server = Recorded(boxes)
    adapter_on(server).commit([MARKED])
    assert server.bodies(EXEMPLAR_SET)[0]["multi_box_qty"] == 3


def test_while_marks_are_being_checked_nothing_is_packed():
    adapter, server = served("commit", "marks_checking")
    (told,) = adapter.commit([MARKED])
    assert (told.state, told.code) == (CommitState.PENDING, Code.NOT_READY)
    assert SHIP not in server.paths


def test_a_refused_mark_stops_packing_with_its_reason():
    adapter, server = served("commit", "marks_refused")
    (told,) = adapter.commit([MARKED])
    assert (told.state, told.code, told.text) == (CommitState.FAILED, Code.MARK_REFUSED, "sgtin: MARK_NOT_FOUND")
    assert SHIP not in server.paths


def test_marks_that_stand_are_not_sent_again():
    def standing(body: Any) -> Any:
        for unit, exemplar in enumerate(body["products"][0]["exemplars"]):
            exemplar["marks"] = [{"mark": MARKED.marks[unit].value, "mark_type": "mandatory_mark"}]
        return body

    path = "/v6/fbs/posting/product/exemplar/create-or-get"
    server = Recorded(changed(recording("ozon", "commit", "marks"), path, standing))
    assert adapter_on(server).commit([MARKED])[0].state is CommitState.PENDING
    assert EXEMPLAR_SET not in server.paths


def test_a_customs_number_nobody_has_is_declared_absent():
    adapter, server = served("commit", "customs_absent")
    assert adapter.commit([PARCEL])[0].state is CommitState.PENDING
    exemplars = server.bodies(EXEMPLAR_SET)[0]["products"][0]["exemplars"]
    assert [(one["is_gtd_absent"], one["marks"]) for one in exemplars] == [(True, []), (True, [])]


@pytest.mark.parametrize(
    ("case", "state", "numbers", "code"),
    [
        ("usual", CommitState.DONE, ["41517061-0214-1"], None),
        ("ship_failed", CommitState.FAILED, (), Code.OTHER),
        ("in_process", CommitState.PENDING, (), None),
        ("not_started", CommitState.NOT_STARTED, (), None),
        ("split_parent", CommitState.DONE, ["41517061-0214-2", "41517061-0214-3"], None),
        ("cancelled", CommitState.FAILED, (), Code.CANCELLED),
    ],
)
def test_how_packing_ended_is_read_from_the_posting(case: str, state: Any, numbers: Any, code: Any):
    adapter, _ = served("look_up_commit", case)
    told = adapter.look_up_commit(PARCEL)
    assert (told.state, told.numbers, told.code) == (state, numbers, code)


def test_a_split_is_read_with_its_other_half():
    adapter, _ = served("look_up_commit", "split")
    told = adapter.look_up_commit(replace(PARCEL, boxes=[LINES, LINES]))
    assert (told.state, told.numbers) == (CommitState.DONE, ["41517061-0214-1", "41517061-0214-2"])


def test_a_posting_in_a_status_from_tomorrow_alarms():
    path = "/v3/posting/fbs/get"
    strange = changed(
        recording("ozon", "look_up_commit"),
        path,
        lambda body: {"result": {**body["result"], "status": "awaiting_drone"}},
    )
    with pytest.raises(ContractBroken, match="awaiting_drone"):
        adapter_on(Recorded(strange)).look_up_commit(PARCEL)


def test_an_unreadable_answer_to_packing_leaves_the_outcome_unknown():
    with pytest.raises(OutcomeUnknown):
        adapter_on(lambda request: httpx.Response(200, content=b"<html>")).commit([PARCEL])


# -- stickers
def test_a_sticker_is_fetched_without_the_key():
    adapter, server = served("labels")
    told = adapter.labels(["41517061-0214-1"])
    assert [(one.number, one.content_type, one.content[:5], one.barcode) for one in told.ready] == [
        ("41517061-0214-1", "application/pdf", b"%PDF-", "ii12345678")
    ]
    assert (told.pending, told.refused, told.token) == ([], [], "")
    file = next(request for request in server.requests if request.method == "GET")
    assert {name.lower() for name in file.headers} & {"api-key", "client-id"} == set()
    assert server.requests[0].headers["api-key"] == CREDENTIALS["api_key"]


def test_a_sticker_that_is_being_made_is_asked_for_by_its_task():
    adapter, _ = served("labels", "pending")
    told = adapter.labels(["41517061-0214-1"])
    assert (told.ready, told.pending) == ([], ["41517061-0214-1"])
    again, server = served("labels")
    assert len(again.labels(["41517061-0214-1"], token=told.token).ready) == 1
    assert server.paths[0] == "/v2/posting/fbs/package-label/get"
    assert json.loads(told.token) == {"41517061-0214-1": ["71"]}


def test_half_of_the_stickers_unprinted():
    adapter, _ = served("labels", "half")
    told = adapter.labels(["41517061-0214-1", "41517061-0215-1", "41517061-0216-1"])
    assert [one.number for one in told.ready] == ["41517061-0214-1"]
    assert told.pending == ["41517061-0215-1"]
    assert [(one.key, one.text) for one in told.refused] == [
        ("41517061-0216-1", "label not allowed for delivered postings")
    ]


def test_one_task_is_made_per_parcel_so_that_no_sticker_is_another_ones():
    adapter, server = served("labels", "half")
    adapter.labels(["41517061-0214-1", "41517061-0215-1", "41517061-0216-1"])
    assert [len(body["posting_numbers"]) for body in server.bodies("/v3/posting/fbs/package-label/create")] == [1, 1, 1]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x", "file:///etc/passwd", "ftp://x/y", "https://", "http://[x"]
)
def test_a_file_is_not_fetched_from_anywhere(address: str):
    path = "/v2/posting/fbs/package-label/get"
    elsewhere = changed(recording("ozon", "labels"), path, lambda body: {**body, "file_url": address})
    server = Recorded(elsewhere)
    with pytest.raises(ContractBroken):
        adapter_on(server).labels(["41517061-0214-1"])
    assert [request.url.path for request in server.requests][-1] == path


def test_one_unreadable_sticker_does_not_hold_the_others():
    made, good, file, posting = recording("ozon", "labels")
    strange = Exchange("POST", good.path, body={"status": "done"})
    told = adapter_on(Recorded([made, strange, good, file, posting])).labels(["a-1-1", "b-1-1"])
    assert [one.number for one in told.ready] == ["b-1-1"]
    assert [(one.key, one.code, "status" in one.text) for one in told.refused] == [("a-1-1", Code.OTHER, True)]


def test_a_sticker_is_good_without_its_barcode():
    without = [one for one in recording("ozon", "labels") if one.path != "/v3/posting/fbs/get"]
    (told,) = adapter_on(Recorded(without)).labels(["41517061-0214-1"]).ready
    assert (told.content[:5], told.barcode) == (b"%PDF-", "")


@pytest.mark.parametrize("stock_id", ["", "A-1", "5001.0", "٥", "9" * 50])
def test_an_id_that_is_not_of_ozon_is_not_sent(stock_id: str):
    adapter, server = served("commit")
    (told,) = adapter.commit([replace(PARCEL, boxes=[[replace(LINES[0], stock_id=stock_id)]])])
    assert (told.state, told.code) == (CommitState.FAILED, Code.INVALID)
    assert server.requests == []


# -- handover
def test_a_handover_is_made_filled_and_approved():
    adapter, server = served("close_handover")
    told = adapter.close_handover(PLAN)
    assert (told.external_id, told.state, told.numbers) == ("95001", HandoverState.CLOSED, ["41517061-0214-1"])
    assert [one.key for one in told.missing] == ["41517061-0215-1"]
    assert server.bodies("/v1/carriage/create") == [
        {"delivery_method_id": 22142605386000, "departure_date": "2026-11-24T00:00:00Z"}
    ]
    assert server.bodies("/v1/carriage/set-postings") == [
        {"carriage_id": 95001, "posting_numbers": ["41517061-0214-1", "41517061-0215-1"]}
    ]
    assert server.bodies("/v1/carriage/approve") == [{"carriage_id": 95001}]


def test_containers_are_told_only_when_there_are_some():
    adapter, server = served("close_handover")
    adapter.close_handover(replace(PLAN, containers=3))
    assert server.bodies("/v1/carriage/approve") == [{"carriage_id": 95001, "containers_count": 3}]


def test_a_handover_that_stands_already_is_found_and_not_made_again():
    adapter, server = served("find_handover")
    told = adapter.close_handover(PLAN)
    assert (told.external_id, told.state) == ("95001", HandoverState.CLOSED)
    assert "/v1/carriage/create" not in server.paths


def test_a_handover_with_other_parcels_is_not_ours():
    adapter, _ = served("find_handover", "foreign")
    assert adapter.find_handover(PLAN) is None


def test_a_parcel_that_was_left_out_keeps_the_handover_open():
    adapter, server = served("close_handover", "left_out")
    told = adapter.close_handover(NUMBERED)
    assert told.state is HandoverState.OPEN
    assert [(one.key, one.code) for one in told.missing] == [("41517061-0215-1", Code.CANCELLED)]
    assert "/v1/carriage/approve" not in server.paths


def test_an_empty_handover_is_refused_here():
    adapter, server = served("close_handover")
    with pytest.raises(Rejected) as refusal:
        adapter.close_handover(replace(PLAN, numbers=[]))
    assert refusal.value.code == Code.EMPTY
    assert server.requests == []


def test_a_carriage_in_a_status_from_tomorrow_alarms():
    strange = changed(
        recording("ozon", "find_handover"), "/v1/carriage/get", lambda body: {**body, "status": "teleported"}
    )
    with pytest.raises(ContractBroken, match="teleported"):
        adapter_on(Recorded(strange)).find_handover(PLAN)


def test_papers_come_with_barcode_and_container_labels():
    adapter, _ = served("handover_documents")
    told = adapter.handover_documents(NUMBERED)
    assert [(one.kind.value, one.content_type, one.number) for one in told] == [
        ("shipping_list", "application/pdf", "95001"),
        ("barcode", "image/png", "%303%24276481394"),
        ("container_labels", "application/pdf", "95001"),
    ]


def test_outside_russia_the_paper_is_an_act():
    path = "/v1/carriage/get"
    act = changed(
        recording("ozon", "handover_documents"),
        path,
        lambda body: {**body, "available_actions": ["get_act_of_acceptance"]},
    )
    assert adapter_on(Recorded(act)).handover_documents(NUMBERED)[0].kind is dto.DocumentKind.ACT


def test_papers_that_are_being_made_are_asked_for_later():
    adapter, _ = served("handover_documents", "not_ready")
    with pytest.raises(Rejected) as refusal:
        adapter.handover_documents(NUMBERED)
    assert refusal.value.code == Code.NOT_READY


# -- cancellation
def test_a_cancellation_gives_a_reason_that_ozon_offers():
    adapter, server = served("cancel")
    adapter.cancel("41517061-0214-1", reason="out_of_stock")
    adapter.cancel("41517061-0214-1", reason="defective", text="Бой")
    assert [
        (body["cancel_reason_id"], body["cancel_reason_message"]) for body in server.bodies("/v2/posting/fbs/cancel")
    ] == [(352, "Товар закончился"), (402, "Бой")]


def test_a_second_cancellation_is_no_error():
    adapter, _ = served("cancel", "already_cancelled")
    assert adapter.cancel("41517061-0214-1", reason="other") is None


def test_pieces_are_cancelled_by_sku():
    adapter, server = served("cancel_lines")
    adapter.cancel_lines("41517061-0214-1", LINES, reason="other", text="Нет на месте")
    assert server.bodies("/v2/posting/fbs/product/cancel") == [
        {
            "posting_number": "41517061-0214-1",
            "cancel_reason_id": 402,
            "cancel_reason_message": "Нет на месте",
            "items": [{"sku": 5001, "quantity": 2}],
        }
    ]


# -- refusals
@pytest.mark.parametrize(
    ("status", "body", "word", "code"),
    [
        (400, {"code": 3, "message": "POSTING_NOT_FOUND"}, Rejected, Code.NOT_FOUND),
        (404, {"code": 5, "message": "nothing here"}, Rejected, Code.NOT_FOUND),
        (400, {"code": 9, "message": "HAS_INCORRECT_STATUS"}, Rejected, Code.WRONG_STATE),
        (
            400,
            {"error": {"code": "BAD_REQUEST", "message": "HAS_INCORRECT_PRODUCT_QUANTITY", "data": []}},
            Rejected,
            Code.WRONG_QUANTITY,
        ),
        (400, {"code": 3, "message": "something from tomorrow"}, Rejected, Code.INVALID),
        (409, {"message": "conflict"}, Rejected, Code.WRONG_STATE),
        (403, {"code": 7, "message": "Api-key is deactivated"}, CredentialsRejected, "403"),
        (400, {"code": 7, "message": "Api-Key is missing a required role for a method"}, CredentialsRejected, "400"),
        (400, {"code": 8, "message": "Circle is open"}, Unavailable, ""),
        (400, {"code": 13, "message": "Internal error"}, OutcomeUnknown, ""),
    ],
)
def test_refusals_in_both_generations_become_our_words(status: int, body: Any, word: type[RemoteError], code: str):
    adapter = adapter_on(
        Recorded([recording("ozon", "cancel")[0], Exchange("POST", "/v2/posting/fbs/cancel", status, body)])
    )
    with pytest.raises(word) as refusal:
        adapter.cancel("1-1-1", reason="other")
    assert type(refusal.value) is word
    assert refusal.value.code == code


def test_a_page_in_html_with_403_is_a_gate_and_not_the_key():
    with pytest.raises(Unavailable):
        adapter_on(lambda request: httpx.Response(403, content=b"<html>Access denied</html>")).account()


def test_minutes_and_seconds_of_a_limit_are_told_apart():
    for header, seconds in (("Retry-After", 3.0), ("Item-Retry-After", 180.0)):
        adapter = adapter_on(lambda request, header=header: httpx.Response(429, headers={header: "3"}))
        with pytest.raises(Unavailable) as limited:
            adapter.account()
        assert limited.value.retry_after_s == seconds
