"""What is asked of the Megamarket adapter in its contract, with the recordings that answer."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.megamarket.adapter import Megamarket
from marketplaces.ports import Can
from tests.contract.adapter_contract import Operation

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TOKEN = "00000000-0000-0000-0000-00000000AB12"
CREDENTIALS = {"merchant_id": "1231", "scheme": "fbs", "warehouse_ids": "17023", "token": TOKEN}
OWN = "9324005526611"
FIRST, SECOND = "842818431", "842818432"

ORDER = "/api/market/v1/orderService"
OFFER = "/api/merchantIntegration/v1/offerService"
CARD = "/api/merchantIntegration/assortment/v1"
GET, SEARCH, STICKER = f"{ORDER}/order/get", f"{ORDER}/order/search", f"{ORDER}/sticker/print"
CONFIRM, PACK, SHIP = f"{ORDER}/order/confirm", f"{ORDER}/order/packing", f"{ORDER}/order/shipping"
REJECT, CLOSE, RESULT = f"{ORDER}/order/reject", f"{ORDER}/order/close", f"{ORDER}/order/cancelResult"
STOCK, PRICE = f"{OFFER}/stock/update", f"{OFFER}/manualPrice/save"

LEVELS = [dto.StockLevel(warehouse_id="17023", offer_id=f"A-{n}", stock_id=f"A-{n}", pieces=n) for n in (1, 2, 3)]
PRICES = [dto.PriceLevel(offer_id=f"A-{n}", product_id=f"A-{n}", price=Decimal(100 * n)) for n in (1, 2, 3)]


def line(name: str, pieces: int) -> dto.PackLine:
    return dto.PackLine(external_id=name, stock_id=name.partition("#")[0], pieces=pieces)


PARCEL = dto.Parcel(number=FIRST, warehouse_id="17023", boxes=[[line("A-1", 2), line("A-2", 1)]])
OWN_PARCEL = dto.Parcel(number=OWN, warehouse_id="17023", boxes=[[line("A-1", 1)]])
IN_BOXES = dto.Parcel(number=FIRST, warehouse_id="17023", boxes=[[line("A-1", 2)], [line("A-2", 1)]], anew=True)
MARKED = dto.Parcel(
    number=FIRST,
    warehouse_id="17023",
    boxes=[[line("A-1", 1)], [line("A-1", 1), line("A-2", 1)]],
    marks=[
        dto.Mark(external_id="A-1", stock_id="A-1", unit=unit, kind=dto.MarkKind.SGTIN, value=f"0104600000000015{unit}")
        for unit in (0, 1)
    ],
)
PLAN = dto.HandoverPlan(
    external_id="",
    our_key="H-1",
    warehouse_id="17023",
    departure_date=date(2026, 11, 25),
    numbers=[FIRST, SECOND],
)
TAKEN = dto.Progress(number=OWN, stage=dto.Stage.DELIVERED, at=NOW)


def changed(adapter: Megamarket) -> object:
    return adapter.orders_changed(since=NOW - timedelta(days=1), now=NOW)


SHIPMENTS = (GET, ("data", "shipments"))
OPERATIONS = (
    Operation("account", lambda it: it.account(), Can.ACCOUNT),
    Operation("listings", lambda it: it.listings(), Can.LISTINGS, rows=(f"{CARD}/card/get", ("data", "cardsInfo"))),
    Operation("orders_new", lambda it: it.orders_new(now=NOW), Can.ORDERS, rows=SHIPMENTS),
    Operation("orders_changed", changed, Can.ORDERS, rows=SHIPMENTS),
    Operation("orders_by_number", lambda it: it.orders_by_number([FIRST, OWN], now=NOW), Can.ORDERS, rows=SHIPMENTS),
    Operation("statuses", lambda it: it.statuses([FIRST, SECOND]), Can.STATUSES, rows=SHIPMENTS),
    Operation("push_stock", lambda it: it.push_stock(LEVELS), Can.STOCK_WRITE),
    Operation("push_prices", lambda it: it.push_prices(PRICES), Can.PRICE_WRITE),
    Operation(
        "confirm",
        lambda it: it.confirm([FIRST]),
        Can.CONFIRM,
        case="unconfirmed",
        folder="commit",
        writes=frozenset({CONFIRM}),
    ),
    Operation("commit", lambda it: it.commit([PARCEL]), Can.COMMIT, writes=frozenset({PACK})),
    Operation(
        "commit_unconfirmed",
        lambda it: it.commit([PARCEL]),
        Can.COMMIT,
        case="unconfirmed",
        folder="commit",
        writes=frozenset({CONFIRM}),
    ),
    Operation(
        "commit_marked",
        lambda it: it.commit([MARKED]),
        Can.MARKS_BEFORE_COMMIT,
        folder="commit",
        writes=frozenset({PACK}),
    ),
    Operation(
        "commit_own",
        lambda it: it.commit([OWN_PARCEL]),
        Can.COMMIT,
        case="own_delivery",
        folder="commit",
        writes=frozenset({PACK}),
    ),
    Operation(
        "commit_anew",
        lambda it: it.commit([IN_BOXES]),
        Can.BOXES_ANEW,
        case="anew",
        folder="commit",
        writes=frozenset({PACK}),
    ),
    Operation("look_up_commit", lambda it: it.look_up_commit(PARCEL), Can.COMMIT),
    Operation("labels", lambda it: it.labels([FIRST]), Can.LABELS),
    Operation("find_handover", lambda it: it.find_handover(PLAN), Can.HANDOVER),
    Operation("close_handover", lambda it: it.close_handover(PLAN), Can.HANDOVER, writes=frozenset({SHIP})),
    Operation("cancel", lambda it: it.cancel(FIRST, reason="out_of_stock"), Can.CANCEL, writes=frozenset({REJECT})),
    Operation(
        "cancel_lines",
        lambda it: it.cancel_lines(FIRST, [line("A-1", 1)], reason="defective", text="Бой"),
        Can.CANCEL_LINE,
        writes=frozenset({REJECT}),
    ),
    Operation(
        "answer_cancel_request",
        lambda it: it.answer_cancel_request(OWN, accept=True),
        Can.CANCEL_REQUESTS,
        writes=frozenset({RESULT}),
    ),
    Operation("report", lambda it: it.report(TAKEN, now=NOW), Can.PROGRESS, writes=frozenset({CLOSE})),
)
