"""The promises of every adapter, for Wildberries; and its recordings held against the official specification."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import httpx

from marketplaces import dto
from marketplaces.adapters.wildberries.adapter import Wildberries
from marketplaces.ports import Can
from tests.contract.adapter_contract import AdapterContract, Operation
from tests.contract.recorded import Respond
from tests.contract.wildberries_server import token

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PARCEL = dto.Parcel(
    number="13833711",
    warehouse_id="658434",
    boxes=((dto.PackLine(external_id="rid13833711.0.0", stock_id="987654321", pieces=1),),),
    handover_id="WB-GI-1",
    marks=(
        dto.Mark(
            external_id="rid13833711.0.0",
            stock_id="987654321",
            unit=0,
            kind=dto.MarkKind.SGTIN,
            value="0104630568317423215EirD_orEif7X\x1d91EE12\x1d92VygELprJ87wrc",
        ),
        dto.Mark(
            external_id="rid13833711.0.0",
            stock_id="987654321",
            unit=0,
            kind=dto.MarkKind.UIN,
            value="1234567890123456",
        ),
    ),
)
OTHER = dto.Parcel(number="13833712", warehouse_id="658434", boxes=PARCEL.boxes, handover_id="WB-GI-1")
PLAN = dto.HandoverPlan(
    external_id="WB-GI-1",
    our_key="KEY-1",
    warehouse_id="658434",
    departure_date=date(2026, 11, 25),
    numbers=("13833711", "13833712"),
    shipping_point_id="100",
    shipping_type="self",
)
UNKNOWN_YET = dto.HandoverPlan(
    external_id="", our_key="KEY-1", warehouse_id="658434", departure_date=PLAN.departure_date, numbers=()
)
BOXED = dto.HandoverPlan(
    external_id="WB-GI-1",
    our_key="KEY-1",
    warehouse_id="658434",
    departure_date=PLAN.departure_date,
    numbers=PLAN.numbers,
    containers=1,
)
LEVELS = [
    dto.StockLevel(warehouse_id="658434", offer_id="MUG-1", stock_id="11", pieces=3),
    dto.StockLevel(warehouse_id="658434", offer_id="MUG-2", stock_id="12", pieces=4),
]
PRICES = [dto.PriceLevel(offer_id="MUG-10", product_id="10", price=Decimal(500), old_price=Decimal(1000))]
STOCKS = "/api/v3/stocks/658434"
JOIN = "/api/marketplace/v3/supplies/WB-GI-1/orders"
SHIPPING = "/api/marketplace/v3/fbs/supplies/shipping-method"
DELIVER = "/api/v3/supplies/WB-GI-1/deliver"
SGTIN, UIN = (f"/api/v3/orders/13833711/meta/{key}" for key in ("sgtin", "uin"))
CARDS = "/content/v2/get/cards/list"

OPERATIONS = (
    Operation("account", lambda adapter: adapter.account(), Can.ACCOUNT),
    Operation("warehouses", lambda adapter: adapter.warehouses(), Can.WAREHOUSES),
    Operation("listings", lambda adapter: adapter.listings(), Can.LISTINGS, rows=(CARDS, ("cards",))),
    Operation(
        "orders_new", lambda adapter: adapter.orders_new(now=NOW), Can.ORDERS, rows=("/api/v3/orders/new", ("orders",))
    ),
    Operation(
        "orders_changed",
        lambda adapter: adapter.orders_changed(since=NOW - timedelta(days=3), now=NOW),
        Can.ORDERS,
        rows=("/api/v3/orders", ("orders",)),
    ),
    Operation(
        "orders_by_number",
        lambda adapter: adapter.orders_by_number(["13833711", "13833712"], now=NOW),
        Can.ORDERS,
        rows=("/api/v3/orders/status", ("orders",)),
    ),
    Operation(
        "statuses",
        lambda adapter: adapter.statuses(["13833711", "13833712", "13833713"]),
        Can.STATUSES,
        rows=("/api/v3/orders/status", ("orders",)),
    ),
    Operation("push_stock", lambda adapter: adapter.push_stock(LEVELS), Can.STOCK_WRITE, writes=frozenset({STOCKS})),
    Operation(
        "push_stock_one_refused",
        lambda adapter: adapter.push_stock(LEVELS),
        Can.STOCK_WRITE,
        folder="push_stock",
        case="one_refused",
        writes=frozenset({STOCKS}),
    ),
    Operation("read_stock", lambda adapter: adapter.read_stock(LEVELS), Can.STOCK_READ),
    Operation(
        "push_prices",
        lambda adapter: adapter.push_prices(PRICES),
        Can.PRICE_WRITE,
        writes=frozenset({"/api/v2/upload/task"}),
    ),
    Operation("price_verdict", lambda adapter: adapter.price_verdict("146567"), Can.PRICE_WRITE),
    Operation("read_prices", lambda adapter: adapter.read_prices(PRICES), Can.PRICE_READ),
    Operation(
        "own_stock",
        lambda adapter: adapter.own_stock(),
        Can.OWN_STOCK,
        rows=("/api/analytics/v1/stocks-report/wb-warehouses", ("data", "items")),
    ),
    Operation(
        "returns",
        lambda adapter: adapter.returns(since=NOW - timedelta(days=1), now=NOW),
        Can.RETURNS,
        rows=("/api/v1/analytics/goods-return", ("report",)),
    ),
    Operation("commit", lambda adapter: adapter.commit([PARCEL, OTHER]), Can.COMMIT, writes=frozenset({JOIN})),
    Operation(
        "commit_one_cancelled",
        lambda adapter: adapter.commit([PARCEL, OTHER]),
        Can.COMMIT,
        folder="commit",
        case="one_cancelled",
        writes=frozenset({JOIN}),
    ),
    Operation("look_up_commit", lambda adapter: adapter.look_up_commit(PARCEL), Can.COMMIT),
    Operation(
        "send_marks",
        lambda adapter: adapter.send_marks(PARCEL),
        Can.MARKS_AFTER_COMMIT,
        writes=frozenset({SGTIN, UIN}),
    ),
    Operation("mark_verdicts", lambda adapter: adapter.mark_verdicts(["13833711", "13833712"]), Can.MARKS_AFTER_COMMIT),
    Operation("labels", lambda adapter: adapter.labels(["13833711", "13833712"]), Can.LABELS),
    Operation(
        "open_handover",
        lambda adapter: adapter.open_handover(UNKNOWN_YET),
        Can.HANDOVER_BEFORE_COMMIT,
        writes=frozenset({"/api/v3/supplies"}),
    ),
    Operation("find_handover", lambda adapter: adapter.find_handover(UNKNOWN_YET), Can.HANDOVER),
    Operation(
        "close_handover",
        lambda adapter: adapter.close_handover(PLAN),
        Can.HANDOVER,
        writes=frozenset({SHIPPING, DELIVER}),
    ),
    Operation(
        "close_handover_codes_refused",
        lambda adapter: adapter.close_handover(PLAN),
        Can.HANDOVER,
        folder="close_handover",
        case="codes_refused",
        writes=frozenset({SHIPPING, DELIVER}),
    ),
    Operation(
        "close_handover_boxed",
        lambda adapter: adapter.close_handover(BOXED),
        Can.CONTAINERS,
        folder="close_handover",
        case="boxed",
        writes=frozenset({DELIVER}),  # the boxes are read first, by the path that they are made by
    ),
    Operation("handover_documents", lambda adapter: adapter.handover_documents(BOXED), Can.HANDOVER_DOCUMENTS),
    Operation(
        "shipping_points",
        lambda adapter: adapter.shipping_points(city="Москва", cargo="1/0/0"),
        Can.SHIPPING_POINTS,
    ),
    Operation(
        "cancel",
        lambda adapter: adapter.cancel("13833711", reason="out_of_stock"),
        Can.CANCEL,
        writes=frozenset({"/api/v3/orders/13833711/cancel"}),
    ),
)


class TestWildberries(AdapterContract):
    marketplace = Wildberries
    credentials = {"token": token()}
    operations = OPERATIONS

    def ask(self, operation: Operation, server: Respond) -> object:
        return super().ask(operation, with_not_found(server))


def with_not_found(server: Respond) -> Respond:
    """A spoiled answer leads to follow-up questions that were not recorded: they are answered as a server would."""

    def respond(request: httpx.Request) -> httpx.Response:
        try:
            return server(request)
        except AssertionError:
            return httpx.Response(404, json={"code": "NotFound", "message": "Не найдено"})

    return respond
