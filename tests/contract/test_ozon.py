"""The Ozon adapter against its contract and against Ozon's specification."""

import json
from functools import partial
from typing import Any

import httpx
import pytest

from marketplaces import dto
from marketplaces.adapters.ozon import build
from marketplaces.adapters.ozon.adapter import Ozon
from marketplaces.errors import RemoteError
from tests.contract import specs
from tests.contract.adapter_contract import AdapterContract, Operation, whole
from tests.contract.ozon_operations import CREDENTIALS, OPERATIONS, PARCEL
from tests.contract.recorded import FOLDER, Recorded, recording, speaking_to

FILES = "/labels/"


class TestOzon(AdapterContract):
    marketplace = Ozon
    credentials = CREDENTIALS
    operations = OPERATIONS


def checked(request: httpx.Request, spec: specs.Spec) -> None:
    if not request.url.path.startswith(FILES):
        body = json.loads(request.content) if request.content else None
        specs.validate_request(spec, request.method, request.url.path, body)


def adapter_on(server: Any) -> Any:
    return speaking_to(Ozon, server, credentials=CREDENTIALS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_request_is_as_the_specification_says(operation: Operation):
    spec = specs.load_ozon()
    server = Recorded(recording("ozon", operation.folder or operation.name, operation.case))
    whole(operation.call(adapter_on(server)))
    assert server.requests
    for request in server.requests:
        checked(request, spec)


CASES = sorted(path.relative_to(FOLDER) for path in (FOLDER / "ozon").rglob("*.json"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_recording_is_as_the_specification_says(case: Any):
    spec = specs.load_ozon()
    for exchange in recording("ozon", case.parts[1], case.stem):
        if not exchange.content:
            specs.validate_response(spec, exchange.method, exchange.path, exchange.status, exchange.body)


def test_a_misspelt_field_is_found_out(monkeypatch: pytest.MonkeyPatch):
    spec, right = specs.load_ozon(), build.ship
    monkeypatch.setattr(build, "ship", lambda parcel: {**right(parcel), "posting_numbr": parcel.number})
    server = Recorded(recording("ozon", "commit"))
    adapter_on(server).commit([PARCEL])
    with pytest.raises(specs.SpecMismatch, match="posting_numbr"):
        checked(server.requests[0], spec)


def test_methods_that_were_shut_down_are_not_used():
    """The stored specification still has them; the brief says what replaced them (section 19)."""
    gone = {
        "/v2/posting/fbs/package-label",
        "/v2/posting/fbs/package-label/create",
        "/v1/posting/fbs/package-label/get",
        "/v3/posting/fbs/list",
        "/v3/posting/fbs/unfulfilled/list",
        "/v2/posting/fbs/act/create",
        "/v1/warehouse/list",
        "/v1/delivery-method/list",
    }
    used = set()
    for operation in OPERATIONS:
        server = Recorded(recording("ozon", operation.folder or operation.name, operation.case))
        whole(operation.call(adapter_on(server)))
        used |= set(server.paths)
    assert used & gone == set()
    assert {"/v3/posting/fbs/package-label/create", "/v2/posting/fbs/package-label/get"} <= used


# The two label methods that replaced the older ones on 2026-11-02 are not in the stored specification; these shapes
# are from the brief, section 11.
NEW_LABEL_REQUESTS = {
    "/v3/posting/fbs/package-label/create": {"posting_numbers": ["41517061-0214-1"]},
    "/v2/posting/fbs/package-label/get": {"task_id": 71},
}


def test_the_newer_label_methods_are_asked_as_the_brief_says():
    server = Recorded(recording("ozon", "labels"))
    adapter_on(server).labels(["41517061-0214-1"])
    assert {path: server.bodies(path)[0] for path in NEW_LABEL_REQUESTS} == NEW_LABEL_REQUESTS


USED_BY = {
    "/v1/roles": "account",
    "/v1/seller/info": "account",
    "/v2/warehouse/list": "warehouses",
    "/v2/delivery-method/list": "warehouses",
    "/v3/product/list": "listings",
    "/v3/product/info/list": "listings",
    "/v4/posting/fbs/unfulfilled/list": "orders_new",
    "/v4/posting/fbs/list": "orders_changed",
    "/v3/posting/fbs/get": "orders_by_number",
    "/v2/products/stocks": "push_stock",
    "/v2/product/info/stocks-by-warehouse/fbs": "read_stock",
    "/v1/product/import/prices": "push_prices",
    "/v5/product/info/prices": "read_prices",
    "/v1/warehouse/ozon/list": "own_stock",
    "/v1/product/info/stocks-by-warehouse/fbo": "own_stock",
    "/v5/fbs/posting/product/exemplar/status": "mark_verdicts",
    "/v4/posting/fbs/ship": "commit",
    "/v6/fbs/posting/product/exemplar/create-or-get": "commit_marked",
    "/v6/fbs/posting/product/exemplar/set": "commit_marked",
    "/v2/carriage/delivery/list": "find_handover",
    "/v1/carriage/create": "close_handover",
    "/v1/carriage/set-postings": "close_handover",
    "/v1/carriage/approve": "close_handover",
    "/v1/carriage/get": "close_handover",
    "/v2/posting/fbs/act/check-status": "handover_documents",
    "/v2/posting/fbs/act/get-barcode/text": "handover_documents",
    "/v1/posting/fbs/cancel-reason": "cancel",
    "/v2/posting/fbs/cancel": "cancel",
    "/v2/posting/fbs/product/cancel": "cancel_lines",
    "/v1/returns/list": "returns",
}


@pytest.mark.parametrize("path", USED_BY)
def test_every_example_of_the_specification_is_understood(path: str):
    spec = specs.load_ozon()
    operation = next(one for one in OPERATIONS if one.name == USED_BY[path])
    for name, example in specs.response_examples(spec, "POST", path):
        server = Recorded(
            recording("ozon", operation.folder or operation.name, operation.case),
            fault=partial(_says, _last_page(example)),
            at=frozenset({path}),
        )
        told = whole(operation.call(adapter_on(server)))
        assert not isinstance(told, RemoteError)
        for page in told if isinstance(told, list) else [told]:
            if isinstance(page, dto.Page):
                assert not page.broken, name


def _says(body: Any, request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=body)


def _last_page(body: Any) -> Any:
    """An example of a middle page would be served for ever."""
    return {**body, "has_next": False} if isinstance(body, dict) and "has_next" in body else body
