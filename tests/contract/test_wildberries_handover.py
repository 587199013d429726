"""Supplies of Wildberries: made, delivered with exactly their orders, and their papers."""

import base64
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from marketplaces import dto
from marketplaces.dto import Code, HandoverState
from marketplaces.errors import OutcomeUnknown, Rejected
from tests.contract.wildberries_server import Server, adapter, refusal, status, supply

PNG = b"\x89PNG\r\n\x1a\n-a-sticker"
FILE = base64.b64encode(PNG).decode()
SUPPLY = "/api/v3/supplies/WB-GI-1"
IDS = "/api/marketplace/v3/supplies/WB-GI-1/order-ids"
PLAN = dto.HandoverPlan(
    external_id="WB-GI-1",
    our_key="KEY-1",
    warehouse_id="658434",
    departure_date=date(2026, 11, 25),
    numbers=("1", "2"),
)


def test_a_supply_carries_our_key_as_its_name() -> None:
    server = Server().on("POST", "/api/v3/supplies", (201, {"id": "WB-GI-1"}))
    made = adapter(server).open_handover(replace(PLAN, external_id=""))
    assert made == dto.RemoteHandover(external_id="WB-GI-1", state=HandoverState.OPEN, status="open", numbers=())
    assert server.asked[0].body == {"name": "KEY-1"}


def test_a_supply_whose_id_was_cut_off_is_unknown_and_found_by_name() -> None:
    server = (
        Server(validate_answers=False)
        .on("POST", "/api/v3/supplies", (201, b'{"id": "WB-G'))
        .on(
            "GET",
            "/api/v3/supplies",
            (200, {"next": 9, "supplies": [supply("other") | {"id": "WB-GI-0"}]}),
            (200, {"next": 12, "supplies": [supply("KEY-1", done=True) | {"id": "WB-GI-7"}, supply("KEY-1")]}),
            (200, {"next": 0, "supplies": []}),
        )
        .on("GET", IDS, (200, {"orderIds": [1]}))
    )
    plan = replace(PLAN, external_id="")
    with pytest.raises(OutcomeUnknown):
        adapter(server).open_handover(plan)
    found = adapter(server).find_handover(plan)
    assert found == dto.RemoteHandover(external_id="WB-GI-1", state=HandoverState.OPEN, status="open", numbers=["1"])


def test_a_supply_that_is_not_there_is_none() -> None:
    server = (
        Server()
        .on("GET", SUPPLY, (404, refusal("NotFound")))
        .on("GET", "/api/v3/supplies", (200, {"next": 0, "supplies": []}))
    )
    assert adapter(server).find_handover(PLAN) is None
    assert adapter(server).find_handover(replace(PLAN, external_id="")) is None


def open_supply(inside: list[int], *, rows: list[dict[str, Any]] | None = None, **more: Any) -> Server:
    return (
        Server()
        .on("GET", SUPPLY, (200, supply(**more)))
        .on("GET", IDS, (200, {"orderIds": inside}))
        .on("POST", "/api/v3/orders/status", (200, {"orders": rows or []}))
        .on("PATCH", f"{SUPPLY}/deliver", (204, None))
    )


def test_a_supply_is_delivered_with_exactly_its_orders() -> None:
    server = open_supply([1, 2])
    closed = adapter(server).close_handover(PLAN)
    assert (closed.state, closed.numbers, closed.missing) == (HandoverState.CLOSED, ["1", "2"], [])
    assert server.paths()[-1] == f"PATCH {SUPPLY}/deliver"


def test_a_supply_delivered_already_is_not_delivered_twice() -> None:
    server = open_supply([1, 2], done=True)
    assert adapter(server).close_handover(PLAN).state is HandoverState.CLOSED
    assert server.of("PATCH", ".*") == []


def test_an_order_cancelled_while_it_was_picked_is_left_out_by_name() -> None:
    server = open_supply([1], rows=[status(2, "confirm", "canceled")])
    closed = adapter(server).close_handover(PLAN)
    assert (closed.state, closed.numbers) == (HandoverState.CLOSED, ["1"])
    assert [(one.key, one.code) for one in closed.missing] == [("2", Code.CANCELLED)]


def test_an_order_removed_from_the_supply_while_picking_stops_the_delivery() -> None:
    server = open_supply([1], rows=[status(2, "confirm")])
    found = adapter(server).close_handover(PLAN)
    assert found.state is HandoverState.OPEN
    assert [(one.key, one.code, one.text) for one in found.missing] == [
        ("2", Code.WRONG_STATE, "The order is not in the supply")
    ]
    assert server.of("PATCH", ".*") == []


