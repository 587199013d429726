"""What is asked of the Ozon adapter in its contract, with the recordings that answer."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.ozon.adapter import Ozon
from marketplaces.ports import Can
from tests.contract.adapter_contract import Operation

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
CREDENTIALS = {"client_id": "123456", "api_key": "not-a-key"}
WAREHOUSE = "22142605386000"

LEVELS = [
    dto.StockLevel(warehouse_id=WAREHOUSE, offer_id=f"A-{n}", stock_id=f"500{n}", pieces=n, product_id=f"100{n}")
    for n in (1, 2, 3)
]
PRICES = [
    dto.PriceLevel(offer_id=f"A-{n}", product_id=f"100{n}", price=Decimal("100.50"), min_price=Decimal(90))
    for n in (1, 2, 3)
]
LINES = [dto.PackLine(external_id="5001", stock_id="5001", pieces=2)]
PARCEL = dto.Parcel(number="41517061-0214-1", warehouse_id=WAREHOUSE, boxes=[LINES])
MARKED = dto.Parcel(
    number="41517061-0215-1",
    warehouse_id=WAREHOUSE,
    boxes=[LINES],
    marks=[
        dto.Mark(
            external_id="5001",
            stock_id="5001",
            unit=unit,
            kind=dto.MarkKind.SGTIN,
            value=f"010460000000001521{unit}\x1d93x",
        )
        for unit in (0, 1)
    ],
)
PLAN = dto.HandoverPlan(
    external_id="",
    our_key="H-1",
    warehouse_id=WAREHOUSE,
    departure_date=date(2026, 11, 24),
    numbers=["41517061-0214-1", "41517061-0215-1"],
)
NUMBERED = dto.HandoverPlan(
    external_id="95001", our_key="H-1", warehouse_id=WAREHOUSE, departure_date=date(2026, 11, 24), numbers=PLAN.numbers
)

SHIP = "/v4/posting/fbs/ship"
EXEMPLAR_SET = "/v6/fbs/posting/product/exemplar/set"
LIST = "/v4/posting/fbs/list"
UNFULFILLED = "/v4/posting/fbs/unfulfilled/list"
HANDOVER_WRITES = frozenset({"/v1/carriage/create", "/v1/carriage/set-postings", "/v1/carriage/approve"})


def changed(adapter: Ozon) -> object:
    return adapter.orders_changed(since=NOW - timedelta(days=1), now=NOW)


def back(adapter: Ozon) -> object:
    return adapter.returns(since=NOW - timedelta(days=1), now=NOW)


OPERATIONS = (
    Operation("account", lambda it: it.account(), Can.ACCOUNT),
    Operation("warehouses", lambda it: it.warehouses(), Can.WAREHOUSES),
    Operation("listings", lambda it: it.listings(), Can.LISTINGS, rows=("/v3/product/info/list", ("items",))),
    Operation("orders_new", lambda it: it.orders_new(now=NOW), Can.ORDERS, rows=(UNFULFILLED, ("postings",))),
    Operation("orders_changed", changed, Can.ORDERS, rows=(LIST, ("postings",))),
    Operation(
        "orders_by_number",
        lambda it: it.orders_by_number(["41517061-0214-1", "41517061-0215-1"], now=NOW),
        Can.ORDERS,
    ),
    Operation("statuses", lambda it: it.statuses(["41517061-0214-1"]), Can.STATUSES, folder="orders_by_number"),
    Operation("push_stock", lambda it: it.push_stock(LEVELS), Can.STOCK_WRITE),
    Operation("read_stock", lambda it: it.read_stock(LEVELS), Can.STOCK_READ),
    Operation("push_prices", lambda it: it.push_prices(PRICES), Can.PRICE_WRITE),
    Operation("read_prices", lambda it: it.read_prices(PRICES), Can.PRICE_READ),
    Operation(
        "own_stock",
        lambda it: it.own_stock(),
        Can.OWN_STOCK,
        rows=("/v1/product/info/stocks-by-warehouse/fbo", ("products",)),
    ),
    Operation("mark_verdicts", lambda it: it.mark_verdicts(["41517061-0215-1"]), Can.MARKS_BEFORE_COMMIT),
    Operation("commit", lambda it: it.commit([PARCEL]), Can.COMMIT, writes=frozenset({SHIP})),
    Operation(
        "commit_marked",
        lambda it: it.commit([MARKED]),
        Can.MARKS_BEFORE_COMMIT,
        case="marks",
        folder="commit",
        writes=frozenset({SHIP, EXEMPLAR_SET}),
    ),
    Operation("look_up_commit", lambda it: it.look_up_commit(PARCEL), Can.COMMIT),
    Operation("labels", lambda it: it.labels(["41517061-0214-1"]), Can.LABELS),
    Operation("find_handover", lambda it: it.find_handover(PLAN), Can.HANDOVER),
    Operation("close_handover", lambda it: it.close_handover(PLAN), Can.HANDOVER, writes=HANDOVER_WRITES),
    Operation("handover_documents", lambda it: it.handover_documents(NUMBERED), Can.HANDOVER_DOCUMENTS),
    Operation(
        "cancel",
        lambda it: it.cancel("41517061-0214-1", reason="out_of_stock"),
        Can.CANCEL,
        writes=frozenset({"/v2/posting/fbs/cancel"}),
    ),
    Operation(
        "cancel_lines",
        lambda it: it.cancel_lines("41517061-0214-1", LINES, reason="defective", text="Бой"),
        Can.CANCEL_LINE,
        writes=frozenset({"/v2/posting/fbs/product/cancel"}),
    ),
    Operation("returns", back, Can.RETURNS, rows=("/v1/returns/list", ("returns",))),
)
