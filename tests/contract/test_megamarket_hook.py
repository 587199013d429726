"""Megamarket's pushes against the hook contract and the reconstructed specification."""

import copy
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from marketplaces import dto
from marketplaces.adapters.megamarket.adapter import Megamarket
from marketplaces.adapters.megamarket.hook import MegamarketHook
from marketplaces.errors import ContractBroken
from tests.contract import specs
from tests.contract.hook_contract import NOW, HookContract, sent
from tests.contract.megamarket_operations import CREDENTIALS

NEW, CANCEL = "order/new", "order/cancel"


def lot(index: int, offer: str = "A-1", **more: Any) -> dict[str, Any]:
    return {
        "itemIndex": str(index),
        "goodsId": "100023456789",
        "offerId": offer,
        "itemName": f"Товар {offer}",
        "price": 1100,
        "finalPrice": 990,
        "discounts": [{"discountType": "LOY", "discountAmount": 110}],
        "quantity": 1,
        "taxRate": "20",
        "reservationPerformed": True,
        "isDigitalMarkRequired": False,
        **more,
    }


FBS = {
    "shipmentId": "842818431",
    "shipmentDate": "2026-11-24T10:00:00+03:00",
    "confirmationDate": "2026-11-24T16:00:00+03:00",
    "packingDate": "2026-11-25T12:00:00+03:00",
    "customerOrderId": "7000111",
    "items": [lot(1, isDigitalMarkRequired=True), lot(2, isDigitalMarkRequired=True), lot(3, "A-2")],
    "label": {"region": "Тульская обл", "city": "Тула", "address": "ул Примерная, 1", "fullName": "Тестовый П."},
    "shipping": {
        "shippingDate": "2026-11-25T18:00:00+03:00",
        "shippingPoint": 17023,
        "shippingInterval": {"dateFrom": "2026-11-25T14:00:00+03:00", "dateTo": "2026-11-25T17:00:00+03:00"},
    },
    "fulfillmentMethod": "FULFILLMENT_BY_MERCHANT",
}
OWN = {
    "shipmentId": "9324005526611",
    "shipmentDate": "2026-11-24T10:00:00+03:00",
    "items": [lot(1), lot(2, "delivery", price=300, finalPrice=300, taxRate=None)],
    "handover": {
        "packingDate": "2026-11-24T20:00:00+03:00",
        "outletId": "",
        "serviceScheme": "DELIVERY_BY_MERCHANT",
        "depositedAmount": 1290,
        "deliveryInterval": None,
        "deliveryId": 933000111,
    },
    "customer": {
        "customerFullName": "Покупатель Тестовый",
        "phone": "79000000000",
        "email": "buyer@example.ru",
        "address": {"source": "г Тула, ул Примерная, д 1", "access": {"comment": "Домофон 12"}},
    },
    "flags": None,
}


def push(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"meta": {"source": "OMS"}, "data": {"merchantId": 1231, "shipments": list(rows)}}


def cancelled(number: str, *lots: int) -> dict[str, Any]:
    items = [{"itemIndex": str(index), "goodsId": "100023456789", "offerId": "A-1"} for index in lots]
    return {"shipmentId": number, "items": items}


class TestMegamarketHook(HookContract):
    hook = MegamarketHook()
    told = (
        (NEW, push(FBS), ["842818431"]),
        (NEW, push(OWN), ["9324005526611"]),
        (NEW, push({**FBS, "shipmentId": "842818432"}, {**OWN, "shipmentId": "1"}), ["842818432", "1"]),
        (CANCEL, push(cancelled("842818431", 1)), ["842818431"]),
        (CANCEL, push(cancelled("842818431", 1, 2)), ["842818431"]),
    )


def handled(*rows: dict[str, Any]) -> dto.Notice:
    """What the channel's worker reads, knowing the settings of the cabinet."""
    adapter = Megamarket(credentials=CREDENTIALS, send=None)  # type: ignore[arg-type]
    assert adapter.hook is not None
    return adapter.hook.parse(sent(push(*rows), NEW))


