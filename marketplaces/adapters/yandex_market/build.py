"""Ours → theirs: bodies of requests."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.yandex_market import codes
from marketplaces.errors import Rejected

Body = dict[str, object]

# A range of dates is at most thirty days; a little less, for the edges.
LONGEST_RANGE = timedelta(days=29)
SHIPMENT_DAYS = timedelta(days=7)
LARGEST_ID = 2**63 - 1
LEAST_DISCOUNT, MOST_DISCOUNT = Decimal("0.05"), Decimal("0.99")
CURRENCIES = {"RUB": "RUR"}


def is_whole(text: str) -> bool:
    """This function will tell whether a text of ours can be one of their ids, which are int64."""
    return text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID


def whole(text: str) -> int:
    """:raises Rejected: it cannot be one of their ids"""
    if not is_whole(text):
        raise Rejected(f"{codes.NOT_AN_ID}: {text[:40]!r}", code=dto.Code.INVALID)
    return int(text)


# -- orders
def in_work() -> Body:
    return {"programTypes": list(codes.OURS), "statuses": list(codes.IN_WORK), "fake": False}


def changed(since: datetime, until: datetime) -> Body:
    dates = {"updateDateFrom": _moment(since), "updateDateTo": _moment(until)}
    return {"programTypes": list(codes.OURS), "dates": dates, "fake": False}


def numbered(numbers: Iterable[str]) -> Body:
    return {"orderIds": [whole(number) for number in numbers], "programTypes": list(codes.OURS)}


def windows(since: datetime, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """This function will cut a span into ranges that a request takes."""
    while since < now:
        until = min(since + LONGEST_RANGE, now)
        yield since, until
        since = until


def status(status: str, substatus: str = "", *, delivered_on: date | None = None) -> Body:
    order: Body = {"status": status}
    if substatus:
        order["substatus"] = substatus
    if delivered_on is not None:
        order["delivery"] = {"dates": {"realDeliveryDate": delivered_on.isoformat()}}
    return {"order": order}


def boxes(parcel: dto.Parcel) -> Body:
    """
    This function will say what lies in which box; each unit that has codes carries them.

    Units left out on purpose are taken off the order, which cannot be undone.  Units of a line are numbered through
    its boxes in their order, as the codes are.
    """
    marks = marks_by_unit(parcel)
    taken: dict[str, int] = {}
    told = []
    for box in parcel.boxes:
        items = []
        for line in box:
            first = taken.get(line.external_id, 0)
            taken[line.external_id] = first + line.pieces
            item: Body = {"id": whole(line.external_id), "fullCount": line.pieces}
            units = [marks.get((line.external_id, unit)) for unit in range(first, first + line.pieces)]
            if any(units):
                item["instances"] = [unit for unit in units if unit]
            items.append(item)
        told.append({"items": items})
    return {"boxes": told, "allowRemove": parcel.fewer}


def marks(parcel: dto.Parcel) -> Body:
    """The codes of an order that we deliver ourselves, which has no boxes."""
    by_item: dict[str, list[Mapping[str, str]]] = {}
    for (external_id, _), unit in sorted(marks_by_unit(parcel).items()):
        by_item.setdefault(external_id, []).append(unit)
    return {"items": [{"id": whole(item), "instances": units} for item, units in by_item.items()]}


def marks_by_unit(parcel: dto.Parcel) -> dict[tuple[str, int], dict[str, str]]:
    """:raises Rejected: the market takes no code of this kind"""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for mark in parcel.marks:
        field = codes.MARK_FIELDS.get(mark.kind)
        if field is None:
            raise Rejected(f"{codes.NO_SUCH_MARK}: {mark.kind}", code=dto.Code.MARK_REFUSED)
        # The separator of groups stays the one character U+001D, which JSON writes as one escape.
        found.setdefault((mark.external_id, mark.unit), {})[field] = mark.value
    return found


def decision(*, accept: bool, why: dto.Decline | None) -> Body:
    if accept:
        return {"accepted": True}
    return {"accepted": False, "reason": codes.DECLINES[why or dto.Decline.IN_DELIVERY]}


# -- levels
def stocks(levels: Sequence[dto.StockLevel]) -> Body:
    return {"skus": [{"sku": level.offer_id, "items": [{"count": level.pieces}]} for level in levels]}


def stocks_v3(levels: Sequence[dto.StockLevel]) -> Body:
    return {
        "skuItems": [
            {"sku": level.offer_id, "partnerWarehouseId": whole(level.warehouse_id), "count": level.pieces}
            for level in levels
        ]
    }


def prices(levels: Sequence[dto.PriceLevel]) -> Body:
    return {"offers": [{"offerId": level.offer_id, "price": price(level)} for level in levels]}


def price(level: dto.PriceLevel) -> Body:
    """
    This function will write a price with its crossed-out price, where that gives a discount which they take.

    The crossed-out price is whole and must come with every price, else it disappears.
    """
    told: Body = {"value": number(level.price), "currencyId": CURRENCIES.get(level.currency, level.currency)}
    before = level.old_price.to_integral_value()
    if before > level.price and LEAST_DISCOUNT <= 1 - level.price / before <= MOST_DISCOUNT:
        told["discountBase"] = int(before)
    return told


def number(amount: Decimal) -> int | float:
    """Their prices are JSON numbers: whole where they are whole, else with kopecks."""
    return int(amount) if amount == amount.to_integral_value() else float(round(amount, 2))


# -- handover
def shipments(plan: dto.HandoverPlan) -> Body:
    """
    Days around the planned one: late orders are moved to a later shipment, and the orders tell which it is.

    The schema has ISO dates here, though the text beside it draws another form.
    """
    first, last = plan.departure_date - SHIPMENT_DAYS, plan.departure_date + SHIPMENT_DAYS
    found: Body = {"dateFrom": first.isoformat(), "dateTo": last.isoformat()}
    if plan.numbers:
        found["orderIds"] = [whole(number) for number in plan.numbers]
    return {**found, "cancelledOrders": False}


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
