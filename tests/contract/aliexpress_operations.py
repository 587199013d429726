"""What is asked of the AliExpress adapter in its contract, with the recordings that answer."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.aliexpress.adapter import AliExpress
from marketplaces.ports import Can
from tests.contract.adapter_contract import Operation

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TOKEN = "not.a.token-0123456789"
CREDENTIALS = {"scheme": "fbs", "prefix": "", "transfer": "on", "token": TOKEN}
FIRST, SECOND = "5044440000000001", "5044440000000002"

LIST, SCROLL = "/seller-api/v1/order/get-order-list", "/api/v1/scroll-short-product-by-filter"
DELETE = "/seller-api/v1/logistic-order/delete"
CREATE, LISTS = "/seller-api/v1/logistic-order/create", "/seller-api/v1/handover-list/get-by-filter"
MAKE, TRANSFER = "/seller-api/v1/handover-list/create", "/seller-api/v1/handover-list/transfer"
DBS = "/api/v1/offline-ship"


def level(number: int, card: str) -> dto.StockLevel:
    return dto.StockLevel(
        warehouse_id="shop", offer_id=f"A-{number}", stock_id=f"1200000{number}", pieces=number, product_id=card
    )


LEVELS = [level(1, "1005001"), level(2, "1005001"), level(3, "1005002")]
PRICES = [
    dto.PriceLevel(offer_id=one.offer_id, product_id=one.product_id, price=Decimal("99.50"), old_price=Decimal(old))
    for one, old in zip(LEVELS, (0, 120, 0), strict=True)
]
LINES = [
    dto.PackLine(external_id="1", stock_id="12000001", pieces=2),
    dto.PackLine(external_id="2", stock_id="12000002", pieces=1),
]
PARCEL = dto.Parcel(number=FIRST, warehouse_id="shop", boxes=[LINES])
IN_BOXES = dto.Parcel(number=FIRST, warehouse_id="shop", boxes=[[line] for line in LINES], anew=True)
PLAN = dto.HandoverPlan(
    external_id="", our_key="H-1", warehouse_id="shop", departure_date=date(2026, 11, 25), numbers=[FIRST, SECOND]
)
NUMBERED = dto.HandoverPlan(
    external_id="31", our_key="H-1", warehouse_id="shop", departure_date=date(2026, 11, 25), numbers=PLAN.numbers
)


def progress(stage: dto.Stage) -> dto.Progress:
    return dto.Progress(number=FIRST, stage=stage, at=NOW, track="TRK1", carrier="СДЭК")


def changed(adapter: AliExpress) -> object:
    return adapter.orders_changed(since=NOW - timedelta(days=1), now=NOW)


ORDERS = (LIST, ("data", "orders"))
OPERATIONS = (
    Operation("account", lambda it: it.account(), Can.ACCOUNT),
    Operation("listings", lambda it: it.listings(), Can.LISTINGS),
    Operation("orders_new", lambda it: it.orders_new(now=NOW), Can.ORDERS, rows=ORDERS),
    Operation("orders_changed", changed, Can.ORDERS, rows=ORDERS),
    Operation("orders_by_number", lambda it: it.orders_by_number([FIRST, SECOND], now=NOW), Can.ORDERS, rows=ORDERS),
    Operation("statuses", lambda it: it.statuses([FIRST, SECOND]), Can.STATUSES, rows=ORDERS),
    Operation("push_stock", lambda it: it.push_stock(LEVELS), Can.STOCK_WRITE),
    Operation("read_stock", lambda it: it.read_stock(LEVELS), Can.STOCK_READ),
    Operation("push_prices", lambda it: it.push_prices(PRICES), Can.PRICE_WRITE),
    Operation("price_verdict", lambda it: it.price_verdict("555", PRICES), Can.PRICE_WRITE),
    Operation("commit", lambda it: it.commit([PARCEL]), Can.COMMIT, writes=frozenset({CREATE})),
    Operation(
        "commit_anew",
        lambda it: it.commit([IN_BOXES]),
        Can.BOXES_ANEW,
        case="anew",
        folder="commit",
        writes=frozenset({DELETE, CREATE}),
    ),
    Operation("look_up_commit", lambda it: it.look_up_commit(PARCEL), Can.COMMIT),
    Operation("labels", lambda it: it.labels([FIRST]), Can.LABELS),
    Operation("find_handover", lambda it: it.find_handover(PLAN), Can.HANDOVER),
    Operation("close_handover", lambda it: it.close_handover(PLAN), Can.HANDOVER, writes=frozenset({MAKE, TRANSFER})),
    Operation("handover_documents", lambda it: it.handover_documents(NUMBERED), Can.HANDOVER_DOCUMENTS),
    Operation(
        "report",
        lambda it: it.report(progress(dto.Stage.DELIVERING), now=NOW),
        Can.PROGRESS,
        writes=frozenset({f"{DBS}/to-in-transit"}),
    ),
    Operation(
        "report_ready",
        lambda it: it.report(progress(dto.Stage.READY_FOR_PICKUP), now=NOW),
        Can.PROGRESS,
        writes=frozenset({f"{DBS}/to-ready-for-pickup"}),
    ),
    Operation(
        "report_delivered",
        lambda it: it.report(progress(dto.Stage.DELIVERED), now=NOW),
        Can.PROGRESS,
        writes=frozenset({f"{DBS}/to-delivered"}),
    ),
)