def test_a_strange_live_order_in_the_supply_stops_the_delivery_and_a_dead_one_does_not() -> None:
    server = open_supply([1, 2, 3], rows=[status(3)])
    found = adapter(server).close_handover(PLAN)
    assert (found.state, [one.key for one in found.missing]) == (HandoverState.OPEN, ["3"])
    assert server.of("PATCH", ".*") == []
    server = open_supply([1, 2, 3], rows=[status(3, "confirm", "canceled")])
    assert adapter(server).close_handover(PLAN).state is HandoverState.CLOSED


def test_a_delivery_refused_for_codes_names_its_orders_and_stays_open() -> None:
    orders = [
        {"id": 1, "metaDetails": [{"key": "sgtin", "value": "", "decision": "required"}]},
        {"id": 2, "metaDetails": [{"key": "sgtin", "value": "01", "decision": "pending"}]},
        {"id": 3, "metaDetails": [{"key": "uin", "value": "null", "decision": "uinBadStatus"}]},
    ]
    body = refusal("MetaValidationFail", "Fix them to dispatch items", data={"orders": orders})
    server = open_supply([1, 2, 3, 4]).on("PATCH", f"{SUPPLY}/deliver", (409, body))
    found = adapter(server).close_handover(replace(PLAN, numbers=("1", "2", "3", "4")))
    assert found.state is HandoverState.OPEN
    assert found.text == "Fix them to dispatch items (MetaValidationFail)"
    assert [(one.key, one.code, one.text) for one in found.missing] == [
        ("1", Code.MARKS_NEEDED, "sgtin: required"),
        ("2", Code.NOT_READY, "sgtin: pending"),
        ("3", Code.MARK_REFUSED, "uin: uinBadStatus"),
    ]


def test_an_empty_supply_is_not_even_tried() -> None:
    server = open_supply([], rows=[status(1, "cancel", "canceled"), status(2, "cancel", "canceled")])
    with pytest.raises(Rejected) as refused:
        adapter(server).close_handover(PLAN)
    assert refused.value.code == Code.EMPTY
    assert server.of("PATCH", ".*") == []


@pytest.mark.parametrize(
    ("word", "code"), [("SupplyHasZeroOrders", Code.EMPTY), ("SupplyShippingRequired", Code.SHIPPING_METHOD_NEEDED)]
)
def test_a_refused_delivery_has_our_code(word: str, code: Code) -> None:
    server = open_supply([1, 2]).on("PATCH", f"{SUPPLY}/deliver", (409, refusal(word)))
    with pytest.raises(Rejected) as refused:
        adapter(server).close_handover(PLAN)
    assert refused.value.code == code


def test_a_lost_delivery_is_looked_up() -> None:
    server = open_supply([1, 2]).on("PATCH", f"{SUPPLY}/deliver", OutcomeUnknown("no answer"))
    with pytest.raises(OutcomeUnknown):
        adapter(server).close_handover(PLAN)
    found = adapter(server).find_handover(PLAN)
    assert found is not None
    assert found.state is HandoverState.OPEN


# The methods of shipping are newer than the stored specification: see tests/contract/newer.py.
SHIPPING = "/api/marketplace/v3/fbs/supplies/shipping-method"
SHIPPED = replace(PLAN, shipping_point_id="100", shipping_type="self")


def shipping_answer(**result: object) -> tuple[int, object]:
    return 200, {"results": [{"supplyId": "WB-GI-1", **result}]}


def test_how_a_supply_is_brought_is_told_before_delivery() -> None:
    server = open_supply([1, 2]).on("PATCH", SHIPPING, shipping_answer(success=True))
    assert adapter(server).close_handover(SHIPPED).state is HandoverState.CLOSED
    assert [(asked.path, asked.body) for asked in server.of("PATCH", ".*")] == [
        (
            SHIPPING,
            {
                "data": [
                    {
                        "supplyId": "WB-GI-1",
                        "shippingDt": "2026-11-25",
                        "shippingPointId": 100,
                        "shippingType": "selfShipping",
                    }
                ]
            },
        ),
        (f"{SUPPLY}/deliver", None),
    ]


def test_how_a_supply_is_brought_is_not_told_twice() -> None:
    server = open_supply([1, 2], shippingDt="2026-11-25", shippingPointId=100, shippingType="selfShipping")
    adapter(server).close_handover(SHIPPED)
    assert server.of("PATCH", SHIPPING) == []


@pytest.mark.parametrize(
    "result",
    [
        {"error": {"code": 409, "detail": "InvalidShippingDt"}},
        {"isError": True, "errors": [{"code": 409, "detail": "InvalidShippingDt"}]},
    ],
)
def test_a_refusal_inside_a_two_hundred_stops_the_delivery(result: dict[str, object]) -> None:
    server = open_supply([1, 2]).on("PATCH", SHIPPING, shipping_answer(**result))
    server.validate_answers = False
    with pytest.raises(Rejected) as refused:
        adapter(server).close_handover(SHIPPED)
    assert (refused.value.code, refused.value.text) == (Code.SHIPPING_METHOD_NEEDED, "InvalidShippingDt")
    assert server.of("PATCH", f"{SUPPLY}/deliver") == []


