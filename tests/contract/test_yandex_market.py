"""The Yandex Market adapter against its contract and against the official specification."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest

from marketplaces import dto
from marketplaces.adapters.yandex_market import build, codes, operations
from marketplaces.adapters.yandex_market.adapter import YandexMarket
from marketplaces.adapters.yandex_market.cabinet import MEMORY
from marketplaces.errors import CredentialsRejected, RemoteError, Unavailable
from tests.contract import specs
from tests.contract.adapter_contract import AdapterContract, Operation, whole
from tests.contract.recorded import FOLDER, Exchange, Recorded, Respond, changed, recording, speaking_to
from tests.contract.samples import samples
from tests.contract.yandex_operations import CREDENTIALS, NOW, OPERATIONS

CALLED = [one for one in vars(operations).values() if isinstance(one, operations.Operation)]
CASES = sorted(path.relative_to(FOLDER) for path in (FOLDER / "yandex_market").rglob("*.json"))


class TestYandexMarket(AdapterContract):
    marketplace = YandexMarket
    credentials = CREDENTIALS
    operations = OPERATIONS

    def ask(self, operation: Operation, server: Respond) -> object:
        # What is remembered of the cabinet is asked for in every try.
        MEMORY.forget()
        return super().ask(operation, server)

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        names = [f"{one.name}-{one.case}" for one in self.operations]
        if "operation" in metafunc.fixturenames:
            metafunc.parametrize("operation", self.operations, ids=names)
        if "paged" in metafunc.fixturenames:
            metafunc.parametrize("paged", [one for one in self.operations if one.rows], ids=str)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    MEMORY.forget()
    yield
    MEMORY.forget()


def adapter_on(server: Any) -> Any:
    return speaking_to(YandexMarket, server, credentials=CREDENTIALS)


def checked(request: httpx.Request, spec: specs.Spec) -> None:
    body = json.loads(request.content) if request.content else None
    specs.validate_request(spec, request.method, request.url.path, body, request.url.query.decode())


# -- requests and answers against the specification
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.name}-{one.case}")
def test_every_request_is_as_the_specification_says(operation: Operation):
    spec = specs.load_yandex_market()
    server = Recorded(recording("yandex_market", operation.name, operation.case))
    whole(operation.call(adapter_on(server)))
    assert server.requests
    for request in server.requests:
        checked(request, spec)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_recording_is_as_the_specification_says(case: Any):
    spec = specs.load_yandex_market()
    for exchange in recording("yandex_market", case.parts[1], case.stem):
        if not exchange.content:
            specs.validate_response(spec, exchange.method, exchange.path, exchange.status, exchange.body, strict=True)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("boxes", "boxs"), ("changed", "statusses"), ("prices", "offer"), ("stocks_v3", "skus"), ("status", "ordr")],
)
def test_a_misspelt_field_is_found_out(monkeypatch: pytest.MonkeyPatch, name: str, wrong: str):
    """Of a request: the comparison can fail."""
    spec, right = specs.load_yandex_market(), getattr(build, name)

    def misspelt(*args: Any, **how: Any) -> Any:
        body = right(*args, **how)
        first = next(iter(body))
        return {wrong if key == first else key: value for key, value in body.items()}

    monkeypatch.setattr(build, name, misspelt)
    asking = {
        "boxes": "commit",
        "changed": "orders_changed",
        "prices": "push_prices",
        "stocks_v3": "push_stock",
        "status": "cancel",
    }
    operation = next(one for one in OPERATIONS if one.name == asking[name])
    server = Recorded(recording("yandex_market", operation.name, operation.case))
    whole(operation.call(adapter_on(server)))
    last = next(one for one in server.requests if wrong in one.content.decode())
    with pytest.raises(specs.SpecMismatch, match=wrong):
        checked(last, spec)


def test_a_misspelt_answer_is_found_out():
    spec = specs.load_yandex_market()
    (exchange,) = [one for one in recording("yandex_market", "statuses") if one.path.endswith("/orders")]
    body = json.loads(json.dumps(exchange.body).replace('"substatus"', '"sub_status"'))
    with pytest.raises(specs.SpecMismatch, match="substatus"):
        specs.validate_response(spec, exchange.method, exchange.path, 200, body)


# -- the table of operations is the specification's
@pytest.mark.parametrize("operation", CALLED, ids=lambda one: one.name)
def test_limits_are_those_of_the_specification(operation: operations.Operation):
    spec = specs.load_yandex_market()
    found = specs.operation(spec, operation.method, operation.path)
    assert found.template == operation.path
    assert found.body["operationId"] == operation.name
    told = found.body["x-resource-limit-config"]
    seconds = {"minutes": 60.0, "hours": 3600.0}[told["none"]["period"]] * told["none"]["period-duration"]
    assert (operation.amount, operation.period_s) == (told["none"]["amount"], seconds)
    counts_calls = told["path"] == "resp"
    assert counts_calls == (operation.elements == 1)
    assert [limit.requests for limit in operation.limits] == [operation.amount // operation.elements]
    assert not found.body.get("deprecated")


@pytest.mark.parametrize(
    ("operation", "place", "most"),
    [
        (operations.SET_STOCKS, ("skus",), operations.STOCKS_WRITE),
        (operations.SET_STOCKS_V3, ("skuItems",), operations.STOCKS_WRITE),
        (operations.SET_PRICES, ("offers",), operations.PRICES_WRITE),
        (operations.GET_PRICES, ("offerIds",), operations.PRICES_READ),
        (operations.QUARANTINE, ("offerIds",), operations.PRICES_READ),
        (operations.GET_STOCKS, ("offerIds",), operations.STOCKS_READ),
        (operations.GET_ORDERS, ("orderIds",), operations.ORDERS_PAGE),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_batches_are_as_long_as_the_specification_allows(
    operation: operations.Operation, place: Sequence[str], most: int
):
    spec = specs.load_yandex_market()
    request = spec.resolve(specs.operation(spec, operation.method, operation.path).body["requestBody"])
    schema = spec.resolve(request["content"]["application/json"]["schema"])
    for name in place:
        schema = spec.resolve(schema["properties"][name])
    assert schema["maxItems"] == most


def test_rights_of_the_key_are_those_that_operations_want():
    spec = specs.load_yandex_market()
    known = {scope.code.lower().replace("_", "-") for scope in codes.SCOPES}
    for operation in CALLED:
        wanted = set(specs.operation(spec, operation.method, operation.path).body["x-auth-scopes"])
        assert known & wanted, operation.name


# -- statuses
def test_every_documented_status_is_known():
    names = specs.trees.enum_of(specs.specs_dir(), "OrderStatusType")
    for status in set(names) - {"UNKNOWN"}:
        words = {"PROCESSING": "STARTED", "CANCELLED": "SHOP_FAILED"}
        means = codes.meaning(status, words.get(status, ""))
        assert means.stage is not None, status
    assert codes.meaning("UNKNOWN", "UNKNOWN").stage is None


def test_every_documented_substatus_has_a_place():
    told = set(specs.trees.enum_of(specs.specs_dir(), "OrderSubstatusType"))
    ours = {
        *codes.WAITING_WORDS, *codes.TO_PACK_WORDS, *codes.COURIER_WORDS, *codes.PACKED_WORDS, *codes.ON_THE_WAY_WORDS,
        *codes.AT_THE_POINT_WORDS, *codes.DONE_WORDS, *codes.ACTORS,
    }  # fmt: skip
    assert told - ours == {"UNKNOWN"}
    assert ours <= told


def test_every_cancel_reason_has_one_actor():
    words = [word for reasons in codes.REASONS.values() for word in reasons]
    assert len(words) == len(set(words))
    assert set(words) >= codes.AWAY


@pytest.mark.parametrize(
    ("status", "word", "stage", "problem"),
    [
        ("TOMORROW", "STARTED", None, True),
        ("PROCESSING", "A_WORD_FROM_TOMORROW", None, True),
        ("PENDING", "A_WORD_FROM_TOMORROW", dto.Stage.NEW, True),
        ("DELIVERY", "A_WORD_FROM_TOMORROW", dto.Stage.DELIVERING, True),
        ("CANCELLED", "A_WORD_FROM_TOMORROW", dto.Stage.CANCELLED, True),
        ("DELIVERY", "USER_RECEIVED", dto.Stage.DELIVERED, False),
        ("DELIVERED", "DELIVERED_USER_NOT_RECEIVED", dto.Stage.DELIVERING, True),
        ("PICKUP", "PICKUP_SERVICE_RECEIVED", dto.Stage.READY_FOR_PICKUP, False),
        ("PICKUP", "PICKUP_USER_RECEIVED", dto.Stage.DELIVERED, False),
        ("PROCESSING", "SHIPPED", dto.Stage.HANDED_OVER, False),
        ("RETURNED", "", dto.Stage.RETURNED, False),
    ],
)
def test_what_pairs_mean(status: str, word: str, stage: dto.Stage | None, problem: bool):
    means = codes.meaning(status, word)
    assert (means.stage, bool(means.problem)) == (stage, problem)
    if problem and "TOMORROW" in status + word:
        assert "TOMORROW" in means.problem


# -- what the specification shows as examples
def by_schema(spec: specs.Spec, operation: operations.Operation) -> list[Any]:
    answer = spec.resolve(specs.operation(spec, operation.method, operation.path).body["responses"]["200"])
    media = [value for kind, value in (answer.get("content") or {}).items() if "json" in kind]
    return [sample for one in media for sample in samples(spec, one["schema"])]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: f"{one.name}-{one.case}")
def test_every_sample_of_the_specification_is_understood_or_told_apart(operation: Operation):
    """Bodies made of the specification's own examples, full and with what is required alone."""
    spec = specs.load_yandex_market()
    exchanges = recording("yandex_market", operation.name, operation.case)
    for known in CALLED:
        pattern = re.compile(re.sub(r"\{\w+\}", "[^/]+", known.path))
        for body in by_schema(spec, known):
            changed = [
                one
                if one.content or one.method != known.method or not pattern.fullmatch(one.path)
                else _with(one, body)
                for one in exchanges
            ]
            if changed == list(exchanges):
                continue
            MEMORY.forget()
            try:
                whole(operation.call(adapter_on(Recorded(changed))))
            except RemoteError:
                # A sample need not fit the ids that are asked about; nothing else may come out.
                continue


