"""Commits, marking codes, stickers, cancellation and supplies of Wildberries."""

import base64

import pytest

from marketplaces import dto
from marketplaces.adapters.wildberries import codes
from marketplaces.dto import Code, CommitState, MarkKind
from marketplaces.errors import OutcomeUnknown, Rejected, Unavailable
from tests.contract.wildberries_server import Server, adapter, refusal, status

PNG = b"\x89PNG\r\n\x1a\n-a-sticker"
FILE = base64.b64encode(PNG).decode()
JOIN = "/api/marketplace/v3/supplies/WB-GI-1/orders"
IDS = "/api/marketplace/v3/supplies/WB-GI-1/order-ids"


def parcel(number: str, *, pieces: int = 1, boxes: int = 1, supply: str = "WB-GI-1", marks: tuple[dto.Mark, ...] = ()):
    line = dto.PackLine(external_id=f"rid{number}", stock_id="987654321", pieces=pieces)
    return dto.Parcel(number=number, warehouse_id="658434", boxes=((line,),) * boxes, handover_id=supply, marks=marks)


# -- commit


def test_committing_joins_the_open_supply_in_one_request() -> None:
    server = Server().on("PATCH", JOIN, (204, None))
    outcomes = adapter(server).commit([parcel("1"), parcel("2")])
    assert outcomes == [
        dto.Committed(number="1", state=CommitState.DONE, numbers=("1",)),
        dto.Committed(number="2", state=CommitState.DONE, numbers=("2",)),
    ]
    (asked,) = server.asked
    assert (asked.body, asked.write) == ({"orders": [1, 2]}, True)


def test_a_refused_join_leaves_out_the_cancelled_one_and_tries_the_rest_once() -> None:
    server = (
        Server()
        .on("PATCH", JOIN, (409, refusal("FailedToAddSupplyOrder")), (204, None))
        .on("POST", "/api/v3/orders/status", (200, {"orders": [status(1, "new"), status(2, "cancel", "canceled")]}))
        .on("GET", IDS, (200, {"orderIds": []}))
    )
    outcomes = adapter(server).commit([parcel("1"), parcel("2"), parcel("3")])
    assert [(one.number, one.state, one.code) for one in outcomes] == [
        ("1", CommitState.DONE, None),
        ("2", CommitState.FAILED, Code.CANCELLED),
        ("3", CommitState.FAILED, Code.NOT_FOUND),
    ]
    assert [asked.body for asked in server.of("PATCH", JOIN)] == [{"orders": [1, 2, 3]}, {"orders": [1]}]


def test_a_refusal_that_names_nobody_is_not_repeated_blindly() -> None:
    server = (
        Server()
        .on("PATCH", JOIN, (409, refusal("FailedToAddSupplyOrder", "unsuitable")))
        .on("POST", "/api/v3/orders/status", (200, {"orders": [status(1, "new"), status(2, "new")]}))
        .on("GET", IDS, (200, {"orderIds": []}))
    )
    outcomes = adapter(server).commit([parcel("1"), parcel("2")])
    assert [(one.state, one.code, one.text) for one in outcomes] == [
        (CommitState.FAILED, Code.WRONG_STATE, "unsuitable (FailedToAddSupplyOrder)")
    ] * 2
    assert len(server.of("PATCH", JOIN)) == 1


def test_what_cannot_be_expressed_is_failed_without_a_request() -> None:
    server = Server()
    outcomes = adapter(server).commit(
        [parcel("1", pieces=2), parcel("2", boxes=2), parcel("3", supply=""), parcel("a-4")]
    )
    assert [(one.number, one.state, one.code) for one in outcomes] == [
        ("1", CommitState.FAILED, Code.WRONG_QUANTITY),
        ("2", CommitState.FAILED, Code.WRONG_QUANTITY),
        ("3", CommitState.FAILED, Code.INVALID),
        ("a-4", CommitState.FAILED, Code.NOT_FOUND),
    ]
    assert server.asked == []


