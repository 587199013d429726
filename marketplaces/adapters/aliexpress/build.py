"""Ours → theirs: the bodies of requests.  Ids are numbers here and texts there, as each method wants them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_CEILING, Decimal

from marketplaces import dto
from marketplaces.adapters.aliexpress import wire
from marketplaces.errors import Rejected

Body = dict[str, object]
PAGE = 50
PRODUCTS = 50
TO_SHIP = ("Created", "InProgress")
LONGEST_ID = 19


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(text: str) -> int:
    """This function will give an id as a number; :raises Rejected: it is none of theirs."""
    if not text.isascii() or not text.isdigit() or len(text) > LONGEST_ID:
        raise Rejected(f"not an id of AliExpress: {text[:60]!r}", code=dto.Code.INVALID)
    return int(text)


def orders(page: int, **wanted: object) -> Body:
    """Without LogisticInfo the postings, shipments, dates and commission would be null."""
    return {"page": page, "page_size": PAGE, "trade_order_info": "LogisticInfo", **wanted}


def products(last: str, *, limit: int = PRODUCTS) -> Body:
    body: Body = {"limit": str(limit)}
    return {**body, "last_product_id": last} if last else body


def by_article(offer_ids: Sequence[str]) -> Body:
    content = {"content_type": "SKU_SELLER_SKU", "content_values": list(offer_ids)}
    return {"limit": str(PRODUCTS), "filter": {"search_content": content}}


def stocks(levels: Mapping[str, Sequence[dto.StockLevel]]) -> Body:
    """levels: by card; numbers are texts."""
    return {
        "products": [
            {
                "product_id": card,
                "skus": [{"sku_code": level.offer_id, "inventory": str(max(level.pieces, 0))} for level in those],
            }
            for card, those in levels.items()
        ]
    }


def prices(levels: Mapping[str, Sequence[dto.PriceLevel]]) -> Body:
    return {
        "products": [{"product_id": card, "skus": [_price(level) for level in those]} for card, those in levels.items()]
    }


def _price(level: dto.PriceLevel) -> Body:
    """The crossed-out price is theirs `price`, ours is what the buyer pays; equal ones are not told twice."""
    if level.old_price > level.price:
        return {"sku_code": level.offer_id, "price": f"{level.old_price:f}", "discount_price": f"{level.price:f}"}
    return {"sku_code": level.offer_id, "price": f"{level.price:f}"}


def shipment(order: wire.Order, box: Sequence[dto.PackLine], *, no_size: str) -> Body:
    """
    This function will make the shipment of a box: centimetres and kilograms, while order lines give grams.

    :raises Rejected: the lines do not tell sizes or weights, without which there is no shipment
    """
    lines = {line.id: line for line in order.order_lines}
    pieces: dict[str, int] = {}
    for line in box:
        pieces[line.external_id] = pieces.get(line.external_id, 0) + line.pieces
    goods = [(lines[name], count) for name, count in pieces.items() if name in lines]
    sizes = [(line.length, line.width, line.height, line.weight) for line, _ in goods]
    if not goods or any(not size for row in sizes for size in row):
        raise Rejected(no_size, code=dto.Code.INVALID)
    known = [
        (Decimal(line.length or 0), Decimal(line.width or 0), Decimal(line.height or 0), Decimal(line.weight or 0), n)
        for line, n in goods
    ]
    row: Body = {
        "trade_order_id": number(order.id),
        "total_length": _up(max(length for length, *_ in known)),
        "total_width": _up(max(width for _, width, *_ in known)),
        "total_height": _up(sum((height * n for _, _, height, _, n in known), Decimal(0))),
        "total_weight": float(round(sum((weight * n for *_, weight, n in known), Decimal(0)) / 1000, 3)),
        "items": [{"sku_id": number(line.sku_id), "quantity": count} for line, count in goods],
    }
    return {"orders": [row]}


def _up(size: Decimal) -> int:
    return int(size.to_integral_value(ROUND_CEILING))


def handover_list(shipments: Sequence[str]) -> Body:
    return {"logistic_order_ids": [number(one) for one in shipments]}


def lists_of(shipments: Sequence[str]) -> Body:
    return {"page_size": PAGE, "page_number": 1, "logistic_order_ids": [number(one) for one in shipments]}


def in_transit(progress: dto.Progress) -> Body:
    track = {"tracking_number": progress.track, "provider_name": progress.carrier}
    return {"trade_order_id": number(progress.number), **track}
