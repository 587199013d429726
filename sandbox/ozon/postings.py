"""Postings: found and shown, and how one comes into being."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.exchange import Call
from sandbox.goods import Good
from sandbox.ozon import shapes
from sandbox.ozon.cabinet import Cabinet
from sandbox.ozon.paging import cursor_of, read_cursor
from sandbox.ozon.reading import Fields
from sandbox.ozon.refusals import invalid, not_found
from sandbox.ozon.registry import method
from sandbox.ozon.single import single
from sandbox.ozon.state import Line, Posting

Json = dict[str, Any]
YEAR = 366 * 86_400
LEAD = timedelta(hours=4)


@method("/v4/posting/fbs/unfulfilled/list")
def unfulfilled(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", low=1, high=100) if fields.has("limit") else 100
    wanted = fields.inner("filter")
    by_cutoff = _span(wanted, "cutoff_from", "cutoff_to")
    by_delivering = _span(wanted, "delivering_date_from", "delivering_date_to")
    if (by_cutoff is None) == (by_delivering is None):
        raise invalid("Request validation error: use either cutoff or delivering_date filter")
    keep = _Filter(wanted)
    found = [
        posting
        for posting in map(cabinet.postings.__getitem__, cabinet.open)
        if (by_cutoff is None or by_cutoff[0] <= posting.shipment <= by_cutoff[1])
        and (by_delivering is None or by_delivering[0] <= (posting.delivering_at or 0) <= by_delivering[1])
        and keep(posting)
    ]
    found.sort(key=lambda posting: (posting.shipment, posting.created, posting.number))
    page, cursor, more = _page(found, fields, limit)
    return {"postings": _shown(cabinet, page, fields), "count": len(found), "cursor": cursor, "has_next": more}


@method("/v4/posting/fbs/list")
def posting_list(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    limit = fields.whole("limit", required=True, low=1, high=100)
    wanted = fields.inner("filter")
    since, to = wanted.moment("since", required=True), wanted.moment("to", required=True)
    if since is None or to is None or to < since:
        raise invalid("Request validation error: invalid period")
    if to - since > YEAR:
        raise invalid("PERIOD_IS_TOO_LONG")
    keep = _Filter(wanted)
    found = [
        posting for posting in map(cabinet.postings.__getitem__, cabinet.created_between(since, to)) if keep(posting)
    ]
    page, cursor, more = _page(found, fields, limit)
    return {"postings": _shown(cabinet, page, fields), "cursor": cursor, "has_next": more}


@method("/v3/posting/fbs/get")
def one(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    posting = named(cabinet, fields)
    return {"result": single(cabinet, posting, fields.inner("with").raw)}


@method("/v1/posting/fbs/restrictions")
def restrictions(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    """Weights in grams, sides in millimetres."""
    sides = dict.fromkeys(("width", "length", "height"), 1800)
    weights = {"max_posting_weight": 25_000, "min_posting_weight": 0}
    prices = {"max_posting_price": 500_000, "min_posting_price": 0}
    return {"result": {"posting_number": named(cabinet, fields).number, **weights, **sides, **prices}}


COUNTRIES = {"RU": "Россия", "BY": "Беларусь", "CN": "Китай", "TR": "Турция", "UZ": "Узбекистан"}


@method("/v2/posting/fbs/product/country/list")
def countries(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    wanted = fields.text("name_search").lower()
    rows = [{"name": name, "country_iso_code": code} for code, name in COUNTRIES.items() if wanted in name.lower()]
    return {"result": rows}


@method("/v2/posting/fbs/product/country/set")
def set_country(cabinet: Cabinet, fields: Fields, call: Call) -> Json:
    posting, sku = named(cabinet, fields), fields.whole("product_id", required=True)
    if fields.text("country_iso_code", required=True).upper() not in COUNTRIES:
        raise invalid("INCORRECT_COUNTRY_CODE")
    if all(line.sku != sku for line in posting.lines):
        raise invalid("UNKNOWN_PRODUCT_DEFINED")
    return {"product_id": sku, "is_gtd_needed": False}


def named(cabinet: Cabinet, fields: Fields) -> Posting:
    """This function will find the posting a request names, or refuse with POSTING_NOT_FOUND."""
    posting = cabinet.postings.get(fields.text("posting_number", required=True))
    if posting is None:
        raise not_found("POSTING_NOT_FOUND")
    return posting


def _shown(cabinet: Cabinet, page: list[Posting], fields: Fields) -> list[Json]:
    extra = fields.inner("with").raw
    return [shapes.listed(cabinet, posting, extra) for posting in page]


def _span(wanted: Fields, low: str, high: str) -> tuple[float, float] | None:
    start, end = wanted.moment(low), wanted.moment(high)
    if start is None and end is None:
        return None
    if start is None or end is None or end < start or end - start > YEAR:
        raise invalid(f"Request validation error: invalid period {low} - {high}")
    return start, end


class _Filter:
    """The conditions both lists share."""

    def __init__(self, wanted: Fields) -> None:
        self.statuses = {status.lower() for status in wanted.texts("statuses")}
        places = wanted.wholes("warehouse_ids", high=1000) + wanted.wholes("delivery_method_ids", high=1000)
        self.places = set(places)
        self.orders = set(wanted.texts("order_numbers", high=100))
        self.order_id = wanted.whole("order_id")
        changed = wanted.inner("last_changed_status_date")
        self.changed = _span(changed, "from", "to")

    def __call__(self, posting: Posting) -> bool:
        return (
            (not self.statuses or posting.status in self.statuses)
            and (not self.places or posting.warehouse_id in self.places)
            and (not self.orders or posting.order_number in self.orders)
            and (not self.order_id or posting.order_id == self.order_id)
            and (self.changed is None or self.changed[0] <= posting.changed <= self.changed[1])
        )


def _page(found: list[Posting], fields: Fields, limit: int) -> tuple[list[Posting], str, bool]:
    """
    Cut one page after the last number seen.

    As in reality the page follows the changing list: a posting whose state changes between two pages may be missed
    or come twice.
    """
    if fields.text("sort_dir").upper() == "DESC":
        found = found[::-1]
    last = read_cursor(fields.text("cursor"))
    start = int(last[0]) if last else 0
    if last and start and start <= len(found) and found[start - 1].number != last[1]:
        moved = next((place for place, posting in enumerate(found) if posting.number == last[1]), None)
        start = start if moved is None else moved + 1
    page = found[start : start + limit]
    more = start + limit < len(found)
    return page, cursor_of(start + len(page), page[-1].number) if page else "", more


def order(cabinet: Cabinet, *, warehouse_id: int, goods: list[tuple[Good, int]], approved: bool = True) -> Posting:
    """
    This function will let a buyer order: one posting, the stock reserved.

    approved: False = the order waits for confirmation first.
    """
    world, now = cabinet.world, cabinet.clock.now()
    posting_id = world.sequences.next("ozon/posting", start=4_100_000_017)
    order_number = f"{posting_id % 100_000_000:08d}-{world.draw.randrange(1, 10_000):04d}"
    for good, quantity in goods:
        stock = cabinet.stock(warehouse_id, good.product_id)
        stock.free, stock.reserved = max(0, stock.free - quantity), stock.reserved + quantity
        cabinet.keep_stock(warehouse_id, good.product_id, stock)
    posting = Posting(
        number=f"{order_number}-1",
        posting_id=posting_id,
        order_id=world.sequences.next("ozon/order", start=34_953_320_005),
        order_number=order_number,
        status="awaiting_packaging" if approved else "awaiting_approve",
        substatus="posting_created",
        warehouse_id=warehouse_id,
        created=now,
        changed=now,
        shipment=_shipment(now, cabinet.warehouses[warehouse_id].cutoff_hour_utc),
        lines=[_line(cabinet, good, quantity) for good, quantity in goods],
        city=world.draw.choice(("Москва", "Санкт-Петербург", "Казань", "Екатеринбург", "Новосибирск", "Воронеж")),
    )
    return cabinet.enter(posting)


def _line(cabinet: Cabinet, good: Good, quantity: int) -> Line:
    price = cabinet.price(good).price
    return Line(good.sku, good.article, good.name, quantity, price, good.colour, good.weight_g / 1000)


def _shipment(now: float, hour: int) -> float:
    earliest = datetime.fromtimestamp(now, UTC) + LEAD
    cutoff = earliest.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (cutoff if cutoff >= earliest else cutoff + timedelta(days=1)).timestamp()
