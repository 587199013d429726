"""The Megamarket adapter against its contract and against the reconstructed specification."""

import json
from functools import partial
from typing import Any

import httpx
import pytest

from marketplaces import dto
from marketplaces.adapters.megamarket import build
from marketplaces.adapters.megamarket.adapter import Megamarket
from marketplaces.errors import CredentialsRejected, Rejected
from marketplaces.ports import Attempt, Can
from tests.contract import specs
from tests.contract.adapter_contract import WAYS_TO_COMMIT, AdapterContract, Operation, whole
from tests.contract.megamarket_operations import (
    CARD,
    CLOSE,
    CONFIRM,
    CREDENTIALS,
    GET,
    LEVELS,
    NOW,
    OPERATIONS,
    PACK,
    PARCEL,
    PRICE,
    REJECT,
    RESULT,
    SEARCH,
    SHIP,
    STICKER,
    STOCK,
    TOKEN,
)
from tests.contract.recorded import FOLDER, Recorded, changed, recording, speaking_to


class TestMegamarket(AdapterContract):
    marketplace = Megamarket
    credentials = CREDENTIALS
    # The warehouses are what the seller typed: nothing is asked, so nothing can be lost or mutated.
    operations = OPERATIONS

    def test_every_capability_is_proven(self):
        proven = {operation.can for operation in self.operations}
        assert self.marketplace.can - proven - WAYS_TO_COMMIT <= {Can.WAREHOUSES, Can.NOTICES}


def adapter_on(server: Any, **more: Any) -> Any:
    return speaking_to(Megamarket, server, credentials=CREDENTIALS, **more)


def checked(request: httpx.Request, spec: specs.Spec) -> None:
    specs.validate_request(spec, request.method, request.url.path, json.loads(request.content))


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_every_request_is_as_the_specification_says(operation: Operation):
    spec = specs.load_reconstructed("megamarket")
    server = Recorded(recording("megamarket", operation.folder or operation.name, operation.case))
    whole(operation.call(adapter_on(server)))
    assert server.requests
    for request in server.requests:
        checked(request, spec)
        assert "python" not in request.headers["user-agent"]


CASES = sorted(path.relative_to(FOLDER) for path in (FOLDER / "megamarket").rglob("*.json"))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_recording_is_as_the_specification_says(case: Any):
    spec = specs.load_reconstructed("megamarket")
    for exchange in recording("megamarket", case.parts[1], case.stem):
        if not exchange.content:
            specs.validate_response(spec, exchange.method, exchange.path, exchange.status, exchange.body)


def test_a_misspelt_field_is_found_out(monkeypatch: pytest.MonkeyPatch):
    spec, right = specs.load_reconstructed("megamarket"), build.packing
    monkeypatch.setattr(build, "packing", lambda *them, **how: {**right(*them, **how), "orderKode": "x"})
    server = Recorded(recording("megamarket", "commit"))
    adapter_on(server).commit([PARCEL])
    with pytest.raises(specs.SpecMismatch, match="orderKode"):
        checked(server.requests[-1], spec)


USED_BY = {
    SEARCH: "orders_new",
    GET: "orders_by_number",
    CONFIRM: "commit_unconfirmed",
    PACK: "commit",
    SHIP: "close_handover",
    CLOSE: "report",
    REJECT: "cancel",
    RESULT: "answer_cancel_request",
    STICKER: "labels",
    STOCK: "push_stock",
    PRICE: "push_prices",
    f"{CARD}/card/get": "listings",
    f"{CARD}/card/getAttributes": "listings",
    f"{CARD}/card/getError": "listings",
}


def test_every_method_of_the_specification_is_used_or_named_as_unused():
    unused = {
        "/order/new": "we are called",
        "/order/cancel": "we are called",
        "/api/market/v1/orderService/order/return": "its body is not recorded anywhere",
        f"{CARD}/categoryTree/get": "cards are written in the cabinet or by feed",
        f"{CARD}/infomodel/get": "cards are written in the cabinet or by feed",
        f"{CARD}/card/save": "cards are written in the cabinet or by feed",
    }
    assert set(specs.load_reconstructed("megamarket").document["paths"]) == USED_BY.keys() | unused.keys()