def _with(exchange: Any, body: Any) -> Any:
    return type(exchange)(exchange.method, exchange.path, exchange.status, body)


def test_an_order_made_of_examples_is_read_whole():
    """With every field of the specification at once, nulls where they are allowed."""
    spec = specs.load_yandex_market()
    full, bare = by_schema(spec, operations.GET_ORDERS)
    for body in (full, bare):
        MEMORY.forget()
        known = [one for one in recording("yandex_market", "statuses") if not one.path.endswith("/orders")]
        order = next(one for one in recording("yandex_market", "statuses") if one.path.endswith("/orders"))
        body["orders"][0] |= {"status": "PROCESSING", "substatus": "STARTED", "programType": "FBS"}
        body.pop("paging", None)
        server = Recorded([*known, *recording("yandex_market", "warehouses"), _with(order, body)])
        page = next(iter(adapter_on(server).orders_new(now=NOW)))
        assert (len(page.items), page.broken) == (1, [])


# -- words
@pytest.mark.parametrize(
    ("status", "message", "word"),
    [
        (423, "Business is in migration", Unavailable),
        (403, "Token does not have any of the scopes to access the API method", CredentialsRejected),
        (420, "Hit rate limit of 4 parallel requests for the business", Unavailable),
        (500, "Internal server error", Unavailable),
    ],
)
def test_refusals_become_words(status: int, message: str, word: type[RemoteError]):
    body = {"status": "ERROR", "errors": [{"code": "X", "message": message}]}
    server = lambda request: httpx.Response(status, json=body)  # noqa: E731
    with pytest.raises(word, match=message[:20]):
        adapter_on(server).warehouses()


