"""The AliExpress adapter against its contract and against the reconstructed specification."""

import json
from decimal import Decimal
from typing import Any

import httpx
import pytest

from marketplaces import dto
from marketplaces.adapters.aliexpress import build
from marketplaces.adapters.aliexpress.adapter import AliExpress
from marketplaces.dto import Actor, Code, CommitState, HandoverState, Stage
from marketplaces.errors import CredentialsRejected, Rejected, Unavailable
from marketplaces.ports import Attempt, Can
from tests.contract import specs
from tests.contract.adapter_contract import BESIDES, WAYS_TO_COMMIT, AdapterContract, Operation, whole
from tests.contract.aliexpress_operations import (
    CREATE,
    CREDENTIALS,
    FIRST,
    LIST,
    NOW,
    OPERATIONS,
    PARCEL,
    PLAN,
    PRICES,
    SCROLL,
    TOKEN,
    TRANSFER,
    progress,
)
from tests.contract.recorded import FOLDER, Exchange, Recorded, changed, recording, speaking_to

FILES = "/files/"


class TestAliExpress(AdapterContract):
    marketplace = AliExpress
    credentials = CREDENTIALS
    operations = OPERATIONS

    def test_every_capability_is_proven(self):
        proven = {operation.can for operation in self.operations}
        assert self.marketplace.can - proven <= {Can.WAREHOUSES} | WAYS_TO_COMMIT | BESIDES


def adapter_on(server: Any, credentials: Any = CREDENTIALS, **more: Any) -> Any:
    return speaking_to(AliExpress, server, credentials=credentials, **more)


def checked(request: httpx.Request, spec: specs.Spec) -> None:
    if not request.url.path.startswith(FILES):
        body = json.loads(request.content) if request.content else None
        specs.validate_request(spec, request.method, request.url.path, body, dict(request.url.params))


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_request_is_as_the_specification_says(operation: Operation):
    spec = specs.load_reconstructed("aliexpress")
    server = Recorded(recording("aliexpress", operation.folder or operation.name, operation.case))
    whole(operation.call(adapter_on(server)))
    assert server.requests
    for request in server.requests:
        checked(request, spec)
        assert request.headers["x-auth-token"] == TOKEN