@pytest.mark.parametrize("path", USED_BY)
def test_every_example_of_the_specification_is_understood(path: str):
    spec = specs.load_reconstructed("megamarket")
    operation = next(one for one in OPERATIONS if one.name == USED_BY[path])
    for name, example in specs.response_examples(spec, "POST", path):
        exchanges = recording("megamarket", operation.folder or operation.name, operation.case)
        server = Recorded(exchanges, fault=partial(_says, example), at=frozenset({path}))
        if example.get("success") == 0:
            assert _refused(operation, server), name
            continue
        told = whole(operation.call(adapter_on(server)))
        for page in told if isinstance(told, list) else [told]:
            if isinstance(page, dto.Page):
                assert not page.broken, name


def _refused(operation: Operation, server: Recorded) -> bool:
    """A refusal is raised, or told of the items that it is about."""
    try:
        told = whole(operation.call(adapter_on(server)))
    except (Rejected, CredentialsRejected):
        return True
    if isinstance(told, list):
        return all(one.state is dto.CommitState.FAILED for one in told)
    return bool(_left_out(told))


def _left_out(told: Any) -> Any:
    return told.missing if isinstance(told, dto.RemoteHandover) else told.refused


def _says(body: Any, request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=body)


BAD_TOKEN = {"success": 0, "meta": {}, "error": {"code": 0, "message": f"Авторизационный токен: {TOKEN} невалидный."}}


@pytest.mark.parametrize("operation", OPERATIONS, ids=str)
def test_a_bad_token_is_told_apart_and_stands_nowhere(operation: Operation):
    told: list[Attempt] = []
    server = Recorded([], fault=partial(_says, BAD_TOKEN))
    with pytest.raises(CredentialsRejected) as refusal:
        whole(operation.call(adapter_on(server, on_attempt=told.append)))
    assert "невалидный" in refusal.value.text
    assert TOKEN in server.requests[0].content.decode() + str(server.requests[0].headers)
    assert told
    for attempt in told:
        assert TOKEN not in repr(attempt) + refusal.value.text


def test_a_shipment_named_in_a_way_that_is_none_stands_apart():
    def spoiled(body: Any) -> Any:
        body["data"]["shipments"] += ["none of ours", {"shipmentId": "1"}]
        return body

    server = Recorded(changed(recording("megamarket", "orders_new"), SEARCH, spoiled))
    (page,) = adapter_on(server).orders_new(now=NOW)
    assert len(page.items) == len(recording("megamarket", "orders_new")[0].body["data"]["shipments"])
    assert [bad.reason for bad in page.broken] == ["it: Value error, is not an id"] * 2


def test_success_with_an_error_beside_it_is_none():
    refusal = {"success": 1, "meta": {}, "data": {}, "error": [{"message": "не найден", "shipmentId": "1"}]}
    server = Recorded(recording("megamarket", "push_stock"), lambda request: httpx.Response(200, json=refusal))
    receipt = adapter_on(server).push_stock(LEVELS)
    assert not receipt.accepted
    assert {one.code for one in receipt.refused} == {dto.Code.NOT_FOUND}


def test_a_price_below_zero_breaks_only_its_order():
    def below(body: Any) -> Any:
        body["data"]["shipments"][0]["items"][0]["finalPrice"] = -1
        return body

    server = Recorded(changed(recording("megamarket", "orders_by_number"), GET, below))
    page = adapter_on(server).orders_by_number(["842818431", "842818432"], now=NOW)
    assert [bad.reason for bad in page.broken] == ["items.0.finalPrice: Value error, is below zero"]
    assert page.items


def test_a_lot_of_several_pieces_breaks_its_order_instead_of_losing_them():
    def several(body: Any) -> Any:
        body["data"]["shipments"][0]["items"][0]["quantity"] = 3
        return body

    server = Recorded(changed(recording("megamarket", "orders_by_number"), GET, several))
    page = adapter_on(server).orders_by_number(["842818431", "842818432"], now=NOW)
    assert [bad.reason for bad in page.broken] == ["items: a lot of several pieces"]
    assert page.items


def test_a_card_whose_attributes_cannot_be_read_is_listed_and_told():
    path = f"{CARD}/card/getAttributes"

    def spoiled(body: Any) -> Any:
        body["data"]["cards"][0]["masterAttributes"] = "none"
        return body

    good = [
        item.offer_id
        for page in adapter_on(Recorded(recording("megamarket", "listings"))).listings()
        for item in page.items
    ]
    (page,) = adapter_on(Recorded(changed(recording("megamarket", "listings"), path, spoiled))).listings()
    assert [item.offer_id for item in page.items] == good
    assert [bad.key for bad in page.broken] == [
        recording("megamarket", "listings")[1].body["data"]["cards"][0]["offerId"]
    ]