def test_a_pushed_shipment_is_an_order_whose_lots_are_pieces():
    (order,) = handled(FBS).orders

    assert (order.number, order.scheme, order.warehouse_id) == ("842818431", dto.Scheme.FBS, "17023")
    assert [(line.external_id, line.pieces, line.price) for line in order.lines] == [
        ("A-1", 2, Decimal(990)),
        ("A-2", 1, Decimal(990)),
    ]
    assert [list(line.marks) for line in order.lines] == [[dto.MarkKind.SGTIN], []]
    assert order.ship_by == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    assert (order.basket, order.region, order.barcode) == ("7000111", "Тульская обл, Тула", "1231*842818431*1")
    assert order.status == dto.RemoteStatus(number="842818431", status="NEW", stage=dto.Stage.NEW, cancellable=True)


def test_own_delivery_is_told_by_the_handover_and_is_no_line():
    (order,) = handled(OWN).orders

    assert (order.scheme, order.barcode) == (dto.Scheme.DBS, "")
    assert [line.external_id for line in order.lines] == ["A-1"]
    assert order.buyer == dto.Buyer(
        name="Покупатель Тестовый", phone="79000000000", address="г Тула, ул Примерная, д 1", comment="Домофон 12"
    )
    assert order.ship_by == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def test_a_shop_that_is_not_among_ours_is_the_first_of_ours():
    pickup = {**OWN, "handover": {**OWN["handover"], "outletId": "999", "serviceScheme": "COLLECT_BY_CUSTOMER"}}
    (order,) = handled(pickup).orders

    assert (order.scheme, order.warehouse_id) == (dto.Scheme.PICKUP, "17023")


@pytest.mark.parametrize("spoil", [{"items": None}, {"items": [{"itemIndex": "x"}]}, {"shipmentDate": None}])
def test_a_shipment_that_cannot_be_understood_is_read_by_its_number_and_the_rest_stands(spoil: dict[str, Any]):
    notice = handled({**FBS, "shipmentId": "5", **spoil}, FBS)

    assert (list(notice.numbers), [order.number for order in notice.orders]) == (["5"], ["842818431"])


def test_paths_that_nobody_gave_are_refused():
    with pytest.raises(ContractBroken):
        MegamarketHook().parse(sent(push(FBS), "order/return"))


def test_payloads_and_answers_are_as_the_specification_says():
    spec, hook = specs.load_reconstructed("megamarket"), MegamarketHook()
    for path, payload, _ in TestMegamarketHook.told:
        specs.validate_request(spec, "post", f"/{path}", payload)
        reply = hook.answer(hook.parse(sent(payload, path)), now=NOW)
        specs.validate_response(spec, "post", f"/{path}", 200, dict(reply.body), strict=True)
        refusal = hook.refuse(dto.Refusal.UNREADABLE, text="почему")
        specs.validate_response(spec, "post", f"/{path}", 200, dict(refusal.body), strict=True)


def test_a_misspelt_payload_does_not_pass_the_specification():
    wrong = copy.deepcopy(push(FBS))
    wrong["data"]["shipments"][0]["shipmentIt"] = wrong["data"]["shipments"][0].pop("shipmentId")
    with pytest.raises(specs.SpecMismatch):
        specs.validate_request(specs.load_reconstructed("megamarket"), "post", f"/{NEW}", json.loads(json.dumps(wrong)))


@pytest.mark.parametrize(("scheme", "asked"), [("fbs", False), ("dbs", True), ("cnc", True)])
def test_only_what_we_bring_or_give_out_is_asked_for(scheme: str, asked: bool):
    adapter = Megamarket(credentials={**CREDENTIALS, "scheme": scheme}, send=None)  # type: ignore[arg-type]
    assert adapter.hook is not None
    notice = adapter.hook.parse(sent(push(cancelled("842818431", 2, 3)), CANCEL))

    wish = dto.CancelWish(number="842818431", parts=["2", "3"], text="A-1")
    assert (list(notice.numbers), list(notice.wishes)) == (["842818431"], [wish] if asked else [])
    assert list(MegamarketHook().parse(sent(push(cancelled("842818431", 2)), CANCEL)).wishes) == []
