"""Orders and statuses of Wildberries: requests and answers held against the official specification."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from marketplaces import dto
from marketplaces.adapters.wildberries import codes, parse
from marketplaces.dto import Actor, MarkKind, Scheme, Stage
from marketplaces.errors import ContractBroken
from tests.contract.wildberries_server import Asked, Server, adapter, listed, order, status

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
NINETEEN = 7513432034713632943


def new(server: Server) -> dto.Page[dto.RemoteOrder]:
    (page,) = adapter(server).orders_new(now=NOW)
    return page


def test_new_orders_are_one_unit_each_with_price_marks_and_cargo() -> None:
    one = order(
        13833711,
        requiredMeta=["sgtin"],
        optionalMeta=["imei"],
        cargoType=2,
        options={"isB2B": True},
        address={"fullAddress": "Челябинск, 51-я улица", "longitude": 44.5, "latitude": 40.2},
        comment="Упакуйте в плёнку",
    )
    page = new(Server().on("GET", "/api/v3/orders/new", (200, {"orders": [one]})))
    assert page.broken == []
    assert page.items == [
        dto.RemoteOrder(
            number="13833711",
            scheme=Scheme.FBS,
            warehouse_id="658434",
            status=dto.RemoteStatus(number="13833711", status="new", stage=Stage.NEW),
            ordered_at=datetime(2026, 11, 24, 4, 0, tzinfo=UTC),
            lines=(
                dto.RemoteLine(
                    external_id="rid13833711.0.0",
                    offer_id="MUG-1",
                    stock_id="987654321",
                    title="MUG-1",
                    pieces=1,
                    price=Decimal("1014.50"),
                    currency="RUB",
                    marks=(MarkKind.SGTIN,),
                    optional_marks=(MarkKind.IMEI,),
                ),
            ),
            basket="165918930_629fbc924b984618a44354475ca58675",
            cargo="2/0/1",
            region="Калуга",
            is_business=True,
            buyer=dto.Buyer(address="Челябинск, 51-я улица", comment="Упакуйте в плёнку"),
            raw=one,
        )
    ]


def test_two_orders_of_one_basket_and_sku_stay_two() -> None:
    page = new(Server().on("GET", "/api/v3/orders/new", (200, {"orders": [order(1), order(2)]})))
    assert [(item.number, item.basket) for item in page.items] == [
        ("1", "165918930_629fbc924b984618a44354475ca58675"),
        ("2", "165918930_629fbc924b984618a44354475ca58675"),
    ]


def test_two_orders_of_one_basket_are_cancelled_separately() -> None:
    rows = [status(1, "new", "declined_by_client", cancellable=False), status(2, "new")]
    server = Server().on("POST", "/api/v3/orders/status", (200, {"orders": rows}))
    page = adapter(server).statuses(["1", "2"])
    assert [(one.number, one.stage) for one in page.items] == [("1", Stage.CANCELLED), ("2", Stage.NEW)]


def test_ids_of_nineteen_digits_keep_every_digit() -> None:
    page = new(Server().on("GET", "/api/v3/orders/new", (200, {"orders": [order(NINETEEN)]})))
    assert page.items[0].number == "7513432034713632943"
    server = Server().on("POST", "/api/v3/orders/status", (200, {"orders": [status(NINETEEN)]}))
    assert adapter(server).statuses([str(NINETEEN)]).items[0].number == str(NINETEEN)
    assert server.asked[0].body == {"orders": [NINETEEN]}


def test_a_float_id_is_broken_because_its_digits_are_lost() -> None:
    page = new(
        Server(validate_answers=False).on("GET", "/api/v3/orders/new", (200, {"orders": [order(1) | {"id": 7.5e18}]}))
    )
    assert page.items == []
    assert "id: " in page.broken[0].reason


@pytest.mark.parametrize("nothing", [None, b"", b"null", b"[]", b'""', b"{}", {"orders": None}, {"orders": []}])
def test_every_way_of_saying_nothing_is_an_empty_page(nothing: object) -> None:
    page = new(Server(validate_answers=False).on("GET", "/api/v3/orders/new", (200, nothing)))
    assert page == dto.Page(items=[], broken=[])


def test_null_lists_and_absent_fields_are_taken_as_nothing() -> None:
    one = order(5, offices=None, requiredMeta=None, optionalMeta=None)
    for name in ("comment", "options", "orderUid", "address", "colorCode"):
        del one[name]
    page = new(Server().on("GET", "/api/v3/orders/new", (200, {"orders": [one]})))
    assert page.broken == []
    assert (page.items[0].lines[0].marks, page.items[0].region, page.items[0].cargo) == ((), "", "1/0/0")
    assert page.items[0].buyer is None


def test_an_unknown_required_mark_is_a_visible_problem() -> None:
    page = new(Server().on("GET", "/api/v3/orders/new", (200, {"orders": [order(5, requiredMeta=["quark", "uin"])]})))
    assert page.items[0].lines[0].marks == (MarkKind.UIN,)
    assert page.items[0].status.problem == "Wildberries requires a marking that is new to us: quark"


@pytest.mark.parametrize(
    ("number", "currency"), [(643, "RUB"), (933, "BYN"), (398, "KZT"), (51, "AMD"), (999, "999"), (7, "007")]
)
def test_currencies_are_words_and_an_unknown_number_stays_visible(number: int, currency: str) -> None:
    one = order(5, convertedCurrencyCode=number)
    page = new(Server().on("GET", "/api/v3/orders/new", (200, {"orders": [one]})))
    assert page.items[0].lines[0].currency == currency


def test_a_bad_order_is_quarantined_and_the_others_stand() -> None:
    rows = [order(1), {**order(2), "createdAt": "yesterday"}, "garbage", {**order(4), "chrtId": None}, order(5)]
    page = new(Server(validate_answers=False).on("GET", "/api/v3/orders/new", (200, {"orders": rows})))
    assert [item.number for item in page.items] == ["1", "5"]
    assert [bad.key for bad in page.broken] == ["2", "#2", "4"]
    assert "createdAt" in page.broken[0].reason
    assert page.broken[0].payload == rows[1]


def test_the_list_of_all_orders_is_walked_by_next_until_an_empty_page() -> None:
    server = Server().on(
        "GET",
        "/api/v3/orders",
        (200, {"next": NINETEEN, "orders": [listed(1)]}),
        (200, {"next": NINETEEN + 1, "orders": [listed(2)]}),
        (200, {"next": 0, "orders": []}),
    )
    since = NOW - timedelta(days=2)
    pages = [*adapter(server).orders_changed(since=since, now=NOW)]
    assert [[item.number for item in page.items] for page in pages] == [["1"], ["2"], []]
    assert [page.upto for page in pages] == [None, None, NOW]
    assert [asked.query["next"] for asked in server.asked] == [0, NINETEEN, NINETEEN + 1]
    assert server.asked[0].query["dateFrom"] == int(since.timestamp())
    assert server.asked[0].query["dateTo"] == int(NOW.timestamp()) + 1
    assert pages[0].items[0].status == dto.RemoteStatus(number="1", status="")


def test_a_long_absence_is_asked_in_windows_of_a_month_not_older_than_three() -> None:
    server = Server().on("GET", "/api/v3/orders", (200, {"next": 0, "orders": []}))
    pages = [*adapter(server).orders_changed(since=NOW - timedelta(days=400), now=NOW)]
    spans = [(int(asked.query["dateFrom"]), int(asked.query["dateTo"])) for asked in server.asked]
    assert all(until - start < 30 * 86400 for start, until in spans)
    assert spans[0][0] == int((NOW - timedelta(days=90)).timestamp())
    assert all(after[0] <= before[1] for before, after in pairwise(spans))
    assert [page.upto for page in pages] == [NOW - timedelta(days=days) for days in (61, 32, 3, 0)]


def test_a_cursor_that_stands_still_ends_the_walk_and_a_circle_breaks_the_contract() -> None:
    server = Server().on("GET", "/api/v3/orders", (200, {"next": 7, "orders": [listed(1)]}))
    pages = [*adapter(server).orders_changed(since=NOW - timedelta(days=1), now=NOW)]
    assert [len(page.items) for page in pages] == [1, 1, 0]
    assert pages[-1].upto == NOW

    def circle(asked: Asked) -> object:
        return 200, {"next": 8 if asked.query["next"] == 7 else 7, "orders": [listed(1)]}

    circling = adapter(Server().on("GET", "/api/v3/orders", circle)).orders_changed(since=NOW, now=NOW)
    assert [len(next(circling).items) for _ in range(3)] == [1, 1, 1]
    with pytest.raises(ContractBroken):
        next(circling)


@pytest.mark.parametrize("text", ["2026-11-24T04:00:00Z", "2026-11-24T07:00:00+03:00", "2026-11-24T04:00:00"])
def test_times_are_utc_whatever_zone_they_are_told_in(text: str) -> None:
    page = new(
        Server(validate_answers=False).on("GET", "/api/v3/orders/new", (200, {"orders": [order(1, createdAt=text)]}))
    )
    assert page.items[0].ordered_at == datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def test_orders_by_number_join_bodies_statuses_and_marks() -> None:
    meta = {"orders": [{"id": 2, "metaDetails": [{"key": "sgtin", "value": None, "decision": "required"}]}]}
    server = (
        Server()
        .on("POST", "/api/v3/orders/status", (200, {"orders": [status(1, "new"), status(2, "confirm")]}))
        .on("GET", "/api/v3/orders/new", (200, {"orders": [order(1, requiredMeta=["uin"]), order(9)]}))
        .on(
            "GET",
            "/api/v3/orders",
            (200, {"next": 5, "orders": [listed(2), listed(8)]}),
            (200, {"next": 0, "orders": []}),
        )
        .on("POST", "/api/marketplace/v3/orders/meta", (200, meta))
    )
    page = adapter(server).orders_by_number(["1", "2", "404"], now=NOW)
    found = {item.number: item for item in page.items}
    assert found.keys() == {"1", "2"}
    assert found["1"].status.stage is Stage.NEW
    assert found["1"].lines[0].marks == (MarkKind.UIN,)
    assert found["2"].status.stage is Stage.CONFIRMED
    assert found["2"].lines[0].marks == (MarkKind.SGTIN,)
    assert server.of("POST", "/api/marketplace/v3/orders/meta")[0].body == {"orders": [2]}
    assert len(server.of("GET", "/api/v3/orders")) == 1


def test_statuses_go_by_thousands_and_a_foreign_number_is_absent() -> None:
    server = Server().on("POST", "/api/v3/orders/status", (200, {"orders": [status(1)]}), (200, {"orders": []}))
    page = adapter(server).statuses([str(number) for number in range(1, 1502)] + ["WB-не-число"])
    assert [one.number for one in page.items] == ["1"]
    assert [len(asked.body["orders"]) for asked in server.asked] == [1000, 501]


# The table of the integration brief, §10, row by row.
PAIRS = [
    ("confirm", "sold", Stage.DELIVERED, None, True),
    ("receive", "waiting", Stage.DELIVERED, None, True),
    ("new", "declined_by_client", Stage.CANCELLED, Actor.BUYER, False),
    ("complete", "canceled_by_client", Stage.CANCELLED, Actor.BUYER, True),
    ("reject", "waiting", Stage.CANCELLED, Actor.BUYER, True),
    ("confirm", "canceled_by_missed_call", Stage.CANCELLED, Actor.MARKETPLACE, False),
    ("cancel_missed_call", "waiting", Stage.CANCELLED, Actor.MARKETPLACE, False),
    ("cancel_shelf_life", "waiting", Stage.CANCELLED, Actor.BUYER, False),
    ("cancel", "waiting", Stage.CANCELLED, Actor.SELLER, False),
    ("cancel", "canceled", Stage.CANCELLED, Actor.SELLER, False),
    ("cancel_carrier", "waiting", Stage.CANCELLED, Actor.CARRIER, True),
    ("complete", "canceled_by_carrier", Stage.CANCELLED, Actor.CARRIER, True),
    ("complete", "defect", Stage.CANCELLED, Actor.MARKETPLACE, True),
    ("new", "canceled", Stage.CANCELLED, Actor.MARKETPLACE, False),
    ("confirm", "canceled", Stage.CANCELLED, Actor.MARKETPLACE, False),
    ("complete", "canceled", Stage.CANCELLED, Actor.MARKETPLACE, True),
    ("complete", "ready_for_pickup", Stage.DELIVERING, None, True),
    ("complete", "sorted", Stage.DELIVERING, None, True),
    ("complete", "accepted_by_carrier", Stage.DELIVERING, None, True),
    ("complete", "sent_to_carrier", Stage.DELIVERING, None, True),
    ("complete", "postponed_delivery", Stage.DELIVERING, None, True),
    ("complete", "waiting", Stage.HANDED_OVER, None, False),
    ("deliver", "waiting", Stage.DELIVERING, None, False),
    ("prepare", "waiting", Stage.READY_FOR_PICKUP, None, False),
    ("confirm", "waiting", Stage.CONFIRMED, None, False),
    ("new", "waiting", Stage.NEW, None, False),
    ("new", "teleported", None, None, False),
    ("dreaming", "waiting", None, None, False),
    ("", "", None, None, False),
]


@pytest.mark.parametrize(("supplier", "wb", "stage", "actor", "handed"), PAIRS)
def test_a_pair_of_statuses_means(
    supplier: str, wb: str, stage: Stage | None, actor: Actor | None, handed: bool
) -> None:
    means = codes.meaning(supplier, wb)
    assert (means.stage, means.actor, means.handed) == (stage, actor, handed)
    assert bool(means.problem) == (stage is None or (supplier, wb) == ("complete", "canceled"))


def test_a_status_is_kept_verbatim_with_what_it_means() -> None:
    rows = [status(1, "complete", "ready_for_pickup", cancellable=False), status(2, "confirm", "quantum")]
    server = Server(validate_answers=False).on("POST", "/api/v3/orders/status", (200, {"orders": rows}))
    ready, strange = adapter(server).statuses(["1", "2"]).items
    assert ready == dto.RemoteStatus(
        number="1",
        status="complete",
        substatus="ready_for_pickup",
        stage=Stage.DELIVERING,
        handed=True,
        cancellable=False,
    )
    assert (strange.status, strange.substatus, strange.stage) == ("confirm", "quantum", None)
    assert strange.problem == "Wildberries has a status that is new to us: confirm / quantum"


def test_an_answer_that_is_no_list_breaks_the_contract() -> None:
    server = Server(validate_answers=False).on("GET", "/api/v3/orders/new", (200, {"orders": {"1": order(1)}}))
    with pytest.raises(ContractBroken):
        new(server)


def test_polling_of_orders_reserves_nothing_and_other_work_leaves_it_a_fifth() -> None:
    server = Server().on("GET", "/api/v3/orders/new", (200, {"orders": []}))
    new(server)
    (limit,) = server.asked[0].limits
    assert (limit.requests, limit.period_s, limit.interval_s, limit.burst, limit.cost_4xx) == (300, 60, 0.2, 20, 10)
    assert limit.reserve == 0
    assert (codes.FBS_WORK.group, codes.FBS_WORK.reserve) == (limit.group, 0.2)


def test_texts_that_no_database_stores_are_made_storable() -> None:
    text = json.dumps({"orders": [order(5, comment="\x00a\ud800b", article="\ud83d\ude00")]}).encode()
    page = new(Server(validate_answers=False).on("GET", "/api/v3/orders/new", (200, text)))
    assert page.items[0].buyer == dto.Buyer(comment="\ufffda?b")
    assert page.items[0].lines[0].offer_id == "\U0001f600"
    assert page.items[0].raw["comment"] == "\ufffda?b"


def test_the_zero_time_of_a_return_means_not_yet() -> None:
    row = {"srid": "r1", "status": "В пути", "isStatusActive": 1, "completedDt": "0001-01-01T00:00:00"}
    (told,) = parse.goods_return(row)
    assert told.stage is dto.ReturnStage.COMING
