"""Ours → theirs: the bodies of requests.  In the methods of postings a field named product_id means the SKU."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from marketplaces import dto
from marketplaces.adapters.ozon import codes, wire
from marketplaces.errors import Rejected
from marketplaces.http.fields import LONGEST_ID

Body = Mapping[str, object]
Paged = Callable[[str], Body]

PAGE = 100  # postings
WEIGHT_LIMIT = 1e6
PRODUCTS = 1000
WAREHOUSES = 200
METHODS = 100
RETURNS = 500
YEAR = timedelta(days=364)
CUTOFF_BEFORE, CUTOFF_AFTER = timedelta(days=90), timedelta(days=180)
WITH = {"analytics_data": True, "barcodes": True, "financial_data": True, "legal_info": True}


def moment(at: datetime) -> str:
    """This function will write a time as Ozon does: UTC with milliseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def number(text: str) -> int:
    """
    This function will give an id as Ozon's requests want it; the text is one that Ozon gave us.

    :raises Rejected: it is not one of Ozon's: then it cannot be expressed
    """
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_ID:
        raise Rejected(f"not an id of Ozon: {text[:60]!r}", code=dto.Code.INVALID)
    return int(text)


def amount(value: Decimal) -> str:
    """This function will write a price as text, without an exponent: "1530" or "1530.50"."""
    return f"{value:f}"


def returns(cursor: str, *, since: datetime, until: datetime) -> Body:
    """Of the three times that may filter only one is allowed; goods that Ozon itself sold from are its own affair."""
    changed_between = {"time_from": moment(since), "time_to": moment(until)}
    body = {"filter": {"visual_status_change_moment": changed_between, "return_schema": "FBS"}, "limit": RETURNS}
    return {**body, "last_id": number(cursor)} if cursor else body


def unfulfilled(cursor: str, *, now: datetime) -> Body:
    return {
        "filter": {
            "cutoff_from": moment(now - CUTOFF_BEFORE),
            "cutoff_to": moment(now + CUTOFF_AFTER),
            "statuses": list(codes.NEW_STATUSES),
        },
        "limit": PAGE,
        "cursor": cursor,
        "sort_dir": "ASC",
        "with": WITH,
    }


def changed(cursor: str, *, made_from: datetime, made_to: datetime, changed_from: datetime | None) -> Body:
    """made_from, made_to: when the order was made, at most a year apart.  changed_from: None takes all of them."""
    wanted: dict[str, object] = {"since": moment(made_from), "to": moment(made_to)}
    if changed_from is not None:
        wanted["last_changed_status_date"] = {"from": moment(changed_from), "to": moment(made_to)}
    return {"filter": wanted, "limit": PAGE, "cursor": cursor, "sort_dir": "ASC", "with": WITH}


def windows(since: datetime, now: datetime) -> Sequence[tuple[datetime, datetime, datetime | None]]:
    """
    This function will cut the past into windows of at most a year: (made from, made to, changed from).

    A posting made within the last year is asked for by its change; older ones, which only a first pull wants, by
    when they were made.
    """
    edge = now - YEAR
    if since >= edge:
        return [(edge, now, since)]
    cut, start = [], since
    while start < edge:
        cut.append((start, min(start + YEAR, edge), None))
        start += YEAR
    return [*cut, (edge, now, None)]


def posting(number_: str) -> Body:
    asked = {"analytics_data": True, "barcodes": True, "financial_data": True, "legal_info": True}
    return {"posting_number": number_, "with": {**asked, "related_postings": True}}


def stocks(levels: Sequence[dto.StockLevel], product_ids: Mapping[str, str]) -> Body:
    """product_ids: offer id → card, for levels that do not know theirs."""
    return {"stocks": [_stock(level, level.product_id or product_ids.get(level.offer_id, "")) for level in levels]}


def _stock(level: dto.StockLevel, product_id: str) -> Body:
    row: dict[str, object] = {
        "offer_id": level.offer_id,
        "stock": max(level.pieces, 0),
        "warehouse_id": number(level.warehouse_id),
    }
    return {**row, "product_id": number(product_id)} if product_id else row


def prices(levels: Sequence[dto.PriceLevel]) -> Body:
    """Strategies and automatic promotions would change the price behind our back, so they are switched off."""
    return {"prices": [_price(level) for level in levels]}


def _price(level: dto.PriceLevel) -> Body:
    row: dict[str, object] = {
        "offer_id": level.offer_id,
        "price": amount(level.price),
        "old_price": amount(level.old_price),
        "currency_code": level.currency,
        "auto_action_enabled": "DISABLED",
        "price_strategy_enabled": "DISABLED",
    }
    if level.product_id:
        row["product_id"] = number(level.product_id)
    if level.min_price is not None:
        row["min_price"] = amount(level.min_price)
    return row