CASES = sorted(path.relative_to(FOLDER) for path in (FOLDER / "aliexpress").rglob("*.json"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_recording_is_as_the_specification_says(case: Any):
    spec = specs.load_reconstructed("aliexpress")
    for exchange in recording("aliexpress", case.parts[1], case.stem):
        if not exchange.content:
            specs.validate_response(spec, exchange.method, exchange.path, exchange.status, exchange.body, strict=True)


def test_a_misspelt_field_is_found_out(monkeypatch: pytest.MonkeyPatch):
    spec, right = specs.load_reconstructed("aliexpress"), build.stocks
    monkeypatch.setattr(build, "stocks", lambda levels: {**right(levels), "produkts": []})
    server = Recorded(recording("aliexpress", "push_stock"))
    whole(next(one for one in OPERATIONS if one.name == "push_stock").call(adapter_on(server)))
    with pytest.raises(specs.SpecMismatch, match="produkts"):
        checked(server.requests[-1], spec)


def says(body: Any, status: int = 200) -> Any:
    return lambda request: httpx.Response(status, json=body)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
@pytest.mark.parametrize("message", ["GetTokenByID failed", f"cannot GetToken {TOKEN}"])
def test_a_refused_token_is_told_apart_and_stands_nowhere(operation: Operation, message: str):
    told: list[Attempt] = []
    refusal = says({"data": None, "error": {"code": "Internal", "message": message}})
    with pytest.raises(CredentialsRejected) as reason:
        whole(operation.call(adapter_on(Recorded([], fault=refusal), on_attempt=told.append)))
    assert told
    assert TOKEN not in reason.value.text + "".join(repr(attempt) for attempt in told)


def test_a_spent_quota_is_waited_for():
    spent = says({"data": None, "error": {"code": 429, "message": "quota"}})
    with pytest.raises(Unavailable) as reason:
        adapter_on(Recorded([], fault=spent)).account()
    assert reason.value.retry_after_s == 4 * 3600


def orders(case: str = "orders_new", **changes: Any) -> list[dto.RemoteOrder]:
    (exchange,) = recording("aliexpress", case)
    body: Any = json.loads(json.dumps(exchange.body))
    body["data"]["orders"][0] |= changes
    pages = list(adapter_on(Recorded([], fault=says(body))).orders_new(now=NOW))
    return [order for page in pages for order in page.items]


def test_an_order_is_read_in_roubles_and_whole_pieces():
    order = orders()[0]
    assert (order.number, order.scheme, order.warehouse_id) == (FIRST, dto.Scheme.FBS, "shop")
    assert [(line.offer_id, line.stock_id, line.pieces, line.price) for line in order.lines] == [
        ("A-1", "12000001", 2, Decimal("940.00")),
        ("A-2", "12000002", 1, Decimal("400.00")),
    ]
    assert order.buyer is not None
    assert (order.buyer.name, order.region) == ("Тестовый Покупатель", "Тульская область, Тула")


@pytest.mark.parametrize(
    ("changes", "stage", "actor", "handed"),
    [
        ({}, Stage.NEW, None, False),
        ({"order_display_status": "PlaceOrderSuccess", "status": "Created"}, Stage.NEW, None, False),
        ({"order_display_status": "WaitAcceptGoods"}, Stage.DELIVERING, None, True),
        (
            {"order_display_status": "Finish", "status": "Finished", "finish_reason": "AutoConfirm"},
            Stage.DELIVERED,
            None,
            True,
        ),
        (
            {"order_display_status": "Finish", "status": "Finished", "finish_reason": "BuyerNotPickUpPosting"},
            Stage.CANCELLED,
            Actor.BUYER,
            True,
        ),
        (
            {"order_display_status": "Close", "status": "Cancelled", "finish_reason": "ShippingTimeout"},
            Stage.CANCELLED,
            Actor.SELLER,
            False,
        ),
        (
            {"order_display_status": "Close", "status": "Cancelled", "finish_reason": "Tomorrow"},
            Stage.CANCELLED,
            Actor.UNKNOWN,
            False,
        ),
        ({"order_display_status": "OfTomorrow"}, None, None, False),
        ({"order_display_status": "InCancel"}, Stage.NEW, None, False),
    ],
)
def test_statuses_mean_what_the_brief_says(changes: Any, stage: Any, actor: Any, handed: bool):
    status = orders(**changes)[0].status
    assert (status.stage, status.actor, status.handed) == (stage, actor, handed)
    shown = changes.get("order_display_status", "WaitSendGoods")
    assert bool(status.problem) == (shown in ("PlaceOrderSuccess", "OfTomorrow", "InCancel"))


def test_an_order_is_as_far_as_its_least_advanced_shipment():
    def shipment(number: int, status: str) -> dict[str, Any]:
        return {"id": number, "status": status, "lines": []}

    def stage(*statuses: str) -> Stage | None:
        rows = [shipment(number, status) for number, status in enumerate(statuses, start=1)]
        return orders(order_display_status="WaitAcceptGoods", logistic_orders=rows)[0].status.stage

    assert stage("ProviderPostingDelivered", "CrossDocSent") is Stage.DELIVERING
    assert stage("ProviderPostingDelivered", "Cancelled") is Stage.DELIVERED
    assert stage("ProviderPostingInReturn") is Stage.RETURNING
    assert stage("OfTomorrow") is None


def test_a_shipment_is_made_in_centimetres_and_kilograms():
    server = Recorded(recording("aliexpress", "commit"))
    assert adapter_on(server).commit([PARCEL])[0].state is CommitState.PENDING
    (body,) = server.bodies(CREATE)
    assert body == {
        "orders": [
            {
                "trade_order_id": int(FIRST),
                "total_length": 13,
                "total_width": 8,
                "total_height": 12,
                "total_weight": 0.45,
                "items": [{"sku_id": 12000001, "quantity": 2}, {"sku_id": 12000002, "quantity": 1}],
            }
        ]
    }


@pytest.mark.parametrize(
    ("case", "state", "code"),
    [
        ("pending", CommitState.PENDING, None),
        ("problems", CommitState.FAILED, Code.OTHER),
        ("usual", CommitState.DONE, None),
    ],
)
def test_a_lost_commit_is_looked_up_in_the_order(case: str, state: CommitState, code: Code | None):
    told = adapter_on(Recorded(recording("aliexpress", "look_up_commit", case))).look_up_commit(PARCEL)
    assert (told.state, told.code) == (state, code)


def test_nothing_is_made_twice():
    server = Recorded(recording("aliexpress", "look_up_commit"))
    assert adapter_on(server).commit([PARCEL])[0].state is CommitState.DONE
    assert CREATE not in server.paths


def test_prices_are_judged_by_tasks_one_by_one():
    receipt = adapter_on(Recorded(recording("aliexpress", "price_verdict"))).price_verdict("555", PRICES)
    keys = [level.key for level in PRICES]
    assert (list(receipt.accepted), [refused.key for refused in receipt.refused], list(receipt.pending)) == (
        keys[:1],
        keys[1:2],
        keys[2:],
    )
    assert receipt.token == "555"


def test_an_answer_that_refuses_one_card_refuses_its_levels_only():
    operation = next(one for one in OPERATIONS if one.name == "push_stock")
    receipt: Any = operation.call(adapter_on(Recorded(recording("aliexpress", "push_stock", "one_refused"))))
    assert (list(receipt.accepted), [refused.code for refused in receipt.refused]) == (
        ["shop:12000001", "shop:12000002"],
        [Code.NOT_FOUND],
    )


def test_closing_lists_is_a_setting():
    server = Recorded(recording("aliexpress", "close_handover"))
    told = adapter_on(server).close_handover(PLAN)
    assert (told.state, told.status, told.external_id) == (HandoverState.CLOSED, "Transferred", "31")
    quiet = Recorded(recording("aliexpress", "close_handover"))
    told = adapter_on(quiet, {**CREDENTIALS, "transfer": "off"}).close_handover(PLAN)
    assert (told.state, told.status, TRANSFER in quiet.paths) == (HandoverState.CLOSED, "Created", False)


def test_the_prefix_is_a_setting_and_stands_before_the_product_methods_only():
    server = Recorded([], fault=says({"data": [], "error": None}))
    adapter_on(server, {**CREDENTIALS, "prefix": "/public"}).account()
    assert server.paths == [f"/public{SCROLL}"]
    other = Recorded([], fault=says({"data": {"total_count": 0, "orders": []}, "error": None}))
    list(adapter_on(other, {**CREDENTIALS, "prefix": "/public"}).orders_new(now=NOW))
    assert other.paths == [LIST]


def test_the_token_goes_to_no_other_host():
    made, label, file = recording("aliexpress", "labels")
    elsewhere = {"data": {"label_url": "https://evil.example/x.pdf"}, "error": None}
    seen: list[str] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(str(request.url))
        return httpx.Response(200, json=made.body if request.url.path == LIST else elsewhere)

    with pytest.raises(Exception, match="elsewhere"):
        adapter_on(respond).labels([FIRST])
    assert all(url.startswith("https://openapi.aliexpress.ru/") for url in seen)
    assert (label.path, file.method) == ("/seller-api/v1/labels/orders/get", "GET")


def test_own_delivery_needs_a_track_to_be_on_its_way():
    bare = dto.Progress(number=FIRST, stage=Stage.DELIVERING, at=NOW)
    with pytest.raises(Rejected):
        adapter_on(Recorded([])).report(bare, now=NOW)
    again = says({"data": None, "error": {"code": "AlreadyDelivered", "message": "already delivered"}})
    adapter_on(Recorded([], fault=again)).report(progress(Stage.DELIVERED), now=NOW)


def test_a_short_page_and_a_shrinking_total_end_the_walk():
    (exchange,) = recording("aliexpress", "orders_new")
    body: Any = exchange.body
    answers = iter(
        [{**body, "data": {**body["data"], "total_count": 120}}, {"data": {"total_count": 80, "orders": []}}]
    )
    server = Recorded([], fault=lambda request: httpx.Response(200, json=next(answers)))
    pages = list(adapter_on(server).orders_new(now=NOW))
    assert [len(page.items) for page in pages] == [2, 0]


def test_orders_are_read_to_their_end_however_long_a_page_is_and_whether_their_number_is_told():
    (order,) = [
        row for one in recording("aliexpress", "orders_new") if one.path == LIST for row in one.body["data"]["orders"]
    ][:1]

    def asked_for(rows: list[int], total: Any) -> list[str]:
        pages = [[{**order, "id": str(100 * page + n)} for n in range(count)] for page, count in enumerate(rows)]
        bodies = [{"data": {"total_count": total, "orders": page}, "error": None} for page in pages]
        server = Recorded([Exchange("POST", LIST, body=body) for body in bodies])
        return [one.number for page in adapter_on(server).orders_new(now=NOW) for one in page.items]

    assert len(asked_for([20, 20, 10], 50)) == 50
    assert len(asked_for([50, 7], None)) == 57
    assert len(asked_for([50, 50, 0], "150")) == 100


@pytest.mark.parametrize(
    ("status", "reason", "stage"),
    [
        ("Created", None, Stage.NEW),
        ("InProgress", None, Stage.NEW),
        ("Cancelled", "CancelledByBuyer", Stage.CANCELLED),
        ("Finished", "ConfirmedByBuyer", Stage.DELIVERED),
        ("Finished", "BuyerNotPickUpPosting", Stage.CANCELLED),
        ("Frozen", None, None),
    ],
)
def test_an_order_that_tells_only_its_plain_status_is_understood(status: str, reason: str | None, stage: Stage | None):
    plain = {"order_display_status": None, "status": status, "finish_reason": reason, "logistic_orders": None}

    def only(body: Any) -> Any:
        return {"data": {"total_count": 1, "orders": [{**body["data"]["orders"][0], **plain}]}, "error": None}

    server = Recorded(changed(recording("aliexpress", "statuses"), LIST, only))
    (told,) = adapter_on(server).statuses([FIRST]).items
    assert told.stage is stage