def test_a_batch_answer_of_two_hundred_is_judged_element_by_element() -> None:
    # [news] newer batch methods answer 200 with results; the stored specification knows 204 only.
    results = {"results": [{"orderId": 1, "isError": True, "errors": [{"code": 409, "detail": "StatusMismatch"}]}]}
    server = Server(validate_answers=False).on("PATCH", JOIN, (200, results))
    first, second = adapter(server).commit([parcel("1"), parcel("2")])
    assert (first.state, first.code, first.text) == (CommitState.FAILED, Code.WRONG_STATE, "StatusMismatch")
    assert second.state is CommitState.DONE


@pytest.mark.parametrize(
    ("supplier", "wb", "inside", "state", "code"),
    [
        ("confirm", "waiting", [1], CommitState.DONE, None),
        ("complete", "sorted", [1], CommitState.DONE, None),
        ("new", "waiting", [], CommitState.NOT_STARTED, None),
        ("confirm", "waiting", [7], CommitState.NOT_STARTED, None),
        ("complete", "waiting", [], CommitState.FAILED, Code.WRONG_STATE),
        ("cancel", "canceled", [], CommitState.FAILED, Code.CANCELLED),
        ("new", "canceled", [], CommitState.FAILED, Code.CANCELLED),
    ],
)
def test_a_lost_answer_is_looked_up(
    supplier: str, wb: str, inside: list[int], state: CommitState, code: Code | None
) -> None:
    server = (
        Server()
        .on("PATCH", JOIN, OutcomeUnknown("no answer"))
        .on("POST", "/api/v3/orders/status", (200, {"orders": [status(1, supplier, wb)]}))
        .on("GET", IDS, (200, {"orderIds": inside}))
    )
    speaking = adapter(server)
    with pytest.raises(OutcomeUnknown):
        speaking.commit([parcel("1")])
    outcome = speaking.look_up_commit(parcel("1"))
    assert (outcome.state, outcome.code) == (state, code)
    assert len(server.of("PATCH", JOIN)) == 1


# -- marking


def mark(kind: MarkKind, value: str) -> dto.Mark:
    return dto.Mark(external_id="rid1", stock_id="987654321", unit=0, kind=kind, value=value)


def test_codes_are_sent_each_kind_its_way_with_group_separators_kept() -> None:
    sgtin = "0104630568317423215EirD_orEif7X\x1d91EE12\x1d92VygELprJ87wrc"
    marks = (
        mark(MarkKind.SGTIN, sgtin),
        mark(MarkKind.UIN, "1234567890123456"),
        mark(MarkKind.IMEI, "123456789012345"),
        mark(MarkKind.GTIN, "1234567890123"),
        mark(MarkKind.EXPIRATION, "2030-09-12"),
        mark(MarkKind.CUSTOMS, "10704010/010624/0000302"),
    )
    server = Server().on("PUT", "/api/.*", (204, None))
    adapter(server).send_marks(parcel("1", marks=marks))
    assert [(asked.path, asked.body) for asked in server.asked] == [
        ("/api/v3/orders/1/meta/sgtin", {"sgtins": [sgtin]}),
        ("/api/v3/orders/1/meta/uin", {"uin": "1234567890123456"}),
        ("/api/v3/orders/1/meta/imei", {"imei": "123456789012345"}),
        ("/api/v3/orders/1/meta/gtin", {"gtin": "1234567890123"}),
        ("/api/v3/orders/1/meta/expiration", {"expiration": "12.09.2030"}),
        (
            "/api/marketplace/v3/orders/1/meta/customs-declaration",
            {"customsDeclaration": "10704010/010624/0000302"},
        ),
    ]
    assert {asked.limits[0].group for asked in server.asked} == {codes.MARKS_WRITE.group}


def test_a_kind_they_do_not_take_is_refused_before_anything_is_sent() -> None:
    server = Server()
    with pytest.raises(Rejected) as refused:
        adapter(server).send_marks(parcel("1", marks=(mark(MarkKind.SGTIN, "x" * 20), mark(MarkKind.RNPT, "1"))))
    assert refused.value.code == Code.MARK_REFUSED
    assert server.asked == []


