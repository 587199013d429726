"""What is asked of the Yandex Market adapter in its contract, with the recordings that answer."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.yandex_market.adapter import YandexMarket
from marketplaces.ports import Can
from tests.contract.adapter_contract import Operation

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
CREDENTIALS = {"api_key": "ACMA:not-a-key", "label_format": "A7"}
BUSINESS, FBS, DBS, FBY = "5900001", "7210011", "7210013", "7210014"
WAREHOUSE, NUMBER, SECOND = "880011", "41000000017", "41000000018"
GROUP, GROUP_STORE, GROUP_BUSINESS = "880021", "7210021", "5900002"

ARTICLES = ("FT-BASE-BEL-S", "FT-BASE-BEL-M", "FT-BASE-BEL-L")
GROUP_ARTICLES = ("LMP-STOL-E27", "LMP-BRA-2", "LMP-LED-5W")


def levels(warehouse: str = WAREHOUSE) -> list[dto.StockLevel]:
    articles = GROUP_ARTICLES if warehouse == GROUP else ARTICLES
    return [
        dto.StockLevel(warehouse_id=warehouse, offer_id=article, stock_id=article, pieces=place)
        for place, article in enumerate(articles)
    ]


PRICES = [
    dto.PriceLevel(offer_id=article, product_id=article, price=price, old_price=Decimal(1200))
    for article, price in zip(ARTICLES, (Decimal(900), Decimal("901.5"), Decimal(1)), strict=True)
]
LINES = [dto.PackLine(external_id="61000001", stock_id=ARTICLES[0], pieces=2)]
PARCEL = dto.Parcel(number=NUMBER, warehouse_id=WAREHOUSE, boxes=[LINES])
MARKED = replace(
    PARCEL,
    marks=[
        dto.Mark(
            external_id="61000001",
            stock_id=ARTICLES[0],
            unit=unit,
            kind=dto.MarkKind.SGTIN,
            value=f"010460000000001521{unit}\x1d93x",
        )
        for unit in (0, 1)
    ],
)
PLAN = dto.HandoverPlan(
    external_id="", our_key="H-1", warehouse_id=WAREHOUSE, departure_date=date(2026, 11, 25), numbers=[NUMBER, SECOND]
)
NUMBERED = replace(PLAN, external_id="31000001")
DELIVERED = dto.Progress(
    number=NUMBER, stage=dto.Stage.DELIVERED, at=NOW - timedelta(days=2), track="T-1", carrier="99", code="0017"
)

ORDERS = f"/v1/businesses/{BUSINESS}/orders"
ORDER = f"/v2/campaigns/{FBS}/orders/{NUMBER}"
OWN_ORDER = f"/v2/campaigns/{DBS}/orders/{NUMBER}"
PACKING = frozenset({f"{ORDER}/boxes", f"{ORDER}/status"})
CONFIRM = f"/v2/campaigns/{FBS}/first-mile/shipments/31000001/confirm"


def changed(adapter: YandexMarket) -> object:
    return adapter.orders_changed(since=NOW - timedelta(days=1), now=NOW)


def back(adapter: YandexMarket) -> object:
    return adapter.returns(since=NOW - timedelta(days=1), now=NOW)


def asked_to_cancel(adapter: YandexMarket) -> None:
    adapter.answer_cancel_request(NUMBER, accept=False, why=dto.Decline.IN_DELIVERY)


OPERATIONS = (
    Operation("account", YandexMarket.account, Can.ACCOUNT),
    Operation("warehouses", YandexMarket.warehouses, Can.WAREHOUSES),
    Operation("warehouses", YandexMarket.warehouses, Can.WAREHOUSES, case="groups"),
    Operation(
        "listings",
        YandexMarket.listings,
        Can.LISTINGS,
        rows=(f"/v2/businesses/{BUSINESS}/offer-mappings", ("result", "offerMappings")),
    ),
    Operation("orders_new", lambda it: it.orders_new(now=NOW), Can.ORDERS, rows=(ORDERS, ("orders",))),
    Operation("orders_changed", changed, Can.ORDERS, rows=(ORDERS, ("orders",))),
    Operation(
        "orders_by_number",
        lambda it: it.orders_by_number([NUMBER, SECOND], now=NOW),
        Can.ORDERS,
        rows=(ORDERS, ("orders",)),
    ),
    Operation("statuses", lambda it: it.statuses([NUMBER, SECOND]), Can.STATUSES, rows=(ORDERS, ("orders",))),
    Operation(
        "push_stock",
        lambda it: it.push_stock(levels()),
        Can.STOCK_WRITE,
        writes=frozenset({f"/v3/businesses/{BUSINESS}/offers/stocks/update"}),
    ),
    Operation(
        "push_stock",
        lambda it: it.push_stock(levels(GROUP)),
        Can.STOCK_WRITE,
        case="groups",
        writes=frozenset({f"/v2/campaigns/{GROUP_STORE}/offers/stocks"}),
    ),
    Operation("read_stock", lambda it: it.read_stock(levels()), Can.STOCK_READ),
    Operation("read_stock", lambda it: it.read_stock(levels(GROUP)), Can.STOCK_READ, case="groups"),
    Operation(
        "own_stock",
        YandexMarket.own_stock,
        Can.OWN_STOCK,
        rows=(f"/v2/campaigns/{FBY}/offers/stocks", ("result", "warehouses", 0, "offers")),  # type: ignore[arg-type]
    ),
    Operation(
        "push_prices",
        lambda it: it.push_prices(PRICES),
        Can.PRICE_WRITE,
        writes=frozenset({f"/v2/businesses/{BUSINESS}/offer-prices/updates"}),
    ),
    Operation("price_verdict", lambda it: it.price_verdict("1", PRICES), Can.PRICE_WRITE),
    Operation("read_prices", lambda it: it.read_prices(PRICES), Can.PRICE_READ),
    Operation("commit", lambda it: it.commit([PARCEL]), Can.COMMIT, writes=PACKING),
    Operation("commit", lambda it: it.commit([MARKED]), Can.MARKS_BEFORE_COMMIT, case="marks", writes=PACKING),
    Operation("look_up_commit", lambda it: it.look_up_commit(MARKED), Can.COMMIT, case="marks"),
    Operation("mark_verdicts", lambda it: it.mark_verdicts([NUMBER]), Can.MARKS_BEFORE_COMMIT),
    Operation("labels", lambda it: it.labels([NUMBER, SECOND]), Can.LABELS),
    Operation("label_data", lambda it: it.label_data(NUMBER), Can.LABEL_DATA),
    Operation("find_handover", lambda it: it.find_handover(PLAN), Can.HANDOVER),
    Operation("close_handover", lambda it: it.close_handover(PLAN), Can.HANDOVER, writes=frozenset({CONFIRM})),
    Operation("handover_documents", lambda it: it.handover_documents(NUMBERED), Can.HANDOVER_DOCUMENTS),
    Operation(
        "cancel", lambda it: it.cancel(NUMBER, reason="other"), Can.CANCEL, writes=frozenset({f"{ORDER}/status"})
    ),
    Operation(
        "answer_cancel_request",
        asked_to_cancel,
        Can.CANCEL_REQUESTS,
        writes=frozenset({f"{OWN_ORDER}/cancellation/accept"}),
    ),
    Operation(
        "report",
        lambda it: it.report(DELIVERED, now=NOW),
        Can.PROGRESS,
        writes=frozenset({f"{OWN_ORDER}/status", f"{OWN_ORDER}/verifyEac", f"{OWN_ORDER}/delivery/track"}),
    ),
    Operation("returns", back, Can.RETURNS, rows=(f"/v2/campaigns/{FBS}/returns", ("result", "returns"))),
)