def test_a_store_that_is_switched_off_does_not_condemn_the_key():
    refusal = {
        "status": "ERROR",
        "errors": [{"code": "FORBIDDEN", "message": "Access denied for campaign '7210011' because it is not active"}],
    }
    exchanges = recording("yandex_market", "cancel")
    server = Recorded(exchanges, lambda request: httpx.Response(403, json=refusal), frozenset({exchanges[-1].path}))
    with pytest.raises(RemoteError) as told:
        adapter_on(server).cancel("41000000017", reason="other")
    assert told.value.code == dto.Code.WRONG_STATE


def test_an_hour_that_is_none_leaves_the_day_to_ship_by():
    def late(body: Any) -> Any:
        for order in body["orders"]:
            order["delivery"]["shipment"] = {"id": 9, "shipmentDate": "2026-11-25", "shipmentTime": "24:00"}
        return body

    path = "/v1/businesses/5900001/orders"
    server = Recorded(changed(recording("yandex_market", "orders_new"), path, late))
    orders = [order for page in adapter_on(server).orders_new(now=NOW) for order in page.items]
    assert {order.ship_by.isoformat() for order in orders} == {"2026-11-25T23:59:59+03:00"}


@pytest.mark.parametrize(
    ("status", "body"), [(404, b""), (200, b"[]"), (403, b'{"status": "ERROR", "errors": [{"code": "FORBIDDEN"}]}')]
)
def test_an_order_is_taken_in_without_its_buyer(status: int, body: bytes):
    operation = next(one for one in OPERATIONS if one.name == "orders_by_number")
    answers = recording("yandex_market", "orders_by_number")
    buyers = frozenset(one.path for one in answers if one.path.endswith("/buyer"))
    assert buyers
    good: Any = operation.call(adapter_on(Recorded(answers)))
    told: Any = operation.call(adapter_on(Recorded(answers, lambda _: httpx.Response(status, content=body), buyers)))
    assert [order.number for order in told.items] == [order.number for order in good.items]
    assert not told.broken


def test_warehouses_that_the_third_generation_does_not_show_are_written_by_the_second():
    def empty(body: Any) -> Any:
        return {**body, "result": {"warehouses": []}}

    answers = changed(recording("yandex_market", "push_stock"), "/v3/businesses/5900001/warehouses", empty)
    server = Recorded([*answers, Exchange("PUT", "/v2/campaigns/7210011/offers/stocks", body={"status": "OK"})])
    operation = next(one for one in OPERATIONS if one.name == "push_stock" and one.case == "usual")
    receipt = operation.call(adapter_on(server))
    assert len(receipt.accepted) == 3
    assert "/v3/businesses/5900001/offers/stocks/update" not in server.paths


@pytest.mark.parametrize("body", [{}, {"campaigns": []}, {"campaigns": [{"id": 1, "business": None}]}])
def test_an_answer_without_stores_does_not_condemn_the_key(body: Any):
    with pytest.raises(Unavailable, match="no cabinet"):
        list(adapter_on(Recorded([Exchange("GET", "/v2/campaigns", body=body)])).orders_new(now=NOW))