def test_a_refused_code_says_why() -> None:
    server = Server().on("PUT", "/api/.*", (409, refusal("MetaKeyNotRequired", "Order doesn't require ID")))
    with pytest.raises(Rejected) as refused:
        adapter(server).send_marks(parcel("1", marks=(mark(MarkKind.IMEI, "123456789012345"),)))
    assert (refused.value.code, refused.value.text) == (
        Code.MARK_REFUSED,
        "Order doesn't require ID (MetaKeyNotRequired)",
    )


def test_a_pending_code_may_become_a_blocking_one() -> None:
    def meta(decision: str) -> tuple[int, object]:
        return 200, {"orders": [{"id": 1, "metaDetails": [{"key": "sgtin", "value": "0104", "decision": decision}]}]}

    path = "/api/marketplace/v3/orders/meta"
    server = Server().on("POST", path, meta("pending"), meta("sgtinRetired"), meta("sgtinIntroduced"), meta("sgtinNew"))
    speaking = adapter(server)
    seen = [speaking.mark_verdicts(["1"])[0] for _ in range(4)]
    assert [(one.state, one.pending, one.blocking) for one in seen] == [
        ("pending", True, True),
        ("sgtinRetired", False, True),
        ("sgtinIntroduced", False, False),
        ("sgtinNew", False, True),
    ]
    assert (seen[0].kind, seen[0].value) == (MarkKind.SGTIN, "0104")


def test_verdicts_are_asked_by_hundreds() -> None:
    server = Server().on("POST", "/api/marketplace/v3/orders/meta", (200, {"orders": []}))
    adapter(server).mark_verdicts([str(number) for number in range(1, 202)])
    assert [len(asked.body["orders"]) for asked in server.asked] == [100, 100, 1]


# -- stickers


def sticker(number: int) -> dict[str, object]:
    return {"orderId": number, "partA": "231648", "partB": "9753", "barcode": "!uKEtQZVx", "file": FILE}


STICKERS = "/api/v3/orders/stickers"


def test_stickers_come_as_png_and_the_absent_one_is_pending() -> None:
    server = Server().on("POST", STICKERS, (200, {"stickers": [sticker(1)]}))
    found = adapter(server).labels(["1", "2"])
    assert found == dto.Labels(
        ready=[
            dto.RemoteLabel(
                number="1",
                content=PNG,
                content_type="image/png",
                barcode="!uKEtQZVx",
                part_a="231648",
                part_b="9753",
            )
        ],
        pending=["2"],
        refused=[],
    )
    assert server.asked[0].query == {"type": "png", "width": 58, "height": 40}


def test_a_sticker_of_another_order_is_not_taken() -> None:
    server = Server().on("POST", STICKERS, (200, {"stickers": [sticker(7), sticker(1)]}))
    assert [label.number for label in adapter(server).labels(["1"]).ready] == ["1"]


def test_an_unreadable_sticker_is_refused_alone() -> None:
    bad = sticker(2) | {"file": "not base64!"}
    server = Server(validate_answers=False).on("POST", STICKERS, (200, {"stickers": [sticker(1), bad]}))
    found = adapter(server).labels(["1", "2"])
    assert [label.number for label in found.ready] == ["1"]
    assert [(one.key, one.code) for one in found.refused] == [("2", Code.OTHER)]
    assert found.pending == []


def test_a_refused_batch_of_stickers_is_sorted_out_by_statuses() -> None:
    rows = [status(1), status(2, "new"), status(3, "new", "canceled")]
    server = (
        Server()
        .on("POST", STICKERS, (400, refusal("IncorrectRequest")), (200, {"stickers": [sticker(1)]}))
        .on("POST", "/api/v3/orders/status", (200, {"orders": rows}))
    )
    found = adapter(server).labels(["1", "2", "3", "4"])
    assert [label.number for label in found.ready] == ["1"]
    assert found.pending == ["2"]
    assert [(one.key, one.code) for one in found.refused] == [("4", Code.NOT_FOUND), ("3", Code.CANCELLED)]
    assert [asked.body for asked in server.of("POST", STICKERS)] == [{"orders": [1, 2, 3, 4]}, {"orders": [1]}]