def ship(parcel: dto.Parcel) -> Body:
    """Every box becomes a posting of its own; rows of the same SKU in a box are one."""
    return {
        "posting_number": parcel.number,
        "packages": [{"products": _products(box)} for box in parcel.boxes if box],
        "with": {"additional_data": False},
    }


def _products(box: Sequence[dto.PackLine]) -> list[Body]:
    pieces: dict[str, int] = {}
    for line in box:
        pieces[line.stock_id] = pieces.get(line.stock_id, 0) + line.pieces
    return [{"product_id": number(sku), "quantity": count} for sku, count in pieces.items()]


def exemplars(parcel: dto.Parcel, told: wire.Exemplars) -> Body:
    """
    This function will fill the exemplars Ozon made, one per unit, with our marks; always all of them.

    Units of a SKU take its exemplars in order.  Where a customs declaration or a batch number is wanted and we have
    none, its absence is stated.
    """
    units: dict[str, list[list[dto.Mark]]] = {}
    for mark in sorted(parcel.marks, key=lambda mark: (mark.external_id, mark.unit)):
        rows = units.setdefault(mark.stock_id, [])
        if rows and (rows[-1][0].external_id, rows[-1][0].unit) == (mark.external_id, mark.unit):
            rows[-1].append(mark)
        else:
            rows.append([mark])
    return {
        "posting_number": parcel.number,
        "multi_box_qty": told.multi_box_qty or 0,  # as it stands there: what is left out would be reset
        "products": [
            {
                "product_id": number(product.product_id),
                "exemplars": [
                    _exemplar(exemplar, product, marks)
                    for exemplar, marks in _paired(product.exemplars, units.get(product.product_id, []))
                ],
            }
            for product in told.products
        ],
    }


def _paired(
    made: Sequence[wire.Exemplar], units: Sequence[Sequence[dto.Mark]]
) -> list[tuple[wire.Exemplar, Sequence[dto.Mark]]]:
    return [(exemplar, units[place] if place < len(units) else ()) for place, exemplar in enumerate(made)]


def _exemplar(made: wire.Exemplar, product: wire.ExemplarsOf, marks: Sequence[dto.Mark]) -> Body:
    value = {mark.kind: mark.value for mark in marks}
    row: dict[str, object] = {
        "exemplar_id": number(made.exemplar_id),
        "marks": [
            {"mark": mark.value, "mark_type": codes.MARK_TYPES[mark.kind]}
            for mark in marks
            if mark.kind in codes.MARK_TYPES
        ],
    }
    if declared := value.get(dto.MarkKind.CUSTOMS):
        row["gtd"] = declared
    elif product.is_gtd_needed:
        row["is_gtd_absent"] = True
    if batch := value.get(dto.MarkKind.RNPT):
        row["rnpt"] = batch
    elif product.is_rnpt_needed:
        row["is_rnpt_absent"] = True
    if weight := value.get(dto.MarkKind.WEIGHT):
        row["weight"] = grams(weight)
    return row


def grams(text: str) -> float:
    """This function will read a weight that a person entered; :raises Rejected: it is not a number."""
    try:
        weight = float(text.replace(",", "."))
    except ValueError:
        weight = 0.0
    if not 0 < weight < WEIGHT_LIMIT:
        raise Rejected(f"not a weight: {text[:60]!r}", code=dto.Code.MARK_REFUSED)
    return weight


def countries(parcel: dto.Parcel) -> list[Body]:
    """This function will give the country of each SKU that has one among the marks."""
    told = {mark.stock_id: mark.value for mark in parcel.marks if mark.kind is dto.MarkKind.COUNTRY}
    return [
        {"posting_number": parcel.number, "product_id": number(sku), "country_iso_code": country}
        for sku, country in told.items()
    ]


def carriages(plan: dto.HandoverPlan) -> Body:
    return {"filter": {"departure_date": plan.departure_date.isoformat()}, "limit": PRODUCTS}


def carriage(method_id: str, departure: date) -> Body:
    return {"delivery_method_id": number(method_id), "departure_date": f"{departure.isoformat()}T00:00:00Z"}


def approve(carriage_id: str, containers: int | None) -> Body:
    body: dict[str, object] = {"carriage_id": number(carriage_id)}
    return {**body, "containers_count": containers} if containers else body


def cancel(number_: str, reason_id: int, text: str) -> Body:
    return {"posting_number": number_, "cancel_reason_id": reason_id, "cancel_reason_message": text}


def cancel_lines(number_: str, lines: Sequence[dto.PackLine], reason_id: int, text: str) -> Body:
    items = [{"sku": row["product_id"], "quantity": row["quantity"]} for row in _products(lines)]
    return {**cancel(number_, reason_id, text), "items": items}