def test_boxes_are_added_up_to_the_number_wanted() -> None:
    server = (
        open_supply([1, 2])
        .on("GET", f"{SUPPLY}/trbx", (200, {"trbxes": [{"id": "WB-TRBX-1"}]}))
        .on("POST", f"{SUPPLY}/trbx", (201, {"trbxIds": ["WB-TRBX-2"]}))
    )
    adapter(server).close_handover(replace(PLAN, containers=2))
    assert [asked.body for asked in server.of("POST", f"{SUPPLY}/trbx")] == [{"amount": 1}]
    server.on("GET", f"{SUPPLY}/trbx", (200, {"trbxes": [{"id": "WB-TRBX-1"}, {"id": "WB-TRBX-2"}]}))
    adapter(server).close_handover(replace(PLAN, containers=2))
    assert len(server.of("POST", f"{SUPPLY}/trbx")) == 1


def test_boxes_that_are_too_many_are_taken_away() -> None:
    server = (
        open_supply([1, 2])
        .on("GET", f"{SUPPLY}/trbx", (200, {"trbxes": [{"id": f"WB-TRBX-{number}"} for number in (1, 2, 3)]}))
        .on("DELETE", f"{SUPPLY}/trbx", (204, None))
    )
    assert adapter(server).close_handover(replace(PLAN, containers=1)).state is HandoverState.CLOSED
    assert [asked.body for asked in server.of("DELETE", f"{SUPPLY}/trbx")] == [{"trbxIds": ["WB-TRBX-2", "WB-TRBX-3"]}]


def test_no_boxes_are_wanted_or_nothing_is_said_of_them() -> None:
    server = (
        open_supply([1, 2])
        .on("GET", f"{SUPPLY}/trbx", (200, {"trbxes": [{"id": "WB-TRBX-1"}]}))
        .on("DELETE", f"{SUPPLY}/trbx", (204, None))
    )
    adapter(server).close_handover(replace(PLAN, containers=None))
    assert server.of("GET", f"{SUPPLY}/trbx") == []
    adapter(server).close_handover(replace(PLAN, containers=0))
    assert [asked.body for asked in server.of("DELETE", f"{SUPPLY}/trbx")] == [{"trbxIds": ["WB-TRBX-1"]}]


def test_a_number_of_boxes_that_is_refused_says_which_would_do() -> None:
    server = (
        open_supply([1, 2])
        .on("GET", f"{SUPPLY}/trbx", (200, {"trbxes": []}))
        .on("POST", f"{SUPPLY}/trbx", (400, refusal("IncorrectRequest")))
    )
    with pytest.raises(Rejected, match="at most half as many"):
        adapter(server).close_handover(replace(PLAN, containers=2))
    assert server.of("PATCH", f"{SUPPLY}/deliver") == []


def test_the_papers_are_the_supply_and_its_boxes() -> None:
    server = (
        Server()
        .on("GET", f"{SUPPLY}/barcode", (200, {"barcode": "WB-GI-1", "file": FILE}))
        .on("GET", f"{SUPPLY}/trbx", (200, {"trbxes": [{"id": "WB-TRBX-1"}]}))
        .on("POST", f"{SUPPLY}/trbx/stickers", (200, {"stickers": [{"barcode": "$WBMP:1", "file": FILE}]}))
    )
    papers = adapter(server).handover_documents(replace(PLAN, containers=1))
    assert papers == [
        dto.RemoteDocument(kind=dto.DocumentKind.BARCODE, content=PNG, content_type="image/png", number="WB-GI-1"),
        dto.RemoteDocument(
            kind=dto.DocumentKind.CONTAINER_LABELS, content=PNG, content_type="image/png", number="$WBMP:1"
        ),
    ]
    assert server.of("POST", f"{SUPPLY}/trbx/stickers")[0].body == {"trbxIds": ["WB-TRBX-1"]}


def test_papers_before_delivery_are_not_ready() -> None:
    server = Server().on("GET", f"{SUPPLY}/barcode", (409, refusal("SupplyNotClosed")))
    with pytest.raises(Rejected) as refused:
        adapter(server).handover_documents(PLAN)
    assert refused.value.code == Code.NOT_READY


def test_shipping_points_are_asked_by_city_and_cargo() -> None:
    point = {"id": 100, "name": "СЦ Внуково", "city": "Москва", "address": "Внуково, 1"}
    path = "/api/marketplace/v3/fbs/shipping-points"
    server = Server().on("GET", path, (200, {"shippingPoints": [point]}))
    points = adapter(server).shipping_points(city="Москва", cargo="3/0/1")
    assert points == [dto.ShippingPoint(external_id="100", name="СЦ Внуково", city="Москва", address="Внуково, 1")]
    assert server.asked[0].query == {"city": "Москва", "cargoType": 3}