def test_an_order_without_a_customs_declaration_does_not_hold_the_others() -> None:
    meta = {
        "orders": [{"id": 1, "metaDetails": [{"key": "customsDeclaration", "value": None, "decision": "required"}]}]
    }
    server = (
        Server()
        .on("POST", STICKERS, (409, refusal("CustomsDeclarationIsRequired")), (200, {"stickers": [sticker(2)]}))
        .on("POST", "/api/v3/orders/status", (200, {"orders": [status(1), status(2)]}))
        .on("POST", "/api/marketplace/v3/orders/meta", (200, meta))
    )
    found = adapter(server).labels(["1", "2"])
    assert [label.number for label in found.ready] == ["2"]
    assert [(one.key, one.code) for one in found.refused] == [("1", Code.MARKS_NEEDED)]


def test_a_refusal_that_statuses_do_not_explain_is_not_asked_again() -> None:
    server = (
        Server()
        .on("POST", STICKERS, (400, refusal("IncorrectRequest", "bad")))
        .on("POST", "/api/v3/orders/status", (200, {"orders": [status(1)]}))
    )
    found = adapter(server).labels(["1"])
    assert [(one.key, one.code, one.text) for one in found.refused] == [("1", Code.INVALID, "bad (IncorrectRequest)")]
    assert len(server.of("POST", STICKERS)) == 1


# -- cancellation


def test_an_order_is_cancelled_after_its_status_was_read() -> None:
    server = (
        Server()
        .on("POST", "/api/v3/orders/status", (200, {"orders": [status(1, "new")]}))
        .on("PATCH", "/api/v3/orders/1/cancel", (204, None))
    )
    adapter(server).cancel("1", reason="out_of_stock")
    assert server.paths() == ["POST /api/v3/orders/status", "PATCH /api/v3/orders/1/cancel"]
    assert server.asked[1].limits[0].requests == 100


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (status(1, "complete", "sorted", cancellable=False), Code.WRONG_STATE),
        (status(1, "new", "declined_by_client", cancellable=False), Code.CANCELLED),
    ],
)
def test_a_cancellation_that_would_be_refused_is_not_sent(row: dict[str, object], code: Code) -> None:
    server = Server().on("POST", "/api/v3/orders/status", (200, {"orders": [row]}))
    with pytest.raises(Rejected) as refused:
        adapter(server).cancel("1", reason="other")
    assert refused.value.code == code
    assert server.of("PATCH", ".*") == []


def test_what_we_have_cancelled_already_is_done() -> None:
    server = Server().on("POST", "/api/v3/orders/status", (200, {"orders": [status(1, "cancel", "canceled")]}))
    adapter(server).cancel("1", reason="other")
    assert server.of("PATCH", ".*") == []


def test_a_busy_marketplace_changes_nothing() -> None:
    server = Server().on("PATCH", JOIN, Unavailable("limited", retry_after_s=3))
    with pytest.raises(Unavailable):
        adapter(server).commit([parcel("1")])
    assert server.paths() == [f"PATCH {JOIN}"]


@pytest.mark.parametrize(
    "results", ["none", [{"orderId": 1, "isError": False}, {"orderId": 2, "errors": [{"code": []}]}], [None]]
)
def test_an_element_of_a_batch_that_cannot_be_read_leaves_the_outcome_unknown(results: object) -> None:
    server = Server(validate_answers=False).on("PATCH", JOIN, (200, {"requestId": "r", "results": results}))
    with pytest.raises(OutcomeUnknown):
        adapter(server).commit([parcel("1"), parcel("2")])


def test_their_error_with_200_is_a_refusal() -> None:
    server = Server(validate_answers=False).on(
        "PUT", "/api/v3/orders/1/meta/sgtin", (200, refusal("FailedToUpdateMeta"))
    )
    mark = dto.Mark(external_id="rid1", stock_id="987654321", unit=0, kind=MarkKind.SGTIN, value="0104600000000015215")
    with pytest.raises(Rejected) as refused:
        adapter(server).send_marks(parcel("1", marks=(mark,)))
    assert refused.value.code == Code.MARK_REFUSED
